//! The Bayeux protocol over HTTP long polling, as two state machines: [`Client`] and [`server::Server`]. They do no I/O,
//! read no clock, have no source of randomness and never wait: bytes, time and a seed go in, bytes to send and the time of
//! the next wake-up come out.
//!
//! # The run loop
//!
//! A machine has four kinds of methods:
//!
//! | kind | what they do | the client's |
//! |---|---|---|
//! | input | report what happened | [`handle`](Client::handle) |
//! | commands | request something | [`open`](Client::open), [`close`](Client::close), [`subscribe`](Client::subscribe), [`retry_now`](Client::retry_now), [`credentials_renewed`](Client::credentials_renewed) |
//! | output | return what to do next | [`poll`](Client::poll) |
//! | getters | read only | [`status`](Client::status), [`counters`](Client::counters), [`has_ack`](Client::has_ack) |
//!
//! The one rule: **after every `handle` and every command, `poll` until it returns [`Output::Idle`]**, and call
//! `handle(Input::Wake, now)` at the time that it names.
//!
//! ```
//! use bayeux::{Client, Config, Event, Exchange, Input, Instant, Output, Pattern, Phase, Response};
//! # use serde_json::{Value, json};
//! # /// A server that accepts everything.
//! # fn post(exchange: &Exchange) -> Response {
//! #     let request: Vec<Value> = serde_json::from_str(&exchange.body).unwrap();
//! #     let replies: Vec<Value> = request.iter().map(|message| {
//! #         json!({ "channel": message["channel"], "id": message["id"], "successful": true, "clientId": "1abc" })
//! #     }).collect();
//! #     Response::ok(json!(replies).to_string().into_bytes())
//! # }
//!
//! let config = Config { url: "/api/v2/notifications".to_owned(), ..Config::default() };
//! let mut client = Client::new(config, 17);
//! let mut now = Instant::from_millis(0);
//! client.subscribe(Pattern::new("/v2/me/devices")?);
//! client.open(now);
//!
//! let mut under_way: Vec<Exchange> = Vec::new();
//! 'run: loop {
//!     // Carry out all outputs.
//!     let wake_at = loop {
//!         match client.poll(now) {
//!             Output::Send(exchange) => under_way.push(exchange),
//!             Output::Abort(id) => under_way.retain(|exchange| exchange.id != id),
//!             Output::Event(Event::Message(message)) => println!("{}", message.data),
//!             Output::Event(Event::Connected { .. }) => break 'run, // an example has to end
//!             Output::Event(_) => {}
//!             Output::Idle { wake_at } => break wake_at,
//!         }
//!     };
//!     // Wait for a response, a failure, or the time to wake.
//!     match (under_way.pop(), wake_at) {
//!         (Some(exchange), _) => {
//!             let response = post(&exchange);
//!             client.handle(Input::Response { id: exchange.id, response }, now);
//!         }
//!         (None, Some(at)) => {
//!             now = at;
//!             client.handle(Input::Wake, now);
//!         }
//!         (None, None) => break, // stopped: `client.status()` says why
//!     }
//! }
//! assert_eq!(client.status().phase, Phase::Connected);
//! # Ok::<(), bayeux::InvalidChannel>(())
//! ```
//!
//! # Where to look
//!
//! | file | holds |
//! |---|---|
//! | `channel` | names and patterns |
//! | `message`, `advice`, `error`, `ext`, `body`, `raw` | the wire format |
//! | `client/` | the client |
//! | `server/` | the server, one protocol step a file |
//! | `shared/` | one client's connection for all tabs of a browser |
//! | `backoff` | how long to wait after a failure |
//! | `time`, `duration`, `rng` | time and randomness as arguments |

#![forbid(unsafe_code)]

mod advice;
mod backoff;
mod body;
mod channel;
mod client;
mod duration;
mod error;
mod exchange;
mod ext;
mod message;
mod raw;
mod rng;
pub mod server;
pub mod shared;
mod time;

pub use backoff::Backoff;
pub use body::Json;
pub use channel::{Channel, InvalidChannel, Pattern};
pub use client::{
    Absence, Client, Config, Counters, Event, Gap, Incoming, Input, Output, Page, Phase, Reason,
    Status,
};
pub use duration::Duration;
pub use error::ProtocolError;
pub use exchange::{Endpoint, Exchange, ExchangeId, Failure, Response};
pub use message::ClientId;
pub use serde_json::value::RawValue;
pub use time::Instant;

/// The example in the README.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
