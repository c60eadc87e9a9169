//! One thing that happens to a server, as a line of text:
//!
//! ```text
//! set maxQueue=4                     an option, by CometD's name; only before anything else
//! set ack=true                       an extension: also timesync
//! set whenFull=discard               messages for which there is no room do not end the session
//! lazy /a 2000                       that channel is lazy; without a number: as long as the option says
//! ask 0 [{"channel":"/a"}]           a request of the first client; its body to the end of the line
//! ask2 0 []                          the same over HTTP/2
//! gone 0                             the first client cuts off what it asked for and has no answer to
//! deliver 0 /a                       a message to everybody who is signed in as the first client is
//! tell 0 /a                          a message to the first client's session alone
//! publish /a {"n":1}                 a message to all
//! answer | fail                      the last message to a service is answered, well or not
//! end 0                              the server ends the first client's session
//! forget                             and all of them, without a word
//! clock 1700000000000                the time since 1970 that the server goes by
//! after 30000                        milliseconds, in which the server is woken when it asks for it
//! late 30000                         the same, but it is not woken until they are over
//! ```

use core::fmt;

use bayeux::server::HttpVersion;
use bayeux::{Channel, Pattern, RawValue};

/// One thing that happens.
#[derive(Clone, Debug)]
pub enum Step {
    /// An option by its name, and its value.
    Set(String, String),
    /// A channel is made lazy, with milliseconds of its own.
    Lazy(Pattern, Option<u64>),
    /// A request.
    Ask {
        /// Whose.
        client: usize,
        /// By which version of HTTP.
        version: HttpVersion,
        /// The body, as in `run`.
        body: String,
    },
    /// A client cuts off its oldest request.
    Gone(usize),
    /// A message to the sessions of a client's owner.
    Deliver(usize, Channel),
    /// A message to a client's session.
    Tell(usize, Channel),
    /// A message to all.
    Publish(Channel, Box<RawValue>),
    /// A service answers; whether it did what it was asked for.
    Answer(bool),
    /// The server ends a client's session.
    End(usize),
    /// The server forgets all sessions.
    Forget,
    /// The server learns the time.
    Clock(u64),
    /// Milliseconds go by.
    After(u64),
    /// Milliseconds go by in which nobody wakes the server.
    Late(u64),
}

impl Step {
    /// Reads a line; none if it is no step.
    pub fn read(line: &str) -> Option<Self> {
        match line {
            "answer" => return Some(Self::Answer(true)),
            "fail" => return Some(Self::Answer(false)),
            "forget" => return Some(Self::Forget),
            _ => {}
        }
        let (verb, rest) = line.split_once(' ')?;
        let ask = |version| {
            let (client, body) = rest.split_once(' ').unwrap_or((rest, ""));
            Some(Self::Ask {
                client: client.parse().ok()?,
                version,
                body: body.to_owned(),
            })
        };
        let to = || {
            let (client, channel) = rest.split_once(' ')?;
            Some((client.parse().ok()?, Channel::new(channel).ok()?))
        };
        match verb {
            "set" => {
                let (name, value) = rest.split_once('=')?;
                Some(Self::Set(name.to_owned(), value.to_owned()))
            }
            "lazy" => match rest.split_once(' ') {
                Some((name, span)) => Some(Self::Lazy(
                    Pattern::new(name).ok()?,
                    Some(span.parse().ok()?),
                )),
                None => Some(Self::Lazy(Pattern::new(rest).ok()?, None)),
            },
            "ask" => ask(HttpVersion::Http1),
            "ask2" => ask(HttpVersion::Http2),
            "gone" => rest.parse().ok().map(Self::Gone),
            "deliver" => to().map(|(client, channel)| Self::Deliver(client, channel)),
            "tell" => to().map(|(client, channel)| Self::Tell(client, channel)),
            "publish" => {
                let (name, data) = rest.split_once(' ')?;
                let data = RawValue::from_string(data.to_owned()).ok()?;
                Some(Self::Publish(Channel::new(name).ok()?, data))
            }
            "end" => rest.parse().ok().map(Self::End),
            "clock" => rest.parse().ok().map(Self::Clock),
            "after" => rest.parse().ok().map(Self::After),
            "late" => rest.parse().ok().map(Self::Late),
            _ => None,
        }
    }
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Set(name, value) => write!(f, "set {name}={value}"),
            Self::Lazy(pattern, Some(span)) => write!(f, "lazy {pattern} {span}"),
            Self::Lazy(pattern, None) => write!(f, "lazy {pattern}"),
            Self::Ask {
                client,
                version,
                body,
            } => {
                let verb = match version {
                    HttpVersion::Http1 => "ask",
                    HttpVersion::Http2 => "ask2",
                };
                write!(f, "{verb} {client}")?;
                if body.is_empty() {
                    return Ok(());
                }
                write!(f, " {body}")
            }
            Self::Gone(client) => write!(f, "gone {client}"),
            Self::Deliver(client, channel) => write!(f, "deliver {client} {channel}"),
            Self::Tell(client, channel) => write!(f, "tell {client} {channel}"),
            Self::Publish(channel, data) => write!(f, "publish {channel} {data}"),
            Self::Answer(true) => f.write_str("answer"),
            Self::Answer(false) => f.write_str("fail"),
            Self::End(client) => write!(f, "end {client}"),
            Self::Forget => f.write_str("forget"),
            Self::Clock(millis) => write!(f, "clock {millis}"),
            Self::After(millis) => write!(f, "after {millis}"),
            Self::Late(millis) => write!(f, "late {millis}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_is_read_as_it_is_written() {
        let lines = [
            "set long-polling.json.maxQueue=4",
            "lazy /a/* 2000",
            "lazy /a",
            r#"ask 0 [{"channel": "/a"}]"#,
            "ask2 3",
            "gone 1",
            "deliver 2 /a",
            "tell 0 /service/a",
            r#"publish /a {"n": 1}"#,
            "answer",
            "fail",
            "end 0",
            "forget",
            "clock 1700000000000",
            "after 30000",
            "late 5",
        ];
        for line in lines {
            assert_eq!(Step::read(line).expect(line).to_string(), line);
        }
    }

    #[test]
    fn what_is_no_step_is_none() {
        for line in ["", "set maxQueue", "lazy a", "ask x []", "tell 0 a", "end"] {
            assert!(Step::read(line).is_none(), "{line}");
        }
    }
}
