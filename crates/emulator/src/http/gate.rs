//! Before everything below `/api`: who is asking, and may they change anything?
//!
//! Sign-in is HTTP Basic once, then the cookie `JSESSIONID`. Any GET is answered with
//! `X-CSRF-HEADER`, which names a header, and that header with a token; everything but reads must
//! carry it (*CSRFProtection*).
//!
//! Assumption: CometD requests are POSTs like any other and need the token too.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, header};
use axum::middleware::Next;
use axum::response::{Html, IntoResponse, Response};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::error::Error;
use crate::state::Shared;
use crate::world::{DEMO_SUPERVISOR, PersonId};

/// Who is asking.
#[derive(Clone, Copy)]
pub(super) struct Caller(pub(super) PersonId);

const CSRF_NAMES: HeaderName = HeaderName::from_static("x-csrf-header");
const CSRF_TOKEN: HeaderName = HeaderName::from_static("x-csrf-token");

/// Lets a request through, or answers it.
pub(super) async fn gate(
    State(shared): State<Arc<Shared>>,
    mut request: Request,
    next: Next,
) -> Response {
    let (new_cookie, session) = {
        let mut core = shared.lock();
        if core.faults.web_page {
            return Html(LOGIN_PAGE).into_response();
        }
        let known = cookie(request.headers(), "JSESSIONID").and_then(|id| core.sessions.find(id));
        match known {
            Some(session) => (None, session),
            None => {
                let by_name = credentials(request.headers())
                    .filter(|(_, password)| *password == shared.config.password)
                    .and_then(|(user, _)| core.world.user_named(&user));
                let anyone = shared.config.auto_login.then_some(DEMO_SUPERVISOR);
                let Some(owner) = by_name.or(anyone) else {
                    return Error::NotSignedIn.into_response();
                };
                let (cookie, session) = core.sessions.begin(owner);
                (Some(cookie), session)
            }
        }
    };

    let reads = matches!(
        *request.method(),
        Method::GET | Method::HEAD | Method::OPTIONS
    );
    let token = request.headers().get(CSRF_TOKEN);
    let allowed = reads
        || !shared.config.csrf
        || token.is_some_and(|token| token.as_bytes() == session.csrf.as_bytes());
    let mut response = if allowed {
        request.extensions_mut().insert(Caller(session.owner));
        next.run(request).await
    } else {
        Error::Csrf.into_response()
    };

    let headers = response.headers_mut();
    if let Some(cookie) = new_cookie {
        let cookie = format!("JSESSIONID={cookie}; Path=/; HttpOnly; SameSite=Lax");
        append(headers, header::SET_COOKIE, &cookie);
    }
    if reads && shared.config.csrf {
        append(headers, CSRF_NAMES, "X-CSRF-TOKEN");
        append(headers, CSRF_TOKEN, &session.csrf);
    }
    append(headers, header::CACHE_CONTROL, "no-store");
    response
}

/// The value of a cookie.
pub(super) fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|line| line.to_str().ok())
        .flat_map(|line| line.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|&(found, _)| found == name)
        .map(|(_, value)| value)
}

/// Name and password of HTTP Basic.
fn credentials(headers: &HeaderMap) -> Option<(String, String)> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, encoded) = value.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let decoded = String::from_utf8(STANDARD.decode(encoded.trim()).ok()?).ok()?;
    let (user, password) = decoded.split_once(':')?;
    Some((user.to_owned(), password.to_owned()))
}

/// Adds a header; our own values are always fit to be one.
pub(super) fn append(headers: &mut HeaderMap, name: HeaderName, value: &str) {
    match HeaderValue::from_str(value) {
        Ok(value) => {
            headers.append(name, value);
        }
        Err(error) => tracing::error!(%error, %name, "a header that cannot be sent"),
    }
}

const LOGIN_PAGE: &str = "<!DOCTYPE html>\n<html><head><title>Sign in</title></head>\
<body><form method=\"post\" action=\"/login\"><input name=\"user\"><button>Sign in</button></form>\
</body></html>\n";
