//! Region *Monitoring*: who is monitored, and whether there is a call. *Requested*, *confirmed* and
//! *in a call* are different words here, because they are different things.

use gws::{CallState, DeviceId};
use leptos::prelude::*;
use supervision::{LinkPhase, Monitored, Monitoring, Operation, State};

use super::call;
use super::desk::DeskHandle;
use super::format;
use super::icon::{Icon, icon};
use super::parts::Parts;
use super::pieces::{Button, flag, line, strong, text};
use super::words;

pub(super) fn region(parts: Parts, desk: DeskHandle) -> impl IntoView {
    let is_live = move || {
        parts
            .connection
            .with(|connection| connection.phase == LinkPhase::Live)
    };
    let stage = move || Stage::of(parts);
    let can_not_stop = flag(move || {
        parts.monitoring.track();
        parts.request.with(|state| state.stop_obstacle().is_some())
    });
    let stop = Button {
        is_off: can_not_stop,
        ..Button::new("Stop monitoring", "stop", move || {
            desk.ask(|desk| desk.stop())
        })
    };
    view! { class = "li",
        <section class="monitoring" part="monitoring" aria-label="Monitoring"
            data-stage=text(move || stage().word().to_owned())
            class:stale=flag(move || !is_live())>
            <div class="line">
                {icon(Signal::derive(move || stage().icon()))}
                {strong(text(move || headline(parts)))}
            </div>
            <div class="facts">
                    {line("detail", text(move || details(parts, desk)))}
                    {line("detail", text(move || call_line(parts)))}
                    {line("pending", text(move || pending_line(parts)))}
                    {line("problem", text(move || problem_line(parts)))}
                </div>
            {stop.view()}
        </section>
    }
}

/// How far monitoring has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    Unknown,
    Nobody,
    Requested,
    Waiting,
    InCall,
}

impl Stage {
    fn of(parts: Parts) -> Self {
        let is_asked = parts.request.with(|asked| listening_to(asked).is_some());
        let is_in_call = parts.legs.with(|legs| {
            legs.iter()
                .any(|leg| leg.call.is_monitoring_leg() && leg.call.state == CallState::Established)
        });
        parts.monitoring.with(|monitoring| match monitoring {
            Monitoring::Active(_) | Monitoring::Unrecognised(_) if is_in_call => Self::InCall,
            Monitoring::Active(_) | Monitoring::Unrecognised(_) => Self::Waiting,
            Monitoring::Unknown | Monitoring::None if is_asked => Self::Requested,
            // A call outlives the monitoring that brought it.
            Monitoring::None if is_in_call => Self::InCall,
            Monitoring::None => Self::Nobody,
            Monitoring::Unknown => Self::Unknown,
        })
    }

    /// What the style sheet knows it by.
    fn word(self) -> &'static str {
        match self {
            Self::Unknown => "unknown",
            Self::Nobody => "none",
            Self::Requested => "requested",
            Self::Waiting => "waiting",
            Self::InCall => "in-call",
        }
    }

    fn icon(self) -> Icon {
        match self {
            Self::Unknown => Icon::Unknown,
            Self::Nobody => Icon::Off,
            Self::Requested => Icon::Waiting,
            Self::Waiting | Self::InCall => Icon::Listening,
        }
    }
}

fn listening_to(asked: &State) -> Option<&DeviceId> {
    match &asked.pending.as_ref()?.operation {
        Operation::ListenIn { target, .. } => Some(target),
        _ => None,
    }
}

fn target_of(parts: Parts, active: &Monitored) -> String {
    parts.name_of(active.target.as_ref(), active.number.as_deref())
}

fn headline(parts: Parts) -> String {
    parts.monitoring.with(|monitoring| match monitoring {
        Monitoring::Unknown => "Not known yet whether anyone is monitored".to_owned(),
        Monitoring::None => "Nobody is monitored".to_owned(),
        Monitoring::Active(active) => words::monitoring(&active.kind, &target_of(parts, active)),
        Monitoring::Unrecognised(_) => {
            "Someone is monitored; the server does not say whom".to_owned()
        }
    })
}

fn details(parts: Parts, desk: DeskHandle) -> String {
    let active = parts.monitoring.with(|monitoring| match monitoring {
        Monitoring::Active(active) => Some(active.clone()),
        _ => None,
    });
    let Some(active) = active else {
        return String::new();
    };
    let time = format::time_of_day(desk.ask(|desk| desk.wall(active.since.at)), false);
    let since = if active.since.is_observed {
        format!("since {time}")
    } else {
        format!("since {time} or earlier")
    };
    format!(
        "{} · {} · {since}",
        words::scope(&active.scope),
        words::mode(&active.mode)
    )
}

/// Whether there is a call, and with whom and for how long.
fn call_line(parts: Parts) -> String {
    let leg = parts.legs.with(|legs| {
        legs.iter()
            .find(|leg| leg.call.is_monitoring_leg())
            .cloned()
    });
    let monitoring = parts.monitoring.with(Clone::clone);
    let Some(leg) = leg else {
        return match monitoring {
            Monitoring::Active(_) | Monitoring::Unrecognised(_) => "Waiting for a call".to_owned(),
            Monitoring::Unknown | Monitoring::None => String::new(),
        };
    };
    let own = match &monitoring {
        Monitoring::Active(active) => {
            let target = active.target.as_ref();
            let number = target.and_then(|target| {
                let number = |directory: &supervision::Directory| {
                    directory.entry(target).map(|entry| entry.number.clone())
                };
                parts.directory.with(number)
            });
            number.or_else(|| active.number.clone())
        }
        _ => None,
    };
    let parties: Vec<String> = leg
        .call
        .participants
        .iter()
        .filter(|party| Some(&party.phone_number) != own.as_ref())
        .map(|party| party.shown().to_owned())
        .collect();
    let with = words::list(&parties);
    match leg.call.state {
        CallState::Ringing => format!("Your phone rings: answer to hear {with}"),
        CallState::Established => {
            format!(
                "In a call with {with} · {}",
                call::duration(&leg, parts.now.get())
            )
        }
        ref other => format!("{}: call with {with}", words::call_state(other)),
    }
}

fn pending_line(parts: Parts) -> String {
    parts.request.with(|asked| {
        let Some(pending) = &asked.pending else {
            return String::new();
        };
        let target = parts.name_of(listening_to(asked), None);
        words::pending(&pending.operation, pending.stage, &target)
    })
}

/// Why stopping did not come about; other problems stand beside what they belong to.
fn problem_line(parts: Parts) -> String {
    parts.request.with(|asked| match &asked.problem {
        Some(problem) if problem.operation == Operation::Stop => words::problem(problem, ""),
        _ => String::new(),
    })
}
