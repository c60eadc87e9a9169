//! Reading a recording. A file that is none is refused with the line and the reason.

use std::path::Path;

use axum::http::{HeaderName, HeaderValue, Method, StatusCode};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::value::RawValue;

use super::format::{Aborted, Head, Headers, KIND, Line, VERSION};

/// A recording.
#[derive(Debug)]
pub(crate) struct Recording {
    /// In the order in which the requests came.
    pub(crate) exchanges: Vec<Recorded>,
}

/// An exchange of a recording.
#[derive(Clone, Debug)]
pub(crate) struct Recorded {
    /// Its line in the file, from 1.
    pub(crate) line: usize,
    /// When the request came, in microseconds since the recording began.
    pub(crate) came: u64,
    pub(crate) method: Method,
    /// Path and query.
    pub(crate) path: String,
    pub(crate) headers: Vec<(HeaderName, HeaderValue)>,
    pub(crate) body: Vec<u8>,
    /// For how many microseconds it was held.
    pub(crate) held: u64,
    /// None: it was given up before.
    pub(crate) reply: Option<RecordedReply>,
}

/// A reply of a recording.
#[derive(Clone, Debug)]
pub(crate) struct RecordedReply {
    pub(crate) status: StatusCode,
    pub(crate) headers: Vec<(HeaderName, HeaderValue)>,
    pub(crate) body: Vec<u8>,
    /// Whether it ends here, or breaks off.
    pub(crate) whole: bool,
}

/// Why a file is no recording.
#[derive(Debug, thiserror::Error)]
#[error("line {line}: {wrong}")]
pub struct NoRecording {
    /// The line, from 1.
    pub line: usize,
    /// What is wrong with it.
    pub wrong: Wrong,
}

/// What is wrong with a line.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Wrong {
    /// The file is empty.
    #[error("the file is empty")]
    Empty,
    /// The first line is no head.
    #[error("that is not the first line of a recording ({0})")]
    Head(serde_json::Error),
    /// It is a recording of something else.
    #[error("a recording of {0:?}, not of \"{KIND}\"")]
    Kind(String),
    /// It is of another version.
    #[error("a recording of version {0}; this program reads version {VERSION}")]
    Version(u32),
    /// The line is no exchange.
    #[error("that is no exchange ({0})")]
    Line(serde_json::Error),
    /// There is a head and nothing else.
    #[error("the recording ends without an exchange")]
    NoExchange,
    /// A time must be a number of seconds from 0 to a year.
    #[error("`{0}` is not a number of seconds")]
    Seconds(&'static str),
    /// That is no method.
    #[error("{0:?} is not a method of HTTP")]
    Method(String),
    /// A path begins with `/api/`.
    #[error("{0:?} is not a path below /api")]
    Path(String),
    /// HTTP has no such status.
    #[error("{0} is not a status of HTTP")]
    Status(u16),
    /// HTTP has no such header.
    #[error("{0:?} cannot be a header, or not with this value")]
    Header(String),
    /// A body is given twice or can't be read.
    #[error("a body is one of `body`, `text` and `base64`")]
    Bodies,
    /// The base64 can't be read.
    #[error("`base64` cannot be read ({0})")]
    Base64(base64::DecodeError),
    /// What is said of the reply contradicts itself.
    #[error("an exchange has a `reply`, or is `aborted` \"before the reply\"")]
    Reply,
}

impl Recording {
    /// Reads a file.
    ///
    /// # Errors
    /// The file can't be read, or is no recording.
    pub(crate) fn read(path: &Path) -> std::io::Result<Result<Self, NoRecording>> {
        Ok(Self::parse(&std::fs::read(path)?))
    }

    /// Reads the bytes of a file. Empty lines are passed over.
    pub(crate) fn parse(bytes: &[u8]) -> Result<Self, NoRecording> {
        let mut lines = bytes
            .split(|&byte| byte == b'\n')
            .enumerate()
            .map(|(index, line)| (index + 1, line.trim_ascii()))
            .filter(|(_, line)| !line.is_empty());
        let (number, first) = lines.next().ok_or(NoRecording {
            line: 1,
            wrong: Wrong::Empty,
        })?;
        head(first).map_err(|wrong| NoRecording {
            line: number,
            wrong,
        })?;
        let mut last = number;
        let mut exchanges = Vec::new();
        for (number, line) in lines {
            let exchange = serde_json::from_slice(line)
                .map_err(Wrong::Line)
                .and_then(|line| exchange(number, line))
                .map_err(|wrong| NoRecording {
                    line: number,
                    wrong,
                })?;
            exchanges.push(exchange);
            last = number;
        }
        if exchanges.is_empty() {
            return Err(NoRecording {
                line: last,
                wrong: Wrong::NoExchange,
            });
        }
        exchanges.sort_by_key(|exchange| exchange.came);
        Ok(Self { exchanges })
    }
}

fn head(line: &[u8]) -> Result<(), Wrong> {
    let head: Head = serde_json::from_slice(line).map_err(Wrong::Head)?;
    if head.recording != KIND {
        return Err(Wrong::Kind(head.recording));
    }
    if head.version != VERSION {
        return Err(Wrong::Version(head.version));
    }
    Ok(())
}

fn exchange(number: usize, line: Line) -> Result<Recorded, Wrong> {
    let Line {
        at,
        request,
        held,
        reply,
        aborted,
        ..
    } = line;
    if reply.is_none() != (aborted == Some(Aborted::BeforeReply)) {
        return Err(Wrong::Reply);
    }
    let method = Method::from_bytes(request.method.as_bytes());
    let is_path =
        request.path.starts_with("/api/") && request.path.parse::<axum::http::Uri>().is_ok();
    if !is_path {
        return Err(Wrong::Path(request.path));
    }
    Ok(Recorded {
        line: number,
        came: micros("at", at)?,
        method: method.map_err(|_| Wrong::Method(request.method))?,
        path: request.path,
        headers: headers(request.headers)?,
        body: body(request.body, request.text, request.base64)?,
        held: micros("held", held)?,
        reply: match reply {
            None => None,
            Some(reply) => Some(RecordedReply {
                status: StatusCode::from_u16(reply.status)
                    .map_err(|_| Wrong::Status(reply.status))?,
                headers: headers(reply.headers)?,
                body: body(reply.body, reply.text, reply.base64)?,
                whole: aborted.is_none(),
            }),
        },
    })
}

fn micros(name: &'static str, seconds: f64) -> Result<u64, Wrong> {
    const YEAR: f64 = 366.0 * 86_400.0;
    match seconds {
        // In range, so nothing is lost but what is below a microsecond.
        0.0..YEAR => Ok((seconds * 1_000_000.0).round() as u64),
        _ => Err(Wrong::Seconds(name)),
    }
}

fn headers(headers: Headers) -> Result<Vec<(HeaderName, HeaderValue)>, Wrong> {
    let mut read = Vec::new();
    for (name, values) in headers {
        for value in values.into_vec() {
            let header = HeaderName::from_bytes(name.as_bytes()).ok();
            let header = header.zip(HeaderValue::from_str(&value).ok());
            read.push(header.ok_or_else(|| Wrong::Header(name.clone()))?);
        }
    }
    Ok(read)
}

fn body(
    json: Option<Box<RawValue>>,
    text: Option<String>,
    base64: Option<String>,
) -> Result<Vec<u8>, Wrong> {
    match (json, text, base64) {
        (None, None, None) => Ok(Vec::new()),
        (Some(json), None, None) => Ok(json.get().as_bytes().to_owned()),
        (None, Some(text), None) => Ok(text.into_bytes()),
        (None, None, Some(base64)) => STANDARD.decode(base64).map_err(Wrong::Base64),
        _ => Err(Wrong::Bodies),
    }
}
