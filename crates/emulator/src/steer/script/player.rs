//! Decides when steps are due. Pure: time and conditions are arguments.

use serde::Serialize;

use super::{Condition, Script, Step, When};
use crate::span::Span;
use crate::steer::instruction::Instruction;

/// Evaluates conditions.
pub(crate) trait Facts {
    /// Whether it holds now.
    fn holds(&self, condition: &Condition) -> bool;
}

/// A script that is being played.
#[derive(Debug)]
pub(crate) struct Player {
    script: Script,
    /// In milliseconds of the contact centre's time.
    began: u64,
    /// The number of steps that were carried out.
    done: usize,
    /// When the last one was carried out.
    last: u64,
    /// Since when the condition of the next step has held.
    held_since: Option<u64>,
    progress: Progress,
}

/// The progress of a script.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "progress", rename_all = "camelCase")]
pub enum Progress {
    /// It is being played.
    Playing {},
    /// It is waiting for a condition.
    Waiting {
        /// The condition.
        #[serde(rename = "for")]
        condition: Condition,
    },
    /// All steps were carried out.
    Finished {},
    /// A step was refused, and the script ended with it.
    Failed {
        /// The step's line.
        line: usize,
        /// Why.
        why: String,
    },
    /// It was stopped.
    Stopped {},
}

/// A script and its progress.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ScriptStatus {
    /// Its name.
    pub name: String,
    /// The number of steps.
    pub steps: usize,
    /// The number of steps that were carried out.
    pub done: usize,
    /// Its progress.
    #[serde(flatten)]
    pub progress: Progress,
}

impl Player {
    /// A script that begins at this time.
    pub(crate) fn new(script: Script, now: u64) -> Self {
        Self {
            script,
            began: now,
            done: 0,
            last: now,
            held_since: None,
            progress: Progress::Playing {},
        }
    }

    /// When the next step is due, if that is known.
    pub(crate) fn next_due(&self) -> Option<u64> {
        if self.is_over() {
            return None;
        }
        let after = |since: u64, span: &Span| since.saturating_add(span.millis());
        let due = match &self.next()?.when {
            When::At(at) => after(self.began, at),
            When::After(span) => after(self.last, span),
            When::Once(_, span) => after(self.held_since?, span),
        };
        Some(due.max(self.last))
    }

    /// The instruction to carry out now, if one is due. Report the outcome with
    /// [`done`](Self::done) or [`failed`](Self::failed).
    pub(crate) fn due(&mut self, now: u64, facts: &impl Facts) -> Option<Instruction> {
        if self.is_over() {
            return None;
        }
        if let Some(Step {
            when: When::Once(condition, _),
            ..
        }) = self.next()
            && self.held_since.is_none()
        {
            if !facts.holds(condition) {
                let condition = condition.clone();
                self.progress = Progress::Waiting { condition };
                return None;
            }
            self.held_since = Some(now);
            self.progress = Progress::Playing {};
        }
        if self.next_due()? > now {
            return None;
        }
        self.next().map(|step| step.instruction.clone())
    }

    /// The step was carried out.
    pub(crate) fn done(&mut self, now: u64) {
        self.done += 1;
        self.last = now;
        self.held_since = None;
        self.finish_if_done();
    }

    /// The step was refused: the script ends.
    pub(crate) fn failed(&mut self, why: String) {
        let line = self.next().map_or(0, |step| step.line);
        self.progress = Progress::Failed { line, why };
    }

    /// Stops it, unless it has ended.
    pub(crate) fn stop(&mut self) {
        if !self.is_over() {
            self.progress = Progress::Stopped {};
        }
    }

    /// Its progress.
    pub(crate) fn status(&self) -> ScriptStatus {
        ScriptStatus {
            name: self.script.name.clone(),
            steps: self.script.steps.len(),
            done: self.done,
            progress: self.progress.clone(),
        }
    }

    /// Whether it has ended.
    pub(crate) fn is_over(&self) -> bool {
        !matches!(
            self.progress,
            Progress::Playing {} | Progress::Waiting { .. }
        )
    }

    fn next(&self) -> Option<&Step> {
        self.script.steps.get(self.done)
    }

    fn finish_if_done(&mut self) {
        if self.next().is_none() {
            self.progress = Progress::Finished {};
        }
    }
}
