//! Agent groups: who works together, and who manages them (*BusinessUnitAPI*: a Configuration
//! Server agent group is a group of type `BusinessUnit`, with users and supervisors).

use std::collections::BTreeMap;

use rand_chacha::ChaCha8Rng;

use super::hire::uuid;
use super::{DEMO_SUPERVISOR, OTHER_SUPERVISOR, Person, PersonId, Role};
use crate::world::queues::{SERVICES, ServiceId};

/// Names a group by place in the list of groups.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct GroupId(pub(crate) usize);

/// Agents who serve the same customers, with a manager.
#[derive(Clone, Debug)]
pub(crate) struct AgentGroup {
    /// 32 hexadecimal digits.
    pub(crate) id: String,
    /// Such as `Billing 2`.
    pub(crate) name: String,
    /// What its agents have as their main skill.
    pub(crate) service: ServiceId,
    pub(crate) members: Vec<PersonId>,
    /// The supervisor who manages it.
    pub(crate) manager: PersonId,
}

/// How many agents a group has at most.
const LARGEST: usize = 15;

/// Puts every agent into a group. The supervisors manage groups in turn, and the agent on 6001 is
/// in the demo supervisor's.
pub(super) fn form(people: &mut [Person], dice: &mut ChaCha8Rng) -> Vec<AgentGroup> {
    let mut groups: Vec<AgentGroup> = Vec::new();
    let mut open: BTreeMap<ServiceId, GroupId> = BTreeMap::new();
    let mut so_far = [0; SERVICES.len()];
    let agents = people.iter_mut().enumerate();
    for (index, person) in agents.filter(|(_, person)| person.role == Role::Agent) {
        let Some(service) = person.skills.first().map(|skill| skill.service) else {
            continue;
        };
        let group = match open.get(&service) {
            Some(&group) if groups[group.0].members.len() < LARGEST => group,
            _ => {
                let group = GroupId(groups.len());
                so_far[service.0] += 1;
                groups.push(AgentGroup {
                    id: uuid(dice).replace('-', ""),
                    name: format!("{} {}", SERVICES[service.0].name, so_far[service.0]),
                    service,
                    members: Vec::new(),
                    manager: match group.0 % 2 {
                        0 => DEMO_SUPERVISOR,
                        _ => OTHER_SUPERVISOR,
                    },
                });
                open.insert(service, group);
                group
            }
        };
        groups[group.0].members.push(PersonId(index));
        person.group = Some(group);
    }
    groups
}
