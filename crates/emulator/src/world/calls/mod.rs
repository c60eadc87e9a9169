//! All calls, with their parties outside, talking parties and supervisors. A call has one id for
//! everyone in it; each person's part in it is a leg. A person may have several calls, at most one of
//! which is active.
//!
//! | module | holds |
//! |---|---|
//! | [`call`] | one call with its legs |
//! | [`offers`] | the capabilities of a leg at the moment |
//! | [`consult`] | a call and the consult call about it |
//! | [`operation`] | the operations on a call |
//!
//! Calls are changed only by [`World::change_calls`](super::World::change_calls).

mod call;
mod consult;
mod offers;
mod operation;

use std::collections::{BTreeMap, BTreeSet};

use gws::{CallId, CallType};
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;

use super::ids::{CallKey, PersonId, uuid};
use super::refusal::Refusal;

pub use self::call::LegState;
pub(super) use self::call::{Call, Leg, LegKind, Outside};
pub(super) use self::consult::ConsultPair;
pub use self::operation::CallOperation;

/// All calls, by key and by person.
#[derive(Clone, Debug)]
pub(super) struct Calls {
    by_key: BTreeMap<CallKey, Call>,
    /// The calls in which a person has a leg. Derived from the legs.
    by_person: BTreeMap<PersonId, BTreeSet<CallKey>>,
    begun: u64,
    rng: ChaCha8Rng,
}

impl Calls {
    pub(super) fn new(seed: u64) -> Self {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        rng.set_stream(u64::MAX);
        Self {
            by_key: BTreeMap::new(),
            by_person: BTreeMap::new(),
            begun: 0,
            rng,
        }
    }

    /// A new call without parties. `parent` is the call that it is a consultation about.
    pub(super) fn begin(
        &mut self,
        kind: CallType,
        ani: String,
        dnis: String,
        owner: PersonId,
        parent: Option<CallKey>,
    ) -> CallKey {
        let key = CallKey(self.begun);
        self.begun += 1;
        let call = Call {
            key,
            id: CallId::new(uuid(&mut self.rng)),
            kind,
            ani,
            dnis,
            outside: Vec::new(),
            legs: Vec::new(),
            parent,
            owner: Some(owner),
        };
        self.by_key.insert(key, call);
        key
    }

    /// The number of calls that have ever begun.
    pub(super) fn begun(&self) -> u64 {
        self.begun
    }

    /// Changes some calls.
    pub(super) fn change(
        &mut self,
        keys: &[CallKey],
        change: impl FnOnce(&mut BTreeMap<CallKey, Call>),
    ) {
        for (key, leg) in self.legs_of(keys) {
            self.by_person.entry(leg.person).or_default().remove(&key);
        }
        change(&mut self.by_key);
        for (key, leg) in self.legs_of(keys) {
            self.by_person.entry(leg.person).or_default().insert(key);
        }
    }

    /// Removes those calls that have no legs.
    pub(super) fn remove_empty(&mut self, keys: &[CallKey]) {
        for key in keys {
            if self.get(*key).is_some_and(|call| call.legs.is_empty()) {
                self.by_key.remove(key);
            }
        }
    }

    pub(super) fn get(&self, key: CallKey) -> Option<&Call> {
        self.by_key.get(&key)
    }

    /// All calls, in the order in which they began.
    pub(super) fn iter(&self) -> impl Iterator<Item = &Call> {
        self.by_key.values()
    }

    /// The legs of some calls.
    pub(super) fn legs_of(&self, keys: &[CallKey]) -> Vec<(CallKey, Leg)> {
        let calls = keys.iter().filter_map(|key| self.get(*key));
        calls
            .flat_map(|call| call.legs.iter().map(|leg| (call.key, leg.clone())))
            .collect()
    }

    /// A person's calls with their legs, oldest first.
    pub(super) fn of(&self, person: PersonId) -> impl Iterator<Item = (&Call, &Leg)> {
        let keys = self.by_person.get(&person).into_iter().flatten();
        keys.filter_map(move |key| {
            let call = self.get(*key)?;
            Some((call, call.leg(person)?))
        })
    }

    /// A person's calls, oldest first.
    pub(super) fn keys_of(&self, person: PersonId) -> Vec<CallKey> {
        self.of(person).map(|(call, _)| call.key).collect()
    }

    /// Whether a person is in any call.
    pub(super) fn has_any(&self, person: PersonId) -> bool {
        self.of(person).next().is_some()
    }

    /// A person's call with this id.
    ///
    /// # Errors
    /// There is none.
    pub(super) fn named(&self, person: PersonId, id: &str) -> Result<CallKey, Refusal> {
        let mut own = self.of(person).map(|(call, _)| call);
        let found = own.find(|call| call.id.as_str() == id);
        found
            .map(|call| call.key)
            .ok_or_else(|| Refusal::NoSuchCall(id.to_owned()))
    }

    /// The first of a person's calls whose leg satisfies the condition.
    pub(super) fn find(
        &self,
        person: PersonId,
        mut test: impl FnMut(&Leg) -> bool,
    ) -> Option<CallKey> {
        let found = self.of(person).find(|(_, leg)| test(leg));
        found.map(|(call, _)| call.key)
    }

    /// A person's active call: established or dialling.
    pub(super) fn active(&self, person: PersonId) -> Option<CallKey> {
        self.find(person, |leg| leg.state.is_active())
    }

    /// The active call, or else the oldest.
    pub(super) fn main(&self, person: PersonId) -> Option<CallKey> {
        self.active(person).or_else(|| self.find(person, |_| true))
    }

    /// A call in which a supervisor monitors.
    pub(super) fn monitored(&self, supervisor: PersonId) -> Option<CallKey> {
        self.find(supervisor, Leg::monitors)
    }

    /// The state of a person's leg of the main call.
    pub(super) fn leg_state(&self, person: PersonId) -> Option<LegState> {
        let call = self.get(self.main(person)?)?;
        call.leg(person).map(|leg| leg.state)
    }
}
