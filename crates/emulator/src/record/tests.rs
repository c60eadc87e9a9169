//! What is written can be read, is whole, and tells no secret; what is no recording is refused.

use std::io::Write;
use std::sync::{Arc, Mutex};

use axum::http::{HeaderMap, Method, StatusCode};
use serde_json::Value;
use tokio::time::{Duration, Instant};

use super::*;
use crate::http::{Asked, Exchange, Reply, Seen, Witness};

/// A file that can be looked into.
#[derive(Clone, Default)]
pub(crate) struct Paper(Arc<Mutex<Vec<u8>>>);

impl Paper {
    pub(crate) fn text(&self) -> String {
        String::from_utf8(self.0.lock().expect("a writer that did not panic").clone())
            .expect("text")
    }
}

impl Write for Paper {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0
            .lock()
            .expect("a writer that did not panic")
            .extend(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

const HEAD: &str = r#"{"recording":"gws-emulator","version":1}"#;

#[track_caller]
fn refused(text: &str, line: usize, reason: &str) {
    let refusal = Recording::parse(text.as_bytes()).expect_err("no recording");
    assert_eq!(refusal.line, line, "{refusal}");
    assert!(refusal.to_string().contains(reason), "{refusal}");
}

#[test]
fn a_file_that_is_no_recording_is_refused_with_line_and_reason() {
    refused("", 1, "empty");
    refused("\n\n", 1, "empty");
    refused("<html>", 1, "not the first line of a recording");
    refused(
        r#"{"recording":"x","version":1}"#,
        1,
        "a recording of \"x\"",
    );
    refused(
        r#"{"recording":"gws-emulator","version":2}"#,
        1,
        "reads version 1",
    );
    refused(HEAD, 1, "ends without an exchange");
}

#[test]
fn a_line_that_is_no_exchange_is_refused_with_its_number_and_the_reason() {
    let good = r#"{"at":0,"request":{"method":"GET","path":"/api/v2/me"},"reply":{"status":200}}"#;
    assert!(Recording::parse(format!("{HEAD}\n\n{good}\n").as_bytes()).is_ok());
    for (from, to, reason) in [
        (r#""at":0,"#, "", "missing field `at`"),
        (r#""at":0"#, r#""at":-1"#, "`at` is not a number of seconds"),
        ("GET", "G T", "not a method"),
        ("/api/v2/me", "/me", "not a path below /api"),
        ("/api/v2/me", "/api/v 2", "not a path below /api"),
        ("200", "2000", "2000 is not a status"),
        (r#""reply""#, r#""answer""#, "unknown field `answer`"),
        (
            r#","reply":{"status":200}"#,
            "",
            "has a `reply`, or is `aborted`",
        ),
        (
            r#""status":200"#,
            r#""status":200,"body":1,"text":"1""#,
            "one of `body`, `text` and `base64`",
        ),
        (
            r#""status":200"#,
            r#""status":200,"base64":"?""#,
            "`base64`",
        ),
        (
            r#""status":200"#,
            r#""status":200,"headers":{"a b":"c"}"#,
            "cannot be a header",
        ),
    ] {
        let bad = good.replace(from, to);
        assert_ne!(bad, good);
        refused(&format!("{HEAD}\n{good}\n{bad}\n"), 3, reason);
    }
}

fn seen(body: &[u8]) -> Seen {
    Seen {
        bytes: body.to_owned(),
        length: body.len(),
    }
}

/// What is written of a request with that body and a reply with that.
fn written(kind: &str, asked: &[u8], told: Option<(&[u8], bool)>) -> Value {
    let paper = Paper::default();
    let recorder = Recorder::new(Box::new(paper.clone())).expect("begun");
    let mut headers = HeaderMap::new();
    headers.insert("content-type", kind.parse().expect("a header"));
    headers.insert("x-unimportant", "1".parse().expect("a header"));
    let asked = Asked {
        number: 1,
        came: Instant::now(),
        method: Method::POST,
        path: "/api/v2/x".to_owned(),
        headers,
        body: seen(asked),
        who: None,
    };
    recorder.saw(&Arc::new(Exchange {
        asked: Arc::new(asked),
        held: Duration::from_millis(1_250),
        reply: told.map(|(body, whole)| Reply {
            status: StatusCode::OK,
            headers: HeaderMap::new(),
            body: seen(body),
            took: Duration::from_millis(30),
            whole,
        }),
    }));
    let text = paper.text();
    assert!(
        Recording::parse(text.as_bytes()).is_ok(),
        "it can be read: {text}"
    );
    let mut lines = text.lines();
    assert!(lines.next().expect("a head").contains("\"began\":\"20"));
    let line = lines.next().expect("an exchange");
    assert_eq!(lines.next(), None);
    serde_json::from_str(line).expect("JSON")
}

#[test]
fn a_body_is_json_text_or_base64() {
    let json = "application/json";
    let line = written(json, b"{\n \"a\": 1.50\n}", Some((b"[1]", true)));
    assert_eq!(line["request"]["body"]["a"], 1.5);
    assert_eq!(line["reply"]["body"][0], 1);
    let line = written(json, b"no JSON", Some((b"\xff", true)));
    assert_eq!(line["request"]["text"], "no JSON");
    assert_eq!(line["reply"]["base64"], "/w==");
    let line = written(json, b"", Some((b"", true)));
    for name in ["body", "text", "base64"] {
        assert!(line["request"].get(name).is_none());
        assert!(line["reply"].get(name).is_none());
    }
}

#[test]
fn times_and_broken_ends_are_written() {
    let line = written("text/plain", b"x", Some((b"{", false)));
    assert_eq!(line["held"], 1.25);
    assert_eq!(line["sent"], 0.03);
    assert_eq!(line["aborted"], "in the reply");
    assert_eq!(line["reply"]["text"], "{");
    assert!(line["request"]["headers"].get("x-unimportant").is_none());
    let line = written("text/plain", b"x", None);
    assert_eq!(line["aborted"], "before the reply");
}

#[test]
fn passwords_are_not_written_in_forms_and_in_what_can_not_be_read() {
    let form = "application/x-www-form-urlencoded";
    let line = written(form, b"user=a&password=sesame", None);
    assert_eq!(line["request"]["text"], "user=a&password=<password-1>");
    let line = written("application/json", b"{\"newPassword\":\"sesame", None);
    assert_eq!(line["request"]["text"], "<text-1>");
    let line = written(form, b"{\"newPassword\":\"sesame\"}", None);
    assert_eq!(line["request"]["body"]["newPassword"], "<newPassword-1>");
}
