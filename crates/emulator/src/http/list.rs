//! The rule that all lists follow (*RequestTypes*): without `fields` a list is one of URIs, with
//! them one of objects.

use axum::response::Response;
use serde::{Serialize, Serializer, ser::SerializeMap};
use serde_json::Value;

use super::query::{Fields, Query};
use super::reply::success;

/// Answers with a list named `name`.
pub(super) fn list<T: Serialize>(
    query: &Query,
    name: &'static str,
    objects: impl IntoIterator<Item = T>,
    uri: impl Fn(&T) -> String,
) -> Response {
    let objects = objects.into_iter();
    match query.fields() {
        Fields::Uris => success(Named("uris", objects.map(|object| uri(&object)).collect())),
        Fields::All => success(Named(name, objects.collect())),
        fields => {
            let objects: Vec<Value> = objects.map(|object| fields.of(&object)).collect();
            success(Named(name, objects))
        }
    }
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
