//! Writing a recording: a line as soon as an exchange is over.

use std::fs::File;
use std::io::Write;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use axum::http::{HeaderMap, HeaderName, header};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::value::RawValue;
use tokio::time::Instant;

use super::format::{Aborted, Head, Headers, Line, OneOrMany, Reply, Request};
use super::secrets::Secrets;
use crate::http::{Asked, Exchange, Witness};

/// Headers of a request that matter, apart from those that hold secrets.
const MATTERS: [&str; 9] = [
    "accept-encoding",
    "access-control-request-headers",
    "access-control-request-method",
    "authorization",
    "content-type",
    "cookie",
    "origin",
    "user-agent",
    "x-requested-with",
];

/// Headers of a reply that say nothing about the server: they follow from the connection.
const OF_THE_CONNECTION: [&str; 5] = [
    "connection",
    "content-length",
    "date",
    "keep-alive",
    "transfer-encoding",
];

/// A reply that takes longer than this from its beginning to its end is worth saying so.
const WORTH_SAYING: Duration = Duration::from_millis(10);

/// Writes exchanges down.
pub(crate) struct Recorder {
    began: Instant,
    tape: Mutex<Tape>,
}

struct Tape {
    /// None after a failure: half a line spoils what follows.
    output: Option<Box<dyn Write + Send>>,
    secrets: Secrets,
}

impl Recorder {
    /// Begins a recording in a new file.
    ///
    /// # Errors
    /// The file is there already, or can't be written to.
    pub(crate) fn create(path: &Path) -> std::io::Result<Self> {
        Self::new(Box::new(File::create_new(path)?))
    }

    /// Begins a recording.
    pub(crate) fn new(mut output: Box<dyn Write + Send>) -> std::io::Result<Self> {
        let began = humantime::format_rfc3339_millis(SystemTime::now()).to_string();
        write(&mut output, &Head::new(began))?;
        let tape = Tape {
            output: Some(output),
            secrets: Secrets::default(),
        };
        Ok(Self {
            began: Instant::now(),
            tape: Mutex::new(tape),
        })
    }
}

impl Witness for Recorder {
    fn attention(&self) -> usize {
        usize::MAX
    }

    fn notices(&self, _: &HeaderName) -> bool {
        true
    }

    fn asked(&self, _: &Arc<Asked>) {}

    fn saw(&self, exchange: &Arc<Exchange>) {
        let mut tape = self.tape.lock().unwrap_or_else(PoisonError::into_inner);
        let Tape { output, secrets } = &mut *tape;
        let Some(file) = output else {
            return;
        };
        let line = line(exchange, self.began, secrets);
        if let Err(error) = write(file, &line) {
            tracing::error!(%error, "the recording ends here: its file cannot be written to");
            *output = None;
        }
    }
}

/// One line at once and without a buffer: whatever happens next, it is in the file.
fn write(output: &mut impl Write, line: &impl serde::Serialize) -> std::io::Result<()> {
    let mut line = serde_json::to_vec(line)?;
    line.push(b'\n');
    output.write_all(&line)?;
    output.flush()
}

fn line(exchange: &Exchange, began: Instant, secrets: &mut Secrets) -> Line {
    let asked = &exchange.asked;
    let body = Body::of_request(&asked.body.bytes, &asked.headers, secrets);
    let request = Request {
        method: asked.method.to_string(),
        path: secrets.path(&asked.path),
        headers: headers(&asked.headers, secrets, |name| {
            MATTERS.contains(&name) || name.contains("csrf")
        }),
        body: body.json,
        text: body.text,
        base64: body.base64,
    };
    let at = asked.came.saturating_duration_since(began);
    let mut line = Line::new(seconds(at), request, seconds(exchange.held));
    match &exchange.reply {
        None => line.aborted = Some(Aborted::BeforeReply),
        Some(reply) => {
            line.sent = (reply.took >= WORTH_SAYING).then(|| seconds(reply.took));
            line.aborted = (!reply.whole).then_some(Aborted::InReply);
            let body = Body::of(&reply.body.bytes, secrets);
            line.reply = Some(Reply {
                status: reply.status.as_u16(),
                headers: headers(&reply.headers, secrets, |name| {
                    !OF_THE_CONNECTION.contains(&name)
                }),
                body: body.json,
                text: body.text,
                base64: body.base64,
            });
        }
    }
    line
}

fn headers(headers: &HeaderMap, secrets: &mut Secrets, matters: impl Fn(&str) -> bool) -> Headers {
    let mut written = Headers::new();
    for (name, value) in headers {
        let name = name.as_str();
        if !matters(name) {
            continue;
        }
        let value = secrets.header(name, &String::from_utf8_lossy(value.as_bytes()));
        match written.get_mut(name) {
            Some(values) => values.push(value),
            None => {
                written.insert(name.to_owned(), OneOrMany::One(value));
            }
        }
    }
    written
}

/// A body in one of the three ways to write it.
#[derive(Default)]
struct Body {
    json: Option<Box<RawValue>>,
    text: Option<String>,
    base64: Option<String>,
}

impl Body {
    fn of(bytes: &[u8], secrets: &mut Secrets) -> Self {
        if bytes.is_empty() {
            return Self::default();
        }
        let Ok(text) = core::str::from_utf8(bytes) else {
            return Self {
                base64: Some(STANDARD.encode(bytes)),
                ..Self::default()
            };
        };
        // Outside strings a line break is as good as a space, and inside JSON has none.
        let one_line = text.trim().replace(['\n', '\r'], " ");
        match serde_json::from_str::<Box<RawValue>>(&one_line) {
            Ok(json) => Self {
                json: Some(secrets.json(&json).unwrap_or(json)),
                ..Self::default()
            },
            Err(_) => Self {
                text: Some(text.to_owned()),
                ..Self::default()
            },
        }
    }

    fn of_request(bytes: &[u8], headers: &HeaderMap, secrets: &mut Secrets) -> Self {
        let mut body = Self::of(bytes, secrets);
        if let Some(text) = &mut body.text {
            let is_form = headers.get(header::CONTENT_TYPE).is_some_and(|kind| {
                kind.as_bytes()
                    .starts_with(b"application/x-www-form-urlencoded")
            });
            // `curl -d` calls everything a form.
            *text = match is_form && !text.trim_start().starts_with(['{', '[']) {
                true => secrets.form(text),
                false => secrets.text(text),
            };
        }
        body
    }
}

/// Seconds, to the microsecond: what came of what can be told from the order of times.
fn seconds(span: Duration) -> f64 {
    // A recording is not hundreds of years long.
    span.as_micros() as f64 / 1_000_000.0
}
