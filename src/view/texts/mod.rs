//! Chooses the message for each situation. The messages are in `locales/`. Each failure says what happened, what
//! it means for monitoring, and what to do.
//!
//! | file | holds |
//! |---|---|
//! | `catalogue` | the messages, and how their placeholders are filled |
//! | `english` | those that are compiled in |
//! | `language` | the language in use |
//! | `own` | texts that an embedder brings |
//! | `unpack` | the texts of a translation, as they were packed |
//! | `intl` | the browser's `Intl`: dates, numbers, lists, plurals |
//! | `claims` | who is monitored, who hears the supervisor, what a request would do |
//! | `requests` | pending requests, why one failed, why one is not possible |
//! | `history` | the lines of the history |
//! | `announcements` | texts for screen readers only |
//! | `text` | a text that was written |
//! | `connection` | problems of the connection |
//! | `attributes` | attributes that are not accepted |
//! | `agents` | the list of agents |
//! | here | terms, and names and numbers within sentences |

mod agents;
mod announcements;
mod attributes;
mod catalogue;
mod claims;
mod connection;
mod english;
mod history;
mod intl;
mod language;
mod own;
mod requests;
mod text;
mod unpack;

use core::ops::Range;

use gws::call::CallType;
use gws::{CallState, Mode, Scope};
use supervision::{Bound, LinkPhase, Presence, SignInNeed};

pub(super) use self::agents::{
    all_agents, directory_trouble, has_left, kept_unread, list_changed, listed, matches,
    monitor_number, next_try, not_picked, not_picked_changed, not_picked_unsearched,
    number_offered, others_there, search_trouble,
};
pub(super) use self::announcements::{
    connected, device_active, first_failure, in_call_now, own_call, own_call_ended, own_call_rings,
    signed_in,
};
pub(super) use self::attributes::bad_attributes;
pub(crate) use self::attributes::{BadAttribute, Mistake};
use self::catalogue::number;
pub(super) use self::catalogue::{Message, message, say};
pub(super) use self::claims::{
    audience, confirm, confirm_heard, elsewhere, expected_audience, forecast, headline,
    heard_elsewhere, in_force, monitoring,
};
pub(super) use self::connection::trouble;
pub(super) use self::history::{Subject, Write, is_urgent, line};
pub(super) use self::intl::{
    Collator, DateParts, Zone, all_of, collator, compare, count, moment as intl_moment, resolved,
    span as intl_span,
};
pub(crate) use self::language::{InUse, Language, load};
pub(super) use self::language::{is_from_right_to_left, is_settled, language_tag, text_direction};
pub(crate) use self::own::OwnTexts;
pub(super) use self::requests::{already_in_force, obstacle, pending, problem};
pub(super) use self::text::Text;

/// A time limit.
pub(super) fn limit(minutes: u32) -> Text {
    match minutes {
        0 => say!("no-limit"),
        minutes => message!("limit-minutes", count).of_count(minutes),
    }
}

/// Why a sign-in is needed, and what to do.
pub(super) fn sign_in(need: SignInNeed, is_third_party: bool) -> Text {
    match (need, is_third_party) {
        (SignInNeed::PasswordDialog, _) => message!("sign-in-password"),
        (SignInNeed::Forbidden, _) => message!("sign-in-forbidden"),
        (_, true) => message!("sign-in-embedded"),
        (SignInNeed::NotSignedIn, false) => message!("sign-in-unknown"),
        (SignInNeed::WebPage | SignInNeed::Redirected, false) => message!("sign-in-web-page"),
    }
    .owned()
}

/// Why buttons are disabled, each with its label: for which of them, unless there is only one reason.
pub(super) fn reasons(of: &[(Text, Text)]) -> Text {
    let mut different: Vec<&Text> = Vec::new();
    for (_, reason) in of {
        if !reason.is_empty() && !different.contains(&reason) {
            different.push(reason);
        }
    }
    if let [reason] = different.as_slice() {
        return (*reason).clone();
    }
    let mut each = Text::default();
    for reason in different {
        let mut buttons = Vec::new();
        for (label, other) in of {
            if other == reason {
                buttons.push(label.clone());
            }
        }
        let buttons = all_of(&buttons);
        each = append(
            each,
            say!("reason-of-buttons", buttons = buttons, reason = &**reason),
        );
    }
    each
}

pub(super) fn scope(scope: &Scope) -> Text {
    match scope {
        Scope::Call => say!("whole-call"),
        Scope::Agent => say!("this-agent-only"),
        Scope::Other(word) => isolated(word),
    }
}

pub(super) fn mode(mode: &Mode) -> Text {
    match mode {
        Mode::AllCalls => say!("all-calls"),
        Mode::NextCall => say!("next-call-only"),
        Mode::Other(word) => isolated(word),
    }
}

pub(super) fn phase(phase: LinkPhase) -> Text {
    match phase {
        LinkPhase::Idle => message!("phase-idle"),
        LinkPhase::Starting => message!("phase-starting"),
        LinkPhase::Live => message!("phase-live"),
        LinkPhase::Silent => message!("phase-silent"),
        LinkPhase::Reconnecting => message!("phase-reconnecting"),
        LinkPhase::SignInNeeded => message!("phase-sign-in"),
        LinkPhase::Stopped => message!("phase-stopped"),
    }
    .owned()
}

pub(super) fn presence(presence: &Presence) -> Text {
    match presence {
        Presence::OnCall => message!("on-call"),
        Presence::Ready => message!("ready"),
        Presence::NotReady(None) => message!("not-ready"),
        Presence::NotReady(Some(reason)) => {
            return say!("not-ready-reason", reason = isolated(reason));
        }
        Presence::AfterCallWork => message!("after-call-work"),
        Presence::LoggedIn => message!("logged-in"),
        Presence::LoggedOut => message!("logged-out"),
        Presence::Other(word) => return isolated(word),
        Presence::Unknown => message!("state-unknown"),
    }
    .owned()
}

pub(super) fn call_state(state: &CallState) -> Text {
    match state {
        CallState::Dialing => message!("dialling"),
        CallState::Ringing => message!("ringing"),
        CallState::Established => message!("established"),
        CallState::Held => message!("on-hold"),
        CallState::Released | CallState::Completed => message!("ended"),
        CallState::Other(word) => return isolated(word),
    }
    .owned()
}

pub(super) fn direction(kind: &CallType) -> Text {
    match kind {
        CallType::Internal => message!("internal"),
        CallType::Inbound => message!("inbound"),
        CallType::Outbound => message!("outbound"),
        CallType::Consult => message!("consultation"),
        CallType::Other(word) => return isolated(word),
    }
    .owned()
}

/// A duration that is exact, or "at least" or "at most".
pub(super) fn bounded(bound: Bound, span: Text) -> Text {
    match bound {
        Bound::Exact => span,
        Bound::AtLeast => say!("at-least", span),
        Bound::AtMost => say!("at-most", span),
    }
}

/// Sentences one after another. Any of them may be empty.
pub(super) fn append(first: Text, second: Text) -> Text {
    match (first.is_empty(), second.is_empty()) {
        (true, _) => second,
        (_, true) => first,
        _ => say!("sentences", first, second),
    }
}

/// A sentence with its full stop.
pub(super) fn full_stop(sentence: &str) -> Text {
    say!("full-stop", sentence = without_stop(sentence))
}

/// A sentence without its full stop, in whatever language.
fn without_stop(sentence: &str) -> &str {
    tolerant_json::text::trim_end(tolerant_json::text::trim_end(sentence, "."), "。")
}

/// A name or a server's text within a sentence. It is isolated if any of it is written from right to left, or if
/// the sentence is, because it would otherwise change the order of the text around it, above all of numbers. Bidi
/// control characters, whose effect could reach beyond its end, are removed. Digits after right-to-left letters
/// are preceded by a mark that keeps them in order.
pub(super) fn isolated(text: &str) -> Text {
    let lays_out = |c: char| matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    let is_isolated =
        is_from_right_to_left() || text.chars().any(|c| is_right_to_left(c) || lays_out(c));
    if text.is_empty() || !is_isolated {
        return text.into();
    }
    let mut isolated = String::from('\u{2068}');
    let mut is_behind = false;
    for c in text.chars().filter(|c| !lays_out(*c)) {
        if is_behind && (c.is_ascii_digit() || c == '+') {
            isolated.push('\u{200e}');
        }
        // As long as the direction is undecided, the preceding text decides.
        if is_right_to_left(c) {
            is_behind = true;
        } else if is_letter_or_digit(c) {
            is_behind = false;
        }
        isolated.push(c);
    }
    isolated.push('\u{2069}');
    isolated.into()
}

/// Whether a character belongs to a right-to-left script.
pub(super) fn is_right_to_left(c: char) -> bool {
    matches!(c, '\u{590}'..='\u{8ff}' | '\u{200f}' | '\u{fb1d}'..='\u{fdff}'
        | '\u{fe70}'..='\u{fefe}' | '\u{10800}'..='\u{10fff}' | '\u{1e800}'..='\u{1efff}')
}

/// Roughly, by blocks: Rust's own table takes 3 kB.
fn is_letter_or_digit(c: char) -> bool {
    c.is_ascii_alphanumeric()
        || matches!(c, '\u{c0}'..='\u{d6}' | '\u{d8}'..='\u{f6}' | '\u{f8}'..='\u{2ff}'
            | '\u{370}'..='\u{1fff}' | '\u{2c00}'..='\u{2dff}' | '\u{3041}'..='\u{d7ff}'
            | '\u{f900}'..='\u{fdff}' | '\u{ff10}'..='\u{1cfff}' | '\u{20000}'..)
}

/// The names of people, one of whom is meant, within a sentence.
pub(super) fn names(of: &[&str]) -> Text {
    intl::one_of(&shortened(of))
}

/// The names of people, all of whom are meant, within a sentence.
pub(super) fn all_names(of: &[&str]) -> Text {
    all_of(&shortened(of))
}

/// All of these, within a sentence.
fn all_isolated(of: &[impl AsRef<str>]) -> Text {
    all_of(&each_isolated(of))
}

fn each_isolated(of: &[impl AsRef<str>]) -> Vec<Text> {
    let mut isolated = Vec::new();
    for text in of {
        isolated.push(self::isolated(text.as_ref()));
    }
    isolated
}

fn shortened(of: &[&str]) -> Vec<Text> {
    const MOST: usize = 3;
    let shown = if of.len() > MOST { MOST - 1 } else { of.len() };
    let mut names = each_isolated(&of[..shown]);
    if shown < of.len() {
        names.push(message!("part-others", count).of_count((of.len() - shown) as u32));
    }
    names
}

/// Name and number of somebody with a telephone.
pub(super) fn title(name: &str, number: &str) -> Text {
    joined(name.into(), number.into(), " · ")
}

/// The same, within a sentence.
pub(super) fn title_within(name: &str, number: &str) -> Text {
    beside(isolated(name), isolated(number))
}

/// Joins parts of a line that is not a sentence. Any of them may be empty. No line begins or ends with the dot between
/// them: its spaces are no-break ones.
pub(super) fn beside(one: Text, other: Text) -> Text {
    joined(one, other, "\u{a0}·\u{a0}")
}

fn joined(one: Text, other: Text, between: &str) -> Text {
    match (one.is_empty(), other.is_empty()) {
        (true, _) => other,
        (_, true) => one,
        _ => [&*one, between, &*other].concat().into(),
    }
}

/// Where a telephone number is in a text, if a line might end within it. One that may be longer than a line is none.
pub(super) fn number_within(text: &str) -> Option<Range<usize>> {
    const LONGEST: usize = 24;
    let (mut start, mut end, mut digits) = (None, 0, 0);
    // Whether a line may end behind the last digit, and whether one may within the number.
    let (mut is_behind, mut may_break) = (false, false);
    for (at, byte) in text.bytes().chain([0]).enumerate() {
        match byte {
            b'0'..=b'9' | b'+' | b'(' => {
                start = start.or(Some(at));
                if byte.is_ascii_digit() {
                    (end, digits) = (at + 1, digits + 1);
                    may_break |= is_behind;
                }
            }
            b'-' | b'/' | b')' | b' ' | b'.' => is_behind = digits > 0,
            _ => {
                // What stands before a colon is a time.
                if let Some(start) = start
                    && (digits >= 4 && may_break && byte != b':')
                    && end - start <= LONGEST
                {
                    return Some(start..end);
                }
                (start, end, digits) = (None, 0, 0);
                (is_behind, may_break) = (false, false);
            }
        }
    }
    None
}

/// The parties of a call, each as it is called within a sentence.
pub(super) fn parties(parties: &[Text]) -> Text {
    match parties {
        [] => say!("part-unknown-number"),
        parties => all_of(parties),
    }
}

#[cfg(test)]
mod tests {
    use gws::DeviceId;
    use supervision::{Audience, Elsewhere};

    use super::*;
    use crate::test;

    #[test]
    fn only_right_to_left_text_is_isolated() {
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
        // An override that never ends, and an end of our own isolate.
        assert_eq!(isolated("Bo\u{202e}\u{2069}"), "\u{2068}Bo\u{2069}");
    }

    #[test]
    fn telephone_numbers_are_found_in_texts_and_times_are_not() {
        let found = |text: &'static str| number_within(text).map(|at| &text[at]);
        assert_eq!(found("Bo · +1 (415) 555-0132."), Some("+1 (415) 555-0132"));
        assert_eq!(found("555-0142 hört zu"), Some("555-0142"));
        assert_eq!(found("(555-0142 (Bo)"), Some("(555-0142"));
        assert_eq!(found("\u{2068}‎555-0142\u{2069}"), Some("555-0142"));
        for none in [
            "6001",
            "since 09:14",
            "30.11. 09:14:03",
            "10 of 12",
            "6001 (",
            "+",
            "+1 415 555 0132 555 0133 555 0134",
            "(",
        ] {
            assert_eq!(found(none), None, "{none}");
        }
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
            elsewhere(&other, "somebody".into(), Some("555-1".into())),
            "Monitoring has ended on your device 5007, but it is still in the call with 555-1"
        );
        assert_eq!(
            elsewhere(&other, "Bo".into(), None),
            "Your device 5007 is monitoring Bo"
        );
    }

    #[test]
    fn a_reason_names_its_buttons_where_there_are_several_reasons() {
        let of = |reasons: [&str; 3]| {
            let labels = ["Listen in", "Coach", "Barge in"].into_iter();
            let labels = labels.map(Text::from);
            let each: Vec<_> = labels.zip(reasons.map(Text::from)).collect();
            super::reasons(&each)
        };
        assert_eq!(of(["", "", ""]), "");
        assert_eq!(of(["Pick.", "Pick.", "Pick."]), "Pick.");
        assert_eq!(of(["Already.", "", ""]), "Already.");
        assert_eq!(
            of(["Pick.", "Never.", ""]),
            "Listen in: Pick. Coach: Never."
        );
    }
}
