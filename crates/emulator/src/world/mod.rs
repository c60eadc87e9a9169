//! The contact centre: people, calls, supervision. Pure: no I/O, no clock, no global randomness. Time
//! is an argument of [`World::advance`], randomness follows from the seed, and changes are drained by
//! the caller as [`Change`]s.
//!
//! [`World`] ties four structures with private state together:
//!
//! | module | holds and decides |
//! |---|---|
//! | `people` | users, their groups, and look-up by number, name, id and device |
//! | `calls` | calls, their parties, and what each party may do |
//! | `monitoring` | who monitors whom, and which calls |
//! | `life` | simulated customers and agents |
//!
//! How `World` uses them:
//!
//! | module | holds |
//! |---|---|
//! | `operations`, `destination` | users' operations on devices and calls; calling somebody |
//! | `channels` | agent states, set by the agent or by a supervisor |
//! | `commands` | commands of the control API |
//! | `change` | changes of calls: notifications and consequences |
//! | `snapshot` | a user's view of their device and calls |
//! | `summary` | the control API's view of the contact centre |
//!
//! Configuration: `options` (T-Server's), `features`, `settings` (options of the agent desktop),
//! `supervision` (the ways to take part). `ids` names people and calls, `refusal` has the errors.

mod calls;
mod change;
mod channels;
mod commands;
mod destination;
mod features;
mod ids;
mod life;
mod monitoring;
mod operations;
mod options;
mod people;
mod refusal;
mod settings;
mod snapshot;
mod summary;
mod supervision;
#[cfg(test)]
mod tests;

use self::calls::Calls;
use self::life::Life;
use self::monitoring::Monitoring;
use self::people::People;

pub use self::calls::{CallOperation, LegState};
pub use self::change::{CallChange, Change, What};
pub use self::channels::ChannelOperation;
pub use self::features::{Feature, Features};
pub use self::ids::PersonId;
pub(crate) use self::ids::uuid;
pub(crate) use self::life::{QUEUE, QUEUE_ID, SERVICE_NUMBER};
pub use self::monitoring::MonitoringRequest;
pub use self::options::TServerOptions;
pub(crate) use self::people::AgentGroup;
pub use self::people::{DEMO_SUPERVISOR, OTHER_SUPERVISOR, Person, Presence, Reason, Role};
pub use self::refusal::Refusal;
pub(crate) use self::settings::SECTION as SETTINGS_SECTION;
pub use self::settings::Settings;
pub use self::snapshot::{CallSnapshot, DeviceSnapshot};
pub use self::summary::{
    AgentSummary, CallSummary, MonitoringSummary, PartySummary, SupervisorSummary,
};
pub use self::supervision::{Supervision, SupervisorLeg};

/// The configuration of a contact centre.
#[derive(Clone, Debug)]
pub struct WorldConfig {
    /// The seed of everything random.
    pub seed: u64,
    /// The number of agents.
    pub agents: usize,
    /// Whether customers and agents are simulated. If not, all agents are ready and wait.
    pub life: bool,
    /// How a supervisor's leg begins.
    pub supervisor_leg: SupervisorLeg,
    /// T-Server's options about supervision.
    pub t_server: TServerOptions,
    /// The demo supervisor's sign-in name.
    pub supervisor_user_name: String,
    /// The features that the contact centre has.
    pub features: Features,
    /// Options that the agent desktop reads.
    pub settings: Settings,
}

/// The contact centre.
#[derive(Clone, Debug)]
pub struct World {
    config: WorldConfig,
    /// Milliseconds since the world began.
    now: u64,
    people: People,
    calls: Calls,
    monitoring: Monitoring,
    life: Life,
    changes: Vec<Change>,
}

impl World {
    /// A contact centre at the beginning of its day.
    pub fn new(config: WorldConfig) -> Self {
        Self::with_more_supervisors(config, 0)
    }

    /// Like [`new`](Self::new), with `more` supervisors besides the two, on the numbers from 5007 up.
    pub fn with_more_supervisors(config: WorldConfig, more: usize) -> Self {
        let people = people::generate(
            config.seed,
            config.agents,
            &config.supervisor_user_name,
            more,
        );
        let mut world = Self {
            now: 0,
            people,
            calls: Calls::new(config.seed),
            monitoring: Monitoring::new(config.t_server.clone()),
            life: Life::new(config.seed, config.life),
            changes: Vec::new(),
            config,
        };
        world.begin_day();
        world
    }

    /// The seed of everything random.
    pub fn seed(&self) -> u64 {
        self.config.seed
    }

    /// Runs everything that is due until `now`, in milliseconds since the world began.
    pub fn advance(&mut self, now: u64) {
        self.run_until(now);
        self.now = self.now.max(now);
    }

    /// When the next thing is due.
    pub fn next_due(&self) -> Option<u64> {
        self.life.next_due()
    }

    /// The features that the contact centre has.
    pub fn features(&self) -> &Features {
        &self.config.features
    }

    /// The options of the agent desktop for a person.
    pub(crate) fn settings_of(&self, person: PersonId) -> std::collections::BTreeMap<&str, &str> {
        self.config.settings.of(self.people[person].role)
    }

    /// The user with this sign-in name.
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
        &self.people[person]
    }

    /// The id of a user.
    pub fn user_id(&self, person: PersonId) -> &gws::UserId {
        &self.people[person].id
    }

    /// The device of a user.
    pub fn device_id(&self, person: PersonId) -> &gws::DeviceId {
        &self.people[person].device
    }

    /// Everyone.
    pub fn people(&self) -> impl Iterator<Item = PersonId> + use<> {
        self.people.ids()
    }

    /// Changes a person's state, with its consequences, and publishes it.
    fn change_presence(&mut self, person: PersonId, presence: Presence) {
        if presence == Presence::LoggedOut {
            if self.people[person].role == Role::Agent {
                // Before the calls end, so that the agent gets no further call.
                self.people[person].presence = presence;
            }
            self.life.cancel(person);
            for key in self.calls.keys_of(person) {
                self.leave(person, key);
            }
            // "When either the supervisor or the agent logs out" (*TMonitorNextCall*).
            self.end_monitoring(person);
            if let Some(supervisor) = self.monitoring.supervisor_of(person) {
                self.end_monitoring(supervisor);
            }
        }
        self.people[person].presence = presence;
        self.device_changed(person);
        self.update_queue(person);
    }

    fn signed_now(&self) -> i64 {
        i64::try_from(self.now).unwrap_or(i64::MAX)
    }

    /// The agent with this number.
    fn agent(&self, number: &str) -> Result<PersonId, Refusal> {
        let found = self.people.by_number(number);
        let found = found.ok_or_else(|| Refusal::NoSuchNumber(number.to_owned()))?;
        match self.people[found].role {
            Role::Agent => Ok(found),
            Role::Supervisor => Err(Refusal::NotAnAgent(number.to_owned())),
        }
    }
}
