//! What can be made to go wrong, at run time.

use std::time::Duration;

/// Faults that are on. All are off at first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Faults {
    /// The reply to an operation is sent this long after what it caused was published.
    pub hold_replies: Option<Duration>,
    /// `ListenIn` and `CancelSupervisorMonitoring` are accepted, and nothing comes of them.
    pub never_confirm: bool,
    /// `ListenIn` and `CancelSupervisorMonitoring` are accepted, and then fail with an
    /// `ErrorMessage` on `/v2/me/devices` (*ErrorHandling*).
    pub accept_then_error: Option<LateError>,
    /// Every request to the API is answered with a login page and HTTP 200, as by a proxy whose
    /// session has ended.
    pub web_page: bool,
    /// Replies to operations break off in the middle.
    pub unreadable_replies: bool,
}

/// What an `ErrorMessage` says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LateError {
    /// Nothing, as in captured traffic.
    Silent,
    /// A sentence, in `errorMessage`.
    Saying(String),
}
