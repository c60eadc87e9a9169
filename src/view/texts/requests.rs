//! What was asked for: what is waited for, why it did not come about, why it can't be asked for.

use gws::{CallOperation, Capability, MonitoringKind, ReplyError};
use supervision::{Meaning, Obstacle, Operation, Outcome, Problem, Request, RequestProgress, Why};

use super::claims;
use super::isolated;

/// An operation as the beginning of a sentence. `who` is whom it is about.
fn asked(operation: &Operation, who: &str) -> String {
    match operation {
        Operation::Monitor(choice) => claims::monitoring(&choice.kind, who),
        Operation::Stop => "Stopping".to_owned(),
        Operation::Call { operation, .. } => call_operation(*operation).to_owned(),
    }
}

fn call_operation(operation: CallOperation) -> &'static str {
    match operation {
        CallOperation::Answer => "Answering",
        CallOperation::Hangup => "Leaving the call",
        CallOperation::SwitchToBargeIn => "Switching to barge-in",
        CallOperation::SwitchToListenIn => "Switching to listening",
        CallOperation::MuteCall => "Muting you",
        CallOperation::UnmuteCall => "Unmuting you",
        CallOperation::MuteMonitoredUser => "Muting the agent",
        CallOperation::UnmuteMonitoredUser => "Unmuting the agent",
    }
}

/// An operation as something that is asked for, in the middle of a sentence.
pub(super) fn wanted(operation: &Operation, who: &str) -> String {
    match operation {
        Operation::Monitor(choice) => {
            let how = match &choice.kind {
                MonitoringKind::ListenIn => "listen in to",
                MonitoringKind::Coach => "coach",
                MonitoringKind::BargeIn => "barge in to the calls of",
                MonitoringKind::Other(_) => "monitor",
            };
            let scope = super::scope(&choice.scope).to_ascii_lowercase();
            let mode = super::mode(&choice.mode).to_ascii_lowercase();
            format!("{how} {who}, {scope}, {mode}")
        }
        Operation::Stop => "stop monitoring".to_owned(),
        Operation::Call { operation, .. } => match operation {
            CallOperation::Answer => "answer the call",
            CallOperation::Hangup => "leave the call",
            CallOperation::SwitchToBargeIn => "switch to barge-in",
            CallOperation::SwitchToListenIn => "switch to listening",
            CallOperation::MuteCall => "mute me",
            CallOperation::UnmuteCall => "unmute me",
            CallOperation::MuteMonitoredUser => "mute the agent",
            CallOperation::UnmuteMonitoredUser => "unmute the agent",
        }
        .to_owned(),
    }
}

/// How far a request has come. `write` writes a time.
pub(in crate::view) fn pending(request: &Request, who: &str, write: super::Write<'_>) -> String {
    let wanted = wanted(&request.operation, who);
    let put_off = request.put_off_until().map(|until| {
        let until = write(until);
        format!("The server asks for a pause: what is in force is read only at {until}.")
    });
    let said = match request.stage() {
        RequestProgress::Sent | RequestProgress::HeldBack => format!("Asked to {wanted}…"),
        RequestProgress::Accepted if request.operation == Operation::Stop => {
            format!("Requested: {wanted}. It is not confirmed yet: you may still be monitoring.")
        }
        RequestProgress::Accepted => {
            format!(
                "Requested: {wanted}. It is not in force until the telephone system confirms it."
            )
        }
        RequestProgress::Checking if put_off.is_some() => {
            format!("No confirmation yet: {wanted}.")
        }
        RequestProgress::Checking => {
            format!("Not confirmed yet: {wanted}. Checking what is in force.")
        }
    };
    match put_off {
        Some(put_off) => format!("{said} {put_off}"),
        None => said,
    }
}

/// Why a button is out of use.
pub(in crate::view) fn obstacle(obstacle: &Obstacle) -> String {
    match obstacle {
        Obstacle::SignInNeeded => "Sign in first.".to_owned(),
        Obstacle::NotLive => "Wait until the connection is live.".to_owned(),
        Obstacle::UnderWay(Operation::Stop) => "Wait until the stop is settled.".to_owned(),
        Obstacle::UnderWay(_) => "Wait until the request is settled.".to_owned(),
        Obstacle::NoDevice => "You have no device to listen with.".to_owned(),
        Obstacle::UnknownDevice { asked, there_are } => {
            let there_are = match there_are.as_slice() {
                [] => "You have no device.".to_owned(),
                [one] => format!("You have {}.", isolated(one)),
                many => {
                    let numbers = many.iter().map(|number| isolated(number));
                    format!("You have {}.", super::listed(numbers))
                }
            };
            format!(
                "The device {} is not yours. {there_are} Ask whoever set up this page, or choose another device.",
                isolated(asked.as_str())
            )
        }
        Obstacle::DeviceInactive => "Your device is not active. Log in to it first.".to_owned(),
        Obstacle::NoCapability {
            missing_feature: Some(feature),
            ..
        } => format!(
            "Your contact centre has monitoring switched off (feature {feature}). Ask your administrator."
        ),
        Obstacle::NoCapability { operation, .. } => {
            let what = match operation {
                Capability::Coach => "coaching",
                Capability::BargeIn => "barging in",
                _ => "listening in",
            };
            format!("Your device does not offer {what} at the moment.")
        }
        Obstacle::NothingPicked => "Pick an agent first.".to_owned(),
        Obstacle::NoNumber => "Type a number with digits.".to_owned(),
        Obstacle::OwnDevice => "This is your own device.".to_owned(),
        Obstacle::AlreadyInForce => already_in_force(&MonitoringKind::ListenIn).to_owned(),
        Obstacle::SipClusterSilentOnly => {
            "In a SIP Cluster with routing-point monitoring you can only listen silently. In an answered call you can switch to barge-in.".to_owned()
        }
        Obstacle::SipClusterWholeCallOnly => {
            "In a SIP Cluster with routing-point monitoring only the whole call can be monitored."
                .to_owned()
        }
        Obstacle::NothingMonitored => "Nobody is being monitored.".to_owned(),
        Obstacle::NoSuchCall => "The call no longer offers this.".to_owned(),
        _ => "This is not possible at the moment.".to_owned(),
    }
}

/// Why the same can't be asked for again.
pub(in crate::view) fn already_in_force(kind: &MonitoringKind) -> &'static str {
    match kind {
        MonitoringKind::Coach => "Already coaching this agent with these options.",
        MonitoringKind::BargeIn => "Already barging in to this agent’s calls with these options.",
        _ => "Already listening to this agent with these options.",
    }
}

/// What happened to a request that failed. `who` is whom it was about.
pub(super) fn failure(operation: &Operation, outcome: &Outcome, who: &str) -> String {
    let asked = asked(operation, who);
    let Some(why) = outcome.why() else {
        return asked;
    };
    match (outcome, why) {
        (_, Why::Reply(ReplyError::NotSignedIn)) => {
            format!("{asked} was refused: nobody is signed in.")
        }
        (_, Why::NotAllowed { http, words }) => {
            let words = words.as_deref().map(|words| words.trim_end_matches('.'));
            let unspoken = "the server, or something before it, does not allow it";
            let words = isolated(words.unwrap_or(unspoken));
            let http = http.map(|http| format!(" (HTTP {http})"));
            format!("{asked} was refused: {words}{}.", http.unwrap_or_default())
        }
        (_, Why::SignedOut) => format!("{asked}: somebody else has signed in."),
        (Outcome::Refused(_), Why::Reply(error)) => {
            format!("{asked} was refused: {}.", super::connection::reply(error))
        }
        (_, Why::Reply(error)) => format!(
            "{asked}: it is not known whether the request had an effect ({}).",
            super::connection::reply(error)
        ),
        (_, Why::Reported(Some(words))) => {
            let words = isolated(words.trim_end_matches('.'));
            format!("{asked} was refused: {words}.")
        }
        (_, Why::Reported(None)) => {
            format!("{asked} failed: the telephone system reported an error without a reason.")
        }
        (_, Why::NeverConfirmed) => format!("{asked} was accepted, but never confirmed."),
        (_, Why::AgentNotShown) => format!(
            "{asked} may be in force: your device shows that someone is monitored, but the server does not say whom."
        ),
        (_, Why::CallOver) => format!("{asked}: the call had already ended."),
        (Outcome::Refused(_), Why::Superseded) => {
            format!("{asked} was not sent: something else was asked for.")
        }
        (_, Why::Superseded) => {
            format!("{asked}: something else was asked for before it was settled.")
        }
        (_, Why::DeviceGone) => format!("{asked}: the device is no longer yours."),
        _ => format!("{asked}: it is not known whether the request arrived."),
    }
}

/// What happened, what it means, what to do. `who` is whom the request was about, `in_force` whom
/// the device monitors, `obstacle` why the same can't be asked for again.
pub(in crate::view) fn problem(
    problem: &Problem,
    meaning: &Meaning,
    who: &str,
    in_force: &str,
    obstacle: Option<&Obstacle>,
) -> String {
    let happened = failure(&problem.operation, &problem.outcome, who);
    if *problem.why() == Why::AgentNotShown {
        return format!("{happened} When a call comes, look who is in it.");
    }
    let mut means = claims::meaning(meaning, in_force, problem.is_unchanged);
    let is_refused = matches!(problem.outcome, Outcome::Refused(_));
    if is_refused
        && problem.is_unchanged
        && matches!(problem.why(), Why::Reply(_) | Why::NotAllowed { .. })
    {
        means = format!("Nothing has changed. {means}");
    }
    let todo = match (&problem.operation, problem.why()) {
        (_, Why::Reply(ReplyError::NotSignedIn)) => "Sign in and try again.",
        (Operation::Monitor(_), Why::Reply(_)) if is_refused => {
            "Pick another agent, or try again later."
        }
        (Operation::Stop, _) => "Try again, or hang up on your phone.",
        _ => "Try again.",
    };
    match obstacle {
        Some(obstacle) => format!("{happened} {means} {}", self::obstacle(obstacle)),
        None => format!("{happened} {means} {todo}"),
    }
}
