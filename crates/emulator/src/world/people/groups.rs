//! Agent groups and their managers (*BusinessUnitAPI*: a Configuration
//! Server agent group is a group of type `BusinessUnit`, with users and supervisors).

use rand_chacha::ChaCha8Rng;

use super::{DEMO_SUPERVISOR, OTHER_SUPERVISOR, Person, Role};
use crate::world::ids::{PersonId, uuid};
use crate::world::{Refusal, World};

/// Agents with a manager.
#[derive(Clone, Debug)]
pub(crate) struct AgentGroup {
    /// 32 hexadecimal digits.
    pub(crate) id: String,
    /// Such as `Team 2`.
    pub(crate) name: String,
    pub(crate) members: Vec<PersonId>,
    /// The supervisor who manages it.
    pub(crate) manager: PersonId,
}

impl World {
    /// All agent groups.
    pub(crate) fn groups(&self) -> &[AgentGroup] {
        self.people.groups()
    }

    /// The groups of an agent, or those that a supervisor manages.
    ///
    /// Assumption: a supervisor belongs to the groups they manage.
    pub(crate) fn groups_of(&self, id: PersonId) -> impl Iterator<Item = &AgentGroup> {
        let role = self.people[id].role;
        self.groups().iter().filter(move |group| match role {
            Role::Agent => group.members.contains(&id),
            Role::Supervisor => group.manager == id,
        })
    }

    /// The group with this id.
    ///
    /// # Errors
    /// There is none.
    pub(crate) fn group(&self, id: &str) -> Result<&AgentGroup, Refusal> {
        let found = self.groups().iter().find(|group| group.id == id);
        found.ok_or_else(|| Refusal::NoSuchGroup(id.to_owned()))
    }
}

/// The maximum size of a group.
const LARGEST: usize = 15;

/// Distributes the agents among at least two groups. The supervisors manage groups in turn; the agent
/// on 6001 is in one of the demo supervisor's.
pub(super) fn assign(people: &[Person], rng: &mut ChaCha8Rng) -> Vec<AgentGroup> {
    let agents = people.iter().enumerate();
    let agents = agents.filter(|(_, person)| person.role == Role::Agent);
    let agents: Vec<PersonId> = agents.map(|(index, _)| PersonId(index)).collect();
    let count = agents.len().div_ceil(LARGEST).max(2).min(agents.len());
    let group = |index: usize| AgentGroup {
        id: uuid(rng).replace('-', ""),
        name: format!("Team {}", index + 1),
        members: agents.iter().copied().skip(index).step_by(count).collect(),
        manager: [DEMO_SUPERVISOR, OTHER_SUPERVISOR][index % 2],
    };
    (0..count).map(group).collect()
}
