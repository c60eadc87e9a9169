//! Region *Call*: the calls on the supervisor's device, the monitored one first, with its operations. The
//! supervisor's own calls are shown without operations.

use crate::reactive::{Call, RwSignal, Signal, untrack};
use crate::view::markup::{Markup, view};
use gws::{CallId, CallOperation};
use supervision::{Audience, Freshness, Leg, LegRole, Operation, State};

use super::announcements::are_same;
use super::confirm::Confirm;
use super::format;
use super::icon::{Icon, icon};
use super::parts::Parts;
use super::pieces::{Button, Variant, effect, flag, flag_of, line, strong, text, text_of};
use super::texts::{self, Text, message, say};

/// A question's call, operation, and the parties of the call.
type Asked = (CallId, CallOperation, Vec<String>);

pub(super) fn region(parts: Parts) -> Markup {
    let confirm = Confirm::new();
    let asked = RwSignal::new(None::<Asked>);
    let ask = move |operation: CallOperation| {
        let id = untrack(|| shown(parts, |leg| leg.map(|leg| leg.call.id.clone())));
        if let Some(id) = id {
            parts.run(|commands| commands.operate_call(&id, operation));
        }
    };
    let button = move |label, part, operation, press: Box<dyn Call<()>>| {
        let is_absent = move || !shown(parts, |leg| leg.is_some_and(|l| l.offers(operation)));
        let mut button = Button::boxed(label, part, press);
        button.obstacle = Some(text(move || obstacle(parts, operation)));
        button.is_absent = Some(flag(is_absent));
        button.variant = match operation {
            CallOperation::Answer => Variant::Primary,
            CallOperation::SwitchToBargeIn | CallOperation::UnmuteCall => Variant::Speaks,
            _ => Variant::Plain,
        };
        button.counterpart = counterpart(operation);
        button.view()
    };
    let plain = move |label, part, operation| {
        button(label, part, operation, Box::new(move || ask(operation)))
    };
    // Operations that let others hear the supervisor need a confirmation.
    let confirmed = move |label, part, operation| {
        let press = move || {
            let Some((leg, question)) = untrack(|| question(parts, operation)) else {
                return;
            };
            let numbers = numbers(&leg);
            let id = leg.call.id.clone();
            asked.set(Some((id.clone(), operation, numbers)));
            confirm.ask(question, move || {
                parts.run(|commands| commands.operate_call(&id, operation));
            });
        };
        button(label, part, operation, Box::new(press))
    };
    effect(move || {
        if confirm.is_asked()
            && let Some(operation) = operation_of(asked)
            && let Some((_, question)) = question(parts, operation)
        {
            confirm.reword(question);
        }
    });
    // A question about one call must not be answered for another one, nor for other parties.
    let is_moot = flag(move || {
        asked.with(|asked| {
            let Some((id, operation, parties)) = asked else {
                return false;
            };
            let is_offered = |leg: &Leg| {
                leg.call.id == *id && leg.offers(*operation) && are_same(&numbers(leg), parties)
            };
            !shown(parts, |leg| leg.is_some_and(is_offered))
        })
    });
    let speaks = flag(move || {
        operation_of(asked).is_some_and(|operation| {
            let after = shown(parts, |leg| leg?.audience_after(operation));
            after != Some(Audience::Agent)
        })
    });
    let sign = icon(parts, |parts| {
        shown(parts, |leg| {
            leg.map_or(Icon::Off, |leg| Icon::of_call(&leg.call.state))
        })
    });
    let state = of_shown(parts, |_, leg| texts::call_state(&leg.call.state));
    view! {
        <section class="call" part="call" aria-label=message!("call")
            class:absent=flag_of(parts, |parts| shown(parts, |leg| leg.is_none()))>
            <div class="line">
                {sign}
                {strong(state)}
                <span class="clock" role="timer">{of_shown(parts, clock)}</span>
            </div>
            {line("detail", of_shown(parts, with))}
            <div class="line actions">
                {plain(message!("answer"), "answer", CallOperation::Answer)}
                {plain(message!("leave-call"), "leave", CallOperation::Hangup)}
                {plain(message!("mute-me"), "mute-me", CallOperation::MuteCall)}
                {plain(message!("switch-to-listening"), "switch-to-listening", CallOperation::SwitchToListenIn)}
                {plain(message!("mute-agent"), "mute-agent", CallOperation::MuteMonitoredUser)}
                {plain(message!("unmute-agent"), "unmute-agent", CallOperation::UnmuteMonitoredUser)}
                {confirmed(message!("unmute-me"), "unmute-me", CallOperation::UnmuteCall)}
                {confirmed(message!("switch-to-barge-in"), "switch-to-barge-in", CallOperation::SwitchToBargeIn)}
            </div>
            {confirm.view(Signal::stored(Text::default()), is_moot, speaks)}
            <div class="facts">
                {line("detail others", text_of(parts, others))}
                {line("pending", text_of(parts, pending_line))}
                {line("problem", text_of(parts, |parts| {
                    parts.problem(|operation| matches!(operation, Operation::Call { .. }))
                }))}
            </div>
        </section>
    }
}

fn operation_of(asked: RwSignal<Option<Asked>>) -> Option<CallOperation> {
    asked.with(|asked| asked.as_ref().map(|(_, operation, _)| *operation))
}

/// The question before others hear the supervisor in the call that is shown, and that call's leg.
fn question(parts: Parts, operation: CallOperation) -> Option<(Leg, Text)> {
    let leg = shown(parts, |leg| leg.cloned())?;
    let audience = leg.audience_after(operation)?;
    let question = texts::confirm_heard(operation, audience, parts.parties(&leg.call));
    Some((leg, question))
}

/// The numbers of the parties of the call.
pub(super) fn numbers(leg: &Leg) -> Vec<String> {
    let mut numbers = Vec::new();
    for party in &leg.call.participants {
        numbers.push(party.phone_number.clone());
    }
    numbers
}

/// The part of the button that replaces the operation's own.
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

/// Reads the leg that is shown.
fn shown<T>(parts: Parts, read: impl FnOnce(Option<&Leg>) -> T) -> T {
    parts.all(|state| read(shown_leg(state)))
}

/// A text about the leg that is shown; empty if there is none.
fn of_shown(parts: Parts, write: fn(Parts, &Leg) -> Text) -> Signal<Text> {
    text(move || shown(parts, |leg| leg.map(|leg| write(parts, leg))).unwrap_or_default())
}

/// The monitored call, or else the first.
fn shown_leg(state: &State) -> Option<&Leg> {
    state.monitored_leg().or_else(|| state.legs().next())
}

fn obstacle(parts: Parts, operation: CallOperation) -> Text {
    let obstacle = parts.all(|state| {
        let leg = state.monitored_leg()?;
        state.call_obstacle(&leg.call.id, operation)
    });
    obstacle.as_ref().map(texts::obstacle).unwrap_or_default()
}

/// The other calls on the device, a line each.
fn others(parts: Parts) -> Text {
    parts.all(|state| {
        let shown = shown_leg(state).map(|leg| &leg.call.id);
        let mut all = String::new();
        for leg in state.legs() {
            if Some(&leg.call.id) != shown {
                let (parties, state) = (with(parts, leg), texts::call_state(&leg.call.state));
                all.push_str(&say!("also-on-device", parties, state));
                all.push('\n');
            }
        }
        all.into()
    })
}

/// Requests for the call that are pending.
fn pending_line(parts: Parts) -> Text {
    let write = |moment| parts.write(moment, true);
    let pending = parts.all(|state: &State| {
        let leg = state.monitored_leg()?;
        let request = state.requests().of_call(&leg.call.id)?;
        Some(texts::pending(request, Text::default(), &write))
    });
    pending.unwrap_or_default()
}

/// Who else is in the call, and its direction.
fn with(parts: Parts, leg: &Leg) -> Text {
    let own = match leg.role {
        LegRole::Monitoring => Text::default(),
        LegRole::Own => say!("own-call"),
    };
    let direction = leg.call.call_type.as_ref().map(texts::direction);
    let direction = direction.unwrap_or_default();
    texts::beside(texts::beside(own, direction), parts.parties(&leg.call))
}

/// How long the call has been going on, or ringing: "at least" or "at most" if its beginning was not observed,
/// and as of the time at which the connection was lost.
fn clock(parts: Parts, leg: &Leg) -> Text {
    let since = leg.clock();
    let freshness = parts.all(State::freshness);
    let clock = |now: supervision::Instant| format::clock(now.since(since.moment.at));
    let bounded = |clock| texts::bounded(since.bound(), clock);
    match freshness {
        Freshness::AsOf(until) => {
            let clock = bounded(clock(until.at));
            say!("as-of", clock = clock, time = parts.write(until, true))
        }
        Freshness::Current | Freshness::Never => bounded(clock(parts.now())),
    }
}
