//! `GET /emulator/state`: the contact centre at this moment, for whoever steers it.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use serde::Serialize;

use crate::faults::FaultStatus;
use crate::http::reply::json;
use crate::script::ScriptStatus;
use crate::state::{Core, Shared};
use crate::world::{LegState, Presence, Role, Supervision};

/// `GET /emulator/state`
pub(super) async fn state(State(shared): State<Arc<Shared>>) -> Response {
    let centre = Centre::of(&shared.lock());
    json(StatusCode::OK, &centre)
}

/// The contact centre at a moment.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Centre {
    /// In milliseconds since the contact centre's day began.
    now: u64,
    /// Time in the contact centre per time outside.
    speed: f64,
    /// From which its day follows.
    seed: u64,
    agents: Vec<Agent>,
    supervisors: Vec<Supervisor>,
    calls: Vec<Call>,
    queues: Vec<Queue>,
    faults: Vec<FaultStatus>,
    /// The script that is being played, or was played last.
    #[serde(skip_serializing_if = "Option::is_none")]
    script: Option<ScriptStatus>,
    sessions: SessionCounts,
}

/// An agent.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
struct Agent {
    number: String,
    name: String,
    state: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'static str>,
    /// Where the leg of a call stands, if there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    call: Option<&'static str>,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
struct Supervisor {
    number: String,
    name: String,
    /// To sign in with.
    user_name: String,
    state: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    monitors: Option<Monitors>,
    #[serde(skip_serializing_if = "Option::is_none")]
    call: Option<&'static str>,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
struct Monitors {
    agent: String,
    scope: gws::Scope,
    mode: gws::Mode,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
struct Call {
    id: gws::CallId,
    /// The customer's number.
    from: String,
    parties: Vec<Party>,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
struct Party {
    number: String,
    role: &'static str,
    /// How a supervisor takes part, if that is what this party does.
    #[serde(skip_serializing_if = "Option::is_none")]
    monitors: Option<gws::device::MonitoringKind>,
    leg: &'static str,
    /// Since when, as `now` counts; negative: before the day began.
    since: i64,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
struct Queue {
    /// The number of the service.
    number: &'static str,
    name: &'static str,
    /// How many calls wait, and how many ring at an agent.
    waiting: usize,
    ringing: usize,
    /// How many agents with the skill wait for a call.
    free_agents: usize,
    /// What has become of the calls so far.
    arrived: u64,
    answered: u64,
    abandoned: u64,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
struct SessionCounts {
    /// Cookie sessions.
    sign_ins: usize,
    /// CometD sessions.
    notifications: usize,
    /// CometD connects that are held.
    held_polls: usize,
}

impl Centre {
    /// The contact centre as it is now.
    pub(super) fn of(core: &Core) -> Self {
        let agents = core.world.agents().into_iter().map(|agent| Agent {
            number: agent.number,
            name: agent.name,
            state: word(agent.state),
            reason: reason(agent.state),
            call: agent.call.map(leg),
        });
        let supervisors = core
            .world
            .supervisors()
            .into_iter()
            .map(|found| Supervisor {
                number: found.number,
                name: found.name,
                user_name: found.user_name,
                state: word(found.state),
                monitors: found.monitoring.map(|monitoring| Monitors {
                    agent: monitoring.target_number,
                    scope: monitoring.scope,
                    mode: monitoring.mode,
                }),
                call: found.call.map(leg),
            });
        let calls = core.world.calls().into_iter().map(|call| Call {
            id: call.id,
            from: call.from,
            parties: call
                .parties
                .into_iter()
                .map(|party| Party {
                    number: party.number,
                    role: match party.role {
                        Role::Agent => "Agent",
                        Role::Supervisor => "Supervisor",
                        Role::Admin => "Admin",
                    },
                    monitors: party.monitors.map(Supervision::to_kind),
                    leg: leg(party.leg),
                    since: party.since,
                })
                .collect(),
        });
        let queues = core.world.queues().into_iter().map(|queue| Queue {
            number: queue.number,
            name: queue.name,
            waiting: queue.waiting,
            ringing: queue.ringing,
            free_agents: queue.free_agents,
            arrived: queue.counts.arrived,
            answered: queue.counts.answered,
            abandoned: queue.counts.abandoned,
        });
        Self {
            now: core.world.now(),
            speed: core.speed(),
            seed: core.world.seed(),
            agents: agents.collect(),
            supervisors: supervisors.collect(),
            calls: calls.collect(),
            queues: queues.collect(),
            faults: core.faults.list(),
            script: core.script(),
            sessions: SessionCounts {
                sign_ins: core.sessions.count(),
                notifications: core.notification_sessions(),
                held_polls: core.held_polls(),
            },
        }
    }
}

impl Centre {
    /// What is different from before: all of it, but only those agents that have changed. Nothing
    /// if only time has passed.
    pub(super) fn changes_since(&self, before: &Self) -> Option<Self> {
        let agents = self.agents.iter().enumerate();
        let changed = agents
            .filter(|&(index, agent)| before.agents.get(index) != Some(agent))
            .map(|(_, agent)| agent.clone())
            .collect();
        let changes = Self {
            agents: changed,
            ..self.clone()
        };
        let unchanged = Self {
            now: self.now,
            agents: Vec::new(),
            ..before.clone()
        };
        (changes != unchanged).then_some(changes)
    }
}

fn word(state: Presence) -> &'static str {
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

fn leg(state: LegState) -> &'static str {
    match state {
        LegState::Dialing => "Dialing",
        LegState::Ringing => "Ringing",
        LegState::Established => "Established",
        LegState::Held => "Held",
    }
}
