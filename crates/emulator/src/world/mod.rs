//! The contact centre: people, calls, supervision. Pure: no input or output, no clock, no dice of
//! its own. Time comes in with [`World::advance`], everything random follows from the seed, and
//! what changed goes out as [`Change`]s for the caller to drain.
//!
//! | module | decides |
//! |---|---|
//! | `people` | who works here |
//! | `life` | what happens by itself: customers call, agents work and rest |
//! | `calls` | what happens to calls |
//! | `devices` | what one's device can be asked for |
//! | `monitoring` | who may listen to whom |
//! | `options` | T-Server's options |
//! | `features` | what the contact centre has switched on |
//! | `ids` | how people, groups and calls are named |
//! | `snapshot` | what somebody sees of their device and calls |
//! | `summary` | what remote control sees of it all |

mod calls;
mod devices;
mod features;
mod ids;
mod life;
mod monitoring;
mod options;
mod people;
mod refusal;
mod snapshot;
mod summary;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, HashSet};

use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;

use self::calls::Call;
use self::ids::CallKey;
use self::life::Life;
use self::monitoring::Subscription;
use self::people::People;

pub use self::calls::{CallOperation, LegState};
pub use self::features::{Feature, Features, UnknownFeature};
pub use self::ids::PersonId;
pub use self::monitoring::{MonitoringRequest, Supervision, SupervisorLeg};
pub use self::options::{MonitorConsultCalls, OptionError, OptionSetting, TServerOptions};
pub(crate) use self::people::uuid;
pub use self::people::{DEMO_SUPERVISOR, OTHER_SUPERVISOR, Person, Presence, Reason, Role};
pub use self::refusal::Refusal;
pub use self::snapshot::{CallSnapshot, DeviceSnapshot};
pub use self::summary::{CallSummary, PartySummary, SupervisorSummary};

/// What a contact centre is like.
#[derive(Clone, Debug)]
pub struct WorldConfig {
    /// From what everything random follows.
    pub seed: u64,
    /// How many agents work here.
    pub agents: usize,
    /// Whether anything happens by itself. Without, all agents are ready and wait.
    pub life: bool,
    /// How a supervisor's leg begins.
    pub supervisor_leg: SupervisorLeg,
    /// T-Server's options about supervision.
    pub t_server: TServerOptions,
    /// The name the demo supervisor signs in with.
    pub supervisor_user_name: String,
    /// What the contact centre has switched on.
    pub features: Features,
}

/// Something that one user is to be told.
#[derive(Clone, Debug)]
pub struct Change {
    /// The user.
    pub owner: PersonId,
    /// What to tell.
    pub what: What,
}

/// What has changed, as it is after the change.
#[derive(Clone, Debug)]
pub enum What {
    /// The user's device.
    Device(Box<DeviceSnapshot>),
    /// A call on the user's device.
    Call(Box<CallSnapshot>, CallChange),
}

/// In what a call has changed (`notificationType`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CallChange {
    /// Its state, or what may be done with it.
    Status,
    /// Who takes part.
    Participants,
    /// Whether the supervisor has muted the agent.
    MonitoredUserMuted,
}

/// An agent, in short.
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
    /// What the agent is doing.
    pub state: Presence,
    /// Whether the agent has a call, and where it stands.
    pub call: Option<LegState>,
}

/// Whom a supervisor monitors.
#[derive(Clone, Debug, PartialEq)]
pub struct MonitoringSummary {
    /// The number of the monitored agent.
    pub target_number: String,
    /// The monitored device.
    pub target_device: gws::DeviceId,
    /// For how long.
    pub mode: gws::Mode,
    /// Of what.
    pub scope: gws::Scope,
    /// How the supervisor takes part in calls to come.
    pub how: Supervision,
}

/// The contact centre.
#[derive(Clone, Debug)]
pub struct World {
    config: WorldConfig,
    /// Milliseconds since the world began.
    now: u64,
    people: People,
    calls: BTreeMap<CallKey, Call>,
    calls_so_far: u64,
    call_ids: ChaCha8Rng,
    /// Customers who may not be listened to.
    opted_out: HashSet<String>,
    subscriptions: BTreeMap<PersonId, Subscription>,
    life: Life,
    changes: Vec<Change>,
}

impl World {
    /// A contact centre at the beginning of its day.
    pub fn new(config: WorldConfig) -> Self {
        Self::with_more_supervisors(config, 0)
    }

    /// The same, with that many supervisors beside the two, on the numbers from 5007 on.
    pub fn with_more_supervisors(config: WorldConfig, more: usize) -> Self {
        let mut call_ids = ChaCha8Rng::seed_from_u64(config.seed);
        call_ids.set_stream(u64::MAX);
        let people = people::hire(
            config.seed,
            config.agents,
            &config.supervisor_user_name,
            more,
        );
        let mut world = Self {
            now: 0,
            people,
            calls: BTreeMap::new(),
            calls_so_far: 0,
            call_ids,
            opted_out: HashSet::new(),
            subscriptions: BTreeMap::new(),
            life: Life::new(config.seed, config.life),
            changes: Vec::new(),
            config,
        };
        world.begin_day();
        world
    }

    /// From what everything random follows.
    pub fn seed(&self) -> u64 {
        self.config.seed
    }

    /// Lets everything happen that is due until `now`, in milliseconds since the world began.
    pub fn advance(&mut self, now: u64) {
        self.live_until(now);
        self.now = self.now.max(now);
    }

    /// When something will happen next by itself.
    pub fn next_due(&self) -> Option<u64> {
        self.life.next_due()
    }

    /// What has changed since the last time this was asked, in order.
    pub fn drain_changes(&mut self) -> Vec<Change> {
        core::mem::take(&mut self.changes)
    }

    /// What the contact centre has switched on.
    pub fn features(&self) -> &Features {
        &self.config.features
    }

    /// The user with this name to sign in with.
    pub fn user_named(&self, user_name: &str) -> Option<PersonId> {
        self.people.by_user_name(user_name)
    }

    /// The user with this id.
    ///
    /// # Errors
    /// There is none.
    pub fn user_with_id(&self, id: &str) -> Result<PersonId, Refusal> {
        self.people
            .by_id(&gws::UserId::new(id))
            .ok_or_else(|| Refusal::NoSuchUser(id.to_owned()))
    }

    /// A user.
    pub fn person(&self, person: PersonId) -> &Person {
        &self.people[person.0]
    }

    /// The id of a user.
    pub fn user_id(&self, person: PersonId) -> &gws::UserId {
        &self.people[person.0].id
    }

    /// The device of a user.
    pub fn device_id(&self, person: PersonId) -> &gws::DeviceId {
        &self.people[person.0].device
    }

    /// Everyone.
    pub fn people(&self) -> impl Iterator<Item = PersonId> + use<> {
        (0..self.people.len()).map(PersonId)
    }

    /// All agents, by number.
    pub fn agents(&self) -> Vec<AgentSummary> {
        let agents = self.people.agents();
        agents
            .map(|(agent, person)| AgentSummary {
                number: person.number.clone(),
                name: person.name(),
                device_id: person.device.clone(),
                user_id: person.id.clone(),
                state: person.presence,
                call: self.leg_state(agent),
            })
            .collect()
    }

    /// Whom the supervisor with this number monitors.
    pub fn monitoring(&self, supervisor: &str) -> Option<MonitoringSummary> {
        self.monitoring_of(self.people.by_number(supervisor)?)
    }

    /// Whom a supervisor monitors.
    fn monitoring_of(&self, supervisor: PersonId) -> Option<MonitoringSummary> {
        let found = self.subscriptions.get(&supervisor)?;
        let target = &self.people[found.target.0];
        Some(MonitoringSummary {
            target_number: target.number.clone(),
            target_device: target.device.clone(),
            mode: found.mode.clone(),
            scope: found.scope.clone(),
            how: found.how,
        })
    }

    /// Puts an agent into a state. Logging out ends the call and everyone's monitoring of the
    /// agent.
    ///
    /// # Errors
    /// There is no such agent.
    pub fn set_state(&mut self, agent: &str, presence: Presence) -> Result<(), Refusal> {
        let agent = self.agent(agent)?;
        self.put_into(agent, presence);
        Ok(())
    }

    /// Puts somebody into a state, with what follows for the calls to come.
    fn put_into(&mut self, person: PersonId, presence: Presence) {
        if presence == self.people[person.0].presence {
            return;
        }
        if !self.people[person.0].is_active() && presence != Presence::LoggedIn {
            self.change_presence(person, Presence::LoggedIn);
        }
        self.change_presence(person, presence);
        self.get_ready_later(person);
    }

    /// Changes what somebody is doing, with what follows from it, and publishes it.
    fn change_presence(&mut self, person: PersonId, presence: Presence) {
        if presence == Presence::LoggedOut {
            if self.people[person.0].role == Role::Agent {
                // Before the calls end: whoever goes is not offered the next.
                self.people[person.0].presence = presence;
            }
            self.cancel_plan(person);
            self.leave_all(person);
            // "When either the supervisor or the agent logs out" (*TMonitorNextCall*).
            self.end_monitoring(person);
            if let Some(supervisor) = self.supervisor_of(person) {
                self.end_monitoring(supervisor);
            }
        }
        self.people[person.0].presence = presence;
        self.device_changed(person);
        self.consider(person);
    }

    fn device_changed(&mut self, owner: PersonId) {
        let device = Box::new(self.device(owner));
        let what = What::Device(device);
        self.changes.push(Change { owner, what });
    }

    /// Where the person stands in the call that matters most: the one talked on, or else the
    /// oldest.
    pub(crate) fn leg_state(&self, person: PersonId) -> Option<LegState> {
        let oldest = self.people[person.0].calls.first().copied();
        let call = self.calls.get(&self.active_call(person).or(oldest)?)?;
        call.leg(person).map(|leg| leg.state)
    }

    /// The agent with this number.
    fn agent(&self, number: &str) -> Result<PersonId, Refusal> {
        let found = self.people.by_number(number);
        let found = found.ok_or_else(|| Refusal::NoSuchNumber(number.to_owned()))?;
        match self.people[found.0].role {
            Role::Agent => Ok(found),
            Role::Supervisor => Err(Refusal::NotAnAgent(number.to_owned())),
        }
    }
}
