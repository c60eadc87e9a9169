//! What the CometD channels carry. Sources: *AsynchronousEvents*, *ErrorHandling*, ListenIn.

use serde::Deserialize;

use crate::call::Call;
use crate::device::Device;
use crate::ids::DeviceId;
use crate::tolerant;

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
    pub fn decode(data: &str) -> Result<Self, serde_json::Error> {
        // serde would read a list as a structure, too.
        if !data.trim_start().starts_with('{') {
            return Err(serde::de::Error::custom("a JSON object was expected"));
        }
        // `messageType` is often last, so it is looked for first.
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct Kind {
            #[serde(default, deserialize_with = "tolerant::text")]
            message_type: String,
        }
        let kind = serde_json::from_slice::<Kind>(data.as_bytes())?.message_type;
        match kind.as_str() {
            "DeviceStateChangeMessage" => {
                #[derive(Deserialize)]
                struct Body {
                    devices: Vec<Device>,
                }
                serde_json::from_slice::<Body>(data.as_bytes())
                    .map(|body| Self::Devices(body.devices))
            }
            "CallStateChangeMessage" => {
                #[derive(Deserialize)]
                struct Body {
                    call: Box<Call>,
                }
                serde_json::from_slice::<Body>(data.as_bytes()).map(|body| Self::Call(body.call))
            }
            "ErrorMessage" => {
                #[derive(Deserialize)]
                #[serde(rename_all = "camelCase")]
                struct Body {
                    #[serde(default, deserialize_with = "tolerant::text")]
                    device_uri: String,
                    #[serde(default, deserialize_with = "tolerant::text")]
                    device_path: String,
                    #[serde(default, deserialize_with = "tolerant::some_text")]
                    error_message: Option<String>,
                }
                serde_json::from_slice::<Body>(data.as_bytes()).map(|body| Self::Error {
                    device: DeviceId::from_uri(&body.device_uri)
                        .or_else(|| DeviceId::from_uri(&body.device_path)),
                    message: body.error_message,
                })
            }
            _ => Ok(Self::Other { message_type: kind }),
        }
    }
}
