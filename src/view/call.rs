//! Region *Call*: the calls on the supervisor's device, the monitored one first.

use gws::CallState;
use gws::call::CallCapability;
use leptos::prelude::*;
use supervision::{Leg, Operation};

use super::desk::DeskHandle;
use super::format;
use super::icon::{Icon, icon};
use super::parts::Parts;
use super::words;

pub(super) fn region(parts: Parts, desk: DeskHandle) -> impl IntoView {
    let leg = Memo::new(move |_| {
        parts.legs.with(|legs| {
            let monitored = legs.iter().find(|leg| leg.call.is_monitoring_leg());
            monitored.or_else(|| legs.first()).cloned()
        })
    });
    let others = move || match parts.legs.with(Vec::len) {
        0 | 1 => String::new(),
        2 => "One more call on your device.".to_owned(),
        many => format!("{} more calls on your device.", many - 1),
    };
    let problem = move || {
        parts.request.with(|asked| {
            let problem = asked.problem.as_ref()?;
            let is_here = matches!(
                problem.operation,
                Operation::Answer(_) | Operation::Leave(_)
            );
            is_here.then(|| words::problem(problem, ""))
        })
    };
    let can = move |capability: CallCapability| {
        leg.with(|leg| {
            leg.as_ref()
                .is_some_and(|leg| leg.call.can(&capability) && !leg.is_busy)
        })
    };
    let with_call = move |ask: fn(DeskHandle, &gws::CallId)| {
        if let Some(leg) = leg.get_untracked() {
            ask(desk, &leg.call.id);
        }
    };
    let has_answer = move || leg.with(|leg| leg.as_ref().is_some_and(is_ringing));
    let has_leave = move || can(CallCapability::Hangup);
    view! { class = "li",
        <section class="call" part="call" aria-label="Call" class:is-idle=move || leg.with(Option::is_none)>
            <div class="line">
                {move || leg.with(|leg| {
                    icon(leg.as_ref().map_or(Icon::Off, |leg| Icon::of_call(&leg.call.state)))
                })}
                <strong>{move || leg.with(|leg| match leg {
                    Some(leg) => words::call_state(&leg.call.state).to_owned(),
                    None => "No call".to_owned(),
                })}</strong>
                <span class="parties">{move || leg.with(|leg| leg.as_ref().map(parties))}</span>
                <span class="clock" role="timer">{move || {
                    let now = parts.now.get();
                    leg.with(|leg| leg.as_ref().map(|leg| duration(leg, now)))
                }}</span>
            </div>
            <p class="detail">{others}</p>
            <p class="problem" class:absent=move || problem().is_none()>{move || problem()}</p>
            <div class="actions">
                <button type="button" part="answer" class="button primary" class:absent=move || !has_answer()
                    disabled=move || !can(CallCapability::Answer)
                    on:click=move |_| with_call(|desk, call| desk.ask(|desk| desk.answer(call)))>
                    "Answer"
                </button>
                <button type="button" part="leave" class="button" class:absent=move || !has_leave()
                    disabled=move || !has_leave()
                    on:click=move |_| with_call(|desk, call| desk.ask(|desk| desk.leave(call)))>
                    "Leave call"
                </button>
            </div>
        </section>
    }
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
fn duration(leg: &Leg, now: supervision::Instant) -> String {
    let clock = format::clock(now.since(leg.since.at));
    if leg.since.is_observed {
        clock
    } else {
        format!("at least {clock}")
    }
}
