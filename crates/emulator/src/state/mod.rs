//! The one state behind the API, and what moves it on. Everything is behind one lock: whoever
//! changes something calls [`Core::pump`] before letting go, so that what changed is published in
//! order. The [`driver()`] does the same when something is due by itself.
//!
//! | file | holds |
//! |---|---|
//! | this one | the state, and its lock |
//! | `driver` | what is due happens, and somebody wakes for it |
//! | `carry_out` | instructions are carried out |
//! | `play` | a script is played |
//! | `publish` | what changed is told |
//! | `sessions` | who is signed in |

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
use crate::notifications::{Answer, NotificationServer};
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
    /// What happened lately, for whoever watches.
    pub(crate) log: Log,
    /// Held for reading while somebody who may have asked for a restart is answered; a restart
    /// waits for it.
    pub(crate) steering: Arc<RwLock<()>>,
    core: Mutex<Core>,
    restarts: watch::Sender<Restart>,
    /// Tells the driver that something may be due earlier than it thinks.
    sooner: Notify,
}

/// What is behind the lock.
pub(crate) struct Core {
    pub(crate) world: World,
    /// How what is seen of it is sent.
    pub(crate) format: Format,
    /// Where the API is.
    address: String,
    pub(crate) sessions: Sessions,
    pub(crate) faults: Faults,
    /// How many `ListenIn`, `Coach` and `BargeIn` have come, refused ones included.
    pub(crate) monitoring_requests: u64,
    pub(crate) log: Log,
    /// Notifications on their way to the notification server.
    delivery: Delivery,
    pub(crate) notifications: NotificationServer,
    /// That of the present contact centre: a script may have changed it.
    config: Config,
    /// The script that is being played, or was played last.
    pub(crate) script: Option<Player>,
    restarts: watch::Sender<Restart>,
    /// Who has ever asked for notifications.
    listeners: HashSet<PersonId>,
    began: Instant,
    speed: f64,
    /// How far the contact centre's time has come, in milliseconds since the emulator began.
    pub(crate) time: u64,
    /// When, in that time, the present contact centre began its day.
    day_began: u64,
}

/// The server is to close its connections and to listen again.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Restart {
    /// For how long nobody listens, by a clock outside.
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
            listeners: HashSet::new(),
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
            sooner: Notify::new(),
        })
    }

    /// The state as somebody left it: what is due may not have happened, and nothing must be changed
    /// that something follows from. For faults, which every request asks for more than once.
    pub(crate) fn glimpse(&self) -> MutexGuard<'_, Core> {
        self.core.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Tells of restarts from now on.
    pub(crate) fn restarts(&self) -> watch::Receiver<Restart> {
        self.restarts.subscribe()
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
        let now = self.now();
        self.listeners.insert(owner);
        let owner = self.world.user_id(owner).as_str();
        self.notifications.request(owner, browser, body, now)
    }

    /// A client has cut a request to the notification server off.
    pub(crate) fn notification_request_gone(&mut self, id: ExchangeId) {
        let now = self.now();
        self.notifications.gone(id, now);
    }

    /// The notification server forgets its clients, as after a failover.
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

    /// The server restarts: no session is known any more, and connections end. With `config`, a new
    /// contact centre begins its day; without, the present one goes on.
    ///
    /// Assumption: calls and monitoring are the telephone system's, which is another machine, and
    /// outlive the web server.
    pub(crate) fn restart(&mut self, config: Option<Config>, down_for: Span) {
        tracing::info!(%down_for, "the server restarts");
        self.sessions.forget();
        self.notifications.restart();
        self.delivery = Delivery::default();
        if let Some(config) = config {
            self.world = World::new(config.world());
            self.format = Format::new(&self.address, config.style);
            self.config = config;
            // They name people of the contact centre that was.
            self.listeners.clear();
            self.day_began = self.time;
        }
        let down_for = self.outside(down_for);
        self.restarts.send_replace(Restart { down_for });
    }

    /// How much faster time passes in the contact centre than outside.
    pub(crate) fn speed(&self) -> f64 {
        self.speed
    }

    /// Switches a fault on.
    pub(crate) fn switch_fault_on(&mut self, fault: Fault) {
        let lasts = fault.limits.lasts.map(|lasts| self.outside(lasts));
        let until = lasts.map(|lasts| Instant::now() + lasts);
        self.faults.switch_on(fault, until);
    }

    /// A span of the contact centre's time, by a clock outside.
    fn outside(&self, span: Span) -> Duration {
        span.duration().div_f64(self.speed)
    }

    /// Writes down that an instruction was carried out.
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
