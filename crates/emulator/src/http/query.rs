//! A read and its query: the requested `fields`, `subresources` and page of a list
//! (*RequestTypes*).

use std::collections::HashMap;
use std::sync::Arc;

use axum::extract::{FromRequestParts, Query as AxumQuery};
use axum::http::request::Parts;
use axum::response::Response;
use serde::Serialize;
use serde_json::{Value, json};

use super::error::Error;
use super::gate::Caller;
use super::reply::success;
use crate::state::Shared;
use crate::world::{PersonId, Refusal};

/// A `GET` of a signed-in user.
pub(super) struct Read {
    pub(super) shared: Arc<Shared>,
    pub(super) caller: PersonId,
    pub(super) query: Query,
}

impl FromRequestParts<Arc<Shared>> for Read {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, shared: &Arc<Shared>) -> Result<Self, Error> {
        let AxumQuery(query) = AxumQuery::try_from_uri(&parts.uri).map_err(|_| Error::Query)?;
        Ok(Self {
            shared: Arc::clone(shared),
            caller: Caller::of(&parts.extensions)?,
            query: Query(query),
        })
    }
}

/// The query of a read.
pub(super) struct Query(HashMap<String, String>);

impl Query {
    /// The reply with one named object.
    pub(super) fn one(&self, name: &str, object: &impl Serialize) -> Response {
        success(json!({ name: self.fields().of(object) }))
    }

    /// A parameter.
    pub(super) fn parameter(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    /// A parameter that is a comma-separated list.
    pub(super) fn list(&self, name: &str) -> Option<Vec<&str>> {
        let list = self.parameter(name)?.split(',').map(str::trim);
        Some(list.filter(|word| !word.is_empty()).collect())
    }

    /// Whether a subresource is requested: by name in a list, or all of them.
    pub(super) fn wants(&self, subresource: &str) -> bool {
        let list = self.list("subresources").unwrap_or_default();
        list.iter().any(|&name| name == "*" || name == subresource)
    }

    /// The requested form of objects.
    pub(super) fn fields(&self) -> Fields<'_> {
        match self.parameter("fields").map(str::trim) {
            None | Some("") => Fields::Uris,
            Some("*") => Fields::All,
            Some(list) => Fields::Some(list.split(',').map(str::trim).collect()),
        }
    }

    /// The requested page of a list.
    ///
    /// Assumption: paging works with `offset` and `limit`; without a limit, there is one page.
    ///
    /// # Errors
    /// One of them is not a whole number.
    pub(super) fn page(&self) -> Result<Page, Error> {
        let number = |name: &'static str| {
            let parsed = self.parameter(name).map(str::parse::<usize>).transpose();
            parsed.map_err(|_| Refusal::OutOfRange {
                name,
                value: self.parameter(name).unwrap_or_default().to_owned(),
                allowed: "whole numbers from 0 on",
            })
        };
        Ok(Page {
            offset: number("offset")?.unwrap_or(0),
            limit: number("limit")?.unwrap_or(usize::MAX),
        })
    }
}

/// A part of a list.
pub(super) struct Page {
    offset: usize,
    limit: usize,
}

impl Page {
    /// This part of the list.
    pub(super) fn of<T>(&self, list: impl IntoIterator<Item = T>) -> impl Iterator<Item = T> {
        list.into_iter().skip(self.offset).take(self.limit)
    }
}

/// The form of objects.
pub(super) enum Fields<'a> {
    /// By their URIs only.
    Uris,
    /// Complete.
    All,
    /// With these properties.
    Some(Vec<&'a str>),
}

impl Fields<'_> {
    /// An object, with the requested properties.
    pub(super) fn of(&self, object: &impl Serialize) -> Value {
        let mut value = serde_json::to_value(object).unwrap_or_default();
        if let (Self::Some(names), Some(object)) = (self, value.as_object_mut()) {
            object.retain(|name, _| names.contains(&name.as_str()));
        }
        value
    }
}
