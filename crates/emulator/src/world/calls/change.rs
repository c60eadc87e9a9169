//! The one place where calls change. [`World::alter`] looks at what everybody sees of their calls
//! before and after, tells those for whom something is different, and sees to what follows: who
//! left, who may go, which supervisor is to be called.
//!
//! A rule that changes a call only says what changes in it; who is told what, and in what words,
//! is decided here.

use std::collections::BTreeMap;

use gws::Scope;

use super::call::{Call, Leg, Part};
use crate::world::ids::{CallKey, PersonId};
use crate::world::{CallChange, CallSnapshot, Change, What, World};

/// The legs of the calls that are changed, as they were.
type Before = Vec<(CallKey, Leg)>;

impl World {
    /// Changes a call, and lets everything follow from it.
    pub(in crate::world) fn alter(&mut self, key: CallKey, change: impl FnOnce(&mut Call)) {
        self.alter_with(key, &[], change);
    }

    /// Changes a call which people join by that.
    pub(in crate::world) fn alter_with(
        &mut self,
        key: CallKey,
        joining: &[PersonId],
        change: impl FnOnce(&mut Call),
    ) {
        self.alter_calls(&[key], joining, |calls| {
            if let Some(call) = calls.get_mut(&key) {
                change(call);
            }
        });
    }

    /// Changes several calls in one go: nobody is told of anything in between.
    pub(super) fn alter_calls(
        &mut self,
        keys: &[CallKey],
        joining: &[PersonId],
        change: impl FnOnce(&mut BTreeMap<CallKey, Call>),
    ) {
        let before: Before = self.legs_of(keys);
        let were_monitored = self.whose_parties_are_monitored(keys);
        let mut people: Vec<PersonId> = before.iter().map(|(_, leg)| leg.person).collect();
        people.extend(joining);
        people.sort_unstable();
        people.dedup();
        let seen_before = self.seen(&people);

        change(&mut self.calls);
        for &key in keys {
            self.release_whoever_goes_too(key, &before);
        }
        self.keep_lists_of_calls(keys, &people);
        self.tell(&people, seen_before);

        let after = self.legs_of(keys);
        for &key in keys {
            if self.is_empty(key) {
                self.calls.remove(&key);
            }
        }
        let find = |legs: &Before, key, person| {
            let leg = legs
                .iter()
                .find(|(k, leg)| (*k, leg.person) == (key, person));
            leg.map(|(_, leg)| leg.clone())
        };
        for (key, leg) in &before {
            if find(&after, *key, leg.person).is_none() {
                self.has_left(leg);
            }
        }
        for (key, leg) in after {
            let was = find(&before, key, leg.person);
            let could_be_joined =
                were_monitored.contains(&key) && was.is_some_and(|was| self.can_be_joined(&was));
            if leg.monitors() {
                continue;
            }
            if self.can_be_joined(&leg) && !could_be_joined {
                self.call_supervisor_of(leg.person, key);
            }
        }
        for person in people {
            self.consider(person);
        }
    }

    fn legs_of(&self, keys: &[CallKey]) -> Before {
        let calls = keys.iter().filter_map(|key| self.calls.get(key));
        calls
            .flat_map(|call| call.legs.iter().map(|leg| (call.key, leg.clone())))
            .collect()
    }

    /// Those of the calls in which such people take part that they may be monitored.
    fn whose_parties_are_monitored(&self, keys: &[CallKey]) -> Vec<CallKey> {
        let calls = keys.iter().filter_map(|key| self.calls.get(key));
        let monitored = calls.filter(|call| self.parties_are_monitored(call));
        monitored.map(|call| call.key).collect()
    }

    fn is_empty(&self, key: CallKey) -> bool {
        let call = self.calls.get(&key);
        call.is_some_and(|call| call.legs.is_empty())
    }

    /// A call without two parties is over for everyone. With scope `Agent` a supervisor leaves
    /// with the agent (ListenIn page).
    ///
    /// Assumption: a call that has only parties outside is over for its supervisors too; T-Server
    /// sees it no longer.
    fn release_whoever_goes_too(&mut self, key: CallKey, before: &Before) {
        let Some(call) = self.calls.get(&key) else {
            return;
        };
        let left = |person: PersonId| {
            before
                .iter()
                .any(|(k, leg)| (*k, leg.person) == (key, person))
                && call.leg(person).is_none()
        };
        let with_agent: Vec<PersonId> = call
            .supervisors()
            .filter(|leg| match leg.part {
                Part::Monitors { target, .. } => {
                    left(target) && self.scope_of(leg.person) != Some(Scope::Call)
                }
                Part::Talks { .. } => false,
            })
            .map(|leg| leg.person)
            .collect();
        let Some(call) = self.calls.get_mut(&key) else {
            return;
        };
        call.legs.retain(|leg| !with_agent.contains(&leg.person));
        if call.parties() < 2 || !call.has_a_party_inside() {
            call.legs.clear();
        }
    }

    /// Everybody's list of calls follows from the legs.
    fn keep_lists_of_calls(&mut self, keys: &[CallKey], people: &[PersonId]) {
        for &person in people {
            let has_leg = |key: &CallKey| {
                let call = self.calls.get(key);
                call.is_some_and(|call| call.leg(person).is_some())
            };
            let mut calls = self.people[person.0].calls.clone();
            calls.retain(|key| !keys.contains(key));
            calls.extend(keys.iter().copied().filter(has_leg));
            calls.sort_unstable();
            self.people[person.0].calls = calls;
        }
    }

    /// What these people see of all their calls: what may be done with one depends on the others.
    fn seen(&self, people: &[PersonId]) -> Vec<(PersonId, CallKey, CallSnapshot)> {
        let mut seen = Vec::new();
        for &person in people {
            for key in &self.people[person.0].calls {
                let call = self.calls.get(key);
                if let Some((call, leg)) = call.and_then(|call| Some((call, call.leg(person)?))) {
                    seen.push((person, *key, self.call_as_seen(call, leg)));
                }
            }
        }
        seen
    }

    /// Tells everybody for whom a call looks different now, or is over. What is over comes first
    /// (*CompleteTransfer*, *CompleteConference*).
    fn tell(&mut self, people: &[PersonId], before: Vec<(PersonId, CallKey, CallSnapshot)>) {
        let mut after = self.seen(people);
        let mut changed = Vec::new();
        for (owner, key, was) in before {
            let now = after
                .iter()
                .position(|(person, found, _)| (*person, *found) == (owner, key))
                .map(|index| after.remove(index).2);
            match now {
                None => {
                    let what = What::Call(Box::new(was.released()), CallChange::Status);
                    self.changes.push(Change { owner, what });
                }
                Some(now) => {
                    if let Some(change) = now.change_since(&was) {
                        let what = What::Call(Box::new(now), change);
                        changed.push(Change { owner, what });
                    }
                }
            }
        }
        self.changes.append(&mut changed);
        for (owner, _, call) in after {
            let what = What::Call(Box::new(call), CallChange::Status);
            self.changes.push(Change { owner, what });
        }
    }

    /// What it means for somebody that a call is over for them.
    fn has_left(&mut self, leg: &Leg) {
        if leg.monitors() {
            self.monitoring_leg_ended(leg.person);
        } else if !self.people[leg.person.0].calls.is_empty() {
            self.plan_end_of_call(leg.person);
        } else if leg.state.is_answered() {
            self.after_call(leg.person);
        } else {
            // A call that nobody answered keeps nobody from what there was to do.
            self.get_ready_later(leg.person);
        }
    }
}
