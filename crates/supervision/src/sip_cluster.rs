//! The restrictions of a SIP Cluster with routing-point monitoring. Source: *ListenIn*:
//!
//! | request | restriction |
//! |---|---|
//! | scope `Agent` | not supported: only the whole call |
//! | `Coach`, `BargeIn` | not supported: only silent monitoring; an established call can be switched between mute and connect |
//! | a call in the queue already | is not joined |
//!
//! No field says that a contact centre is one. An embedder may set it; otherwise it is learnt from a refusal whose message
//! names a SIP Cluster and one of its limits.

use gws::{MonitoringKind, ReplyError, Scope};
use tolerant_json::text;

use crate::operation::MonitoringChoice;

/// Whether the contact centre is a SIP Cluster with routing-point monitoring.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SipCluster {
    /// Unknown: learnt from refusals.
    #[default]
    Detect,
    /// A refusal revealed it.
    Detected,
    /// The embedder says so.
    Yes,
    /// The embedder says that it is not one.
    No,
}

impl SipCluster {
    /// Whether its restrictions apply.
    pub fn is_in_force(self) -> bool {
        matches!(self, Self::Detected | Self::Yes)
    }

    /// Learns from a refusal. Assumption: its message names a SIP Cluster or routing-point monitoring, and says what it
    /// *supports* or that there is *only* something, as the documentation does. A message that only names them may be about
    /// a temporary fault. Returns whether something was learnt.
    pub(crate) fn learn(&mut self, choice: &MonitoringChoice, words: &str) -> bool {
        let words = text::only(&words.to_ascii_lowercase(), |c| !matches!(c, '-' | ' '));
        let says = |part| text::contains(&words, part);
        let names_it = says("sipcluster") || says("routingpoint");
        let names_limit = says("support") || says("only");
        let is_beyond = choice.scope != Scope::Call || choice.kind != MonitoringKind::ListenIn;
        let is_learnt = *self == Self::Detect && names_it && names_limit && is_beyond;
        if is_learnt {
            *self = Self::Detected;
        }
        is_learnt
    }

    /// The message of a refusal, if it is one.
    pub(crate) fn words_of(error: &ReplyError) -> Option<&str> {
        match error {
            ReplyError::Refused { message, .. } => Some(message),
            _ => None,
        }
    }
}
