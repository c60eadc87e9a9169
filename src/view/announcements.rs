//! Changes of state that a screen reader announces although the history has no line for them.

use crate::reactive::untrack;
use gws::{CallId, CallState, DeviceId, UserId};
use supervision::{Leg, LegRole, LinkPhase, Obstacle, State};

use super::announcer::when_settled;
use super::call::numbers;
use super::parts::Parts;
use super::{monitoring, texts};

/// Announces all of them, in turn.
pub(super) fn announce(parts: Parts) {
    first_connection(parts);
    device(parts);
    own_calls(parts);
    company(parts);
    parts.on_other_person(move || {
        parts.announcer().forget();
        let me = parts
            .person()
            .with(|state| state.identity().me().map(gws::User::name));
        parts.announce(me.map(|me| texts::signed_in(&me)).unwrap_or_default());
    });
}

/// The history says that the first connection needs a sign-in, but neither that it fails nor that it
/// finally succeeds.
fn first_connection(parts: Parts) {
    let mut waits_for = None;
    let mut has_begun = false;
    when_settled(move || {
        let (phase, trouble, me) = parts.all(|state| {
            let connection = state.connection();
            let me = state.identity().me().map(gws::User::name);
            let trouble = connection.trouble.as_deref().map(texts::trouble);
            (connection.phase, trouble, me)
        });
        if has_begun {
            return;
        }
        let before = waits_for;
        match phase {
            LinkPhase::SignInNeeded => waits_for = Some(phase),
            LinkPhase::Reconnecting if before.is_none() => {
                waits_for = Some(phase);
                if let Some(trouble) = trouble {
                    parts.announce(texts::first_failure(trouble));
                }
            }
            phase if phase.is_usable() => {
                has_begun = true;
                let signed_in = before == Some(LinkPhase::SignInNeeded);
                let me = me.filter(|_| signed_in);
                if before.is_some() {
                    parts.announce(texts::connected(me.as_deref()));
                }
            }
            _ => {}
        }
    });
}

/// Why the device can't be used, and that it can be used again.
fn device(parts: Parts) {
    /// The device in use, and its obstacle.
    type Standing = (Option<DeviceId>, Option<Obstacle>);
    fn standing(state: &State) -> Option<Standing> {
        if !state.connection().phase.is_usable() {
            return None;
        }
        let obstacle = match state.device() {
            Some(device) => (!device.is_active()).then_some(Obstacle::DeviceInactive),
            None => state.stop_obstacle().filter(|obstacle| {
                matches!(
                    obstacle,
                    Obstacle::NoDevice | Obstacle::UnknownDevice { .. }
                )
            }),
        };
        Some((state.my_device().id().cloned(), obstacle))
    }
    let mut last: Option<Standing> = None;
    when_settled(move || {
        let Some(now) = parts.all(standing) else {
            return;
        };
        let before = last.take().and_then(|(_, obstacle)| obstacle);
        match &now {
            (_, obstacle) if *obstacle == before => {}
            (_, Some(obstacle)) => parts.announce(texts::obstacle(obstacle)),
            (Some(device), None) => parts.announce(untrack(|| {
                texts::device_active(parts.number_of_own(device))
            })),
            (None, None) => {}
        }
        last = Some(now);
    });
}

/// The supervisor's own calls: ringing, answered, ended.
fn own_calls(parts: Parts) {
    let mut last: (Option<UserId>, Vec<Leg>) = Default::default();
    when_settled(move || {
        let (me, legs) = parts.all(|state| {
            let me = state.identity().me().map(|me| me.id.clone());
            (me, state.all_legs().to_vec())
        });
        let (whose, before) = core::mem::replace(&mut last, (me, legs));
        let (me, legs) = &last;
        // The calls of a previous supervisor do not count as ended.
        if whose.is_some() && whose != *me {
            return;
        }
        let with = |leg: &Leg| untrack(|| parts.parties(&leg.call));
        for leg in &before {
            if leg.role == LegRole::Own && state_of(legs, &leg.call.id).is_none() {
                parts.announce(texts::own_call_ended(with(leg)));
            }
        }
        for leg in legs {
            if leg.role != LegRole::Own {
                continue;
            }
            match (&leg.call.state, state_of(&before, &leg.call.id)) {
                (now, Some(before)) if now == before => {}
                (CallState::Ringing, _) => parts.announce(texts::own_call_rings(with(leg))),
                (CallState::Established, Some(CallState::Held)) => {}
                (CallState::Established, _) => parts.announce(texts::own_call(with(leg))),
                _ => {}
            }
        }
    });
}

fn state_of<'a>(legs: &'a [Leg], call: &CallId) -> Option<&'a CallState> {
    let leg = legs.iter().find(|leg| leg.call.id == *call);
    leg.map(|leg| &leg.call.state)
}

/// Who else is in the monitored call, when that changes, as after a transfer.
fn company(parts: Parts) {
    let mut last: Option<(CallId, Vec<String>)> = None;
    when_settled(move || {
        let leg = parts.all(|state| state.monitored_leg().filter(|leg| leg.is_joined()).cloned());
        let before = last.take();
        if let Some(leg) = leg {
            let now = numbers(&leg);
            if let Some((call, before)) = before
                && (call == leg.call.id && !are_same(&before, &now) && !now.is_empty())
            {
                let others = untrack(|| monitoring::others(parts, &leg));
                parts.announce(texts::in_call_now(others));
            }
            last = Some((leg.call.id.clone(), now));
        }
    });
}

/// Whether two lists have the same elements, in any order.
pub(super) fn are_same(one: &[String], other: &[String]) -> bool {
    one.len() == other.len() && one.iter().all(|element| other.contains(element))
}
