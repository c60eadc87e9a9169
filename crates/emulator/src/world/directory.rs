//! People, groups, skills and queues as GWS resources: what a user or a contact looks like right
//! now.
//!
//! The oddities of the documented samples are kept: a user without a device has no
//! `phoneNumbers`, one who is logged out has no `availability`, `businessUnits` is empty.

use gws::user::{Availability, ChannelAvailability, ContactNumber};

use super::people::{AgentGroup, Person, PersonId, Presence, Role};
use super::queues::{SERVICES, Service};
use super::resources::SWITCH;
use super::{Refusal, Supervised, World};
use crate::wire;

impl World {
    /// A user, without the subresources.
    pub fn user(&self, person: PersonId) -> wire::User {
        let found = &self.people[person.0];
        wire::User {
            id: found.id.clone(),
            user_name: found.user_name.clone(),
            first_name: found.first_name.clone(),
            last_name: found.last_name.clone(),
            email_address: format!("{}@example.com", found.user_name),
            roles: roles(found.role),
            enabled: true,
            change_password_on_first_login: false,
            contact_center_id: CONTACT_CENTER,
            uri: format!("{}/users/{}", self.base(), found.id),
            path: format!("/users/{}", found.id),
            devices: None,
            calls: None,
            features: None,
            channels: None,
            settings: None,
            skills: None,
            groups: None,
        }
    }

    /// What the user is employed as.
    pub fn role(&self, person: PersonId) -> Role {
        self.people[person.0].role
    }

    /// The user's devices: one, or none for an administrator.
    pub fn devices(&self, person: PersonId) -> Vec<wire::Device> {
        match self.people[person.0].has_device() {
            true => vec![self.device(person)],
            false => Vec::new(),
        }
    }

    /// The user's channels: voice, or none for an administrator.
    pub fn channels(&self, person: PersonId) -> Vec<wire::Channel> {
        let found = &self.people[person.0];
        if !found.has_device() {
            return Vec::new();
        }
        vec![wire::Channel {
            channel: "voice",
            available: found.presence == Presence::Ready,
            phone_number: found.number.clone(),
            user_state: self.user_state(found.presence),
        }]
    }

    /// The user's skills, the main one first.
    pub fn skills(&self, person: PersonId) -> Vec<wire::Skill> {
        let skills = self.people[person.0].skills.iter();
        skills
            .map(|skill| {
                let service = &SERVICES[skill.service.0];
                wire::Skill {
                    level: Some(skill.level),
                    ..self.skill(service)
                }
            })
            .collect()
    }

    /// The skill with this id.
    ///
    /// # Errors
    /// There is none.
    pub fn skill_with_id(&self, id: &str) -> Result<wire::Skill, Refusal> {
        let found = SERVICES.iter().find(|service| service.id == id);
        found
            .map(|service| self.skill(service))
            .ok_or_else(|| Refusal::NoSuchSkill(id.to_owned()))
    }

    /// The agent groups the user belongs to: an agent's own, those a supervisor manages, all for
    /// an administrator.
    ///
    /// Assumption: a supervisor belongs to the groups they manage.
    pub fn groups_of(&self, person: PersonId) -> Vec<wire::Group> {
        let role = self.role(person);
        let belongs = |group: &&AgentGroup| match role {
            Role::Agent => group.members.contains(&person),
            Role::Supervisor => group.manager == person,
            Role::Admin => true,
        };
        let groups = self.groups.iter().filter(belongs);
        groups.map(|group| self.group_resource(group)).collect()
    }

    /// All agent groups.
    pub fn groups(&self) -> Vec<wire::Group> {
        let groups = self.groups.iter();
        groups.map(|group| self.group_resource(group)).collect()
    }

    /// The group with this id, with everything that belongs to it.
    ///
    /// # Errors
    /// There is none.
    pub fn group(&self, id: &str) -> Result<wire::WholeGroup, Refusal> {
        let found = self.groups.iter().find(|group| group.id == id);
        let group = found.ok_or_else(|| Refusal::NoSuchGroup(id.to_owned()))?;
        Ok(wire::WholeGroup {
            group: self.group_resource(group),
            users: group
                .members
                .iter()
                .map(|&member| self.user(member))
                .collect(),
            supervisors: vec![self.user(group.manager)],
            skills: vec![self.skill(&SERVICES[group.service.0])],
        })
    }

    /// Whether `supervisor` may act on `agent` ([`Supervised`]).
    pub fn may_act_on(&self, supervisor: PersonId, agent: PersonId) -> bool {
        match self.config.supervised {
            Supervised::Anyone => true,
            Supervised::OwnGroups => self.people[agent.0]
                .group
                .is_some_and(|group| self.groups[group.0].manager == supervisor),
        }
    }

    /// A user as an entry of the directory.
    pub fn contact(&self, person: PersonId) -> wire::Contact {
        let found = &self.people[person.0];
        let id = found.id.to_string();
        let availability = (found.has_device() && found.is_active()).then(|| Availability {
            channels: vec![ChannelAvailability {
                channel: "voice".to_owned(),
                available: self.is_free(person),
                phone_number: found.number.clone(),
                user_activity: Some(activity(found).to_owned()),
                user_state: self.user_state(found.presence),
            }],
        });
        wire::Contact {
            phone_numbers: found
                .has_device()
                .then(|| number(&found.number, "Office"))
                .into_iter()
                .collect(),
            person: Some(wire::ContactPerson {
                user_name: found.user_name.clone(),
                first_name: found.first_name.clone(),
                last_name: found.last_name.clone(),
                employee_id: format!("E{:05}", person.0 + 1),
                email_address: format!("{}@example.com", found.user_name),
                availability,
                business_units: [],
                roles: roles(found.role),
            }),
            ..self.entry(&id, "User", &found.user_name)
        }
    }

    /// The queues and the phone book, as entries of the directory.
    pub fn other_contacts(&self) -> Vec<wire::Contact> {
        let queues = SERVICES.iter().map(|service| wire::Contact {
            phone_numbers: vec![number(service.number, "Routing point")],
            ..self.entry(service.id, "Queue", service.queue)
        });
        let customs = PHONE_BOOK.iter().map(|&(id, name, dialled)| wire::Contact {
            phone_numbers: vec![number(dialled, "")],
            ..self.entry(id, "Custom", name)
        });
        queues.chain(customs).collect()
    }

    /// The telephone switch and what it can do, as far as a client sees it.
    pub fn voice_environment(&self, id: &str) -> Option<wire::VoiceEnvironment> {
        (id == self.voice_environment).then(|| wire::VoiceEnvironment {
            id: id.to_owned(),
            switch_name: SWITCH,
            uri: format!("{}/voice-environments/{id}", self.base()),
            path: format!("/voice-environments/{id}"),
        })
    }

    fn entry(&self, id: &str, kind: &'static str, name: &str) -> wire::Contact {
        wire::Contact {
            id: id.to_owned(),
            name: name.to_owned(),
            kind,
            phone_numbers: Vec::new(),
            person: None,
            uri: format!("{}/contacts/{id}", self.base()),
            path: format!("/contacts/{id}"),
        }
    }

    fn group_resource(&self, group: &AgentGroup) -> wire::Group {
        wire::Group {
            id: group.id.clone(),
            name: group.name.clone(),
            kind: "BusinessUnit",
            contains: ["users", "supervisors", "skills"],
            uri: format!("{}/groups/{}", self.base(), group.id),
            path: format!("/groups/{}", group.id),
        }
    }

    fn skill(&self, service: &Service) -> wire::Skill {
        wire::Skill {
            id: service.id,
            name: service.name,
            level: None,
            uri: format!("{}/skills/{}", self.base(), service.id),
            path: format!("/skills/{}", service.id),
        }
    }
}

const CONTACT_CENTER: &str = "f17e1a6b-2b1c-4a5f-9d0e-6a3c54b0c9d1";

/// Numbers everybody calls and nobody of the contact centre answers: id, name, number.
const PHONE_BOOK: [(&str, &str, &str); 2] = [
    (
        "9b6f1d2e8c4a4f7db1c05e3a7f20d001",
        "Interpreters",
        "8005550180",
    ),
    ("9b6f1d2e8c4a4f7db1c05e3a7f20d002", "Reception", "5000"),
];

/// Whether the phone book has this number.
pub(super) fn is_in_phone_book(number: &str) -> bool {
    PHONE_BOOK.iter().any(|&(_, _, known)| known == number)
}

fn number(number: &str, description: &str) -> ContactNumber {
    ContactNumber {
        phone_number: number.to_owned(),
        description: description.to_owned(),
        switch_name: SWITCH.to_owned(),
    }
}

/// Assumption: the words beside `Idle`, which is the documented one.
fn activity(person: &Person) -> &'static str {
    match person.presence {
        _ if !person.calls.is_empty() => "OnCall",
        Presence::AfterCallWork => "AfterCallWork",
        _ => "Idle",
    }
}

fn roles(role: Role) -> Vec<&'static str> {
    match role {
        Role::Agent => vec!["ROLE_AGENT"],
        Role::Supervisor => vec!["ROLE_AGENT", "ROLE_SUPERVISOR"],
        Role::Admin => vec!["ROLE_ADMIN"],
    }
}
