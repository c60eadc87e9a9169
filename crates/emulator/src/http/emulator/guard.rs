//! Refuses requests of other sites' pages: a browser on this machine can reach loopback from any
//! page.
//!
//! - `Host` must be `localhost` or an address, against DNS rebinding.
//! - `Origin`, which browsers add to requests of other sites' pages, must be the same as `Host`.
//! - Bodies of `POST` must be JSON or TOML, which other sites' pages may send only after a CORS
//!   preflight, and that is refused.

use axum::extract::Request;
use axum::http::{HeaderMap, HeaderName, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::Response;

use super::refusal;

/// Lets a request through, or refuses it.
pub(super) async fn guard(request: Request, next: Next) -> Response {
    match verdict(request.method(), request.headers()) {
        Ok(()) => next.run(request).await,
        Err((status, error)) => refusal(status, error.to_owned()),
    }
}

fn verdict(method: &Method, headers: &HeaderMap) -> Result<(), (StatusCode, &'static str)> {
    let text = |name: HeaderName| headers.get(name).map(|value| value.to_str().unwrap_or("?"));
    let host = text(header::HOST).unwrap_or("");
    if !cannot_be_rebound(host) {
        return Err((
            StatusCode::FORBIDDEN,
            "call the control API by localhost or by its address",
        ));
    }
    let own = |origin: &str| origin.strip_prefix("http://") == Some(host);
    if text(header::ORIGIN).is_some_and(|origin| !own(origin)) {
        return Err((
            StatusCode::FORBIDDEN,
            "the control API is not for pages of other sites",
        ));
    }
    let kind = text(header::CONTENT_TYPE).unwrap_or("");
    let kind = kind.split(';').next().unwrap_or("").trim();
    let known = ["application/json", "application/toml"];
    if method == Method::POST && !known.iter().any(|known| kind.eq_ignore_ascii_case(known)) {
        return Err((
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "Content-Type must be application/json, or application/toml for a script",
        ));
    }
    Ok(())
}

/// Whether a `Host` is an address or `localhost`, which no name server can redirect.
fn cannot_be_rebound(host: &str) -> bool {
    let name = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|digit| digit.is_ascii_digit()) => name,
        _ => host,
    };
    let address = name
        .strip_prefix('[')
        .and_then(|name| name.strip_suffix(']'));
    let address = address.unwrap_or(name).parse::<std::net::IpAddr>();
    address.is_ok() || name.eq_ignore_ascii_case("localhost")
}
