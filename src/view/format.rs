//! Times and spans as people write them: the browser knows how.

use core::time::Duration;

use js_sys::{Array, Date, Function, Intl, Object, Reflect};
use leptos::wasm_bindgen::JsValue;

/// A time of day, to the second if asked for, as the browser's language writes it.
pub(super) fn time_of_day(wall: f64, with_seconds: bool) -> String {
    thread_local! {
        static SHORT: Function = formatter(false);
        static LONG: Function = formatter(true);
    }
    let date = Date::new(&JsValue::from_f64(wall));
    let format = if with_seconds { &LONG } else { &SHORT };
    format
        .with(|format| format.call1(&JsValue::UNDEFINED, &date))
        .ok()
        .and_then(|text| text.as_string())
        .unwrap_or_default()
}

fn formatter(with_seconds: bool) -> Function {
    let options = Object::new();
    let fields: &[&str] = if with_seconds {
        &["hour", "minute", "second"]
    } else {
        &["hour", "minute"]
    };
    for field in fields {
        // A fresh object takes any property.
        let _ = Reflect::set(&options, &(*field).into(), &"2-digit".into());
    }
    Intl::DateTimeFormat::new(&Array::new(), &options).format()
}

/// A running time: `00:03:12`, and `1 d 02:03:04` from a day on.
pub(super) fn clock(span: Duration) -> String {
    let seconds = span.as_secs();
    let (days, rest) = (seconds / 86_400, seconds % 86_400);
    let (hours, minutes, seconds) = (rest / 3_600, rest / 60 % 60, rest % 60);
    if days == 0 {
        format!("{hours:02}:{minutes:02}:{seconds:02}")
    } else {
        format!("{days} d {hours:02}:{minutes:02}:{seconds:02}")
    }
}

/// How long ago, roughly: `just now`, `7 s`, `3 min`, `2 h`.
pub(super) fn span(span: Duration) -> String {
    match span.as_secs() {
        seconds @ 0..=119 => format!("{seconds} s"),
        seconds @ 120..=7_199 => format!("{} min", seconds / 60),
        seconds => format!("{} h", seconds / 3_600),
    }
}
