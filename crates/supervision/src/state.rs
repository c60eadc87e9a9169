//! The state that a supervisor may be shown: its parts, read only. [`claim`](crate::claim) has what
//! may be *claimed*, [`obstacle`](crate::obstacle) what may be requested.

use gws::{Device, DeviceId};

use crate::calls::{Calls, Leg};
use crate::connection::Connection;
use crate::directory::Directory;
use crate::history::History;
use crate::identity::Identity;
use crate::limit::{Limit, Limits};
use crate::monitoring::{Monitoring, MonitoringBook};
use crate::my_device::MyDevice;
use crate::requests::{Facts, Requests};
use crate::sip_cluster::SipCluster;

/// The whole state.
#[derive(Clone, Debug, Default)]
pub struct State {
    pub(crate) connection: Connection,
    pub(crate) identity: Identity,
    pub(crate) my_device: MyDevice,
    pub(crate) monitoring: MonitoringBook,
    pub(crate) calls: Calls,
    pub(crate) requests: Requests,
    pub(crate) directory: Directory,
    pub(crate) history: History,
    pub(crate) limits: Limits,
    pub(crate) sip_cluster: SipCluster,
}

impl State {
    /// The connection to the server.
    pub fn connection(&self) -> &Connection {
        &self.connection
    }

    /// Who is signed in.
    pub fn identity(&self) -> &Identity {
        &self.identity
    }

    /// The supervisor's devices, and the one in use.
    pub fn my_device(&self) -> &MyDevice {
        &self.my_device
    }

    /// The device in use.
    pub fn device(&self) -> Option<&Device> {
        self.my_device.used()
    }

    /// Whom the device in use monitors.
    pub fn monitoring(&self) -> &Monitoring {
        const UNKNOWN: &Monitoring = &Monitoring::Unknown;
        self.my_device
            .id()
            .map_or(UNKNOWN, |id| self.monitoring.of(id))
    }

    /// Whom a device of the supervisor monitors.
    pub fn monitoring_of(&self, device: &DeviceId) -> &Monitoring {
        self.monitoring.of(device)
    }

    /// The devices that the supervisor's devices monitor.
    pub fn monitored_devices(&self) -> Vec<DeviceId> {
        let mut targets = Vec::new();
        for (_, monitored) in self.monitoring.active() {
            if let Some(target) = &monitored.target {
                targets.push(target.clone());
            }
        }
        targets
    }

    /// The calls on the device in use; all calls until it is known which device that is.
    pub fn legs(&self) -> impl Iterator<Item = &Leg> {
        let legs = self.calls.legs().iter();
        legs.filter(|leg| match self.my_device.id() {
            Some(used) => leg.is_on(used),
            None => !self.my_device.is_missing(),
        })
    }

    /// The calls on all devices of the supervisor.
    pub fn all_legs(&self) -> &[Leg] {
        self.calls.legs()
    }

    /// Pending requests, and the last problem.
    pub fn requests(&self) -> &Requests {
        &self.requests
    }

    /// The people who can be monitored.
    pub fn directory(&self) -> &Directory {
        &self.directory
    }

    /// The history.
    pub fn history(&self) -> &History {
        &self.history
    }

    /// The time limit of the device in use, if there is one.
    pub fn limit(&self) -> Option<&Limit> {
        self.limits.of(self.my_device.id()?)
    }

    /// Whether the contact centre is a SIP Cluster with routing-point monitoring.
    pub fn sip_cluster(&self) -> SipCluster {
        self.sip_cluster
    }

    pub(crate) fn facts(&self) -> Facts<'_> {
        Facts {
            monitoring: &self.monitoring,
            calls: &self.calls,
            directory: &self.directory,
        }
    }

    /// The requests, and what they are compared with.
    pub(crate) fn requests_and_facts(&mut self) -> (&mut Requests, Facts<'_>) {
        let facts = Facts {
            monitoring: &self.monitoring,
            calls: &self.calls,
            directory: &self.directory,
        };
        (&mut self.requests, facts)
    }
}
