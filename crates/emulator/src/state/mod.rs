//! The state behind the API, under one lock. [`Core::pump`] runs when the lock is taken and when it is
//! released, so that changes are published in order. The [`driver()`] does the same when something is
//! due.
//!
//! | file | holds |
//! |---|---|
//! | this one | the state, and its lock |
//! | `driver` | advances the state, and wakes when the next thing is due |
//! | `carry_out` | carries instructions out |
//! | `play` | plays a script |
//! | `publish` | publishes changes as notifications |
//! | `sessions` | sessions of signed-in users |

mod carry_out;
mod driver;
mod play;
mod publish;
mod sessions;

use std::collections::HashSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use bayeux::ExchangeId;
use tokio::sync::{Notify, RwLock, oneshot, watch};
use tokio::time::Instant;

use crate::config::Config;
use crate::log::{Entry, Kind, Log};
use crate::notifications::{CometdResponse, NotificationServer};
use crate::span::Span;
use crate::steer::fault::{Delivery, Fault, Faults};
use crate::steer::instruction::Instruction;
use crate::steer::script::Player;
use crate::wire::Format;
use crate::world::{PersonId, World};

pub(crate) use self::driver::driver;
pub(crate) use self::sessions::{Session, Sessions};

/// The state, shared by all requests.
pub(crate) struct Shared {
    pub(crate) config: Config,
    /// The latest requests, notifications and instructions.
    pub(crate) log: Log,
    /// Held for reading while a request that may cause a restart is answered; a restart waits for
    /// it.
    pub(crate) steering: Arc<RwLock<()>>,
    core: Mutex<Core>,
    restarts: watch::Sender<Restart>,
    /// Wakes the driver: something may be due earlier than before.
    wake: Notify,
}

/// The state under the lock.
pub(crate) struct Core {
    pub(crate) world: World,
    /// How resources and messages are written.
    pub(crate) format: Format,
    /// The address of the API.
    address: String,
    pub(crate) sessions: Sessions,
    pub(crate) faults: Faults,
    /// How many `ListenIn`, `Coach` and `BargeIn` have come, refused ones included.
    pub(crate) monitoring_requests: u64,
    pub(crate) log: Log,
    /// Notifications on their way to the notification server.
    delivery: Delivery,
    pub(crate) notifications: NotificationServer,
    /// The current configuration: a script may have changed it.
    config: Config,
    /// The script that is being played, or was played last.
    pub(crate) script: Option<Player>,
    restarts: watch::Sender<Restart>,
    /// Users who have sent a request to the notification server.
    subscribers: HashSet<PersonId>,
    began: Instant,
    speed: f64,
    /// The contact centre's time, in milliseconds since the emulator started.
    pub(crate) time: u64,
    /// The `time` at which the current contact centre began its day.
    day_began: u64,
}

/// The server must close its connections and listen again.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Restart {
    /// For how long the socket stays closed, in real time.
    pub(crate) down_for: Duration,
}

impl Shared {
    /// The state of an emulator whose API is at `address`, such as
    /// `http://127.0.0.1:8090/api/v2`.
    pub(crate) fn new(config: Config, address: String) -> Arc<Self> {
        let log = Log::default();
        let restarts = watch::Sender::default();
        let mut core = Core {
            world: World::new(config.world()),
            format: Format::new(&address, config.style),
            address,
            sessions: Sessions::new(config.session_max_inactive_interval),
            faults: Faults::default(),
            monitoring_requests: 0,
            log: log.clone(),
            delivery: Delivery::default(),
            notifications: NotificationServer::new(config.notifications.clone()),
            config: config.clone(),
            script: None,
            restarts: restarts.clone(),
            subscribers: HashSet::new(),
            began: Instant::now(),
            speed: config.speed,
            time: 0,
            day_began: 0,
        };
        for fault in &config.faults {
            core.switch_fault_on(fault.clone());
        }
        Arc::new(Self {
            config,
            log,
            steering: Arc::default(),
            core: Mutex::new(core),
            restarts,
            wake: Notify::new(),
        })
    }

    /// The state without pumping it, for reads that every request makes more than once. Do not change
    /// the world through it.
    pub(crate) fn peek(&self) -> MutexGuard<'_, Core> {
        self.core.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Restarts from now on.
    pub(crate) fn restarts(&self) -> watch::Receiver<Restart> {
        self.restarts.subscribe()
    }

    /// The state, advanced to now.
    pub(crate) fn lock(&self) -> Locked<'_> {
        // A panic leaves the world between two whole commands, so it can still be used.
        let mut core = self.core.lock().unwrap_or_else(PoisonError::into_inner);
        core.pump();
        Locked { core, shared: self }
    }
}

/// The lock. Dropping it publishes what changed and wakes the driver.
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
        self.shared.wake.notify_one();
    }
}

impl Core {
    /// Passes a request to the notification server. The receiver yields the response.
    pub(crate) fn notification_request(
        &mut self,
        owner: PersonId,
        browser: Option<&str>,
        body: &[u8],
    ) -> (ExchangeId, oneshot::Receiver<CometdResponse>) {
        let now = self.now();
        self.subscribers.insert(owner);
        let owner = self.world.user_id(owner).as_str();
        self.notifications.request(owner, browser, body, now)
    }

    /// A client has aborted a request to the notification server.
    pub(crate) fn notification_request_gone(&mut self, id: ExchangeId) {
        let now = self.now();
        self.notifications.gone(id, now);
    }

    /// Forgets all notification sessions, as after a failover.
    pub(crate) fn forget_notification_sessions(&mut self) {
        self.notifications.forget_sessions();
    }

    /// How many notification sessions there are.
    pub(crate) fn notification_sessions(&self) -> usize {
        self.notifications.session_count()
    }

    /// How many requests to the notification server are held.
    pub(crate) fn held_polls(&self) -> usize {
        self.notifications.held_count()
    }

    /// The server restarts: sessions are forgotten, and connections end. With `config`, a new contact
    /// centre begins its day; without, the present one continues.
    ///
    /// Assumption: calls and monitoring belong to the telephone system, which is another machine, and
    /// survive the web server.
    pub(crate) fn restart(&mut self, config: Option<Config>, down_for: Span) {
        tracing::info!(%down_for, "the server restarts");
        self.sessions.forget();
        self.notifications.restart();
        self.delivery = Delivery::default();
        if let Some(config) = config {
            self.world = World::new(config.world());
            self.format = Format::new(&self.address, config.style);
            self.config = config;
            // They belong to the previous contact centre.
            self.subscribers.clear();
            self.day_began = self.time;
        }
        let down_for = self.real_time(down_for);
        self.restarts.send_replace(Restart { down_for });
    }

    /// Contact-centre time per real time.
    pub(crate) fn speed(&self) -> f64 {
        self.speed
    }

    /// Switches a fault on.
    pub(crate) fn switch_fault_on(&mut self, fault: Fault) {
        let lasts = fault.limits.lasts.map(|lasts| self.real_time(lasts));
        let until = lasts.map(|lasts| Instant::now() + lasts);
        self.faults.switch_on(fault, until);
    }

    /// A duration of the contact centre's time as real time.
    fn real_time(&self, span: Span) -> Duration {
        span.duration().div_f64(self.speed)
    }

    /// Logs that an instruction was carried out.
    pub(crate) fn log_instruction(&self, instruction: &Instruction) {
        if let Ok(instruction) = serde_json::to_string(instruction) {
            tracing::info!(%instruction, "carried out");
            self.log.write(Entry::new(Kind::Instruction, &instruction));
        }
    }

    fn now(&self) -> bayeux::Instant {
        bayeux::Instant::from_millis(millis(self.began.elapsed()))
    }
}

fn millis(span: Duration) -> u64 {
    u64::try_from(span.as_millis()).unwrap_or(u64::MAX)
}
