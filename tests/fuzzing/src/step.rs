//! An event of a client, as a line of text:
//!
//! ```text
//! open | close | sign in | retry
//! subscribe /v2/me/devices
//! page hidden                        or visible, offline, online, frozen, resumed, jumped, kept, gone
//! after 30000                        milliseconds, in which the client is woken when it asks for it
//! late 30000                         the same, but it is not woken until they are over
//! respond poll 200 [$replies]        or commands, given-up, never-made; a body to the end of the line
//! respond poll 503:30000             with Retry-After
//! fail commands
//! ```

use core::fmt;

use bayeux::{Page, Pattern};

/// An event.
#[derive(Clone, Debug)]
pub enum Step {
    /// The command with this name.
    Open,
    /// The command with this name.
    Close,
    /// New credentials.
    SignIn,
    /// A person wants a retry now.
    Retry,
    /// The command with this name.
    Subscribe(Pattern),
    /// An event of the page.
    Page(Page),
    /// Milliseconds pass.
    After(u64),
    /// Milliseconds pass in which nobody wakes the client.
    Late(u64),
    /// A response arrives.
    Respond {
        /// The request.
        to: Request,
        /// The HTTP status.
        status: u16,
        /// `Retry-After` in milliseconds.
        retry_after: Option<u64>,
        /// The body, as in `body`.
        body: String,
    },
    /// A request ends without a response.
    Fail(Request),
}

/// A request, by its role for the client.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Request {
    /// The pending handshake or connect.
    Poll,
    /// The other pending request.
    Commands,
    /// The request that was aborted last.
    GivenUp,
    /// A request that the client never made.
    NeverMade,
}

/// Words for events of the page.
pub(crate) const PAGES: [(&str, Page); 9] = [
    ("hidden", Page::Hidden),
    ("visible", Page::Visible),
    ("offline", Page::Offline),
    ("online", Page::Online),
    ("frozen", Page::Frozen),
    ("resumed", Page::Resumed),
    ("jumped", Page::ClockJumped),
    ("kept", Page::Leaving { kept: true }),
    ("gone", Page::Leaving { kept: false }),
];

/// Words for requests.
const REQUESTS: [(&str, Request); 4] = [
    ("poll", Request::Poll),
    ("commands", Request::Commands),
    ("given-up", Request::GivenUp),
    ("never-made", Request::NeverMade),
];

impl Step {
    /// Parses a line; none if it is not a step.
    pub fn read(line: &str) -> Option<Self> {
        match line {
            "open" => return Some(Self::Open),
            "close" => return Some(Self::Close),
            "sign in" => return Some(Self::SignIn),
            "retry" => return Some(Self::Retry),
            _ => {}
        }
        let (verb, rest) = line.split_once(' ')?;
        match verb {
            "subscribe" => Pattern::new(rest).ok().map(Self::Subscribe),
            "page" => named(&PAGES, rest).map(Self::Page),
            "after" => rest.parse().ok().map(Self::After),
            "late" => rest.parse().ok().map(Self::Late),
            "respond" => {
                let (to, rest) = rest.split_once(' ')?;
                let (status, body) = rest.split_once(' ').unwrap_or((rest, ""));
                let (status, retry_after) = match status.split_once(':') {
                    Some((status, patience)) => (status, Some(patience.parse().ok()?)),
                    None => (status, None),
                };
                Some(Self::Respond {
                    to: named(&REQUESTS, to)?,
                    status: status.parse().ok()?,
                    retry_after,
                    body: body.to_owned(),
                })
            }
            "fail" => named(&REQUESTS, rest).map(Self::Fail),
            _ => None,
        }
    }
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Open => f.write_str("open"),
            Self::Close => f.write_str("close"),
            Self::SignIn => f.write_str("sign in"),
            Self::Retry => f.write_str("retry"),
            Self::Subscribe(pattern) => write!(f, "subscribe {pattern}"),
            Self::Page(page) => write!(f, "page {}", name_of(&PAGES, *page)),
            Self::After(millis) => write!(f, "after {millis}"),
            Self::Late(millis) => write!(f, "late {millis}"),
            Self::Respond {
                to,
                status,
                retry_after,
                body,
            } => {
                write!(f, "respond {} {status}", name_of(&REQUESTS, *to))?;
                if let Some(patience) = retry_after {
                    write!(f, ":{patience}")?;
                }
                if body.is_empty() {
                    return Ok(());
                }
                write!(f, " {body}")
            }
            Self::Fail(request) => write!(f, "fail {}", name_of(&REQUESTS, *request)),
        }
    }
}

fn named<T: Copy>(words: &[(&str, T)], word: &str) -> Option<T> {
    let (_, meaning) = words.iter().find(|(name, _)| *name == word)?;
    Some(*meaning)
}

fn name_of<T: PartialEq>(words: &[(&'static str, T)], meaning: T) -> &'static str {
    let found = words.iter().find(|(_, known)| *known == meaning);
    found.expect("there is a word for everything").0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_is_read_as_it_is_written() {
        let lines = [
            "open",
            "close",
            "sign in",
            "retry",
            "subscribe /v2/me/*",
            "page kept",
            "after 30000",
            "late 5",
            r#"respond poll 200 [{"channel":"/a", "data":1},$replies]"#,
            "respond commands 503:30000",
            "respond given-up 503:30000 busy",
            "fail never-made",
        ];
        for line in lines {
            assert_eq!(Step::read(line).expect(line).to_string(), line);
        }
    }

    #[test]
    fn other_lines_are_not_steps() {
        let lines = [
            "",
            "opens",
            "subscribe devices",
            "page on",
            "respond poll x",
        ];
        for line in lines {
            assert!(Step::read(line).is_none(), "{line}");
        }
    }
}
