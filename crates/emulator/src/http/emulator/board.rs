//! The contact centre as all who watch are told of it: it is looked at, compared with what it was,
//! and written down once, however many watch.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use serde::Serialize;
use tokio::time::Instant;

use super::centre::{Centre, Difference};
use crate::state::Shared;

/// How often it is looked at, at most: a person can't read faster.
pub(super) const PACE: Duration = Duration::from_millis(200);
/// How often it is looked at when nothing is known to have happened: not everything is written
/// down.
pub(super) const IDLE_PACE: Duration = Duration::from_secs(1);
/// How many steps are kept for those who read slowly. Whoever is farther behind is told everything.
const STEPS: usize = 25;

/// The board that is up while somebody watches.
#[derive(Clone, Default)]
pub(super) struct Place(Arc<Mutex<Weak<Board>>>);

impl Place {
    /// The board, which stays up for as long as somebody has it.
    pub(super) fn board(&self, shared: &Arc<Shared>) -> Arc<Board> {
        let mut place = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        place.upgrade().unwrap_or_else(|| {
            let board = Arc::new(Board::new(Arc::clone(shared)));
            *place = Arc::downgrade(&board);
            board
        })
    }
}

/// What is so, and what has changed lately.
pub(super) struct Board {
    shared: Arc<Shared>,
    view: Mutex<View>,
}

struct View {
    centre: Centre,
    looked_at: Instant,
    /// The number of the journal's last entry then.
    written: u64,
    /// The number of the last step.
    step: u64,
    steps: VecDeque<Arc<Step>>,
}

/// What has changed from one look to the next.
pub(super) struct Step {
    /// Counts on with every step.
    pub(super) number: u64,
    /// As JSON.
    pub(super) changes: String,
}

/// What somebody is to be told.
pub(super) enum News {
    /// Everything: as of that step, as JSON.
    Whole(u64, String),
    /// What has changed, in order; nothing, mostly.
    Steps(Vec<Arc<Step>>),
}

impl Board {
    fn new(shared: Arc<Shared>) -> Self {
        let view = Mutex::new(View {
            written: shared.journal.last(),
            centre: Centre::of(&shared.lock()),
            looked_at: Instant::now(),
            step: 0,
            steps: VecDeque::new(),
        });
        Self { shared, view }
    }

    /// What there is to tell somebody who knows it as of step `known`, or does not know it; and
    /// whether that is all that is known to have happened.
    pub(super) fn news(&self, known: Option<u64>) -> (News, bool) {
        let mut view = self.view();
        view.look(&self.shared);
        let is_all = view.written == self.shared.journal.last();
        let missing = known.map(|known| (view.step - known) as usize);
        let news = match missing.and_then(|missing| view.steps.len().checked_sub(missing)) {
            Some(first) => News::Steps(view.steps.range(first..).cloned().collect()),
            None => News::Whole(view.step, json(&view.centre)),
        };
        (news, is_all)
    }

    fn view(&self) -> MutexGuard<'_, View> {
        self.view.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl View {
    /// Looks at the contact centre, if it is time to.
    fn look(&mut self, shared: &Shared) {
        let written = shared.journal.last();
        let pace = match written == self.written {
            true => IDLE_PACE,
            false => PACE,
        };
        if self.looked_at.elapsed() < pace {
            return;
        }
        let centre = Centre::of(&shared.lock());
        self.written = written;
        self.looked_at = Instant::now();
        match centre.since(&self.centre) {
            Difference::None => {}
            Difference::Changes(changes) => {
                self.step += 1;
                self.steps.push_back(Arc::new(Step {
                    number: self.step,
                    changes: json(&changes),
                }));
                if self.steps.len() > STEPS {
                    self.steps.pop_front();
                }
            }
            Difference::Another => {
                self.step += 1;
                self.steps.clear();
            }
        }
        self.centre = centre;
    }
}

fn json(value: &impl Serialize) -> String {
    serde_json::to_string(value).expect("strings, numbers and lists have a JSON form")
}
