//! One thing that happens to a server, as a line of text:
//!
//! ```text
//! set maxQueue=4                     an option, by CometD's name; only before anything else
//! set ack=true                       an extension
//! set sessions=2                     a limit: also subscriptions
//! ask 0 [{"channel":"/a"}]           a request of the first client; its body to the end of the line
//! gone 0                             the first client cuts off what it asked for and has no answer to
//! deliver 0 /a                       a message to everybody who is signed in as the first client is
//! tell 0 /a                          a message to the first client's session alone
//! publish /a {"n":1}                 a message to all
//! end 0                              the server ends the first client's session
//! forget                             and all of them, without a word
//! after 30000                        milliseconds, in which the server is woken when it asks for it
//! late 30000                         the same, but it is not woken until they are over
//! ```

use core::fmt;

use bayeux::{Channel, RawValue};

/// One thing that happens.
#[derive(Clone, Debug)]
pub enum Step {
    /// An option by its name, and its value.
    Set(String, String),
    /// A request.
    Ask {
        /// Whose.
        client: usize,
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
    /// The server ends a client's session.
    End(usize),
    /// The server forgets all sessions.
    Forget,
    /// Milliseconds go by.
    After(u64),
    /// Milliseconds go by in which nobody wakes the server.
    Late(u64),
}

impl Step {
    /// Reads a line; none if it is no step.
    pub fn read(line: &str) -> Option<Self> {
        if line == "forget" {
            return Some(Self::Forget);
        }
        let (verb, rest) = line.split_once(' ')?;
        let ask = || {
            let (client, body) = rest.split_once(' ').unwrap_or((rest, ""));
            Some(Self::Ask {
                client: client.parse().ok()?,
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
            "ask" => ask(),
            "gone" => rest.parse().ok().map(Self::Gone),
            "deliver" => to().map(|(client, channel)| Self::Deliver(client, channel)),
            "tell" => to().map(|(client, channel)| Self::Tell(client, channel)),
            "publish" => {
                let (name, data) = rest.split_once(' ')?;
                let data = RawValue::from_string(data.to_owned()).ok()?;
                Some(Self::Publish(Channel::new(name).ok()?, data))
            }
            "end" => rest.parse().ok().map(Self::End),
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
            Self::Ask { client, body } if body.is_empty() => write!(f, "ask {client}"),
            Self::Ask { client, body } => write!(f, "ask {client} {body}"),
            Self::Gone(client) => write!(f, "gone {client}"),
            Self::Deliver(client, channel) => write!(f, "deliver {client} {channel}"),
            Self::Tell(client, channel) => write!(f, "tell {client} {channel}"),
            Self::Publish(channel, data) => write!(f, "publish {channel} {data}"),
            Self::End(client) => write!(f, "end {client}"),
            Self::Forget => f.write_str("forget"),
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
            r#"ask 0 [{"channel": "/a"}]"#,
            "ask 3",
            "gone 1",
            "deliver 2 /a",
            "tell 0 /service/a",
            r#"publish /a {"n": 1}"#,
            "end 0",
            "forget",
            "after 30000",
            "late 5",
        ];
        for line in lines {
            assert_eq!(Step::read(line).expect(line).to_string(), line);
        }
    }

    #[test]
    fn what_is_no_step_is_none() {
        for line in ["", "set maxQueue", "ask x []", "tell 0 a", "end"] {
            assert!(Step::read(line).is_none(), "{line}");
        }
    }
}
