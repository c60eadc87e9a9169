//! Requests of the page, and the event before a request: the names on both sides.

use gws::{CallId, CallOperation, DeviceId, Mode, MonitoringKind, Scope};
use supervision::{Duration, MonitoringChoice, Obstacle, Operation, State, Target};
use wasm_bindgen::prelude::*;

use super::Mounted;
use super::detail::Detail;
use super::events::audience;
use crate::control::{self, AskedFrom, NotAsked};
use crate::view;

/// Each returns the id of the request: none if nothing is sent because only a time limit has changed.
/// Throws an object with `code` and `message` if the request is not possible.
#[wasm_bindgen]
impl Mounted {
    /// Asks to monitor a device or a number; `limit` in minutes, 0: none.
    pub fn monitor(
        &self,
        kind: &str,
        target_device_id: Option<String>,
        target_number: Option<String>,
        scope: &str,
        mode: &str,
        limit: Option<u32>,
    ) -> Result<Option<f64>, JsValue> {
        let device = target_device_id.map(|id| Target::Device(DeviceId::new(id)));
        let Some(target) = device.or_else(|| target_number.map(Target::Number)) else {
            return Err(thrown(NotAsked::Obstacle(Obstacle::NothingPicked)));
        };
        let choice = MonitoringChoice {
            kind: MonitoringKind::from(kind),
            target,
            scope: Scope::from(scope),
            mode: Mode::from(mode),
        };
        let minutes = limit.unwrap_or_else(|| self.own_limit());
        let limit = control::limit(minutes, &choice.mode);
        self.ask(Operation::Monitor(choice), limit)
    }

    /// Asks to stop monitoring.
    pub fn stop(&self) -> Result<Option<f64>, JsValue> {
        self.ask(Operation::Stop, None)
    }

    /// Asks for an operation on a call: `operation` is the name on the wire.
    pub fn operate(&self, call: &str, operation: &str) -> Result<Option<f64>, JsValue> {
        let known = CallOperation::ALL.into_iter();
        let Some(operation) = known.into_iter().find(|known| known.name() == operation) else {
            return Err(thrown(NotAsked::Obstacle(Obstacle::NoSuchCall)));
        };
        let call = CallId::new(call);
        self.ask(Operation::Call { call, operation }, None)
    }

    fn ask(&self, operation: Operation, limit: Option<Duration>) -> Result<Option<f64>, JsValue> {
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
    let error = Detail::new(&["message"]);
    error.text("code", why.code());
    if let NotAsked::Obstacle(obstacle) = &why {
        error.text("message", &view::why_not(obstacle));
    }
    error.into()
}
