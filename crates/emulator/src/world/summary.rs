//! Summaries of people, monitoring and calls for the control API.

use gws::CallId;

use super::calls::LegState;
use super::ids::PersonId;
use super::people::{Presence, Role};
use super::supervision::Supervision;
use super::{Refusal, World};

/// Summary of an agent.
#[derive(Clone, Debug, PartialEq)]
pub struct AgentSummary {
    /// The number of the agent's device.
    pub number: String,
    /// First and last name.
    pub name: String,
    /// The agent's device.
    pub device_id: gws::DeviceId,
    /// The agent.
    pub user_id: gws::UserId,
    /// The agent's state.
    pub state: Presence,
    /// The state of the agent's leg of a call, if there is one.
    pub call: Option<LegState>,
}

/// Whom a supervisor monitors.
#[derive(Clone, Debug, PartialEq)]
pub struct MonitoringSummary {
    /// The number of the monitored agent.
    pub target_number: String,
    /// The monitored device.
    pub target_device: gws::DeviceId,
    /// `supervisorMonitoringMode`.
    pub mode: gws::Mode,
    /// `supervisorMonitoringScope`.
    pub scope: gws::Scope,
    /// How the supervisor will take part in calls.
    pub how: Supervision,
}

/// Summary of a supervisor.
#[derive(Clone, Debug, PartialEq)]
pub struct SupervisorSummary {
    /// The number of the supervisor's device.
    pub number: String,
    /// First and last name.
    pub name: String,
    /// The sign-in name.
    pub user_name: String,
    /// The supervisor's state.
    pub state: Presence,
    /// Whom the supervisor monitors.
    pub monitoring: Option<MonitoringSummary>,
    /// The state of the supervisor's leg of a call, if there is one.
    pub call: Option<LegState>,
}

/// Summary of a call.
#[derive(Clone, Debug, PartialEq)]
pub struct CallSummary {
    /// Its id, the same for everyone in it.
    pub id: CallId,
    /// The caller's number.
    pub from: String,
    /// The numbers of the parties outside: usually a customer.
    pub outside: Vec<String>,
    /// Everybody else in it.
    pub parties: Vec<PartySummary>,
}

/// Summary of a person in a call.
#[derive(Clone, Debug, PartialEq)]
pub struct PartySummary {
    /// The number.
    pub number: String,
    /// Whether it is an agent or a supervisor.
    pub role: Role,
    /// How a supervisor takes part, if the call was joined to monitor somebody.
    pub monitors: Option<Supervision>,
    /// The state of the leg.
    pub leg: LegState,
    /// Since when, in milliseconds since the contact centre's day began; negative if before that.
    pub since: i64,
}

impl World {
    /// Milliseconds since the day began.
    pub fn now(&self) -> u64 {
        self.now
    }

    /// All agents, by number.
    pub fn agents(&self) -> Vec<AgentSummary> {
        let agents = self.people.with_role(Role::Agent);
        agents
            .map(|(agent, person)| AgentSummary {
                number: person.number.clone(),
                name: person.name(),
                device_id: person.device.clone(),
                user_id: person.id.clone(),
                state: person.presence,
                call: self.calls.leg_state(agent),
            })
            .collect()
    }

    /// Whom the supervisor with this number monitors.
    pub fn monitoring(&self, supervisor: &str) -> Option<MonitoringSummary> {
        self.monitoring_of(self.people.by_number(supervisor)?)
    }

    /// Whom a supervisor monitors.
    pub(super) fn monitoring_of(&self, supervisor: PersonId) -> Option<MonitoringSummary> {
        let found = self.monitoring.of(supervisor)?;
        let target = &self.people[found.target];
        Some(MonitoringSummary {
            target_number: target.number.clone(),
            target_device: target.device.clone(),
            mode: found.mode.clone(),
            scope: found.scope.clone(),
            how: found.how,
        })
    }

    /// The state of a person's leg of the active call, or else the oldest.
    pub(crate) fn leg_state(&self, person: PersonId) -> Option<LegState> {
        self.calls.leg_state(person)
    }

    /// The number of a user.
    pub fn number_of(&self, person: PersonId) -> &str {
        &self.people[person].number
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
    /// Nobody has it, or it is an agent's.
    pub fn supervisor_with_number(&self, number: &str) -> Result<PersonId, Refusal> {
        let found = self.person_with_number(number)?;
        match self.people[found].role {
            Role::Supervisor => Ok(found),
            Role::Agent => Err(Refusal::NotASupervisor(number.to_owned())),
        }
    }

    /// All supervisors, by number.
    pub fn supervisors(&self) -> Vec<SupervisorSummary> {
        let supervisors = self.people.with_role(Role::Supervisor);
        supervisors
            .map(|(id, person)| SupervisorSummary {
                number: person.number.clone(),
                name: person.name(),
                user_name: person.user_name.clone(),
                state: person.presence,
                monitoring: self.monitoring_of(id),
                call: self.calls.leg_state(id),
            })
            .collect()
    }

    /// All calls, in the order in which they began.
    pub fn calls(&self) -> Vec<CallSummary> {
        let calls = self.calls.iter();
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
                        number: self.people[leg.person].number.clone(),
                        role: self.people[leg.person].role,
                        monitors: leg.supervision(),
                        leg: leg.state,
                        since: leg.began,
                    })
                    .collect(),
            })
            .collect()
    }
}
