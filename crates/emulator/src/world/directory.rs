//! People, groups and the queue as GWS resources: what a user or a contact looks like right now.
//!
//! The oddities of the documented samples are kept: one who is logged out has no `availability`,
//! `businessUnits` is empty.

use super::World;
use super::people::{Presence, Role};
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
}

const CONTACT_CENTER: &str = "f17e1a6b-2b1c-4a5f-9d0e-6a3c54b0c9d1";

fn roles(role: Role) -> Vec<&'static str> {
    match role {
        Role::Agent => vec!["ROLE_AGENT"],
        Role::Supervisor => vec!["ROLE_AGENT", "ROLE_SUPERVISOR"],
    }
}
