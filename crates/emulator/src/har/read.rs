//! Parses a HAR 1.2, as exported by browsers' developer tools. Everything else is ignored,
//! including request headers, so that cookies and tokens are never kept.

use std::time::Duration;

use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bayeux::{Channel, RawValue};
use serde::Deserialize;
use serde_json::Value;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use super::Request;

/// The response headers that are kept. Sessions, tokens and CORS are the emulator's own.
const KEPT: [HeaderName; 2] = [header::CONTENT_TYPE, header::RETRY_AFTER];
/// A JSON property with one of these in its name, in any case, holds a secret.
const SECRETS: [&str; 5] = ["password", "secret", "token", "cookie", "authorization"];

/// The API's entries and notifications in a HAR.
#[derive(Debug, Default)]
pub(super) struct Har {
    /// In the order in which the requests were sent.
    pub(super) entries: Vec<Entry>,
    pub(super) notifications: Vec<Notification>,
}

/// A request and its response.
#[derive(Debug)]
pub(crate) struct Entry {
    pub(super) request: Request,
    /// The number of operations to wait for that were sent before it.
    pub(super) after: usize,
    sent: OffsetDateTime,
    /// From the request to the end of the response.
    pub(crate) took: Duration,
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
}

/// A notification that the recorded page received.
#[derive(Debug)]
pub(super) struct Notification {
    /// The number of operations to wait for that were sent before it came.
    pub(super) after: usize,
    /// How long it came after the notification or operation before it, whichever was later.
    pub(super) gap: Duration,
    pub(super) channel: Channel,
    pub(super) data: Box<RawValue>,
}

/// Why a file can't be replayed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum HarError {
    /// The file can't be read.
    #[error("{0}")]
    Unreadable(#[from] std::io::Error),
    /// It is not a valid HAR.
    #[error("{0}; export it again from the browser's developer tools, as HAR with content")]
    NotHar(String),
    /// It has no request to the API.
    #[error(
        "no request in it has /api/v2/ in its path and a response; open the developer tools before \
         the page that uses GWS is loaded, and export again"
    )]
    NoApi,
}

impl Har {
    pub(super) fn parse(file: &[u8]) -> Result<Self, HarError> {
        let har = serde_json::from_slice::<Value>(file);
        let har = har.map_err(|error| HarError::NotHar(format!("it is not JSON ({error})")))?;
        let raw = har["log"]["entries"].as_array();
        let raw = raw.ok_or_else(|| HarError::NotHar("it has no log.entries".to_owned()))?;
        let of_the_api = raw.iter().enumerate().filter_map(|(index, raw)| {
            let request = request(raw)?;
            let what = format!("entry {} ({})", index + 1, request.name);
            let entry = Entry::read(request, raw);
            Some(entry.map_err(|wrong| HarError::NotHar(format!("{what}: {wrong}"))))
        });
        let mut entries = of_the_api.collect::<Result<Vec<_>, _>>()?;
        if entries.is_empty() {
            return Err(HarError::NoApi);
        }
        entries.sort_by_key(|entry| entry.sent);
        Ok(Self::new(entries))
    }

    /// Relates all entries to the operations to wait for.
    fn new(entries: Vec<Entry>) -> Self {
        let operations = entries.iter().filter(|entry| entry.request.is_waited_for);
        let operations: Vec<_> = operations.map(|entry| entry.sent).collect();
        let mut har = Self::default();
        let mut last = None;
        for mut entry in entries {
            if !entry.request.name.contains("/api/v2/notifications") {
                entry.after = operations.partition_point(|&sent| sent < entry.sent);
                har.entries.push(entry);
                continue;
            }
            let came = entry.sent + entry.took;
            let after = operations.partition_point(|&sent| sent <= came);
            for (channel, data) in notifications(&entry.body) {
                let before = operations[..after].last().copied().max(last);
                let gap = before.map_or(entry.took, |before| {
                    (came - before).try_into().unwrap_or_default()
                });
                last = Some(came);
                har.notifications.push(Notification {
                    after,
                    gap,
                    channel,
                    data,
                });
            }
        }
        har
    }
}

/// The request of an entry, if it is one of the API and was answered. Preflights are left out: the
/// emulator answers them itself.
fn request(raw: &Value) -> Option<Request> {
    let request = &raw["request"];
    let method = request["method"].as_str().filter(|it| *it != "OPTIONS")?;
    let url = request["url"].as_str()?.split('#').next()?;
    let (url, query) = url.split_once('?').unwrap_or((url, ""));
    let path = &url[url.find("/api/v2/")? + "/api".len()..];
    let body = request["postData"]["text"].as_str().unwrap_or_default();
    let has_response = raw["response"]["status"].as_u64().is_some_and(|it| it != 0);
    has_response.then(|| Request::new(method, path, query, body.as_bytes()))
}

impl Entry {
    fn read(request: Request, raw: &Value) -> Result<Self, String> {
        let response = &raw["response"];
        let sent = raw["startedDateTime"].as_str().unwrap_or_default();
        let took = raw["time"].as_f64().unwrap_or_default() / 1_000.0;
        let status = response["status"]
            .as_u64()
            .and_then(|it| u16::try_from(it).ok());
        let content = &response["content"];
        let text = content["text"].as_str().unwrap_or_default();
        if text.is_empty() && content["size"].as_f64().is_some_and(|size| size > 0.0) {
            tracing::warn!(
                "the HAR lacks the content of the response to {}",
                request.name
            );
        }
        let body = match content["encoding"].as_str() {
            Some("base64") => STANDARD.decode(text),
            _ => Ok(text.into()),
        };
        let headers = response["headers"].as_array().into_iter().flatten();
        let headers = headers.filter_map(|header| {
            let name: HeaderName = header["name"].as_str()?.parse().ok()?;
            let value = HeaderValue::from_str(header["value"].as_str()?).ok()?;
            KEPT.contains(&name).then_some((name, value))
        });
        Ok(Self {
            request,
            after: 0,
            sent: OffsetDateTime::parse(sent, &Rfc3339)
                .map_err(|error| format!("its startedDateTime is no date ({error})"))?,
            took: Duration::try_from_secs_f64(took).unwrap_or_default(),
            status: status
                .and_then(|status| StatusCode::from_u16(status).ok())
                .ok_or("its response has no status of HTTP")?,
            headers: headers.collect(),
            body: body
                .map(without_secrets)
                .map_err(|error| format!("its content is not base64 ({error})"))?,
        })
    }
}

/// A body with its secrets replaced; unchanged if it has none or is not JSON.
fn without_secrets(body: Vec<u8>) -> Vec<u8> {
    let Ok(json) = serde_json::from_slice::<Value>(&body) else {
        return body;
    };
    let mut replaced = json.clone();
    replace_secrets(&mut replaced);
    match replaced == json {
        true => body,
        false => replaced.to_string().into_bytes(),
    }
}

fn replace_secrets(json: &mut Value) {
    match json {
        Value::Array(values) => values.iter_mut().for_each(replace_secrets),
        Value::Object(object) => {
            for (name, value) in object {
                let name = name.to_lowercase();
                match value {
                    Value::String(_) | Value::Number(_)
                        if SECRETS.iter().any(|secret| name.contains(secret)) =>
                    {
                        *value = Value::from("<replaced>");
                    }
                    _ => replace_secrets(value),
                }
            }
        }
        _ => {}
    }
}

/// The notifications among the messages of a response.
fn notifications(body: &[u8]) -> Vec<(Channel, Box<RawValue>)> {
    #[derive(Deserialize)]
    struct Message {
        channel: String,
        data: Option<Box<RawValue>>,
    }
    let messages: Vec<Message> = serde_json::from_slice(body).unwrap_or_default();
    let messages = messages
        .into_iter()
        .filter(|it| !it.channel.starts_with("/meta/"));
    messages
        .filter_map(|it| Some((Channel::new(&it.channel).ok()?, it.data?)))
        .collect()
}
