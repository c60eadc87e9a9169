//! What faults take beside spans of time and numbers of any size.

use serde::{Deserialize, Serialize};

/// An HTTP status that says something went wrong: 400 to 599.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "u16", into = "u16")]
pub struct HttpStatus(pub(super) u16);

impl HttpStatus {
    /// The number.
    pub fn number(self) -> u16 {
        self.0
    }
}

impl TryFrom<u16> for HttpStatus {
    type Error = String;

    fn try_from(status: u16) -> Result<Self, String> {
        match status {
            400..=599 => Ok(Self(status)),
            _ => Err(format!("{status} is no HTTP error; 400 to 599 are")),
        }
    }
}

impl From<HttpStatus> for u16 {
    fn from(status: HttpStatus) -> Self {
        status.0
    }
}

/// How a proxy ends a poll.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum CutWith {
    /// With HTTP 504 and a page of its own.
    #[default]
    GatewayTimeout,
    /// By ending the connection.
    Close,
}

/// How often something comes that should come once: 2 to 100.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "u8", into = "u8")]
pub struct Copies(pub(super) u8);

impl Copies {
    /// The number.
    pub fn number(self) -> u8 {
        self.0
    }
}

impl TryFrom<u8> for Copies {
    type Error = String;

    fn try_from(copies: u8) -> Result<Self, String> {
        match copies {
            2..=100 => Ok(Self(copies)),
            _ => Err(format!("{copies} copies are none; 2 to 100 are")),
        }
    }
}

impl From<Copies> for u8 {
    fn from(copies: Copies) -> Self {
        copies.0
    }
}
