//! The options of a widget, with or without a view.

use gws::{Device, DeviceId};
use leptos::prelude::*;
use supervision::{Leg, LinkPhase, Monitoring, Receipt};

use super::events::{BeforeRequest, Callbacks, RequestEvent};
use super::fetch::Fetch;
use super::model::Model;

/// The options of [`use_listen_in`](super::use_listen_in). Signals may change at any time; changing the address or
/// `sip_cluster` restarts the machine.
#[derive(Clone)]
pub struct ListenInOptions {
    pub(super) base_url: Signal<String>,
    pub(super) device: Model<Option<DeviceId>>,
    pub(super) sip_cluster: Signal<Option<bool>>,
    pub(super) limit: Signal<u32>,
    pub(super) limit_until: Signal<Option<u64>>,
    pub(super) fetch: Fetch,
    pub(super) callbacks: Callbacks,
}

/// Each method is described at the prop of the same name of [`ListenIn`](super::ListenIn()).
impl ListenInOptions {
    /// The address of the GWS API, with defaults for everything else.
    pub fn new(base_url: impl Into<Signal<String>>) -> Self {
        Self {
            base_url: base_url.into(),
            device: Model::default(),
            sip_cluster: Signal::default(),
            limit: Signal::default(),
            limit_until: Signal::default(),
            fetch: Fetch::default(),
            callbacks: Callbacks::default(),
        }
    }

    /// The supervisor's device, as a two-way model.
    pub fn device(mut self, device: impl Into<Model<Option<DeviceId>>>) -> Self {
        self.device = device.into();
        self
    }

    /// Whether the contact centre is a SIP Cluster.
    pub fn sip_cluster(mut self, is_one: impl Into<Signal<Option<bool>>>) -> Self {
        self.sip_cluster = is_one.into();
        self
    }

    /// The time limit of commands that have none, in minutes, 0 to 1440; 0: none.
    pub fn limit(mut self, minutes: impl Into<Signal<u32>>) -> Self {
        self.limit = minutes.into();
        self
    }

    /// When monitoring that is found at the start must end, in milliseconds since 1970.
    pub fn limit_until(mut self, until: impl Into<Signal<Option<u64>>>) -> Self {
        self.limit_until = until.into();
        self
    }

    /// Sends the requests to GWS.
    pub fn fetch(mut self, fetch: impl Into<Fetch>) -> Self {
        self.fetch = fetch.into();
        self
    }

    /// Called before a request; returns whether it may be sent.
    pub fn before_request(
        mut self,
        may: impl Fn(BeforeRequest) -> bool + Send + Sync + 'static,
    ) -> Self {
        self.callbacks.before_request = Some(Callback::new(may));
        self
    }

    /// The phase of the connection has changed.
    pub fn on_connection(mut self, run: impl Fn(LinkPhase) + Send + Sync + 'static) -> Self {
        self.callbacks.connection = Some(Callback::new(run));
        self
    }

    /// A device of the supervisor has changed, or another one is used.
    pub fn on_device(mut self, run: impl Fn(Option<Device>) + Send + Sync + 'static) -> Self {
        self.callbacks.device = Some(Callback::new(run));
        self
    }

    /// Monitoring, or its time limit, has begun, changed or ended.
    pub fn on_monitoring(mut self, run: impl Fn(Monitoring) + Send + Sync + 'static) -> Self {
        self.callbacks.monitoring = Some(Callback::new(run));
        self
    }

    /// A call on one of the supervisor's devices has begun, changed or ended.
    pub fn on_calls(mut self, run: impl Fn(Vec<Leg>) + Send + Sync + 'static) -> Self {
        self.callbacks.calls = Some(Callback::new(run));
        self
    }

    /// A request has reached another stage.
    pub fn on_request(mut self, run: impl Fn(RequestEvent) + Send + Sync + 'static) -> Self {
        self.callbacks.request = Some(Callback::new(run));
        self
    }

    /// A step of what happened, for your records.
    pub fn on_receipt(mut self, run: impl Fn(Receipt) + Send + Sync + 'static) -> Self {
        self.callbacks.receipt = Some(Callback::new(run));
        self
    }
}

impl core::fmt::Debug for ListenInOptions {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("ListenInOptions").finish_non_exhaustive()
    }
}
