//! Everything the widget says, in English. Each failure says what happened, what it means for
//! monitoring, and what to do.

use bayeux::Reason;
use gws::call::CallType;
use gws::device::MonitoringKind;
use gws::{CallState, Mode, ReplyError, Scope};
use supervision::{
    Happening, LinkPhase, LinkTrouble, Obstacle, Operation, PendingStage, Presence, Problem, Why,
};

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
        LinkPhase::Reconnecting => "Reconnecting",
        LinkPhase::SignInNeeded => "Sign-in needed",
        LinkPhase::Stopped => "Stopped",
    }
}

/// The phase as a style sheet and the page's events know it.
pub(crate) fn phase_key(phase: LinkPhase) -> &'static str {
    match phase {
        LinkPhase::Idle => "idle",
        LinkPhase::Starting => "starting",
        LinkPhase::Live => "live",
        LinkPhase::Reconnecting => "reconnecting",
        LinkPhase::SignInNeeded => "sign-in-needed",
        LinkPhase::Stopped => "stopped",
    }
}

pub(super) fn presence(presence: &Presence) -> String {
    match presence {
        Presence::OnCall => "On a call".to_owned(),
        Presence::Ready => "Ready".to_owned(),
        Presence::NotReady(None) => "Not ready".to_owned(),
        Presence::NotReady(Some(reason)) => format!("Not ready – {reason}"),
        Presence::AfterCallWork => "After-call work".to_owned(),
        Presence::LoggedIn => "Logged in".to_owned(),
        Presence::LoggedOut => "Logged out".to_owned(),
        Presence::Other(word) => word.clone(),
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

/// What the supervisor does to a monitored agent, as a heading.
pub(super) fn monitoring(kind: &MonitoringKind, target: &str) -> String {
    match kind {
        MonitoringKind::ListenIn => format!("Listening in to {target}"),
        MonitoringKind::Coach => format!("Coaching {target}: the agent hears you"),
        MonitoringKind::BargeIn => format!("In the calls of {target}: everyone hears you"),
        MonitoringKind::Other(word) => format!("{word}: {target}"),
    }
}

/// What pressing *Listen in* will do.
pub(super) fn forecast(
    name: &str,
    presence: Option<&Presence>,
    scope: &Scope,
    mode: &Mode,
) -> String {
    let what = match mode {
        Mode::NextCall => {
            format!("You will hear {name}’s next call, unheard; then monitoring ends by itself.")
        }
        _ => format!("You will hear every call of {name}, unheard, until you stop."),
    };
    let transfer = match scope {
        Scope::Agent => "If the agent transfers a call, you leave it.",
        _ => "If the agent transfers a call, you stay with the customer and the new agent.",
    };
    let now = match presence {
        Some(Presence::OnCall) => {
            " In the present call you take part only if the telephone system allows it."
        }
        Some(Presence::LoggedOut) => " At the moment the agent is logged out.",
        _ => "",
    };
    format!("{what} {transfer}{now}")
}

/// How far a request has come.
pub(super) fn pending(operation: &Operation, stage: PendingStage, target: &str) -> String {
    match (operation, stage) {
        (Operation::Stop, PendingStage::Sent) => "Asking to stop…".to_owned(),
        (Operation::Stop, PendingStage::Accepted) => {
            "Stop requested. It is not confirmed yet: you may still be monitoring.".to_owned()
        }
        (Operation::Stop, PendingStage::Checking) => {
            "No confirmation of the stop. Your device is being read again.".to_owned()
        }
        (_, PendingStage::Sent) => format!("Asking to listen in to {target}…"),
        (_, PendingStage::Accepted) => {
            format!("Requested for {target}. It is not in force until your device confirms it.")
        }
        (_, PendingStage::Checking) => {
            format!("No confirmation for {target}. Your device is being read again.")
        }
    }
}

/// Why a button is out of use.
pub(super) fn obstacle(obstacle: &Obstacle) -> String {
    match obstacle {
        Obstacle::SignInNeeded => "Sign in first.".to_owned(),
        Obstacle::NotLive => "Wait until the connection is live.".to_owned(),
        Obstacle::UnderWay(Operation::Stop) => "Wait until the stop is settled.".to_owned(),
        Obstacle::UnderWay(_) => "Wait until the request is settled.".to_owned(),
        Obstacle::NoDevice => "You have no device to listen with.".to_owned(),
        Obstacle::DeviceInactive => "Your device is not active. Log in to it first.".to_owned(),
        Obstacle::NoCapability {
            missing_feature: Some(feature),
        } => format!(
            "Your contact centre has monitoring switched off (feature {feature}). Ask your administrator."
        ),
        Obstacle::NoCapability {
            missing_feature: None,
        } => "Your device does not offer listening in at the moment.".to_owned(),
        Obstacle::NothingPicked => "Pick an agent first.".to_owned(),
        Obstacle::OwnDevice => "This is your own device.".to_owned(),
        Obstacle::AlreadyInForce => "You are listening in just so already.".to_owned(),
        Obstacle::NothingMonitored => "Nobody is being monitored.".to_owned(),
        Obstacle::NoSuchCall => "The call does not offer this any more.".to_owned(),
        _ => "This is not possible at the moment.".to_owned(),
    }
}

pub(super) fn trouble(trouble: &LinkTrouble) -> String {
    match trouble {
        LinkTrouble::Notifications(reason) => reason_of(reason),
        LinkTrouble::Reading(ReplyError::WebPage { .. }) => reason_of(&Reason::WebPage),
        LinkTrouble::Reading(error) => error.to_string(),
        LinkTrouble::Network(_) => "the server can’t be reached".to_owned(),
        LinkTrouble::TimedOut => "the server did not answer in time".to_owned(),
        _ => "the connection failed".to_owned(),
    }
}

fn reason_of(reason: &Reason) -> String {
    match reason {
        Reason::Network(_) => "the server can’t be reached".to_owned(),
        reason => reason.to_string(),
    }
}

/// Why something that was asked for did not come about.
fn failure(problem: &Problem, target: &str) -> String {
    let asked = match &problem.operation {
        Operation::ListenIn { .. } => format!("Listening in to {target}"),
        Operation::Stop => "Stopping".to_owned(),
        Operation::Answer(_) => "Answering".to_owned(),
        Operation::Leave(_) => "Leaving the call".to_owned(),
    };
    match &problem.why {
        Why::Reply(ReplyError::NotSignedIn) => {
            format!("{asked} was refused: nobody is signed in.")
        }
        Why::Reply(error @ ReplyError::Refused { .. }) => format!("{asked} was refused: {error}."),
        Why::Reply(error) => format!("{asked} failed: {error}."),
        Why::Reported(Some(words)) => {
            format!("{asked} was refused: {}.", words.trim_end_matches('.'))
        }
        Why::Reported(None) => {
            format!("{asked} failed: the telephone system reported an error without a reason.")
        }
        Why::NeverConfirmed => format!("{asked} was accepted, but your device never confirmed it."),
        _ => format!("{asked}: nobody knows whether the request arrived."),
    }
}

/// What happened, what it means, what to do.
pub(super) fn problem(problem: &Problem, target: &str) -> String {
    let happened = failure(problem, target);
    let means = match (&problem.operation, &problem.why) {
        (
            Operation::ListenIn { .. },
            Why::Reply(ReplyError::Refused { .. } | ReplyError::NotSignedIn),
        ) => "Nothing has changed.",
        (Operation::ListenIn { .. }, _) => "Your device does not show it, so it is not in force.",
        (Operation::Stop, _) => "You may still be monitoring.",
        (Operation::Answer(_), _) => "You are not in the call.",
        (Operation::Leave(_), _) => "You may still be in the call.",
    };
    let todo = match (&problem.operation, &problem.why) {
        (_, Why::Reply(ReplyError::NotSignedIn)) => "Sign in and try again.",
        (Operation::ListenIn { .. }, Why::Reply(ReplyError::Refused { .. })) => {
            "Pick another agent, or try again later."
        }
        (Operation::Stop, _) => "Try again, or hang up on your phone.",
        _ => "Try again.",
    };
    format!("{happened} {means} {todo}")
}

/// A line of what happened.
pub(super) fn happening(what: &Happening, name: impl Fn(&gws::DeviceId) -> String) -> String {
    let monitored = |was: &supervision::Monitored| match &was.target {
        Some(target) => name(target),
        None => was
            .number
            .clone()
            .unwrap_or_else(|| "an unknown device".to_owned()),
    };
    match what {
        Happening::Requested(Operation::ListenIn { target, .. }) => {
            format!("Requested: listen in to {}", name(target))
        }
        Happening::Requested(_) => "Requested: stop monitoring".to_owned(),
        Happening::Began(new) => {
            let word = if new.since.is_observed {
                "Confirmed"
            } else {
                "Found"
            };
            let what = lower_first(&monitoring(&new.kind, &monitored(new)));
            format!("{word}: {what}")
        }
        Happening::Ended {
            was,
            was_asked_for: true,
        } => format!("Stopped monitoring {}", monitored(was)),
        Happening::Ended { was, .. } if was.mode == Mode::NextCall => {
            format!(
                "Monitoring of {} ended: it was for one call",
                monitored(was)
            )
        }
        Happening::Ended { was, .. } => {
            format!(
                "Monitoring of {} was ended by the telephone system",
                monitored(was)
            )
        }
        Happening::Joined(parties) => format!("Joined the call with {}", list(parties)),
        Happening::FoundIn(parties) => format!("Found: in a call with {}", list(parties)),
        Happening::Left(parties) => format!("The call with {} ended for you", list(parties)),
        Happening::Failed(failed) => {
            let target = match &failed.operation {
                Operation::ListenIn { target, .. } => name(target),
                _ => String::new(),
            };
            failure(failed, &target)
        }
        Happening::ServerError(Some(words)) => format!("The telephone system reported: {words}"),
        Happening::ServerError(None) => {
            "The telephone system reported an error without a reason".to_owned()
        }
        Happening::Unreadable(_) => {
            "A message from the server could not be read. Your device and calls are read again"
                .to_owned()
        }
        Happening::Lost => "Connection lost. What is shown may be out of date".to_owned(),
        Happening::Back => "Connection back. Everything was read again".to_owned(),
        _ => String::new(),
    }
}

pub(super) fn list(parties: &[String]) -> String {
    if parties.is_empty() {
        "an unknown number".to_owned()
    } else {
        parties.join(", ")
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

/// As the middle of a sentence.
fn lower_first(text: &str) -> String {
    let mut text = text.to_owned();
    if let Some(first) = text.get_mut(..1) {
        first.make_ascii_lowercase();
    }
    text
}
