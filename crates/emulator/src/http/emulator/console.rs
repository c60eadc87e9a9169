//! `GET /emulator` and the files of the console, which are part of the program.
//!
//! The page may load only these files and connect only to this emulator. It has no inline script or
//! style, and never turns text into markup.

use axum::Router;
use axum::http::{HeaderName, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;

/// A file of the console.
struct File {
    path: &'static str,
    kind: &'static str,
    content: &'static str,
}

const HTML: &str = "text/html; charset=utf-8";
const CSS: &str = "text/css; charset=utf-8";
const SCRIPT: &str = "text/javascript; charset=utf-8";
const SVG: &str = "image/svg+xml";

macro_rules! files {
    ($($path:literal $kind:ident $file:literal)+) => {
        [$(File {
            path: $path,
            kind: $kind,
            content: include_str!(concat!("../../../console/", $file)),
        }),+]
    };
}

const FILES: [File; 11] = files! {
    "/" HTML "index.html"
    "/console.css" CSS "console.css"
    "/icon.svg" SVG "icon.svg"
    "/console.js" SCRIPT "console.js"
    "/page.js" SCRIPT "page.js"
    "/centre.js" SCRIPT "centre.js"
    "/agents.js" SCRIPT "agents.js"
    "/supervisors.js" SCRIPT "supervisors.js"
    "/calls.js" SCRIPT "calls.js"
    "/panels.js" SCRIPT "panels.js"
    "/log.js" SCRIPT "log.js"
};

const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; \
    img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; \
    require-trusted-types-for 'script'; trusted-types 'none'";

/// The console's files.
pub(super) fn router<S: Clone + Send + Sync + 'static>() -> Router<S> {
    FILES.iter().fold(Router::new(), |router, file| {
        router.route(file.path, get(async || response(file)))
    })
}

fn response(file: &File) -> Response {
    const NOSNIFF: (HeaderName, &str) = (header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    let headers = [
        (header::CONTENT_TYPE, file.kind),
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::CACHE_CONTROL, "no-cache"),
        (header::REFERRER_POLICY, "no-referrer"),
        NOSNIFF,
    ];
    (headers, file.content).into_response()
}
