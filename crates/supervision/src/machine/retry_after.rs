//! `Retry-After`: how long a server asks to wait. Source: RFC 9110, 10.2.3 and 5.6.7.
//!
//! | value | pause |
//! |---|---|
//! | seconds | that many seconds |
//! | a date | until then, from the `Date` of the same response; without one, from this computer's time |
//! | a date in one of the two obsolete forms | the same |
//! | anything else | unknown |
//!
//! This computer's clock may be off by more than the pause, so `Date` takes precedence. Browsers hide that header from pages
//! of another origin. No pause is longer than [`MOST`]: a supervisor must not be left for an hour without knowing what is in
//! force.

use bayeux::Duration;
use tolerant_json::text;

use super::Response;
use super::api::{DATE, RETRY_AFTER};
use crate::time::WallTime;

/// The longest pause.
const MOST: Duration = Duration::from_secs(300);

/// The pause, if it is known; `now` is the time by this computer's clock.
pub(super) fn retry_after(response: &Response, now: WallTime) -> Option<Duration> {
    asked_for(response, now).map(|asked| asked.min(MOST))
}

fn asked_for(response: &Response, now: WallTime) -> Option<Duration> {
    let until = response.header(RETRY_AFTER)?.trim();
    let seconds = match (text::number(until), response.header(DATE)) {
        (Some(seconds), _) => seconds,
        (None, Some(date)) => seconds_of(until)?.saturating_sub(seconds_of(date.trim())?),
        // If the time is past by this clock, the pause is unknown.
        (None, None) => seconds_of(until)?.checked_sub(EPOCH + now.0 / 1_000)?,
    };
    Some(Duration::from_secs(seconds))
}

/// 1970-01-01T00:00:00Z as [`seconds_of`] counts.
const EPOCH: u64 = 719_469 * 86_400;

/// A date such as `Sun, 06 Nov 1994 08:49:37 GMT`, `Sunday, 06-Nov-94 08:49:37 GMT` or `Sun Nov  6 08:49:37 1994`, in
/// seconds since a fixed time.
fn seconds_of(date: &str) -> Option<u64> {
    // Years begin with March, so that a leap day is the last day of a year.
    const MONTHS: &str = "Mar Apr May Jun Jul Aug Sep Oct Nov Dec Jan Feb ";
    let fields = text::words(date, |c| matches!(c, ' ' | ',' | '-'));
    let (day, month, year, time) = match fields[..] {
        [_, day, month, year, time, "GMT"] => (day, month, year, time),
        [_, month, day, time, year] => (day, month, year, time),
        _ => return None,
    };
    let number = |field: &str| text::number(field).filter(|number| *number < 10_000);
    let month = text::position(MONTHS, month).filter(|_| month.len() == 3)? / 4;
    let year = match number(year)? {
        year @ 0..70 => 2000 + year,
        year @ 70..100 => 1900 + year,
        year => year,
    };
    let year = year.checked_sub(u64::from(month >= 10))?;
    // March to July have 153 days, and so have August to December.
    let months = (153 * u64::try_from(month).ok()? + 2) / 5;
    let days = (365 * year + year / 4 + year / 400 + months).checked_sub(year / 100)?;
    let days = days + number(day)?;
    let mut time = text::split(time, ":").map(number);
    let (hours, minutes, seconds) = (time.next()??, time.next()??, time.next()??);
    Some(60 * (60 * (24 * days + hours) + minutes) + seconds)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 1994-11-06T08:49:37Z.
    const NOW: WallTime = WallTime(784_111_777_000);

    fn check(date: Option<&str>, retry_after_says: &str, expect: Option<u64>) {
        let mut headers = vec![("Retry-After".to_owned(), retry_after_says.to_owned())];
        headers.extend(date.map(|date| ("Date".to_owned(), date.to_owned())));
        let response = Response {
            status: 503,
            headers,
            body: Vec::new(),
        };
        let expect = expect.map(Duration::from_secs);
        assert_eq!(
            asked_for(&response, NOW),
            expect,
            "{date:?} {retry_after_says}"
        );
    }

    #[test]
    fn seconds_are_taken_literally() {
        check(None, "120", Some(120));
        check(None, " 0 ", Some(0));
        check(None, "18446744073709551615", Some(u64::MAX));
        check(None, "18446744073709551616", None);
        check(None, "-1", None);
        check(None, "soon", None);
        check(None, "", None);
    }

    #[test]
    fn no_pause_is_longer_than_five_minutes() {
        let response = Response {
            headers: vec![("Retry-After".to_owned(), u64::MAX.to_string())],
            ..Response::default()
        };
        assert_eq!(retry_after(&response, NOW), Some(MOST));
    }

    #[test]
    fn a_date_counts_from_the_date_of_the_response() {
        let check = |from, until, expect| check(Some(from), until, expect);
        let sunday = "Sun, 06 Nov 1994 08:49:37 GMT";
        check(sunday, "Sun, 06 Nov 1994 08:50:07 GMT", Some(30));
        check(sunday, "Mon, 07 Nov 1994 08:49:37 GMT", Some(86_400));
        check(sunday, "Sun, 06 Nov 1994 08:00:00 GMT", Some(0));
        let hour = Some(3_600);
        check(
            "Tue, 31 Dec 2024 23:30:00 GMT",
            "Wed, 01 Jan 2025 00:30:00 GMT",
            hour,
        );
        check(
            "Wed, 28 Feb 2024 23:30:00 GMT",
            "Thu, 29 Feb 2024 00:30:00 GMT",
            hour,
        );
        check(
            "Thu, 29 Feb 2024 23:30:00 GMT",
            "Fri, 01 Mar 2024 00:30:00 GMT",
            hour,
        );
        check(
            "Sun, 28 Feb 2100 23:30:00 GMT",
            "Mon, 01 Mar 2100 00:30:00 GMT",
            hour,
        );
        check(
            "Wed, 31 Jan 2024 23:30:00 GMT",
            "Thu, 01 Feb 2024 00:30:00 GMT",
            hour,
        );
        let year = Some(366 * 86_400);
        check(
            "Mon, 01 Jan 2024 00:00:00 GMT",
            "Wed, 01 Jan 2025 00:00:00 GMT",
            year,
        );
    }

    #[test]
    fn a_date_counts_from_this_computers_clock_if_the_response_has_none() {
        check(None, "Sun, 06 Nov 1994 08:49:37 GMT", Some(0));
        check(None, "Sun, 06 Nov 1994 08:50:37 GMT", Some(60));
        check(None, "Sun, 06 Nov 1994 08:49:36 GMT", None);
    }

    #[test]
    fn the_obsolete_forms_are_parsed() {
        let sunday = "Sun, 06 Nov 1994 08:49:37 GMT";
        check(Some(sunday), "Sunday, 06-Nov-94 08:50:07 GMT", Some(30));
        check(Some(sunday), "Sun Nov  6 08:50:07 1994", Some(30));
        check(
            Some(sunday),
            "Sun Nov  6 08:50:07 18446744073709551615",
            None,
        );
        check(
            Some("Sunday, 29-Nov-26 08:00:00 GMT"),
            "Sun Nov 29 08:00:09 2026",
            Some(9),
        );
    }

    #[test]
    fn each_month_ends_where_the_next_begins() {
        let ends = [
            ("31 Jan", "01 Feb"),
            ("28 Feb", "01 Mar"),
            ("31 Mar", "01 Apr"),
            ("30 Apr", "01 May"),
            ("31 May", "01 Jun"),
            ("30 Jun", "01 Jul"),
            ("31 Jul", "01 Aug"),
            ("31 Aug", "01 Sep"),
            ("30 Sep", "01 Oct"),
            ("31 Oct", "01 Nov"),
            ("30 Nov", "01 Dec"),
        ];
        for (last, first) in ends {
            let date = |day| format!("Day, {day} 2025 12:00:00 GMT");
            check(Some(&date(last)), &date(first), Some(86_400));
        }
    }

    #[test]
    fn an_invalid_date_gives_no_pause() {
        let date = "Sun, 06 Nov 1994 08:49:37 GMT";
        check(Some("today"), date, None);
        for until in [
            "Sun, 06 Nox 1994 08:49:37 GMT",
            "Sun, 06 Nov 1994 08:49:37",
            "Sun, 06 Nov 1994 08:49:37 CET",
            "Sun, ä6 Nov 1994 08:49:37 GMT",
        ] {
            check(Some(date), until, None);
        }
    }
}
