//! Who is at work when: eight and a half hours with a break of a quarter of an hour, lunch, and
//! another break, beginning in staggered quarters of an hour so that most are there when most
//! customers call. A few are there in the evening and at night.

use rand::RngExt;
use rand_chacha::ChaCha8Rng;

use super::pace::{DAY, HOUR, MINUTE};
use crate::world::people::Reason;

/// When an agent works, the same every day.
#[derive(Clone, Copy, Debug, Default)]
pub(in crate::world) struct Shift {
    /// Milliseconds after midnight.
    begins: u64,
    breaks: [Break; 3],
}

#[derive(Clone, Copy, Debug)]
struct Break {
    /// Milliseconds after the shift's beginning.
    after: u64,
    lasts: u64,
    reason: Reason,
}

/// What a shift says somebody does at a time of the day. Spans are in milliseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::world) enum Duty {
    /// Is not at work, and comes in so long.
    Off { comes_in: u64 },
    /// Works, until a break or the end of the shift in so long.
    Works { until_in: u64 },
    /// Has a break, which ends in so long.
    Rests { reason: Reason, ends_in: u64 },
}

const LASTS: u64 = 8 * HOUR + 30 * MINUTE;

/// When shifts begin, as hours of the day, and how many agents have them.
const BEGINNINGS: [(u64, f64); 8] = [
    (6, 0.06),
    (7, 0.12),
    (8, 0.25),
    (9, 0.25),
    (10, 0.12),
    (13, 0.10),
    (15, 0.05),
    (22, 0.05),
];

impl Shift {
    /// The shift of the agent with this place among the agents. Shifts are dealt out evenly, so
    /// that the day of ten agents looks like that of ten thousand. The first agent's begins
    /// between nine and ten.
    pub(in crate::world) fn of(index: usize, dice: &mut ChaCha8Rng) -> Self {
        // Multiples of the golden ratio fall evenly, however many there are.
        let share = (0.5 + index as f64 * 0.618_033_988_749_894_9).fract();
        let mut so_far = 0.0;
        let hour = BEGINNINGS.iter().find(|&&(_, weight)| {
            so_far += weight;
            share < so_far
        });
        let hour = hour.map_or(BEGINNINGS[0].0, |&(hour, _)| hour);
        let mut some_break = |after: u64, lasts: u64, usually: Reason| {
            let unusual = [Reason::Training, Reason::Meeting][dice.random_range(0..2)];
            Break {
                after: after + 15 * MINUTE * dice.random_range(0..4),
                lasts,
                reason: if dice.random_bool(0.15) {
                    unusual
                } else {
                    usually
                },
            }
        };
        let breaks = [
            some_break(HOUR + 30 * MINUTE, 15 * MINUTE, Reason::Break),
            some_break(3 * HOUR + 30 * MINUTE, 30 * MINUTE, Reason::Lunch),
            some_break(6 * HOUR, 15 * MINUTE, Reason::Break),
        ];
        Self {
            begins: hour * HOUR + 15 * MINUTE * dice.random_range(0..4),
            breaks,
        }
    }

    /// What it says for a time of the day, in milliseconds after midnight.
    pub(in crate::world) fn duty(&self, time_of_day: u64) -> Duty {
        let at = (time_of_day % DAY + DAY - self.begins) % DAY;
        if at >= LASTS {
            return Duty::Off { comes_in: DAY - at };
        }
        for rest in self.breaks {
            if at < rest.after {
                return Duty::Works {
                    until_in: rest.after - at,
                };
            }
            if at < rest.after + rest.lasts {
                return Duty::Rests {
                    reason: rest.reason,
                    ends_in: rest.after + rest.lasts - at,
                };
            }
        }
        Duty::Works {
            until_in: LASTS - at,
        }
    }
}

impl Default for Break {
    fn default() -> Self {
        Self {
            after: 0,
            lasts: 0,
            reason: Reason::Break,
        }
    }
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng;

    use super::super::pace::calls_per_hour;
    use super::*;

    fn at_work(agents: usize, time_of_day: u64) -> f64 {
        let mut dice = ChaCha8Rng::seed_from_u64(5);
        let shifts = (0..agents).map(|index| Shift::of(index, &mut dice));
        let work = shifts.filter(|shift| matches!(shift.duty(time_of_day), Duty::Works { .. }));
        work.count() as f64 / agents as f64
    }

    /// Agents are planned to be busy for about four fifths of their time, somewhat less when few
    /// are there: a few must be idle more often to be there when needed.
    #[test]
    fn shifts_and_calls_fit_each_other() {
        // Talking, writing up, picking up; and what colleagues and calls of one's own take.
        let seconds_a_call = 90.0 + 10.0 + 3.0 + 13.0;
        for quarter in 0..96 {
            let time = quarter * 15 * MINUTE;
            let planned = calls_per_hour(time) * seconds_a_call / 3_600.0 / at_work(2_000, time);
            let expected = match quarter / 4 {
                9..17 => 0.65..0.90,
                _ => 0.40..0.95,
            };
            let hour = quarter as f64 / 4.0;
            assert!(expected.contains(&planned), "at {hour} h: {planned:.2}");
        }
    }

    #[test]
    fn a_shift_says_what_comes_next() {
        let mut dice = ChaCha8Rng::seed_from_u64(5);
        for index in 0..100 {
            let shift = Shift::of(index, &mut dice);
            let (mut time, mut rests, mut works) = (shift.begins, 0, 0);
            for _ in 0..8 {
                time += match shift.duty(time) {
                    Duty::Off { comes_in } => comes_in,
                    Duty::Works { until_in } => {
                        works += until_in;
                        until_in
                    }
                    Duty::Rests { ends_in, .. } => {
                        rests += ends_in;
                        ends_in
                    }
                };
            }
            assert_eq!(time, shift.begins + DAY, "a day has eight parts");
            assert_eq!((works, rests), (7 * HOUR + 30 * MINUTE, HOUR));
        }
    }

    #[test]
    fn the_first_agent_is_at_work_at_ten() {
        for seed in 0..50 {
            let mut dice = ChaCha8Rng::seed_from_u64(seed);
            let duty = Shift::of(0, &mut dice).duty(10 * HOUR);
            let Duty::Works { until_in } = duty else {
                panic!("{duty:?}");
            };
            assert!(until_in >= 30 * MINUTE);
        }
    }
}
