//! Dialling: whom a number reaches, and how a party is called. Devices inside ring; parties outside
//! answer after a while.

use std::collections::BTreeMap;

use gws::CallType;

use super::calls::{Call, Leg, LegState, Outside};
use super::ids::{CallKey, PersonId};
use super::{Refusal, World};

/// The destination of a number.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Destination {
    /// A person of the contact centre, whose device is free.
    Inside(PersonId),
    /// A number outside.
    Outside(String),
}

impl Destination {
    pub(super) fn inside(&self) -> Option<PersonId> {
        match self {
            Self::Inside(person) => Some(*person),
            Self::Outside(_) => None,
        }
    }
}

/// The minimum number of digits of a number outside.
///
/// Assumption: there is no dialling plan; numbers inside are shorter.
const OUTSIDE: usize = 7;

/// How long a party outside takes to answer, in milliseconds.
///
/// Assumption: every party outside answers.
const RINGS_OUTSIDE: u64 = 3_000;

impl World {
    /// Whom `caller` reaches with a number.
    ///
    /// Assumption: an unreachable destination (logged out, busy, do not disturb) is refused in the
    /// reply. A routing point dialled from inside is a number outside, where somebody answers; only
    /// customers are queued.
    pub(super) fn destination(
        &self,
        caller: PersonId,
        number: &str,
    ) -> Result<Destination, Refusal> {
        match self.people.by_number(number) {
            None => outside(number),
            Some(person) if person == caller => Err(Refusal::OwnNumber(number.to_owned())),
            Some(person) => {
                self.takes_calls(person)?;
                Ok(Destination::Inside(person))
            }
        }
    }

    /// Whether a call can ring at a person's device.
    ///
    /// # Errors
    /// The person is logged out, in a call, or rejects calls.
    pub(super) fn takes_calls(&self, person: PersonId) -> Result<(), Refusal> {
        let found = &self.people[person];
        if !found.is_active() {
            Err(Refusal::LoggedOut(found.number.clone()))
        } else if self.calls.has_any(person) {
            Err(Refusal::Busy(found.number.clone()))
        } else if found.do_not_disturb {
            Err(Refusal::DoNotDisturb(found.number.clone()))
        } else {
            Ok(())
        }
    }

    /// A call from a person to any destination, optionally to consult about the call `parent`.
    pub(super) fn call_out(
        &mut self,
        person: PersonId,
        number: &str,
        to: Destination,
        kind: CallType,
        parent: Option<CallKey>,
    ) {
        self.life.cancel(person);
        let ani = self.people[person].number.clone();
        let key = self
            .calls
            .begin(kind, ani, number.to_owned(), person, parent);
        let leg = Leg::talks(person, LegState::Dialing, self.signed_now());
        let also = |calls: &mut BTreeMap<CallKey, Call>| {
            if let Some(held) = parent.and_then(|parent| calls.get_mut(&parent)) {
                held.set_state(person, LegState::Held);
            }
            if let Some(call) = calls.get_mut(&key) {
                call.legs.push(leg);
            }
        };
        self.add(key, &[person], to, also);
    }

    /// Adds a party to a call, and applies another change at the same time.
    pub(super) fn add_party(
        &mut self,
        key: CallKey,
        joining: &[PersonId],
        to: Destination,
        also: impl FnOnce(&mut Call),
    ) {
        self.add(key, joining, to, |calls| {
            if let Some(call) = calls.get_mut(&key) {
                also(call);
            }
        });
    }

    fn add(
        &mut self,
        key: CallKey,
        joining: &[PersonId],
        to: Destination,
        also: impl FnOnce(&mut BTreeMap<CallKey, Call>),
    ) {
        let mut joining = joining.to_vec();
        joining.extend(to.inside());
        let now = self.signed_now();
        match &to {
            Destination::Inside(other) => self.life.cancel(*other),
            Destination::Outside(_) => self.plan_outside_answer(RINGS_OUTSIDE, key),
        }
        let called = to.inside();
        self.change_calls(&[key], &joining, |calls| {
            also(calls);
            let Some(call) = calls.get_mut(&key) else {
                return;
            };
            match to {
                Destination::Inside(other) => {
                    call.legs.push(Leg::talks(other, LegState::Ringing, now));
                }
                Destination::Outside(number) => call.outside.push(Outside {
                    number,
                    answered: false,
                }),
            }
        });
        if let Some(called) = called {
            self.plan_answer(called);
        }
    }
}

/// A number that is long enough is outside.
fn outside(number: &str) -> Result<Destination, Refusal> {
    let digits = number.bytes().filter(u8::is_ascii_digit).count();
    let only_a_number = number
        .bytes()
        .all(|byte| byte.is_ascii_digit() || b"+-() .".contains(&byte));
    if only_a_number && digits >= OUTSIDE && number.len() <= 40 {
        Ok(Destination::Outside(number.to_owned()))
    } else {
        Err(Refusal::NoSuchNumber(number.to_owned()))
    }
}
