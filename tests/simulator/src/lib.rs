//! The CometD client and server machines in simulated storms.
//!
//! Two to five clients and one server run in virtual time over a network that loses, delays, repeats
//! and rewrites messages. Invariants are checked at every step. After the storm, everything must be in
//! order again within [`calm::BOUND`]. The seed determines the run.
//!
//! | file | holds |
//! |---|---|
//! | `scenario` | kinds of storms |
//! | `storm`, `script` | one run, and random actions of its clients |
//! | `calm` | the invariants after the storm, and their deadlines |
//! | `world`, `schedule` | clients, network and server in virtual time |
//! | `actor` | a client with its driver |
//! | `network`, `hostile` | the fate of requests and responses |
//! | `server` | a CometD server with the requests that wait for it; `supervision` uses it, too |
//! | `watch`, `deliveries`, `advice`, `pace`, `refusals` | the invariants |
//! | `tabs` | tabs of one browser that share a connection |
//! | `supervision`, `rule` | the supervision machine against a contact centre |
//! | `trace`, `dice`, `violation` | the log of a run, random numbers, a broken invariant |

#![forbid(unsafe_code)]

mod actor;
mod advice;
pub mod calm;
mod deliveries;
mod dice;
mod hostile;
mod network;
mod pace;
mod refusals;
mod rule;
mod scenario;
mod schedule;
mod script;
mod server;
mod storm;
mod supervision;
pub mod tabs;
mod trace;
mod violation;
mod watch;
mod world;

use std::fmt;
use std::ops::AddAssign;

pub use dice::Dice;
pub use rule::Rule;
pub use scenario::{About, Scenario};
pub use trace::{Detail, Trace};

use violation::Violation;

/// A run in which an invariant was broken.
#[derive(Debug)]
pub struct Failure {
    /// The kind of storm.
    pub scenario: &'static str,
    /// The only invariant that was checked, if not all were.
    pub rule: Option<Rule>,
    /// The seed that makes it happen again.
    pub seed: u64,
    /// What was broken.
    pub violation: String,
    /// The log of the run.
    pub trace: Trace,
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            scenario,
            rule,
            seed,
            violation,
            trace,
        } = self;
        let rule = rule.map_or_else(String::new, |rule| format!(" --rule {rule}"));
        write!(
            f,
            "{trace}\nscenario {scenario}, seed {seed}: {violation}\n\
             again: cargo xtask sim --scenario {scenario}{rule} --seed {seed} --trace\n"
        )
    }
}

/// Counts of a successful run.
#[derive(Clone, Copy, Debug, Default)]
pub struct Report {
    /// How much virtual time passed, in milliseconds.
    pub virtual_millis: u64,
    /// Requests that clients sent.
    pub requests: u64,
    /// Messages that reached clients.
    pub messages: u64,
    /// Sessions that clients had.
    pub sessions: u64,
    /// Sessions whose messages were acknowledged.
    pub acknowledged: u64,
    /// Messages of those sessions.
    pub acknowledged_messages: u64,
    /// Operations on devices and calls that were confirmed, refused, and of unknown outcome.
    pub operations: [u64; 3],
}

impl AddAssign for Report {
    fn add_assign(&mut self, other: Self) {
        self.virtual_millis += other.virtual_millis;
        self.requests += other.requests;
        self.messages += other.messages;
        self.sessions += other.sessions;
        self.acknowledged += other.acknowledged;
        self.acknowledged_messages += other.acknowledged_messages;
        for (all, these) in self.operations.iter_mut().zip(other.operations) {
            *all += these;
        }
    }
}

/// Runs one storm and the calm after it.
///
/// # Errors
///
/// The broken invariant, with the last steps before it.
pub fn run(scenario: &Scenario, seed: u64) -> Result<Report, Box<Failure>> {
    // Logging takes longer than the run itself, so only a run that fails is logged.
    match storm(scenario, seed, Detail::Nothing) {
        Ok((report, _)) => Ok(report),
        Err(_) => replay(scenario, seed, Detail::End).map(|(report, _)| report),
    }
}

/// Runs one storm and the calm after it, with a log.
///
/// # Errors
///
/// As [`run`].
pub fn replay(
    scenario: &Scenario,
    seed: u64,
    detail: Detail,
) -> Result<(Report, Trace), Box<Failure>> {
    storm(scenario, seed, detail).map_err(|(violation, trace)| {
        Box::new(Failure {
            scenario: scenario.name,
            rule: scenario.rule,
            seed,
            violation: violation.0,
            trace,
        })
    })
}

fn storm(
    scenario: &Scenario,
    seed: u64,
    detail: Detail,
) -> Result<(Report, Trace), (Violation, Trace)> {
    match scenario.about {
        About::Clients => storm::run(scenario, seed, detail),
        About::Tabs => tabs::storm::run(seed, detail),
        About::Supervision => supervision::run(seed, detail, scenario.rule),
    }
}
