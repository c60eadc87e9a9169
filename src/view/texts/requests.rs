//! Texts for requests: what is pending, why one failed, why one is not possible.

use gws::{CallOperation, Capability, MonitoringKind, ReplyError};
use supervision::{Meaning, Obstacle, Operation, Outcome, Problem, Request, RequestProgress, Why};

use super::{Text, append, claims, isolated, message, number, say, without_stop};

/// An operation at the beginning of a sentence. `who` is whom it is about.
fn asked(operation: &Operation, who: Text) -> Text {
    match operation {
        Operation::Monitor(choice) => return claims::monitoring(&choice.kind, who),
        Operation::Stop => message!("asked-stop"),
        Operation::Call { operation, .. } => match operation {
            CallOperation::Answer => message!("asked-answer"),
            CallOperation::Hangup => message!("asked-leave"),
            CallOperation::SwitchToBargeIn => message!("asked-switch-to-barge-in"),
            CallOperation::SwitchToListenIn => message!("asked-switch-to-listening"),
            CallOperation::MuteCall => message!("asked-mute-me"),
            CallOperation::UnmuteCall => message!("asked-unmute-me"),
            CallOperation::MuteMonitoredUser => message!("asked-mute-agent"),
            CallOperation::UnmuteMonitoredUser => message!("asked-unmute-agent"),
        },
    }
    .owned()
}

/// A requested operation in the middle of a sentence.
pub(super) fn wanted(operation: &Operation, who: Text) -> Text {
    match operation {
        Operation::Monitor(choice) => {
            let what = match &choice.kind {
                MonitoringKind::ListenIn => message!("part-want-listen-in", who),
                MonitoringKind::Coach => message!("part-want-coach", who),
                MonitoringKind::BargeIn => message!("part-want-barge-in", who),
                MonitoringKind::Other(_) => message!("part-want-monitor", who),
            };
            return claims::with_options(what.fill([who]), &choice.scope, &choice.mode);
        }
        Operation::Stop => message!("part-want-stop"),
        Operation::Call { operation, .. } => match operation {
            CallOperation::Answer => message!("part-want-answer"),
            CallOperation::Hangup => message!("part-want-leave"),
            CallOperation::SwitchToBargeIn => message!("part-want-switch-to-barge-in"),
            CallOperation::SwitchToListenIn => message!("part-want-switch-to-listening"),
            CallOperation::MuteCall => message!("part-want-mute-me"),
            CallOperation::UnmuteCall => message!("part-want-unmute-me"),
            CallOperation::MuteMonitoredUser => message!("part-want-mute-agent"),
            CallOperation::UnmuteMonitoredUser => message!("part-want-unmute-agent"),
        },
    }
    .owned()
}

/// How far a request has come. `write` formats a time.
pub(in crate::view) fn pending(request: &Request, who: Text, write: super::Write<'_>) -> Text {
    let put_off = request.put_off_until();
    let stage = match request.stage() {
        RequestProgress::Sent | RequestProgress::HeldBack => message!("asked", what),
        RequestProgress::Accepted if request.operation == Operation::Stop => {
            message!("requested-stop", what)
        }
        RequestProgress::Accepted => message!("requested", what),
        RequestProgress::Checking if put_off.is_some() => message!("checking-later", what),
        RequestProgress::Checking => message!("checking", what),
    };
    let stage = stage.fill([wanted(&request.operation, who)]);
    match put_off {
        Some(until) => append(stage, say!("pause", time = write(until))),
        None => stage,
    }
}

/// Why a button is disabled.
pub(in crate::view) fn obstacle(obstacle: &Obstacle) -> Text {
    match obstacle {
        Obstacle::SignInNeeded => message!("obstacle-sign-in"),
        Obstacle::NotLive => message!("obstacle-not-live"),
        Obstacle::UnderWay(Operation::Stop) => message!("obstacle-stop-under-way"),
        Obstacle::UnderWay(_) => message!("obstacle-under-way"),
        Obstacle::NoDevice => message!("obstacle-no-device"),
        Obstacle::UnknownDevice { asked, there_are } => {
            let device = isolated(asked.as_str());
            if there_are.is_empty() {
                return say!("obstacle-not-yours-none", device);
            }
            let devices = super::all_isolated(there_are);
            return say!("obstacle-not-yours", device, devices);
        }
        Obstacle::DeviceInactive => message!("obstacle-inactive"),
        Obstacle::NoCapability {
            missing_feature: Some(feature),
            ..
        } => return say!("obstacle-feature", feature = isolated(feature)),
        Obstacle::NoCapability { operation, .. } => match operation {
            Capability::Coach => message!("obstacle-no-coaching"),
            Capability::BargeIn => message!("obstacle-no-barging-in"),
            _ => message!("obstacle-no-listening"),
        },
        Obstacle::NothingPicked => message!("obstacle-nothing-picked"),
        Obstacle::NoNumber => message!("obstacle-no-number"),
        Obstacle::OwnDevice => message!("obstacle-own-device"),
        Obstacle::AlreadyInForce => return already_in_force(&MonitoringKind::ListenIn),
        Obstacle::SipClusterSilentOnly => message!("obstacle-cluster-silent"),
        Obstacle::SipClusterWholeCallOnly => message!("obstacle-cluster-whole"),
        Obstacle::NothingMonitored => message!("obstacle-nothing-monitored"),
        Obstacle::NoSuchCall => message!("obstacle-no-call"),
        _ => message!("obstacle-other"),
    }
    .owned()
}

/// Why the same can't be requested again.
pub(in crate::view) fn already_in_force(kind: &MonitoringKind) -> Text {
    match kind {
        MonitoringKind::Coach => message!("already-coaching"),
        MonitoringKind::BargeIn => message!("already-barging-in"),
        _ => message!("already-listening"),
    }
    .owned()
}

/// What happened to a request that failed. `who` is whom it was about.
pub(super) fn failure(operation: &Operation, outcome: &Outcome, who: Text) -> Text {
    let asked = asked(operation, who);
    let Some(why) = outcome.why() else {
        return asked;
    };
    let refused = |asked: Text, why: Text| say!("failed-refused", asked, why);
    match (outcome, why) {
        (_, Why::Reply(ReplyError::NotSignedIn)) => {
            return refused(asked, say!("part-not-signed-in"));
        }
        (_, Why::NotAllowed { http, words }) => {
            let why = match words {
                Some(words) => isolated(without_stop(words)),
                None => say!("part-not-allowed"),
            };
            return match http {
                Some(http) => {
                    let http = number((*http).into());
                    say!("failed-refused-http", asked, why, http)
                }
                None => refused(asked, why),
            };
        }
        (Outcome::Refused(_), Why::Reply(error)) => {
            return refused(asked, super::connection::reply(error));
        }
        (_, Why::Reply(error)) => {
            let why = super::connection::reply(error);
            return say!("failed-unknown-effect", asked, why);
        }
        (_, Why::Reported(Some(words))) => {
            return refused(asked, isolated(without_stop(words)));
        }
        (_, Why::SignedOut) => message!("failed-signed-out", asked),
        (_, Why::Reported(None)) => message!("failed-no-reason", asked),
        (_, Why::NeverConfirmed) => message!("failed-unconfirmed", asked),
        (_, Why::AgentNotShown) => message!("failed-not-shown", asked),
        (_, Why::CallOver) => message!("failed-call-over", asked),
        (Outcome::Refused(_), Why::Superseded) => message!("failed-not-sent", asked),
        (_, Why::Superseded) => message!("failed-superseded", asked),
        (_, Why::DeviceGone) => message!("failed-device-gone", asked),
        _ => message!("failed-unknown", asked),
    }
    .fill([asked])
}

/// That the page has prevented a request.
pub(super) fn prevented(operation: &Operation, who: Text) -> Text {
    say!("failed-prevented", asked = asked(operation, who))
}

/// What happened, what it means, what to do. `who` is whom the request was about, `in_force` whom
/// the device monitors, `obstacle` why the same can't be requested again.
pub(in crate::view) fn problem(
    problem: &Problem,
    meaning: &Meaning,
    who: Text,
    in_force: Text,
    obstacle: Option<&Obstacle>,
) -> Text {
    let happened = failure(&problem.operation, &problem.outcome, who);
    if *problem.why() == Why::AgentNotShown {
        return append(happened, say!("do-look"));
    }
    let is_refused = matches!(problem.outcome, Outcome::Refused(_));
    let is_certain = is_refused
        && problem.is_unchanged
        && matches!(problem.why(), Why::Reply(_) | Why::NotAllowed { .. });
    let happened = match is_certain {
        true => append(happened, say!("means-unchanged")),
        false => happened,
    };
    let means = claims::meaning(meaning, in_force, problem.is_unchanged);
    let todo = match (&problem.operation, problem.why()) {
        (_, Why::Reply(ReplyError::NotSignedIn)) => message!("do-sign-in"),
        (Operation::Monitor(_), Why::Reply(_)) if is_refused => message!("do-pick-another"),
        (Operation::Stop, _) => message!("do-hang-up"),
        _ => message!("do-try-again"),
    };
    let todo = obstacle.map_or_else(|| todo.owned(), self::obstacle);
    append(append(happened, means), todo)
}
