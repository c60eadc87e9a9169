//! Requests for monitoring, and its cancellation: `ListenIn`, `Coach`, `BargeIn`,
//! `CancelSupervisorMonitoring`. Sources: the pages of that name, *TMonitorNextCall*.

use gws::{DeviceId, Mode, Scope};

use super::{Subscription, Supervision};
use crate::world::ids::PersonId;
use crate::world::people::Role;
use crate::world::{Refusal, World};

/// What a supervisor asks for.
#[derive(Clone, Debug, PartialEq)]
pub struct MonitoringRequest {
    /// The operation.
    pub how: Supervision,
    /// `targetDeviceUri`.
    pub target_device_uri: Option<String>,
    /// `phoneNumber`.
    pub phone_number: Option<String>,
    /// `supervisorMonitoringScope`; without it `default-monitor-scope` decides.
    pub scope: Option<Scope>,
    /// `supervisorMonitoringMode`.
    pub mode: Mode,
}

impl MonitoringRequest {
    /// Of the agent with this number, of the whole call, all calls.
    pub fn of(number: &str, how: Supervision) -> Self {
        Self {
            how,
            target_device_uri: None,
            phone_number: Some(number.to_owned()),
            scope: Some(Scope::Call),
            mode: Mode::AllCalls,
        }
    }
}

impl World {
    /// Sets up monitoring. If the agent is in a call, that call is joined now (intrusion), unless
    /// `intrusion-enabled` is off.
    ///
    /// # Errors
    /// The request is refused, and nothing has changed.
    pub fn monitor(
        &mut self,
        supervisor: PersonId,
        device: &str,
        request: MonitoringRequest,
    ) -> Result<(), Refusal> {
        self.may_supervise(supervisor, device)?;
        let options = &self.config.t_server;
        let scope = request.scope.clone();
        let scope = scope.unwrap_or_else(|| options.default_monitor_scope.clone());
        // Assumption: `ListenIn` is passed on without a mode, so that T-Server's own decides;
        // `Coach` and `BargeIn` name theirs.
        let how = match request.how {
            Supervision::ListenIn => options.default_monitor_mode,
            named => named,
        };
        self.cluster_allows(&scope, how)?;
        let target = self.target(&request)?;
        self.may_be_a_target(supervisor, target)?;
        // One agent a supervisor: another request cancels the first (*TMonitorNextCall*).
        // Assumption: the cancellation is published like any other, before the new monitoring is.
        let before = self.subscriptions.get(&supervisor);
        let since = match before {
            Some(before) if before.target == target => before.since,
            _ => self.calls_so_far,
        };
        if before.is_some_and(|before| before.target != target) {
            self.end_monitoring(supervisor);
        }
        let subscription = Subscription {
            target,
            how,
            mode: request.mode,
            scope,
            since,
        };
        self.subscriptions.insert(supervisor, subscription);
        self.device_changed(supervisor);
        if self.config.t_server.intrusion_enabled {
            let active = self.call_where(target, |_, leg| leg.state.is_active());
            for key in active
                .into_iter()
                .chain(self.people[target.0].calls.clone())
            {
                self.call_supervisor_of(target, key);
            }
        }
        Ok(())
    }

    /// Ends monitoring.
    ///
    /// # Errors
    /// The device is not the supervisor's, or monitors nobody.
    pub fn cancel_monitoring(&mut self, supervisor: PersonId, device: &str) -> Result<(), Refusal> {
        self.may_supervise(supervisor, device)?;
        if !self.subscriptions.contains_key(&supervisor) {
            let number = self.people[supervisor.0].number.clone();
            return Err(Refusal::NotMonitoring(number));
        }
        self.end_monitoring(supervisor);
        Ok(())
    }

    /// Whether the device is the person's own, and in use.
    pub(in crate::world) fn own_device(
        &self,
        person: PersonId,
        device: &str,
    ) -> Result<(), Refusal> {
        let person = &self.people[person.0];
        if person.device.as_str() != device {
            return Err(Refusal::NoSuchDevice(device.to_owned()));
        }
        if !person.is_active() {
            return Err(Refusal::NotRegistered(person.number.clone()));
        }
        Ok(())
    }

    fn may_supervise(&self, supervisor: PersonId, device: &str) -> Result<(), Refusal> {
        let person = &self.people[supervisor.0];
        if person.device.as_str() == device && person.role != Role::Supervisor {
            return Err(Refusal::NotASupervisor(person.user_name.clone()));
        }
        self.own_device(supervisor, device)
    }

    /// Whether somebody may be monitored by this supervisor.
    ///
    /// Assumption: anybody who is logged in, another supervisor too, but not oneself. Genesys' own
    /// simulator of the newer API excludes that, and so does its desktop; for v2 nothing is said.
    fn may_be_a_target(&self, supervisor: PersonId, target: PersonId) -> Result<(), Refusal> {
        if target == supervisor {
            return Err(Refusal::Oneself);
        }
        let person = &self.people[target.0];
        if !person.is_active() {
            return Err(Refusal::LoggedOut(person.number.clone()));
        }
        // One supervisor a device (*TMonitorNextCall*).
        match self.supervisor_of(target) {
            Some(other) if other != supervisor => {
                Err(Refusal::MonitoredByAnother(person.number.clone()))
            }
            _ => Ok(()),
        }
    }

    /// The device a request names.
    ///
    /// Assumption: `phoneNumber` alone names a target too; with both, they must agree.
    fn target(&self, request: &MonitoringRequest) -> Result<PersonId, Refusal> {
        let by_uri = request.target_device_uri.as_deref().map(|uri| {
            let device = device_of(uri).ok_or_else(|| Refusal::MalformedTarget(uri.to_owned()))?;
            self.people
                .by_device(&device)
                .ok_or_else(|| Refusal::NoSuchDevice(device.to_string()))
        });
        let by_number = request.phone_number.as_deref().map(|number| {
            self.people
                .by_number(number)
                .ok_or_else(|| Refusal::NoSuchNumber(number.to_owned()))
        });
        match (by_uri.transpose()?, by_number.transpose()?) {
            (Some(uri), Some(number)) if uri != number => Err(Refusal::TargetsDiffer),
            (Some(target), _) | (None, Some(target)) => Ok(target),
            (None, None) => Err(Refusal::Missing("targetDeviceUri")),
        }
    }
}

/// The device an absolute URI names: `…/devices/{id}`, not `…/me/devices/{id}` (the samples of
/// *Coach* and *BargeIn*).
///
/// Assumption: whatever its host; only the id counts.
fn device_of(uri: &str) -> Option<DeviceId> {
    let rest = uri
        .strip_prefix("http://")
        .or_else(|| uri.strip_prefix("https://"))?;
    let (host, path) = rest.split_once('/')?;
    let is_own = path.starts_with("me/devices/") || path.contains("/me/devices/");
    if host.is_empty() || is_own {
        return None;
    }
    DeviceId::from_uri(uri)
}
