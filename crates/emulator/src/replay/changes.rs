//! Whether a change is the recorded one: the same method, address and parameters. Not compared are
//! hosts of URIs, properties that are `null`, and secrets, which a recording does not hold.

use axum::http::Method;
use serde_json::Value;

use crate::record::Recorded;

/// Whether these are the same change.
pub(super) fn are_same(recorded: &Recorded, method: &Method, path: &str, body: &[u8]) -> bool {
    recorded.method == *method && recorded.path == path && same_body(&recorded.body, body)
}

/// A change in words: `POST /api/v2/me/devices/8f1c… {"operationName":"ListenIn"}`.
pub(super) fn in_words(method: &Method, path: &str, body: &[u8]) -> String {
    const LONG: usize = 300;
    let body = String::from_utf8_lossy(body);
    let short: String = body.chars().take(LONG).collect();
    let more = if short.len() < body.len() { "…" } else { "" };
    format!("{method} {path} {short}{more}")
        .trim_end()
        .to_owned()
}

fn same_body(recorded: &[u8], body: &[u8]) -> bool {
    match (
        serde_json::from_slice(recorded),
        serde_json::from_slice(body),
    ) {
        (Ok(recorded), Ok(body)) => same(&recorded, &body),
        _ => recorded == body,
    }
}

fn same(recorded: &Value, value: &Value) -> bool {
    match (recorded, value) {
        (Value::Object(recorded), Value::Object(object)) => {
            let names = recorded.keys().chain(object.keys());
            names.map(String::as_str).all(|name| {
                let of = |object: &serde_json::Map<String, Value>| {
                    object.get(name).cloned().unwrap_or(Value::Null)
                };
                same(&of(recorded), &of(object))
            })
        }
        (Value::Array(recorded), Value::Array(list)) => {
            recorded.len() == list.len()
                && recorded
                    .iter()
                    .zip(list)
                    .all(|(one, other)| same(one, other))
        }
        (Value::String(recorded), Value::String(text)) => {
            is_placeholder(recorded) || without_host(recorded) == without_host(text)
        }
        _ => recorded == value,
    }
}

fn is_placeholder(text: &str) -> bool {
    let inner = text
        .strip_prefix('<')
        .and_then(|text| text.strip_suffix('>'));
    inner
        .and_then(|inner| inner.rsplit_once('-'))
        .is_some_and(|(kind, number)| !kind.is_empty() && number.parse::<usize>().is_ok())
}

/// `http://host/api/v2/devices/1` without what differs from server to server.
fn without_host(text: &str) -> &str {
    match text.split_once("://") {
        Some((_, rest)) => rest.split_once('/').map_or("", |(_, path)| path),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(recorded: &str, body: &str, expect: bool) {
        assert_eq!(
            same_body(recorded.as_bytes(), body.as_bytes()),
            expect,
            "{recorded} and {body}"
        );
    }

    #[test]
    fn parameters_are_compared_whatever_their_order() {
        check(r#"{"a":"1","b":"2"}"#, r#"{ "b":"2", "a":"1" }"#, true);
        check(r#"{"a":"1"}"#, r#"{"a":"2"}"#, false);
        check(r#"{"a":"1"}"#, r#"{"a":"1","b":"2"}"#, false);
        check(r#"{"a":"1"}"#, r#"{"a":"1","b":null}"#, true);
        check("x", "x", true);
        check("x", "y", false);
    }

    #[test]
    fn hosts_and_secrets_are_not_compared() {
        check(
            r#"{"u":"http://a:1/api/v2/devices/1"}"#,
            r#"{"u":"https://b/api/v2/devices/1"}"#,
            true,
        );
        check(
            r#"{"u":"http://a/devices/1"}"#,
            r#"{"u":"http://a/devices/2"}"#,
            false,
        );
        check(r#"{"p":"<newPassword-1>"}"#, r#"{"p":"sesame"}"#, true);
    }
}
