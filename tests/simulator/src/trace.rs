//! The log of a run, one line per event. Lines are formatted only if they are kept.

use std::collections::VecDeque;
use std::fmt;

use bayeux::Instant;

/// How much of a run is logged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Detail {
    /// Nothing: the fastest.
    Nothing,
    /// The end.
    End,
    /// Everything.
    Whole,
}

/// The lines.
#[derive(Debug)]
pub struct Trace {
    detail: Detail,
    lines: VecDeque<String>,
}

impl Trace {
    /// Lines kept with [`Detail::End`].
    const END: usize = 60;

    /// No lines yet.
    pub fn new(detail: Detail) -> Self {
        Self {
            detail,
            lines: VecDeque::new(),
        }
    }

    /// Adds a line, if lines are kept.
    pub fn note(&mut self, now: Instant, who: impl fmt::Display, what: impl FnOnce() -> String) {
        if self.detail == Detail::Nothing {
            return;
        }
        if self.detail == Detail::End && self.lines.len() >= Self::END {
            self.lines.pop_front();
        }
        let (seconds, millis) = (now.as_millis() / 1000, now.as_millis() % 1000);
        self.lines.push_back(format!(
            "{seconds:>6}.{millis:03} s  {:<9} {}",
            who.to_string(),
            what()
        ));
    }
}

impl fmt::Display for Trace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.lines.iter().try_for_each(|line| writeln!(f, "{line}"))
    }
}
