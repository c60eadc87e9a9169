//! Whoever is told what has changed knows what is so.

use std::sync::Arc;
use std::time::Duration;

use serde_json::{Map, Value};

use super::board::{Board, IDLE_PACE, News, PACE, Place};
use crate::config::Config;
use crate::state::Shared;

/// Somebody who is told.
struct Listener {
    board: Arc<Board>,
    step: Option<u64>,
    state: Map<String, Value>,
}

impl Listener {
    fn new(board: Arc<Board>) -> Self {
        Self {
            board,
            step: None,
            state: Map::new(),
        }
    }

    /// Takes what there is to be told; whether it was everything.
    fn listen(&mut self) -> bool {
        match self.board.news(self.step).0 {
            News::Whole(step, state) => {
                self.step = Some(step);
                self.state = serde_json::from_str(&state).expect("JSON");
                true
            }
            News::Steps(steps) => {
                for step in steps {
                    self.step = Some(step.number);
                    self.take(serde_json::from_str(&step.changes).expect("JSON"));
                }
                false
            }
        }
    }

    fn take(&mut self, changes: Map<String, Value>) {
        for (name, value) in changes {
            match name.as_str() {
                "agents" => merge(&mut self.state["agents"], value, "number"),
                "calls" => merge(&mut self.state["calls"], value, "id"),
                "callsOver" => {
                    let over = value.as_array().expect("ids");
                    let calls = self.state["calls"].as_array_mut().expect("calls");
                    let before = calls.len();
                    calls.retain(|call| !over.contains(&call["id"]));
                    assert_eq!(calls.len() + over.len(), before, "each was known");
                }
                _ => {
                    self.state.insert(name, value);
                }
            }
        }
    }
}

/// Puts what is different in the place of what was, and what is new at the end.
fn merge(known: &mut Value, different: Value, key: &str) {
    let known = known.as_array_mut().expect("a list");
    for one in different.as_array().expect("a list") {
        match known.iter_mut().find(|found| found[key] == one[key]) {
            Some(found) => *found = one.clone(),
            None => known.push(one.clone()),
        }
    }
}

fn busy() -> Arc<Shared> {
    let config = Config {
        agents: 60,
        speed: 100.0,
        ..Config::default()
    };
    Shared::new(config, "http://127.0.0.1:8090/api/v2".to_owned())
}

#[tokio::test(start_paused = true)]
async fn whoever_is_told_what_changes_knows_the_whole_state() {
    let shared = busy();
    let place = Place::default();
    let mut listener = Listener::new(place.board(&shared));
    assert!(listener.listen());
    for round in 0..300 {
        tokio::time::advance(PACE).await;
        assert!(!listener.listen(), "only what has changed");
        let mut newcomer = Listener::new(place.board(&shared));
        assert!(newcomer.listen());
        // That only time has passed is not told.
        let now = newcomer.state["now"].clone();
        listener.state.insert("now".to_owned(), now);
        assert_eq!(listener.state, newcomer.state, "round {round}");
    }
    let calls = listener.state["calls"].as_array().expect("calls");
    assert!(calls.len() > 30, "a lively day");
}

#[tokio::test(start_paused = true)]
async fn whoever_is_too_far_behind_is_told_everything() {
    let shared = busy();
    let board = Place::default().board(&shared);
    let (mut quick, mut slow) = (Listener::new(Arc::clone(&board)), Listener::new(board));
    assert!(quick.listen() && slow.listen());
    for _ in 0..40 {
        tokio::time::advance(IDLE_PACE).await;
        assert!(!quick.listen());
    }
    assert!(slow.listen());
    assert_eq!(slow.state, quick.state);
}

#[tokio::test(start_paused = true)]
async fn the_board_is_up_only_while_somebody_watches() {
    let shared = busy();
    let place = Place::default();
    let board = place.board(&shared);
    let other = place.board(&shared);
    assert!(Arc::ptr_eq(&board, &other), "one for all");
    let gone = Arc::downgrade(&board);
    drop((board, other));
    tokio::time::advance(Duration::from_secs(60)).await;
    assert!(gone.upgrade().is_none());
    let state = Listener::new(place.board(&shared));
    assert_eq!(state.step, None);
}
