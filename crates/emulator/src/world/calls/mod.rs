//! Calls: parties outside, people who talk, and supervisors who listen. A call has one id for
//! everyone in it; what each of them sees of it is their leg. Somebody may have several calls, of
//! which one at a time is talked on.
//!
//! | module | decides |
//! |---|---|
//! | [`call`] | what a call is |
//! | [`change`] | who is told what when it changes, and what follows |
//! | [`offers`] | what may be done with a leg at this moment: its capabilities |
//! | [`operation`] | what one can ask for, and whether it is offered |
//! | [`begin`] | calls come and go: arriving, answering, hanging up |
//! | [`dial`] | calling somebody |
//! | [`hold`] | hold and retrieve, and being muted |
//! | [`consult`] | asking a third party while the first waits |
//! | [`transfer`] | handing a call on |
//! | [`conference`] | talking with more than one |
//! | [`destination`] | whom a number reaches |

pub(crate) mod call;

mod begin;
mod change;
mod conference;
mod consult;
mod destination;
mod dial;
mod hold;
mod offers;
mod operation;
mod transfer;

use super::{Refusal, World};
use crate::world::ids::{CallKey, PersonId};

pub use self::call::LegState;
pub(crate) use self::call::{Call, Leg, Part};
pub use self::operation::CallOperation;

impl World {
    /// The call with this id, if `person` has a leg in it.
    fn own_call(&self, person: PersonId, id: &str) -> Result<CallKey, Refusal> {
        self.people[person.0]
            .calls
            .iter()
            .copied()
            .find(|key| {
                self.calls
                    .get(key)
                    .is_some_and(|call| call.id.as_str() == id)
            })
            .ok_or_else(|| Refusal::NoSuchCall(id.to_owned()))
    }

    /// The first of the person's calls whose leg is as asked for.
    pub(super) fn call_where(
        &self,
        person: PersonId,
        test: impl Fn(&Call, &Leg) -> bool,
    ) -> Option<CallKey> {
        self.people[person.0].calls.iter().copied().find(|key| {
            self.calls.get(key).is_some_and(|call| {
                let leg = call.leg(person);
                leg.is_some_and(|leg| test(call, leg))
            })
        })
    }

    /// The call that the person is busy with: talks on, or dials.
    pub(super) fn active_call(&self, person: PersonId) -> Option<CallKey> {
        self.call_where(person, |_, leg| leg.state.is_active())
    }

    /// The call that scripts mean by somebody's call: the one being talked on, or else the oldest.
    fn main_call(&self, number: &str) -> Result<(PersonId, CallKey), Refusal> {
        let person = self.person_with_number(number)?;
        self.active_call(person)
            .or_else(|| self.people[person.0].calls.first().copied())
            .map(|key| (person, key))
            .ok_or_else(|| Refusal::NotInACall(number.to_owned()))
    }

    fn signed_now(&self) -> i64 {
        i64::try_from(self.now).unwrap_or(i64::MAX)
    }
}
