//! One run: some minutes in which anything may go wrong, and the calm after them.

use bayeux::Duration;
use bayeux::Page as Life;

use super::exchange::SLOWEST;
use super::people::{self, Weather};
use super::simulation::Simulation;
use super::tab::Click;
use super::watch::BOUND_AT_REST;
use crate::trace::{Detail, Trace};
use crate::violation::Violation;
use crate::{Report, Rule};

/// How long after the faults everything must be in order: a poll that died unnoticed (70 s), the
/// longest back-off (60 s, by `Retry-After`), and the time that [`BOUND_AT_REST`] allows from then
/// on.
const CALM: Duration = Duration::from_secs(130 + BOUND_AT_REST.as_secs());
/// How soon a change must be displayed in calm: 2 s; with several tabs, after an interval of 2 s;
/// plus the delay of the network.
const FRESH: Duration = Duration::from_secs(5);

/// Runs one storm, and the calm after it.
pub(crate) fn run(
    seed: u64,
    detail: Detail,
    only: Option<Rule>,
) -> Result<(Report, Trace), (Violation, Trace)> {
    let mut sim = Simulation::new(seed, detail, only);
    match storm(&mut sim).and_then(|()| calm(&mut sim)) {
        Ok(()) => {
            let mut report = Report {
                virtual_millis: sim.elapsed(),
                ..Report::default()
            };
            for page in &sim.pages {
                report.requests += page.watch.requests;
                for (all, these) in report.operations.iter_mut().zip(page.watch.outcomes) {
                    *all += these;
                }
            }
            Ok((report, sim.trace))
        }
        Err(violation) => {
            sim.note("watch", || violation.0.clone());
            Err((violation, sim.trace))
        }
    }
}

fn storm(sim: &mut Simulation) -> Result<(), Violation> {
    let mut goes_wrong = || sim.dice.chance(650);
    let weather = Weather {
        requests: goes_wrong(),
        notifications: goes_wrong(),
        pages: goes_wrong(),
        sessions: goes_wrong(),
    };
    // Some runs are always busy, some have pauses.
    let longest_pause = sim.dice.pick(&[2_000, 6_000, 25_000]);
    for _ in 0..=sim.dice.below(2) {
        sim.open()?;
    }
    let end = sim.now + sim.dice.millis(90_000, 400_000);
    if weather.notifications && sim.dice.chance(300) {
        sim.note("network", || "no notification arrives".to_owned());
        sim.network.drop_notifications(end);
    }
    let mut pause = Duration::from_secs(1);
    while sim.now + pause <= end {
        sim.advance(pause)?;
        people::act(sim, weather)?;
        pause = sim.dice.millis(100, longest_pause);
    }
    sim.advance(end.since(sim.now))
}

/// The faults end, and people resolve everything that waits for them.
fn calm(sim: &mut Simulation) -> Result<(), Violation> {
    sim.note("network", || "the storm is over".to_owned());
    sim.network.calm_down();
    if sim.gws.signed_in.is_none() {
        sim.sign_in(Some(0))?;
    }
    for page in 0..sim.pages.len() {
        sim.resume(page)?;
    }
    // Some responses and notifications are still on their way.
    sim.advance(Duration::from_millis(2 * SLOWEST))?;
    for page in sim.awake() {
        sim.live(page, Life::Online)?;
        sim.live(page, Life::Visible)?;
        sim.click(page, &Click::Retry)?;
    }
    sim.advance(CALM)?;
    sim.is_at_rest()?;
    for page in &mut sim.pages {
        page.watch.is_calm = true;
    }
    for _ in 0..5 {
        people::act_in_calm(sim)?;
        sim.advance(FRESH)?;
        sim.is_at_rest()?;
    }
    Ok(())
}
