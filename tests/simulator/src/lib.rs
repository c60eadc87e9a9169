//! The CometD client and server machines in simulated storms.
//!
//! Two to five clients and one server live in virtual time over a network that loses, delays,
//! repeats and rewrites what it carries. At every step the [`watch`] looks on; when the storm is
//! over, everything has to be in order again within [`calm::BOUND`]. A run is determined by its
//! seed: the same seed, the same storm.
//!
//! | file | holds |
//! |---|---|
//! | `scenario` | kinds of storms |
//! | `world`, `schedule` | time, and what happens when |
//! | `server` | what the server does by itself |
//! | `network` | what becomes of requests and responses on their way |
//! | `hostile` | replies rewritten by somebody who means no good |
//! | `actor`, `page_life` | a client with its driver, its script, and the page it lives in |
//! | `watch`, `deliveries`, `advice`, `pace`, `refusals` | the invariants |
//! | `calm` | what must hold when the storm is over, and by when |
//! | `tabs` | tabs of one browser that share a connection |
//! | `supervision`, `rule` | the supervision machine against a contact centre |
//! | `trace`, `dice` | what was seen, and by what chance |

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
    /// The only invariant that was looked at, if one was.
    pub rule: Option<Rule>,
    /// The seed that makes it happen again.
    pub seed: u64,
    /// What was broken.
    pub violation: String,
    /// How it came about.
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

/// What a run that went well has to tell.
#[derive(Clone, Copy, Debug, Default)]
pub struct Report {
    /// How much virtual time went by, in milliseconds.
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

/// Runs one storm and the calm after it.
///
/// # Errors
///
/// Tells which invariant was broken, with the last steps before it.
pub fn run(scenario: &Scenario, seed: u64) -> Result<Report, Box<Failure>> {
    // Writing down what happens takes longer than the run itself: only when it went wrong.
    match storm(scenario, seed, Detail::Nothing) {
        Ok((report, _)) => Ok(report),
        Err(_) => replay(scenario, seed, Detail::End).map(|(report, _)| report),
    }
}

/// Runs one storm and the calm after it, and writes down what happens.
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
