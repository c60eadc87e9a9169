//! The people of the contact centre, with look-up by index, number, user name, id and device. The list
//! never changes, and neither do the indexes.
//!
//! | module | holds |
//! |---|---|
//! | `generate` | generates people with names, numbers and ids from the seed |
//! | `groups` | agent groups with members and managers |
//! | `names` | first and last names |

mod generate;
mod groups;
mod names;

use std::collections::HashMap;
use std::ops::{Index, IndexMut};

use crate::world::ids::PersonId;
use gws::{DeviceId, UserId};
use serde::{Deserialize, Serialize};

pub(super) use self::generate::generate;
pub(crate) use self::groups::AgentGroup;

/// The supervisor who is signed in on the demo page.
pub const DEMO_SUPERVISOR: PersonId = PersonId(0);
/// The other supervisor.
pub const OTHER_SUPERVISOR: PersonId = PersonId(1);

/// The role of a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Takes calls.
    Agent,
    /// Monitors agents.
    Supervisor,
}

/// The state of a person, apart from calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Presence {
    /// Ready for calls.
    Ready,
    /// Not ready for calls, perhaps for a reason.
    NotReady(Option<Reason>),
    /// Other work.
    AuxWork,
    /// After-call work.
    AfterCallWork,
    /// Just logged in; a transient state.
    LoggedIn,
    /// Logged out: the device is inactive.
    LoggedOut,
}

/// The reason of `NotReady`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Reason {
    /// Lunch.
    Lunch,
    /// A break.
    Break,
    /// Training.
    Training,
    /// A meeting.
    Meeting,
}

impl Reason {
    /// All reasons.
    pub const ALL: [Self; 4] = [Self::Lunch, Self::Break, Self::Training, Self::Meeting];

    /// The name on the wire and on the screen.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Lunch => "Lunch",
            Self::Break => "Break",
            Self::Training => "Training",
            Self::Meeting => "Meeting",
        }
    }
}

/// A person and their device.
#[derive(Clone, Debug)]
pub struct Person {
    /// The id as a user.
    pub id: UserId,
    /// The sign-in name.
    pub user_name: String,
    /// The first name.
    pub first_name: String,
    /// The last name.
    pub last_name: String,
    /// The role.
    pub role: Role,
    /// The number of the device.
    pub number: String,
    /// The device.
    pub device: DeviceId,
    /// The state.
    pub presence: Presence,
    /// Whether the device rejects calls.
    pub do_not_disturb: bool,
}

impl Person {
    pub(in crate::world) fn name(&self) -> String {
        format!("{} {}", self.first_name, self.last_name)
    }

    pub(crate) fn is_active(&self) -> bool {
        self.presence != Presence::LoggedOut
    }
}

/// Everyone, in the order of their [`PersonId`]s: supervisors, agents.
#[derive(Clone, Debug)]
pub(in crate::world) struct People {
    list: Vec<Person>,
    groups: Vec<AgentGroup>,
    by_number: HashMap<String, PersonId>,
    by_user_name: HashMap<String, PersonId>,
    by_id: HashMap<UserId, PersonId>,
    by_device: HashMap<DeviceId, PersonId>,
}

impl People {
    fn new(list: Vec<Person>, groups: Vec<AgentGroup>) -> Self {
        let mut people = Self {
            groups,
            by_number: HashMap::with_capacity(list.len()),
            by_user_name: HashMap::with_capacity(list.len()),
            by_id: HashMap::with_capacity(list.len()),
            by_device: HashMap::with_capacity(list.len()),
            list,
        };
        for (index, person) in people.list.iter().enumerate() {
            let place = PersonId(index);
            // The demo supervisor's name may belong to another user, too; the first wins.
            let names = &mut people.by_user_name;
            names.entry(person.user_name.clone()).or_insert(place);
            people.by_id.insert(person.id.clone(), place);
            people.by_number.insert(person.number.clone(), place);
            people.by_device.insert(person.device.clone(), place);
        }
        people
    }

    /// Everyone.
    pub(in crate::world) fn ids(&self) -> impl Iterator<Item = PersonId> + use<> {
        (0..self.list.len()).map(PersonId)
    }

    /// The agent groups.
    pub(in crate::world) fn groups(&self) -> &[AgentGroup] {
        &self.groups
    }

    /// The people with this role, by number.
    pub(in crate::world) fn with_role(
        &self,
        role: Role,
    ) -> impl Iterator<Item = (PersonId, &Person)> {
        let all = self.list.iter().enumerate();
        all.filter(move |(_, person)| person.role == role)
            .map(|(index, person)| (PersonId(index), person))
    }

    /// The owner of the device with this number.
    pub(in crate::world) fn by_number(&self, number: &str) -> Option<PersonId> {
        self.by_number.get(number).copied()
    }

    /// The user with this user name.
    pub(in crate::world) fn by_user_name(&self, user_name: &str) -> Option<PersonId> {
        self.by_user_name.get(user_name).copied()
    }

    /// The user with this id.
    pub(in crate::world) fn by_id(&self, id: &UserId) -> Option<PersonId> {
        self.by_id.get(id).copied()
    }

    /// The owner of this device.
    pub(in crate::world) fn by_device(&self, device: &DeviceId) -> Option<PersonId> {
        self.by_device.get(device).copied()
    }
}

impl Index<PersonId> for People {
    type Output = Person;
    fn index(&self, person: PersonId) -> &Person {
        &self.list[person.0]
    }
}

impl IndexMut<PersonId> for People {
    fn index_mut(&mut self, person: PersonId) -> &mut Person {
        &mut self.list[person.0]
    }
}
