//! The messages between tabs, as bytes. A request is one letter. A state is a list of numbers and texts,
//! each followed by a separator, and then the body of the server's response, which may be empty.
//!
//! Each tab has its own clock, so times are sent as durations in milliseconds.

use core::mem::discriminant;

use tolerant_json::text::{self, decimal};

use crate::channel::Pattern;
use crate::client::{Phase, Reason, Status};
use crate::duration::Duration;
use crate::error::ProtocolError;
use crate::time::Instant;

/// Ends a number or text: the unit separator of ASCII.
const SEPARATOR: u8 = 0x1f;

/// The leader's report about the connection.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct State {
    /// Identifies the connection, if all subscriptions are settled.
    pub(super) connection: Option<u64>,
    pub(super) status: Status,
    /// The last subscription that the server refused in this session.
    pub(super) refused: Option<Refusal>,
    /// The body of a response with events, or empty.
    pub(super) body: Vec<u8>,
}

/// A subscription that the server refused, and its error.
pub(super) type Refusal = (Pattern, ProtocolError);

/// A follower's request to the leader. Each is answered with a [`State`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(super) enum Request {
    /// Only requests the answer.
    Hello = b'h',
    /// [`SharedClient::retry_now`](super::SharedClient::retry_now).
    Retry = b't',
    /// [`SharedClient::restart`](super::SharedClient::restart).
    Restart = b'r',
    /// [`SharedClient::credentials_renewed`](super::SharedClient::credentials_renewed).
    Renewed = b'n',
}

impl Request {
    const ALL: [Self; 4] = [Self::Hello, Self::Retry, Self::Restart, Self::Renewed];

    pub(super) fn encode(self) -> Vec<u8> {
        vec![self as u8]
    }

    /// None if it is another message.
    pub(super) fn read(data: &[u8]) -> Option<Self> {
        let mut all = Self::ALL.into_iter();
        all.find(|request| data == [*request as u8])
    }
}

/// Each is encoded as its index.
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

const NUMBERS: usize = 8;
const TEXTS: usize = 3;

impl State {
    /// A state as bytes.
    pub(super) fn encode(
        connection: Option<u64>,
        status: &Status,
        refused: Option<&Refusal>,
        body: &[u8],
        now: Instant,
    ) -> Vec<u8> {
        let (kind, code, text) = status.reason.as_ref().map_or((None, None, ""), split);
        let (pattern, error, error_text) = match refused {
            Some((pattern, error)) => (pattern.as_str(), error.code, error.text.as_str()),
            None => ("", None, ""),
        };
        let numbers: [Option<u64>; NUMBERS] = [
            Some(status.phase as u64),
            connection,
            status.last_heard.map(|at| now.since(at).as_millis()),
            status.next_try.map(|at| at.since(now).as_millis()),
            status.multiple_clients.then_some(1),
            kind,
            code.map(u64::from),
            error.map(u64::from),
        ];
        let texts: [&str; TEXTS] = [text, pattern, error_text];
        let mut fields = String::new();
        for number in numbers {
            fields.push_str(&number.map_or_else(String::new, decimal));
            fields.push(char::from(SEPARATOR));
        }
        for text in texts {
            fields.push_str(&text::only(text, |c| c != char::from(SEPARATOR)));
            fields.push(char::from(SEPARATOR));
        }
        [fields.as_bytes(), body].concat()
    }

    /// Parses a message that was posted at this time. None if it is not one.
    pub(super) fn read(data: &[u8], posted: Instant) -> Option<Self> {
        let mut rest = data;
        let mut text = || {
            let end = rest.iter().position(|byte| *byte == SEPARATOR)?;
            let field = core::str::from_utf8(&rest[..end]).ok();
            rest = &rest[end + 1..];
            field
        };
        let mut numbers = [None::<u64>; NUMBERS];
        for number in &mut numbers {
            *number = text::number(text()?);
        }
        let (text, pattern, error_text) = (text()?, text()?, text()?);
        let [
            phase,
            connection,
            heard,
            next_try,
            multiple,
            kind,
            code,
            error,
        ] = numbers;
        let status_code = |code: Option<u64>| u16::try_from(code?).ok();
        let error = ProtocolError {
            code: status_code(error),
            text: error_text.to_owned(),
        };
        Some(Self {
            connection,
            status: Status {
                phase: *PHASES.get(usize::try_from(phase?).ok()?)?,
                since: posted,
                last_heard: heard.map(|ago| posted.before(Duration::from_millis(ago))),
                next_try: next_try.map(|span| posted + Duration::from_millis(span)),
                reason: kind.and_then(|kind| join(kind, status_code(code), text)),
                multiple_clients: multiple.is_some(),
            },
            refused: Pattern::new(pattern).ok().map(|pattern| (pattern, error)),
            body: rest.to_vec(),
        })
    }
}

/// The reasons without details, each encoded as its index.
const PLAIN: [Reason; 10] = [
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

/// A reason as numbers and text. `status.next_try` includes `Retry-After`.
fn split(reason: &Reason) -> (Option<u64>, Option<u16>, &str) {
    let (kind, code, text) = match reason {
        Reason::Network(detail) => (10, None, &**detail),
        Reason::Http(code) => (11, Some(*code), ""),
        Reason::Credentials(code) => (12, Some(*code), ""),
        Reason::Busy { status, .. } => (13, Some(*status), ""),
        Reason::Refused(error) => (14, error.code, &*error.text),
        plain => {
            let is_it = |known: &Reason| discriminant(known) == discriminant(plain);
            let index = PLAIN.iter().position(is_it);
            return (index.map(|index| index as u64), None, "");
        }
    };
    (Some(kind), code, text)
}

fn join(kind: u64, code: Option<u16>, text: &str) -> Option<Reason> {
    let text = text.to_owned();
    Some(match kind {
        10 => Reason::Network(text),
        11 => Reason::Http(code?),
        12 => Reason::Credentials(code?),
        13 => Reason::Busy {
            status: code?,
            retry_after: None,
        },
        14 => Reason::Refused(ProtocolError { code, text }),
        plain => return PLAIN.get(usize::try_from(plain).ok()?).cloned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: u64) -> Instant {
        Instant::from_millis(seconds * 1_000)
    }

    fn encoded(state: &State) -> Vec<u8> {
        let refused = state.refused.as_ref();
        State::encode(
            state.connection,
            &state.status,
            refused,
            &state.body,
            at(50),
        )
    }

    #[test]
    fn other_data_is_ignored() {
        let states = ["8|||||||||||", "0||||||||||", "|||||||||||"];
        for text in ["", "x", "[]", "null"].into_iter().chain(states) {
            let text = text.replace('|', "\u{1f}");
            assert_eq!(Request::read(text.as_bytes()), None, "{text}");
            assert_eq!(State::read(text.as_bytes(), at(1)), None, "{text}");
        }
    }

    /// Tabs of two versions of a page may meet: a change of the format must change `PROTOCOL`.
    #[test]
    fn format_is_fixed() {
        assert_eq!(Request::Hello.encode(), b"h");
        let mut state = State {
            connection: Some(7),
            body: b"[]".to_vec(),
            ..State::default()
        };
        state.status.reason = Some(Reason::Http(502));
        let text = String::from_utf8(encoded(&state)).unwrap();
        assert_eq!(
            text.replace(char::from(SEPARATOR), "|"),
            "0|7||||11|502|||||[]"
        );
    }

    #[test]
    fn requests_are_parsed_as_posted() {
        for request in Request::ALL {
            assert_eq!(Request::read(&request.encode()), Some(request));
        }
    }

    /// At 50 s, to a tab whose clock is ten seconds ahead.
    #[test]
    fn states_are_parsed_as_posted() {
        let error = ProtocolError::parse("403::no");
        for kind in 0..=15 {
            let reason = join(kind, Some(503), "cut \"off\"");
            assert_eq!(reason.is_none(), kind == 15, "{kind}");
            let mut state = State {
                connection: (kind % 2 == 0).then_some(u64::MAX),
                status: Status {
                    phase: PHASES[kind as usize % PHASES.len()],
                    since: at(60),
                    last_heard: Some(at(49)),
                    next_try: Some(at(57)),
                    reason,
                    multiple_clients: kind % 3 == 0,
                },
                refused: (kind % 2 == 0).then(|| (Pattern::new("/a/*").unwrap(), error.clone())),
                body: b"[{\"channel\":\"/a\",\n\"data\":\xff\x1f}]\n".to_vec(),
            };
            let read = State::read(&encoded(&state), at(60)).expect("a state");
            state.status.last_heard = Some(at(59));
            state.status.next_try = Some(at(67));
            assert_eq!(read, state);
        }
    }
}
