//! Why something can't be requested now: the first reason that a person should deal with.

use bayeux::Duration;
use gws::{CallId, CallOperation, Capability, DeviceId, Mode, MonitoringKind, Scope};

use crate::calls::Leg;
use crate::connection::LinkPhase;
use crate::monitoring::Monitoring;
use crate::operation::{Operation, Target, is_same_number};
use crate::state::State;

/// Why something can't be requested now.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Obstacle {
    /// The server does not know who is signed in.
    SignInNeeded,
    /// The displayed state may be out of date.
    NotLive,
    /// Another request is pending.
    UnderWay(Operation),
    /// The supervisor has no device.
    NoDevice,
    /// The requested device is none of the supervisor's.
    UnknownDevice {
        /// The requested device.
        asked: DeviceId,
        /// The numbers of the existing devices.
        there_are: Vec<String>,
    },
    /// The supervisor's device is not active.
    DeviceInactive,
    /// The device does not allow it.
    NoCapability {
        /// The missing capability.
        operation: Capability,
        /// A feature that the contact centre lacks, which may explain it.
        missing_feature: Option<&'static str>,
    },
    /// Nobody is picked.
    NothingPicked,
    /// The number has no digit.
    NoNumber,
    /// The picked device is the supervisor's own.
    OwnDevice,
    /// The same is in force already.
    AlreadyInForce,
    /// A SIP Cluster with routing-point monitoring allows only silent monitoring.
    SipClusterSilentOnly,
    /// A SIP Cluster with routing-point monitoring allows only monitoring of whole calls.
    SipClusterWholeCallOnly,
    /// There is nothing to stop.
    NothingMonitored,
    /// There is no such call, or it does not allow the operation.
    NoSuchCall,
}

/// Whether fewer people hear the supervisor afterwards. It is possible while another request is pending.
fn is_way_out(operation: CallOperation) -> bool {
    matches!(
        operation,
        CallOperation::Hangup | CallOperation::SwitchToListenIn | CallOperation::MuteCall
    )
}

impl Operation {
    /// Whether it ends monitoring, or fewer people hear the supervisor afterwards: nothing may be in its
    /// way.
    pub fn is_way_out(&self) -> bool {
        match self {
            Self::Monitor(_) => false,
            Self::Stop => true,
            Self::Call { operation, .. } => is_way_out(*operation),
        }
    }
}

impl State {
    /// Why the operation is not possible now; none if it is.
    pub fn obstacle(&self, operation: &Operation, limit: Option<Duration>) -> Option<Obstacle> {
        match operation {
            Operation::Monitor(choice) => self.monitor_obstacle(
                &choice.kind,
                Some(&choice.target),
                &choice.scope,
                &choice.mode,
                limit,
            ),
            Operation::Stop => self.stop_obstacle(),
            Operation::Call { call, operation } => self.call_obstacle(call, *operation),
        }
    }

    /// Why this monitoring is not possible now; none if it is. `limit` is the requested time limit:
    /// monitoring in force may get one, or lose its own.
    pub fn monitor_obstacle(
        &self,
        kind: &MonitoringKind,
        target: Option<&Target>,
        scope: &Scope,
        mode: &Mode,
        limit: Option<Duration>,
    ) -> Option<Obstacle> {
        if let Some(obstacle) = self.general_obstacle() {
            return Some(obstacle);
        }
        let Some(device) = self.device() else {
            return Some(self.device_obstacle());
        };
        if let Some(request) = self.requests.of_device(&device.id) {
            return Some(Obstacle::UnderWay(request.operation.clone()));
        }
        if !device.is_active() {
            return Some(Obstacle::DeviceInactive);
        }
        // Before the device's capabilities: in a SIP Cluster it is never possible.
        if self.sip_cluster.is_in_force() {
            if *kind != MonitoringKind::ListenIn {
                return Some(Obstacle::SipClusterSilentOnly);
            }
            if *scope != Scope::Call {
                return Some(Obstacle::SipClusterWholeCallOnly);
            }
        }
        let capability = Capability::from(kind.as_str());
        if !device.can(&capability) {
            return Some(Obstacle::NoCapability {
                operation: capability,
                missing_feature: self.missing_feature(),
            });
        }
        let Some(target) = target else {
            return Some(Obstacle::NothingPicked);
        };
        match target {
            Target::Number(number) if !number.bytes().any(|byte| byte.is_ascii_alphanumeric()) => {
                return Some(Obstacle::NoNumber);
            }
            _ if self.is_own(target) => return Some(Obstacle::OwnDevice),
            _ => {}
        }
        match self.monitoring() {
            Monitoring::Active(active)
                if active.kind == *kind
                    && active.has_options(scope, mode)
                    && active.is_of(target, &self.directory) =>
            {
                let changes_limit = limit.is_some() || self.limit().is_some();
                (!changes_limit).then_some(Obstacle::AlreadyInForce)
            }
            _ => None,
        }
    }

    /// Why *Stop monitoring* is not possible now; none if it is. Stopping is refused only if it makes no
    /// sense: it is possible even while the connection is bad.
    pub fn stop_obstacle(&self) -> Option<Obstacle> {
        let Some(device) = self.my_device.id() else {
            return Some(self.device_obstacle());
        };
        let pending = self.requests.of_device(device);
        match (pending.map(|request| &request.operation), self.monitoring()) {
            (Some(Operation::Stop), _) => Some(Obstacle::UnderWay(Operation::Stop)),
            (_, Monitoring::Active(_) | Monitoring::Unrecognised(_)) => None,
            // The outcome of the request is still unknown, and stopping must always be possible.
            (Some(_), _) => None,
            (None, Monitoring::Unknown) => self.general_obstacle(),
            (None, Monitoring::None) => Some(Obstacle::NothingMonitored),
        }
    }

    /// Why an operation on a call is not possible now; none if it is.
    pub fn call_obstacle(&self, call: &CallId, operation: CallOperation) -> Option<Obstacle> {
        if let Some(request) = self.requests.of_call(call) {
            let pending = &request.operation;
            let is_same =
                matches!(pending, Operation::Call { operation: it, .. } if *it == operation);
            if is_same || !is_way_out(operation) {
                return Some(Obstacle::UnderWay(pending.clone()));
            }
        }
        let offers = |leg: &Leg| leg.offers(operation);
        match self.calls.leg(call) {
            Some(leg) if offers(leg) => None,
            Some(_) => Some(Obstacle::NoSuchCall),
            None => Some(self.general_obstacle().unwrap_or(Obstacle::NoSuchCall)),
        }
    }

    fn general_obstacle(&self) -> Option<Obstacle> {
        match self.connection.phase {
            LinkPhase::SignInNeeded => Some(Obstacle::SignInNeeded),
            phase if !phase.is_usable() => Some(Obstacle::NotLive),
            _ => None,
        }
    }

    fn device_obstacle(&self) -> Obstacle {
        match self.my_device.unknown() {
            Some(asked) => Obstacle::UnknownDevice {
                asked: asked.clone(),
                there_are: self.my_device.numbers(),
            },
            // Unknown before the first read.
            None => self.general_obstacle().unwrap_or(Obstacle::NoDevice),
        }
    }

    fn is_own(&self, target: &Target) -> bool {
        self.my_device.all().iter().any(|device| match target {
            Target::Device(id) => device.id == *id,
            Target::Number(number) => is_same_number(&device.phone_number, number),
        })
    }

    /// The first feature that monitoring needs and the contact centre lacks, if features are known.
    fn missing_feature(&self) -> Option<&'static str> {
        let features = &self.identity.me()?.features;
        if features.is_empty() {
            return None;
        }
        [gws::feature::VOICE, gws::feature::SUPERVISOR_MONITORING]
            .into_iter()
            .find(|needed| features.iter().all(|feature| feature.id != *needed))
    }
}
