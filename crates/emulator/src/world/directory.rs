//! People, groups and the queue as GWS resources: what a user or a contact looks like right now.
//!
//! The oddities of the documented samples are kept: one who is logged out has no `availability`,
//! `businessUnits` is empty.

use gws::user::{Availability, ChannelAvailability, ContactNumber};

use super::life::{QUEUE, QUEUE_ID, SERVICE_NUMBER};
use super::people::{AgentGroup, Person, Presence, Role};
use super::resources::SWITCH;
use super::{Refusal, Supervised, World};
use crate::wire;
use crate::world::ids::PersonId;

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
            groups: None,
        }
    }

    /// What the user is employed as.
    pub fn role(&self, person: PersonId) -> Role {
        self.people[person.0].role
    }

    /// The user's one channel: voice.
    pub fn channel(&self, person: PersonId) -> wire::Channel {
        let found = &self.people[person.0];
        wire::Channel {
            channel: "voice",
            available: found.presence == Presence::Ready,
            phone_number: found.number.clone(),
            user_state: self.user_state(found.presence),
        }
    }

    /// The agent groups the user belongs to: an agent's own, or those a supervisor manages.
    ///
    /// Assumption: a supervisor belongs to the groups they manage.
    pub fn groups_of(&self, person: PersonId) -> Vec<wire::Group> {
        let role = self.role(person);
        let belongs = |group: &&AgentGroup| match role {
            Role::Agent => group.members.contains(&person),
            Role::Supervisor => group.manager == person,
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
        let availability = found.is_active().then(|| Availability {
            channels: vec![ChannelAvailability {
                channel: "voice".to_owned(),
                available: self.is_free(person),
                phone_number: found.number.clone(),
                user_activity: Some(activity(found).to_owned()),
                user_state: self.user_state(found.presence),
            }],
        });
        wire::Contact {
            phone_numbers: vec![number(&found.number, "Office")],
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

    /// The queue as an entry of the directory.
    pub fn queue_contact(&self) -> wire::Contact {
        wire::Contact {
            phone_numbers: vec![number(SERVICE_NUMBER, "Routing point")],
            ..self.entry(QUEUE_ID, "Queue", QUEUE)
        }
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
            contains: ["users", "supervisors"],
            uri: format!("{}/groups/{}", self.base(), group.id),
            path: format!("/groups/{}", group.id),
        }
    }
}

const CONTACT_CENTER: &str = "f17e1a6b-2b1c-4a5f-9d0e-6a3c54b0c9d1";

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
    }
}
