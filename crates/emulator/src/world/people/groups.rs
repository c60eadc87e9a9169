//! Agent groups: who works together, and who manages them (*BusinessUnitAPI*: a Configuration
//! Server agent group is a group of type `BusinessUnit`, with users and supervisors).

use rand_chacha::ChaCha8Rng;

use super::hire::uuid;
use super::{DEMO_SUPERVISOR, OTHER_SUPERVISOR, Person, Role};
use crate::world::ids::{GroupId, PersonId};

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

/// How many agents a group has at most.
const LARGEST: usize = 15;

/// Deals the agents out to at least two groups. The supervisors manage groups in turn, and the agent
/// on 6001 is in the demo supervisor's.
pub(super) fn form(people: &mut [Person], dice: &mut ChaCha8Rng) -> Vec<AgentGroup> {
    let agents = people.iter_mut().enumerate();
    let agents: Vec<_> = agents
        .filter(|(_, person)| person.role == Role::Agent)
        .collect();
    let count = agents.len().div_ceil(LARGEST).max(2).min(agents.len());
    let mut groups: Vec<AgentGroup> = (0..count)
        .map(|index| AgentGroup {
            id: uuid(dice).replace('-', ""),
            name: format!("Team {}", index + 1),
            members: Vec::new(),
            manager: [DEMO_SUPERVISOR, OTHER_SUPERVISOR][index % 2],
        })
        .collect();
    for (nth, (index, person)) in agents.into_iter().enumerate() {
        let group = nth % count;
        groups[group].members.push(PersonId(index));
        person.group = Some(GroupId(group));
    }
    groups
}
