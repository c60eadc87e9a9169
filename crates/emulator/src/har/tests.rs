//! Parsing of HARs, and the choice of the next response.

use serde_json::{Value, json};

use super::*;

/// Sent this many seconds after twelve o'clock.
fn entry(second: u8, request: &str, status: u16, content: Value) -> Value {
    let (method, url) = request.split_once(' ').expect("method and URL");
    let sent = format!("2026-03-05T12:00:{second:02}.000+01:00");
    json!({ "startedDateTime": sent, "time": 10, "request": { "method": method, "url": url },
        "response": { "status": status, "content": content } })
}

fn operation(second: u8, name: &str) -> Value {
    let mut entry = entry(second, "POST http://a/api/v2/me/devices/1", 200, json!({}));
    entry["request"]["postData"] = json!({ "text": json!({ "operationName": name }).to_string() });
    entry
}

fn replay(entries: &[Value]) -> Result<Replay, HarError> {
    Replay::parse(
        json!({ "log": { "entries": entries } })
            .to_string()
            .as_bytes(),
    )
}

fn answer(replay: &Replay, method: &str, path: &str, body: Value) -> Result<String, String> {
    let (path, query) = path.split_once('?').unwrap_or((path, ""));
    let asked = Request::new(method, path, query, body.to_string().as_bytes());
    let answer = replay.answer(&asked);
    answer.map(|it| String::from_utf8_lossy(&it.body).into_owned())
}

#[test]
fn entries_of_other_addresses_and_without_a_response_are_left_out() {
    let entries = [
        entry(1, "GET http://a/page?next=/api/v2/me", 200, json!({})),
        entry(2, "OPTIONS http://a/api/v2/me", 200, json!({})),
        entry(3, "GET http://a/api/v2/me", 0, json!({})),
        json!({ "request": { "method": "GET", "url": "ws://a/api/v2/me" }, "response": {} }),
    ];
    assert!(matches!(replay(&entries), Err(HarError::NoApi)));
}

#[test]
fn content_may_be_absent_or_base64_and_order_that_of_time() {
    let path = "GET https://a:1/b/api/v2/me/#x";
    let entries = [
        entry(
            3,
            path,
            200,
            json!({ "size": 7, "comment": "not included" }),
        ),
        entry(
            2,
            path,
            200,
            json!({ "encoding": "base64", "text": "eyJhIjoxfQ==" }),
        ),
    ];
    let replay = replay(&entries).expect("a HAR");
    for expected in ["{\"a\":1}", "", ""] {
        assert_eq!(
            answer(&replay, "GET", "/v2/me", json!({})).as_deref(),
            Ok(expected)
        );
    }
}

#[test]
fn secrets_in_bodies_are_replaced_and_the_rest_is_kept() {
    for (before, after) in [
        (
            r#"[{"a":{"newPassword":"x","X-CSRF-TOKEN":1}}]"#,
            r#"[{"a":{"X-CSRF-TOKEN":"<replaced>","newPassword":"<replaced>"}}]"#,
        ),
        (
            r#"{ "changePassword": false, "a": 1.50 }"#,
            r#"{ "changePassword": false, "a": 1.50 }"#,
        ),
        ("<p>password</p>", "<p>password</p>"),
    ] {
        let entry = entry(1, "GET http://a/api/v2/me", 200, json!({ "text": before }));
        let replay = replay(&[entry]).expect("a HAR");
        assert_eq!(
            answer(&replay, "GET", "/v2/me", json!({})).as_deref(),
            Ok(after)
        );
    }
}

#[test]
fn an_invalid_har_is_refused_with_a_message() {
    let check = |file: &[u8], wording: &str| {
        let said = Replay::parse(file).expect_err("no HAR").to_string();
        assert!(said.contains(wording) && said.contains("export"), "{said}");
    };
    check(b"{\"log\": {", "not JSON (EOF");
    check(b"[1]", "no log.entries");
    let no_base64 = entry(
        1,
        "GET http://a/api/v2/me",
        200,
        json!({ "encoding": "base64", "text": "?" }),
    );
    let mut no_date = entry(1, "GET http://a/api/v2/me", 200, json!({}));
    no_date["startedDateTime"] = json!("today");
    for (entry, wording) in [
        (
            no_base64,
            "entry 1 (GET /api/v2/me): its content is not base64",
        ),
        (no_date, "startedDateTime"),
        (
            entry(1, "GET http://a/api/v2/me", 99, json!({})),
            "no status",
        ),
    ] {
        check(
            json!({ "log": { "entries": [entry] } })
                .to_string()
                .as_bytes(),
            wording,
        );
    }
}

#[test]
fn queries_are_compared_if_several_were_recorded() {
    let one = entry(
        1,
        "GET http://a/api/v2/users?a=1&b=2",
        200,
        json!({ "text": "one" }),
    );
    let only = replay(std::slice::from_ref(&one)).expect("a HAR");
    assert_eq!(
        answer(&only, "GET", "/v2/users", json!({})).as_deref(),
        Ok("one")
    );
    let other = entry(
        2,
        "GET http://a/api/v2/users?a=2",
        200,
        json!({ "text": "other" }),
    );
    let both = replay(&[one, other]).expect("a HAR");
    assert_eq!(
        answer(&both, "GET", "/v2/users?b=2&a=1", json!({})).as_deref(),
        Ok("one")
    );
    let said = answer(&both, "GET", "/v2/users?a=3", json!({})).expect_err("none");
    assert!(said.contains("other queries"), "{said}");
}

#[test]
fn reads_follow_the_operations_and_the_last_is_repeated() {
    let read = |second, text| {
        entry(
            second,
            "GET http://a/api/v2/me",
            200,
            json!({ "text": text }),
        )
    };
    let entries = [
        read(1, "first"),
        read(2, "second"),
        operation(3, "ListenIn"),
        read(4, "third"),
        operation(5, "Ready"),
        operation(6, "CancelSupervisorMonitoring"),
        read(7, "fourth"),
    ];
    let replay = replay(&entries).expect("a HAR");
    let read = || answer(&replay, "GET", "/v2/me", json!({})).expect("a read");
    let does = |name: &str| {
        answer(
            &replay,
            "POST",
            "/v2/me/devices/1",
            json!({ "operationName": name }),
        )
    };
    assert_eq!([read(), read(), read()], ["first", "second", "second"]);
    does("ListenIn").expect("recorded");
    assert_eq!([read(), read()], ["third", "third"]);
    does("CancelSupervisorMonitoring").expect("recorded");
    assert_eq!(read(), "fourth");
    let said = does("ListenIn").expect_err("once only");
    assert_eq!(
        said,
        "POST /api/v2/me/devices/1 ListenIn is in the HAR 1 times only."
    );
    let said = does("Coach").expect_err("never");
    assert_eq!(said, "POST /api/v2/me/devices/1 Coach is not in the HAR.");
}
