//! The query of a read: which `fields`, which `subresources` (*RequestTypes*).

use std::collections::HashMap;

use axum::extract::{FromRequestParts, Query as AxumQuery};
use axum::http::request::Parts;
use serde::Serialize;
use serde_json::Value;

use super::error::Error;

/// The query of a read.
pub(super) struct Query(HashMap<String, String>);

impl<S: Sync> FromRequestParts<S> for Query {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Error> {
        AxumQuery::try_from_uri(&parts.uri)
            .map(|AxumQuery(pairs)| Self(pairs))
            .map_err(|_| Error::Query)
    }
}

impl Query {
    /// Whether a subresource is asked for: by name in a list, or all of them.
    pub(super) fn wants(&self, subresource: &str) -> bool {
        let mut names = self.parameter("subresources").split(',').map(str::trim);
        names.any(|name| name == "*" || name == subresource)
    }

    /// How objects are to be shown.
    pub(super) fn fields(&self) -> Fields<'_> {
        match self.parameter("fields").trim() {
            "" => Fields::Uris,
            "*" => Fields::All,
            list => Fields::Some(list.split(',').map(str::trim).collect()),
        }
    }

    /// A parameter; an absent one is empty.
    fn parameter(&self, name: &str) -> &str {
        self.0.get(name).map_or("", String::as_str)
    }
}

/// How objects are to be shown.
pub(super) enum Fields<'a> {
    /// By their URIs only.
    Uris,
    /// Whole.
    All,
    /// With these properties.
    Some(Vec<&'a str>),
}

impl Fields<'_> {
    /// An object, with the properties that are asked for.
    pub(super) fn of(&self, object: &impl Serialize) -> Value {
        let mut value = serde_json::to_value(object).unwrap_or_default();
        if let (Self::Some(names), Some(object)) = (self, value.as_object_mut()) {
            object.retain(|name, _| names.contains(&name.as_str()));
        }
        value
    }
}
