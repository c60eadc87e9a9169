//! Times and spans as people write them: the browser knows how.

use core::time::Duration;
use std::cell::RefCell;

use js_sys::{Array, Date, Function, Intl, Object, Reflect};
use leptos::wasm_bindgen::{JsCast, JsValue};

use super::texts::{self, message, say};

/// What decides whether a moment needs its date: today, and the time zone, which may change.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Today {
    /// Counted from 1970.
    day: i32,
    zone: Zone,
}

/// A time zone: its name, and by how many minutes it is behind UTC.
type Zone = (Option<String>, f64);

impl Today {
    /// The day in which a wall clock's reading falls.
    pub(super) fn at(wall: f64) -> Self {
        let date = Date::new(&wall.into());
        let options = Intl::DateTimeFormat::default().resolved_options();
        let name = Reflect::get(&options, &"timeZone".into()).ok();
        Self {
            day: day_of(&date),
            zone: (
                name.and_then(|name| name.as_string()),
                date.get_timezone_offset(),
            ),
        }
    }

    /// The day of another reading, in the same place.
    pub(super) fn other(&self, wall: f64) -> Self {
        Self {
            day: day_of(&Date::new(&wall.into())),
            zone: self.zone.clone(),
        }
    }
}

/// A moment as the language in use writes it: the time of day, to the second if asked for; with the
/// weekday if it was in the last six days before `today`, and with the date if it is further away.
pub(super) fn moment(wall: f64, today: &Today, with_seconds: bool) -> String {
    let date = Date::new(&wall.into());
    let parts = match today.day.wrapping_sub(day_of(&date)) {
        0 => DateParts::None,
        1..=6 => DateParts::Weekday,
        -300..=300 => DateParts::DayAndMonth,
        _ => DateParts::All,
    };
    formatter(parts, with_seconds, &today.zone)
        .and_then(|format| format.call1(&JsValue::UNDEFINED, &date).ok())
        .and_then(|text| text.as_string())
        .unwrap_or_default()
}

/// A moment with date and time zone, for text that is read elsewhere or later: `2026-11-29 07:38:49 +01:00`.
pub(super) fn whole_moment(wall: f64) -> String {
    let date = Date::new(&wall.into());
    let behind = date.get_timezone_offset();
    date.set_time(wall - behind * MINUTE);
    // Years beyond 9999 are longer, the rest is not.
    let text = String::from(date.to_iso_string());
    let local = text.get(..text.len().saturating_sub(".000Z".len()));
    let local = local.unwrap_or_default().replace('T', " ");
    let sign = if behind > 0.0 { '-' } else { '+' };
    let minutes = behind.abs() as u32;
    format!("{local} {sign}{:02}:{:02}", minutes / 60, minutes % 60)
}

/// A running time: `00:03:12`, and `1 d 02:03:04` from a day on.
pub(super) fn clock(span: Duration) -> String {
    let seconds = seconds(span);
    let (days, rest) = (seconds / 86_400, seconds % 86_400);
    let (hours, minutes, seconds) = (rest / 3_600, rest / 60 % 60, rest % 60);
    let clock = format!("{hours:02}:{minutes:02}:{seconds:02}");
    match days {
        0 => clock,
        days => say!("days", count = texts::number(days), clock = clock),
    }
}

/// A length of time, roughly: `7 s`, `3 min`, `2 h`.
pub(super) fn span(span: Duration) -> String {
    let (message, count) = match seconds(span) {
        seconds @ 0..=119 => (message!("seconds", count), seconds),
        seconds @ 120..=7_199 => (message!("minutes", count), seconds / 60),
        seconds => (message!("hours", count), seconds / 3_600),
    };
    message.of_count(count)
}

/// Whole seconds, up to 136 years.
fn seconds(span: Duration) -> u32 {
    u32::try_from(span.as_secs()).unwrap_or(u32::MAX)
}

const MINUTE: f64 = 60_000.0;

fn day_of(date: &Date) -> i32 {
    const DAY: f64 = 86_400_000.0;
    let local = date.get_time() - date.get_timezone_offset() * MINUTE;
    // A Date reaches no further than 100 million days.
    (local / DAY).floor() as i32
}

/// What stands before the time of day.
#[derive(Clone, Copy, PartialEq, Eq)]
enum DateParts {
    None,
    Weekday,
    DayAndMonth,
    All,
}

/// The formatters made so far. They hold for a language and a time zone, and both can change.
#[derive(Default)]
struct Formatters {
    language: String,
    zone: Zone,
    made: Vec<(DateParts, bool, Function)>,
}

thread_local! {
    static FORMATTERS: RefCell<Formatters> = RefCell::default();
}

fn formatter(parts: DateParts, with_seconds: bool, zone: &Zone) -> Option<Function> {
    let language = texts::locale();
    FORMATTERS.with_borrow_mut(|formatters| {
        if formatters.language != language || formatters.zone != *zone {
            *formatters = Formatters {
                language,
                zone: zone.clone(),
                made: Vec::new(),
            };
        }
        let made = &mut formatters.made;
        let known = made.iter().find(|it| (it.0, it.1) == (parts, with_seconds));
        if let Some((.., known)) = known {
            return Some(known.clone());
        }
        let new = make(&formatters.language, parts, with_seconds)?;
        made.push((parts, with_seconds, new.clone()));
        Some(new)
    })
}

fn make(language: &str, parts: DateParts, with_seconds: bool) -> Option<Function> {
    const DATE: [(&str, &str); 3] = [("day", "numeric"), ("month", "short"), ("year", "numeric")];
    const TIME: [(&str, &str); 3] = [("hour", TWO), ("minute", TWO), ("second", TWO)];
    const TWO: &str = "2-digit";
    let date = match parts {
        DateParts::None => &[],
        DateParts::Weekday => &[("weekday", "short")][..],
        DateParts::DayAndMonth => &DATE[..2],
        DateParts::All => &DATE,
    };
    let time = if with_seconds { &TIME } else { &TIME[..2] };
    let options = Object::new();
    // The digits of all other numbers, of telephones above all.
    let digits = &[("numberingSystem", "latn")];
    for (field, style) in date.iter().chain(time).chain(digits) {
        // A fresh object takes any property.
        let _ = Reflect::set(&options, &(*field).into(), &(*style).into());
    }
    let make = |locales: &JsValue| {
        let class = Reflect::get(&js_sys::global(), &"Intl".into()).ok()?;
        let class = Reflect::get(&class, &"DateTimeFormat".into()).ok()?;
        Reflect::construct(class.dyn_ref::<Function>()?, &Array::of2(locales, &options)).ok()
    };
    let own = || make(&JsValue::UNDEFINED);
    let formatter = match is_own(language) {
        true => own(),
        // What a page has as its `lang` may not be a valid language tag.
        false => make(&language.into()).or_else(own),
    };
    let format = Reflect::get(&formatter?, &"format".into()).ok()?;
    format.dyn_into().ok()
}

/// Whether the browser's language is that language, or a form of it: `en-GB` for `en`.
fn is_own(language: &str) -> bool {
    let options = Intl::DateTimeFormat::default().resolved_options();
    let own = Reflect::get(&options, &"locale".into()).ok();
    let own = own.and_then(|own| own.as_string()).unwrap_or_default();
    let primary = |tag: &str| tag.split('-').next().map(str::to_ascii_lowercase);
    primary(&own) == primary(language)
}
