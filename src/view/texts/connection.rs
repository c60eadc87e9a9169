//! What is wrong with the connection.

use bayeux::Reason;
use gws::ReplyError;
use supervision::{LinkTrouble, Resource};

use super::isolated;

/// Why the connection is not in order, within a sentence.
pub(in crate::view) fn trouble(trouble: &LinkTrouble) -> String {
    match trouble {
        LinkTrouble::Notifications(reason) => reason_of(reason),
        LinkTrouble::Reading(
            ReplyError::WebPage { http }
            | ReplyError::Http { http }
            | ReplyError::Refused { http, .. },
        ) if matches!(http, 429 | 503) => reason_of(&Reason::Busy {
            status: *http,
            retry_after: None,
        }),
        LinkTrouble::Reading(ReplyError::WebPage { http: 200..=299 }) => {
            reason_of(&Reason::WebPage)
        }
        LinkTrouble::Reading(ReplyError::WebPage { http }) => reason_of(&Reason::Http(*http)),
        LinkTrouble::Reading(error) => reply(error),
        LinkTrouble::Refused { what, http, words } => refused(*what, *http, words),
        LinkTrouble::Network(_) => "the server can’t be reached".to_owned(),
        LinkTrouble::Redirected => "the server redirected this page".to_owned(),
        LinkTrouble::TimedOut => "the server did not answer in time".to_owned(),
        _ => "the connection failed".to_owned(),
    }
}

/// What can't be read, what is not known by that, and what to do.
fn refused(what: Resource, http: u16, words: &str) -> String {
    let (what, unknown) = match what {
        Resource::Me => ("say who is signed in", ""),
        Resource::Devices => (
            "show your devices",
            "it is not known whether anyone is monitored",
        ),
        Resource::Calls => ("show your calls", "it is not known who hears you"),
        Resource::Directory => ("show it", ""),
    };
    let words = match words.trim_end_matches('.') {
        "" => String::new(),
        words => format!(": {}", isolated(words)),
    };
    let refused = format!("the server refuses to {what} (HTTP {http}{words})");
    match unknown {
        "" => refused,
        unknown => {
            format!("{refused}, so {unknown}. Sign in anew, or ask your administrator")
        }
    }
}

fn reason_of(reason: &Reason) -> String {
    match reason {
        Reason::Network(_) => "the server can’t be reached".to_owned(),
        Reason::Credentials(status) => format!(
            "the server refuses notifications to you (HTTP {status}). Sign in anew, or ask your administrator"
        ),
        Reason::Refused(error) => {
            format!("the server refused: {}", isolated(&error.to_string()))
        }
        reason => reason.to_string(),
    }
}

/// What an answer says that reports a failure. Only what is the server's own is isolated.
pub(super) fn reply(error: &ReplyError) -> String {
    match error {
        ReplyError::Refused { code, message, .. } if !message.is_empty() => {
            let words = isolated(message.trim_end_matches('.'));
            format!("{words} (code {})", code.0)
        }
        error => error.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_server_s_own_words_of_a_refusal_are_isolated() {
        let refused = |message: &str| ReplyError::Refused {
            http: 200,
            code: gws::StatusCode(6),
            message: message.to_owned(),
        };
        assert_eq!(reply(&refused("לא.")), "\u{2068}לא\u{2069} (code 6)");
        assert_eq!(reply(&refused("no")), "no (code 6)");
        assert_eq!(reply(&refused("")), "the server gave no reason (code 6)");
    }

    #[test]
    fn a_refused_read_says_what_is_refused_and_what_is_not_known_by_that() {
        let says = |what, words| refused(what, 403, words);
        assert_eq!(
            says(Resource::Devices, ""),
            "the server refuses to show your devices (HTTP 403), so it is not known whether anyone is monitored. Sign in anew, or ask your administrator"
        );
        assert_eq!(
            says(Resource::Directory, "Not for you."),
            "the server refuses to show it (HTTP 403: Not for you)"
        );
    }
}
