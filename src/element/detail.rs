//! The details of events and other plain objects for the page, written field by field: derived writers
//! are larger.

use js_sys::Object;
use supervision::{Bound, Lasted, Moment, Monitored, Operation, Target};
use tolerant_json::text::split;
use wasm_bindgen::JsValue;

use crate::property;

/// A detail that is being written.
pub(super) struct Detail(Object);

impl Detail {
    /// A detail whose fields, with spaces between their names, are all null.
    pub(super) fn new(fields: &str) -> Self {
        let detail = Self(Object::new());
        for field in split(fields, " ").filter(|field| !field.is_empty()) {
            detail.set(field, &JsValue::NULL);
        }
        detail
    }

    /// The detail of an operation.
    pub(super) fn of(operation: &Operation) -> Self {
        let detail = Self::new("callId kind targetDeviceId targetNumber scope mode");
        detail.operation(operation);
        detail
    }

    pub(super) fn set(&self, field: &str, value: &JsValue) {
        property::set(&self.0, field, value);
    }

    pub(super) fn text(&self, field: &str, text: &str) {
        self.set(field, &text.into());
    }

    pub(super) fn number(&self, field: &str, number: u64) {
        self.set(field, &(number as f64).into());
    }

    pub(super) fn flag(&self, field: &str, flag: bool) {
        self.set(field, &flag.into());
    }

    /// A subscription: `kind` is `ListenIn`, `Coach` or `BargeIn`.
    pub(super) fn monitored(&self, monitored: &Monitored) {
        self.text("kind", monitored.kind.as_str());
        if let Some(target) = &monitored.target {
            self.text("targetDeviceId", target.as_str());
        }
        if let Some(number) = &monitored.number {
            self.text("targetNumber", number);
        }
        self.text("scope", monitored.scope.as_str());
        self.text("mode", monitored.mode.as_str());
    }

    /// What was asked for.
    pub(super) fn operation(&self, operation: &Operation) {
        self.text("operation", operation.name());
        if let Operation::Call { call, .. } = operation {
            self.text("callId", call.as_str());
        }
        let Some(choice) = operation.monitoring() else {
            return;
        };
        self.text("kind", choice.kind.as_str());
        match &choice.target {
            Target::Device(device) => self.text("targetDeviceId", device.as_str()),
            Target::Number(number) => self.text("targetNumber", number),
        }
        self.text("scope", choice.scope.as_str());
        self.text("mode", choice.mode.as_str());
    }

    /// How long it lasted, in seconds. At least: it began earlier or ended later; at most: it began later or ended
    /// earlier.
    pub(super) fn lasted(&self, lasted: Lasted) {
        self.number("lasted", lasted.span.as_secs());
        self.flag("lastedAtLeast", lasted.bound == Bound::AtLeast);
        self.flag("lastedAtMost", lasted.bound == Bound::AtMost);
    }

    /// The end of the time limit, in milliseconds since 1970.
    pub(super) fn until(&self, until: Moment) {
        self.number("until", until.wall.0);
    }
}

impl From<Detail> for JsValue {
    fn from(detail: Detail) -> Self {
        detail.0.into()
    }
}
