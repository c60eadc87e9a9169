//! A fault in short, as `--fault` takes it: `NAME`, or `NAME:key=value,key=value`. The keys are
//! those of JSON; a value ends at the next comma.

use std::fmt;
use std::str::FromStr;

use serde_json::{Map, Value};

use super::switch::{FaultOn, InvalidFault};

/// The keys whose values are numbers in JSON.
const NUMBERS: [&str; 6] = [
    "every",
    "times",
    "copies",
    "http",
    "statusCode",
    "bytesPerSecond",
];

impl FromStr for FaultOn {
    type Err = InvalidFault;

    fn from_str(text: &str) -> Result<Self, InvalidFault> {
        let (name, parameters) = text.split_once(':').unwrap_or((text, ""));
        let mut fields = Map::new();
        fields.insert("fault".to_owned(), name.into());
        for pair in parameters.split(',').filter(|pair| !pair.is_empty()) {
            let Some((key, value)) = pair.split_once('=') else {
                return Err(InvalidFault(format!(
                    "`{name}`: `{pair}` is no parameter; write `key=value`, and commas between"
                )));
            };
            let value = match value.parse::<u32>() {
                Ok(number) if NUMBERS.contains(&key) => number.into(),
                _ => Value::from(value),
            };
            if fields.insert(key.to_owned(), value).is_some() {
                return Err(InvalidFault(format!("`{name}`: `{key}` is there twice")));
            }
        }
        Self::try_from(fields)
    }
}

impl fmt::Display for FaultOn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.fault.name().as_str())?;
        let Ok(Value::Object(fields)) = serde_json::to_value(self) else {
            // A struct with string keys has a JSON form.
            return Err(fmt::Error);
        };
        let parameters = fields.iter().filter(|(key, _)| *key != "fault");
        for (position, (key, value)) in parameters.enumerate() {
            let mark = if position == 0 { ':' } else { ',' };
            match value {
                Value::String(text) => write!(f, "{mark}{key}={text}")?,
                other => write!(f, "{mark}{key}={other}")?,
            }
        }
        Ok(())
    }
}
