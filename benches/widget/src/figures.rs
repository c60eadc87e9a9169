//! The figures: a median and a range over all samples, for each page, as tables in Markdown.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::path::Path;

use anyhow::{Context, Result};

use crate::files::Page;

/// A line of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Figure {
    Size,
    FirstRequest,
    FirstPaint,
    Ready,
    Painted50,
    Painted95,
    MainThread,
    Burst,
    Heap,
    HeapAfter,
    CpuFirstPaint,
    CpuReady,
    NetworkFirstPaint,
    NetworkReady,
    Listed,
    Key,
    Refresh,
    Connections,
    Read,
}

/// All lines in order, with their texts, and whether they are in the README.
const LINES: [(Figure, &str, bool); 19] = [
    (Figure::Size, "size, brotli, kB", true),
    (
        Figure::FirstRequest,
        "opened → first CometD request, ms",
        true,
    ),
    (Figure::FirstPaint, "opened → first paint, ms", false),
    (
        Figure::Ready,
        "opened → monitoring and call painted, ms",
        true,
    ),
    (Figure::Painted50, "published → painted, p50, ms", true),
    (Figure::Painted95, "published → painted, p95, ms", false),
    (Figure::MainThread, "main thread a message, ms", true),
    (
        Figure::Burst,
        "main thread for 2,000 messages in one response, ms",
        true,
    ),
    (Figure::Heap, "memory, MB", true),
    (Figure::HeapAfter, "memory after 100,000 messages, MB", true),
    (
        Figure::CpuFirstPaint,
        "4× slower processor: first paint, ms",
        false,
    ),
    (
        Figure::CpuReady,
        "4× slower processor: monitoring and call painted, ms",
        true,
    ),
    (
        Figure::NetworkFirstPaint,
        "10 Mbit/s: first paint, ms",
        false,
    ),
    (
        Figure::NetworkReady,
        "10 Mbit/s: monitoring and call painted, ms",
        true,
    ),
    (
        Figure::Listed,
        "10,000 people: opened → list painted, ms",
        true,
    ),
    (Figure::Key, "10,000 people: keystroke → painted, ms", true),
    (
        Figure::Refresh,
        "10,000 people: main thread for reading them again, ms",
        false,
    ),
    (
        Figure::Connections,
        "ten tabs: connections that are held",
        false,
    ),
    (
        Figure::Read,
        "ten tabs: a read in one of them, ms (5,000: none by then)",
        true,
    ),
];

/// Everything that was measured.
pub(crate) struct Outcome {
    /// The browser and its version.
    pub(crate) browser: String,
    rounds: u32,
    samples: HashMap<(Figure, Page), Vec<f64>>,
}

/// The median, and the extremes.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Spread {
    median: f64,
    least: f64,
    most: f64,
}

impl Outcome {
    pub(crate) fn new(rounds: u32) -> Self {
        Self {
            browser: String::new(),
            rounds,
            samples: HashMap::new(),
        }
    }

    pub(crate) fn add(&mut self, figure: Figure, page: Page, value: f64) {
        self.samples.entry((figure, page)).or_default().push(value);
    }

    /// The whole table, with ranges and how it was measured.
    pub(crate) fn table(&self) -> String {
        let mut text = format!(
            "{}, headless; {} rounds in turn; median (least–most)\n\n",
            self.browser, self.rounds
        );
        self.lines(
            &mut text,
            |_| true,
            |spread| {
                let [least, most] = [spread.least, spread.most].map(short);
                match least == most {
                    true => short(spread.median),
                    false => format!("{} ({least}–{most})", short(spread.median)),
                }
            },
        );
        text
    }

    /// The medians of what counts most.
    pub(crate) fn summary(&self) -> String {
        let mut text = String::new();
        let is_main = |is_in_readme| is_in_readme;
        self.lines(&mut text, is_main, |spread| short(spread.median));
        text
    }

    fn lines(&self, text: &mut String, is_shown: fn(bool) -> bool, cell: fn(Spread) -> String) {
        text.push('|');
        for name in Page::ALL.map(Page::name) {
            let _ = write!(text, " | {name}");
        }
        text.push_str(" |\n|---|---|---|---|\n");
        for (figure, label, is_in_readme) in LINES {
            let spreads = Page::ALL.map(|page| Spread::of(self.samples.get(&(figure, page))?));
            if spreads == [None; 3] || !is_shown(is_in_readme) {
                continue;
            }
            let cells = spreads.map(|spread| spread.map_or_else(|| "–".to_owned(), cell));
            let _ = writeln!(text, "| {label} | {} |", cells.join(" | "));
        }
    }
}

/// Writes a text between the lines `<!-- cargo xtask bench -->` and `<!-- end -->` of a file.
///
/// # Errors
/// The file lacks them.
pub(crate) fn write(file: &Path, table: &str) -> Result<()> {
    let old = std::fs::read_to_string(file)?;
    let new = between(&old, table);
    let new = new.with_context(|| format!("{} has no place for the table", file.display()))?;
    Ok(std::fs::write(file, new)?)
}

fn between(old: &str, table: &str) -> Option<String> {
    let (before, rest) = old.split_once("<!-- cargo xtask bench -->\n")?;
    let (_, after) = rest.split_once("<!-- end -->\n")?;
    Some(format!(
        "{before}<!-- cargo xtask bench -->\n{table}<!-- end -->\n{after}"
    ))
}

impl Spread {
    fn of(figures: &Vec<f64>) -> Option<Self> {
        let mut figures = figures.clone();
        figures.sort_by(f64::total_cmp);
        let middle = figures.len() / 2;
        let median = match figures.len() % 2 {
            1 => figures[middle],
            _ => (figures.get(middle.checked_sub(1)?)? + figures[middle]) / 2.0,
        };
        Some(Self {
            median,
            least: *figures.first()?,
            most: *figures.last()?,
        })
    }
}

/// A figure with as many decimals as mean something.
fn short(figure: f64) -> String {
    match figure.abs() {
        _ if figure.fract() == 0.0 => format!("{figure:.0}"),
        100.0.. => format!("{figure:.0}"),
        10.0.. => format!("{figure:.1}"),
        _ => format!("{figure:.2}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_of_an_even_number_lies_between() {
        let spread = Spread::of(&vec![4.0, 1.0, 2.0, 9.0]).unwrap();
        assert_eq!((spread.median, spread.least, spread.most), (3.0, 1.0, 9.0));
        assert_eq!(Spread::of(&vec![7.0]).unwrap().median, 7.0);
        assert_eq!(Spread::of(&Vec::new()), None);
    }

    #[test]
    fn a_table_has_a_line_for_what_was_measured_and_takes_the_place_of_the_old_one() {
        let mut outcome = Outcome::new(1);
        outcome.add(Figure::Key, Page::Widget, 12.34);
        outcome.add(Figure::Burst, Page::Dom, 345.6);
        let table = "| | listen-in | cometd.js + DOM | cometd.js + React |\n|---|---|---|---|\n\
            | main thread for 2,000 messages in one response, ms | – | 346 | – |\n\
            | 10,000 people: keystroke → painted, ms | 12.3 | – | – |\n";
        assert_eq!(outcome.summary(), table);
        let old = "a\n<!-- cargo xtask bench -->\nold\n<!-- end -->\nb\n";
        let new = "a\n<!-- cargo xtask bench -->\nnew\n<!-- end -->\nb\n";
        assert_eq!(between(old, "new\n").as_deref(), Some(new));
        assert_eq!(between("nothing", "new\n"), None);
    }
}
