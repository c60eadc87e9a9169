//! The features of a contact centre. Features explain why something is missing; capabilities say
//! whether a user may do it now. Source: *Features*.

use serde::Serialize;

use tolerant_json::{Node, Read};

/// Telephony.
pub const VOICE: &str = "api-voice";
/// Monitoring of agents by supervisors.
pub const SUPERVISOR_MONITORING: &str = "api-supervisor-monitoring";
/// Changing an agent's state by a supervisor.
pub const SUPERVISOR_AGENT_CONTROL: &str = "api-supervisor-agent-control";

/// A feature of a contact centre.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Feature {
    /// Its id, such as [`VOICE`].
    pub id: String,
    /// Its name for people.
    pub display_name: String,
    /// What it is, for people.
    pub description: String,
}

impl Read for Feature {
    const WHAT: &'static str = "feature";

    fn read(node: Node<'_>) -> Option<Self> {
        Some(Self {
            id: node.some_string("id")?,
            display_name: node.string("displayName"),
            description: node.string("description"),
        })
    }
}
