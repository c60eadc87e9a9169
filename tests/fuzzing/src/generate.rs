//! Generates steps from bytes: mostly the behaviour of a server and a page, with a good part of
//! misbehaviour.

use core::fmt::Write as _;

use arbitrary::{Arbitrary, Result, Unstructured};
use bayeux::Pattern;

use crate::step::{PAGES, Request, Step};

const PATTERNS: [&str; 5] = ["/v2/me/devices", "/v2/me/*", "/a", "/**", "/service/a"];
const DATA: [&str; 8] = [
    "1",
    "null",
    r#""""#,
    r#"{"n":1}"#,
    "[[[]]]",
    r#""\ud83d\ude00\u0000""#,
    "1e400",
    r#""xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx""#,
];
const ERRORS: [&str; 8] = [
    "402::session_unknown",
    "401:c1:Unknown client",
    "403::Unknown client",
    "403:denied:subscribe_denied",
    "402:clientId:Missing required parameter",
    "400::Bad request",
    "",
    "nonsense",
];
const STATUSES: [u16; 14] = [
    0, 100, 200, 204, 302, 400, 401, 403, 404, 408, 429, 500, 503, 65_535,
];
const NUMBERS: [&str; 12] = [
    "0",
    "-1",
    "1",
    "100",
    "2000",
    "30000",
    "10000000",
    "9223372036854775807",
    "-9223372036854775808",
    "18446744073709551615",
    "1e300",
    r#""500""#,
];
const SPANS: [u64; 8] = [0, 1, 199, 1_000, 9_999, 30_000, 100_000, 3_600_000];
const BODIES: [&str; 8] = [
    "",
    "[]",
    "[$replies]",
    "<!doctype html><title>Sign in</title>",
    "OK",
    "{}",
    "[null,7,\"x\",[]]",
    "[{\"channel\":\"/meta/connect\"}]",
];

impl<'a> Arbitrary<'a> for Step {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        Ok(match u.int_in_range(3..=23)? {
            3 => Self::Open,
            4 => match u.int_in_range(0..=4)? {
                0 => Self::Close,
                1 => Self::SignIn,
                _ => Self::Retry,
            },
            5 | 6 => {
                Self::Subscribe(Pattern::new(u.choose(&PATTERNS).copied()?).expect("a pattern"))
            }
            7 => Self::Page(u.choose(&PAGES)?.1),
            8..=11 => Self::After(*u.choose(&SPANS)?),
            12 => Self::Late(*u.choose(&SPANS)?),
            13 => Self::Fail(request(u)?),
            14..=18 => Self::Respond {
                to: request(u)?,
                status: 200,
                retry_after: None,
                body: "[$replies]".to_owned(),
            },
            19 => Self::Respond {
                to: request(u)?,
                status: *u.choose(&STATUSES)?,
                retry_after: u
                    .arbitrary::<bool>()?
                    .then(|| u.choose(&SPANS).copied())
                    .transpose()?,
                body: (*u.choose(&BODIES)?).to_owned(),
            },
            _ => Self::Respond {
                to: request(u)?,
                status: 200,
                retry_after: None,
                body: body(u)?,
            },
        })
    }
}

fn request(u: &mut Unstructured<'_>) -> Result<Request> {
    Ok(match u.int_in_range(0..=9)? {
        0..=5 => Request::Poll,
        6..=7 => Request::Commands,
        8 => Request::GivenUp,
        _ => Request::NeverMade,
    })
}

/// A few messages; in one case of four, damaged.
fn body(u: &mut Unstructured<'_>) -> Result<String> {
    let mut messages = Vec::new();
    for _ in 0..u.int_in_range(0..=4)? {
        messages.push(message(u)?);
    }
    let body = format!("[{}]", messages.join(","));
    match u.int_in_range(0..=11)? {
        // Cut off.
        0 => {
            let most = body.len() - 1;
            let end = u.int_in_range(0..=most)?;
            Ok(body.chars().take(end).collect())
        }
        // A character replaced by something else.
        1 => {
            let position = u.int_in_range(0..=body.len() - 1)?;
            let other = *u.choose(&['"', '{', ']', ',', ':', '\\', '0', '\u{fffd}'])?;
            let chars = body.chars().enumerate();
            Ok(chars
                .map(|(n, char)| if n == position { other } else { char })
                .collect())
        }
        // A lone object, or something invalid.
        2 => Ok(messages.join(",")),
        _ => Ok(body),
    }
}

fn message(u: &mut Unstructured<'_>) -> Result<String> {
    if u.int_in_range(0..=3)? == 0 {
        return Ok("$replies".to_owned());
    }
    let channel = *u.choose(&[
        "/meta/handshake",
        "/meta/connect",
        "/meta/connect",
        "/meta/connect",
        "/meta/subscribe",
        "/meta/unsubscribe",
        "/meta/disconnect",
        "/meta/",
        "/v2/me/devices",
        "/v2/me/devices",
        "/service/a",
        "/a",
        "a",
        "",
    ])?;
    let mut message = format!(r#"{{"channel":"{channel}""#);
    let mut add = |field: &str, value: &str| {
        // Writing to a text never fails.
        let _ = write!(message, r#","{field}":{value}"#);
    };
    if u.int_in_range(0..=3)? > 0 {
        add(
            "id",
            u.choose(&[
                r#""$1""#, r#""$1""#, r#""$2""#, r#""$3""#, "null", "7", "[]",
            ])?,
        );
    }
    if u.int_in_range(0..=3)? > 0 {
        add(
            "successful",
            u.choose(&["true", "true", "false", "null", "1"])?,
        );
    }
    if channel == "/meta/handshake" || u.int_in_range(0..=7)? == 0 {
        add(
            "clientId",
            u.choose(&[r#""c1""#, r#""c2""#, r#""""#, "null"])?,
        );
    }
    if u.int_in_range(0..=2)? == 0 {
        let error = format!(r#""{}""#, u.choose(&ERRORS)?);
        add("error", &error);
    }
    if !channel.starts_with("/meta/") || u.int_in_range(0..=7)? == 0 {
        add("data", u.choose(&DATA)?);
    }
    if u.int_in_range(0..=2)? == 0 {
        add("advice", &advice(u)?);
    }
    if u.int_in_range(0..=2)? == 0 {
        let number = *u.choose(&NUMBERS)?;
        let ext = match u.int_in_range(0..=2)? {
            0 => r#"{"ack":true}"#.to_owned(),
            1 => format!(r#"{{"ack":{{"enabled":true,"batch":{number}}}}}"#),
            _ => format!(r#"{{"ack":{number}}}"#),
        };
        add("ext", &ext);
    }
    if u.int_in_range(0..=7)? == 0 {
        add(
            "supportedConnectionTypes",
            u.choose(&[r#"["long-polling"]"#, r#"["websocket"]"#, "[]", "null"])?,
        );
    }
    message.push('}');
    Ok(message)
}

fn advice(u: &mut Unstructured<'_>) -> Result<String> {
    let mut fields = Vec::new();
    if u.int_in_range(0..=2)? > 0 {
        let action = u.choose(&["retry", "retry", "handshake", "none", "dance"])?;
        fields.push(format!(r#""reconnect":"{action}""#));
    }
    for key in ["interval", "timeout", "maxInterval"] {
        if u.int_in_range(0..=2)? == 0 {
            fields.push(format!(r#""{key}":{}"#, u.choose(&NUMBERS)?));
        }
    }
    if u.int_in_range(0..=5)? == 0 {
        fields.push(r#""multiple-clients":true"#.to_owned());
    }
    if u.int_in_range(0..=7)? == 0 {
        fields.push(r#""long-polling":{"reconnect":"handshake","interval":50}"#.to_owned());
    }
    Ok(format!("{{{}}}", fields.join(",")))
}
