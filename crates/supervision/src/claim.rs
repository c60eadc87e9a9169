//! What the screen may claim: how far monitoring has come, who hears the supervisor, what a problem
//! means, what a request would do. It is decided here from all parts of the state together, so that
//! no two claims contradict each other; the view phrases it.

use std::sync::Arc;

use bayeux::Duration;
use gws::{CallOperation, Device, DeviceId, MonitoringKind};

use crate::calls::{Audience, Leg, LegRole};
use crate::connection::LinkPhase;
use crate::directory::Presence;
use crate::monitoring::{Monitored, Monitoring};
use crate::operation::{MonitoringChoice, Operation, Target};
use crate::requests::{Problem, Request};
use crate::state::State;
use crate::time::Moment;

/// What may be claimed about monitoring on the device in use.
#[derive(Clone, Debug, PartialEq)]
pub struct Claim {
    /// How far it has come.
    pub stage: Stage,
    /// The most important statement.
    pub headline: Headline,
    /// Who hears the supervisor now; none outside of a monitored call.
    pub audience: Option<Audience>,
    /// The agent is muted by the supervisor: the customer does not hear them.
    pub agent_is_muted: bool,
    /// The supervisor's call goes on without the monitored agent.
    pub is_without_agent: bool,
    /// How old this may be.
    pub certainty: Freshness,
}

/// How far monitoring has come. *Requested*, *waiting* (confirmed) and *in a call* are different.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// It is unknown whether anybody is monitored.
    Unknown,
    /// Nobody is monitored.
    Nobody,
    /// Monitoring was requested; nothing is in force.
    Requested,
    /// Monitoring is in force, and no call was joined.
    Waiting,
    /// The supervisor is in a monitored call.
    InCall,
}

/// The most important statement.
#[derive(Clone, Debug, PartialEq)]
pub enum Headline {
    /// It is unknown whether anybody is monitored.
    NotKnown,
    /// Nobody is monitored.
    Nobody,
    /// Somebody is monitored, in the requested way. In a call, the `audience` is no larger than
    /// that.
    Monitoring(Arc<Monitored>),
    /// Somebody is monitored, and everyone hears the supervisor, or more people than requested, or
    /// it is unknown who does.
    HeardBy(Arc<Monitored>, Audience),
    /// Others hear the supervisor in a call, and it is unknown whom a device monitors.
    HeardInCall(Audience),
    /// The subscription has ended, and the supervisor is still in one of its calls.
    CallOutlives(Audience),
    /// Somebody is monitored, and the server does not say whom, or not in a readable form.
    Unrecognised {
        /// The requested target, which may be the monitored one.
        asked: Option<Target>,
    },
    /// Another device of the supervisor monitors, and the device in use does not; or everyone hears
    /// the supervisor there, and not here.
    Elsewhere(Elsewhere),
    /// There is no device to monitor with.
    NoDevice,
}

/// How old the displayed state may be.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Freshness {
    /// It is up to date.
    Current,
    /// It was true at that time, and may have changed.
    AsOf(Moment),
    /// It was never known.
    Never,
}

/// Monitoring on a device of the supervisor that is not in use.
#[derive(Clone, Debug, PartialEq)]
pub struct Elsewhere {
    /// The device.
    pub device: DeviceId,
    /// Its number.
    pub number: String,
    /// Whom it monitors, if the subscription exists and is readable.
    pub monitored: Option<Arc<Monitored>>,
    /// Who hears the supervisor in a call there; none outside of a call.
    pub audience: Option<Audience>,
}

/// What a problem means for monitoring, as far as is known.
#[derive(Clone, Debug, PartialEq)]
pub enum Meaning {
    /// It is unknown what is in force.
    NotKnown,
    /// Nobody is monitored.
    NobodyMonitored,
    /// This is in force.
    Monitoring(Arc<Monitored>),
    /// The call is not answered.
    NotInCall,
    /// The supervisor is in the call, with this audience.
    InCall(Audience),
    /// The agent is muted.
    AgentMuted,
    /// The agent is heard.
    AgentHeard,
}

/// What a request to monitor would do.
#[derive(Clone, Debug, PartialEq)]
pub struct Forecast {
    /// The requested monitoring.
    pub choice: MonitoringChoice,
    /// What happens to the monitoring in force.
    pub effect: Effect,
    /// The agent's recent state, if known.
    pub presence: Option<Presence>,
    /// Calls that are already waiting in a queue are not joined.
    pub is_sip_cluster: bool,
}

/// What happens to the monitoring in force when monitoring is requested.
#[derive(Clone, Debug, PartialEq)]
pub enum Effect {
    /// Nothing is in force, as far as is known.
    Begins,
    /// This ends: the monitoring of somebody else, or of the same agent in another way.
    Ends(Arc<Monitored>),
    /// Something ends that is not readable.
    EndsUnrecognised,
    /// The same is in force already; at most its time limit changes.
    InForce {
        /// The monitoring in force.
        active: Arc<Monitored>,
        /// Whether the time limit changes.
        changes_limit: bool,
    },
}

impl Stage {
    /// The stage's keyword in style sheets.
    pub fn key(self) -> &'static str {
        match self {
            Self::Unknown => "unknown",
            Self::Nobody => "none",
            Self::Requested => "requested",
            Self::Waiting => "waiting",
            Self::InCall => "in-call",
        }
    }
}

impl State {
    /// What may be claimed about monitoring.
    pub fn claim(&self) -> Claim {
        let monitoring = self.monitoring();
        let leg = self.monitored_leg();
        let audience = leg.filter(|leg| leg.is_joined()).map(Leg::audience);
        let used = self.my_device.id();
        let is_asked = used.is_some_and(|device| {
            let request = self.requests.of_device(device);
            request.is_some_and(|request| request.operation.monitoring().is_some())
        });
        let stage = match monitoring {
            _ if audience.is_some() => Stage::InCall,
            Monitoring::Active(_) | Monitoring::Unrecognised(_) => Stage::Waiting,
            Monitoring::Unknown | Monitoring::None if is_asked => Stage::Requested,
            Monitoring::None => Stage::Nobody,
            Monitoring::Unknown => Stage::Unknown,
        };
        let mut elsewhere: Option<Elsewhere> = None;
        for other in self.elsewhere() {
            if elsewhere
                .as_ref()
                .is_none_or(|it| it.audience <= other.audience)
            {
                elsewhere = Some(other);
            }
        }
        // A call without a device belongs to the device that monitors.
        let belongs_there = |other: &Elsewhere| {
            let is_anywhere = leg.is_some_and(|leg| leg.device().is_none());
            is_anywhere && other.monitored.is_some() && matches!(monitoring, Monitoring::None)
        };
        let headline = match (monitoring, audience, elsewhere) {
            (_, own, Some(other))
                if own != Some(Audience::Everyone)
                    && other.audience == Some(Audience::Everyone) =>
            {
                Headline::Elsewhere(other)
            }
            (_, Some(_), Some(other)) if belongs_there(&other) => {
                Headline::Elsewhere(Elsewhere { audience, ..other })
            }
            (Monitoring::Unrecognised(_) | Monitoring::Unknown, Some(audience), _)
                if audience >= Audience::Agent =>
            {
                Headline::HeardInCall(audience)
            }
            (Monitoring::Active(active), Some(audience), _)
                if audience > expected(&active.kind) || audience == Audience::Everyone =>
            {
                Headline::HeardBy(active.clone(), audience)
            }
            (Monitoring::Active(active), ..) => Headline::Monitoring(active.clone()),
            (Monitoring::Unrecognised(_), ..) => Headline::Unrecognised {
                asked: used
                    .and_then(|device| self.monitoring.may_be(device))
                    .cloned(),
            },
            (Monitoring::None, Some(audience), _) => Headline::CallOutlives(audience),
            (Monitoring::None | Monitoring::Unknown, None, Some(other)) => {
                Headline::Elsewhere(other)
            }
            (Monitoring::None, None, None) => Headline::Nobody,
            (Monitoring::Unknown, None, None) if self.my_device.is_missing() => Headline::NoDevice,
            // Even in a call: unknown monitoring can't be said to have ended.
            (Monitoring::Unknown, ..) => Headline::NotKnown,
        };
        Claim {
            stage,
            headline,
            audience,
            is_without_agent: leg.is_some_and(|leg| leg.is_joined() && leg.is_without_agent),
            agent_is_muted: leg.is_some_and(|leg| leg.is_joined() && leg.call.monitored_user_muted),
            certainty: self.freshness(),
        }
    }

    /// How old the displayed devices and calls may be.
    pub fn freshness(&self) -> Freshness {
        let known = match self.connection.phase {
            LinkPhase::Live => return Freshness::Current,
            LinkPhase::Silent => self.connection.read_at,
            _ => self.connection.live_until,
        };
        known.map_or(Freshness::Never, Freshness::AsOf)
    }

    /// The monitored call on the device in use: a joined call before a ringing one, and the one with
    /// the largest audience first.
    pub fn monitored_leg(&self) -> Option<&Leg> {
        let rank = |leg: &Leg| (leg.is_joined(), leg.audience(), leg.is_ringing());
        let mut monitored: Option<&Leg> = None;
        for leg in self.legs() {
            let is_before = monitored.is_none_or(|other| rank(leg) >= rank(other));
            if leg.role == LegRole::Monitoring && is_before {
                monitored = Some(leg);
            }
        }
        monitored
    }

    /// What the supervisor's other devices are doing.
    pub fn elsewhere(&self) -> Vec<Elsewhere> {
        let used = self.my_device.id();
        let mut elsewhere = Vec::new();
        for device in self.my_device.all() {
            if Some(&device.id) != used
                && let Some(on_another) = self.on_another(device)
            {
                elsewhere.push(on_another);
            }
        }
        elsewhere
    }

    fn on_another(&self, device: &Device) -> Option<Elsewhere> {
        let monitored = self.monitoring.of(&device.id);
        let mut audience = None;
        for leg in self.calls.legs() {
            let is_there = || leg.device().as_ref() == Some(&device.id);
            if leg.role == LegRole::Monitoring && leg.is_joined() && is_there() {
                audience = audience.max(Some(leg.audience()));
            }
        }
        let is_monitoring = matches!(
            monitored,
            Monitoring::Active(_) | Monitoring::Unrecognised(_)
        );
        (is_monitoring || audience.is_some()).then(|| Elsewhere {
            device: device.id.clone(),
            number: device.phone_number.clone(),
            monitored: monitored.active().cloned(),
            audience,
        })
    }

    /// What a problem means for monitoring.
    pub fn meaning(&self, problem: &Problem) -> Meaning {
        match &problem.operation {
            // It may have changed, and a sign-out may have ended it.
            Operation::Monitor(_) | Operation::Stop if !self.connection.phase.is_usable() => {
                Meaning::NotKnown
            }
            Operation::Monitor(_) | Operation::Stop => match self.monitoring.of(&problem.device) {
                Monitoring::None => Meaning::NobodyMonitored,
                Monitoring::Active(active) => Meaning::Monitoring(active.clone()),
                Monitoring::Unknown | Monitoring::Unrecognised(_) => Meaning::NotKnown,
            },
            Operation::Call { call, operation } => match (self.calls.leg(call), operation) {
                (None, _) => Meaning::NotInCall,
                (
                    Some(leg),
                    CallOperation::MuteMonitoredUser | CallOperation::UnmuteMonitoredUser,
                ) => {
                    if leg.call.monitored_user_muted {
                        Meaning::AgentMuted
                    } else {
                        Meaning::AgentHeard
                    }
                }
                (Some(leg), _) if leg.is_joined() => Meaning::InCall(match leg.audience() {
                    Audience::Everyone => Audience::Everyone,
                    audience if self.freshness() == Freshness::Current => audience,
                    _ => Audience::Unknown,
                }),
                (Some(_), _) => Meaning::NotInCall,
            },
        }
    }

    /// What a request would do. `limit` is the requested time limit, `presence` the agent's recent
    /// state.
    pub fn forecast(
        &self,
        choice: MonitoringChoice,
        limit: Option<Duration>,
        presence: Option<Presence>,
    ) -> Forecast {
        let effect = match self.monitoring() {
            Monitoring::Active(active) if active.is(&choice, &self.directory) => Effect::InForce {
                active: active.clone(),
                changes_limit: limit.is_some() || self.limit().is_some(),
            },
            Monitoring::Active(active) => Effect::Ends(active.clone()),
            Monitoring::Unrecognised(_) => Effect::EndsUnrecognised,
            Monitoring::Unknown | Monitoring::None => Effect::Begins,
        };
        Forecast {
            effect,
            presence,
            is_sip_cluster: self.sip_cluster.is_in_force(),
            choice,
        }
    }

    /// The kind of the monitoring in force, if it has the same target, scope and mode.
    pub fn kind_in_force(&self, choice: &MonitoringChoice) -> Option<MonitoringKind> {
        let active = self.monitoring().active()?;
        let is_it = active.has_options(&choice.scope, &choice.mode)
            && active.is_of(&choice.target, &self.directory);
        is_it.then(|| active.kind.clone())
    }
}

impl State {
    /// Who will hear the supervisor after the operation, as far as that is known beforehand.
    pub fn audience_after(&self, operation: &Operation) -> Audience {
        match operation {
            Operation::Monitor(choice) => expected(&choice.kind),
            Operation::Call { call, operation } => {
                let leg = self.all_legs().iter().find(|leg| leg.call.id == *call);
                match operation {
                    CallOperation::Answer => {
                        let device = leg.and_then(Leg::device);
                        let device = device.or_else(|| self.my_device.id().cloned());
                        let active = device.and_then(|device| self.monitoring_of(&device).active());
                        active.map_or(Audience::Unknown, |active| expected(&active.kind))
                    }
                    CallOperation::MuteMonitoredUser | CallOperation::UnmuteMonitoredUser => {
                        leg.map_or(Audience::Unknown, Leg::audience)
                    }
                    louder => leg
                        .and_then(|leg| leg.audience_after(*louder))
                        .unwrap_or(Audience::Nobody),
                }
            }
            Operation::Stop => Audience::Nobody,
        }
    }

    /// Whether nothing is monitored, heard or pending with the device in use.
    pub(crate) fn is_idle(&self) -> bool {
        let Some(device) = self.my_device.id() else {
            return true;
        };
        let monitors = matches!(
            self.monitoring(),
            Monitoring::Active(_) | Monitoring::Unrecognised(_)
        );
        let is_of_device = |request: &Request| request.device == *device;
        let hears = |leg: &Leg| leg.role == LegRole::Monitoring;
        !monitors && !self.requests.pending().any(is_of_device) && !self.legs().any(hears)
    }
}

/// Who hears a supervisor who takes part in this way.
fn expected(kind: &MonitoringKind) -> Audience {
    match kind {
        MonitoringKind::ListenIn => Audience::Nobody,
        MonitoringKind::Coach => Audience::Agent,
        MonitoringKind::BargeIn => Audience::Everyone,
        MonitoringKind::Other(_) => Audience::Unknown,
    }
}
