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
#[derive(Debug, Serialize)]
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
    /// How many customers wait for an agent.
    waiting: usize,
    faults: Vec<FaultStatus>,
    /// The script that is being played, or was played last.
    #[serde(skip_serializing_if = "Option::is_none")]
    script: Option<ScriptStatus>,
    sessions: SessionCounts,
}

/// An agent.
#[derive(Debug, PartialEq, Serialize)]
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

#[derive(Debug, PartialEq, Serialize)]
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

#[derive(Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
struct Monitors {
    agent: String,
    /// How the supervisor takes part in calls to come.
    kind: gws::device::MonitoringKind,
    scope: gws::Scope,
    mode: gws::Mode,
}

#[derive(Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
struct Call {
    id: gws::CallId,
    /// The caller's number: a customer's, or an agent's who calls somebody.
    from: String,
    /// The numbers of the parties outside, whoever called.
    outside: Vec<String>,
    parties: Vec<Party>,
}

#[derive(Debug, PartialEq, Serialize)]
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

#[derive(Debug, PartialEq, Serialize)]
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
                    kind: monitoring.how.to_kind(),
                    scope: monitoring.scope,
                    mode: monitoring.mode,
                }),
                call: found.call.map(leg),
            });
        let calls = core.world.calls().into_iter().map(|call| Call {
            id: call.id,
            from: call.from,
            outside: call.outside,
            parties: call
                .parties
                .into_iter()
                .map(|party| Party {
                    number: party.number,
                    role: match party.role {
                        Role::Agent => "Agent",
                        Role::Supervisor => "Supervisor",
                    },
                    monitors: party.monitors.map(Supervision::to_kind),
                    leg: leg(party.leg),
                    since: party.since,
                })
                .collect(),
        });
        Self {
            now: core.world.now(),
            speed: core.speed(),
            seed: core.world.seed(),
            agents: agents.collect(),
            supervisors: supervisors.collect(),
            calls: calls.collect(),
            waiting: core.world.waiting(),
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

/// How a contact centre differs from what it was.
pub(super) enum Difference<'a> {
    /// Only time has passed.
    None,
    /// In this.
    Changes(Changes<'a>),
    /// It is another one.
    Another,
}

/// What has changed. What is not there is as it was.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Changes<'a> {
    now: u64,
    /// Those that are different.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    agents: Vec<&'a Agent>,
    #[serde(skip_serializing_if = "Option::is_none")]
    supervisors: Option<&'a [Supervisor]>,
    /// Those that are different, and new ones in the order in which they began.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    calls: Vec<&'a Call>,
    /// The ids of calls that are over.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    calls_over: Vec<&'a gws::CallId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    waiting: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    faults: Option<&'a [FaultStatus]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    script: Option<&'a ScriptStatus>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sessions: Option<&'a SessionCounts>,
}

impl Changes<'_> {
    fn is_empty(&self) -> bool {
        self.agents.is_empty()
            && self.supervisors.is_none()
            && self.calls.is_empty()
            && self.calls_over.is_empty()
            && self.waiting.is_none()
            && self.faults.is_none()
            && self.script.is_none()
            && self.sessions.is_none()
    }
}

impl Centre {
    /// How it differs from what it was before.
    pub(super) fn since<'a>(&'a self, before: &'a Self) -> Difference<'a> {
        let is_another = self.seed != before.seed
            || self.now < before.now
            || self.agents.len() != before.agents.len();
        if is_another {
            return Difference::Another;
        }
        let agents = self.agents.iter().zip(&before.agents);
        let agents = agents.filter(|(agent, before)| agent != before);
        let (calls, calls_over) = calls_since(&self.calls, &before.calls);
        let changes = Changes {
            now: self.now,
            agents: agents.map(|(agent, _)| agent).collect(),
            supervisors: changed(&self.supervisors[..], &before.supervisors[..]),
            calls,
            calls_over,
            waiting: changed(&self.waiting, &before.waiting).copied(),
            faults: changed(&self.faults[..], &before.faults[..]),
            // One that was played stays.
            script: self
                .script
                .as_ref()
                .filter(|_| self.script != before.script),
            sessions: changed(&self.sessions, &before.sessions),
        };
        match changes.is_empty() {
            true => Difference::None,
            false => Difference::Changes(changes),
        }
    }
}

fn changed<'a, T: PartialEq + ?Sized>(now: &'a T, before: &T) -> Option<&'a T> {
    (now != before).then_some(now)
}

/// Calls that are different or new, and those that are over. Both lists are in the order in which
/// calls began, so what is new stands at the end.
fn calls_since<'a>(now: &'a [Call], before: &'a [Call]) -> (Vec<&'a Call>, Vec<&'a gws::CallId>) {
    let mut now = now.iter().peekable();
    let mut changed = Vec::new();
    let mut over = Vec::new();
    for before in before {
        match now.next_if(|call| call.id == before.id) {
            Some(call) if call == before => {}
            Some(call) => changed.push(call),
            None => over.push(&before.id),
        }
    }
    changed.extend(now);
    (changed, over)
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
