//! `GET /emulator/state`: the current contact centre, and the log; with `?log=N` only entries after
//! number N.

use std::sync::Arc;

use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::http::reply;
use crate::state::{Core, Shared};
use crate::world::{Presence, Supervision};

#[derive(Deserialize)]
pub(super) struct Wanted {
    #[serde(default)]
    log: u64,
}

/// `GET /emulator/state`
pub(super) async fn state(
    State(shared): State<Arc<Shared>>,
    Query(wanted): Query<Wanted>,
) -> Response {
    let mut state = snapshot(&shared.lock());
    state["log"] = json!(shared.log.after(wanted.log));
    reply::json(StatusCode::OK, &state)
}

/// The current contact centre. `now` and `since` are milliseconds since its day began.
fn snapshot(core: &Core) -> Value {
    let world = &core.world;
    let agents = world.agents().into_iter().map(|agent| {
        json!({
            "number": agent.number,
            "name": agent.name,
            "state": name(agent.state),
            "reason": reason(agent.state),
            "call": agent.call,
        })
    });
    let supervisors = world.supervisors().into_iter().map(|found| {
        json!({
            "number": found.number,
            "name": found.name,
            "userName": found.user_name,
            "state": name(found.state),
            "call": found.call,
            "monitors": found.monitoring.map(|monitoring| json!({
                "agent": monitoring.target_number,
                "kind": monitoring.how.to_kind(),
                "scope": monitoring.scope,
                "mode": monitoring.mode,
            })),
        })
    });
    let calls = world.calls().into_iter().map(|call| {
        let parties = call.parties.into_iter().map(|party| {
            json!({
                "number": party.number,
                "monitors": party.monitors.map(Supervision::to_kind),
                "leg": party.leg,
                "since": party.since,
            })
        });
        json!({
            "id": call.id,
            "from": call.from,
            "outside": call.outside,
            "parties": parties.collect::<Vec<_>>(),
        })
    });
    json!({
        "now": world.now(),
        "speed": core.speed(),
        "seed": world.seed(),
        "agents": agents.collect::<Vec<_>>(),
        "supervisors": supervisors.collect::<Vec<_>>(),
        "calls": calls.collect::<Vec<_>>(),
        "waiting": world.waiting(),
        "faults": core.faults.list(),
        "script": core.script(),
        "sessions": {
            "signIns": core.sessions.count(),
            "notifications": core.notification_sessions(),
            "heldPolls": core.held_polls(),
        },
    })
}

fn name(state: Presence) -> &'static str {
    match state {
        Presence::Ready => "Ready",
        Presence::NotReady(_) => "NotReady",
        Presence::AuxWork => "AuxWork",
        Presence::AfterCallWork => "AfterCallWork",
        Presence::LoggedIn => "LoggedIn",
        Presence::LoggedOut => "LoggedOut",
    }
}

fn reason(state: Presence) -> Option<&'static str> {
    match state {
        Presence::NotReady(reason) => reason.map(|reason| reason.as_str()),
        _ => None,
    }
}
