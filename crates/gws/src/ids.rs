//! Identifiers. Two URIs of one resource may name different hosts (`externalApiUrlV2` need not be
//! the address a browser calls), so resources are compared by id and never by whole URI.

use serde::Serialize;

/// Makes a newtype for an identifier that GWS assigns.
macro_rules! id {
    ($(#[$meta:meta])* $name:ident) => {
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// An identifier as GWS wrote it.
            pub fn new(id: impl Into<String>) -> Self {
                Self(id.into())
            }

            /// The identifier as GWS wrote it.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl core::fmt::Display for $name {
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

id! {
    /// Names a device: a UUID in lower case, such as `efe1ab32-53f9-43ce-b65e-5768c61f7d4a`.
    DeviceId
}
id! {
    /// Names a call. In 8.5.2 it equals `callUuid`; older servers used the connection id.
    CallId
}
id! {
    /// Names an agent group: 32 hexadecimal digits without dashes.
    GroupId
}
id! {
    /// Names a user: 32 hexadecimal digits without dashes.
    UserId
}

impl DeviceId {
    /// The device that `uri` names, if it is a device URI: `…/devices/{id}`, whatever the host and
    /// whether or not `/me` comes before it.
    ///
    /// ```
    /// # use gws::DeviceId;
    /// let uri = "http://127.0.0.1:8080/api/v2/devices/9c14cad7-17c4-48d0-8492-7cf0ff92c224";
    /// assert_eq!(DeviceId::from_uri(uri).unwrap().as_str(), "9c14cad7-17c4-48d0-8492-7cf0ff92c224");
    /// assert_eq!(DeviceId::from_uri("http://127.0.0.1:8080/api/v2/users/17"), None);
    /// ```
    pub fn from_uri(uri: &str) -> Option<Self> {
        let path = tolerant_json::text::before(tolerant_json::text::before(uri, "?"), "#");
        let (rest, id) =
            tolerant_json::text::rsplit_once(tolerant_json::text::trim_end(path, "/"), "/")?;
        (rest.ends_with("/devices") && !id.is_empty()).then(|| Self::new(id))
    }

    /// The absolute URI by which an operation names this device as its target. `base` is the absolute
    /// address of the API, such as `http://localhost:8080/api/v2`.
    ///
    /// Assumption: the server accepts the address that the client used as a base, as in the sample on
    /// the ListenIn page, where request and notification name one server by two hosts.
    pub fn to_uri(&self, base: &str) -> String {
        [
            tolerant_json::text::trim_end(base, "/"),
            "/devices/",
            &self.0,
        ]
        .concat()
    }
}
