//! The Bayeux protocol over HTTP long polling, as two state machines: [`Client`] and
//! [`server::Server`]. They do no I/O, read no clock, roll no dice of their own and never wait:
//! bytes, time and a seed come in, bytes to send and a time to wake at come out.
//!
//! # The run loop
//!
//! A machine has four kinds of methods: *getters* take `&self`; [`Client::handle`] takes what
//! happened; *commands* say what is wanted and return a [`Token`]; [`Client::poll`] says what is to
//! be done. The one rule: **after every `handle` and every command, `poll` until it says
//! [`Output::Idle`]**, and call `handle(Input::Wake, now)` at the time it then names.
//!
//! ```
//! use bayeux::{Client, Config, Event, Input, Instant, Output, Pattern, Response};
//!
//! let mut client = Client::new(Config::default(), 17);
//! client.subscribe(Pattern::new("/v2/me/devices").unwrap());
//! client.open(Instant::from_millis(0));
//!
//! // Whoever drives the machine does this after every input and every command.
//! let mut sent = Vec::new();
//! let mut drain = |client: &mut Client, now: Instant| loop {
//!     match client.poll(now) {
//!         Output::Send(exchange) => sent.push(exchange), // POST exchange.body, then Input::Response
//!         Output::Abort(_id) => {}                       // end that request
//!         Output::Event(Event::Message(_message)) => {}  // use it
//!         Output::Event(_) => {}
//!         Output::Idle { wake_at } => break wake_at,     // set the one timer
//!     }
//! };
//! drain(&mut client, Instant::from_millis(0));
//!
//! // The server answers the handshake; subscribe and connect leave at once.
//! let reply = br#"[{"channel":"/meta/handshake","successful":true,"clientId":"1abc",
//!     "version":"1.0","supportedConnectionTypes":["long-polling"],"id":"1"}]"#;
//! let id = sent[0].id;
//! client.handle(Input::Response { id, response: Response::ok(reply.to_vec()) }, Instant::from_millis(9));
//! ```
//!
//! # Where to look
//!
//! | file | holds |
//! |---|---|
//! | `channel` | names and patterns |
//! | `message`, `advice`, `error`, `ext`, `binary` | what is on the wire |
//! | `client/` | the client, one protocol step a file |
//! | `server/` | the server, one protocol step a file |
//! | `backoff` | how long to wait after a failure |
//! | `time`, `rng` | time and dice as arguments |

#![forbid(unsafe_code)]

mod advice;
mod backoff;
mod binary;
mod channel;
mod client;
mod error;
mod exchange;
mod ext;
mod message;
mod rng;
pub mod server;
mod time;

pub use advice::{Advice, Reconnect};
pub use backoff::Backoff;
pub use binary::{Binary, NotBinary};
pub use channel::{Channel, InvalidChannel, Pattern};
pub use client::{
    Absence, Client, Config, Counters, Event, Gap, Handover, Incoming, Input, InvalidHandover,
    NotSent, Outcome, Output, Page, Phase, Reason, ServerClock, Status, Token,
};
pub use error::ProtocolError;
pub use exchange::{Endpoint, Exchange, ExchangeId, Failure, Response};
pub use message::ClientId;
pub use serde_json::value::RawValue;
pub use time::Instant;
