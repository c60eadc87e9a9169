//! What a supervisor may be shown. Plain data: nothing here decides or sends.

mod changes;
mod connection;
pub(crate) mod directory;
mod journal;
mod leg;
mod monitoring;
mod obstacle;
mod request;

pub use self::changes::Changes;
pub use self::connection::{Connection, LinkPhase, LinkTrouble};
pub use self::directory::{Directory, Entry, Presence};
pub use self::journal::{Happening, JournalEntry};
pub use self::leg::Leg;
pub use self::monitoring::{Monitored, Monitoring, Since};
pub use self::obstacle::Obstacle;
pub use self::request::{Operation, Pending, PendingStage, Problem, Why};

pub use self::journal::Journal;

use gws::{Capability, Device, DeviceId, Mode, Scope, User};

/// All that is known.
#[derive(Clone, Debug, Default)]
pub struct State {
    /// How well the server is heard.
    pub connection: Connection,
    /// Who the supervisor is; none until the server has said so.
    pub me: Option<User>,
    /// The supervisor's devices.
    pub devices: Vec<Device>,
    /// The one of them that is used.
    pub device: Option<DeviceId>,
    /// Whom that device monitors.
    pub monitoring: Monitoring,
    /// What was asked for and is neither confirmed nor refused.
    pub pending: Option<Pending>,
    /// Why the last thing asked for did not come about; until the next attempt.
    pub problem: Option<Problem>,
    /// The calls on that device that are not over.
    pub legs: Vec<Leg>,
    /// Whom one may listen to.
    pub directory: Directory,
    /// What happened, the latest last.
    pub journal: Journal,
}

impl State {
    /// The supervisor's device.
    pub fn device(&self) -> Option<&Device> {
        let id = self.device.as_ref()?;
        self.devices.iter().find(|device| device.id == *id)
    }

    /// The leg by which the supervisor monitors, if there is one.
    pub fn monitoring_leg(&self) -> Option<&Leg> {
        self.legs.iter().find(|leg| leg.call.is_monitoring_leg())
    }

    /// Why *Listen in* can't be asked for now, or nothing. The first reason that a person should
    /// deal with.
    pub fn listen_in_obstacle(
        &self,
        target: Option<&DeviceId>,
        scope: &Scope,
        mode: &Mode,
    ) -> Option<Obstacle> {
        if self.connection.phase == LinkPhase::SignInNeeded {
            return Some(Obstacle::SignInNeeded);
        }
        if self.connection.phase != LinkPhase::Live {
            return Some(Obstacle::NotLive);
        }
        if let Some(pending) = &self.pending {
            return Some(Obstacle::UnderWay(pending.operation.clone()));
        }
        let Some(device) = self.device() else {
            return Some(Obstacle::NoDevice);
        };
        if !device.is_active() {
            return Some(Obstacle::DeviceInactive);
        }
        if !device.can(&Capability::ListenIn) {
            return Some(Obstacle::NoCapability {
                missing_feature: self.missing_feature(),
            });
        }
        let Some(target) = target else {
            return Some(Obstacle::NothingPicked);
        };
        if self.devices.iter().any(|device| device.id == *target) {
            return Some(Obstacle::OwnDevice);
        }
        match &self.monitoring {
            Monitoring::Active(active) if active.is(target, scope, mode) => {
                Some(Obstacle::AlreadyInForce)
            }
            _ => None,
        }
    }

    /// Why *Stop monitoring* can't be asked for now, or nothing. Stopping is refused only where it
    /// makes no sense: it is offered even when the connection is bad.
    pub fn stop_obstacle(&self) -> Option<Obstacle> {
        if let Some(pending) = &self.pending
            && pending.operation == Operation::Stop
        {
            return Some(Obstacle::UnderWay(Operation::Stop));
        }
        match self.monitoring {
            Monitoring::Active(_) | Monitoring::Unrecognised(_) => None,
            // Nobody knows yet what came of the request: a way out is always open.
            _ if self.pending.is_some() => None,
            _ => Some(Obstacle::NothingMonitored),
        }
    }

    /// The first feature that monitoring needs and the contact centre lacks, if features are known.
    fn missing_feature(&self) -> Option<&'static str> {
        let features = &self.me.as_ref()?.features;
        if features.is_empty() {
            return None;
        }
        [gws::feature::VOICE, gws::feature::SUPERVISOR_MONITORING]
            .into_iter()
            .find(|needed| features.iter().all(|feature| feature.id != *needed))
    }
}
