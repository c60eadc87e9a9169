//! Authentication and CSRF protection of everything below `/api`.
//!
//! Sign-in is HTTP Basic, once or with every request, and the cookie `JSESSIONID` from then on.
//! The reply to a GET has `X-CSRF-HEADER`, which names a header, and that header with a token;
//! every request but reads must carry it (*CSRFProtection*).
//!
//! Assumptions:
//! - CometD requests are POSTs like any other and need the token too.
//! - Credentials are checked even if there is a session: wrong ones are refused, and those of
//!   another user end the session and begin another with a new token.
//! - Basic without a cookie begins a session with every request. The token belongs to a session, so
//!   with CSRF protection such a client can only read.
//! - A refused request begins no session and ends none.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::{Extensions, HeaderMap, HeaderName, HeaderValue, Method, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use percent_encoding::percent_decode_str;

use super::error::Error;
use crate::config::Config;
use crate::state::{Core, Session, Shared};
use crate::world::{DEMO_SUPERVISOR, PersonId};

/// The user who sent a request.
#[derive(Clone, Copy)]
pub(super) struct Caller(pub(super) PersonId);

impl Caller {
    /// The sender of a request that has passed the gate.
    pub(super) fn of(extensions: &Extensions) -> Result<PersonId, Error> {
        let caller = extensions.get().map(|&Self(caller)| caller);
        caller.ok_or(Error::NotSignedIn)
    }
}

/// The session's cookie.
const JSESSIONID: &str = "JSESSIONID";
const CSRF_NAMES: HeaderName = HeaderName::from_static("x-csrf-header");
const CSRF_TOKEN: HeaderName = HeaderName::from_static("x-csrf-token");

/// How a request was authenticated.
enum Identity {
    /// By the cookie of this session.
    Known(Session),
    /// By credentials, or by `auto_login`: a session begins, and may replace another.
    New {
        owner: PersonId,
        replaces: Option<String>,
    },
}

impl Identity {
    fn owner(&self) -> PersonId {
        match self {
            Self::Known(session) => session.owner,
            Self::New { owner, .. } => *owner,
        }
    }
}

/// Lets a request pass, or refuses it.
pub(super) async fn gate(
    State(shared): State<Arc<Shared>>,
    request: Request,
    next: Next,
) -> Response {
    let mut response = match check(&shared, &request) {
        Ok(identity) => admit(&shared, identity, request, next).await,
        Err(error) => error.into_response(),
    };
    append(response.headers_mut(), header::CACHE_CONTROL, "no-store");
    response
}

/// Whether a request may pass, and who sent it. Only updates when the session was last used.
fn check(shared: &Shared, request: &Request) -> Result<Identity, Error> {
    let mut core = shared.lock();
    if percent_decode_str(request.uri().path())
        .decode_utf8()
        .is_err()
    {
        return Err(Error::Address);
    }
    let identity = authenticate(shared, &mut core, request.headers())?;
    if !is_read(request.method()) && shared.config.csrf {
        let token = request.headers().get(CSRF_TOKEN).map(HeaderValue::as_bytes);
        match &identity {
            Identity::Known(session) if token == Some(session.csrf.as_bytes()) => {}
            _ => return Err(Error::Csrf),
        }
    }
    Ok(identity)
}

fn authenticate(shared: &Shared, core: &mut Core, headers: &HeaderMap) -> Result<Identity, Error> {
    let cookie = cookie(headers, JSESSIONID);
    let session = cookie.and_then(|cookie| core.sessions.find(cookie));
    let named = match credentials(headers) {
        None => None,
        Some(credentials) => {
            let owner = credentials
                .filter(|(_, password)| *password == shared.config.password)
                .and_then(|(user, _)| core.world.user_named(&user));
            Some(owner.ok_or(Error::NotSignedIn)?)
        }
    };
    match (session, named) {
        (Some(session), None) => Ok(Identity::Known(session)),
        (Some(session), Some(owner)) if session.owner == owner => Ok(Identity::Known(session)),
        (session, Some(owner)) => Ok(Identity::New {
            owner,
            replaces: session.and(cookie).map(str::to_owned),
        }),
        (None, None) if shared.config.auto_login => Ok(Identity::New {
            owner: DEMO_SUPERVISOR,
            replaces: None,
        }),
        (None, None) => Err(Error::NotSignedIn),
    }
}

/// Passes a request on, and begins the session if it succeeds.
async fn admit(shared: &Shared, identity: Identity, mut request: Request, next: Next) -> Response {
    let reads = is_read(request.method());
    request.extensions_mut().insert(Caller(identity.owner()));
    let mut response = next.run(request).await;

    let session = match identity {
        Identity::Known(session) => session,
        Identity::New { owner, replaces } => {
            if !response.status().is_success() {
                return response;
            }
            let (cookie, session) = {
                let sessions = &mut shared.lock().sessions;
                if let Some(replaced) = replaces {
                    sessions.end(&replaced);
                }
                sessions.begin(owner)
            };
            set_cookie(response.headers_mut(), shared, JSESSIONID, &cookie);
            session
        }
    };
    if reads && shared.config.csrf {
        let headers = response.headers_mut();
        append(headers, CSRF_NAMES, "X-CSRF-TOKEN");
        append(headers, CSRF_TOKEN, &session.csrf);
    }
    response
}

/// The user that a request names by cookie or credentials. For the log: unchecked, and without
/// using the session.
pub(super) fn sender(config: &Config, core: &Core, headers: &HeaderMap) -> Option<PersonId> {
    if let Some((user, _)) = credentials(headers).flatten() {
        return core.world.user_named(&user);
    }
    let owner = cookie(headers, JSESSIONID).and_then(|cookie| core.sessions.owner(cookie));
    owner.or_else(|| config.auto_login.then_some(DEMO_SUPERVISOR))
}

fn is_read(method: &Method) -> bool {
    matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS)
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

/// Sets a cookie.
pub(super) fn set_cookie(headers: &mut HeaderMap, shared: &Shared, name: &str, value: &str) {
    let same_site = shared.config.same_site.attributes();
    let cookie = format!("{name}={value}; Path=/; HttpOnly; {same_site}");
    append(headers, header::SET_COOKIE, &cookie);
}

/// Name and password of HTTP Basic; the inner `None` if they can't be decoded. Other schemes are
/// ignored.
fn credentials(headers: &HeaderMap) -> Option<Option<(String, String)>> {
    let value = headers.get(header::AUTHORIZATION)?.as_bytes();
    let (scheme, encoded) = match value.iter().position(|&byte| byte == b' ') {
        Some(space) => (&value[..space], value[space..].trim_ascii()),
        None => (value, &[][..]),
    };
    if !scheme.eq_ignore_ascii_case(b"basic") {
        return None;
    }
    let decoded = STANDARD.decode(encoded).ok();
    let decoded = decoded.and_then(|bytes| String::from_utf8(bytes).ok());
    Some(decoded.and_then(|pair| {
        let (user, password) = pair.split_once(':')?;
        Some((user.to_owned(), password.to_owned()))
    }))
}

/// Adds a header. The emulator's own values are always valid.
pub(super) fn append(headers: &mut HeaderMap, name: HeaderName, value: &str) {
    match HeaderValue::from_str(value) {
        Ok(value) => {
            headers.append(name, value);
        }
        Err(error) => tracing::error!(%error, %name, "invalid header"),
    }
}
