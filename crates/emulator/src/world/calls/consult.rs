//! Consultation: a call is held while a third party is consulted in a separate call
//! (*InitiateTransfer*, *InitiateConference*).

use super::{Call, Calls, Leg, LegState};
use crate::world::ids::{CallKey, PersonId};
use crate::world::refusal::Refusal;

/// A held call, and the consult call about it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(in crate::world) struct ConsultPair {
    pub(in crate::world) primary: CallKey,
    pub(in crate::world) consult: CallKey,
}

impl Calls {
    /// The two calls of a person who consults a third party, one of which is `key`.
    pub(in crate::world) fn consult_pair(
        &self,
        person: PersonId,
        key: CallKey,
    ) -> Option<ConsultPair> {
        let pair_of = |call: &Call| {
            let primary = call.parent.filter(|_| call.owner == Some(person))?;
            self.get(primary)?.leg(person)?;
            let consult = call.key;
            Some(ConsultPair { primary, consult })
        };
        let by_consult_call = self.get(key).and_then(pair_of);
        by_consult_call.or_else(|| {
            let mut pairs = self.of(person).filter_map(|(call, _)| pair_of(call));
            pairs.find(|pair| pair.primary == key)
        })
    }

    /// The two calls to be merged. The request may name either.
    ///
    /// # Errors
    /// `consultCallUri` names another call.
    pub(in crate::world) fn consultation(
        &self,
        person: PersonId,
        key: CallKey,
        consult: Option<&str>,
    ) -> Result<ConsultPair, Refusal> {
        let pair = self.consult_pair(person, key);
        let is_named = |pair: &ConsultPair| {
            let id = self.get(pair.consult).map(|call| call.id.as_str());
            consult.is_none() || id == consult
        };
        pair.filter(is_named)
            .ok_or_else(|| Refusal::NoSuchCall(consult.unwrap_or_default().to_owned()))
    }

    /// Whether the third party has answered.
    pub(super) fn consult_is_answered(&self, person: PersonId, pair: ConsultPair) -> bool {
        let consult = self.get(pair.consult);
        consult.is_some_and(|consult| consult.another_party_answered(person))
    }
}

impl Call {
    /// Everybody but `person` moves from the consult call into this one; the consult call is over.
    /// `person` stays or leaves.
    ///
    /// Assumption: for the third party it is another call, with another id; the consult call is
    /// released.
    pub(in crate::world) fn merge(&mut self, asked: &mut Self, person: PersonId, stays: bool) {
        let third = asked.talkers().map(|leg| leg.person);
        let third: Vec<PersonId> = third.filter(|&other| other != person).collect();
        let legs = core::mem::take(&mut asked.legs);
        let moved = legs
            .into_iter()
            .filter(|leg| third.contains(&leg.person) && self.leg(leg.person).is_none());
        let moved: Vec<Leg> = moved
            .map(|leg| Leg {
                previous: Some(asked.id.clone()),
                ..leg
            })
            .collect();
        self.legs.extend(moved);
        self.outside.append(&mut asked.outside);
        if stays {
            self.owner = Some(person);
            if let Some(leg) = self.leg_mut(person) {
                leg.state = LegState::Established;
            }
        } else {
            self.hand_over(person, third.first().copied());
        }
    }
}
