//! The contract of Genesys Web Services (GWS) v2, as far as voice supervision needs it: resources,
//! operations, replies and notifications.
//!
//! Nothing here sends anything. A [`Request`] is a request to send, relative to the API's base
//! address (`…/api/v2`); [`reply`] parses the response; [`Notification`] parses the messages of the
//! CometD channels. [`Csrf`] keeps the token that GWS requires with every change.
//!
//! Reading is tolerant, writing is exact. There are servers of several versions, so unknown fields
//! are ignored, unknown values are kept (`Other`), numbers may be strings, and only a field without
//! which an answer is meaningless causes an error.
//!
//! | module | holds |
//! |---|---|
//! | [`ids`] | identifiers, and taking them out of URIs |
//! | [`device`] | a telephone, its state, and whom it monitors |
//! | [`call`] | a call as one device sees it |
//! | [`user`] | users, and the directory |
//! | [`feature`] | the features of a contact centre |
//! | [`monitoring`] | the values of monitoring: kind, scope, mode |
//! | [`operation`] | operations on devices and calls |
//! | [`request`] | the requests themselves |
//! | [`reply`] | status codes, refusals, and parsing a body |
//! | [`notification`] | the messages of `/v2/me/devices` and `/v2/me/calls` |
//! | [`csrf`] | the CSRF token |
//!
//! The internal `words` defines enumerations that keep unknown values. The crate `tolerant-json`
//! reads tolerantly.

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
