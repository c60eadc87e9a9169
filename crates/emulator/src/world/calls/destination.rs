//! Whom a number reaches: somebody who works here, or a party outside.

use crate::world::directory::is_in_phone_book;
use crate::world::people::PersonId;
use crate::world::{Refusal, World};

/// Whom a number reaches.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::world) enum Destination {
    /// Somebody here, whose device is free.
    Inside(PersonId),
    /// A number outside.
    Outside(String),
}

/// From how many digits on a number leads outside.
///
/// Assumption: there is no dialling plan; numbers here are shorter.
const OUTSIDE: usize = 7;

impl World {
    /// Whom `caller` reaches under a number.
    ///
    /// Assumption: whatever speaks against a destination (nobody there, busy, not to be
    /// disturbed) is refused in the reply. A forwarded device is followed once.
    pub(in crate::world) fn destination(
        &self,
        caller: PersonId,
        number: &str,
    ) -> Result<Destination, Refusal> {
        if self.people[caller.0].number == number {
            return Err(Refusal::OwnNumber(number.to_owned()));
        }
        match self.reached_by(number)? {
            Destination::Inside(person) if person == caller => {
                Err(Refusal::OwnNumber(number.to_owned()))
            }
            reached => Ok(reached),
        }
    }

    /// Whom anybody reaches under a number.
    ///
    /// Assumption: a routing point that is dialled from inside is a number outside, where somebody
    /// answers; only customers are queued.
    pub(in crate::world) fn reached_by(&self, number: &str) -> Result<Destination, Refusal> {
        let Some(person) = self.people.by_number(number) else {
            return outside(number);
        };
        match &self.people[person.0].forward_to {
            None => self
                .takes_calls(person)
                .map(|()| Destination::Inside(person)),
            Some(forwarded) => match self.people.by_number(forwarded) {
                Some(other) => self.takes_calls(other).map(|()| Destination::Inside(other)),
                None => outside(forwarded),
            },
        }
    }

    /// Whether a number is anybody's, whoever is there at the moment.
    pub(in crate::world) fn is_a_number(&self, number: &str) -> Result<(), Refusal> {
        match self.people.by_number(number) {
            Some(_) => Ok(()),
            None => outside(number).map(|_| ()),
        }
    }

    /// Whether a call can ring at somebody's device.
    ///
    /// # Errors
    /// Nobody is there, there is a call already, or calls are turned away.
    pub(in crate::world) fn takes_calls(&self, person: PersonId) -> Result<(), Refusal> {
        let found = &self.people[person.0];
        if !found.is_active() {
            Err(Refusal::LoggedOut(found.number.clone()))
        } else if !found.calls.is_empty() {
            Err(Refusal::Busy(found.number.clone()))
        } else if found.do_not_disturb {
            Err(Refusal::DoNotDisturb(found.number.clone()))
        } else {
            Ok(())
        }
    }
}

/// Numbers that are long enough lead outside, and those of the phone book, however short.
fn outside(number: &str) -> Result<Destination, Refusal> {
    let digits = number.bytes().filter(u8::is_ascii_digit).count();
    let only_a_number = number
        .bytes()
        .all(|byte| byte.is_ascii_digit() || b"+-() .".contains(&byte));
    let is_long_enough = only_a_number && digits >= OUTSIDE && number.len() <= 40;
    if is_long_enough || is_in_phone_book(number) {
        Ok(Destination::Outside(number.to_owned()))
    } else {
        Err(Refusal::NoSuchNumber(number.to_owned()))
    }
}
