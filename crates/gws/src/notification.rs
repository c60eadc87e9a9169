//! The messages of the CometD channels. Sources: *AsynchronousEvents*, *ErrorHandling*, ListenIn.

use std::sync::Arc;

use tolerant_json::{Document, Unreadable, text};

use crate::call::Call;
use crate::device::Device;
use crate::ids::DeviceId;

/// Channel of device changes.
pub const DEVICES: &str = "/v2/me/devices";
/// Channel of call changes.
pub const CALLS: &str = "/v2/me/calls";

/// The length at which a message for people is cut off.
const READABLE: usize = 160;

/// The `data` of a message on one of the channels.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Notification {
    /// Devices as they are now. It is not documented whether all are listed or only those that
    /// changed: a device that is not listed has not changed.
    Devices(Vec<Arc<Device>>),
    /// A call as it is now. The kind of change (`notificationType`) does not matter, as the call is
    /// complete.
    Call(Arc<Call>),
    /// An accepted request has failed after all.
    Error {
        /// The device it is about, if the server says.
        device: Option<DeviceId>,
        /// The server's message, if there is one.
        message: Option<String>,
    },
    /// A message of a type that this version does not know.
    Other {
        /// The `messageType`.
        message_type: String,
    },
}

impl Notification {
    /// Parses the `data` of a message.
    ///
    /// # Errors
    /// What is wrong with it, if it is not a JSON object, or lacks what its `messageType` promises.
    pub fn decode(data: &str) -> Result<Self, Unreadable> {
        let document = Document::parse(data)?;
        let data = document.root();
        if !data.is_object() {
            return Err(Unreadable("a JSON object was expected".to_owned()));
        }
        let message_type = data.string("messageType");
        Ok(match message_type.as_str() {
            "DeviceStateChangeMessage" => Self::Devices(data.all("devices")?),
            "CallStateChangeMessage" => Self::Call(data.one("call")?),
            "ErrorMessage" => Self::Error {
                device: DeviceId::from_uri(&data.string("deviceUri"))
                    .or_else(|| DeviceId::from_uri(&data.string("devicePath"))),
                message: {
                    let message = data.some_string("errorMessage");
                    message.map(|message| text::cut_off(&message, READABLE))
                },
            },
            _ => Self::Other { message_type },
        })
    }
}
