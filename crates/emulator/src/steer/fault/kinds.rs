//! The faults there are, with their parameters.

use std::num::NonZeroU32;

use serde::{Deserialize, Serialize};

use super::about::{About, Family, FaultName};
use super::parameters::{Copies, CutWith, HttpStatus};
use crate::span::{Skew, Span};

/// Something that can go wrong, with its parameters. As JSON and in scripts its name is the value
/// of `fault`, and the parameters stand beside it: `{"fault":"delayNotifications","by":"2s"}`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(
    tag = "fault",
    rename_all = "camelCase",
    rename_all_fields = "camelCase",
    deny_unknown_fields
)]
#[non_exhaustive]
pub enum Fault {
    /// Notifications come later than what they tell of, in their order. When that is over,
    /// what is told then overtakes those that are still on their way.
    DelayNotifications {
        /// By how much.
        by: Span,
    },
    /// Notifications are lost on their way to the notification server: *ack* does not help.
    DropNotifications {},
    /// Notifications come more than once.
    DuplicateNotifications {
        /// How often each comes. Default 2.
        #[serde(default = "twice")]
        copies: Copies,
    },
    /// Notifications overtake one another: one waits until another for the same user has gone
    /// ahead.
    ReorderNotifications {
        /// How long it waits for another. Default 2 s.
        #[serde(default = "two_seconds")]
        within: Span,
    },
    /// An operation is carried out, and the reply sent this long after: notifications of what it
    /// changed come before it.
    HoldReplies {
        /// By how much.
        by: Span,
    },
    /// An operation is refused, and not carried out.
    RefuseOperations {
        /// The HTTP status. Default 500.
        #[serde(default = "internal_server_error")]
        http: HttpStatus,
        /// GWS's `statusCode`. Default 4.
        #[serde(default = "internal_error")]
        status_code: u32,
        /// GWS's `statusMessage`.
        #[serde(default = "refused")]
        status_message: String,
    },
    /// An operation is accepted, not carried out, and then fails with an `ErrorMessage` on
    /// `/v2/me/devices` (*ErrorHandling*).
    FailLater {
        /// How long after the request. Default at once.
        #[serde(default)]
        after: Span,
        /// The `errorMessage`. Default none, as in captured traffic.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        message: Option<String>,
    },
    /// An operation is accepted, and nothing comes of it.
    IgnoreOperations {},
    /// An operation is carried out, and the reply breaks off in the middle of its JSON.
    GarbleReplies {},
    /// The response that carries notifications breaks off in the middle of its body. Without *ack*
    /// they are lost.
    CutOffNotifications {},
    /// A proxy cuts polls that are held for too long.
    CutPolls {
        /// How long is too long. Default 60 s, as nginx has it; CometD's `timeout` must be longer
        /// for that to matter.
        #[serde(default = "a_minute")]
        after: Span,
        /// How it ends them. Default with HTTP 504.
        #[serde(default)]
        with: CutWith,
    },
    /// Requests for notifications are answered as by a node that knows no session (402), as when a
    /// balancer has lost stickiness. Handshakes are left alone.
    LoseStickiness {},
    /// The server's clock is wrong: `Date`, and the times in messages.
    ClockSkew {
        /// By how much: `1h` or `+1h` for ahead, `-1h` for behind.
        by: Skew,
    },
    /// A proxy holds replies back until it has buffered them for a while; then they come whole.
    BufferReplies {
        /// For how long.
        by: Span,
    },
    /// Bodies of replies come slowly, bit by bit.
    Trickle {
        /// How slowly.
        bytes_per_second: NonZeroU32,
    },
    /// The connection breaks off in the middle of a reply.
    CutOffReplies {},
    /// A request is carried out, and the connection ends without a reply.
    LoseReplies {},
    /// A login page comes with HTTP 200, as from a proxy whose session has ended.
    WebPage {},
    /// HTTP 503, as from a balancer without a node behind it.
    Unavailable {
        /// `Retry-After`, in whole seconds. Default none.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        retry_after: Option<Span>,
    },
}

impl Fault {
    /// Its name.
    pub fn name(&self) -> FaultName {
        FaultName(match self {
            Self::DelayNotifications { .. } => "delayNotifications",
            Self::DropNotifications {} => "dropNotifications",
            Self::DuplicateNotifications { .. } => "duplicateNotifications",
            Self::ReorderNotifications { .. } => "reorderNotifications",
            Self::HoldReplies { .. } => "holdReplies",
            Self::RefuseOperations { .. } => "refuseOperations",
            Self::FailLater { .. } => "failLater",
            Self::IgnoreOperations {} => "ignoreOperations",
            Self::GarbleReplies {} => "garbleReplies",
            Self::CutOffNotifications {} => "cutOffNotifications",
            Self::CutPolls { .. } => "cutPolls",
            Self::LoseStickiness {} => "loseStickiness",
            Self::ClockSkew { .. } => "clockSkew",
            Self::BufferReplies { .. } => "bufferReplies",
            Self::Trickle { .. } => "trickle",
            Self::CutOffReplies {} => "cutOffReplies",
            Self::LoseReplies {} => "loseReplies",
            Self::WebPage {} => "webPage",
            Self::Unavailable { .. } => "unavailable",
        })
    }

    pub(super) fn family(&self) -> Family {
        let about = About::named(self.name().0);
        about
            .expect("every fault has its line in the table: a test sees to it")
            .family
    }
}

fn twice() -> Copies {
    Copies(2)
}

fn a_minute() -> Span {
    Span::seconds(60)
}

fn two_seconds() -> Span {
    Span::seconds(2)
}

fn internal_server_error() -> HttpStatus {
    HttpStatus(500)
}

fn internal_error() -> u32 {
    gws::StatusCode::INTERNAL_ERROR.0
}

fn refused() -> String {
    "The operation failed.".to_owned()
}
