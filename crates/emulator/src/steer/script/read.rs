//! Reading a script. Every mistake is found, with its line, and nothing is played if there is one.

use std::fmt;

use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::{CentreWanted, Condition, Script, Step, When};
use crate::span::Span;
use crate::steer::instruction::Instruction;

/// How many steps a script may have.
const MOST: usize = 10_000;

/// Why a script can't be played: each mistake on a line of its own, with file and line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScriptError {
    /// The script's name.
    pub name: String,
    /// What is wrong. At least one thing.
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

impl Script {
    /// Reads a script. `name` is what it is called from now on: the file's name, mostly.
    ///
    /// # Errors
    /// Everything that is wrong with it.
    pub fn read(name: &str, text: &str) -> Result<Self, ScriptError> {
        let mut reader = Reader {
            text,
            mistakes: Vec::new(),
        };
        let script = reader.script(name);
        if reader.mistakes.is_empty() {
            return Ok(script);
        }
        reader.mistakes.sort_by_key(|mistake| mistake.line);
        Err(ScriptError {
            name: name.to_owned(),
            mistakes: reader.mistakes,
        })
    }
}

struct Reader<'a> {
    text: &'a str,
    mistakes: Vec<Mistake>,
}

/// A table that knows its lines.
struct Fields {
    line: usize,
    values: Map<String, Value>,
    lines: Vec<Line>,
}

/// A line of a table.
#[derive(Clone)]
struct Line {
    number: usize,
    key: String,
    /// Its value, if that is a word.
    word: Option<String>,
}

impl Reader<'_> {
    fn script(&mut self, name: &str) -> Script {
        let mut script = Script {
            name: name.to_owned(),
            centre: None,
            steps: Vec::new(),
        };
        let root = match DeTable::parse(self.text) {
            Ok(root) => root.into_inner(),
            Err(error) => {
                let line = error.span().map_or(1, |span| self.line(span.start));
                self.note(line, error.message());
                return script;
            }
        };
        for (key, value) in root {
            let line = self.line(key.span().start);
            match (key.get_ref().as_ref(), value.into_inner()) {
                ("emulator", DeValue::Table(table)) => script.centre = self.centre(line, table),
                ("step", DeValue::Array(steps)) => {
                    if steps.len() > MOST {
                        let count = steps.len();
                        self.note(line, &format!("{count} steps are too many; {MOST} may be"));
                    }
                    script.steps = steps
                        .into_iter()
                        .take(MOST)
                        .filter_map(|step| self.step(step))
                        .collect();
                }
                ("emulator" | "step", _) => {
                    self.note(
                        line,
                        "a script has one table [emulator] and tables [[step]]",
                    );
                }
                (other, _) => self.note(
                    line,
                    &format!("unknown `{other}`; a script has [emulator] and [[step]]"),
                ),
            }
        }
        if script.steps.is_empty() && self.mistakes.is_empty() {
            self.note(1, "there is no [[step]]");
        }
        script
    }

    fn centre(&mut self, line: usize, table: DeTable<'_>) -> Option<CentreWanted> {
        let mut within = Vec::new();
        for value in table.values() {
            if let DeValue::Table(inner) = value.get_ref() {
                self.lines_of("", inner, &mut within);
            }
        }
        let mut fields = self.fields(line, table)?;
        fields.lines.extend(within);
        // Each by itself, so that no mistake hides another.
        let before = self.mistakes.len();
        for (key, value) in &fields.values {
            self.parse::<CentreWanted>(Fields {
                line: fields.line_of(key),
                values: Map::from_iter([(key.clone(), value.clone())]),
                lines: fields.lines.clone(),
            });
        }
        if self.mistakes.len() > before {
            return None;
        }
        self.parse(fields)
    }

    /// The lines of a table and of those in it. Names within are as with dots.
    fn lines_of(&self, prefix: &str, table: &DeTable<'_>, lines: &mut Vec<Line>) {
        for (key, value) in table {
            let name = format!("{prefix}{}", key.get_ref());
            if let DeValue::Table(inner) = value.get_ref() {
                self.lines_of(&format!("{name}."), inner, lines);
            }
            lines.push(Line {
                number: self.line(key.span().start),
                key: name,
                word: None,
            });
        }
    }

    fn step(&mut self, step: Spanned<DeValue<'_>>) -> Option<Step> {
        let line = self.line(step.span().start);
        let DeValue::Table(table) = step.into_inner() else {
            self.note(line, "a step is a table: [[step]]");
            return None;
        };
        let mut fields = self.fields(line, table)?;
        let at = self.take::<Span>(&mut fields, "at")?;
        let after = self.take::<Span>(&mut fields, "after")?;
        let condition = self.take::<Condition>(&mut fields, "when")?;
        let when = match (at, condition, after) {
            (Some(at), None, None) => When::At(at),
            (None, Some(condition), after) => When::Once(condition, after.unwrap_or_default()),
            (None, None, after) => When::After(after.unwrap_or_default()),
            (Some(_), _, _) => {
                let line = fields.line_of("at");
                self.note(line, "`at` goes neither with `after` nor with `when`");
                return None;
            }
        };
        let instruction: Instruction = self.parse(fields)?;
        Some(Step {
            line,
            when,
            instruction,
        })
    }

    /// The values of a table as JSON.
    fn fields(&mut self, line: usize, table: DeTable<'_>) -> Option<Fields> {
        let mut fields = Fields {
            line,
            values: Map::new(),
            lines: Vec::new(),
        };
        for (key, value) in table {
            let line = self.line(key.span().start);
            let key = key.into_inner().into_owned();
            match json(value.into_inner()) {
                Ok(value) => {
                    let word = value.as_str().map(str::to_owned);
                    fields.values.insert(key.clone(), value);
                    let number = line;
                    fields.lines.push(Line { number, key, word });
                }
                Err(what) => {
                    self.note(line, &format!("`{key}`: {what}"));
                    return None;
                }
            }
        }
        Some(fields)
    }

    /// A field that may be missing. Nothing at all if it is wrong.
    fn take<T: DeserializeOwned>(&mut self, fields: &mut Fields, name: &str) -> Option<Option<T>> {
        let Some(value) = fields.values.remove(name) else {
            return Some(None);
        };
        match serde_json::from_value(value) {
            Ok(value) => Some(Some(value)),
            Err(error) => {
                self.note(fields.line_of(name), &format!("`{name}`: {error}"));
                None
            }
        }
    }

    fn parse<T: DeserializeOwned>(&mut self, fields: Fields) -> Option<T> {
        let line = fields.line;
        let lines = fields.lines;
        match serde_json::from_value(Value::Object(fields.values)) {
            Ok(value) => Some(value),
            Err(error) => {
                let what = error.to_string();
                // The first name in the sentence that stands here is what it is about.
                let about = what.split('`').skip(1).step_by(2).find_map(|name| {
                    let mut lines = lines.iter();
                    lines.find(|line| line.key == name || line.word.as_deref() == Some(name))
                });
                self.note(about.map_or(line, |about| about.number), &what);
                None
            }
        }
    }

    fn note(&mut self, line: usize, what: &str) {
        self.mistakes.push(Mistake {
            line,
            what: what.to_owned(),
        });
    }

    fn line(&self, position: usize) -> usize {
        let before = self.text.as_bytes().iter().take(position);
        before.filter(|&&byte| byte == b'\n').count() + 1
    }
}

impl Fields {
    fn line_of(&self, key: &str) -> usize {
        let found = self.lines.iter().find(|line| line.key == key);
        found.map_or(self.line, |line| line.number)
    }
}

fn json(value: DeValue<'_>) -> Result<Value, String> {
    Ok(match value {
        DeValue::String(text) => Value::String(text.into_owned()),
        DeValue::Boolean(value) => Value::Bool(value),
        DeValue::Integer(number) => i64::from_str_radix(number.as_str(), number.radix())
            .map(Value::from)
            .map_err(|_| "that number is too large".to_owned())?,
        DeValue::Float(number) => number
            .as_str()
            .parse::<f64>()
            .map(Value::from)
            .map_err(|_| "that is no number".to_owned())?,
        DeValue::Datetime(_) => return Err("no instruction takes a date".to_owned()),
        DeValue::Array(values) => values
            .into_iter()
            .map(|value| json(value.into_inner()))
            .collect::<Result<Vec<_>, _>>()?
            .into(),
        DeValue::Table(table) => table
            .into_iter()
            .map(|(key, value)| Ok((key.into_inner().into_owned(), json(value.into_inner())?)))
            .collect::<Result<Map<_, _>, String>>()?
            .into(),
    })
}
