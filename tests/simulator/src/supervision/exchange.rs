//! HTTP requests to the API and how they end.

use bayeux::ExchangeId;
use gws::{CallId, DeviceId, Method, StatusCode};
use serde_json::json;
use supervision::Operation;

use super::operation;

/// The address of the API.
pub(super) const BASE: &str = "http://gws.test/api/v2";
/// The path of the CometD server.
pub(super) const NOTIFICATIONS: &str = "/notifications";
/// The longest time in one direction if nothing is lost, in milliseconds.
pub(super) const SLOWEST: u64 = 9_000;

/// A request to the API.
#[derive(Clone, Debug)]
pub(super) struct Request {
    pub(super) method: Method,
    /// Below [`BASE`], with the query.
    pub(super) path: String,
    /// The CSRF token.
    pub(super) token: Option<String>,
    pub(super) body: Vec<u8>,
}

/// A response.
#[derive(Clone, Debug, Default)]
pub(super) struct Response {
    pub(super) status: u16,
    pub(super) headers: Vec<(String, String)>,
    pub(super) body: Vec<u8>,
}

/// How a request ended for the page.
#[derive(Debug)]
pub(super) enum Ending {
    Response(Response),
    Failed,
    /// A redirect that was not followed.
    Redirected,
}

/// A request of a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Sender {
    pub(super) page: usize,
    pub(super) id: ExchangeId,
}

/// The purpose of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Purpose {
    /// `GET`.
    Read,
    /// `POST` to a device or a call.
    Operation,
    /// A request of the CometD client.
    Poll,
}

impl Request {
    pub(super) fn purpose(&self) -> Purpose {
        match self.method {
            Method::Get => Purpose::Read,
            Method::Post if self.path.starts_with(NOTIFICATIONS) => Purpose::Poll,
            Method::Post => Purpose::Operation,
        }
    }

    /// The requested operation, and its device, unless it is about a call.
    pub(super) fn operation(&self) -> Option<(Option<DeviceId>, Operation)> {
        if self.purpose() != Purpose::Operation {
            return None;
        }
        if let Some(call) = self.path.strip_prefix("/me/calls/") {
            return Some((None, operation::read(Some(&CallId::new(call)), &self.body)?));
        }
        let device = self.path.strip_prefix("/me/devices/")?;
        Some((
            Some(DeviceId::new(device)),
            operation::read(None, &self.body)?,
        ))
    }

    pub(super) fn is_me(&self) -> bool {
        self.path.split('?').next() == Some("/me")
    }
}

impl Ending {
    /// Whether the request had no effect because of its CSRF token or a missing sign-in.
    pub(super) fn is_not_let_in(&self) -> bool {
        match self {
            Self::Response(response) => {
                let text = String::from_utf8_lossy(&response.body).to_lowercase();
                let is_refused = matches!(response.status, 401 | 403);
                let is_by_gws = text.starts_with("{\"statuscode\"");
                is_refused && (!is_by_gws || text.contains("denied") || text.contains("csrf"))
            }
            Self::Redirected | Self::Failed => false,
        }
    }
}

/// A response with this body.
pub(super) fn reply(status: u16, body: impl Into<Vec<u8>>) -> Response {
    Response {
        status,
        headers: Vec::new(),
        body: body.into(),
    }
}

/// A refusal by GWS.
pub(super) fn refused(status: u16, code: StatusCode, message: &str) -> Response {
    let body = json!({ "statusCode": code.0, "statusMessage": message });
    reply(status, body.to_string())
}
