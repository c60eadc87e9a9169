//! The one state behind the API, and what moves it on. Everything is behind one lock: whoever
//! changes something calls [`Core::pump`] before letting go, so that what changed is published in
//! order. The [`driver`] does the same when something is due by itself.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use bayeux::server::{Input, Output, Server};
use bayeux::{Channel, ExchangeId, RawValue};
use serde::Serialize;
use tokio::sync::{Notify, oneshot};
use tokio::time::Instant;

use crate::config::Config;
use crate::faults::{Faults, LateError};
use crate::http::Sessions;
use crate::wire;
use crate::world::{CallChange, Change, PersonId, What, World, WorldConfig};

/// The state, shared by all requests.
pub(crate) struct Shared {
    pub(crate) config: Config,
    core: Mutex<Core>,
    /// Tells the driver that something may be due earlier than it thinks.
    sooner: Notify,
}

/// What is behind the lock.
pub(crate) struct Core {
    pub(crate) world: World,
    pub(crate) sessions: Sessions,
    pub(crate) faults: Faults,
    /// How many `ListenIn` have come, refused ones included.
    pub(crate) monitoring_requests: u64,
    notifications: Server,
    /// Requests to the notification endpoint that wait for their answer.
    waiting: HashMap<ExchangeId, oneshot::Sender<Answer>>,
    exchanges: u64,
    began: Instant,
    speed: f64,
    /// When the notification server wants to be woken.
    notifications_due: Option<bayeux::Instant>,
}

/// The answer to a request to the notification endpoint.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) body: Vec<u8>,
    /// A cookie `BAYEUX_BROWSER` to set.
    pub(crate) browser: Option<String>,
}

impl Shared {
    /// The state of an emulator that can be reached at `base`, such as
    /// `http://127.0.0.1:8090/api/v2`.
    pub(crate) fn new(config: Config, base: String) -> Arc<Self> {
        let world = World::new(WorldConfig {
            seed: config.seed,
            agents: config.agents,
            life: config.life,
            supervisor_leg: config.supervisor_leg,
            base,
            supervisor_user_name: config.user.clone(),
        });
        let core = Core {
            world,
            sessions: Sessions::new(&config),
            faults: Faults::default(),
            monitoring_requests: 0,
            // Client ids must differ from run to run, or a restarted server would know old ones.
            notifications: Server::new(config.notifications.clone(), rand::random()),
            waiting: HashMap::new(),
            exchanges: 0,
            began: Instant::now(),
            speed: config.speed,
            notifications_due: None,
        };
        Arc::new(Self {
            config,
            core: Mutex::new(core),
            sooner: Notify::new(),
        })
    }

    /// The state as it is now: what is due has happened.
    pub(crate) fn lock(&self) -> Locked<'_> {
        // Whoever panicked has changed the world by whole commands, so it can still be used.
        let mut core = self.core.lock().unwrap_or_else(PoisonError::into_inner);
        core.pump();
        Locked { core, shared: self }
    }
}

/// The lock. When it is let go, what changed has been published and the driver knows.
pub(crate) struct Locked<'a> {
    core: MutexGuard<'a, Core>,
    shared: &'a Shared,
}

impl std::ops::Deref for Locked<'_> {
    type Target = Core;
    fn deref(&self) -> &Core {
        &self.core
    }
}

impl std::ops::DerefMut for Locked<'_> {
    fn deref_mut(&mut self) -> &mut Core {
        &mut self.core
    }
}

impl Drop for Locked<'_> {
    fn drop(&mut self) {
        self.core.pump();
        self.shared.sooner.notify_one();
    }
}

impl Core {
    /// Gives a request to the notification server. The answer comes by the receiver.
    pub(crate) fn notification_request(
        &mut self,
        owner: PersonId,
        browser: Option<&str>,
        body: &[u8],
    ) -> (ExchangeId, oneshot::Receiver<Answer>) {
        self.exchanges += 1;
        let id = ExchangeId::new(self.exchanges);
        let (sender, receiver) = oneshot::channel();
        self.waiting.insert(id, sender);
        let now = self.now();
        let owner = self.world.user_id(owner).as_str();
        let input = Input::Request {
            id,
            owner,
            browser,
            body,
        };
        self.notifications.handle(input, now);
        (id, receiver)
    }

    /// A client has cut a request to the notification server off.
    pub(crate) fn notification_request_gone(&mut self, id: ExchangeId) {
        if self.waiting.remove(&id).is_some() {
            let now = self.now();
            self.notifications.handle(Input::Gone { id }, now);
        }
    }

    /// The notification server forgets its clients, as after a failover.
    pub(crate) fn forget_notification_sessions(&mut self) {
        self.notifications.forget_sessions();
    }

    /// How many notification sessions there are.
    pub(crate) fn notification_sessions(&self) -> usize {
        self.notifications.session_count()
    }

    /// Everything that a request could change, for comparing: but for when a session was used.
    #[cfg(test)]
    pub(crate) fn snapshot(&self) -> String {
        format!(
            "{:?}\n{:?}\n{:?}",
            self.world,
            self.sessions.signed_in(),
            self.notifications
        )
    }

    /// Tells `owner` something on `channel`.
    pub(crate) fn publish(&mut self, owner: PersonId, channel: &Channel, data: &RawValue) {
        let owner = self.world.user_id(owner).as_str();
        self.notifications.deliver(owner, channel, data);
    }

    /// Tells `owner` that an operation which was accepted has failed after all.
    pub(crate) fn publish_error(&mut self, owner: PersonId, error: &LateError) {
        let device = self.world.device_id(owner);
        let message = ErrorMessage {
            error_message: match error {
                LateError::Silent => None,
                LateError::Saying(text) => Some(text),
            },
            device_path: format!("/devices/{device}"),
            device_uri: device.to_uri(self.world.base()),
            metrics: Metrics::now(),
            message_type: "ErrorMessage",
        };
        let data = raw(&message);
        self.publish(owner, &devices(), &data);
    }

    /// Lets happen what is due, publishes what changed, and hands out answers that are ready.
    fn pump(&mut self) {
        let elapsed = self.began.elapsed();
        self.world.advance(millis(elapsed.mul_f64(self.speed)));
        for change in self.world.drain_changes() {
            let (channel, data) = message(&change);
            self.publish(change.owner, &channel, &data);
        }
        let now = self.now();
        self.notifications.handle(Input::Wake, now);
        loop {
            match self.notifications.poll(now) {
                Output::Respond {
                    id,
                    status,
                    body,
                    browser,
                } => {
                    if let Some(waiting) = self.waiting.remove(&id) {
                        let answer = Answer {
                            status,
                            body,
                            browser,
                        };
                        // Nobody waits any more: the client is gone, and the next connect of its
                        // session tells the notification server so.
                        let _ = waiting.send(answer);
                    }
                }
                Output::Idle { wake_at } => {
                    self.notifications_due = wake_at;
                    break;
                }
            }
        }
    }

    /// When something will be due.
    fn next_due(&self) -> Option<Instant> {
        let world = self.world.next_due().map(|due| {
            // Rounded up: woken a little early, the driver would spin until the moment has come.
            let real = Duration::from_millis(due).div_f64(self.speed);
            self.began + real + Duration::from_millis(1)
        });
        let notifications = self
            .notifications_due
            .map(|due| self.began + Duration::from_millis(due.as_millis()));
        match (world, notifications) {
            (Some(world), Some(notifications)) => Some(world.min(notifications)),
            (one, other) => one.or(other),
        }
    }

    fn now(&self) -> bayeux::Instant {
        bayeux::Instant::from_millis(millis(self.began.elapsed()))
    }
}

/// Moves the world on when something is due by itself. Runs until it is dropped.
pub(crate) async fn driver(shared: Arc<Shared>) {
    loop {
        let due = {
            let mut core = shared.core.lock().unwrap_or_else(PoisonError::into_inner);
            core.pump();
            core.next_due()
        };
        let sooner = shared.sooner.notified();
        match due {
            Some(due) => {
                tokio::select! {
                    () = tokio::time::sleep_until(due) => {}
                    () = sooner => {}
                }
            }
            None => sooner.await,
        }
    }
}

/// A change as a message. `messageType` comes last, as it does in captured traffic.
fn message(change: &Change) -> (Channel, Box<RawValue>) {
    match &change.what {
        What::Device(device) => {
            let message = DeviceStateChangeMessage {
                devices: [device],
                metrics: Metrics::now(),
                message_type: "DeviceStateChangeMessage",
            };
            (devices(), raw(&message))
        }
        What::Call(call, change) => {
            let message = CallStateChangeMessage {
                notification_type: match change {
                    CallChange::Status => "StatusChange",
                    CallChange::Participants => "ParticipantsUpdated",
                },
                call,
                phone_number: &call.number,
                metrics: Metrics::now(),
                message_type: "CallStateChangeMessage",
            };
            (calls(), raw(&message))
        }
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct DeviceStateChangeMessage<'a> {
    /// Assumption: only the device that changed is listed, as in the samples.
    devices: [&'a wire::Device; 1],
    metrics: Metrics,
    message_type: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct CallStateChangeMessage<'a> {
    notification_type: &'static str,
    call: &'a wire::Call,
    phone_number: &'a str,
    metrics: Metrics,
    message_type: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ErrorMessage<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    error_message: Option<&'a str>,
    device_path: String,
    device_uri: String,
    metrics: Metrics,
    message_type: &'static str,
}

/// Figures that real messages carry and nobody needs.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Metrics {
    event_processing: EventProcessing,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct EventProcessing {
    node_processing_time_nanos: u64,
    server_generation_timestamp: u64,
    server_processing_time_total_ms: u64,
}

impl Metrics {
    fn now() -> Self {
        let since_1970 = SystemTime::now().duration_since(UNIX_EPOCH);
        Self {
            event_processing: EventProcessing {
                node_processing_time_nanos: 218_000,
                server_generation_timestamp: since_1970.map_or(0, millis),
                server_processing_time_total_ms: 1,
            },
        }
    }
}

fn devices() -> Channel {
    Channel::new(gws::notification::DEVICES).expect("a constant that is a channel's name")
}

fn calls() -> Channel {
    Channel::new(gws::notification::CALLS).expect("a constant that is a channel's name")
}

fn raw(message: &impl Serialize) -> Box<RawValue> {
    serde_json::value::to_raw_value(message).expect("structs with string keys have a JSON form")
}

fn millis(span: Duration) -> u64 {
    u64::try_from(span.as_millis()).unwrap_or(u64::MAX)
}
