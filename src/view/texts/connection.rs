//! Texts for problems of the connection.

use bayeux::Reason;
use gws::ReplyError;
use supervision::{LinkTrouble, Resource};

use super::{Message, Text, isolated, message, number, say, without_stop};

/// Why the connection is not live, within a sentence.
pub(in crate::view) fn trouble(trouble: &LinkTrouble) -> Text {
    match trouble {
        LinkTrouble::Notifications(reason) => reason_of(reason),
        LinkTrouble::Reading(
            ReplyError::WebPage { http }
            | ReplyError::Http { http }
            | ReplyError::Refused { http, .. },
        ) if matches!(http, 429 | 503) => with_http(message!("part-busy", http), *http),
        LinkTrouble::Reading(ReplyError::WebPage { http: 200..=299 }) => say!("part-other-page"),
        LinkTrouble::Reading(ReplyError::WebPage { http }) => {
            with_http(message!("part-http", http), *http)
        }
        LinkTrouble::Reading(error) => reply(error),
        LinkTrouble::Refused { what, http, words } => refused(*what, *http, words),
        LinkTrouble::Network(_) => say!("part-unreachable"),
        LinkTrouble::Redirected => say!("part-redirected"),
        LinkTrouble::TimedOut => say!("part-timed-out"),
        _ => say!("part-failed"),
    }
}

/// What can't be read, what is unknown because of it, and what to do.
fn refused(what: Resource, http: u16, words: &str) -> Text {
    let message = match what {
        Resource::Me => message!("part-refuses-me", http),
        Resource::Devices => message!("part-refuses-devices", http),
        Resource::Calls => message!("part-refuses-calls", http),
        Resource::Directory => message!("part-refuses-list", http),
    };
    let http = number(http.into());
    match without_stop(words) {
        "" => message.fill([http]),
        words => message.fill([say!(
            "part-http-words",
            http = http,
            words = isolated(words)
        )]),
    }
}

fn reason_of(reason: &Reason) -> Text {
    match reason {
        Reason::Network(_) => message!("part-unreachable"),
        Reason::Offline => message!("part-offline"),
        Reason::Doubt => message!("part-doubt"),
        Reason::TimedOut => message!("part-timed-out"),
        Reason::Http(http) => return with_http(message!("part-http", http), *http),
        Reason::Busy { status, .. } => return with_http(message!("part-busy", http), *status),
        Reason::WebPage => message!("part-other-page"),
        Reason::NotBayeux => message!("part-not-bayeux"),
        Reason::NoReply => message!("part-no-reply"),
        Reason::NoCommonTransport => message!("part-no-long-polling"),
        Reason::OtherVersion => message!("part-other-version"),
        Reason::SessionUnknown => message!("part-session-unknown"),
        Reason::ToldToStop => message!("part-told-to-stop"),
        Reason::Credentials(http) => {
            return with_http(message!("part-no-notifications", http), *http);
        }
        Reason::Refused(error) => {
            let words = error.text.as_str();
            let reason = match error.code {
                None => isolated(words),
                Some(code) => with_code(words, number(code.into())),
            };
            return say!("part-refused", reason);
        }
        _ => message!("part-failed"),
    }
    .owned()
}

/// The content of an answer that reports a failure. Only the server's own message is isolated.
pub(super) fn reply(error: &ReplyError) -> Text {
    let (message, http) = match error {
        ReplyError::NotSignedIn => return say!("part-not-signed-in"),
        ReplyError::Refused { code, message, .. } => {
            let words = without_stop(message);
            let code = number(code.0);
            return match message.is_empty() {
                true => say!("part-no-reason", code),
                false => with_code(words, code),
            };
        }
        ReplyError::NotLetIn { http, words } if !words.is_empty() => {
            let words = isolated(without_stop(words));
            return say!(
                "part-not-let-in-words",
                words = words,
                http = number((*http).into())
            );
        }
        ReplyError::NotLetIn { http, .. } | ReplyError::CsrfRejected { http } => {
            (message!("part-not-let-in", http), http)
        }
        ReplyError::Http { http: 429 } => (message!("part-too-many", http), &429),
        ReplyError::Http { http: 503 } | ReplyError::WebPage { http: 503 } => {
            (message!("part-busy", http), &503)
        }
        ReplyError::Http { http } => (message!("part-http", http), http),
        ReplyError::WebPage { http } => (message!("part-web-page", http), http),
        _ => return say!("part-unreadable"),
    };
    with_http(message, *http)
}

fn with_http(message: Message<1>, http: u16) -> Text {
    message.fill([number(http.into())])
}

/// The server's message, if any, and its code.
fn with_code(words: &str, code: Text) -> Text {
    match words {
        "" => say!("part-code-alone", code),
        words => say!("part-code", words = isolated(words), code = code),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test;

    #[test]
    fn only_the_servers_message_in_a_refusal_is_isolated() {
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
    fn a_refused_read_says_what_is_refused_and_what_is_unknown() {
        let says = |what, words| refused(what, 403, words);
        assert_eq!(
            says(Resource::Devices, ""),
            "the server refuses to show your devices (HTTP 403), so it is not known whether anyone is monitored. Sign in again, or ask your administrator"
        );
        assert_eq!(
            says(Resource::Directory, "Not for you."),
            "the server refuses to show it (HTTP 403: Not for you)"
        );
    }
}
