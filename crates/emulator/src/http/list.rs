//! The rules for all lists (*RequestTypes*): without `fields` a list has URIs, with them objects;
//! `offset` and `limit` select a page.

use axum::response::Response;
use serde::Serialize;
use serde_json::json;

use super::error::Error;
use super::query::{Fields, Query};
use super::reply::success;

/// Answers with a list named `name`, by the rules above.
///
/// # Errors
/// The query has an invalid page.
pub(super) fn list<T: Serialize>(
    query: &Query,
    name: &'static str,
    objects: impl IntoIterator<Item = T>,
    uri: impl Fn(&T) -> String,
) -> Result<Response, Error> {
    let page = query.page()?;
    let shown = page.of(objects);
    Ok(success(match query.fields() {
        Fields::Uris => json!({ "uris": shown.map(|object| uri(&object)).collect::<Vec<_>>() }),
        fields => json!({ name: shown.map(|object| fields.of(&object)).collect::<Vec<_>>() }),
    }))
}
