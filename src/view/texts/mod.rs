//! Every text of the widget, in English. Each failure says what happened, what it means for
//! monitoring, and what to do.
//!
//! | file | holds |
//! |---|---|
//! | `claims` | what is so, who hears the supervisor, what a request would do |
//! | `requests` | what was asked for, why it did not come about, why it can't be asked for |
//! | `history` | what happened |
//! | `announcements` | texts for a screen reader alone |
//! | `connection` | what is wrong with the connection |
//! | `agents` | the list of agents |
//! | here | terms, and names and numbers within sentences |

mod agents;
mod announcements;
mod claims;
mod connection;
mod history;
mod requests;

use gws::call::CallType;
use gws::{CallState, Mode, Scope};
use supervision::{Bound, LinkPhase, Presence, SignInNeed};

pub(super) use self::agents::{
    HIGHLIGHT_LOST, READING, all_agents, directory_trouble, has_left, list_changed, matches,
    monitor_number, not_picked, not_picked_changed, number_offered, others_there,
};
pub(super) use self::announcements::{
    connected, device_active, first_failure, in_call_now, own_call, own_call_ended, own_call_rings,
    signed_in,
};
pub(super) use self::claims::{
    audience, confirm, confirm_heard, elsewhere, expected_audience, forecast, headline, in_force,
    monitoring,
};
pub(super) use self::connection::trouble;
pub(super) use self::history::{Subject, Write, is_urgent, line};
pub(super) use self::requests::{already_in_force, obstacle, pending, problem};

/// The history was copied.
pub(super) const COPIED: &str = "The history was copied.";
/// The browser does not let the page copy.
pub(super) const NOT_COPIED: &str = "The browser does not let this page copy the history.";

/// A time limit.
pub(super) fn limit(minutes: u32) -> String {
    match minutes {
        0 => "No limit".to_owned(),
        minutes => format!("{minutes} minutes"),
    }
}

/// An attribute of the page with a value that is not accepted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum BadAttribute {
    /// `limit`.
    Limit(String),
    /// `limit-until`.
    LimitUntil(String),
}

/// Which attributes are not accepted, what that means, and what is.
pub(super) fn bad_attributes(bad: &[BadAttribute]) -> String {
    let sentences = bad.iter().map(|attribute| match attribute {
        BadAttribute::Limit(value) => format!(
            "The page sets limit to “{}”, so no time limit is preselected. Accepted are minutes from 0 to 1440.",
            quoted(value)
        ),
        BadAttribute::LimitUntil(value) => format!(
            "The page sets limit-until to “{}”, so no time limit is taken over. Accepted are milliseconds since 1970, or a date, from the year 2000 on.",
            quoted(value)
        ),
    });
    sentences.collect::<Vec<_>>().join(" ")
}

/// A value as somebody set it; the beginning of a long one.
fn quoted(value: &str) -> String {
    let mut quoted: String = value.chars().take(40).collect();
    if quoted.len() < value.len() {
        quoted.push('…');
    }
    isolated(&quoted)
}

/// Why a sign-in is needed, and what to do.
pub(super) fn sign_in(need: SignInNeed, is_third_party: bool) -> &'static str {
    match (need, is_third_party) {
        (SignInNeed::PasswordDialog, _) => {
            "The server asks for a password. Sign in in another tab, then try again."
        }
        (_, true) => {
            "The server does not know who you are. This page is embedded in another site, or uses a server of another site: the browser may withhold your sign-in. Sign in in a separate tab; if that does not help, allow cookies of this site, or open this page on its own."
        }
        (SignInNeed::NotSignedIn, false) => {
            "The server does not know who you are. Sign in, then try again."
        }
        (SignInNeed::WebPage, false) => {
            "The server sent a web page instead of data, most likely a sign-in page: your session may have ended. Sign in, then try again."
        }
        (SignInNeed::Redirected, false) => {
            "The server redirected this page, most likely to a sign-in page: your session may have ended. Sign in, then try again."
        }
    }
}

/// Why buttons are out of use, each with its label: for which of them, unless it is one reason.
pub(super) fn reasons(of: &[(&str, String)]) -> String {
    let mut text = String::new();
    for (at, (label, reason)) in of.iter().enumerate() {
        if reason.is_empty() || of[..at].iter().any(|(_, earlier)| earlier == reason) {
            continue;
        }
        if of
            .iter()
            .all(|(_, other)| other.is_empty() || other == reason)
        {
            return reason.clone();
        }
        if !text.is_empty() {
            text.push(' ');
        }
        text.push_str(label);
        for (other, _) in of[at + 1..].iter().filter(|(_, other)| other == reason) {
            text.push_str(", ");
            text.push_str(other);
        }
        text.push_str(": ");
        text.push_str(reason);
    }
    text
}

pub(super) fn scope(scope: &Scope) -> &str {
    match scope {
        Scope::Call => "Whole call",
        Scope::Agent => "This agent only",
        Scope::Other(word) => word,
    }
}

pub(super) fn mode(mode: &Mode) -> &str {
    match mode {
        Mode::AllCalls => "All calls",
        Mode::NextCall => "Next call only",
        Mode::Other(word) => word,
    }
}

pub(super) fn phase(phase: LinkPhase) -> &'static str {
    match phase {
        LinkPhase::Idle => "Not started",
        LinkPhase::Starting => "Connecting",
        LinkPhase::Live => "Live",
        LinkPhase::Silent => "No notifications",
        LinkPhase::Reconnecting => "Reconnecting",
        LinkPhase::SignInNeeded => "Sign-in needed",
        LinkPhase::Stopped => "Stopped",
    }
}

pub(super) fn presence(presence: &Presence) -> String {
    match presence {
        Presence::OnCall => "On a call".to_owned(),
        Presence::Ready => "Ready".to_owned(),
        Presence::NotReady(None) => "Not ready".to_owned(),
        Presence::NotReady(Some(reason)) => format!("Not ready – {}", isolated(reason)),
        Presence::AfterCallWork => "After-call work".to_owned(),
        Presence::LoggedIn => "Logged in".to_owned(),
        Presence::LoggedOut => "Logged out".to_owned(),
        Presence::Other(word) => isolated(word),
        Presence::Unknown => "State unknown".to_owned(),
    }
}

pub(super) fn call_state(state: &CallState) -> &str {
    match state {
        CallState::Dialing => "Dialling",
        CallState::Ringing => "Ringing",
        CallState::Established => "Established",
        CallState::Held => "On hold",
        CallState::Released | CallState::Completed => "Ended",
        CallState::Other(word) => word,
    }
}

pub(super) fn direction(kind: &CallType) -> &str {
    match kind {
        CallType::Internal => "Internal",
        CallType::Inbound => "Inbound",
        CallType::Outbound => "Outbound",
        CallType::Consult => "Consultation",
        CallType::Other(word) => word,
    }
}

/// What stands before a span of time.
pub(super) fn bound(bound: Bound) -> &'static str {
    match bound {
        Bound::Exact => "",
        Bound::AtLeast => "at least ",
        Bound::AtMost => "at most ",
    }
}

/// A text of people or servers within a sentence: isolated if any of it is written from right to
/// left, for then it would change the order of what stands beside it, numbers above all. A sign of
/// its own that lays out text differently would reach beyond its end, and is left out. Digits
/// behind such letters have a mark before them that keeps them in their order.
pub(super) fn isolated(text: &str) -> String {
    let lays_out = |c: char| matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    if !text.chars().any(|c| is_right_to_left(c) || lays_out(c)) {
        return text.to_owned();
    }
    let mut isolated = String::from('\u{2068}');
    let mut is_behind = false;
    for c in text.chars().filter(|c| !lays_out(*c)) {
        if is_behind && (c.is_ascii_digit() || c == '+') {
            isolated.push('\u{200e}');
        }
        // As long as it is undecided, what goes before counts.
        if is_right_to_left(c) {
            is_behind = true;
        } else if c.is_alphanumeric() {
            is_behind = false;
        }
        isolated.push(c);
    }
    isolated.push('\u{2069}');
    isolated
}

/// Whether it is of a script that is written from right to left.
pub(super) fn is_right_to_left(c: char) -> bool {
    matches!(c, '\u{590}'..='\u{8ff}' | '\u{200f}' | '\u{fb1d}'..='\u{fdff}'
        | '\u{fe70}'..='\u{fefe}' | '\u{10800}'..='\u{10fff}' | '\u{1e800}'..='\u{1efff}')
}

/// The names of people of whom it is one, within a sentence.
pub(super) fn names(names: &[&str]) -> String {
    const MOST: usize = 3;
    let isolated: Vec<String> = names.iter().map(|name| isolated(name)).collect();
    match isolated.as_slice() {
        [] => String::new(),
        [name] => name.clone(),
        [names @ .., last] if names.len() < MOST => format!("{} or {last}", names.join(", ")),
        _ => {
            let others = names.len() - MOST + 1;
            format!("{} or {others} others", isolated[..MOST - 1].join(", "))
        }
    }
}

/// How someone with a telephone is called.
pub(super) fn title(name: &str, number: &str) -> String {
    match (name, number) {
        (one, "") | ("", one) => one.to_owned(),
        _ => format!("{name} · {number}"),
    }
}

/// The same, within a sentence.
pub(super) fn title_within(name: &str, number: &str) -> String {
    title(&isolated(name), &isolated(number))
}

/// The parties of a call, each as it is called within a sentence.
pub(super) fn listed(parties: impl Iterator<Item = String>) -> String {
    let parties: Vec<String> = parties.collect();
    match parties.as_slice() {
        [] => "an unknown number".to_owned(),
        parties => parties.join(", "),
    }
}

/// As the beginning of a sentence. All words here are English.
pub(super) fn sentence(text: &str) -> String {
    let mut text = text.to_owned();
    if let Some(first) = text.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    text
}

#[cfg(test)]
mod tests {
    use gws::DeviceId;
    use supervision::{Audience, Elsewhere};

    use super::*;

    #[test]
    fn only_what_is_written_from_right_to_left_is_isolated() {
        for plain in [
            "Bo Abbott",
            "José Müller",
            "+1 (415) 555-0132",
            "王小明",
            "",
        ] {
            assert_eq!(isolated(plain), plain);
        }
        assert_eq!(isolated("דנה"), "\u{2068}דנה\u{2069}");
        assert_eq!(isolated("Bo علي"), "\u{2068}Bo علي\u{2069}");
        assert_eq!(isolated("דנה 555 01"), "\u{2068}דנה \u{200e}555 01\u{2069}");
        // An override that is never ended, and an end of an isolate that is ours.
        assert_eq!(isolated("Bo\u{202e}\u{2069}"), "\u{2068}Bo\u{2069}");
    }

    #[test]
    fn a_call_that_outlives_monitoring_on_another_device_is_not_called_monitoring() {
        let other = Elsewhere {
            device: DeviceId::new("d2"),
            number: "5007".to_owned(),
            monitored: None,
            audience: Some(Audience::Everyone),
        };
        assert_eq!(
            elsewhere(&other, "somebody", Some("555-1")),
            "Monitoring has ended on your device 5007, but it is still in the call with 555-1"
        );
        assert_eq!(
            elsewhere(&other, "Bo", None),
            "Your device 5007 is monitoring Bo"
        );
    }

    #[test]
    fn a_reason_names_its_buttons_where_there_are_several_reasons() {
        let of = |reasons: [&str; 3]| {
            let labels = ["Listen in", "Coach", "Barge in"].into_iter();
            let each: Vec<_> = labels.zip(reasons.map(str::to_owned)).collect();
            super::reasons(&each)
        };
        assert_eq!(of(["", "", ""]), "");
        assert_eq!(of(["Pick.", "Pick.", "Pick."]), "Pick.");
        assert_eq!(of(["Already.", "", ""]), "Already.");
        assert_eq!(
            of(["Pick.", "Never.", "Never."]),
            "Listen in: Pick. Coach, Barge in: Never."
        );
    }

    #[test]
    fn people_at_one_telephone_are_named_as_one_of_them() {
        assert_eq!(names(&[]), "");
        assert_eq!(names(&["Al"]), "Al");
        assert_eq!(names(&["Al", "Bo"]), "Al or Bo");
        assert_eq!(names(&["Al", "Bo", "Cy"]), "Al, Bo or Cy");
        assert_eq!(names(&["Al", "Bo", "Cy", "Di"]), "Al, Bo or 2 others");
    }
}
