//! How commands are named, and how they end.

use core::fmt;

use crate::error::ProtocolError;

/// Names a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Token(pub(super) u64);

/// How a command ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The server did it.
    Done,
    /// The server refused it.
    Refused(ProtocolError),
    /// It was never sent.
    NotSent(NotSent),
    /// It was sent, and got no reply.
    Unknown,
}

/// Why a command was never sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum NotSent {
    /// It is larger than a message may be.
    TooLarge {
        /// Bytes of channel and data.
        size: usize,
        /// [`max_message_size`](crate::Config::max_message_size).
        limit: usize,
    },
    /// Too many are queued already.
    QueueFull {
        /// [`max_queue`](crate::Config::max_queue).
        limit: usize,
    },
    /// The channel belongs to the protocol itself.
    WrongChannel,
    /// The application withdrew it.
    Withdrawn,
    /// The client was closed, or has stopped.
    Ended,
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Done => f.write_str("done"),
            Self::Refused(error) => write!(f, "refused: {error}"),
            Self::NotSent(why) => write!(f, "not sent: {why}"),
            Self::Unknown => f.write_str("outcome unknown"),
        }
    }
}

impl fmt::Display for NotSent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLarge { size, limit } => {
                write!(f, "the message has {size} bytes, {limit} are allowed")
            }
            Self::QueueFull { limit } => write!(f, "{limit} messages wait already"),
            Self::WrongChannel => f.write_str("the channel is not one for it"),
            Self::Withdrawn => f.write_str("it was taken back"),
            Self::Ended => f.write_str("the connection was ended"),
        }
    }
}
