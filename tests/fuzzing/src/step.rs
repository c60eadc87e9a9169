//! One thing that happens to a client, as a line of text:
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

/// One thing that happens.
#[derive(Clone, Debug)]
pub enum Step {
    /// The command of that name.
    Open,
    /// The command of that name.
    Close,
    /// New credentials.
    SignIn,
    /// Somebody wants it tried now.
    Retry,
    /// The command of that name.
    Subscribe(Pattern),
    /// Something happens to the page.
    Page(Page),
    /// Milliseconds go by.
    After(u64),
    /// Milliseconds go by in which nobody wakes the client.
    Late(u64),
    /// A response comes.
    Respond {
        /// To which request.
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

/// A request, by what it is to the client.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Request {
    /// The handshake or connect that is out.
    Poll,
    /// The other one that is out.
    Commands,
    /// The last that was aborted.
    GivenUp,
    /// One the client never made.
    NeverMade,
}

/// Words for what can happen to a page.
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
    /// Reads a line; none if it is no step.
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
    fn what_is_no_step_is_none() {
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
