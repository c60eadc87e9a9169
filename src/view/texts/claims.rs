//! Texts for claims: who is monitored, who hears the supervisor, what a request would do.

use gws::{CallOperation, Mode, MonitoringKind, Scope};
use supervision::{
    Audience, Claim, Duration, Effect, Elsewhere, Forecast, Headline, Meaning, Monitored, Presence,
};

use super::{Text, append, isolated, message, say};

/// The headline. `who` is the monitored agent; `outlived_by` as for [`elsewhere`].
pub(in crate::view) fn headline(claim: &Claim, who: Text, outlived_by: Option<Text>) -> Text {
    match &claim.headline {
        Headline::NotKnown => say!("not-known-yet"),
        Headline::Nobody => say!("nobody"),
        Headline::Unrecognised { asked: None } => say!("someone"),
        Headline::Unrecognised { asked: Some(_) } => say!("someone-perhaps", who),
        Headline::Elsewhere(other) if other.audience == Some(Audience::Everyone) => {
            let number = isolated(&other.number);
            match outlived_by {
                Some(parties) => say!("elsewhere-heard-outlived", number, parties),
                None => say!("elsewhere-heard", number, who),
            }
        }
        Headline::Elsewhere(other) => elsewhere(other, who, outlived_by),
        Headline::NoDevice => say!("no-device"),
        Headline::Monitoring(monitored) => {
            let what = monitoring(&monitored.kind, who);
            match claim.audience {
                Some(Audience::Agent) => say!("monitoring-agent-hears", what),
                _ => what,
            }
        }
        Headline::HeardBy(_, audience) => match (audience, claim.is_without_agent) {
            (Audience::Everyone, false) => message!("heard-everyone", who),
            (Audience::Everyone, true) => message!("heard-everyone-without", who),
            (Audience::Agent, false) => message!("heard-agent", who),
            (Audience::Agent, true) => message!("heard-agent-without", who),
            (_, false) => message!("heard-unknown", who),
            (_, true) => message!("heard-unknown-without", who),
        }
        .fill([who]),
        Headline::HeardInCall(Audience::Everyone) => say!("heard-everyone-whom"),
        Headline::HeardInCall(_) => say!("heard-agent-whom"),
        Headline::CallOutlives(Audience::Everyone) => say!("outlived-everyone"),
        Headline::CallOutlives(_) => say!("outlived"),
    }
}

/// What another device of the supervisor is doing. `who` is whom it monitors; `outlived_by` are the
/// parties of a call that goes on there after monitoring has ended.
pub(in crate::view) fn elsewhere(other: &Elsewhere, who: Text, outlived_by: Option<Text>) -> Text {
    let number = isolated(&other.number);
    match outlived_by {
        Some(parties) => say!("elsewhere-outlived", number, parties),
        None => say!("elsewhere", number, who),
    }
}

/// Who hears the supervisor in the call on another device.
pub(in crate::view) fn heard_elsewhere(audience: Option<Audience>) -> Text {
    match audience {
        Some(Audience::Everyone) => say!("elsewhere-everyone"),
        Some(Audience::Agent) => say!("elsewhere-agent"),
        Some(Audience::Unknown) => say!("elsewhere-unknown"),
        Some(Audience::Nobody) | None => Text::default(),
    }
}

/// How the supervisor takes part, as a heading.
pub(in crate::view) fn monitoring(kind: &MonitoringKind, who: Text) -> Text {
    match kind {
        MonitoringKind::ListenIn => say!("listening-in", who),
        MonitoringKind::Coach => say!("coaching", who),
        MonitoringKind::BargeIn => say!("barging-in", who),
        MonitoringKind::Other(word) => {
            say!("monitoring-otherwise", kind = isolated(word), who = who)
        }
    }
}

/// A subscription as a heading, with its scope and mode.
pub(in crate::view) fn in_force(monitored: &Monitored, who: Text) -> Text {
    let what = monitoring(&monitored.kind, who);
    with_options(what, &monitored.scope, &monitored.mode)
}

/// What is monitored or asked for, and its scope and mode.
pub(super) fn with_options(mut what: Text, scope: &Scope, mode: &Mode) -> Text {
    for option in [super::scope(scope), super::mode(mode)] {
        if !option.is_empty() {
            what = say!("part-option", what, option);
        }
    }
    what
}

/// Who hears the supervisor in the call, as the server says. With `then`, as of that time: the text
/// does not claim that somebody hears nothing now.
pub(in crate::view) fn audience(
    audience: Audience,
    agent_is_muted: bool,
    then: Option<Text>,
) -> Text {
    let heard = match (audience, then.clone()) {
        (Audience::Nobody, None) => say!("audience-nobody"),
        (Audience::Nobody, Some(time)) => say!("audience-nobody-then", time),
        (Audience::Agent, None) => say!("audience-agent"),
        (Audience::Agent, Some(time)) => say!("audience-agent-then", time),
        (Audience::Everyone, _) => say!("audience-everyone"),
        (Audience::Unknown, _) => say!("audience-unknown"),
    };
    match (agent_is_muted, then) {
        (true, None) => append(heard, say!("audience-agent-muted")),
        (true, Some(time)) => append(heard, say!("audience-agent-muted-then", time)),
        (false, _) => heard,
    }
}

/// Who will hear the supervisor before there is a call.
pub(in crate::view) fn expected_audience(kind: &MonitoringKind) -> Text {
    match kind {
        MonitoringKind::Coach => say!("expected-agent"),
        MonitoringKind::BargeIn => say!("expected-everyone"),
        MonitoringKind::ListenIn | MonitoringKind::Other(_) => Text::default(),
    }
}

/// What a request will do. `who` is whom it would monitor; `ends` names what it ends or requests
/// again with other options.
pub(in crate::view) fn forecast(
    forecast: &Forecast,
    who: Text,
    ends: Text,
    limit: Option<Duration>,
) -> Text {
    let choice = &forecast.choice;
    if let Effect::InForce { changes_limit, .. } = forecast.effect {
        let again = match (changes_limit, limit) {
            (false, _) => Text::default(),
            (true, Some(limit)) => {
                message!("in-force-limit", count).of_count((limit.as_secs() / 60) as u32)
            }
            (true, None) => say!("in-force-no-limit"),
        };
        let sentences = append(say!("in-force", what = ends), again);
        return append(sentences, say!("in-force-otherwise"));
    }
    let is_next = choice.mode == Mode::NextCall;
    let (will, heard) = match (&choice.kind, is_next) {
        (MonitoringKind::Coach, false) => {
            (message!("will-coach", who), message!("will-speak-to-agent"))
        }
        (MonitoringKind::Coach, true) => (
            message!("will-coach-next", who),
            message!("will-speak-to-agent"),
        ),
        (MonitoringKind::BargeIn, false) => (
            message!("will-barge-in", who),
            message!("will-speak-to-both"),
        ),
        (MonitoringKind::BargeIn, true) => (
            message!("will-barge-in-next", who),
            message!("will-speak-to-both"),
        ),
        (_, false) => (message!("will-hear", who), message!("will-be-silent")),
        (_, true) => (message!("will-hear-next", who), message!("will-be-silent")),
    };
    let transfer = match choice.scope {
        Scope::Agent => message!("transfer-leave"),
        _ => message!("transfer-stay"),
    };
    let now = match forecast.presence {
        Some(Presence::OnCall) if forecast.is_sip_cluster => Some(message!("current-not-joined")),
        Some(Presence::OnCall) => Some(message!("current-perhaps-joined")),
        Some(Presence::LoggedOut) => Some(message!("agent-logged-out")),
        _ => None,
    };
    let queue = forecast
        .is_sip_cluster
        .then_some(message!("queue-not-joined"));
    let facts = [Some(heard), Some(transfer), now, queue];
    let mut sentences = will.fill([who]);
    for fact in facts.into_iter().flatten() {
        sentences = append(sentences, fact.owned());
    }
    append(sentences, self::ends(&forecast.effect, ends))
}

/// What a request ends, as a sentence.
fn ends(effect: &Effect, ends: Text) -> Text {
    match effect {
        Effect::Ends(_) => say!("ends", what = ends),
        Effect::EndsUnrecognised => say!("ends-unrecognised"),
        Effect::Begins | Effect::InForce { .. } => Text::default(),
    }
}

/// The question of the confirmation.
pub(in crate::view) fn confirm(
    kind: &MonitoringKind,
    effect: &Effect,
    who: Text,
    ends: Text,
) -> Text {
    let question = match kind {
        MonitoringKind::Coach => message!("ask-coach", who),
        _ => message!("ask-barge-in", who),
    };
    append(question.fill([who]), self::ends(effect, ends))
}

/// The question before others hear the supervisor in a call with these `parties`.
pub(in crate::view) fn confirm_heard(
    operation: CallOperation,
    audience: Audience,
    parties: Text,
) -> Text {
    match (operation, audience) {
        (CallOperation::SwitchToBargeIn, Audience::Agent) => say!("ask-switch-agent"),
        (CallOperation::SwitchToBargeIn, _) => say!("ask-switch-everyone", parties),
        (_, Audience::Agent) => say!("ask-unmute-agent"),
        _ => say!("ask-unmute-everyone", parties),
    }
}

/// What a problem means for monitoring, and whether that is unchanged.
pub(super) fn meaning(meaning: &Meaning, who: Text, is_unchanged: bool) -> Text {
    match meaning {
        Meaning::NotKnown => say!("means-not-known"),
        Meaning::NobodyMonitored => say!("means-nobody"),
        Meaning::Monitoring(monitored) => {
            let what = monitoring(&monitored.kind, who);
            match is_unchanged {
                true => say!("means-still", what),
                false => say!("means-now", what),
            }
        }
        Meaning::NotInCall => say!("means-not-in-call"),
        Meaning::InCall(audience) => append(
            say!("means-in-call"),
            self::audience(*audience, false, None),
        ),
        Meaning::AgentMuted => say!("means-agent-muted"),
        Meaning::AgentHeard => say!("means-agent-heard"),
    }
}
