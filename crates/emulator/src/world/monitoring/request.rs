//! Requests for monitoring, and its cancellation: `ListenIn`, `Coach`, `BargeIn`,
//! `CancelSupervisorMonitoring`. Sources: the pages of that name, *TMonitorNextCall*.

use gws::{DeviceId, Mode, Scope};

use super::Subscription;
use crate::world::World;
use crate::world::ids::PersonId;
use crate::world::people::Role;
use crate::world::refusal::Refusal;
use crate::world::supervision::Supervision;

/// A request for monitoring.
#[derive(Clone, Debug, PartialEq)]
pub struct MonitoringRequest {
    /// The operation.
    pub how: Supervision,
    /// `targetDeviceUri`.
    pub target_device_uri: Option<String>,
    /// `phoneNumber`.
    pub phone_number: Option<String>,
    /// `supervisorMonitoringScope`. Default `Call`.
    pub scope: Option<Scope>,
    /// `supervisorMonitoringMode`.
    pub mode: Mode,
}

impl MonitoringRequest {
    /// A request for all calls of the agent with this number, whole calls.
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
    /// Sets up monitoring. If the agent is in a call, it is joined at once (intrusion), unless
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
        let options = self.monitoring.options();
        let scope = request.scope.clone().unwrap_or(Scope::Call);
        // Assumption: `ListenIn` is passed on without a mode, so that T-Server's own decides;
        // `Coach` and `BargeIn` name theirs.
        let how = match request.how {
            Supervision::ListenIn => options.default_monitor_mode,
            named => named,
        };
        self.monitoring.cluster_allows(&scope, how)?;
        let target = self.target(&request)?;
        self.may_be_a_target(supervisor, target)?;
        // One agent per supervisor: another request cancels the first (*TMonitorNextCall*). Assumption:
        // the cancellation is published like any other, before the new monitoring.
        let since = match self.monitoring.of(supervisor) {
            Some(before) if before.target == target => before.since,
            _ => {
                self.end_monitoring(supervisor);
                self.calls.begun()
            }
        };
        let subscription = Subscription {
            target,
            how,
            mode: request.mode,
            scope,
            since,
        };
        self.monitoring
            .subscriptions
            .insert(supervisor, subscription);
        self.device_changed(supervisor);
        if self.monitoring.options().intrusion_enabled {
            let active = self.calls.active(target).into_iter();
            for key in active.chain(self.calls.keys_of(target)) {
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
        if self.monitoring.of(supervisor).is_none() {
            let number = self.people[supervisor].number.clone();
            return Err(Refusal::NotMonitoring(number));
        }
        self.end_monitoring(supervisor);
        Ok(())
    }

    /// Removes the subscription, and the supervisor's leg.
    ///
    /// Assumption: cancelling releases the supervisor from a call in progress.
    pub(in crate::world) fn end_monitoring(&mut self, supervisor: PersonId) {
        if self.monitoring.subscriptions.remove(&supervisor).is_some() {
            while let Some(key) = self.calls.monitored(supervisor) {
                self.leave(supervisor, key);
            }
            self.device_changed(supervisor);
        }
    }

    /// The customer with this number opts out of monitoring: supervisors are released from calls with
    /// them, and do not join later ones.
    ///
    /// Assumption: agents are only notified that nobody is listening any more.
    ///
    /// # Errors
    /// Too many have opted out already.
    pub fn opt_out(&mut self, customer: &str) -> Result<(), Refusal> {
        self.monitoring.opt_out(customer)?;
        let calls = self.calls.iter().filter(|call| call.is_with(customer));
        for key in calls.map(|call| call.key).collect::<Vec<_>>() {
            self.change_call(key, |call| call.legs.retain(|leg| !leg.monitors()));
        }
        Ok(())
    }

    /// The customer with this number opts in again. Calls in progress stay as they are.
    pub fn opt_in(&mut self, customer: &str) {
        self.monitoring.opted_out.remove(customer);
    }

    fn may_supervise(&self, supervisor: PersonId, device: &str) -> Result<(), Refusal> {
        let person = &self.people[supervisor];
        if person.device.as_str() == device && person.role != Role::Supervisor {
            return Err(Refusal::NotASupervisor(person.user_name.clone()));
        }
        self.own_device(supervisor, device)
    }

    /// Whether `target` may be monitored by this supervisor.
    ///
    /// Assumption: anybody who is logged in, including another supervisor, but not the supervisor
    /// themselves. Genesys' own simulator of the newer API excludes supervisors, and so does its desktop;
    /// v2's documentation does not.
    fn may_be_a_target(&self, supervisor: PersonId, target: PersonId) -> Result<(), Refusal> {
        if target == supervisor {
            return Err(Refusal::Oneself);
        }
        let person = &self.people[target];
        if !person.is_active() {
            return Err(Refusal::LoggedOut(person.number.clone()));
        }
        // One supervisor per device (*TMonitorNextCall*).
        match self.monitoring.supervisor_of(target) {
            Some(other) if other != supervisor => {
                Err(Refusal::MonitoredByAnother(person.number.clone()))
            }
            _ => Ok(()),
        }
    }

    /// The device that a request names.
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

/// The device that an absolute URI names: `…/devices/{id}`, not `…/me/devices/{id}` (the samples of
/// *Coach* and *BargeIn*).
///
/// Assumption: on any host; only the id matters.
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
