//! The contract of Genesys Web Services (GWS) v2, as far as voice supervision needs it: what the
//! resources look like, which operations there are, what a reply or a notification may say.
//!
//! Nothing here sends anything. A [`Request`] says what to send, relative to the API's base
//! address (`…/api/v2`); [`reply`] reads what came back; [`Notification`] reads what the CometD
//! channels carry. [`Csrf`] keeps the token that GWS wants to see on every change.
//!
//! Reading is tolerant, writing is exact. Servers of several versions are out there, so unknown
//! fields are ignored, unknown words are kept as they are (`Other`), numbers may come as strings,
//! and only what makes an answer meaningless is an error.
//!
//! | module | holds |
//! |---|---|
//! | [`ids`] | identifiers, and taking them out of URIs |
//! | [`device`] | a telephone, its state, and who it monitors |
//! | [`call`] | a call as one device sees it |
//! | [`user`] | who someone is, and the directory |
//! | [`feature`] | what a contact centre has switched on |
//! | [`monitoring`] | the words of monitoring: kind, scope, mode |
//! | [`operation`] | what one can ask a device or a call to do |
//! | [`request`] | the requests themselves |
//! | [`reply`] | status codes, refusals, and reading a body |
//! | [`notification`] | what comes on `/v2/me/devices` and `/v2/me/calls` |
//! | [`csrf`] | the CSRF token |
//!
//! Within, `words` makes enumerations that keep unknown words. How tolerantly is read is the crate
//! `tolerant-json`.

#![forbid(unsafe_code)]

pub mod call;
pub mod csrf;
pub mod device;
pub mod feature;
pub mod ids;
pub mod monitoring;
pub mod notification;
pub mod operation;
pub mod reply;
pub mod request;
pub mod user;

mod words;

pub use call::{Call, CallState, CallType, Participant};
pub use csrf::Csrf;
pub use device::{Capability, Device, DeviceState, Monitoring, MonitoringState, Toggle, UserState};
pub use feature::Feature;
pub use ids::{CallId, DeviceId, GroupId, UserId};
pub use monitoring::{Mode, MonitoringKind, Scope};
pub use notification::Notification;
pub use operation::{CallOperation, DeviceOperation, MonitoringParameters};
pub use reply::{ReplyError, StatusCode};
pub use request::{Method, Request};
pub use tolerant_json::Unreadable;
pub use user::{ContactPage, Group, User};

/// The example in the README.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
