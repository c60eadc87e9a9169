//! Whom a number reaches: somebody who works here, or a party outside.

use crate::world::ids::PersonId;
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
    /// Assumption: whatever speaks against a destination (nobody there, busy, not to be disturbed)
    /// is refused in the reply. A routing point that is dialled from inside is a number outside,
    /// where somebody answers; only customers are queued.
    pub(in crate::world) fn destination(
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
