//! A machine running in the page, and its commands, for the view and for the page.

use core::ops::Range;
use std::rc::Rc;

use gws::{CallId, CallOperation, DeviceId, GroupId, Mode, UserId};
use supervision::{
    Changes, Config, Duration, Event, Instant, Machine, MonitoringChoice, Obstacle, Operation,
    RequestId, SipCluster, State, WallTime, Why,
};

use crate::browser::{self, Dispatch, Driver, Fetch, Lasting};
use crate::view::{Commands, Keep, Reading};

/// The options with which a machine starts.
pub(crate) struct Options {
    /// The address of the GWS API; absolute or relative to the page.
    pub(crate) base_url: String,
    /// The supervisor's device to listen with.
    pub(crate) device: Option<DeviceId>,
    /// Whether the contact centre is a SIP Cluster; if not set, that is learnt from refusals.
    pub(crate) sip_cluster: Option<bool>,
    /// When monitoring that is found at the start must end, in milliseconds since 1970.
    pub(crate) limit_until: Option<u64>,
}

/// What the embedding page does for the widget. The default works without a page.
#[derive(Default)]
pub(crate) struct Host {
    /// Returns the function that dispatches an event. It must not give commands; the returned function may.
    pub(crate) on_event: Option<Box<EventFn>>,
    /// Returns the function that dispatches the event before a request, and says whether the page allows it.
    pub(crate) before: Option<Box<BeforeFn>>,
    /// Sends requests.
    pub(crate) fetch: Fetch,
}

type EventFn = dyn Fn(&State, &Event) -> Option<Dispatch>;
pub(crate) type BeforeFn = dyn Fn(&State, &Operation, AskedFrom) -> Box<dyn FnOnce() -> bool>;

/// Who made a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AskedFrom {
    /// A person, in the panel.
    Supervisor,
    /// The page: by a method of the element, or a command of a handle.
    Page,
}

/// Why a request was not made.
#[derive(Debug)]
pub(crate) enum NotAsked {
    Obstacle(Obstacle),
    /// The page prevented it.
    Prevented,
}

impl NotAsked {
    /// The code by which a page knows it.
    pub(crate) fn code(&self) -> &'static str {
        match self {
            Self::Prevented => "prevented",
            Self::Obstacle(Obstacle::SignInNeeded) => "sign-in-needed",
            Self::Obstacle(Obstacle::NotLive) => "not-live",
            Self::Obstacle(Obstacle::UnderWay(_)) => "under-way",
            Self::Obstacle(Obstacle::NoDevice) => "no-device",
            Self::Obstacle(Obstacle::UnknownDevice { .. }) => "unknown-device",
            Self::Obstacle(Obstacle::DeviceInactive) => "device-inactive",
            Self::Obstacle(Obstacle::NoCapability { .. }) => "no-capability",
            Self::Obstacle(Obstacle::NothingPicked) => "no-target",
            Self::Obstacle(Obstacle::NoNumber) => "no-number",
            Self::Obstacle(Obstacle::OwnDevice) => "own-device",
            Self::Obstacle(Obstacle::AlreadyInForce) => "already-in-force",
            Self::Obstacle(Obstacle::SipClusterSilentOnly) => "sip-cluster-silent-only",
            Self::Obstacle(Obstacle::SipClusterWholeCallOnly) => "sip-cluster-whole-call-only",
            Self::Obstacle(Obstacle::NothingMonitored) => "nothing-monitored",
            Self::Obstacle(Obstacle::NoSuchCall) => "no-such-call",
            Self::Obstacle(_) => "other",
        }
    }
}

/// The longest time limit, in minutes: a day.
pub(crate) const LONGEST_LIMIT: u32 = 1_440;

/// The times that a limit can have, in milliseconds since 1970: from 2000-01-01 until 10000-01-01. A time in seconds is
/// outside of it: as milliseconds it would be in January 1970, and end monitoring at once.
pub(crate) const MOMENTS: Range<f64> = 946_684_800_000.0..253_402_300_800_000.0;

/// Whether a time is in [`MOMENTS`].
pub(crate) fn is_moment(millis: &u64) -> bool {
    MOMENTS.contains(&(*millis as f64))
}

/// A time limit of this many minutes, if the mode has one.
pub(crate) fn limit(minutes: u32, mode: &Mode) -> Option<Duration> {
    let has_one = minutes > 0 && *mode == Mode::AllCalls;
    has_one.then(|| Duration::from_secs(60 * u64::from(minutes)))
}

/// The server's message on why a request failed.
pub(crate) fn words(why: &Why) -> Option<String> {
    match why {
        Why::Reply(error) => Some(error.to_text()),
        Why::Reported(words) | Why::NotAllowed { words, .. } => words.clone(),
        _ => None,
    }
}

/// Gives the machine the commands of the view and of the page.
pub(crate) struct Control {
    driver: Driver,
    before: Option<Box<BeforeFn>>,
}

impl Control {
    /// Starts a machine, which ends when this is dropped. `on_change` is called at most once per response.
    pub(crate) fn start(
        options: Options,
        host: Host,
        on_change: impl Fn(Changes) + 'static,
    ) -> Rc<Self> {
        // 2⁵³ possible seeds are plenty to spread retries.
        let seed = (js_sys::Math::random() * 9_007_199_254_740_992.0) as u64;
        let mut config = Config::new(browser::absolute(&options.base_url), seed);
        config.device = options.device;
        config.sip_cluster = match options.sip_cluster {
            None => SipCluster::Detect,
            Some(true) => SipCluster::Yes,
            Some(false) => SipCluster::No,
        };
        config.limit_until = options.limit_until.map(WallTime);
        let on_event = host.on_event.unwrap_or_else(|| Box::new(|_, _| None));
        Rc::new(Self {
            driver: Driver::start(config, host.fetch, on_event, on_change),
            before: host.before,
        })
    }

    /// Makes a request, if nothing is in the way and the page allows it. It can't prevent an operation that
    /// [`is_way_out`](Operation::is_way_out).
    pub(crate) fn ask(
        &self,
        operation: Operation,
        limit: Option<Duration>,
        from: AskedFrom,
    ) -> Result<Option<RequestId>, NotAsked> {
        if let Some(obstacle) = self.state().obstacle(&operation, limit) {
            return Err(NotAsked::Obstacle(obstacle));
        }
        // The state must not be borrowed while the page is called.
        let before = self.before.as_ref();
        let is_let = before.map(|before| before(&self.state(), &operation, from));
        let is_let = is_let.is_none_or(|is_let| is_let());
        if !is_let && !operation.is_way_out() {
            self.driver
                .command(|machine, now| machine.note_prevented(operation, now));
            return Err(NotAsked::Prevented);
        }
        self.driver
            .command(|machine, now| machine.ask_for(operation, limit, now))
            .map_err(NotAsked::Obstacle)
    }

    /// Uses this device of the supervisor; see [`Machine::want_device`].
    pub(crate) fn want_device(&self, id: Option<DeviceId>) {
        self.driver.command(|machine, _| machine.want_device(id));
    }

    /// Ends monitoring at that time, in milliseconds since 1970, if it has no limit; see
    /// [`Machine::set_limit_until`].
    pub(crate) fn set_limit_until(&self, until: u64) {
        let until = WallTime(until);
        self.driver
            .command(|machine, now| machine.set_limit_until(until, now));
    }

    /// Checks whether the computer has slept, or the wall clock was set.
    pub(crate) fn check_clock(&self) {
        self.driver.check_clock();
    }
}

/// A command that is refused because the state changed since the last render is not an error: the
/// view already shows why.
impl Commands for Control {
    fn monitor(&self, choice: MonitoringChoice, limit: Option<Duration>) {
        let _ = self.ask(Operation::Monitor(choice), limit, AskedFrom::Supervisor);
    }

    fn stop(&self) {
        let _ = self.ask(Operation::Stop, None, AskedFrom::Supervisor);
    }

    fn operate_call(&self, call: &CallId, operation: CallOperation) {
        let call = call.clone();
        let operation = Operation::Call { call, operation };
        let _ = self.ask(operation, None, AskedFrom::Supervisor);
    }

    fn retry_now(&self) {
        self.driver.command(Machine::retry_now);
    }

    fn refresh_directory(&self) {
        self.driver.command(Machine::look_at_directory);
    }

    fn search_people(&self, typed: &str) {
        self.driver
            .command(|machine, now| machine.search_people(typed, now));
    }

    fn find_more_people(&self) {
        self.driver.command(Machine::find_more_people);
    }

    fn keep_people(&self, people: &[UserId]) {
        self.driver
            .command(|machine, now| machine.keep_people(people, now));
    }

    fn list_group(&self, group: Option<GroupId>) {
        self.driver
            .command(|machine, now| machine.list_group(group, now));
    }

    fn choose_device(&self, device: DeviceId) {
        self.driver
            .command(|machine, now| machine.choose_device(device, now));
    }

    fn dismiss_problem(&self) {
        self.driver.command(|machine, _| machine.dismiss_problem());
    }

    fn kept(&self, keep: Keep) -> Option<String> {
        let (lasting, name) = place(keep);
        browser::kept(lasting, name)
    }

    fn keep(&self, keep: Keep, text: Option<&str>) {
        let (lasting, name) = place(keep);
        browser::keep(lasting, name, text);
    }

    fn state(&self) -> Reading {
        Reading::of(self.driver.machine())
    }

    fn wall(&self, at: Instant) -> f64 {
        browser::wall(at)
    }
}

/// Where the browser keeps something. Whom somebody monitored goes with the tab, so that the next person at a shared
/// workstation does not see it.
fn place(keep: Keep) -> (Lasting, &'static str) {
    match keep {
        Keep::Pinned => (Lasting::Browser, "listen-in.pinned"),
        Keep::Recent => (Lasting::Tab, "listen-in.recent"),
    }
}
