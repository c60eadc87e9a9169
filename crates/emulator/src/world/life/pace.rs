//! How often and how long: every distribution of the day, with its units. All times are in
//! milliseconds of the contact centre, all shares are of 1.
//!
//! | what | distribution | parameters |
//! |---|---|---|
//! | time between customers' calls | exponential, its rate following the hour (a Poisson process) | [`CALLS_PER_HOUR`] per agent employed |
//! | a customer's patience in the queue | exponential | mean 2 min |
//! | until an agent picks up | log-normal | median 3 s, σ 0.3, at most 10 s |
//! | talking | log-normal | median 75 s, σ 0.6, 5 s to 15 min: mean about 90 s |
//! | writing up (after-call work) | log-normal | median 9 s, σ 0.5, at most 2 min: mean about 10 s |
//! | asking a colleague about a call, ringing included | log-normal | median 25 s, σ 0.5, 12 s to 2 min |
//! | a short pause between calls | log-normal | median 40 s, σ 0.5, at most 3 min |
//! | lateness to a shift | exponential | mean 90 s |
//!
//! Talking and writing up are shorter than in most real contact centres, because people watch
//! this one: at forty agents, one who is monitored has a call within about half a minute. How busy
//! agents are is realistic: around four fifths of their time.

use rand::{Rng, RngExt};
use rand_distr::{Distribution, Exp, LogNormal};

/// A second, in milliseconds.
pub(crate) const SECOND: u64 = 1_000;
/// A minute, in milliseconds.
pub(crate) const MINUTE: u64 = 60 * SECOND;
/// An hour, in milliseconds.
pub(crate) const HOUR: u64 = 60 * MINUTE;
/// A day, in milliseconds.
pub(crate) const DAY: u64 = 24 * HOUR;

/// Customers' calls per hour and agent employed, for each hour of the day from midnight on;
/// between the middles of two hours the rate changes evenly. Two humps with a dip at noon, a thin
/// evening, a thin night, in keeping with who is at work (`shifts`).
pub(crate) const CALLS_PER_HOUR: [f64; 24] = [
    0.8, 0.8, 0.6, 0.8, 0.8, 0.9, 1.7, 3.0, 8.5, 14.7, 18.2, 18.0, 16.7, 18.2, 19.9, 19.5, 17.1,
    10.9, 5.5, 2.6, 2.9, 2.3, 1.6, 1.2,
];

/// Of customers' calls whose end has come, how many are handed on to a colleague instead…
pub(super) const HANDED_ON: f64 = 0.04;
/// …how many a colleague is asked about…
pub(super) const ASKED: f64 = 0.03;
/// …and to how many a colleague is brought. All this only if a colleague is free.
pub(super) const BROUGHT_IN: f64 = 0.01;
/// Of colleagues who are asked, how many get the call…
pub(super) const GETS_IT: f64 = 0.5;
/// …and how many take part in it. The rest leave it to whoever asked.
pub(super) const TAKES_PART: f64 = 0.2;
/// How often an agent who has written up a call calls somebody outside…
pub(super) const CALLS_OUT: f64 = 0.02;
/// …or a colleague.
pub(super) const CALLS_A_COLLEAGUE: f64 = 0.01;
/// How often an agent takes a short pause after a call.
pub(super) const PAUSES: f64 = 0.04;

/// The distributions, ready to be drawn from.
#[derive(Clone, Debug)]
pub(in crate::world) struct Pace {
    patience: Exp<f64>,
    picking_up: LogNormal<f64>,
    talking: LogNormal<f64>,
    writing_up: LogNormal<f64>,
    asking: LogNormal<f64>,
    pausing: LogNormal<f64>,
    lateness: Exp<f64>,
    /// Between two possible calls, at the busiest time of the day.
    gap: Option<Exp<f64>>,
}

impl Pace {
    /// The pace of a contact centre with so many agents.
    pub(in crate::world) fn new(agents: usize) -> Self {
        let calls_per_ms = busiest() * agents as f64 / HOUR as f64;
        Self {
            patience: exponential(2.0 * MINUTE as f64),
            picking_up: log_normal(3.0, 0.3),
            talking: log_normal(75.0, 0.6),
            writing_up: log_normal(9.0, 0.5),
            asking: log_normal(25.0, 0.5),
            pausing: log_normal(40.0, 0.5),
            lateness: exponential(90.0 * SECOND as f64),
            gap: (agents > 0).then(|| exponential(1.0 / calls_per_ms)),
        }
    }

    pub(super) fn patience(&self, dice: &mut impl Rng) -> u64 {
        whole(self.patience.sample(dice))
    }

    pub(super) fn picking_up(&self, dice: &mut impl Rng) -> u64 {
        whole(self.picking_up.sample(dice)).clamp(SECOND, 10 * SECOND)
    }

    pub(super) fn talking(&self, dice: &mut impl Rng) -> u64 {
        whole(self.talking.sample(dice)).clamp(5 * SECOND, 15 * MINUTE)
    }

    pub(super) fn writing_up(&self, dice: &mut impl Rng) -> u64 {
        whole(self.writing_up.sample(dice)).clamp(SECOND, 2 * MINUTE)
    }

    pub(super) fn asking(&self, dice: &mut impl Rng) -> u64 {
        whole(self.asking.sample(dice)).clamp(12 * SECOND, 2 * MINUTE)
    }

    pub(super) fn pausing(&self, dice: &mut impl Rng) -> u64 {
        whole(self.pausing.sample(dice)).clamp(5 * SECOND, 3 * MINUTE)
    }

    pub(super) fn lateness(&self, dice: &mut impl Rng) -> u64 {
        whole(self.lateness.sample(dice)).min(10 * MINUTE)
    }

    /// How long until a customer may call; [`calls_now`](Self::calls_now) says whether one does.
    /// `None` where nobody works.
    pub(super) fn until_next(&self, dice: &mut impl Rng) -> Option<u64> {
        self.gap.map(|gap| whole(gap.sample(dice)))
    }

    /// Whether a customer who may call does so: thinning (Lewis and Shedler) makes the rate follow
    /// the hour.
    pub(super) fn calls_now(&self, time_of_day: u64, dice: &mut impl Rng) -> bool {
        dice.random_bool((calls_per_hour(time_of_day) / busiest()).clamp(0.0, 1.0))
    }
}

/// Customers' calls per hour and agent employed, at a time of the day in milliseconds.
pub(super) fn calls_per_hour(time_of_day: u64) -> f64 {
    let hours = time_of_day as f64 / HOUR as f64 + 23.5;
    let before = CALLS_PER_HOUR[hours as usize % 24];
    let after = CALLS_PER_HOUR[(hours as usize + 1) % 24];
    before + (after - before) * hours.fract()
}

fn busiest() -> f64 {
    CALLS_PER_HOUR.iter().copied().fold(0.0, f64::max)
}

fn exponential(mean: f64) -> Exp<f64> {
    Exp::new(1.0 / mean).expect("a mean above zero")
}

/// `median` is in seconds.
fn log_normal(median: f64, sigma: f64) -> LogNormal<f64> {
    LogNormal::new((median * SECOND as f64).ln(), sigma).expect("a finite deviation")
}

/// A float above 2⁶⁴ becomes the largest whole number, and none is below 0.
fn whole(time: f64) -> u64 {
    time as u64
}
