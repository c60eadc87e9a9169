//! A call on the supervisor's device.

use gws::Call;

use super::monitoring::Since;

/// A call that is not over, and since when there has been one.
#[derive(Clone, Debug, PartialEq)]
pub struct Leg {
    /// The call as last heard of.
    pub call: Call,
    /// When it began.
    pub since: Since,
    /// An operation on it that was asked for and not answered yet.
    pub is_busy: bool,
}
