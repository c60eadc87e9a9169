//! The figures: a median and a range over the rounds for each row, side by side, as a table in
//! Markdown.

use std::fmt;

use crate::page::Client;
use crate::sample::{Memory, Sample, Setting};

/// Everything that was measured.
pub(crate) struct Outcome {
    /// The browser and its version.
    pub(crate) browser: String,
    rounds: u32,
    samples: Vec<(Client, Sample)>,
    memory: Vec<(Client, Memory)>,
}

/// The median, and the extremes.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Spread {
    median: f64,
    least: f64,
    most: f64,
}

/// What is better.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Better {
    Less,
    More,
}

impl Outcome {
    pub(crate) fn new(rounds: u32) -> Self {
        Self {
            browser: String::new(),
            rounds,
            samples: Vec::new(),
            memory: Vec::new(),
        }
    }

    pub(crate) fn add(&mut self, client: Client, sample: Sample) {
        self.samples.push((client, sample));
    }

    pub(crate) fn add_memory(&mut self, client: Client, memory: Memory) {
        self.memory.push((client, memory));
    }

    /// The settings, in the order in which they were first measured.
    fn settings(&self) -> Vec<Setting> {
        let mut settings = Vec::new();
        for (_, sample) in &self.samples {
            if !settings.contains(&sample.setting) {
                settings.push(sample.setting);
            }
        }
        settings
    }

    fn spread(&self, who: Client, setting: Setting, figure: impl Fn(&Sample) -> f64) -> Spread {
        let samples = self.samples.iter();
        let samples =
            samples.filter(|(client, sample)| *client == who && sample.setting == setting);
        Spread::of(samples.map(|(_, sample)| figure(sample)).collect())
    }

    fn memory_row(
        &self,
        f: &mut fmt::Formatter<'_>,
        what: &str,
        figure: impl Fn(&Memory) -> u64 + Copy,
    ) -> fmt::Result {
        let [ours, theirs] = Client::BOTH.map(|who| {
            let memory = self.memory.iter();
            let memory = memory.filter(|(client, _)| *client == who);
            Spread::of(
                memory
                    .map(|(_, memory)| figure(memory) as f64 / 1e6)
                    .collect(),
            )
        });
        let label = format!("MB after 100,000 messages, {what}");
        line(f, &label, ours, theirs, Better::Less)
    }

    fn row(
        &self,
        f: &mut fmt::Formatter<'_>,
        setting: Setting,
        what: &str,
        better: Better,
        figure: impl Fn(&Sample) -> f64 + Copy,
    ) -> fmt::Result {
        let [ours, theirs] = Client::BOTH.map(|who| self.spread(who, setting, figure));
        let data = if setting.read { "read" } else { "only counted" };
        let label = format!(
            "{what}; {} a response, {data}",
            thousands(setting.size as f64)
        );
        line(f, &label, ours, theirs, better)
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "{}, headless; {} rounds in turn; median (least–most)\n",
            self.browser, self.rounds
        )?;
        writeln!(f, "| | listen-in | cometd.js 9 | better by |")?;
        writeln!(f, "|---|---|---|---|")?;
        let settings = self.settings();
        for &setting in &settings {
            self.row(
                f,
                setting,
                "µs of main thread a message",
                Better::Less,
                |s| s.main_thread,
            )?;
        }
        for &setting in &settings {
            self.row(f, setting, "messages a second", Better::More, |s| s.rate)?;
        }
        for &setting in &settings {
            self.row(
                f,
                setting,
                "ms from response to next connect",
                Better::Less,
                |s| Spread::of(s.gaps.clone()).median,
            )?;
        }
        self.memory_row(f, "as the collector left it", |memory| memory.as_it_is)?;
        self.memory_row(f, "without garbage", |memory| memory.after)?;
        self.memory_row(f, "without garbage, of them since it connected", |memory| {
            memory.after.saturating_sub(memory.before)
        })
    }
}

fn line(
    f: &mut fmt::Formatter<'_>,
    label: &str,
    ours: Spread,
    theirs: Spread,
    better: Better,
) -> fmt::Result {
    let factor = match better {
        Better::Less => theirs.median / ours.median,
        Better::More => ours.median / theirs.median,
    };
    writeln!(f, "| {label} | {ours} | {theirs} | {factor:.2} |")
}

impl Spread {
    /// Of at least one figure.
    fn of(mut figures: Vec<f64>) -> Self {
        figures.sort_by(f64::total_cmp);
        let middle = figures.len() / 2;
        let median = match figures.len() % 2 {
            1 => figures[middle],
            _ => (figures[middle - 1] + figures[middle]) / 2.0,
        };
        Self {
            median,
            least: figures[0],
            most: figures[figures.len() - 1],
        }
    }
}

impl fmt::Display for Spread {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            median,
            least,
            most,
        } = *self;
        write!(
            f,
            "**{}** ({}–{})",
            short(median),
            short(least),
            short(most)
        )
    }
}

/// A figure with as many decimals as mean something.
fn short(figure: f64) -> String {
    match figure.abs() {
        1_000.0.. => thousands(figure),
        100.0.. => format!("{figure:.0}"),
        10.0.. => format!("{figure:.1}"),
        _ => format!("{figure:.2}"),
    }
}

fn thousands(figure: f64) -> String {
    let digits = format!("{figure:.0}");
    let mut text = String::new();
    for (position, digit) in digits.chars().enumerate() {
        if position > 0 && (digits.len() - position) % 3 == 0 {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_of_an_even_number_lies_between() {
        let spread = Spread::of(vec![4.0, 1.0, 2.0, 9.0]);
        assert_eq!(
            spread,
            Spread {
                median: 3.0,
                least: 1.0,
                most: 9.0
            }
        );
        assert_eq!(Spread::of(vec![7.0]).median, 7.0);
    }

    #[test]
    fn figures_are_as_long_as_they_mean_something() {
        assert_eq!(short(0.123), "0.12");
        assert_eq!(short(12.34), "12.3");
        assert_eq!(short(345.6), "346");
        assert_eq!(short(1_234_567.8), "1,234,568");
        assert_eq!(thousands(100.0), "100");
    }
}
