//! The one place where calls change. [`World::change_calls`] compares what everybody sees of their
//! calls before and after, notifies those for whom something is different, and sees to what follows:
//! who has left, who leaves with them, which supervisor is called.
//!
//! A rule that changes a call only says what changes in it.

use std::collections::BTreeMap;

use gws::Scope;

use super::World;
use super::calls::{Call, Leg, LegKind};
use super::ids::{CallKey, PersonId};
use super::monitoring::Monitoring;
use super::people::Presence;
use super::snapshot::{CallSnapshot, DeviceSnapshot};

/// Something that one user is notified of.
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
    /// The user's voice channel: what they are doing now.
    Channel(Presence),
}

/// In what a call has changed (`notificationType`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CallChange {
    /// Its state, or what may be done with it.
    Status,
    /// Who takes part.
    Participants,
    /// Whether the supervisor has muted the agent.
    MonitoredUserMuted,
}

impl CallChange {
    /// What is different between two snapshots of a call, if anything is.
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
    /// What has changed since the last time this was asked, in order.
    pub fn drain_changes(&mut self) -> Vec<Change> {
        core::mem::take(&mut self.changes)
    }

    pub(super) fn device_changed(&mut self, owner: PersonId) {
        let what = What::Device(Box::new(self.device(owner)));
        self.changes.push(Change { owner, what });
    }

    /// Changes a call, with everything that follows from it.
    pub(super) fn change_call(&mut self, key: CallKey, change: impl FnOnce(&mut Call)) {
        self.change_calls(&[key], &[], |calls| {
            if let Some(call) = calls.get_mut(&key) {
                change(call);
            }
        });
    }

    /// Adds somebody's leg to a call, with everything that follows from it.
    pub(super) fn join_call(&mut self, key: CallKey, leg: Leg) {
        self.change_calls(&[key], &[leg.person], |calls| {
            if let Some(call) = calls.get_mut(&key) {
                call.legs.push(leg);
            }
        });
    }

    /// Changes several calls at once, which people may join by that: nobody is notified of anything
    /// in between.
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
        let seen_before = self.seen(&people);

        let monitoring = &self.monitoring;
        self.calls.change(keys, |calls| {
            change(calls);
            for call in keys
                .iter()
                .filter_map(|key| calls.remove(key))
                .collect::<Vec<_>>()
            {
                calls.insert(call.key, without_who_leaves_too(call, &before, monitoring));
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

    /// What these people see of all their calls: what may be done with one depends on the others.
    fn seen(&self, people: &[PersonId]) -> Vec<(PersonId, CallSnapshot)> {
        let all = people
            .iter()
            .map(|&person| (person, self.own_calls(person)));
        all.flat_map(|(person, calls)| calls.into_iter().map(move |call| (person, call)))
            .collect()
    }

    /// Notifies everybody for whom a call looks different now, or is over. What is over comes first
    /// (*CompleteTransfer*, *CompleteConference*).
    fn notify(&mut self, people: &[PersonId], before: Vec<(PersonId, CallSnapshot)>) {
        let mut after = self.seen(people);
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

    /// What it means for somebody that a call is over for them.
    fn has_left(&mut self, leg: &Leg) {
        if leg.monitors() {
            self.monitoring_leg_ended(leg.person);
        } else if self.calls.has_any(leg.person) {
            self.plan_end_of_call(leg.person);
        } else if leg.state.is_answered() {
            self.after_call(leg.person);
        } else {
            // A call that nobody answered keeps nobody from what there was to do.
            self.get_ready_later(leg.person);
        }
    }
}

/// A call without two parties is over for everyone. With scope `Agent` a supervisor leaves with the
/// agent (ListenIn page).
///
/// Assumption: a call that has only parties outside is over for its supervisors too; T-Server sees it
/// no longer.
fn without_who_leaves_too(mut call: Call, before: &Legs, monitoring: &Monitoring) -> Call {
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
