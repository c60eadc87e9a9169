//! What is so: who is monitored, who hears the supervisor, what a request would do.

use core::time::Duration;

use gws::{CallOperation, Mode, MonitoringKind, Scope};
use supervision::{
    Audience, Claim, Effect, Elsewhere, Forecast, Headline, Meaning, Monitored, Presence,
};

use super::isolated;

/// What is said loudest. `who` is the monitored agent; `outlived_by` as for [`elsewhere`].
pub(in crate::view) fn headline(claim: &Claim, who: &str, outlived_by: Option<&str>) -> String {
    match &claim.headline {
        Headline::NotKnown => "Not known yet whether anyone is monitored".to_owned(),
        Headline::Nobody => "Nobody is monitored".to_owned(),
        Headline::Unrecognised { asked: None } => {
            "Someone is monitored; the server does not say whom".to_owned()
        }
        Headline::Unrecognised { asked: Some(_) } => {
            format!("Someone is monitored, perhaps {who}; the server does not say whom")
        }
        Headline::Elsewhere(other) => {
            let number = isolated(&other.number);
            match (other.audience, outlived_by) {
                (Some(Audience::Everyone), Some(parties)) => format!(
                    "Everyone hears you on your device {number}: monitoring has ended, but it is still in the call with {parties}"
                ),
                (Some(Audience::Everyone), None) => format!(
                    "Everyone hears you on your device {number}: you are in the call of {who}"
                ),
                _ => elsewhere(other, who, outlived_by),
            }
        }
        Headline::NoDevice => "No device to monitor with".to_owned(),
        Headline::Monitoring(monitored) => {
            let heading = monitoring(&monitored.kind, who);
            match claim.audience {
                Some(Audience::Agent) => format!("{heading}: the agent hears you"),
                _ => heading,
            }
        }
        Headline::HeardBy(_, audience) => {
            let call = match claim.is_without_agent {
                true => format!("a call that {who} is not in any more"),
                false => format!("the call of {who}"),
            };
            match audience {
                Audience::Everyone => format!("Everyone hears you: you are in {call}"),
                Audience::Agent => format!("The agent hears you: you are in {call}"),
                _ => format!("You are in {call}; not known who hears you"),
            }
        }
        Headline::HeardInCall(Audience::Everyone) => {
            "Everyone hears you in a call; the server does not say whom you monitor".to_owned()
        }
        Headline::HeardInCall(_) => {
            "The agent hears you in a call; the server does not say whom you monitor".to_owned()
        }
        Headline::CallOutlives(Audience::Everyone) => {
            "Monitoring has ended, but you are still in the call: everyone hears you".to_owned()
        }
        Headline::CallOutlives(_) => {
            "Monitoring has ended, but you are still in the call".to_owned()
        }
    }
}

/// What another device of the supervisor's does. `who` is whom it monitors; `outlived_by` are the
/// parties of a call that goes on there although monitoring has ended.
pub(in crate::view) fn elsewhere(
    other: &Elsewhere,
    who: &str,
    outlived_by: Option<&str>,
) -> String {
    let number = isolated(&other.number);
    match outlived_by {
        Some(parties) => format!(
            "Monitoring has ended on your device {number}, but it is still in the call with {parties}"
        ),
        None => format!("Your device {number} is monitoring {who}"),
    }
}

/// How the supervisor takes part, as a heading.
pub(in crate::view) fn monitoring(kind: &MonitoringKind, who: &str) -> String {
    match kind {
        MonitoringKind::ListenIn => format!("Listening in to {who}"),
        MonitoringKind::Coach => format!("Coaching {who}"),
        MonitoringKind::BargeIn => format!("Barging in to the calls of {who}"),
        MonitoringKind::Other(word) => format!("{}: {who}", isolated(word)),
    }
}

/// A subscription, within a sentence.
pub(in crate::view) fn in_force(monitored: &Monitored, who: &str) -> String {
    let (scope, mode) = (super::scope(&monitored.scope), super::mode(&monitored.mode));
    let mut in_force = lower_first(&monitoring(&monitored.kind, who));
    for how in [scope, mode].into_iter().filter(|how| !how.is_empty()) {
        in_force.push_str(", ");
        in_force.push_str(&how.to_ascii_lowercase());
    }
    in_force
}

/// Who hears the supervisor in the call, as the server says.
pub(in crate::view) fn audience(audience: Audience, agent_is_muted: bool) -> String {
    let heard = match audience {
        Audience::Nobody => "You are muted in this call: you are not heard.",
        Audience::Agent => "The agent hears you. The customer does not.",
        Audience::Everyone => "Everyone in the call hears you.",
        Audience::Unknown => "The server does not say who hears you. Assume that everyone does.",
    };
    match agent_is_muted {
        true => format!("{heard} The agent is muted: the customer does not hear them."),
        false => heard.to_owned(),
    }
}

/// Who will hear the supervisor before there is a call.
pub(in crate::view) fn expected_audience(kind: &MonitoringKind) -> &'static str {
    match kind {
        MonitoringKind::Coach => "In calls the agent will hear you.",
        MonitoringKind::BargeIn => "In calls everyone will hear you.",
        MonitoringKind::ListenIn | MonitoringKind::Other(_) => "",
    }
}

/// What asking for that will do. `who` is whom it would monitor; `ends` is what it ends, and what
/// it would ask for again, in words.
pub(in crate::view) fn forecast(
    forecast: &Forecast,
    who: &str,
    ends: &str,
    limit: Option<Duration>,
) -> String {
    let choice = &forecast.choice;
    if let Effect::InForce { changes_limit, .. } = forecast.effect {
        let again = match (changes_limit, limit) {
            (false, _) => String::new(),
            (true, Some(limit)) => {
                let minutes = limit.as_secs() / 60;
                format!(" Asking again only changes the limit: {minutes} minutes from then.")
            }
            (true, None) => " Asking again only removes the limit.".to_owned(),
        };
        return format!("Already in force: {ends}.{again} Any other choice ends it.");
    }
    let part = match choice.kind {
        MonitoringKind::Coach => "coach",
        MonitoringKind::BargeIn => "take part in",
        _ => "hear",
    };
    let mut sentences = vec![match (&choice.mode, &choice.kind) {
        (Mode::NextCall, MonitoringKind::Coach) => {
            format!("You will coach {who} in the next call, then it ends by itself.")
        }
        (Mode::NextCall, _) => {
            format!("You will {part} the next call of {who}, then it ends by itself.")
        }
        (_, MonitoringKind::Coach) => format!("You will coach {who} in every call until you stop."),
        _ => format!("You will {part} every call of {who} until you stop."),
    }];
    let mut add = |sentence: &str| sentences.push(sentence.to_owned());
    match choice.kind {
        MonitoringKind::Coach => add("The agent will hear you; the customer will not."),
        MonitoringKind::BargeIn => add("The agent and the customer will hear you."),
        _ => add(
            "You ask to listen silently; once you are in a call, this panel shows who hears you.",
        ),
    }
    match choice.scope {
        Scope::Agent => add("If the agent transfers a call, you leave it."),
        _ => add("If the agent transfers a call, you stay with the customer and the new agent."),
    }
    match forecast.presence {
        Some(Presence::OnCall) if forecast.is_sip_cluster => {
            add("You do not join the current call.")
        }
        Some(Presence::OnCall) => {
            add("You join the current call only if the telephone system allows it.")
        }
        Some(Presence::LoggedOut) => add("The agent is logged out at the moment."),
        _ => {}
    }
    if forecast.is_sip_cluster {
        add("Calls already waiting in a queue are not joined.");
    }
    add(&self::ends(&forecast.effect, ends));
    sentences.join(" ").trim_end().to_owned()
}

/// What asking for something ends, as a sentence.
fn ends(effect: &Effect, ends: &str) -> String {
    match effect {
        Effect::Ends(_) => format!("This ends: {ends}."),
        Effect::EndsUnrecognised => "This ends what your device monitors now.".to_owned(),
        Effect::Begins | Effect::InForce { .. } => String::new(),
    }
}

/// What the second step asks.
pub(in crate::view) fn confirm(
    kind: &MonitoringKind,
    effect: &Effect,
    who: &str,
    ends: &str,
) -> String {
    let question = match kind {
        MonitoringKind::Coach => {
            format!("Coach {who}? The agent will hear you. The customer will not.")
        }
        _ => format!("Barge in to the calls of {who}? The agent and the customer will hear you."),
    };
    let ends = self::ends(effect, ends);
    format!("{question} {ends}").trim_end().to_owned()
}

/// What is asked before others hear the supervisor in a call with these `parties`.
pub(in crate::view) fn confirm_heard(
    operation: CallOperation,
    audience: Audience,
    parties: &str,
) -> String {
    let what = match operation {
        CallOperation::SwitchToBargeIn => "Switch to barge-in",
        _ => "Unmute yourself",
    };
    match audience {
        Audience::Agent => {
            format!("{what}? The agent will hear you. The customer will not.")
        }
        _ => format!("{what}? Everyone in the call will hear you: {parties}."),
    }
}

/// What is so, for a problem, and whether that is what was so before.
pub(super) fn meaning(meaning: &Meaning, who: &str, is_unchanged: bool) -> String {
    let still = if is_unchanged { "Still" } else { "Now" };
    match meaning {
        Meaning::NotKnown => "It is not known what is in force.".to_owned(),
        Meaning::NobodyMonitored => "Your device monitors nobody.".to_owned(),
        Meaning::Monitoring(monitored) => {
            format!(
                "{still} in force: {}.",
                lower_first(&monitoring(&monitored.kind, who))
            )
        }
        Meaning::NotInCall => "You are not in the call.".to_owned(),
        Meaning::InCall(audience) => {
            format!(
                "You are still in the call. {}",
                self::audience(*audience, false)
            )
        }
        Meaning::AgentMuted => "The agent is muted.".to_owned(),
        Meaning::AgentHeard => "The agent is not muted.".to_owned(),
    }
}

/// As the middle of a sentence.
pub(super) fn lower_first(text: &str) -> String {
    let mut text = text.to_owned();
    if let Some(first) = text.get_mut(..1) {
        first.make_ascii_lowercase();
    }
    text
}
