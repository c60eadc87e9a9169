//! The attributes of `<listen-in>` and its property `texts`. What is absent has its default; a limit,
//! shortcut or text that is not accepted is ignored and reported.

use gws::DeviceId;
use js_sys::{Array, Date, Object};
use supervision::Thresholds;
use tolerant_json::text::number;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::HtmlElement;

use crate::control::{LONGEST_LIMIT, MOMENTS, Options};
use crate::property;
use crate::view::{Mistake, OwnTexts, bad_shortcuts};
use crate::widget::Limits;

/// The options that an element's attributes set.
///
/// | attribute | value |
/// |---|---|
/// | `base-url` | the address of the API; default `/api/v2` |
/// | `device-id` | the id of the supervisor's device |
/// | `sip-cluster` | `yes` or empty: it is one; `no`: it is not; absent: learnt from refusals |
/// | `limit-until` | see [`limits`] |
pub(super) fn options(element: &HtmlElement, limits: &Limits) -> Options {
    Options {
        base_url: attribute(element, "base-url").unwrap_or_else(|| "/api/v2".to_owned()),
        device: device(element),
        sip_cluster: element
            .get_attribute("sip-cluster")
            .map(|value| !matches!(value.as_str(), "no" | "false")),
        limit_until: limits.until,
    }
}

/// The supervisor's device to listen with.
pub(super) fn device(element: &HtmlElement) -> Option<DeviceId> {
    attribute(element, "device-id").map(DeviceId::new)
}

/// The limits, shortcuts and thresholds that an element's attributes set.
///
/// | attribute | value |
/// |---|---|
/// | `limit` | minutes, 0 to 1440; 0: none |
/// | `limit-until` | milliseconds since 1970, or a date as JavaScript reads it; from 2000 to 9999 |
/// | `shortcuts` | `action=keys` each, such as `listen-in=Alt+L stop=Alt+S answer=Alt+A mute=Alt+M help=?` |
/// | `thresholds` | see [`Thresholds::parse`]; if a part is invalid, all are ignored |
pub(super) fn limits(element: &HtmlElement) -> Limits {
    let mut bad = Vec::new();
    let limit = attribute(element, "limit").and_then(|text| {
        let minutes = number(text.trim()).and_then(|minutes| minutes.try_into().ok());
        let minutes = minutes.filter(|minutes| *minutes <= LONGEST_LIMIT);
        if minutes.is_none() {
            bad.push(Mistake::Limit.in_value(text));
        }
        minutes
    });
    let until = attribute(element, "limit-until").and_then(|text| {
        let until = moment(&text);
        if until.is_none() {
            bad.push(Mistake::LimitUntil.in_value(text));
        }
        until
    });
    let shortcuts = attribute(element, "shortcuts").unwrap_or_default();
    bad.extend(bad_shortcuts(&shortcuts));
    let thresholds = attribute(element, "thresholds").unwrap_or_default();
    let thresholds = Thresholds::parse(&thresholds).unwrap_or_else(|part| {
        bad.push(Mistake::Thresholds.in_value(part));
        Thresholds::default()
    });
    Limits {
        shortcuts,
        limit: limit.unwrap_or(0),
        until,
        thresholds,
        bad,
    }
}

/// The texts of an element's property `texts`, an object.
pub(super) fn texts(element: &HtmlElement) -> OwnTexts {
    let texts = property::read(element, "texts");
    let entries = Object::try_from(&texts).map(Object::entries);
    let mut own = Vec::new();
    for entry in entries.unwrap_or_default() {
        let entry: Array = entry.unchecked_into();
        // A value that is not a string is reported like an invalid text.
        let text = |at| entry.get(at).as_string().unwrap_or_default();
        own.push((text(0), text(1)));
    }
    OwnTexts(own)
}

/// The value of an attribute that is not empty.
fn attribute(element: &HtmlElement, name: &str) -> Option<String> {
    let value = element.get_attribute(name);
    value.filter(|value| !value.is_empty())
}

/// A time that is valid for a limit.
fn moment(text: &str) -> Option<u64> {
    // Parsed by JavaScript: Rust's float parser would add 13 kB (brotli).
    let millis = JsValue::from(text).unchecked_into_f64();
    let millis = if millis.is_nan() {
        Date::parse(text)
    } else {
        millis
    };
    // NaN if it is not a date.
    MOMENTS.contains(&millis).then_some(millis as u64)
}
