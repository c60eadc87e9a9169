//! The one place where calls change. [`World::change_calls`] compares everybody's view of their calls
//! before and after, notifies those for whom it differs, and applies the consequences: who else
//! leaves, and which supervisor is called.

use std::collections::BTreeMap;

use gws::Scope;

use super::World;
use super::calls::{Call, Leg, LegKind};
use super::ids::{CallKey, PersonId};
use super::monitoring::Monitoring;
use super::people::Presence;
use super::snapshot::{CallSnapshot, DeviceSnapshot};

/// A change, and the user who is notified of it.
#[derive(Clone, Debug)]
pub struct Change {
    /// The user.
    pub owner: PersonId,
    /// What has changed.
    pub what: What,
}

/// What has changed, as it is after the change.
#[derive(Clone, Debug)]
pub enum What {
    /// The user's device.
    Device(Box<DeviceSnapshot>),
    /// A call on the user's device.
    Call(Box<CallSnapshot>, CallChange),
    /// The state of the user's voice channel.
    Channel(Presence),
}

/// The kind of a call's change (`notificationType`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CallChange {
    /// Its state or capabilities.
    Status,
    /// Its participants.
    Participants,
    /// Whether the supervisor has muted the agent.
    MonitoredUserMuted,
}

impl CallChange {
    /// The kind of difference between two snapshots of a call, if they differ.
    fn between(was: &CallSnapshot, now: &CallSnapshot) -> Option<Self> {
        if now == was {
            None
        } else if now.state != was.state || now.muted != was.muted {
            Some(Self::Status)
        } else if now.agents_muted != was.agents_muted {
            Some(Self::MonitoredUserMuted)
        } else if now.participants != was.participants {
            Some(Self::Participants)
        } else {
            Some(Self::Status)
        }
    }
}

/// Legs with the calls they belong to.
type Legs = Vec<(CallKey, Leg)>;

impl World {
    /// The changes since the last call, in order.
    pub fn drain_changes(&mut self) -> Vec<Change> {
        core::mem::take(&mut self.changes)
    }

    pub(super) fn device_changed(&mut self, owner: PersonId) {
        let what = What::Device(Box::new(self.device(owner)));
        self.changes.push(Change { owner, what });
    }

    /// Changes a call, with all consequences.
    pub(super) fn change_call(&mut self, key: CallKey, change: impl FnOnce(&mut Call)) {
        self.change_calls(&[key], &[], |calls| {
            if let Some(call) = calls.get_mut(&key) {
                change(call);
            }
        });
    }

    /// Adds a leg to a call, with all consequences.
    pub(super) fn join_call(&mut self, key: CallKey, leg: Leg) {
        self.change_calls(&[key], &[leg.person], |calls| {
            if let Some(call) = calls.get_mut(&key) {
                call.legs.push(leg);
            }
        });
    }

    /// Changes several calls at once, without notifications in between. `joining` are people who may
    /// join them.
    pub(super) fn change_calls(
        &mut self,
        keys: &[CallKey],
        joining: &[PersonId],
        change: impl FnOnce(&mut BTreeMap<CallKey, Call>),
    ) {
        let before = self.calls.legs_of(keys);
        let mut people: Vec<PersonId> = before.iter().map(|(_, leg)| leg.person).collect();
        people.extend(joining);
        people.sort_unstable();
        people.dedup();
        let seen_before = self.snapshots_of(&people);

        let monitoring = &self.monitoring;
        self.calls.change(keys, |calls| {
            change(calls);
            for call in keys
                .iter()
                .filter_map(|key| calls.remove(key))
                .collect::<Vec<_>>()
            {
                calls.insert(call.key, after_departures(call, &before, monitoring));
            }
        });
        self.notify(&people, seen_before);

        let after = self.calls.legs_of(keys);
        self.calls.remove_empty(keys);
        for (key, leg) in &before {
            if leg_in(&after, *key, leg.person).is_none() {
                self.has_left(leg);
            }
        }
        for (key, leg) in &after {
            let was = leg_in(&before, *key, leg.person);
            let could_be_joined = was.is_some_and(|was| self.monitoring.can_join(was));
            if !leg.monitors() && self.monitoring.can_join(leg) && !could_be_joined {
                self.call_supervisor_of(leg.person, *key);
            }
        }
        for person in people {
            self.update_queue(person);
        }
    }

    /// These people's views of all their calls, because the capabilities of one call depend on the
    /// others.
    fn snapshots_of(&self, people: &[PersonId]) -> Vec<(PersonId, CallSnapshot)> {
        let all = people
            .iter()
            .map(|&person| (person, self.own_calls(person)));
        all.flat_map(|(person, calls)| calls.into_iter().map(move |call| (person, call)))
            .collect()
    }

    /// Notifies everybody whose view of a call has changed. Released calls come first
    /// (*CompleteTransfer*, *CompleteConference*).
    fn notify(&mut self, people: &[PersonId], before: Vec<(PersonId, CallSnapshot)>) {
        let mut after = self.snapshots_of(people);
        let mut changed = Vec::new();
        for (owner, was) in before {
            let found = after
                .iter()
                .position(|(person, now)| (*person, &now.id) == (owner, &was.id));
            match found.map(|index| after.remove(index).1) {
                None => {
                    let what = What::Call(Box::new(was.released()), CallChange::Status);
                    self.changes.push(Change { owner, what });
                }
                Some(now) => {
                    if let Some(change) = CallChange::between(&was, &now) {
                        let what = What::Call(Box::new(now), change);
                        changed.push(Change { owner, what });
                    }
                }
            }
        }
        self.changes.append(&mut changed);
        for (owner, call) in after {
            let what = What::Call(Box::new(call), CallChange::Status);
            self.changes.push(Change { owner, what });
        }
    }

    /// The consequences for a person who has left a call.
    fn has_left(&mut self, leg: &Leg) {
        if leg.monitors() {
            self.monitoring_leg_ended(leg.person);
        } else if self.calls.has_any(leg.person) {
            self.plan_end_of_call(leg.person);
        } else if leg.state.is_answered() {
            self.after_call(leg.person);
        } else {
            // An unanswered call needs no after-call work.
            self.get_ready_later(leg.person);
        }
    }
}

/// The call without supervisors who leave with their agent (scope `Agent`, ListenIn page), and ended
/// if fewer than two parties are left.
///
/// Assumption: a call that has only parties outside has ended for its supervisors too, because
/// T-Server no longer sees it.
fn after_departures(mut call: Call, before: &Legs, monitoring: &Monitoring) -> Call {
    let has_left =
        |person| leg_in(before, call.key, person).is_some() && call.leg(person).is_none();
    let leaves_too = |leg: &Leg| match leg.kind {
        LegKind::Monitors { target, .. } => {
            let scope = monitoring.of(leg.person).map(|found| &found.scope);
            has_left(target) && scope != Some(&Scope::Call)
        }
        LegKind::Talks { .. } => false,
    };
    let stay = call.legs.iter().filter(|leg| !leaves_too(leg));
    call.legs = stay.cloned().collect();
    if call.parties() < 2 || !call.has_a_party_inside() {
        call.legs.clear();
    }
    call
}

fn leg_in(legs: &Legs, key: CallKey, person: PersonId) -> Option<&Leg> {
    let found = legs
        .iter()
        .find(|(in_call, leg)| (*in_call, leg.person) == (key, person));
    found.map(|(_, leg)| leg)
}
