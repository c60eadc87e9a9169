//! The requests of a supervisor's widget. Paths are relative to the API's base address.

use tolerant_json::quoted;
use tolerant_json::text::decimal;

use crate::ids::{CallId, DeviceId, GroupId, UserId};
use crate::operation::{CallOperation, DeviceOperation};

/// A request to send.
#[derive(Clone, Debug, PartialEq)]
pub struct Request {
    /// The HTTP method.
    pub method: Method,
    /// Path and query, beginning with a slash, to be appended to the base address.
    pub path: String,
    /// A JSON body, for [`Method::Post`].
    pub body: Option<String>,
}

/// An HTTP method.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// Read.
    Get,
    /// Change.
    Post,
}

impl Method {
    /// The method's name in HTTP.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
        }
    }
}

impl Request {
    /// Who is signed in, and the features of their contact centre. Also signs in and brings a CSRF
    /// token.
    pub fn me() -> Self {
        Self::get("/me?subresources=features")
    }

    /// The supervisor's devices, complete.
    pub fn my_devices() -> Self {
        Self::get("/me/devices?fields=*")
    }

    /// One of the supervisor's devices, complete.
    pub fn my_device(id: &DeviceId) -> Self {
        Self::get(&["/me/devices/", &encoded(id.as_str()), "?fields=*"].concat())
    }

    /// The supervisor's calls, complete.
    pub fn my_calls() -> Self {
        Self::get("/me/calls?fields=*")
    }

    /// Everyone in the contact centre, with their devices.
    pub fn users() -> Self {
        Self::get("/users?fields=*&subresources=*")
    }

    /// The supervisor's agent groups, as Workspace Web Edition requests them.
    ///
    /// Assumption: a supervisor belongs to the groups they manage.
    pub fn my_groups() -> Self {
        Self::get("/me/groups?type=BusinessUnit&fields=*")
    }

    /// The members of a group: their ids (*BusinessUnitAPI*, *RequestTypes*).
    pub fn members(id: &GroupId) -> Self {
        Self::get(&["/groups/", &encoded(id.as_str()), "/users?fields=id"].concat())
    }

    /// A page of the users whose first, last or user name or number matches every pattern, by their ids;
    /// `*` matches anything, and case is ignored (*ContactsGetContacts*).
    ///
    /// Assumption: paging works with `offset` and `limit`. A client of GWS was seen to send `limit`,
    /// `sortBy` and `order`.
    pub fn contacts(patterns: &[String], offset: usize, limit: usize) -> Self {
        let mut all = String::new();
        for pattern in patterns {
            all.push_str(if all.is_empty() { "" } else { "," });
            all.push_str(&encoded(pattern));
        }
        let parts = [
            "/contacts?type=User&fields=id&filterName=NamesOrPhoneNumberMatches&filterParameters=",
            &all,
            "&sortBy=name&order=Ascending&offset=",
            &decimal(offset as u64),
            "&limit=",
            &decimal(limit as u64),
        ];
        Self::get(&parts.concat())
    }

    /// A user, with their devices.
    pub fn user(id: &UserId) -> Self {
        Self::get(&["/users/", &encoded(id.as_str()), "?subresources=*"].concat())
    }

    /// An operation on one of the supervisor's devices.
    pub fn device_operation(id: &DeviceId, operation: &DeviceOperation) -> Self {
        Self::post(
            &["/me/devices/", &encoded(id.as_str())].concat(),
            &operation.fields(),
        )
    }

    /// An operation on one of the supervisor's calls.
    pub fn call_operation(id: &CallId, operation: CallOperation) -> Self {
        let fields = [("operationName", operation.name())];
        Self::post(&["/me/calls/", &encoded(id.as_str())].concat(), &fields)
    }

    fn get(path: &str) -> Self {
        Self {
            method: Method::Get,
            path: path.to_owned(),
            body: None,
        }
    }

    /// With an object of these fields.
    fn post(path: &str, fields: &[(&str, &str)]) -> Self {
        let mut body = String::new();
        for (name, text) in fields {
            body.push(if body.is_empty() { '{' } else { ',' });
            for part in ["\"", name, "\":", &quoted(text)] {
                body.push_str(part);
            }
        }
        body.push('}');
        Self {
            method: Method::Post,
            path: path.to_owned(),
            body: Some(body),
        }
    }
}

/// `text` as one segment of a path: an id from a server must not extend the path.
fn encoded(text: &str) -> String {
    let mut segment = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'~' | b'*') {
            segment.push(char::from(byte));
        } else {
            const HEX: &[u8; 16] = b"0123456789ABCDEF";
            segment.push('%');
            segment.push(char::from(HEX[usize::from(byte >> 4)]));
            segment.push(char::from(HEX[usize::from(byte & 15)]));
        }
    }
    segment
}
