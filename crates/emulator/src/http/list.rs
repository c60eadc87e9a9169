//! The rules that all lists follow (*RequestTypes*): without `fields` a list is one of URIs, with
//! them one of objects; `attribute=value` keeps those objects whose attribute has that value, and
//! several of them combine.

use axum::response::Response;
use serde::{Serialize, Serializer, ser::SerializeMap};
use serde_json::Value;

use super::error::Error;
use super::query::{Fields, Query};
use super::reply::success;

/// Answers with a list named `name`, by the rules above.
///
/// # Errors
/// The query asks for an impossible page.
pub(super) fn list<T: Serialize>(
    query: &Query,
    name: &'static str,
    objects: impl IntoIterator<Item = T>,
    uri: impl Fn(&T) -> String,
) -> Result<Response, Error> {
    let attributes = query.attributes();
    let matching = objects
        .into_iter()
        .filter(|object| attributes.is_empty() || has(object, &attributes));
    let page = query.page()?;
    let shown = page.of(matching);
    Ok(match query.fields() {
        Fields::Uris => success(Named("uris", shown.map(|object| uri(&object)).collect())),
        Fields::All => success(Named(name, shown.collect())),
        fields => {
            let objects: Vec<Value> = shown.map(|object| fields.of(&object)).collect();
            success(Named(name, objects))
        }
    })
}

/// Whether an object has all those attributes. One that it lacks it does not have.
fn has(object: &impl Serialize, attributes: &[(&str, &str)]) -> bool {
    let object = serde_json::to_value(object).unwrap_or_default();
    attributes
        .iter()
        .all(|&(name, wanted)| match &object[name] {
            Value::String(text) => text == wanted,
            Value::Bool(flag) => flag.to_string() == wanted,
            Value::Number(number) => number.to_string() == wanted,
            Value::Array(values) => values.iter().any(|value| value == wanted),
            Value::Null | Value::Object(_) => false,
        })
}

/// A list with its name.
struct Named<T>(&'static str, Vec<T>);

impl<T: Serialize> Serialize for Named<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(1))?;
        map.serialize_entry(self.0, &self.1)?;
        map.end()
    }
}
