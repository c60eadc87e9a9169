//! Calling somebody: whom a number reaches, and how a party is called. Whoever is called rings;
//! parties outside answer after a while.

use std::collections::BTreeMap;

use gws::CallType;

use super::calls::{Call, Leg, LegState, Outside};
use super::ids::{CallKey, PersonId};
use super::{Refusal, World};

/// Whom a number reaches.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Destination {
    /// Somebody here, whose device is free.
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

/// From how many digits on a number leads outside.
///
/// Assumption: there is no dialling plan; numbers here are shorter.
const OUTSIDE: usize = 7;

/// How long a party outside takes to answer, in milliseconds.
///
/// Assumption: everybody does, and so soon.
const RINGS_OUTSIDE: u64 = 3_000;

impl World {
    /// Whom `caller` reaches under a number.
    ///
    /// Assumption: whatever speaks against a destination (nobody there, busy, not to be disturbed)
    /// is refused in the reply. A routing point that is dialled from inside is a number outside,
    /// where somebody answers; only customers are queued.
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

    /// Whether a call can ring at somebody's device.
    ///
    /// # Errors
    /// Nobody is there, there is a call already, or calls are rejected.
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

    /// A call from somebody here to somebody anywhere, perhaps to consult them about another call.
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

    /// Adds a party to a call, and changes the call in another way at the same time.
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
            Destination::Outside(_) => self.outside_answers_in(RINGS_OUTSIDE, key),
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

/// Numbers that are long enough lead outside.
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
