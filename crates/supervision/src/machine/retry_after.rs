//! `Retry-After`: for how long a server asks to be left alone. Source: RFC 9110, 10.2.3 and 5.6.7.
//!
//! | what it says | for how long |
//! |---|---|
//! | seconds | as it says |
//! | a date | from the `Date` of the same response on; without one, not known |
//! | a date in one of the forms that are obsolete, or anything else | not known |
//!
//! This machine's own clock is not asked: it may be off by more than the server wants to wait.

use core::ops::Range;
use core::time::Duration;

use super::Response;

/// For how long, if it can be known.
pub(super) fn retry_after(response: &Response) -> Option<Duration> {
    let until = response.header("retry-after")?.trim();
    let seconds = match until.parse() {
        Ok(seconds) => seconds,
        Err(_) => seconds_of(until)?.saturating_sub(seconds_of(response.header("date")?.trim())?),
    };
    Some(Duration::from_secs(seconds))
}

/// A date such as `Sun, 06 Nov 1994 08:49:37 GMT`, in seconds since some time long ago.
fn seconds_of(date: &str) -> Option<u64> {
    // Beginning with March: the day that some years have more is then the last.
    const MONTHS: &str = "Mar Apr May Jun Jul Aug Sep Oct Nov Dec Jan Feb ";
    let number = |place: Range<usize>| date.get(place)?.parse::<u64>().ok();
    let month = MONTHS.find(date.get(8..12)?)? / 4;
    let year = number(12..16)?.checked_sub(u64::from(month >= 10))?;
    // March to July have 153 days, and so have August to December.
    let months = (153 * u64::try_from(month).ok()? + 2) / 5;
    let days = 365 * year + year / 4 - year / 100 + year / 400 + months + number(5..7)?;
    let hours = 24 * days + number(17..19)?;
    let minutes = 60 * hours + number(20..22)?;
    let is_whole = date.get(25..) == Some(" GMT");
    is_whole.then_some(60 * minutes + number(23..25)?)
}

#[cfg(test)]
mod tests {
    use super::*;

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
            retry_after(&response),
            expect,
            "{date:?} {retry_after_says}"
        );
    }

    #[test]
    fn seconds_are_taken_as_they_are() {
        check(None, "120", Some(120));
        check(None, " 0 ", Some(0));
        check(None, "-1", None);
        check(None, "soon", None);
        check(None, "", None);
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
    fn what_is_no_date_says_nothing() {
        let date = "Sun, 06 Nov 1994 08:49:37 GMT";
        check(None, date, None);
        check(Some("today"), date, None);
        for until in [
            "Sunday, 06-Nov-94 08:49:37 GMT",
            "Sun Nov  6 08:49:37 1994",
            "Sun, 06 Nox 1994 08:49:37 GMT",
            "Sun, 06 Nov 1994 08:49:37",
            "Sun, 06 Nov 1994 08:49:37 CET",
            "Sun, ä6 Nov 1994 08:49:37 GMT",
        ] {
            check(Some(date), until, None);
        }
    }
}
