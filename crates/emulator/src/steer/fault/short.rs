//! The short form of a fault's parameters: `key=value,key=value`.

use serde_json::{Map, Value};

/// Why a fault is invalid, and what is allowed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct InvalidFault(pub(super) String);

/// The parameters whose values are numbers in JSON.
const NUMBERS: [&str; 5] = ["every", "times", "copies", "http", "statusCode"];

/// Parses `key=value,key=value`. A value ends at the next comma.
pub(super) fn parameters(short: &str) -> Result<Map<String, Value>, String> {
    let mut fields = Map::new();
    for pair in short.split(',').filter(|pair| !pair.is_empty()) {
        let (key, value) = pair.split_once('=').ok_or_else(|| {
            format!("`{pair}` is no parameter; write `key=value`, and commas between")
        })?;
        let value = match value.parse::<u32>() {
            Ok(number) if NUMBERS.contains(&key) => number.into(),
            _ => Value::from(value),
        };
        if fields.insert(key.to_owned(), value).is_some() {
            return Err(format!("`{key}` is given twice"));
        }
    }
    Ok(fields)
}
