//! What goes into a [`SharedClient`](super::SharedClient) and comes out of it.

use core::time::Duration;

use crate::client;

/// What happened.
#[derive(Debug)]
pub enum Input {
    /// As for a [`Client`](crate::Client).
    Client(client::Input),
    /// Something between this tab and the others.
    Tabs(TabEvent),
}

/// What happened between this tab and the others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TabEvent {
    /// Another tab posted a message.
    Message {
        /// The message.
        data: Vec<u8>,
        /// How long ago, by a clock that tabs have in common: messages to a frozen page are queued.
        age: Duration,
    },
    /// This tab holds the lock.
    Granted,
    /// The lock was stolen from this tab.
    Stolen,
    /// There is no lock or no channel.
    Unavailable,
}

/// What to do: the same as for a [`Client`](crate::Client), and what concerns other tabs.
#[derive(Debug)]
pub enum Output {
    /// As of a [`Client`](crate::Client).
    Client(client::Output),
    /// Do that before any event is looked at.
    Tabs(TabAction),
}

/// What to do with the lock, and with the channel of the same name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TabAction {
    /// Open the channel, and request the lock.
    Join {
        /// The name of both.
        name: String,
    },
    /// Post that on the channel.
    Post(Vec<u8>),
    /// Request the lock again.
    Queue,
    /// Steal the lock.
    Steal,
    /// Release the lock, or abort the request for it, and close the channel.
    Leave,
}
