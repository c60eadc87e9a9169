//! Region *Call*: the calls on the supervisor's device, the monitored one first, with what may be
//! done in it. A call of the supervisor's own is shown and not touched.

use gws::{CallId, CallOperation};
use leptos::prelude::*;
use supervision::{Freshness, Leg, LegRole, Operation, State};

use super::commands::Handle;
use super::confirm::Confirm;
use super::format;
use super::icon::{Icon, icon};
use super::parts::Parts;
use super::pieces::{Button, Look, flag, line, strong, text};
use super::words;

pub(super) fn region(parts: Parts, commands: Handle) -> impl IntoView {
    let confirm = Confirm::new();
    // The call about which it is asked.
    let asked_in = RwSignal::new(None::<CallId>);
    let ask = move |operation: CallOperation| {
        let id = untrack(|| shown(parts, |leg| leg.map(|leg| leg.call.id.clone())));
        if let Some(id) = id {
            commands.ask(|commands| commands.operate_call(&id, operation));
        }
    };
    let button = move |label, part, operation, press: Box<dyn Fn()>| Button {
        obstacle: text(move || obstacle(parts, operation)),
        is_absent: flag(move || !shown(parts, |leg| leg.is_some_and(|l| l.offers(operation)))),
        look: match operation {
            CallOperation::Answer => Look::Primary,
            _ => Look::Plain,
        },
        counterpart: counterpart(operation),
        press,
        ..Button::new(label, part, || {})
    };
    let plain = move |label, part, operation| {
        button(label, part, operation, Box::new(move || ask(operation))).view()
    };
    let barge_in = CallOperation::SwitchToBargeIn;
    let switch_to_barge_in = button(
        "Switch to barge-in",
        "switch-to-barge-in",
        barge_in,
        Box::new(move || {
            // Whoever is asked about one call does not speak to another customer.
            let id = untrack(|| shown(parts, |leg| leg.map(|leg| leg.call.id.clone())));
            asked_in.set(id.clone());
            confirm.ask(words::CONFIRM_SWITCH.to_owned(), move || {
                if let Some(id) = &id {
                    commands.ask(|commands| commands.operate_call(id, barge_in));
                }
            });
        }),
    );
    let can_not_barge_in = flag(move || {
        let asked_in = asked_in.get();
        let is_it = |leg: &Leg| asked_in.as_ref().is_none_or(|id| *id == leg.call.id);
        !shown(parts, |leg| {
            leg.is_some_and(|leg| leg.offers(barge_in) && is_it(leg))
        })
    });
    let sign = move || {
        shown(parts, |leg| {
            leg.map_or(Icon::Off, |leg| Icon::of_call(&leg.call.state))
        })
    };
    let state = text(move || {
        shown(parts, |leg| match leg {
            Some(leg) => words::call_state(&leg.call.state).to_owned(),
            None => "No call".to_owned(),
        })
    });
    view! { class = "li",
        <section class="call" part="call" aria-label="Call"
            class:is-idle=flag(move || shown(parts, |leg| leg.is_none()))>
            <div class="line">
                {icon(sign)}
                {strong(state)}
                <span class="clock" role="timer">{text(move || {
                    shown(parts, |leg| leg.cloned()).map(|leg| clock(parts, &leg)).unwrap_or_default()
                })}</span>
                {plain("Leave call", "leave", CallOperation::Hangup)}
            </div>
            <div class="line actions">
                {plain("Answer", "answer", CallOperation::Answer)}
                {switch_to_barge_in.view()}
                {plain("Switch to listening", "switch-to-listening", CallOperation::SwitchToListenIn)}
                {plain("Mute me", "mute-me", CallOperation::MuteCall)}
                {plain("Unmute me", "unmute-me", CallOperation::UnmuteCall)}
                {plain("Mute agent", "mute-agent", CallOperation::MuteMonitoredUser)}
                {plain("Unmute agent", "unmute-agent", CallOperation::UnmuteMonitoredUser)}
            </div>
            {confirm.view(Signal::stored(String::new()), can_not_barge_in)}
            <div class="facts">
                {line("detail", text(move || {
                    shown(parts, |leg| leg.cloned()).map(|leg| with(parts, &leg)).unwrap_or_default()
                }))}
                {line("detail", text(move || others(parts)))}
                {line("pending", text(move || pending_line(parts)))}
                {line("problem", text(move || {
                    parts.problem(|operation| matches!(operation, Operation::Call { .. }))
                }))}
            </div>
        </section>
    }
}

/// The part of the button that takes the place of the operation's own.
fn counterpart(operation: CallOperation) -> Option<&'static str> {
    Some(match operation {
        CallOperation::SwitchToBargeIn => "switch-to-listening",
        CallOperation::SwitchToListenIn => "switch-to-barge-in",
        CallOperation::MuteCall => "unmute-me",
        CallOperation::UnmuteCall => "mute-me",
        CallOperation::MuteMonitoredUser => "unmute-agent",
        CallOperation::UnmuteMonitoredUser => "mute-agent",
        CallOperation::Answer | CallOperation::Hangup => return None,
    })
}

/// Looks at the call that is shown.
fn shown<T>(parts: Parts, look: impl FnOnce(Option<&Leg>) -> T) -> T {
    parts.all(|state| look(shown_leg(state)))
}

/// The monitored call, or else the first.
fn shown_leg(state: &State) -> Option<&Leg> {
    state.monitored_leg().or_else(|| state.legs().next())
}

fn obstacle(parts: Parts, operation: CallOperation) -> String {
    let obstacle = parts.all(|state| {
        let leg = state.monitored_leg()?;
        state.call_obstacle(&leg.call.id, operation)
    });
    obstacle.as_ref().map(words::obstacle).unwrap_or_default()
}

/// The other calls on the device.
fn others(parts: Parts) -> String {
    let shown = shown(parts, |leg| leg.map(|leg| leg.call.id.clone()));
    let others: Vec<Leg> = parts.all(|state| {
        let others = state
            .legs()
            .filter(|leg| Some(&leg.call.id) != shown.as_ref());
        others.cloned().collect()
    });
    let one = |leg: &Leg| {
        let state = words::call_state(&leg.call.state);
        format!("Also on your device: {} ({state}).", with(parts, leg))
    };
    others.iter().map(one).collect::<Vec<_>>().join(" ")
}

/// What was asked of the call and is not settled.
fn pending_line(parts: Parts) -> String {
    let request = parts.all(|state: &State| {
        let leg = state.monitored_leg()?;
        state.requests().of_call(&leg.call.id).cloned()
    });
    request
        .map(|request| words::pending(&request, ""))
        .unwrap_or_default()
}

/// Who else is in the call, and which way it goes.
fn with(parts: Parts, leg: &Leg) -> String {
    let with = parts.parties(&leg.call);
    let direction = leg.call.call_type.as_ref().map(words::direction);
    let with = match direction {
        Some(direction) => format!("{direction} · {with}"),
        None => with,
    };
    match leg.role {
        LegRole::Monitoring => with,
        LegRole::Own => format!("Your own call · {with}"),
    }
}

/// How long the call has been going on, or rung: "at least" where its beginning was not observed,
/// and as of when the connection was lost.
pub(super) fn clock(parts: Parts, leg: &Leg) -> String {
    let since = leg.clock();
    let freshness = parts.all(State::freshness);
    let clock = |now: supervision::Instant| format::clock(now.since(since.moment.at));
    let at_least = if since.is_observed { "" } else { "at least " };
    match freshness {
        Freshness::AsOf(until) => {
            let time = parts.write(until, true);
            format!("{at_least}{} as of {time}", clock(until.at))
        }
        Freshness::Current | Freshness::Never => {
            format!("{at_least}{}", clock(parts.now.get()))
        }
    }
}
