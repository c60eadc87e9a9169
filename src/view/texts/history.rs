//! What happened, a line each.

use supervision::{
    AskedBy, Audience, Certainty, EndReason, Lasted, Monitored, Operation, Outcome, Receipt, Step,
};

use super::{claims, isolated, listed, requests};
use crate::view::format;

/// How a moment is written: with the date where it is not of the line's day.
pub(in crate::view) type Write<'a> = &'a dyn Fn(supervision::Moment) -> String;

/// A line of the history; none where others say it already. `name` names whom an operation or a
/// subscription is about.
pub(in crate::view) fn line(
    receipt: &Receipt,
    name: &dyn Fn(Subject<'_>) -> String,
    write: Write<'_>,
) -> Option<String> {
    let sentence = sentence(receipt, name, write)?;
    // What rings says so itself.
    let is_of_call = matches!(
        receipt.step,
        Step::Joined { .. } | Step::Switched { .. } | Step::AgentMuted { .. } | Step::Left { .. }
    );
    let other = name(Subject::OtherDevice(receipt.device.as_ref()));
    let sentence = match other.as_str() {
        other if is_of_call && !other.is_empty() => {
            format!("On your device {other}: {}", claims::lower_first(&sentence))
        }
        _ => sentence,
    };
    Some(match receipt.certainty {
        Certainty::Own | Certainty::Told => sentence,
        Certainty::Found { since: None } => format!("Found: {}", claims::lower_first(&sentence)),
        Certainty::Found { since: Some(since) } => format!(
            "Found: {} (between {} and {})",
            claims::lower_first(&sentence),
            write(since),
            write(receipt.at)
        ),
    })
}

/// Whom a line is about.
#[derive(Clone, Copy)]
pub(in crate::view) enum Subject<'a> {
    /// The target of an operation.
    Operation(&'a Operation),
    /// The monitored agent.
    Monitored(&'a Monitored),
    /// A device of the supervisor's.
    Device(Option<&'a gws::DeviceId>),
    /// The same, where it is another one than is used.
    OtherDevice(Option<&'a gws::DeviceId>),
    /// A party of a call, by the number.
    Party(&'a str),
}

fn sentence(
    receipt: &Receipt,
    name: &dyn Fn(Subject<'_>) -> String,
    write: Write<'_>,
) -> Option<String> {
    let of = |monitored: &Monitored| {
        claims::monitoring(&monitored.kind, &name(Subject::Monitored(monitored)))
    };
    let with =
        |parties: &[String]| listed(parties.iter().map(|number| name(Subject::Party(number))));
    let device = receipt.device.as_ref();
    Some(match &receipt.step {
        Step::Asked(operation) => {
            let who = name(Subject::Operation(operation));
            format!("Requested: {}", requests::wanted(operation, &who))
        }
        // What is confirmed has a line of its own: it began, changed or ended.
        Step::Accepted(_) | Step::Ended { outcome: Outcome::Confirmed, .. } => return None,
        Step::Ended { operation, outcome } => {
            let who = name(Subject::Operation(operation));
            requests::failure(operation, outcome, &who)
        }
        Step::Began { is, asked } => match asked {
            AskedBy::ThisPage if receipt.certainty == Certainty::Told => {
                format!("Confirmed: {}", claims::lower_first(&of(is)))
            }
            AskedBy::Elsewhere => {
                format!("Asked elsewhere: {}", claims::lower_first(&of(is)))
            }
            AskedBy::ThisPage | AskedBy::Unknown => of(is),
        },
        Step::Changed { to, asked, .. } => {
            let (scope, mode) = (super::scope(&to.scope), super::mode(&to.mode));
            let how = format!("{scope}, {mode}").to_ascii_lowercase();
            let changed = match asked {
                AskedBy::Elsewhere => "Changed elsewhere",
                AskedBy::ThisPage | AskedBy::Unknown => "Changed",
            };
            format!("{changed}: {}, {how}", claims::lower_first(&of(to)))
        }
        Step::BeganUnrecognised { asked, .. } => {
            let may_be = match asked {
                AskedBy::ThisPage => ": your request may be in force",
                AskedBy::Elsewhere | AskedBy::Unknown => "",
            };
            format!("Your device shows that someone is monitored, not whom{may_be}")
        }
        Step::StoppedUnrecognised(EndReason::StoppedHere) => "Stopped monitoring".to_owned(),
        Step::StoppedUnrecognised(_) => {
            "Monitoring ended elsewhere or by the telephone system".to_owned()
        }
        Step::Stopped { was, why, lasted } => {
            let who = name(Subject::Monitored(was));
            let how = match why {
                EndReason::StoppedHere => format!("Stopped monitoring {who}"),
                EndReason::ReplacedHere => {
                    format!("Monitoring of {who} ended: you asked for something else")
                }
                EndReason::Unknown => format!("Monitoring of {who} ended"),
                EndReason::OneCall => format!("Monitoring of {who} ended: it was for one call"),
                EndReason::Elsewhere => {
                    format!("Monitoring of {who} ended elsewhere or by the telephone system")
                }
            };
            format!("{how}, after {}", span(*lasted))
        }
        Step::OutOfSight(was) => {
            format!("It is not known any more: {}", claims::lower_first(&of(was)))
        }
        Step::Rings { parties, .. } => {
            let phone = match name(Subject::OtherDevice(device)).as_str() {
                "" => "Your phone".to_owned(),
                other => format!("Your device {other}"),
            };
            format!("{phone} rings: answer to hear {}", with(parties))
        }
        Step::Joined { parties, audience, .. } => {
            let heard = hearing(*audience);
            format!("Joined the call with {}{heard}", with(parties))
        }
        Step::Switched { audience, .. } => match audience {
            Audience::Everyone => "Everyone in the call hears you now".to_owned(),
            Audience::Agent => "The agent hears you now, the customer does not".to_owned(),
            Audience::Nobody => "You are muted now: nobody in the call hears you".to_owned(),
            Audience::Unknown => "It is no longer known who in the call hears you".to_owned(),
        },
        Step::AgentMuted { is_muted: true, .. } => {
            "The agent is muted: the customer does not hear them".to_owned()
        }
        Step::AgentMuted { is_muted: false, .. } => "The agent is heard again".to_owned(),
        Step::Left { parties, lasted, .. } => {
            let lasted = lasted.map(|lasted| format!(", after {}", span(lasted)));
            let lasted = lasted.unwrap_or_default();
            format!("The call with {} ended for you{lasted}", with(parties))
        }
        Step::LimitSet(Some(until)) => format!("Monitoring ends by itself at {}", write(*until)),
        Step::LimitSet(None) => "Monitoring no longer has a time limit".to_owned(),
        Step::LimitNear(until) => {
            format!("The time limit is near: monitoring ends at {}", write(*until))
        }
        Step::LimitReached => "The time limit has passed: stopping was asked for".to_owned(),
        Step::DeviceUsed { before, is_gone, number } => {
            let before = match number.as_str() {
                "" => name(Subject::Device(before.as_ref())),
                number => isolated(number),
            };
            let used = match device {
                Some(_) => format!("{} is now used", name(Subject::Device(device))),
                None => "None is used now".to_owned(),
            };
            match is_gone {
                true => format!("Your device {before} is gone. {used}"),
                false => format!("Your device {used} instead of {before}"),
            }
        }
        Step::SipClusterDetected => {
            "This contact centre is a SIP Cluster with routing-point monitoring: only silent monitoring of whole calls is possible".to_owned()
        }
        Step::ServerError(Some(words)) => {
            format!("The telephone system reported: {}", isolated(words))
        }
        Step::ServerError(None) => {
            "The telephone system reported an error without a reason".to_owned()
        }
        Step::Unreadable(_) => {
            "A message from the server could not be read. Your device and calls are read again"
                .to_owned()
        }
        Step::SignInNeeded(_) => "Sign-in needed. Nothing is updated until then".to_owned(),
        Step::Lost => "Connection lost. What is shown may be out of date".to_owned(),
        Step::Back => "Connection restored. Everything was read again".to_owned(),
        Step::Halted => "The connection has stopped. Nothing is updated until it is tried again".to_owned(),
        Step::Silent => {
            "Notifications do not arrive. Your device and calls are read about every 20 seconds instead"
                .to_owned()
        }
        Step::Audible => "Notifications arrive again".to_owned(),
        Step::PollsCut(after) => format!(
            "Something between this page and the server cuts each connection after {}. It is re-established each time",
            format::span(*after)
        ),
        _ => return None,
    })
}

fn span(lasted: Lasted) -> String {
    let span = format::span(lasted.span);
    format!("{}{span}", super::bound(lasted.bound))
}

fn hearing(audience: Audience) -> &'static str {
    match audience {
        Audience::Nobody => "",
        Audience::Agent => ": the agent hears you",
        Audience::Everyone => ": everyone hears you",
        Audience::Unknown => ": not known who hears you",
    }
}

/// Whether it is announced at once: it contradicts what a supervisor believes.
pub(in crate::view) fn is_urgent(step: &Step) -> bool {
    match step {
        Step::Joined { audience, .. } | Step::Switched { audience, .. } => {
            *audience >= Audience::Agent
        }
        Step::Lost | Step::Silent | Step::Halted | Step::SignInNeeded(_) => true,
        _ => false,
    }
}
