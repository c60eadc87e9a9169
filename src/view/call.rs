//! Region *Call*: the calls on the supervisor's device, the monitored one first.

use gws::call::CallCapability;
use gws::{CallId, CallState};
use leptos::prelude::*;
use supervision::{Leg, Operation};

use super::desk::{Desk, DeskHandle};
use super::format;
use super::icon::{Icon, icon};
use super::parts::Parts;
use super::pieces::{Button, Look, flag, line, strong, text};
use super::words;

pub(super) fn region(parts: Parts, desk: DeskHandle) -> impl IntoView {
    let with_leg = move |say: fn(&Leg) -> String| {
        text(move || shown(parts, |leg| leg.map(say).unwrap_or_default()))
    };
    let may_not = move |capability: CallCapability| {
        flag(move || {
            shown(parts, |leg| {
                leg.is_none_or(|leg| leg.is_busy || !leg.call.can(&capability))
            })
        })
    };
    let ask = move |ask: fn(&dyn Desk, &CallId)| {
        if let Some(leg) = untrack(|| shown(parts, |leg| leg.cloned())) {
            desk.ask(|desk| ask(desk, &leg.call.id));
        }
    };
    let sign = Signal::derive(move || {
        shown(parts, |leg| {
            leg.map_or(Icon::Off, |leg| Icon::of_call(&leg.call.state))
        })
    });
    let state = text(move || {
        shown(parts, |leg| match leg {
            Some(leg) => words::call_state(&leg.call.state).to_owned(),
            None => "No call".to_owned(),
        })
    });
    let not_ringing = flag(move || !shown(parts, |leg| leg.is_some_and(is_ringing)));
    let may_not_leave = may_not(CallCapability::Hangup);
    let answer = Button {
        look: Look::Primary,
        is_absent: not_ringing,
        is_off: may_not(CallCapability::Answer),
        ..Button::new("Answer", "answer", move || {
            ask(|desk, call| desk.answer(call));
        })
    };
    let leave = Button {
        is_absent: may_not_leave,
        is_off: may_not_leave,
        ..Button::new("Leave call", "leave", move || {
            ask(|desk, call| desk.leave(call));
        })
    };
    view! { class = "li",
        <section class="call" part="call" aria-label="Call"
            class:is-idle=flag(move || shown(parts, |leg| leg.is_none()))>
            <div class="line">
                {icon(sign)}
                {strong(state)}
                <span class="clock" role="timer">{text(move || {
                    let now = parts.now.get();
                    shown(parts, |leg| leg.map(|leg| duration(leg, now)).unwrap_or_default())
                })}</span>
                {answer.view()} {leave.view()}
            </div>
            <div class="facts">
                {line("detail", with_leg(parties))}
                {line("detail", text(move || others(parts)))}
                {line("problem", text(move || problem_line(parts)))}
            </div>
        </section>
    }
}

/// Looks at the call that is shown: the monitored one, or else the first.
fn shown<T>(parts: Parts, look: impl FnOnce(Option<&Leg>) -> T) -> T {
    parts.legs.with(|legs| {
        let monitored = legs.iter().find(|leg| leg.call.is_monitoring_leg());
        look(monitored.or_else(|| legs.first()))
    })
}

/// What else there is.
fn others(parts: Parts) -> String {
    match parts.legs.with(Vec::len) {
        0 | 1 => String::new(),
        2 => "One more call on your device.".to_owned(),
        many => format!("{} more calls on your device.", many - 1),
    }
}

/// Why answering or leaving did not come about.
fn problem_line(parts: Parts) -> String {
    parts.request.with(|asked| match &asked.problem {
        Some(problem)
            if matches!(
                problem.operation,
                Operation::Answer(_) | Operation::Leave(_)
            ) =>
        {
            words::problem(problem, "")
        }
        _ => String::new(),
    })
}

fn is_ringing(leg: &Leg) -> bool {
    leg.call.state == CallState::Ringing
}

fn parties(leg: &Leg) -> String {
    let numbers: Vec<String> = leg
        .call
        .participants
        .iter()
        .map(|party| party.shown().to_owned())
        .collect();
    let direction = leg.call.call_type.as_ref().map(words::direction);
    match direction {
        Some(direction) => format!("{direction} · {}", words::list(&numbers)),
        None => words::list(&numbers),
    }
}

/// How long the call has been going on; "at least" where its beginning was not observed.
pub(super) fn duration(leg: &Leg, now: supervision::Instant) -> String {
    let clock = format::clock(now.since(leg.since.at));
    if leg.since.is_observed {
        clock
    } else {
        format!("at least {clock}")
    }
}
