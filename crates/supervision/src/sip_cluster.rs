//! What a SIP Cluster with routing-point monitoring leaves of monitoring. Source: *ListenIn*:
//!
//! | asked for | there |
//! |---|---|
//! | scope `Agent` | not supported: only the whole call |
//! | `Coach`, `BargeIn` | not supported: only silent monitoring; in an established call one can switch between mute and connect |
//! | a call in the queue already | is not joined |
//!
//! No field says that a contact centre is such a one. An embedder may set it; otherwise it is learnt
//! when a request is refused in words that name it and a limit of it.

use gws::{MonitoringKind, ReplyError, Scope};

use crate::operation::MonitoringChoice;

/// Whether the contact centre is a SIP Cluster with routing-point monitoring.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SipCluster {
    /// It is not known: learnt from refusals.
    #[default]
    Detect,
    /// A refusal said so.
    Detected,
    /// The embedder says so.
    Yes,
    /// The embedder says that it is none.
    No,
}

impl SipCluster {
    /// Whether its limits are in force.
    pub fn is_in_force(self) -> bool {
        matches!(self, Self::Detected | Self::Yes)
    }

    /// Learns from a refusal. Assumption: its words name a SIP Cluster or routing-point monitoring, and
    /// what it *supports* or that there is *only* something, as the documentation does. One that names
    /// them alone may be about a fault that passes. Says whether something was learnt.
    pub(crate) fn learn(&mut self, choice: &MonitoringChoice, words: &str) -> bool {
        let words = words.to_ascii_lowercase().replace(['-', ' '], "");
        let names_it = words.contains("sipcluster") || words.contains("routingpoint");
        let names_limit = words.contains("support") || words.contains("only");
        let is_beyond = choice.scope != Scope::Call || choice.kind != MonitoringKind::ListenIn;
        let is_learnt = *self == Self::Detect && names_it && names_limit && is_beyond;
        if is_learnt {
            *self = Self::Detected;
        }
        is_learnt
    }

    /// The words of a refusal, if it is one.
    pub(crate) fn words_of(error: &ReplyError) -> Option<&str> {
        match error {
            ReplyError::Refused { message, .. } => Some(message),
            _ => None,
        }
    }
}
