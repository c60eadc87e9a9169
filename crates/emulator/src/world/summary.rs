//! The contact centre in short, for remote control: people by number, who monitors whom, which
//! calls there are.

use gws::CallId;

use super::calls::LegState;
use super::monitoring::Supervision;
use super::people::{Presence, Role};
use super::{MonitoringSummary, Refusal, World};
use crate::world::ids::PersonId;

/// A supervisor, in short.
#[derive(Clone, Debug, PartialEq)]
pub struct SupervisorSummary {
    /// The number of the supervisor's device.
    pub number: String,
    /// First and last name.
    pub name: String,
    /// The name to sign in with.
    pub user_name: String,
    /// What the supervisor is doing.
    pub state: Presence,
    /// Whom the supervisor monitors.
    pub monitoring: Option<MonitoringSummary>,
    /// The supervisor's leg of a call, if there is one.
    pub call: Option<LegState>,
}

/// A call, in short.
#[derive(Clone, Debug, PartialEq)]
pub struct CallSummary {
    /// Its id, the same for everyone in it.
    pub id: CallId,
    /// The caller's number.
    pub from: String,
    /// The numbers of the parties outside: a customer, mostly.
    pub outside: Vec<String>,
    /// Everybody else in it.
    pub parties: Vec<PartySummary>,
}

/// Somebody in a call.
#[derive(Clone, Debug, PartialEq)]
pub struct PartySummary {
    /// The number.
    pub number: String,
    /// Whether it is an agent or a supervisor.
    pub role: Role,
    /// How a supervisor takes part, if the call was joined to monitor somebody.
    pub monitors: Option<Supervision>,
    /// Where that leg stands.
    pub leg: LegState,
    /// Since when, in milliseconds since the contact centre's day began; negative: before that.
    pub since: i64,
}

impl World {
    /// The time of day here, in milliseconds since the day began.
    pub fn now(&self) -> u64 {
        self.now
    }

    /// The number of a user.
    pub fn number_of(&self, person: PersonId) -> &str {
        &self.people[person.0].number
    }

    /// The user with this number.
    ///
    /// # Errors
    /// There is none.
    pub fn person_with_number(&self, number: &str) -> Result<PersonId, Refusal> {
        self.people
            .by_number(number)
            .ok_or_else(|| Refusal::NoSuchNumber(number.to_owned()))
    }

    /// The supervisor with this number.
    ///
    /// # Errors
    /// There is nobody with it, or it is an agent's.
    pub fn supervisor_with_number(&self, number: &str) -> Result<PersonId, Refusal> {
        let found = self.person_with_number(number)?;
        match self.people[found.0].role {
            Role::Supervisor => Ok(found),
            Role::Agent => Err(Refusal::NotASupervisor(number.to_owned())),
        }
    }

    /// All supervisors, by number.
    pub fn supervisors(&self) -> Vec<SupervisorSummary> {
        let people = self.people.iter().enumerate();
        people
            .filter(|(_, person)| person.role == Role::Supervisor)
            .map(|(index, person)| SupervisorSummary {
                number: person.number.clone(),
                name: person.name(),
                user_name: person.user_name.clone(),
                state: person.presence,
                monitoring: self.monitoring(&person.number),
                call: self.leg_state(PersonId(index)),
            })
            .collect()
    }

    /// All calls, in the order in which they began.
    pub fn calls(&self) -> Vec<CallSummary> {
        let calls = self.calls.values();
        calls
            .map(|call| CallSummary {
                id: call.id.clone(),
                from: call.ani.clone(),
                outside: call
                    .outside
                    .iter()
                    .map(|party| party.number.clone())
                    .collect(),
                parties: call
                    .legs
                    .iter()
                    .map(|leg| PartySummary {
                        number: self.people[leg.person.0].number.clone(),
                        role: self.people[leg.person.0].role,
                        monitors: leg.supervision(),
                        leg: leg.state,
                        since: leg.began,
                    })
                    .collect(),
            })
            .collect()
    }
}
