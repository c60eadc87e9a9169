//! The rules that all lists follow (*RequestTypes*): without `fields` a list is one of URIs, with
//! them one of objects; `offset` and `limit` select a page.

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
    let page = query.page()?;
    let shown = page.of(objects);
    Ok(match query.fields() {
        Fields::Uris => success(Named("uris", shown.map(|object| uri(&object)).collect())),
        Fields::All => success(Named(name, shown.collect())),
        fields => {
            let objects: Vec<Value> = shown.map(|object| fields.of(&object)).collect();
            success(Named(name, objects))
        }
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
