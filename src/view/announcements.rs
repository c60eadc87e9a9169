//! Changes of state that a screen reader announces although the history has no line for them.

use gws::{CallId, CallState, DeviceId, UserId};
use leptos::prelude::*;
use supervision::{Leg, LegRole, LinkPhase, Obstacle, State};

use super::announcer::{Announcer, when_settled};
use super::parts::Parts;
use super::{monitoring, texts};

/// Announces all of them, in turn.
pub(super) fn announce(parts: Parts, announcer: &Announcer) {
    announce_all(announcer, first_connection(parts));
    announce_all(announcer, device(parts));
    announce_all(announcer, own_calls(parts));
    announce_all(announcer, company(parts));
    let announcer = announcer.clone();
    parts.on_other_person(move || {
        announcer.forget();
        let me = parts
            .person()
            .with(|state| state.identity().me().map(gws::User::name));
        announcer.polite(me.map(|me| texts::signed_in(&me)).unwrap_or_default());
    });
}

/// Runs `texts` again whenever its sources change, and announces the returned texts.
fn announce_all(announcer: &Announcer, mut texts: Box<dyn FnMut() -> Vec<String>>) {
    let announcer = announcer.clone();
    when_settled(move || {
        for text in texts() {
            announcer.polite(text);
        }
    });
}

/// The history says that the first connection needs a sign-in, but neither that it fails nor that it
/// finally succeeds.
fn first_connection(parts: Parts) -> Box<dyn FnMut() -> Vec<String>> {
    let mut waits_for = None;
    let mut has_begun = false;
    Box::new(move || {
        let (phase, trouble, me) = parts.all(|state| {
            let connection = state.connection();
            let me = state.identity().me().map(gws::User::name);
            let trouble = connection.trouble.as_deref().map(texts::trouble);
            (connection.phase, trouble, me)
        });
        if has_begun {
            return Vec::new();
        }
        let before = waits_for;
        match phase {
            LinkPhase::SignInNeeded => waits_for = Some(phase),
            LinkPhase::Reconnecting if before.is_none() => {
                waits_for = Some(phase);
                return trouble
                    .map(|it| texts::first_failure(&it))
                    .into_iter()
                    .collect();
            }
            phase if phase.is_usable() => {
                has_begun = true;
                let signed_in = before == Some(LinkPhase::SignInNeeded);
                let me = me.filter(|_| signed_in);
                return before
                    .map(|_| texts::connected(me.as_deref()))
                    .into_iter()
                    .collect();
            }
            _ => {}
        }
        Vec::new()
    })
}

/// Why the device can't be used, and that it can be used again.
fn device(parts: Parts) -> Box<dyn FnMut() -> Vec<String>> {
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
    Box::new(move || {
        let Some(now) = parts.all(standing) else {
            return Vec::new();
        };
        let before = last.take().and_then(|(_, obstacle)| obstacle);
        let text = match &now {
            (_, obstacle) if *obstacle == before => None,
            (_, Some(obstacle)) => Some(texts::obstacle(obstacle)),
            (Some(device), None) => Some(untrack(|| {
                texts::device_active(&parts.number_of_own(device))
            })),
            (None, None) => None,
        };
        last = Some(now);
        text.into_iter().collect()
    })
}

/// The supervisor's own calls: ringing, answered, ended.
fn own_calls(parts: Parts) -> Box<dyn FnMut() -> Vec<String>> {
    let mut last: (Option<UserId>, Vec<Leg>) = Default::default();
    Box::new(move || {
        let (me, legs) = parts.all(|state| {
            let me = state.identity().me().map(|me| me.id.clone());
            (me, state.all_legs().to_vec())
        });
        let (whose, before) = core::mem::replace(&mut last, (me, legs));
        let (me, legs) = &last;
        // The calls of a previous supervisor do not count as ended.
        if whose.is_some() && whose != *me {
            return Vec::new();
        }
        let is_own = |leg: &&Leg| leg.role == LegRole::Own;
        let with = |leg: &Leg| untrack(|| parts.parties(&leg.call));
        let ended = before.iter().filter(is_own);
        let ended = ended.filter(|leg| state_of(legs, &leg.call.id).is_none());
        let ended = ended.map(|leg| texts::own_call_ended(&with(leg)));
        let steps = legs.iter().filter(is_own).filter_map(|leg| {
            match (&leg.call.state, state_of(&before, &leg.call.id)) {
                (now, Some(before)) if now == before => None,
                (CallState::Ringing, _) => Some(texts::own_call_rings(&with(leg))),
                (CallState::Established, Some(CallState::Held)) => None,
                (CallState::Established, _) => Some(texts::own_call(&with(leg))),
                _ => None,
            }
        });
        ended.chain(steps).collect()
    })
}

fn state_of<'a>(legs: &'a [Leg], call: &CallId) -> Option<&'a CallState> {
    let leg = legs.iter().find(|leg| leg.call.id == *call);
    leg.map(|leg| &leg.call.state)
}

/// Who else is in the monitored call, when that changes, as after a transfer.
fn company(parts: Parts) -> Box<dyn FnMut() -> Vec<String>> {
    let mut last: Option<(CallId, Vec<String>)> = None;
    Box::new(move || {
        let leg = parts.all(|state| state.monitored_leg().filter(|leg| leg.is_joined()).cloned());
        let now = leg.as_ref().map(|leg| {
            let parties = leg.call.participants.iter();
            let numbers: Vec<_> = parties.map(|party| party.phone_number.clone()).collect();
            (leg.call.id.clone(), numbers)
        });
        let before = core::mem::replace(&mut last, now.clone());
        match (before, now, leg) {
            (Some((call, before)), Some((same, now)), Some(leg))
                if call == same && !are_same(&before, &now) && !now.is_empty() =>
            {
                vec![texts::in_call_now(&untrack(|| {
                    monitoring::others(parts, &leg)
                }))]
            }
            _ => Vec::new(),
        }
    })
}

/// Whether two lists have the same elements, in any order.
pub(super) fn are_same(one: &[String], other: &[String]) -> bool {
    one.len() == other.len() && one.iter().all(|element| other.contains(element))
}
