//! The supervisor's choice: whom to monitor, and how. It is kept when a request fails.

use crate::reactive::RwSignal;
use gws::{Mode, MonitoringKind, Scope};
use supervision::{Duration, Entry, Forecast, MonitoringChoice, Obstacle, Presence, Target};

use super::parts::Parts;
use super::texts::{self, Text};

/// A copyable handle of the choice. It is small, because each of many closures has a copy.
#[derive(Clone, Copy)]
pub(super) struct Choice {
    chosen: RwSignal<Chosen>,
    parts: Parts,
}

/// The supervisor's choice.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Chosen {
    picked: Option<Picked>,
    pub(super) scope: Scope,
    pub(super) mode: Mode,
    /// In minutes; 0: none. Absent: the embedder's.
    pub(super) limit: Option<u32>,
}

/// Who was picked.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Picked {
    /// A person with a device, as the directory had them when they were picked.
    Person(Entry),
    /// A number that belongs to nobody in the directory.
    Number(String),
}

impl Picked {
    fn target(&self) -> Target {
        match self {
            Self::Person(entry) => Target::Device(entry.device.clone()),
            Self::Number(number) => Target::Number(number.clone()),
        }
    }
}

impl Chosen {
    pub(super) fn new() -> Self {
        Self {
            picked: None,
            scope: Scope::Call,
            mode: Mode::AllCalls,
            limit: None,
        }
    }
}

impl Choice {
    pub(super) fn new(parts: Parts) -> Self {
        Self {
            chosen: RwSignal::new(Chosen::new()),
            parts,
        }
    }

    pub(super) fn chosen(self) -> RwSignal<Chosen> {
        self.chosen
    }

    /// The embedder's time limit, in minutes; 0: none.
    pub(super) fn own_limit(self) -> u32 {
        self.parts().limits(|limits| limits.limit)
    }

    pub(super) fn parts(self) -> Parts {
        self.parts
    }

    /// Reads who was picked.
    pub(super) fn picked<R>(self, read: impl FnOnce(Option<&Picked>) -> R) -> R {
        self.chosen().with(|chosen| read(chosen.picked.as_ref()))
    }

    pub(super) fn pick(self, picked: Option<Picked>) {
        self.update(|chosen| chosen.picked = picked);
    }

    /// The time limit in minutes; 0: none.
    pub(super) fn minutes(self) -> u32 {
        let chosen = self.chosen().with(|chosen| chosen.limit);
        chosen.unwrap_or_else(|| self.own_limit())
    }

    pub(super) fn update(self, change: impl FnOnce(&mut Chosen)) {
        let mut chosen = self.chosen().get_untracked();
        change(&mut chosen);
        self.chosen().set(chosen);
    }

    pub(super) fn forget(self) {
        self.chosen().set(Chosen::new());
    }

    /// Whether somebody was picked.
    pub(super) fn is_picked(self) -> bool {
        self.chosen().with(|chosen| chosen.picked.is_some())
    }

    /// Reads the person who was picked.
    pub(super) fn person<R>(self, read: impl FnOnce(&Entry) -> Option<R>) -> Option<R> {
        self.chosen().with(|chosen| match &chosen.picked {
            Some(Picked::Person(picked)) => read(picked),
            _ => None,
        })
    }

    /// The number that was picked, if it belongs to nobody.
    fn number(self) -> Option<String> {
        self.chosen().with(|chosen| match &chosen.picked {
            Some(Picked::Number(number)) => Some(number.clone()),
            _ => None,
        })
    }

    /// The person who was picked: as the directory has them now, or else as it had them when they
    /// were picked.
    pub(super) fn entry(self) -> Option<Entry> {
        self.person(|picked| {
            self.parts()
                .directory(|directory| Some(directory.find(&picked.id()).unwrap_or(picked).clone()))
        })
    }

    /// Says that the person who was picked is no longer at that device. Somebody else may be there,
    /// so no request is sent.
    pub(super) fn has_left(self) -> Option<Text> {
        self.person(|picked| {
            self.parts().directory(|directory| {
                let now_at = directory.has_left(&picked.id())?;
                Some(texts::has_left(&picked.name, &picked.number, &now_at))
            })
        })
    }

    /// Name and number, for a field. The mark before the number keeps its digits in order after a
    /// name that is written from right to left.
    pub(super) fn title(self) -> Option<Text> {
        self.number().map(Text::from).or_else(|| {
            let Entry {
                name, mut number, ..
            } = self.entry()?;
            if !number.is_empty() && name.chars().any(texts::is_right_to_left) {
                number.insert(0, '\u{200e}');
            }
            Some(texts::title(&name, &number))
        })
    }

    /// Name and number, within a sentence.
    pub(super) fn title_within(self) -> Option<Text> {
        if let Some(number) = self.number() {
            return Some(texts::isolated(&number));
        }
        let entry = self.entry()?;
        Some(texts::title_within(&entry.name, &entry.number))
    }

    /// Who else may be at the telephone of the person who was picked; as a sentence.
    pub(super) fn others_there(self) -> Text {
        let others = self.person(|picked| {
            let is_fresh = self.parts().is_fresh();
            self.parts().directory(|directory| {
                let there = directory.names_of(&picked.device, is_fresh);
                match there.as_slice() {
                    [] => None,
                    [one] if **one == picked.name => None,
                    there => Some(texts::others_there(&picked.number, there)),
                }
            })
        });
        others.unwrap_or_default()
    }

    /// Who was picked, within a sentence.
    pub(super) fn who(self) -> Text {
        let number = self.number();
        let who = number.or_else(|| self.entry().map(|entry| entry.name));
        texts::isolated(&who.unwrap_or_default())
    }

    pub(super) fn monitoring(self, kind: &MonitoringKind) -> Option<MonitoringChoice> {
        self.chosen().with(|chosen| {
            Some(MonitoringChoice {
                kind: kind.clone(),
                target: chosen.picked.as_ref()?.target(),
                scope: chosen.scope.clone(),
                mode: chosen.mode.clone(),
            })
        })
    }

    /// Whether there can be a time limit: next-call monitoring ends by itself.
    pub(super) fn has_limit(self) -> bool {
        self.chosen().with(|chosen| chosen.mode == Mode::AllCalls)
    }

    pub(super) fn time_limit(self) -> Option<Duration> {
        let minutes = self.minutes();
        let is_limited = minutes > 0 && self.has_limit();
        is_limited.then(|| Duration::from_secs(60 * u64::from(minutes)))
    }

    pub(super) fn forecast(self, kind: &MonitoringKind) -> Option<Forecast> {
        let wanted = self.monitoring(kind)?;
        // What the agent was doing long ago does not say what will happen.
        let presence: Option<Presence> = self.entry().map(|entry| entry.presence);
        let presence = presence.filter(|_| self.parts().is_fresh());
        let limit = self.time_limit();
        Some(
            self.parts()
                .all(|state| state.forecast(wanted, limit, presence)),
        )
    }

    pub(super) fn obstacle(self, kind: &MonitoringKind) -> Option<Obstacle> {
        let limit = self.time_limit();
        self.chosen().with(|chosen| {
            let target = chosen.picked.as_ref().map(Picked::target);
            let (scope, mode) = (&chosen.scope, &chosen.mode);
            self.parts()
                .all(|state| state.monitor_obstacle(kind, target.as_ref(), scope, mode, limit))
        })
    }
}
