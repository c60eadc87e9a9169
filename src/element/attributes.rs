//! What an embedder sets by attributes of `<listen-in>`. What is absent, or can't be read, is the
//! default.

use js_sys::Date;
use wasm_bindgen::JsValue;
use web_sys::HtmlElement;

use crate::widget::Options;

/// The options that an element's attributes name.
///
/// | attribute | value |
/// |---|---|
/// | `base-url` | the address of the API; default `/api/v2` |
/// | `device-id` | the id of the supervisor's device |
/// | `sip-cluster` | `yes` or nothing: it is one; `no`: it is none; absent: learnt from refusals |
/// | `limit` | minutes, 0 to 1440 |
/// | `limit-until` | milliseconds since 1970, or a date as JavaScript reads it |
pub(super) fn options(element: &HtmlElement) -> Options {
    let attribute = |name: &str| {
        element
            .get_attribute(name)
            .filter(|value| !value.is_empty())
    };
    Options {
        base_url: attribute("base-url").unwrap_or_else(|| "/api/v2".to_owned()),
        device_id: attribute("device-id"),
        sip_cluster: element
            .get_attribute("sip-cluster")
            .map(|value| !matches!(value.as_str(), "no" | "false")),
        limit: attribute("limit")
            .and_then(|limit| limit.parse().ok())
            .filter(|minutes| *minutes <= 1_440)
            .unwrap_or(0),
        limit_until: attribute("limit-until").and_then(|until| moment(&until)),
    }
}

fn moment(text: &str) -> Option<u64> {
    // JavaScript reads the number: Rust's parser of floats would add 13 kB (brotli).
    let millis = JsValue::from(text).unchecked_into_f64();
    let millis = if millis.is_nan() {
        Date::parse(text)
    } else {
        millis
    };
    // NaN where it is no date.
    (millis >= 0.0).then_some(millis as u64)
}
