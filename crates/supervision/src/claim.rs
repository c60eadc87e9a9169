//! What the screen may claim: how far monitoring has come, who hears the supervisor, what a problem
//! means, what a request would do. Decided here from all parts together, so that no two of them can
//! contradict each other; the view puts it into words.

use core::time::Duration;

use gws::{CallOperation, Device, DeviceId, MonitoringKind};

use crate::calls::{Audience, Leg, LegRole};
use crate::connection::LinkPhase;
use crate::directory::Presence;
use crate::monitoring::{Monitored, Monitoring};
use crate::operation::{MonitoringChoice, Operation, Target};
use crate::requests::{Problem, Request};
use crate::state::State;
use crate::time::Moment;

/// What may be said of monitoring on the device that is used.
#[derive(Clone, Debug, PartialEq)]
pub struct Claim {
    /// How far it has come.
    pub stage: Stage,
    /// What is said loudest.
    pub headline: Headline,
    /// Who hears the supervisor now; none outside of a monitored call.
    pub audience: Option<Audience>,
    /// The agent is muted by the supervisor: the customer does not hear them.
    pub agent_is_muted: bool,
    /// The call that the supervisor is in has gone on without the monitored agent.
    pub is_without_agent: bool,
    /// How old this may be.
    pub certainty: Freshness,
}

/// How far monitoring has come. *Requested*, *waiting* (confirmed) and *in a call* are different.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// It is not known whether anybody is monitored.
    Unknown,
    /// Nobody is.
    Nobody,
    /// It was asked for; nothing is in force.
    Requested,
    /// It is in force, and no call was joined.
    Waiting,
    /// The supervisor is in a monitored call.
    InCall,
}

/// What is said loudest.
#[derive(Clone, Debug, PartialEq)]
pub enum Headline {
    /// It is not known whether anybody is monitored.
    NotKnown,
    /// Nobody is.
    Nobody,
    /// Somebody is; how the supervisor takes part is what they asked for. In a call, `audience` is
    /// not more than that.
    Monitoring(Monitored),
    /// Somebody is, and everyone hears the supervisor, or more people than was asked for, or it is
    /// not known who.
    HeardBy(Monitored, Audience),
    /// Others hear the supervisor in a call, and it is not known whom a device monitors.
    HeardInCall(Audience),
    /// The subscription has ended, and the supervisor is still in a call that it brought.
    CallOutlives(Audience),
    /// Somebody is monitored, and the server does not say whom, or not in a way that can be read.
    Unrecognised {
        /// Who was asked for, if that may be who is monitored.
        asked: Option<Target>,
    },
    /// Another device of the supervisor's monitors, and the one that is used does not; or everyone
    /// hears the supervisor there, and not here.
    Elsewhere(Elsewhere),
    /// There is no device to monitor with.
    NoDevice,
}

/// How old what is shown may be.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Freshness {
    /// It is kept up to date.
    Current,
    /// It was so then, and may have changed.
    AsOf(Moment),
    /// It was never known.
    Never,
}

/// Monitoring on another device of the supervisor's than the one that is used.
#[derive(Clone, Debug, PartialEq)]
pub struct Elsewhere {
    /// The device.
    pub device: DeviceId,
    /// Its number.
    pub number: String,
    /// Whom it monitors, if the subscription is still there and can be read.
    pub monitored: Option<Monitored>,
    /// Who hears the supervisor in a call there; none outside of a call.
    pub audience: Option<Audience>,
}

/// What a problem means: what is so, as far as is known.
#[derive(Clone, Debug, PartialEq)]
pub enum Meaning {
    /// It is not known what is in force.
    NotKnown,
    /// Nobody is monitored.
    NobodyMonitored,
    /// This is in force.
    Monitoring(Monitored),
    /// The call is not answered.
    NotInCall,
    /// The supervisor is in the call, and is heard so.
    InCall(Audience),
    /// The agent is muted.
    AgentMuted,
    /// The agent is heard.
    AgentHeard,
}

/// What a request to monitor would do.
#[derive(Clone, Debug, PartialEq)]
pub struct Forecast {
    /// What is asked for.
    pub choice: MonitoringChoice,
    /// What becomes of what is in force.
    pub effect: Effect,
    /// What the agent was doing lately, if that is known.
    pub presence: Option<Presence>,
    /// Calls that wait in a queue already are not joined.
    pub is_sip_cluster: bool,
}

/// What becomes of what is in force when something is asked for.
#[derive(Clone, Debug, PartialEq)]
pub enum Effect {
    /// Nothing is, as far as is known.
    Begins,
    /// This ends: the monitoring of somebody else, or of the same agent in another way.
    Ends(Monitored),
    /// What ends can't be read.
    EndsUnrecognised,
    /// It is what is in force; at most its time limit changes.
    InForce {
        /// What is in force.
        active: Monitored,
        /// Whether the time limit changes.
        changes_limit: bool,
    },
}

impl Stage {
    /// The stage as style sheets know it.
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
    /// What may be said of monitoring.
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
        let elsewhere = self
            .elsewhere()
            .into_iter()
            .max_by_key(|other| other.audience);
        let is_heard_there = |other: &Elsewhere| other.audience == Some(Audience::Everyone);
        // A call of which nobody says where it is belongs to the device that monitors.
        let belongs_there = |other: &Elsewhere| {
            let is_anywhere = leg.is_some_and(|leg| leg.device().is_none());
            is_anywhere && other.monitored.is_some() && *monitoring == Monitoring::None
        };
        let headline = match (monitoring, audience) {
            (_, own)
                if own != Some(Audience::Everyone)
                    && let Some(other) = elsewhere.clone().filter(is_heard_there) =>
            {
                Headline::Elsewhere(other)
            }
            (_, Some(audience)) if let Some(other) = elsewhere.clone().filter(belongs_there) => {
                Headline::Elsewhere(Elsewhere {
                    audience: Some(audience),
                    ..other
                })
            }
            (Monitoring::Unrecognised(_) | Monitoring::Unknown, Some(audience))
                if audience >= Audience::Agent =>
            {
                Headline::HeardInCall(audience)
            }
            (Monitoring::Active(active), Some(audience))
                if audience > expected(&active.kind) || audience == Audience::Everyone =>
            {
                Headline::HeardBy(active.clone(), audience)
            }
            (Monitoring::Active(active), _) => Headline::Monitoring(active.clone()),
            (Monitoring::Unrecognised(_), _) => Headline::Unrecognised {
                asked: used
                    .and_then(|device| self.monitoring.may_be(device))
                    .cloned(),
            },
            (Monitoring::None, Some(audience)) => Headline::CallOutlives(audience),
            (Monitoring::None | Monitoring::Unknown, None) if elsewhere.is_some() => {
                elsewhere.map_or(Headline::NotKnown, Headline::Elsewhere)
            }
            (Monitoring::None, None) => Headline::Nobody,
            (Monitoring::Unknown, None) if self.my_device.is_missing() => Headline::NoDevice,
            // Also in a call: what is not known can't be said to have ended.
            (Monitoring::Unknown, _) => Headline::NotKnown,
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

    /// How old what is shown of devices and calls may be.
    pub fn freshness(&self) -> Freshness {
        let known = match self.connection.phase {
            LinkPhase::Live => return Freshness::Current,
            LinkPhase::Silent => self.connection.read_at,
            _ => self.connection.live_until,
        };
        known.map_or(Freshness::Never, Freshness::AsOf)
    }

    /// The monitored call on the device that is used: one that was joined before one that rings, the
    /// one in which most people hear the supervisor first.
    pub fn monitored_leg(&self) -> Option<&Leg> {
        self.legs()
            .filter(|leg| leg.role == LegRole::Monitoring)
            .max_by_key(|leg| (leg.is_joined(), leg.audience(), leg.is_ringing()))
    }

    /// What goes on on the supervisor's other devices.
    pub fn elsewhere(&self) -> Vec<Elsewhere> {
        let used = self.my_device.id();
        let others = self.my_device.all().iter();
        let others = others.filter(|device| Some(&device.id) != used);
        others
            .filter_map(|device| self.on_another(device))
            .collect()
    }

    fn on_another(&self, device: &Device) -> Option<Elsewhere> {
        let monitored = self.monitoring.of(&device.id);
        let legs = self.calls.legs().iter();
        let audience = legs
            .filter(|leg| leg.role == LegRole::Monitoring && leg.is_joined())
            .filter(|leg| leg.device().as_ref() == Some(&device.id))
            .map(Leg::audience)
            .max();
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

    /// What asking for that would do. `limit` is the time limit that is wanted, `presence` what the
    /// agent was doing lately.
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

    /// In which way what is in force monitors, if it is of that target, scope and mode.
    pub fn kind_in_force(&self, choice: &MonitoringChoice) -> Option<MonitoringKind> {
        let active = self.monitoring().active()?;
        let kind = active.kind.clone();
        let choice = MonitoringChoice {
            kind: kind.clone(),
            ..choice.clone()
        };
        active.is(&choice, &self.directory).then_some(kind)
    }
}

impl State {
    /// Who will hear the supervisor after that, as far as it can be known before.
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

    /// Whether nothing is monitored, heard or asked for with the device in use.
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

/// Who hears a supervisor who takes part in that way.
fn expected(kind: &MonitoringKind) -> Audience {
    match kind {
        MonitoringKind::ListenIn => Audience::Nobody,
        MonitoringKind::Coach => Audience::Agent,
        MonitoringKind::BargeIn => Audience::Everyone,
        MonitoringKind::Other(_) => Audience::Unknown,
    }
}
