//! Who can serve which customers.
//!
//! Every agent has a main skill, dealt out so that as many have it as customers ask for it, and
//! half of them have a second one, at a lower level.

use rand::RngExt;
use rand_chacha::ChaCha8Rng;

use crate::world::queues::{SERVICES, ServiceId};

/// How well an agent can serve the customers of a service.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Skill {
    pub(crate) service: ServiceId,
    /// From 1 to 10.
    pub(crate) level: u8,
}

/// How many agents have a second skill.
const HAVE_A_SECOND: f64 = 0.5;

/// The skills of the agent with this place among the agents.
pub(super) fn of(index: usize, dice: &mut ChaCha8Rng) -> Vec<Skill> {
    let main = main(index);
    let mut skills = vec![Skill {
        service: main,
        level: dice.random_range(6..=10),
    }];
    let second = ServiceId((main.0 + dice.random_range(1..SERVICES.len())) % SERVICES.len());
    let level = dice.random_range(2..=6);
    if dice.random_bool(HAVE_A_SECOND) {
        skills.push(Skill {
            service: second,
            level,
        });
    }
    skills
}

/// Deals the services out by their shares: of any number of agents in a row as many get one as
/// customers ask for it, but for one agent at most.
fn main(index: usize) -> ServiceId {
    let mut dealt = [0.0; SERVICES.len()];
    let mut chosen = ServiceId(0);
    // A hundred agents are a whole round of percentages.
    for agent in 0..=index % 100 {
        let owed = |service: usize| SERVICES[service].share * (agent + 1) as f64 - dealt[service];
        let most = (0..SERVICES.len()).max_by(|&a, &b| owed(a).total_cmp(&owed(b)));
        // There are services.
        chosen = ServiceId(most.unwrap_or(0));
        dealt[chosen.0] += 1.0;
    }
    chosen
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn skills_are_dealt_out_by_what_customers_ask_for() {
        for agents in [10, 40, 1_000] {
            for (service, known) in SERVICES.iter().enumerate() {
                let have = (0..agents).filter(|&index| main(index) == ServiceId(service));
                let share = have.count() as f64 / agents as f64;
                assert!(
                    (share - known.share).abs() <= 1.0 / agents as f64,
                    "{share}"
                );
            }
        }
    }
}
