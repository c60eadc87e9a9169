//! The lines of the history.

use supervision::{
    AskedBy, Audience, Certainty, EndReason, Lasted, Monitored, Operation, Outcome, Receipt, Step,
};

use super::{Text, claims, isolated, message, requests, say};
use crate::view::format;

/// Writes a moment: with the date if it is not the line's day.
pub(in crate::view) type Write<'a> = &'a dyn Fn(supervision::Moment) -> Text;

/// A line of the history; none if other lines say it already. `name` names whom an operation or a
/// subscription is about.
pub(in crate::view) fn line(
    receipt: &Receipt,
    name: &dyn Fn(Subject<'_>) -> Text,
    write: Write<'_>,
) -> Option<Text> {
    let sentence = sentence(receipt, name, write)?;
    // Steps of a ringing call say so themselves.
    let is_of_call = matches!(
        receipt.step,
        Step::Joined { .. } | Step::Switched { .. } | Step::AgentMuted { .. } | Step::Left { .. }
    );
    let other = name(Subject::OtherDevice(receipt.device.as_ref()));
    let sentence = match is_of_call && !other.is_empty() {
        true => say!("on-your-device", number = other, sentence = sentence),
        false => sentence,
    };
    Some(match receipt.certainty {
        Certainty::Own | Certainty::Told => sentence,
        Certainty::Found { since: None } => say!("found", sentence),
        Certainty::Found { since: Some(since) } => say!(
            "found-between",
            sentence = sentence,
            since = write(since),
            until = write(receipt.at)
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
    /// Like [`Self::Device`], if it is not the device in use.
    OtherDevice(Option<&'a gws::DeviceId>),
    /// A party of a call, by number.
    Party(&'a str),
}

fn sentence(
    receipt: &Receipt,
    name: &dyn Fn(Subject<'_>) -> Text,
    write: Write<'_>,
) -> Option<Text> {
    let of = |monitored: &Monitored| {
        claims::monitoring(&monitored.kind, name(Subject::Monitored(monitored)))
    };
    let with = |parties: &[String]| {
        let mut names = Vec::new();
        for number in parties {
            names.push(name(Subject::Party(number)));
        }
        super::parties(&names)
    };
    let device = receipt.device.as_ref();
    let message = match &receipt.step {
        Step::Asked(operation) => {
            let who = name(Subject::Operation(operation));
            return Some(say!(
                "happened-requested",
                what = requests::wanted(operation, who)
            ));
        }
        Step::Prevented(operation) => {
            let who = name(Subject::Operation(operation));
            return Some(requests::prevented(operation, who));
        }
        // Confirmed steps have their own line: began, changed or ended.
        Step::Accepted(_)
        | Step::Ended {
            outcome: Outcome::Confirmed,
            ..
        } => return None,
        Step::Ended { operation, outcome } => {
            let who = name(Subject::Operation(operation));
            return Some(requests::failure(operation, outcome, who));
        }
        Step::Began { is, asked } => {
            let message = match asked {
                AskedBy::ThisPage if receipt.certainty == Certainty::Told => {
                    message!("happened-confirmed", what)
                }
                AskedBy::Elsewhere => message!("happened-elsewhere", what),
                AskedBy::ThisPage | AskedBy::Unknown => return Some(of(is)),
            };
            return Some(message.fill([of(is)]));
        }
        Step::Changed { to, asked, .. } => {
            let message = match asked {
                AskedBy::Elsewhere => message!("happened-changed-elsewhere", what),
                AskedBy::ThisPage | AskedBy::Unknown => message!("happened-changed", what),
            };
            let what = claims::in_force(to, name(Subject::Monitored(to)));
            return Some(message.fill([what]));
        }
        Step::BeganUnrecognised {
            asked: AskedBy::ThisPage,
            ..
        } => {
            message!("happened-unrecognised-asked")
        }
        Step::BeganUnrecognised { .. } => message!("happened-unrecognised"),
        Step::StoppedUnrecognised(EndReason::StoppedHere) => message!("stopped"),
        Step::StoppedUnrecognised(_) => message!("stopped-elsewhere"),
        Step::Stopped { was, why, lasted } => {
            let message = match why {
                EndReason::StoppedHere => message!("stopped-agent", who, span),
                EndReason::ReplacedHere => message!("stopped-agent-replaced", who, span),
                EndReason::Unknown => message!("stopped-agent-unknown", who, span),
                EndReason::OneCall => message!("stopped-agent-one-call", who, span),
                EndReason::Elsewhere => message!("stopped-agent-elsewhere", who, span),
            };
            return Some(message.fill([name(Subject::Monitored(was)), span(*lasted)]));
        }
        Step::OutOfSight(was) => return Some(say!("out-of-sight", what = of(was))),
        Step::Rings { parties, .. } => {
            let (number, parties) = (name(Subject::OtherDevice(device)), with(parties));
            return Some(match number.is_empty() {
                true => say!("rings", parties),
                false => say!("device-rings", number, parties),
            });
        }
        Step::Joined {
            parties, audience, ..
        } => {
            let message = match audience {
                Audience::Nobody => message!("joined", parties),
                Audience::Agent => message!("joined-agent", parties),
                Audience::Everyone => message!("joined-everyone", parties),
                Audience::Unknown => message!("joined-unknown", parties),
            };
            return Some(message.fill([with(parties)]));
        }
        Step::Switched { audience, .. } => match audience {
            Audience::Everyone => message!("switched-everyone"),
            Audience::Agent => message!("switched-agent"),
            Audience::Nobody => message!("switched-nobody"),
            Audience::Unknown => message!("switched-unknown"),
        },
        Step::AgentMuted { is_muted: true, .. } => message!("agent-muted"),
        Step::AgentMuted {
            is_muted: false, ..
        } => message!("agent-heard"),
        Step::Left {
            parties, lasted, ..
        } => {
            let parties = with(parties);
            return Some(match lasted {
                Some(lasted) => say!("left-after", parties = parties, span = span(*lasted)),
                None => say!("left", parties),
            });
        }
        Step::LimitSet(Some(until)) => return Some(say!("limit-set", time = write(*until))),
        Step::LimitSet(None) => message!("limit-removed"),
        Step::LimitNear(until) => return Some(say!("limit-near", time = write(*until))),
        Step::LimitReached => message!("limit-reached"),
        Step::DeviceUsed {
            before,
            is_gone,
            number,
        } => {
            let before = match number.as_str() {
                "" => name(Subject::Device(before.as_ref())),
                number => isolated(number),
            };
            let used = name(Subject::Device(device));
            return Some(match (is_gone, device) {
                (true, Some(_)) => say!("device-gone", before = before, device = used),
                (true, None) => say!("device-gone-none", before),
                (false, Some(_)) => say!("device-used", device = used, before = before),
                (false, None) => say!("device-used-none", before),
            });
        }
        Step::SipClusterDetected => message!("cluster-detected"),
        Step::ServerError(Some(words)) => {
            return Some(say!("server-error", words = isolated(words)));
        }
        Step::ServerError(None) => message!("server-error-silent"),
        Step::Unreadable(_) => message!("unreadable"),
        Step::SignInNeeded(_) => message!("sign-in-needed"),
        Step::Lost => message!("lost"),
        Step::Back => message!("back"),
        Step::Halted => message!("halted"),
        Step::Silent => message!("silent"),
        Step::Audible => message!("audible"),
        Step::PollsCut(after) => return Some(say!("polls-cut", span = format::span(*after))),
        _ => return None,
    };
    Some(message.owned())
}

fn span(lasted: Lasted) -> Text {
    super::bounded(lasted.bound, format::span(lasted.span))
}

/// Whether it is announced at once, because it contradicts what the supervisor believes.
pub(in crate::view) fn is_urgent(step: &Step) -> bool {
    match step {
        Step::Joined { audience, .. } | Step::Switched { audience, .. } => {
            *audience >= Audience::Agent
        }
        Step::Lost | Step::Silent | Step::Halted | Step::SignInNeeded(_) => true,
        _ => false,
    }
}
