//! Replies. Every GWS reply has a `statusCode`; one other than 0 comes with a `statusMessage` and nothing else.
//! Sources: *ReturnValues*, *ErrorHandling*, *CSRFProtection*.

use core::fmt;
use std::string::FromUtf8Error;
use std::sync::Arc;

use serde::Serialize;
use tolerant_json::text::{self, decimal};
use tolerant_json::{Document, Elements, Read as _, Unreadable};

use crate::call::Call;
use crate::device::Device;
use crate::ids::UserId;
use crate::user::{ContactPage, Group, User};

/// The result of an operation, as GWS's number (*ReturnValues*).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct StatusCode(pub u32);

impl StatusCode {
    /// Done, or accepted.
    pub const OK: Self = Self(0);
    /// A required parameter is missing.
    pub const PARAMETER_MISSING: Self = Self(1);
    /// A parameter is not valid in the current state.
    pub const PARAMETER_INVALID: Self = Self(2);
    /// The operation is forbidden.
    pub const FORBIDDEN: Self = Self(3);
    /// GWS, or a server behind it, failed.
    pub const INTERNAL_ERROR: Self = Self(4);
    /// The user lacks the permission.
    pub const NO_PERMISSION: Self = Self(5);
    /// There is no such resource.
    pub const NOT_FOUND: Self = Self(6);
    /// Done for some, refused for others.
    pub const PARTIAL: Self = Self(7);
    /// The processing is not complete.
    pub const UNFINISHED: Self = Self(9);
    /// A value is outside its range.
    pub const OUT_OF_RANGE: Self = Self(10);
    /// Nobody is signed in.
    pub const NOT_AUTHENTICATED: Self = Self(20);
}

/// Why a reply is not a success.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum ReplyError {
    /// GWS says that nobody is signed in, or that the session has ended.
    NotSignedIn,
    /// HTTP 401 or 403 without GWS's own `statusCode`: most likely a gateway rejects everybody who is not signed
    /// in. The request had no effect.
    NotLetIn {
        /// The HTTP status.
        http: u16,
        /// Its message, if that is short and for people; may be empty.
        words: String,
    },
    /// The CSRF token is missing or no longer valid: any GET brings a new one. The request had no effect.
    CsrfRejected {
        /// The HTTP status.
        http: u16,
    },
    /// The server understood the request and refused it.
    Refused {
        /// The HTTP status.
        http: u16,
        /// GWS's number.
        code: StatusCode,
        /// GWS's message; may be empty.
        message: String,
    },
    /// The server, or something before it, failed without GWS's own reply.
    Http {
        /// The HTTP status.
        http: u16,
    },
    /// A web page came instead of data: a login page or a proxy answered.
    WebPage {
        /// The HTTP status.
        http: u16,
    },
    /// The body can't be parsed.
    Unreadable {
        /// What is wrong with it.
        detail: String,
    },
}

impl ReplyError {
    /// Whether it leaves the outcome of an operation unknown: the reply is not GWS's own, or says that something
    /// behind GWS failed (5xx, `statusCode` 4), perhaps after the operation had its effect, or that part of it
    /// was done (7, 9), or that the time was up (408). After a 408 on a reused connection Chromium repeats a
    /// request, even a POST: GWS may have received it several times.
    pub fn leaves_outcome_unknown(&self) -> bool {
        match self {
            Self::NotSignedIn | Self::NotLetIn { .. } | Self::CsrfRejected { .. } => false,
            Self::Refused { http, code, .. } => {
                matches!(
                    *code,
                    StatusCode::INTERNAL_ERROR | StatusCode::PARTIAL | StatusCode::UNFINISHED
                ) || *http >= 500
                    || *http == 408
            }
            // Too many requests: this one was rejected (RFC 6585, section 4).
            Self::Http { http } => *http != 429,
            Self::WebPage { .. } | Self::Unreadable { .. } => true,
        }
    }

    /// What happened, for people.
    pub fn to_text(&self) -> String {
        let (words, kind, number) = match self {
            Self::NotSignedIn => return "nobody is signed in".to_owned(),
            Self::Unreadable { .. } => return "the answer can't be read".to_owned(),
            Self::Refused { code, message, .. } => (&**message, "code", code.0),
            Self::NotLetIn { http, words } => (&**words, "HTTP", u32::from(*http)),
            Self::CsrfRejected { http } => ("", "HTTP", u32::from(*http)),
            Self::Http { http: 429 } => ("there were too many requests", "HTTP", 429),
            Self::Http { http: 503 } | Self::WebPage { http: 503 } => {
                ("the server is busy", "HTTP", 503)
            }
            Self::WebPage { http } => ("a web page came instead of data", "HTTP", u32::from(*http)),
            Self::Http { http } => {
                return ["the server answered HTTP ", &decimal((*http).into())].concat();
            }
        };
        let words = match text::trim_end(words, ".") {
            "" if kind == "HTTP" => "the server refuses it",
            "" => "the server gave no reason",
            words => words,
        };
        [words, " (", kind, " ", &decimal(number.into()), ")"].concat()
    }
}

impl fmt::Display for ReplyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.to_text())
    }
}

impl core::error::Error for ReplyError {}

/// Parses the reply to an operation: success, or why not. `statusCode` takes precedence over the HTTP status,
/// but an HTTP error is an error even with `statusCode` 0.
pub fn operation(http: u16, body: &[u8]) -> Result<(), ReplyError> {
    success(http, body).map(|_| ())
}

/// Parses the reply to [`Request::me`](crate::Request::me).
pub fn user(http: u16, body: &[u8]) -> Result<User, ReplyError> {
    Ok(read(http, body)?.root().one("user")?)
}

/// Parses the reply to [`Request::my_devices`](crate::Request::my_devices).
pub fn devices(http: u16, body: &[u8]) -> Result<Vec<Arc<Device>>, ReplyError> {
    Ok(read(http, body)?.root().all("devices")?)
}

/// Parses the reply to [`Request::my_device`](crate::Request::my_device).
pub fn device(http: u16, body: &[u8]) -> Result<Device, ReplyError> {
    Ok(read(http, body)?.root().one("device")?)
}

/// Parses the reply to [`Request::my_calls`](crate::Request::my_calls).
pub fn calls(http: u16, body: &[u8]) -> Result<Vec<Arc<Call>>, ReplyError> {
    Ok(read(http, body)?.root().all("calls")?)
}

/// Parses the reply to [`Request::contacts`](crate::Request::contacts).
pub fn contacts(http: u16, body: &[u8]) -> Result<ContactPage, ReplyError> {
    let reply = read(http, body)?;
    let reply = reply.root();
    let contacts = reply.field("contacts");
    if !contacts.is_list() {
        return Err(Unreadable("there are no contacts".to_owned()).into());
    }
    let mut ids = Vec::new();
    for contact in contacts.elements() {
        if let Some(id) = contact.some_string("id") {
            ids.push(UserId::new(id));
        }
    }
    Ok(ContactPage {
        total: reply.number("totalCount"),
        ids,
    })
}

/// Parses the reply to [`Request::users`](crate::Request::users), or to
/// [`Request::members`](crate::Request::members). An unreadable user is skipped.
pub fn users(http: u16, body: &[u8]) -> Result<Vec<User>, ReplyError> {
    let reply = read(http, body)?;
    let reply = reply.root();
    if !reply.field("users").is_list() {
        return Err(Unreadable("there are no users".to_owned()).into());
    }
    Ok(reply.readable("users"))
}

/// Parses the reply to [`Request::my_groups`](crate::Request::my_groups).
pub fn groups(http: u16, body: &[u8]) -> Result<Vec<Group>, ReplyError> {
    Ok(read(http, body)?.root().readable("groups"))
}

/// Like [`users`], but parses the reply in pieces: ten thousand users are ten megabytes.
#[derive(Debug)]
pub struct Users {
    http: u16,
    elements: Elements,
}

impl Users {
    /// Begins to parse a reply.
    ///
    /// # Errors
    /// The body, if it has no users; [`users`] says what it is.
    pub fn begin(http: u16, body: Vec<u8>) -> Result<Self, Vec<u8>> {
        if !(200..300).contains(&http) {
            return Err(body);
        }
        let text = String::from_utf8(body).map_err(FromUtf8Error::into_bytes)?;
        match Elements::of(text, "users") {
            Ok(elements) => Ok(Self { http, elements }),
            Err(text) => Err(text.into_bytes()),
        }
    }

    /// The next users, of about this many bytes; none after the last.
    ///
    /// # Errors
    /// Those of [`users`].
    pub fn next(&mut self, bytes: usize) -> Result<Option<Vec<User>>, ReplyError> {
        let mut users = Vec::new();
        let mut taken = 0;
        while taken < bytes
            && let Some(element) = self.elements.take_next()
        {
            taken += element.len();
            let document = Document::parse(element)?;
            if let Some(user) = User::read(document.root()) {
                users.push(user);
            }
        }
        if taken > 0 {
            return Ok(Some(users));
        }
        match self.elements.rest() {
            Some(rest) => success(self.http, rest.as_bytes()).map(|_| None),
            None => Err(Unreadable("the list of users breaks off".to_owned()).into()),
        }
    }
}

impl From<Unreadable> for ReplyError {
    fn from(unreadable: Unreadable) -> Self {
        Self::Unreadable {
            detail: unreadable.0,
        }
    }
}

/// Returns the document of a success. Other replies, by the first row that fits:
///
/// | HTTP | body | is |
/// |---|---|---|
/// | 419; 400, 401, 403 | any; a refusal of a CSRF token, as text, JSON or HTML | [`ReplyError::CsrfRejected`] |
/// | any | `statusCode` 20 | [`ReplyError::NotSignedIn`] |
/// | any | a `statusCode` other than 0 | [`ReplyError::Refused`] |
/// | 403 | GWS's JSON, broken off | [`ReplyError::Unreadable`] |
/// | 401, 403 | anything else: a gateway answers | [`ReplyError::NotLetIn`] |
/// | any | HTML | [`ReplyError::WebPage`] |
/// | other than 2xx | anything else | [`ReplyError::Http`] |
fn success(http: u16, body: &[u8]) -> Result<Document<'_>, ReplyError> {
    let failed = !(200..300).contains(&http);
    // A byte-order mark, usual in pages of some web servers.
    let body = body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body);
    if refuses_csrf_token(http, body) {
        return Err(ReplyError::CsrfRejected { http });
    }
    let first = body.trim_ascii_start().first();
    let document = match Document::parse_bytes(body) {
        Ok(document) => document,
        Err(unreadable) if http == 403 && first == Some(&b'{') => return Err(unreadable.into()),
        Err(_) if matches!(http, 401 | 403) => {
            let words = plain_words(body);
            return Err(ReplyError::NotLetIn { http, words });
        }
        Err(_) if first == Some(&b'<') => return Err(ReplyError::WebPage { http }),
        Err(_) if failed => return Err(ReplyError::Http { http }),
        Err(unreadable) => return Err(unreadable.into()),
    };
    let reply = document.root();
    match reply.number("statusCode").map(StatusCode) {
        Some(StatusCode::NOT_AUTHENTICATED) => Err(ReplyError::NotSignedIn),
        Some(StatusCode::OK) | None if matches!(http, 401 | 403) => {
            let names = ["statusMessage", "message", "error_description", "error"];
            let mut words = String::new();
            for name in names {
                if words.is_empty() {
                    words = reply.string(name);
                }
            }
            let words = plain_words(words.as_bytes());
            Err(ReplyError::NotLetIn { http, words })
        }
        Some(StatusCode::OK) | None if failed => Err(ReplyError::Http { http }),
        Some(StatusCode::OK) => Ok(document),
        Some(code) => Err(ReplyError::Refused {
            http,
            code,
            message: reply.string("statusMessage"),
        }),
        None => Err(Unreadable("there is no statusCode in it".to_owned()).into()),
    }
}

/// A reply to a GET. A GET needs no CSRF token: a page that mentions one is something else.
fn read(http: u16, body: &[u8]) -> Result<Document<'_>, ReplyError> {
    success(http, body).map_err(|error| match error {
        ReplyError::CsrfRejected { http: 401 | 403 } => ReplyError::NotLetIn {
            http,
            words: String::new(),
        },
        ReplyError::CsrfRejected { .. } => ReplyError::Http { http },
        error => error,
    })
}

/// A text for people, if it is short and without markup or data.
fn plain_words(body: &[u8]) -> String {
    const MOST: usize = 160;
    let text = String::from_utf8_lossy(body);
    let text = text.trim();
    let mut marks = ["<", "{", "\n", "\u{fffd}"].iter();
    let is_plain = text.len() <= MOST && !marks.any(|mark| text::contains(text, mark));
    if is_plain { text } else { "" }.to_owned()
}

/// Whether the body refuses a CSRF token. A sign-in page may have such a token in its own form, so in HTML the
/// refusal must be in words. HTTP 419 alone suffices, by a custom of web frameworks.
fn refuses_csrf_token(http: u16, body: &[u8]) -> bool {
    match http {
        419 => true,
        400 | 401 | 403 => {
            let text = String::from_utf8_lossy(body).to_ascii_lowercase();
            match text.trim_ascii_start().starts_with('<') {
                true => {
                    let text = without_markup(&text);
                    let sentences = text::words(&text, |c| matches!(c, '\0' | '.'));
                    sentences.iter().any(|sentence| {
                        REFUSALS.iter().any(|word| text::contains(sentence, word))
                            && mentions_csrf(sentence)
                    })
                }
                false => mentions_csrf(&text),
            }
        }
        _ => false,
    }
}

/// The phrases with which a token is refused.
const REFUSALS: [&str; 9] = [
    "invalid",
    "missing",
    "not found",
    "expected",
    "expired",
    "mismatch",
    "failed",
    "verif",
    "detected",
];

fn mentions_csrf(words: &str) -> bool {
    let names = ["csrf", "xsrf", "cross-site request forgery"];
    names.iter().any(|name| text::contains(words, name))
}

/// The text of a page in lower case, without its markup and scripts. Where markup ends a sentence there is a zero.
fn without_markup(page: &str) -> String {
    /// Markup within a sentence.
    const WITHIN: [&str; 12] = [
        "a", "abbr", "b", "code", "em", "font", "i", "kbd", "span", "strong", "tt", "u",
    ];
    let mut text = String::with_capacity(page.len());
    let mut rest = page;
    while let Some((before, markup)) = text::split_once(rest, "<") {
        text.push_str(before);
        let (tag, after) = text::split_once(markup, ">").unwrap_or((markup, ""));
        let name = text::trim_start(tag, "/");
        let is_of_name = |byte: &u8| byte.is_ascii_alphanumeric();
        let name = &name[..name.bytes().take_while(is_of_name).count()];
        rest = match name {
            "script" | "style" if !tag.starts_with('/') => {
                let end = if name == "script" {
                    "</script"
                } else {
                    "</style"
                };
                text::position(after, end).map_or("", |at| &after[at..])
            }
            _ => after,
        };
        if !WITHIN.contains(&name) {
            text.push('\0');
        }
    }
    text.push_str(rest);
    text
}
