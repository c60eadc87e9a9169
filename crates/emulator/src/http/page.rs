//! Everything outside `/api`: the files of a web page, or a text about the emulator.

use std::path::Path;

use axum::Router;
use axum::http::{HeaderValue, header};
use axum::routing::get;
use tower_http::services::ServeDir;
use tower_http::set_header::SetResponseHeaderLayer;

/// Serves the page beside the API. Files are not cached, as the page is under development.
pub(super) fn around(api: Router, page: Option<&Path>) -> Router {
    let site = match page {
        Some(directory) => Router::new().fallback_service(ServeDir::new(directory)),
        None => Router::new().route("/", get(async || WHAT_THIS_IS)),
    };
    let no_cache = SetResponseHeaderLayer::overriding(
        header::CACHE_CONTROL,
        HeaderValue::from_static("no-cache"),
    );
    Router::new().nest("/api", api).merge(site.layer(no_cache))
}

const WHAT_THIS_IS: &str = "\
This is gws-emulator, a Genesys Web Services v2 server. The API is at /api/v2;
begin with /api/v2/me. A page for people is at /emulator. It serves no web page: start it with --page DIR for that.
";
