//! The messages between tabs, as bytes. A request is one letter. A state is a list of numbers and texts,
//! each with a separator behind it, and then the body of the server's response, which may be empty.
//!
//! Each tab has its own clock, so times travel as spans in milliseconds.

use core::mem::discriminant;
use core::time::Duration;

use crate::channel::Pattern;
use crate::client::{Phase, Reason, Status};
use crate::error::ProtocolError;
use crate::time::Instant;

/// Ends a number or text: the unit separator of ASCII.
const SEPARATOR: char = '\u{1f}';

/// A message from another tab.
#[derive(Debug)]
pub(super) enum TabMessage {
    /// From the leader, with the body of a response, or none.
    State(Box<State>, Vec<u8>),
    /// From a follower.
    Request(Request),
}

/// What the leader posts about the connection.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct State {
    /// Names the connection, if all subscriptions are settled.
    pub(super) connection: Option<u64>,
    pub(super) status: Status,
    /// The subscription that the server refused last in this session.
    pub(super) refused: Option<(Pattern, ProtocolError)>,
}

/// What a follower asks of the leader. Each is answered with a [`State`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(super) enum Request {
    /// Only the answer.
    Hello = b'h',
    /// [`SharedClient::retry_now`](super::SharedClient::retry_now).
    Retry = b't',
    /// [`SharedClient::restart`](super::SharedClient::restart).
    Restart = b'r',
    /// [`SharedClient::credentials_renewed`](super::SharedClient::credentials_renewed).
    Renewed = b'n',
}

impl TabMessage {
    /// Reads a message that was posted then. None if it is not one.
    pub(super) fn read(data: &[u8], posted: Instant) -> Option<Self> {
        match data {
            [letter] => {
                let mut all = Request::ALL.into_iter();
                all.find(|request| *request as u8 == *letter)
                    .map(Self::Request)
            }
            _ => State::read(data, posted),
        }
    }
}

impl Request {
    const ALL: [Self; 4] = [Self::Hello, Self::Retry, Self::Restart, Self::Renewed];

    pub(super) fn encode(self) -> Vec<u8> {
        vec![self as u8]
    }
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

const NUMBERS: usize = 8;
const TEXTS: usize = 3;

impl State {
    pub(super) fn encode(&self, body: &[u8], now: Instant) -> Vec<u8> {
        let status = &self.status;
        let (code, text) = details(status.reason.as_ref());
        let is_it = |kind: &u64| {
            let known = reason(*kind, Some(0), "");
            known.as_ref().map(discriminant) == status.reason.as_ref().map(discriminant)
        };
        let refused = self.refused.as_ref();
        let numbers: [Option<u64>; NUMBERS] = [
            Some(status.phase as u64),
            self.connection,
            status.last_heard.map(|at| millis(now.since(at))),
            status.next_try.map(|at| millis(at.since(now))),
            Some(status.multiple_clients.into()),
            (0..REASONS).find(is_it),
            code.map(u64::from),
            refused.and_then(|(_, error)| error.code).map(u64::from),
        ];
        let texts: [&str; TEXTS] = [
            text,
            refused.map_or("", |(pattern, _)| pattern.as_str()),
            refused.map_or("", |(_, error)| &error.text),
        ];
        let mut fields = String::new();
        for number in numbers {
            fields.extend(number.map(|number| number.to_string()));
            fields.push(SEPARATOR);
        }
        for text in texts {
            fields.push_str(&text.replace(SEPARATOR, " "));
            fields.push(SEPARATOR);
        }
        [fields.as_bytes(), body].concat()
    }

    fn read(data: &[u8], posted: Instant) -> Option<TabMessage> {
        let mut fields = data.splitn(NUMBERS + TEXTS + 1, |byte| *byte == SEPARATOR as u8);
        let mut numbers = [None::<u64>; NUMBERS];
        for number in &mut numbers {
            *number = core::str::from_utf8(fields.next()?).ok()?.parse().ok();
        }
        let mut texts = [""; TEXTS];
        for text in &mut texts {
            *text = core::str::from_utf8(fields.next()?).ok()?;
        }
        let body = fields.next()?.to_vec();

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
        let [text, pattern, error_text] = texts;
        let status_code = |code: Option<u64>| u16::try_from(code?).ok();
        let mut phases = PHASES.into_iter();
        let state = Self {
            connection,
            status: Status {
                phase: phases.find(|known| Some(*known as u64) == phase)?,
                since: posted,
                last_heard: heard.map(|ago| posted.before(Duration::from_millis(ago))),
                next_try: next_try.map(|span| posted + Duration::from_millis(span)),
                multiple_clients: multiple? == 1,
                reason: kind.and_then(|kind| reason(kind, status_code(code), text)),
            },
            refused: Pattern::new(pattern).ok().map(|pattern| {
                let error = ProtocolError {
                    code: status_code(error),
                    text: error_text.to_owned(),
                };
                (pattern, error)
            }),
        };
        Some(TabMessage::State(Box::new(state), body))
    }
}

/// How many kinds of reasons there are.
const REASONS: u64 = 15;

/// The reason of that kind, with its details. `status.next_try` says more than `Retry-After`.
fn reason(kind: u64, code: Option<u16>, text: &str) -> Option<Reason> {
    let text = || text.to_owned();
    Some(match kind {
        0 => Reason::Offline,
        1 => Reason::Doubt,
        2 => Reason::TimedOut,
        3 => Reason::WebPage,
        4 => Reason::NotBayeux,
        5 => Reason::NoReply,
        6 => Reason::NoCommonTransport,
        7 => Reason::OtherVersion,
        8 => Reason::SessionUnknown,
        9 => Reason::ToldToStop,
        10 => Reason::Network(text()),
        11 => Reason::Http(code?),
        12 => Reason::Credentials(code?),
        13 => Reason::Refused(ProtocolError { code, text: text() }),
        14 => Reason::Busy {
            status: code?,
            retry_after: None,
        },
        _ => return None,
    })
}

fn details(reason: Option<&Reason>) -> (Option<u16>, &str) {
    match reason {
        Some(Reason::Network(detail)) => (None, detail),
        Some(
            Reason::Http(code) | Reason::Credentials(code) | Reason::Busy { status: code, .. },
        ) => (Some(*code), ""),
        Some(Reason::Refused(error)) => (error.code, &error.text),
        _ => (None, ""),
    }
}

fn millis(span: Duration) -> u64 {
    u64::try_from(span.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: u64) -> Instant {
        Instant::from_millis(seconds * 1_000)
    }

    #[test]
    fn other_data_is_ignored() {
        let states = ["8||||0||||||", "0||||0|||||", "|||||0||||||"];
        for text in ["", "x", "[]", "null"].into_iter().chain(states) {
            let text = text.replace('|', "\u{1f}");
            assert!(TabMessage::read(text.as_bytes(), at(1)).is_none(), "{text}");
        }
    }

    /// Tabs of two versions of a page may meet: whoever changes the format changes `PROTOCOL`.
    #[test]
    fn format_is_fixed() {
        assert_eq!(Request::Hello.encode(), b"h");
        let mut state = State {
            connection: Some(7),
            ..State::default()
        };
        state.status.reason = Some(Reason::Http(502));
        let text = String::from_utf8(state.encode(b"[]", at(50))).unwrap();
        assert_eq!(text.replace(SEPARATOR, "|"), "0|7|||0|11|502|||||[]");
    }

    #[test]
    fn requests_are_read_as_posted() {
        for request in Request::ALL {
            match TabMessage::read(&request.encode(), at(1)) {
                Some(TabMessage::Request(read)) => assert_eq!(read, request),
                other => panic!("{other:?}"),
            }
        }
    }

    /// At 50 s, to a tab whose clock is ten seconds ahead.
    #[test]
    fn states_are_read_as_posted() {
        let body = b"[{\"channel\":\"/a\",\n\"data\":\xff\x1f}]\n";
        let error = ProtocolError::parse("403::no");
        for kind in 0..=REASONS {
            let reason = reason(kind, Some(503), "cut \"off\"");
            assert_eq!(reason.is_none(), kind == REASONS, "{kind}");
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
            };
            let Some(TabMessage::State(read, read_body)) =
                TabMessage::read(&state.encode(body, at(50)), at(60))
            else {
                panic!("{kind}");
            };
            state.status.last_heard = Some(at(59));
            state.status.next_try = Some(at(67));
            assert_eq!(*read, state);
            assert_eq!(read_body, body);
        }
    }
}
