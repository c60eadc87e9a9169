//! The figures: median and range over all samples, per page, as Markdown tables.

use std::collections::HashMap;
use std::num::NonZero;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result};

use crate::files::Page;

/// Everything that was measured.
pub(crate) struct Outcome {
    /// The browser and its version.
    pub(crate) browser: String,
    rounds: u32,
    /// The columns.
    pages: Vec<Page>,
    /// In the order in which they were first measured.
    lines: Vec<Line>,
}

/// A line of the table: the samples by page.
struct Line {
    label: &'static str,
    /// Whether the summary leaves it out.
    is_detail: bool,
    samples: HashMap<Page, Vec<f64>>,
}

/// The date, and the load of the machine at the end if the system reports it.
fn conditions() -> String {
    let day = Command::new("date").args(["-u", "+%F"]).output();
    let day = day.map_or_else(|_| Vec::new(), |output| output.stdout);
    let load = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let load = load.split(' ').nth(2).unwrap_or("unknown");
    let cores = std::thread::available_parallelism().map_or(0, NonZero::get);
    let day = String::from_utf8_lossy(&day);
    format!("{}; load {load} on {cores} cores", day.trim())
}

/// The median and the extremes.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Spread {
    median: f64,
    least: f64,
    most: f64,
}

impl Outcome {
    pub(crate) fn new(rounds: u32, pages: Vec<Page>) -> Self {
        Self {
            browser: String::new(),
            rounds,
            pages,
            lines: Vec::new(),
        }
    }

    pub(crate) fn pages(&self) -> &[Page] {
        &self.pages
    }

    pub(crate) fn add(&mut self, label: &'static str, page: Page, value: f64) {
        self.line(label, false).entry(page).or_default().push(value);
    }

    /// Adds a figure that the summary leaves out.
    pub(crate) fn add_detail(&mut self, label: &'static str, page: Page, value: f64) {
        self.line(label, true).entry(page).or_default().push(value);
    }

    fn line(&mut self, label: &'static str, is_detail: bool) -> &mut HashMap<Page, Vec<f64>> {
        let known = self.lines.iter().position(|line| line.label == label);
        let place = known.unwrap_or_else(|| {
            self.lines.push(Line {
                label,
                is_detail,
                samples: HashMap::new(),
            });
            self.lines.len() - 1
        });
        &mut self.lines[place].samples
    }

    /// The whole table, with ranges and measurement conditions.
    pub(crate) fn table(&self) -> String {
        let how = format!(
            "{}, headless; rounds in turn: {}; {}; median (least–most)\n\n",
            self.browser,
            self.rounds,
            conditions()
        );
        how + &self.lines(self.lines.iter(), |spread| {
            let [least, most] = [spread.least, spread.most].map(short);
            match least == most {
                true => short(spread.median),
                false => format!("{} ({least}–{most})", short(spread.median)),
            }
        })
    }

    /// The medians of the most important figures.
    pub(crate) fn summary(&self) -> String {
        let lines = self.lines.iter().filter(|line| !line.is_detail);
        self.lines(lines, |spread| short(spread.median))
    }

    fn lines<'a>(
        &self,
        lines: impl Iterator<Item = &'a Line>,
        cell: fn(Spread) -> String,
    ) -> String {
        let names: Vec<_> = self.pages.iter().map(|page| page.name()).collect();
        let rule = "---|".repeat(names.len());
        let mut text = format!("| | {} |\n|---|{rule}\n", names.join(" | "));
        for Line { label, samples, .. } in lines {
            let cells = self.pages.iter().map(|page| {
                let spread = samples.get(page).and_then(|samples| Spread::of(samples));
                spread.map_or_else(|| "–".to_owned(), cell)
            });
            let cells: Vec<_> = cells.collect();
            text.push_str(&format!("| {label} | {} |\n", cells.join(" | ")));
        }
        text
    }
}

/// Writes a text between the lines `<!-- cargo xtask bench -->` and `<!-- end -->` of a file.
///
/// # Errors
/// The file has no such lines.
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
    fn of(figures: &[f64]) -> Option<Self> {
        let mut figures = figures.to_vec();
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

/// The figure that this percentage of the figures does not exceed.
pub(crate) fn percentile(figures: &[f64], of_hundred: usize) -> Option<f64> {
    let mut figures = figures.to_vec();
    figures.sort_by(f64::total_cmp);
    let at = (figures.len() * of_hundred).div_ceil(100).saturating_sub(1);
    figures.get(at).copied()
}

/// A figure with only the significant decimals.
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
    fn the_median_of_an_even_number_of_samples_lies_between_the_middle_two() {
        let spread = Spread::of(&[4.0, 1.0, 2.0, 9.0]).unwrap();
        assert_eq!((spread.median, spread.least, spread.most), (3.0, 1.0, 9.0));
        assert_eq!(Spread::of(&[7.0]).unwrap().median, 7.0);
        assert_eq!(Spread::of(&[]), None);
    }

    #[test]
    fn a_table_has_a_line_per_measurement_and_replaces_the_old_table() {
        let mut outcome = Outcome::new(1, vec![Page::Widget, Page::Dom, Page::React]);
        outcome.add("burst, ms", Page::Dom, 345.6);
        outcome.add_detail("reads", Page::Dom, 1.0);
        outcome.add("key, ms", Page::Widget, 12.34);
        let table = "| | listen-in | cometd.js + DOM | cometd.js + React |\n|---|---|---|---|\n\
            | burst, ms | – | 346 | – |\n| key, ms | 12.3 | – | – |\n";
        assert_eq!(outcome.summary(), table);
        let old = "a\n<!-- cargo xtask bench -->\nold\n<!-- end -->\nb\n";
        let new = "a\n<!-- cargo xtask bench -->\nnew\n<!-- end -->\nb\n";
        assert_eq!(between(old, "new\n").as_deref(), Some(new));
        assert_eq!(between("nothing", "new\n"), None);
    }

    #[test]
    fn the_whole_table_has_details_ranges_and_measurement_conditions() {
        let mut outcome = Outcome::new(3, vec![Page::Widget, Page::Former]);
        outcome.browser = "Chrome/1".to_owned();
        for value in [12.0, 3.1466, 101.4] {
            outcome.add("one, ms", Page::Widget, value);
        }
        outcome.add("one, ms", Page::Former, 2.0);
        outcome.add_detail("reads", Page::Former, 0.5);
        let table = outcome.table();
        let (how, lines) = table.split_once("\n\n").unwrap();
        assert!(
            how.starts_with("Chrome/1, headless; rounds in turn: 3; 20"),
            "{how}"
        );
        assert!(how.ends_with("; median (least–most)"), "{how}");
        let expected = "| | listen-in | the other build |\n|---|---|---|\n\
            | one, ms | 12 (3.15–101) | 2 |\n| reads | – | 0.50 |\n";
        assert_eq!(lines, expected);
        assert!(!outcome.summary().contains("reads"));
    }

    #[test]
    fn a_percentile_is_one_of_the_figures() {
        let figures: Vec<f64> = (1..=100).rev().map(f64::from).collect();
        assert_eq!(percentile(&figures, 50), Some(50.0));
        assert_eq!(percentile(&figures, 95), Some(95.0));
        assert_eq!(percentile(&[7.0], 95), Some(7.0));
        assert_eq!(percentile(&[1.0, 2.0, 3.0], 50), Some(2.0));
        assert_eq!(percentile(&[], 50), None);
    }

    #[test]
    fn a_figure_has_only_significant_decimals() {
        let shown = [0.126, 9.994, 10.04, 99.94, 100.4, 5_000.0, -0.5, 0.0].map(short);
        assert_eq!(
            shown,
            ["0.13", "9.99", "10.0", "99.9", "100", "5000", "-0.50", "0"]
        );
    }

    #[test]
    fn only_the_text_between_the_marks_of_a_file_is_rewritten() {
        let file = std::env::temp_dir().join(format!("bench-figures-{}.md", std::process::id()));
        let with =
            |table: &str| format!("# A\n<!-- cargo xtask bench -->\n{table}<!-- end -->\nB\n");
        std::fs::write(&file, with("| old |\n")).unwrap();
        write(&file, "| new |\n").unwrap();
        assert_eq!(std::fs::read_to_string(&file).unwrap(), with("| new |\n"));
        std::fs::write(&file, "# A\n").unwrap();
        let error = write(&file, "| new |\n").unwrap_err();
        assert!(
            error.to_string().contains("has no place for the table"),
            "{error}"
        );
        assert_eq!(std::fs::read_to_string(&file).unwrap(), "# A\n");
        std::fs::remove_file(&file).unwrap();
    }
}
