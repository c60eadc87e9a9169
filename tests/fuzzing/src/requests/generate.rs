//! Steps made up from bytes: mostly what clients and an application do, with a good part of what
//! they shouldn't.

use core::fmt::Write as _;

use arbitrary::{Arbitrary, Result, Unstructured};
use bayeux::{Channel, RawValue};

use super::step::Step;

const CHANNELS: [&str; 5] = ["/a", "/a/b", "/b", "/service/a", "/v2/me/devices"];
const DATA: [&str; 5] = [
    "1",
    "null",
    r#"{"n":1}"#,
    "1e400",
    r#""\ud83d\ude00\u0000""#,
];
const SPANS: [u64; 9] = [0, 1, 996, 2_000, 5_000, 10_000, 30_000, 100_000, 3_600_000];
/// Options, each with values of its kind.
const OPTIONS: [(&str, &[&str]); 11] = [
    ("ack", &["true"]),
    ("ack", &["true"]),
    ("subscriptions", &["0", "1", "2"]),
    ("maxQueue", &["1", "2", "5"]),
    ("timeout", &["0", "1", "30000", "999999999"]),
    ("interval", &["0", "1", "5000"]),
    ("maxInterval", &["0", "1", "10000", "999999999"]),
    ("maxSessionsPerBrowser", &["-1", "0", "1", "2"]),
    ("multiSessionInterval", &["0", "1", "2000"]),
    ("handshakeReconnect", &["true"]),
    ("allowMessageDeliveryDuringHandshake", &["true"]),
];
const BODIES: [&str; 8] = [
    "",
    "[]",
    "{}",
    "[7]",
    "[[]]",
    r#"{"channel":"/meta/connect","clientId":"$client"}"#,
    r#"[{"channel":"/meta/handshake"},{"channel":"/meta/handshake"}]"#,
    r#"[{"channel":null}]"#,
];
const IDS: [&str; 5] = [r#""1""#, r#""x""#, "7", r#""""#, "null"];

impl<'a> Arbitrary<'a> for Step {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        Ok(match u.int_in_range(0..=29)? {
            0 => {
                let (name, values) = *u.choose(&OPTIONS)?;
                Self::Set(name.to_owned(), (*u.choose(values)?).to_owned())
            }
            1..=3 => Self::Gone(client(u)?),
            4..=6 => Self::Deliver(client(u)?, channel(u)?),
            7 => Self::Tell(client(u)?, channel(u)?),
            8 => {
                let data = (*u.choose(&DATA)?).to_owned();
                Self::Publish(channel(u)?, RawValue::from_string(data).expect("JSON"))
            }
            9..=10 => Self::End(client(u)?),
            11 => match u.int_in_range(0..=3)? {
                0 => Self::Forget,
                _ => Self::Late(*u.choose(&SPANS)?),
            },
            12..=14 => Self::After(*u.choose(&SPANS)?),
            kind => Self::Ask {
                client: client(u)?,
                body: match kind {
                    15..=17 => format!("[{}]", message(u, "/meta/handshake")?),
                    18..=21 => format!("[{}]", message(u, "/meta/connect")?),
                    22..=23 => format!("[{}]", message(u, "/meta/subscribe")?),
                    24 => (*u.choose(&BODIES)?).to_owned(),
                    _ => batch(u)?,
                },
            },
        })
    }
}

fn client(u: &mut Unstructured<'_>) -> Result<usize> {
    u.int_in_range(0..=3)
}

fn channel(u: &mut Unstructured<'_>) -> Result<Channel> {
    Ok(Channel::new(*u.choose(&CHANNELS)?).expect("a channel"))
}

/// Several messages in one request.
fn batch(u: &mut Unstructured<'_>) -> Result<String> {
    let mut messages = Vec::new();
    for _ in 0..u.int_in_range(1..=5)? {
        let channel = *u.choose(&[
            "/meta/connect",
            "/meta/subscribe",
            "/meta/unsubscribe",
            "/meta/disconnect",
            "/meta/handshake",
            "/meta/",
            "/a",
            "/a/b",
            "/b",
            "/service/a",
            "/service/a",
            "a",
        ])?;
        messages.push(message(u, channel)?);
    }
    Ok(format!("[{}]", messages.join(",")))
}

fn message(u: &mut Unstructured<'_>, channel: &str) -> Result<String> {
    let mut message = format!(r#"{{"channel":"{channel}""#);
    let mut add = |field: &str, value: &str| {
        // Writing to a text never fails.
        let _ = write!(message, r#","{field}":{value}"#);
    };
    if u.int_in_range(0..=3)? > 0 {
        add("id", u.choose(&IDS)?);
    }
    if channel != "/meta/handshake" {
        let ids = [
            r#""$client""#,
            r#""$client""#,
            r#""$client""#,
            r#""$0""#,
            r#""no""#,
            "null",
        ];
        add("clientId", u.choose(&ids)?);
    }
    match channel {
        "/meta/handshake" => {
            add("version", r#""1.0""#);
            let types = [
                r#"["long-polling"]"#,
                r#"["long-polling"]"#,
                r#"["websocket"]"#,
                "[]",
            ];
            add("supportedConnectionTypes", u.choose(&types)?);
            if u.int_in_range(0..=3)? > 0 {
                add("ext", r#"{"ack":true}"#);
            }
        }
        "/meta/connect" => {
            add("connectionType", r#""long-polling""#);
            if u.int_in_range(0..=2)? == 0 {
                let numbers = ["0", "1", "30000", "-1", "9223372036854775807"];
                let (timeout, interval) = (u.choose(&numbers)?, u.choose(&numbers)?);
                let advice = format!(r#"{{"timeout":{timeout},"interval":{interval}}}"#);
                add("advice", &advice);
            }
            if u.int_in_range(0..=3)? > 0 {
                let numbers = [
                    "$ack",
                    "$ack",
                    "$ack",
                    "0",
                    "1",
                    "-9223372036854775808",
                    "9223372036854775807",
                ];
                let ack = u.choose(&numbers)?;
                add("ext", &format!(r#"{{"ack":{ack}}}"#));
            }
        }
        "/meta/subscribe" | "/meta/unsubscribe" => {
            let subscriptions = [
                r#""/a""#,
                r#""/a/*""#,
                r#""/**""#,
                r#""/v2/me/devices""#,
                r#"["/a","/b"]"#,
                r#"["/a","/a"]"#,
                r#""/meta/*""#,
                r#""/service/a""#,
                "[]",
                "7",
            ];
            add("subscription", u.choose(&subscriptions)?);
        }
        "/meta/disconnect" => {}
        _ => add("data", u.choose(&DATA)?),
    }
    message.push('}');
    Ok(message)
}
