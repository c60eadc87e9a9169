//! Times and durations for people.

use supervision::Duration;

use js_sys::Date;
use tolerant_json::text::decimal;

use super::texts::{DateParts, Text, Zone, intl_moment, intl_span, resolved};

/// Determines whether a moment is shown with its date: today, and the time zone, which may change.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Today {
    /// Days since 1970.
    day: i32,
    zone: Zone,
}

impl Today {
    /// The day of a wall clock's reading.
    pub(super) fn at(wall: f64) -> Self {
        let date = Date::new(&wall.into());
        Self {
            day: day_of(&date),
            zone: (resolved("timeZone"), date.get_timezone_offset()),
        }
    }

    /// The day of another reading, in the same time zone.
    pub(super) fn other(&self, wall: f64) -> Self {
        Self {
            day: day_of(&Date::new(&wall.into())),
            zone: self.zone.clone(),
        }
    }
}

/// A moment in the language in use: the time of day, optionally with seconds; with the date unless it is
/// `today`.
pub(super) fn moment(wall: f64, today: &Today, with_seconds: bool) -> Text {
    let date = Date::new(&wall.into());
    let parts = match today.day.wrapping_sub(day_of(&date)) {
        0 => DateParts::None,
        -300..=300 => DateParts::DayAndMonth,
        _ => DateParts::All,
    };
    intl_moment(&date, parts, with_seconds, &today.zone)
}

/// A moment with date and time zone, for a text that is read elsewhere or later: `2026-11-29 07:38:49
/// +01:00`.
pub(super) fn whole_moment(wall: f64) -> String {
    let date = Date::new(&wall.into());
    let behind = date.get_timezone_offset();
    date.set_time(wall - behind * MINUTE);
    // Only years beyond 9999 make it longer.
    let text = String::from(date.to_iso_string());
    let local = text.get(..text.len().saturating_sub(".000Z".len()));
    let local = tolerant_json::text::replace(local.unwrap_or_default(), "T", " ");
    let sign = if behind > 0.0 { " -" } else { " +" };
    let minutes = behind.abs() as u32;
    let zone = [&*two(minutes / 60), &two(minutes % 60)].join(":");
    [&*local, sign, &zone].concat()
}

/// A running time: `00:03:12`, and `1 day 02:03:04` from a day up. (All languages of `locales/` write it this
/// way, and not every browser has `Intl.DurationFormat`.)
pub(super) fn clock(span: Duration) -> Text {
    let seconds = seconds(span);
    let (days, rest) = (seconds / 86_400, seconds % 86_400);
    let (hours, minutes, seconds) = (rest / 3_600, rest / 60 % 60, rest % 60);
    let clock = [&*two(hours), &two(minutes), &two(seconds)].join(":");
    match days {
        0 => clock.into(),
        days => [&*intl_span(days, "day"), &clock].join(" ").into(),
    }
}

/// A number with two digits at least.
fn two(number: u32) -> String {
    let digits = decimal(number.into());
    match digits.len() {
        1 => "0".to_owned() + &digits,
        _ => digits,
    }
}

/// A rounded duration: `7 sec`, `3 min`, `2 hr`.
pub(super) fn span(span: Duration) -> Text {
    match seconds(span) {
        seconds @ 0..=119 => intl_span(seconds, "second"),
        seconds @ 120..=7_199 => intl_span(seconds / 60, "minute"),
        seconds => intl_span(seconds / 3_600, "hour"),
    }
}

/// A duration in minutes or more: `1 min`, `59 min`, `2 hr`.
pub(super) fn rough_span(span: Duration) -> Text {
    match seconds(span) {
        seconds @ 0..=7_199 => intl_span(seconds / 60, "minute"),
        seconds => intl_span(seconds / 3_600, "hour"),
    }
}

/// Whole seconds, up to 136 years.
fn seconds(span: Duration) -> u32 {
    u32::try_from(span.as_secs()).unwrap_or(u32::MAX)
}

const MINUTE: f64 = 60_000.0;

fn day_of(date: &Date) -> i32 {
    const DAY: f64 = 86_400_000.0;
    let local = date.get_time() - date.get_timezone_offset() * MINUTE;
    // A JavaScript Date is at most 100 million days from 1970.
    (local / DAY).floor() as i32
}
