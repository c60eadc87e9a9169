//! Preflights from pages of other origins, and the headers that let those pages read replies.

use axum::http::{HeaderName, Method};
use tower_http::cors::{AllowOrigin, CorsLayer};

use crate::config::CrossOriginSettings;

/// `allowedMethods`: GWS's default.
const METHODS: [Method; 5] = [
    Method::GET,
    Method::POST,
    Method::PUT,
    Method::DELETE,
    Method::OPTIONS,
];

/// `exposedHeaders`: GWS's default, and `Retry-After`.
const EXPOSED: [HeaderName; 3] = [
    HeaderName::from_static("x-csrf-header"),
    HeaderName::from_static("x-csrf-token"),
    HeaderName::from_static("retry-after"),
];

/// The layer that answers preflights and adds the headers, if any origin is allowed.
pub(super) fn layer(settings: &CrossOriginSettings) -> Option<CorsLayer> {
    if settings.allowed_origins.is_empty() {
        return None;
    }
    let origins = settings.allowed_origins.clone();
    let allowed = AllowOrigin::predicate(move |origin, _| {
        origin
            .to_str()
            .is_ok_and(|origin| origins.iter().any(|pattern| pattern.allows(origin)))
    });
    Some(
        CorsLayer::new()
            .allow_origin(allowed)
            .allow_methods(METHODS)
            .allow_headers(settings.allowed_headers.clone())
            .allow_credentials(true)
            .expose_headers(EXPOSED),
    )
}
