//! Requests of the page, and the event before a request: the names on both sides.

use gws::{CallId, CallOperation, DeviceId, Mode, MonitoringKind, Scope};
use supervision::{MonitoringChoice, Obstacle, Operation, State, Target};
use wasm_bindgen::prelude::*;

use super::Mounted;
use super::detail::Detail;
use super::events::audience;
use crate::control::{self, AskedFrom, NotAsked};
use crate::property;
use crate::view;

#[wasm_bindgen]
impl Mounted {
    /// Asks for what an object says: its `operation` is a kind of monitoring, `Stop`, or one on the call `callId`, named as on
    /// the wire. With monitoring, `targetDeviceId` or `targetNumber`, `scope`, `mode`, and optionally `limit`: minutes, 0: none.
    ///
    /// Returns the id of the request: none if nothing is sent because only a time limit has changed.
    ///
    /// # Errors
    /// An object with `code` and `message` if the request is not possible.
    pub fn ask(&self, wanted: &JsValue) -> Result<Option<f64>, JsValue> {
        let value = |name| property::read(wanted, name);
        let text = |name| value(name).as_string();
        let name = text("operation").unwrap_or_default();
        let mut limit = None;
        let operation = if let Some(call) = text("callId") {
            let mut known = CallOperation::ALL.into_iter();
            let Some(operation) = known.find(|known| known.name() == name) else {
                return Err(thrown(NotAsked::Obstacle(Obstacle::NoSuchCall)));
            };
            let call = CallId::new(call);
            Operation::Call { call, operation }
        } else if name == "Stop" {
            Operation::Stop
        } else {
            let device = text("targetDeviceId").map(|id| Target::Device(DeviceId::new(id)));
            let Some(target) = device.or_else(|| text("targetNumber").map(Target::Number)) else {
                return Err(thrown(NotAsked::Obstacle(Obstacle::NothingPicked)));
            };
            let choice = MonitoringChoice {
                kind: MonitoringKind::from(&*name),
                target,
                scope: Scope::from(&*text("scope").unwrap_or_default()),
                mode: Mode::from(&*text("mode").unwrap_or_default()),
            };
            let minutes = value("limit").as_f64();
            let minutes = minutes.map_or_else(|| self.own_limit(), |minutes| minutes as u32);
            limit = control::limit(minutes, &choice.mode);
            Operation::Monitor(choice)
        };
        let asked = self.control.ask(operation, limit, AskedFrom::Page);
        // Ids count requests, so a JavaScript number can hold them.
        asked.map(|id| id.map(|id| id.0 as f64)).map_err(thrown)
    }
}

/// The detail of the event before a request. `from`: `supervisor` or `page`; `audience`: who will hear the
/// supervisor, as far as that is known; `isPreventable`.
pub(super) fn before(state: &State, operation: &Operation, from: AskedFrom) -> JsValue {
    let detail = Detail::of(operation);
    detail.text("audience", audience(state.audience_after(operation)));
    detail.text(
        "from",
        match from {
            AskedFrom::Supervisor => "supervisor",
            AskedFrom::Page => "page",
        },
    );
    detail.into()
}

fn thrown(why: NotAsked) -> JsValue {
    let error = Detail::new("message");
    error.text("code", why.code());
    if let NotAsked::Obstacle(obstacle) = &why {
        error.text("message", &view::why_not(obstacle));
    }
    error.into()
}
