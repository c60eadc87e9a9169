//! The people of the contact centre, and how they are found: by place, number, user name, id and
//! device. Nobody is hired or dismissed once the day has begun, so the indexes never change.
//!
//! | module | decides |
//! |---|---|
//! | `hire` | who works here: names, numbers, ids, all by seed |
//! | `groups` | who belongs to which agent group, and who manages it |
//! | `names` | what people are called |

mod groups;
mod hire;
mod names;

use std::collections::HashMap;
use std::ops::{Index, IndexMut};

use crate::world::ids::PersonId;
use gws::{DeviceId, UserId};
use serde::{Deserialize, Serialize};

pub(crate) use self::groups::AgentGroup;
pub(super) use self::hire::hire;

/// The supervisor whom the demo page signs in.
pub const DEMO_SUPERVISOR: PersonId = PersonId(0);
/// The other supervisor.
pub const OTHER_SUPERVISOR: PersonId = PersonId(1);

/// What somebody is employed as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Takes calls.
    Agent,
    /// Listens to agents.
    Supervisor,
}

/// What somebody is doing, apart from calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Presence {
    /// Takes calls.
    Ready,
    /// Takes no calls, perhaps for a reason.
    NotReady(Option<Reason>),
    /// Does other work.
    AuxWork,
    /// Writes up the last call.
    AfterCallWork,
    /// Has just logged in; passes in a moment.
    LoggedIn,
    /// Is not there: the device is inactive.
    LoggedOut,
}

/// Why somebody takes no calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Reason {
    /// Eats.
    Lunch,
    /// Rests.
    Break,
    /// Learns.
    Training,
    /// Sits in a meeting.
    Meeting,
}

impl Reason {
    /// All reasons.
    pub const ALL: [Self; 4] = [Self::Lunch, Self::Break, Self::Training, Self::Meeting];

    /// The word that is shown and sent.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Lunch => "Lunch",
            Self::Break => "Break",
            Self::Training => "Training",
            Self::Meeting => "Meeting",
        }
    }
}

/// A person, with the device that is theirs.
#[derive(Clone, Debug)]
pub struct Person {
    /// The id as a user.
    pub id: UserId,
    /// The name to sign in with.
    pub user_name: String,
    /// The first name.
    pub first_name: String,
    /// The last name.
    pub last_name: String,
    /// What they are employed as.
    pub role: Role,
    /// The number of the device.
    pub number: String,
    /// The device.
    pub device: DeviceId,
    /// What they are doing.
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
            // If the demo supervisor's name was chosen to be somebody else's, the first has it.
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

    /// Everyone in that role, by number.
    pub(in crate::world) fn with_role(
        &self,
        role: Role,
    ) -> impl Iterator<Item = (PersonId, &Person)> {
        let all = self.list.iter().enumerate();
        all.filter(move |(_, person)| person.role == role)
            .map(|(index, person)| (PersonId(index), person))
    }

    /// Whose device has this number.
    pub(in crate::world) fn by_number(&self, number: &str) -> Option<PersonId> {
        self.by_number.get(number).copied()
    }

    /// Who signs in by this name.
    pub(in crate::world) fn by_user_name(&self, user_name: &str) -> Option<PersonId> {
        self.by_user_name.get(user_name).copied()
    }

    /// Whose id this is.
    pub(in crate::world) fn by_id(&self, id: &UserId) -> Option<PersonId> {
        self.by_id.get(id).copied()
    }

    /// Whose device this is.
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
