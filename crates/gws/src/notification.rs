//! What the CometD channels carry. Sources: *AsynchronousEvents*, *ErrorHandling*, ListenIn.

use tolerant_json::{Document, Unreadable};

use crate::call::Call;
use crate::device::Device;
use crate::ids::DeviceId;

/// Channel of device changes.
pub const DEVICES: &str = "/v2/me/devices";
/// Channel of call changes.
pub const CALLS: &str = "/v2/me/calls";

/// The `data` of a message on one of the channels.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Notification {
    /// Devices as they are now. Whether it lists the changed ones or all is not documented: a
    /// device that is not listed has not changed.
    Devices(Vec<Device>),
    /// A call as it is now. What changed (`notificationType`) does not matter: the call is whole.
    Call(Box<Call>),
    /// Something that was accepted has failed after all.
    Error {
        /// The device it is about, if the server says.
        device: Option<DeviceId>,
        /// The server's words, if there are any.
        message: Option<String>,
    },
    /// A message of a type this version does not know.
    Other {
        /// The `messageType`.
        message_type: String,
    },
}

impl Notification {
    /// Reads the `data` of a message.
    ///
    /// # Errors
    /// What is wrong with it, if it is no JSON object, or not the one its `messageType` promises.
    pub fn decode(data: &str) -> Result<Self, Unreadable> {
        let document = Document::parse(data)?;
        let data = document.root();
        if !data.is_object() {
            return Err(Unreadable("a JSON object was expected".to_owned()));
        }
        let message_type = data.string("messageType");
        Ok(match message_type.as_str() {
            "DeviceStateChangeMessage" => Self::Devices(data.all("devices")?),
            "CallStateChangeMessage" => Self::Call(Box::new(data.one("call")?)),
            "ErrorMessage" => Self::Error {
                device: DeviceId::from_uri(&data.string("deviceUri"))
                    .or_else(|| DeviceId::from_uri(&data.string("devicePath"))),
                message: data.some_string("errorMessage").map(shortened),
            },
            _ => Self::Other { message_type },
        })
    }
}

/// A message for people, cut off where nobody reads on.
fn shortened(message: String) -> String {
    const MOST: usize = 160;
    match message.char_indices().nth(MOST) {
        Some((end, _)) => format!("{}…", &message[..end]),
        None => message,
    }
}
