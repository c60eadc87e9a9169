//! Parses a script. Mistakes in all its tables are reported with their lines.

use std::fmt;
use std::ops::Range;

use serde::Deserialize;
use serde_json::{Map, Value};
use toml::Spanned;

use super::{Condition, Script, Step, When};
use crate::config::CentreOptions;
use crate::span::Span;
use crate::steer::instruction::Instruction;

/// The maximum number of steps.
const MAX: usize = 10_000;

/// Why a script can't be played. Displays each mistake on its own line, with file and line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScriptError {
    /// The script's name.
    pub name: String,
    /// At least one.
    pub mistakes: Vec<Mistake>,
}

/// A mistake in a script.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mistake {
    /// Its line, counted from 1.
    pub line: usize,
    /// What is wrong, and what is allowed.
    pub what: String,
}

impl fmt::Display for ScriptError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, mistake) in self.mistakes.iter().enumerate() {
            if index > 0 {
                f.write_str("\n")?;
            }
            write!(f, "{}:{}: {}", self.name, mistake.line, mistake.what)?;
        }
        Ok(())
    }
}

impl std::error::Error for ScriptError {}

/// A script's tables.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Tables {
    emulator: Option<Spanned<Table>>,
    step: Vec<Spanned<Table>>,
}

type Table = Map<String, Value>;

/// The fields of a `[[step]]`.
#[derive(Deserialize)]
struct Fields {
    at: Option<Span>,
    after: Option<Span>,
    when: Option<Condition>,
    #[serde(flatten)]
    instruction: Instruction,
}

impl Script {
    /// Parses a script. `name` is its name, usually the file's.
    ///
    /// # Errors
    /// What is wrong with each of its tables.
    pub fn read(name: &str, text: &str) -> Result<Self, ScriptError> {
        let mut reader = Reader {
            text,
            mistakes: Vec::new(),
        };
        let script = reader.script(name);
        match script {
            Some(script) if reader.mistakes.is_empty() => Ok(script),
            _ => Err(ScriptError {
                name: name.to_owned(),
                mistakes: reader.mistakes,
            }),
        }
    }
}

struct Reader<'a> {
    text: &'a str,
    mistakes: Vec<Mistake>,
}

impl Reader<'_> {
    fn script(&mut self, name: &str) -> Option<Script> {
        let tables: Tables = match toml::from_str(self.text) {
            Ok(tables) => tables,
            Err(error) => {
                self.mistake(error.span().unwrap_or(0..0), error.message());
                return None;
            }
        };
        if tables.step.is_empty() || tables.step.len() > MAX {
            let count = tables.step.len();
            self.mistake(0..0, &format!("{count} steps; a script has 1 to {MAX}"));
        }
        let centre = tables.emulator.and_then(|table| {
            let span = table.span().start..self.text.len();
            self.read::<CentreOptions>(span, table.into_inner())
        });
        let starts = tables.step.iter().map(|step| step.span().start);
        let ends: Vec<_> = starts.skip(1).chain([self.text.len()]).collect();
        let steps = tables.step.into_iter().zip(ends);
        let steps =
            steps.filter_map(|(step, end)| self.step(step.span().start..end, step.into_inner()));
        Some(Script {
            name: name.to_owned(),
            steps: steps.collect(),
            centre,
        })
    }

    fn step(&mut self, span: Range<usize>, table: Table) -> Option<Step> {
        let fields: Fields = self.read(span.clone(), table)?;
        let when = match (fields.at, fields.when, fields.after) {
            (Some(at), None, None) => When::At(at),
            (None, Some(condition), after) => When::Once(condition, after.unwrap_or_default()),
            (None, None, after) => When::After(after.unwrap_or_default()),
            (Some(_), _, _) => {
                self.mistake(span, "`at` goes neither with `after` nor with `when`");
                return None;
            }
        };
        Some(Step {
            line: self.line(span.start),
            when,
            instruction: fields.instruction,
        })
    }

    fn read<T: for<'a> Deserialize<'a>>(&mut self, span: Range<usize>, table: Table) -> Option<T> {
        serde_json::from_value(Value::Object(table))
            .map_err(|error| self.mistake(span, &error.to_string()))
            .ok()
    }

    /// Adds a mistake in a part of the text: on the line of the first name that `what` quotes, if it
    /// occurs there.
    fn mistake(&mut self, span: Range<usize>, what: &str) {
        let part = self.text.get(span.clone()).unwrap_or_default();
        let name = what
            .split(['`', '"'])
            .nth(1)
            .and_then(|name| part.find(name));
        self.mistakes.push(Mistake {
            line: self.line(span.start + name.unwrap_or(0)),
            what: what.to_owned(),
        });
    }

    fn line(&self, position: usize) -> usize {
        let before = self.text.bytes().take(position);
        before.filter(|&byte| byte == b'\n').count() + 1
    }
}
