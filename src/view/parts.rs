//! The state by its parts. Nothing is copied: a part notifies of changes, at most once per
//! response, and readers read the state itself.

use std::cell::RefCell;
use std::rc::Rc;

use crate::reactive::{Memo, Readers, Run, RwSignal, Signal, StoredValue, Trigger, untrack};
use gws::call::Participant;
use gws::{Call, DeviceId, UserId};
use supervision::{
    Changes, Claim, Directory, Duration, Instant, Moment, Monitored, Obstacle, Operation, Problem,
    State, Target,
};

use super::Limits;
use super::announcer::Announcer;
use super::commands::{Commands, Reading};
use super::format::{self, Today};
use super::pieces::{effect, flag, text};
use super::texts::{self, Text, say};

/// The maximum age of the displayed time, also while the page is hidden and nothing ticks.
const SECOND: Duration = Duration::from_secs(1);

/// Notifies the view of changed parts.
#[derive(Clone, Copy)]
pub(crate) struct Triggers {
    /// Memos. The triggers are for all else that reads the state.
    readers: Readers,
    connection: Trigger,
    heard: Trigger,
    person: Trigger,
    /// Everything but the directory and the history.
    standing: Trigger,
    directory: Trigger,
    history: Trigger,
    /// Advances once a second.
    now: RwSignal<Instant>,
}

impl Triggers {
    pub(crate) fn new(now: Instant) -> Self {
        Self {
            readers: Readers::new(),
            connection: Trigger::new(),
            heard: Trigger::new(),
            person: Trigger::new(),
            standing: Trigger::new(),
            directory: Trigger::new(),
            history: Trigger::new(),
            now: RwSignal::new(now),
        }
    }

    /// Notifies the readers of the changed parts.
    pub(crate) fn notify(self, changes: Changes, now: Instant) {
        self.readers.check(changes);
        for (part, trigger) in [
            (Changes::CONNECTION, self.connection),
            (Changes::HEARD, self.heard),
            (Changes::DEVICE, self.person),
            (Changes::STANDING, self.standing),
            (Changes::DIRECTORY, self.directory),
            (Changes::HISTORY, self.history),
        ] {
            if changes.touch(part) {
                trigger.notify();
            }
        }
        // Clocks show seconds, and need not be recomputed for every response. After the widget is
        // gone, nothing is shown.
        let shown = self.now.try_get_untracked();
        if shown.is_some_and(|shown| now.since(shown) >= SECOND) {
            self.tick(now);
        }
    }

    /// Advances the clocks.
    pub(crate) fn tick(self, now: Instant) {
        self.now.set(now);
    }
}

/// The view's access to the state. It is small, because each of the many closures has a copy.
#[derive(Clone, Copy)]
pub(crate) struct Parts(StoredValue<All>);

struct All {
    commands: Rc<dyn Commands>,
    announcer: Announcer,
    triggers: Triggers,
    limits: Signal<Limits>,
    /// The day and time zone for which moments are formatted.
    today: Memo<Today>,
    /// Whether the agents' states in the directory are recent enough to be believed.
    fresh: Signal<bool>,
    /// The id of the supervisor's device in use; empty: none.
    used: Signal<Text>,
    /// What may be claimed about monitoring.
    claim: Memo<Rc<Claim>>,
    /// The numbers that were looked up since the directory has changed: that takes a search of the whole list, and each
    /// text about a call needs the same ones.
    owners: Memo<Rc<RefCell<Owners>>>,
}

/// Telephone numbers, each with the device of the directory that has it; the latest first.
type Owners = Vec<(String, Option<DeviceId>)>;

/// The most [`Owners`] that are kept: more than the parties of a call.
const MOST_OWNERS: usize = 16;

/// A part of the state, to be read.
#[derive(Clone, Copy)]
pub(super) struct Part {
    parts: Parts,
    of: Of,
}

/// The parts that notify of changes.
#[derive(Clone, Copy)]
enum Of {
    Connection,
    Heard,
    Person,
    Standing,
    Directory,
    History,
}

impl Parts {
    pub(crate) fn new(
        triggers: Triggers,
        commands: Rc<dyn Commands>,
        limits: Signal<Limits>,
    ) -> Self {
        let [of_fresh, of_today, of_used, of_claim] = [(); 4].map(|()| Rc::clone(&commands));
        let all = All {
            commands,
            announcer: Announcer::new(),
            triggers,
            limits,
            fresh: flag(move || {
                let now = triggers.now.get();
                triggers.directory.track();
                of_fresh.state().directory().is_fresh(now)
            }),
            today: Memo::new(move || {
                let now = triggers.now.get();
                Today::at(of_today.wall(now))
            }),
            used: text(move || {
                triggers.person.track();
                let state = of_used.state();
                let id = state.my_device().id();
                id.map_or_else(Text::default, |id| id.as_str().into())
            }),
            claim: Memo::new(move || {
                if !triggers.readers.note(Changes::STANDING) {
                    triggers.standing.track();
                }
                Rc::new(of_claim.state().claim())
            }),
            owners: Memo::new(move || {
                triggers.directory.track();
                Rc::default()
            }),
        };
        Self(StoredValue::new(all))
    }

    /// Runs a command. Nothing is borrowed meanwhile, because it may change what is shown.
    pub(super) fn run<T>(self, command: impl FnOnce(&dyn Commands) -> T) -> T {
        command(&*self.inner().commands)
    }

    /// Reads the state without tracking it.
    pub(super) fn read<T>(self, read: impl FnOnce(&State) -> T) -> T {
        read(&self.state())
    }

    /// What announces texts by a screen reader.
    pub(super) fn announcer(self) -> Announcer {
        self.inner().announcer.clone()
    }

    /// Announces a text after the current one.
    pub(super) fn announce(self, text: Text) {
        self.inner().announcer.polite(text);
    }

    fn state(self) -> Reading {
        self.inner().commands.state()
    }

    fn inner(self) -> Rc<All> {
        self.0.get()
    }

    /// The time, which advances once a second.
    pub(super) fn now(self) -> Instant {
        self.inner().triggers.now.get()
    }

    pub(super) fn now_untracked(self) -> Instant {
        self.inner().triggers.now.get_untracked()
    }

    /// Reads the embedder's settings, and tracks them.
    pub(super) fn limits<R>(self, read: impl FnOnce(&Limits) -> R) -> R {
        self.inner().limits.with(read)
    }

    fn part(self, of: Of) -> Part {
        Part { parts: self, of }
    }

    pub(super) fn connection(self) -> Part {
        self.part(Of::Connection)
    }

    /// When the server was last heard.
    pub(super) fn heard(self) -> Part {
        self.part(Of::Heard)
    }

    /// The supervisor and their devices.
    pub(super) fn person(self) -> Part {
        self.part(Of::Person)
    }

    /// Whether it is the supervisor's device in use. Unlike [`Self::person`] that changes only with the device.
    pub(super) fn is_used(self, device: &DeviceId) -> bool {
        self.inner().used.with(|used| **used == *device.as_str())
    }

    pub(super) fn history(self) -> Part {
        self.part(Of::History)
    }

    /// Reads everything but the directory and the history, and tracks it: claims and obstacles
    /// depend on all these parts.
    pub(super) fn all<R>(self, read: impl FnOnce(&State) -> R) -> R {
        self.part(Of::Standing).with(read)
    }

    /// What may be claimed about monitoring.
    pub(super) fn claim(self) -> Rc<Claim> {
        self.inner().claim.get()
    }

    /// Calls back when another supervisor has signed in, who must not see what the previous one
    /// did.
    pub(super) fn on_other_person(self, run: impl FnMut() + 'static) {
        self.on_other_person_boxed(Box::new(run));
    }

    fn on_other_person_boxed(self, mut run: Box<dyn Run>) {
        let mut last: Option<UserId> = None;
        effect(move || {
            let me = self.person().with(|state| {
                let me = state.identity().me();
                me.map(|me| me.id.clone())
            });
            if let Some(me) = me
                && last.replace(me.clone()).is_some_and(|last| last != me)
            {
                untrack(|| run.run());
            }
        });
    }

    /// Reads the directory, and tracks it.
    pub(super) fn directory<R>(self, read: impl FnOnce(&Directory) -> R) -> R {
        let directory = self.part(Of::Directory);
        directory.with(|state| read(state.directory()))
    }

    /// Whether the agents' states in the directory are recent enough to be believed.
    pub(super) fn is_fresh(self) -> bool {
        self.inner().fresh.get()
    }

    /// A moment as a text within a sentence.
    pub(super) fn write(self, moment: Moment, with_seconds: bool) -> Text {
        let write = |today: &Today| format::moment(moment.wall.0 as f64, today, with_seconds);
        texts::isolated(&self.inner().today.with(write))
    }

    /// Like [`Self::write`], with seconds, beside another moment: with the date if that differs.
    pub(super) fn write_beside(self, moment: Moment, beside: Moment) -> Text {
        let day = self
            .inner()
            .today
            .with(|today| today.other(beside.wall.0 as f64));
        texts::isolated(&format::moment(moment.wall.0 as f64, &day, true))
    }

    /// Why the last such request failed, for the device in use.
    pub(super) fn problem(self, is_meant: fn(&Operation) -> bool) -> Text {
        let text = self.all(|state| {
            let problem = state.requests().problem()?;
            let is_of_used = state.my_device().id() == Some(&problem.device);
            if !is_of_used || !is_meant(&problem.operation) {
                return None;
            }
            let meaning = state.meaning(problem);
            let who = self.name_of_operation(&problem.operation);
            let in_force = match &meaning {
                supervision::Meaning::Monitoring(monitored) => self.name_of_monitored(monitored),
                _ => Text::default(),
            };
            let obstacle = cluster_obstacle(state, problem);
            let obstacle = obstacle.as_ref();
            Some(texts::problem(problem, &meaning, who, in_force, obstacle))
        });
        text.unwrap_or_default()
    }

    /// Such requests that are pending; for another device with its number.
    pub(super) fn pending(self, is_meant: fn(&Operation) -> bool) -> Text {
        self.all(|state| {
            let mut lines = Text::default();
            for request in state.requests().pending() {
                if !is_meant(&request.operation) {
                    continue;
                }
                let who = self.name_of_operation(&request.operation);
                let line = texts::pending(request, who, &|moment| self.write(moment, true));
                let line = match Some(&request.device) == state.my_device().id() {
                    true => line,
                    false => {
                        let number = self.number_of_own(&request.device);
                        say!("for-device", number = number, sentence = line)
                    }
                };
                lines = texts::append(lines, line);
            }
            lines
        })
    }

    /// The name of a device within a sentence: the names of those who may be at it and the number,
    /// from the directory, or else what is known of it.
    pub(super) fn name_of(self, device: Option<&DeviceId>, number: Option<&str>) -> Text {
        let is_fresh = self.is_fresh();
        let known = device.and_then(|device| {
            self.directory(|directory| {
                let entry = directory.entries_of(device).next()?;
                let names = texts::names(&directory.names_of(device, is_fresh));
                Some(texts::beside(names, texts::isolated(&entry.number)))
            })
        });
        known
            .or_else(|| number.map(texts::isolated))
            .or_else(|| {
                device.map(|device| say!("part-device", id = texts::isolated(device.as_str())))
            })
            .unwrap_or_else(|| say!("part-unknown-device"))
    }

    /// Whose number it is, within a sentence: an agent's in the directory, or nobody's.
    pub(super) fn name_of_number(self, number: &str) -> Text {
        self.name_of_party(&Participant::new(number))
    }

    /// Like [`Self::name_of_number`], for a party of a call, whose number may be formatted.
    pub(super) fn name_of_party(self, party: &Participant) -> Text {
        let agent = self.owner_of(&party.phone_number);
        self.name_of(agent.as_ref(), Some(party.shown()))
    }

    /// The device of the directory that has this number.
    fn owner_of(self, number: &str) -> Option<DeviceId> {
        if number.is_empty() {
            return None;
        }
        let owners = self.inner().owners.get();
        let mut owners = owners.borrow_mut();
        if let Some((_, owner)) = owners.iter().find(|(known, _)| known == number) {
            return owner.clone();
        }
        let owner = self.read(|state| {
            let entry = state.directory().number(number);
            entry.map(|entry| entry.device.clone())
        });
        owners.truncate(MOST_OWNERS - 1);
        owners.insert(0, (number.to_owned(), owner.clone()));
        owner
    }

    /// All parties of a call.
    pub(super) fn parties(self, call: &Call) -> Text {
        let mut parties = Vec::new();
        for party in &call.participants {
            parties.push(self.name_of_party(party));
        }
        texts::parties(&parties)
    }

    pub(super) fn name_of_monitored(self, monitored: &Monitored) -> Text {
        match (&monitored.target, &monitored.number) {
            (None, Some(number)) => self.name_of_number(number),
            (target, number) => self.name_of(target.as_ref(), number.as_deref()),
        }
    }

    pub(super) fn name_of_target(self, target: &Target) -> Text {
        match target {
            Target::Device(device) => self.name_of(Some(device), None),
            Target::Number(number) => texts::isolated(number),
        }
    }

    /// Whom an operation is about.
    pub(super) fn name_of_operation(self, operation: &Operation) -> Text {
        let choice = operation.monitoring();
        choice.map_or_else(Text::default, |choice| self.name_of_target(&choice.target))
    }

    /// The number of one of the supervisor's devices, within a sentence.
    pub(super) fn number_of_own(self, device: &DeviceId) -> Text {
        let number = self.person().with(|state| {
            let device = state.my_device().find(device)?;
            Some(device.phone_number.clone()).filter(|number| !number.is_empty())
        });
        texts::isolated(number.as_deref().unwrap_or(device.as_str()))
    }
}

impl Part {
    /// Reads the state, and tracks this part.
    pub(super) fn with<R>(self, read: impl FnOnce(&State) -> R) -> R {
        read(&self.tracked())
    }

    /// Tracks this part. It is not generic: the state is read at many places.
    fn tracked(self) -> Reading {
        let all = self.parts.inner();
        let triggers = &all.triggers;
        // Long lists read the directory and the history; these must not be built twice, as memos are.
        let (part, changed) = match self.of {
            Of::Connection => (Some(Changes::CONNECTION), triggers.connection),
            Of::Heard => (Some(Changes::HEARD), triggers.heard),
            Of::Person => (Some(Changes::DEVICE), triggers.person),
            Of::Standing => (Some(Changes::STANDING), triggers.standing),
            Of::Directory => (None, triggers.directory),
            Of::History => (None, triggers.history),
        };
        if !part.is_some_and(|part| triggers.readers.note(part)) {
            changed.track();
        }
        all.commands.state()
    }
}

/// Why the same can't be requested again, if the refusal revealed a limit of a SIP Cluster.
fn cluster_obstacle(state: &State, problem: &Problem) -> Option<Obstacle> {
    let choice = problem.operation.monitoring()?;
    let target = Some(&choice.target);
    let obstacle =
        state.monitor_obstacle(&choice.kind, target, &choice.scope, &choice.mode, None)?;
    let is_of_cluster = matches!(
        obstacle,
        Obstacle::SipClusterSilentOnly | Obstacle::SipClusterWholeCallOnly
    );
    is_of_cluster.then_some(obstacle)
}
