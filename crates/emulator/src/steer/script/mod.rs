//! Scripts: instructions that are carried out at given times, from a TOML file.
//!
//! ```toml
//! # A call comes, and its notifications are late.
//! [emulator]              # optional: the script's own contact centre
//! agents = 5
//! life = false
//!
//! [[step]]
//! at = "5s"               # since the script began
//! do = "callArrives"
//! agent = "6001"
//! from = "555-0100"
//!
//! [[step]]
//! when = { who = "5005", is = "monitoring" }
//! after = "2s"            # since the condition held; without `when`, since the previous step
//! do = "faultOn"
//! fault = "delayNotifications"
//! by = "3s"
//! ```
//!
//! Steps are carried out in order. Times are the contact centre's: with `--speed 10` a script plays
//! ten times as fast. A step that the contact centre refuses ends the script.
//!
//! | file | holds |
//! |---|---|
//! | this one | the types |
//! | `read` | parses a script, with the line of each mistake |
//! | `player` | when which step is due |
//! | `shipped` | the shipped scripts |

mod player;
mod read;
mod shipped;
#[cfg(test)]
mod tests;

use serde::{Deserialize, Serialize};

use crate::config::CentreOptions;
use crate::span::Span;
use crate::steer::instruction::Instruction;
use crate::world::World;

pub use self::player::{Progress, ScriptStatus};
pub use self::read::{Mistake, ScriptError};
pub use self::shipped::{SHIPPED, Shipped};

pub(crate) use self::player::{Facts, Player};

/// A script.
#[derive(Clone, Debug, PartialEq)]
pub struct Script {
    /// Its name, usually the file's.
    pub name: String,
    /// Options of its own contact centre, if it has one, which starts with the script.
    pub centre: Option<CentreOptions>,
    /// The steps, in order.
    pub steps: Vec<Step>,
}

/// A step of a script.
#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    /// The line it begins on, counted from 1.
    pub line: usize,
    /// When it is due.
    pub when: When,
    /// What it carries out.
    pub instruction: Instruction,
}

/// When a step is due. Never before the previous one.
#[derive(Clone, Debug, PartialEq)]
pub enum When {
    /// At this time since the script began.
    At(Span),
    /// This long after the previous step, or after the start.
    After(Span),
    /// This long after a condition first held.
    Once(Condition, Span),
}

/// A condition to wait for: `{ who = "5005", is = "monitoring" }`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Condition {
    /// Somebody's number.
    pub who: String,
    /// The required condition.
    pub is: Is,
}

/// A condition of a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Is {
    /// A supervisor who monitors an agent.
    Monitoring,
    /// A supervisor who monitors nobody.
    NotMonitoring,
    /// A person whose call rings.
    Ringing,
    /// A person in a call.
    Established,
    /// A person without a call.
    Free,
    /// A person whose page waits for notifications.
    Connected,
}

impl Script {
    /// Checks that everyone it names exists.
    ///
    /// # Errors
    /// Each step that names an unknown person, with its line.
    pub(crate) fn check_people(&self, world: &World) -> Result<(), ScriptError> {
        let mut mistakes = Vec::new();
        for step in &self.steps {
            let waited_for = match &step.when {
                When::Once(condition, _) => Some(condition.who.clone()),
                When::At(_) | When::After(_) => None,
            };
            for number in step.instruction.people().into_iter().chain(waited_for) {
                if let Err(refusal) = world.person_with_number(&number) {
                    mistakes.push(Mistake {
                        line: step.line,
                        what: refusal.to_string(),
                    });
                }
            }
        }
        if mistakes.is_empty() {
            return Ok(());
        }
        Err(ScriptError {
            name: self.name.clone(),
            mistakes,
        })
    }
}
