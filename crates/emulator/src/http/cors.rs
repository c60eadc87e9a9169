//! Preflights of pages of other origins, and the headers that let those pages read replies.

use tower_http::cors::{AllowOrigin, CorsLayer};

use crate::config::CrossOriginSettings;

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
            .allow_methods(settings.allowed_methods.clone())
            .allow_headers(settings.allowed_headers.clone())
            .allow_credentials(settings.allow_credentials)
            .expose_headers(settings.exposed_headers.clone()),
    )
}
