//! The messages between tabs, as bytes: a line of JSON that says what the message is, and in a
//! `state` behind it the body of the server's response, as it came.
//!
//! Every tab has a clock of its own, so times travel as spans in milliseconds: so long ago, in so long.

use core::time::Duration;

use serde::Serialize;
use tolerant_json::{Document, Node};

use crate::channel::Pattern;
use crate::client::{Phase, Reason, Status};
use crate::error::ProtocolError;
use crate::time::Instant;

/// A message from another tab.
#[derive(Debug)]
pub(super) enum TabMessage {
    /// From the leader, with the body of a response, or none.
    State(Box<State>, Vec<u8>),
    /// From a follower.
    Request(Request),
}

/// How the connection stands, as the leader posts it.
#[derive(Debug, Default)]
pub(super) struct State {
    /// Names the leader, for as long as it leads.
    pub(super) leader: u64,
    /// Counts its messages.
    pub(super) seq: u64,
    pub(super) status: Status,
    /// How often it was connected with every subscription settled, and whether it is.
    pub(super) connections: u64,
    pub(super) is_connected: bool,
    /// Since when events may have been missed before the last of these connections.
    pub(super) missed_since: Option<Instant>,
    /// The subscriptions that the server refuses in this session.
    pub(super) refused: Vec<(Pattern, ProtocolError)>,
}

/// What a follower asks of the leader. Each is answered with a [`State`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) enum Request {
    /// Only the answer.
    Hello,
    /// To make sure of the connection: this tab was away, or its network.
    Check,
    /// [`SharedClient::retry_now`](super::SharedClient::retry_now).
    Retry,
    /// [`SharedClient::restart`](super::SharedClient::restart).
    Restart,
    /// [`SharedClient::credentials_renewed`](super::SharedClient::credentials_renewed).
    Renewed,
}

impl TabMessage {
    /// Reads a message that was posted then; none if it is not one.
    pub(super) fn read(mut data: Vec<u8>, posted: Instant) -> Option<Self> {
        let line = data.iter().position(|byte| *byte == b'\n');
        let body = line.map(|end| data.split_off(end + 1)).unwrap_or_default();
        let document = Document::parse_bytes(&data).ok()?;
        let head = document.root();
        match head.field("type").str()? {
            STATE => Some(Self::State(Box::new(State::read(head, posted)?), body)),
            _ => named(Request::ALL, head.field("type")).map(Self::Request),
        }
    }
}

const STATE: &str = "state";

impl State {
    /// As a message, with the body of a response, which may be empty.
    pub(super) fn encode(&self, body: &[u8], now: Instant) -> Vec<u8> {
        let ago = |at: Instant| millis(now.since(at));
        let status = &self.status;
        let refused = self.refused.iter();
        let mut message = json(&StateFields {
            r#type: STATE,
            leader: self.leader,
            seq: self.seq,
            phase: status.phase,
            since: ago(status.since),
            heard: status.last_heard.map(ago),
            next_try: status.next_try.map(|at| millis(at.since(now))),
            reason: status.reason.as_ref(),
            multiple_clients: status.multiple_clients,
            connections: self.connections,
            is_connected: self.is_connected,
            missed_since: self.missed_since.map(ago),
            refused: refused
                .map(|(pattern, error)| (pattern.as_str(), error))
                .collect(),
        });
        if !body.is_empty() {
            message.push(b'\n');
            message.extend_from_slice(body);
        }
        message
    }

    fn read(head: Node<'_>, posted: Instant) -> Option<Self> {
        let span = |name| head.field(name).exact_integer().and_then(span);
        let ago = |name| Some(posted.before(span(name)?));
        let count = |name| u64::try_from(head.field(name).exact_integer()?).ok();
        let refused = head.field("refused").elements();
        Some(Self {
            leader: count("leader")?,
            seq: count("seq")?,
            status: Status {
                phase: named(PHASES, head.field("phase"))?,
                since: ago("since")?,
                last_heard: ago("heard"),
                next_try: span("nextTry").map(|span| posted + span),
                reason: read_reason(head.field("reason")),
                multiple_clients: head.is("multipleClients"),
            },
            connections: count("connections")?,
            is_connected: head.is("isConnected"),
            missed_since: ago("missedSince"),
            refused: refused
                .filter_map(|node| {
                    let mut pair = node.elements();
                    let pattern = Pattern::new(pair.next()?.str()?).ok()?;
                    Some((pattern, read_error(pair.next()?)))
                })
                .collect(),
        })
    }
}

impl Request {
    const ALL: [Self; 5] = [
        Self::Hello,
        Self::Check,
        Self::Retry,
        Self::Restart,
        Self::Renewed,
    ];

    /// As a message.
    pub(super) fn encode(self) -> Vec<u8> {
        #[derive(Serialize)]
        struct Fields {
            r#type: Request,
        }
        json(&Fields { r#type: self })
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct StateFields<'a> {
    r#type: &'static str,
    leader: u64,
    seq: u64,
    phase: Phase,
    since: u64,
    heard: Option<u64>,
    next_try: Option<u64>,
    reason: Option<&'a Reason>,
    multiple_clients: bool,
    connections: u64,
    is_connected: bool,
    missed_since: Option<u64>,
    refused: Vec<(&'a str, &'a ProtocolError)>,
}

const PHASES: [Phase; 8] = [
    Phase::Idle,
    Phase::Handshaking,
    Phase::Connecting,
    Phase::Connected,
    Phase::Waiting,
    Phase::CredentialsNeeded,
    Phase::Suspended,
    Phase::Stopped,
];

/// Reasons that are no more than their name.
const NAMED_REASONS: [Reason; 10] = [
    Reason::Offline,
    Reason::Doubt,
    Reason::TimedOut,
    Reason::WebPage,
    Reason::NotBayeux,
    Reason::NoReply,
    Reason::NoCommonTransport,
    Reason::OtherVersion,
    Reason::SessionUnknown,
    Reason::ToldToStop,
];

/// The value that is written as this name.
fn named<T: Serialize, const N: usize>(all: [T; N], node: Node<'_>) -> Option<T> {
    let name = json(&node.str()?);
    all.into_iter().find(|value| json(value) == name)
}

fn read_reason(node: Node<'_>) -> Option<Reason> {
    let [busy, refused] = ["busy", "refused"].map(|name| node.field(name));
    if let Some(status) = status_code(node.field("http")) {
        Some(Reason::Http(status))
    } else if let Some(status) = status_code(node.field("credentials")) {
        Some(Reason::Credentials(status))
    } else if let Some(detail) = node.some_string("network") {
        Some(Reason::Network(detail))
    } else if let Some(status) = status_code(busy.field("status")) {
        let seconds = busy.field("retry_after").field("secs").exact_integer();
        let retry_after = seconds.and_then(|seconds| span(seconds.saturating_mul(1_000)));
        Some(Reason::Busy {
            status,
            retry_after,
        })
    } else if refused.is_object() {
        Some(Reason::Refused(read_error(refused)))
    } else {
        named(NAMED_REASONS, node)
    }
}

fn read_error(node: Node<'_>) -> ProtocolError {
    ProtocolError {
        code: status_code(node.field("code")),
        text: node.string("text"),
    }
}

fn status_code(node: Node<'_>) -> Option<u16> {
    u16::try_from(node.exact_integer()?).ok()
}

fn span(millis: i64) -> Option<Duration> {
    u64::try_from(millis).ok().map(Duration::from_millis)
}

fn millis(span: Duration) -> u64 {
    u64::try_from(span.as_millis()).unwrap_or(u64::MAX)
}

fn json(fields: &impl Serialize) -> Vec<u8> {
    // Strings, numbers and lists: they always have a JSON form.
    serde_json::to_vec(fields).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Instant = Instant::from_millis(50_000);

    fn at(seconds: u64) -> Instant {
        Instant::from_millis(seconds * 1_000)
    }

    /// What arrives of a state at a tab whose clock is ten seconds ahead.
    fn arrived(state: &State, body: &[u8]) -> (State, Vec<u8>) {
        let posted = NOW + Duration::from_secs(10);
        match TabMessage::read(state.encode(body, NOW), posted) {
            Some(TabMessage::State(state, body)) => (*state, body),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn other_data_is_no_message() {
        for text in [
            "",
            "[]",
            "{}",
            "null",
            r#"{"type":"sing"}"#,
            r#"{"type":"state"}"#,
            r#"{"type":"state","leader":1,"seq":-1,"phase":"idle","since":0,"connections":0}"#,
            r#"{"type":"state","leader":1,"seq":1,"phase":"odd","since":0,"connections":0}"#,
        ] {
            assert!(TabMessage::read(text.into(), NOW).is_none(), "{text}");
        }
    }

    /// Tabs of two versions of a page may meet. Who changes more than to add a field changes `PROTOCOL`.
    #[test]
    fn the_format_is_the_same_in_all_tabs() {
        let text = |message: Vec<u8>| String::from_utf8(message).unwrap();
        assert_eq!(text(Request::Hello.encode()), r#"{"type":"hello"}"#);
        let state = State {
            leader: 3,
            seq: 7,
            status: Status {
                since: at(49),
                reason: Some(Reason::Http(502)),
                ..Status::default()
            },
            ..State::default()
        };
        assert_eq!(
            text(state.encode(b"[]", NOW)),
            concat!(
                r#"{"type":"state","leader":3,"seq":7,"phase":"idle","since":1000,"heard":null,"#,
                r#""nextTry":null,"reason":{"http":502},"#,
                r#""multipleClients":false,"connections":0,"isConnected":false,"missedSince":null,"#,
                r#""refused":[]}"#,
                "\n[]"
            )
        );
    }

    #[test]
    fn every_request_is_read_as_it_was_posted() {
        for request in Request::ALL {
            match TabMessage::read(request.encode(), NOW) {
                Some(TabMessage::Request(read)) => assert_eq!(read, request),
                other => panic!("{other:?}"),
            }
        }
    }

    #[test]
    fn the_body_is_the_servers_to_the_byte() {
        let body = b"[{\"channel\":\"/a\",\n\"data\":\xff}]\n";
        assert_eq!(arrived(&State::default(), body).1, body);
        assert_eq!(arrived(&State::default(), b"").1, b"");
    }

    #[test]
    fn times_are_as_long_ago_at_the_other_tab_as_at_this() {
        let (state, _) = arrived(
            &State {
                status: Status {
                    since: at(20),
                    last_heard: Some(at(49)),
                    next_try: Some(at(57)),
                    ..Status::default()
                },
                missed_since: Some(at(30)),
                ..State::default()
            },
            b"",
        );
        assert_eq!(state.status.since, at(30));
        assert_eq!(state.status.last_heard, Some(at(59)));
        assert_eq!(state.status.next_try, Some(at(67)));
        assert_eq!(state.missed_since, Some(at(40)));
    }

    #[test]
    fn every_phase_reason_and_refusal_arrives_as_it_was() {
        let error = |text| ProtocolError::parse(text);
        let mut reasons: Vec<_> = NAMED_REASONS.into_iter().map(Some).collect();
        reasons.extend([
            None,
            Some(Reason::Network("cut \"off\"".to_owned())),
            Some(Reason::Http(502)),
            Some(Reason::Busy {
                status: 503,
                retry_after: Some(Duration::from_secs(20)),
            }),
            Some(Reason::Refused(error("403:a,b:no"))),
            Some(Reason::Refused(error("no"))),
            Some(Reason::Credentials(401)),
        ]);
        for (number, reason) in reasons.into_iter().enumerate() {
            let state = State {
                status: Status {
                    phase: PHASES[number % PHASES.len()],
                    reason,
                    multiple_clients: number % 2 == 0,
                    ..Status::default()
                },
                refused: vec![(Pattern::new("/a/*").unwrap(), error("403::no"))],
                ..State::default()
            };
            let (read, _) = arrived(&state, b"");
            assert_eq!(read.status.phase, state.status.phase);
            assert_eq!(read.status.reason, state.status.reason);
            assert_eq!(read.status.multiple_clients, state.status.multiple_clients);
            assert_eq!(read.refused, state.refused);
        }
    }
}
