//! What the element tells the page: events named `listen-in-…`, their details plain objects.

use gws::CallState;
use serde::Serialize;
use serde_wasm_bindgen::Serializer;
use supervision::{
    AskedBy, Audience, Bound, Certainty, EndReason, Event, Lasted, Moment, Monitored, Monitoring,
    Operation, Outcome, Receipt, RequestId, RequestStage, State, Step, Target, Why,
};
use wasm_bindgen::JsValue;

/// The name and the detail of the page's event, where there is one.
pub(super) fn told(state: &State, event: &Event) -> Option<(&'static str, JsValue)> {
    match event {
        Event::Connection => detail("listen-in-connection", &ConnectionDetail::of(state)),
        Event::Device => detail("listen-in-device", &DeviceDetail::of(state)),
        Event::Monitoring => detail("listen-in-monitoring", &MonitoringDetail::of(state)),
        Event::Call => detail("listen-in-call", &CallsDetail::of(state)),
        Event::Request {
            id,
            operation,
            stage,
        } => {
            let told = RequestDetail::of(*id, operation, *stage);
            detail("listen-in-request", &told)
        }
        Event::Receipt(receipt) => detail("listen-in-receipt", &ReceiptDetail::of(receipt)),
        _ => None,
    }
}

fn detail(name: &'static str, detail: &impl Serialize) -> Option<(&'static str, JsValue)> {
    let detail = detail.serialize(&Serializer::json_compatible()).ok()?;
    Some((name, detail))
}

/// `listen-in-connection`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ConnectionDetail {
    /// `idle`, `starting`, `live`, `silent`, `reconnecting`, `sign-in-needed`, `stopped`.
    phase: &'static str,
}

impl ConnectionDetail {
    fn of(state: &State) -> Self {
        Self {
            phase: state.connection().phase.key(),
        }
    }
}

/// `listen-in-device`: the supervisor's device, or nothing but nulls.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct DeviceDetail<'a> {
    id: Option<&'a str>,
    phone_number: Option<&'a str>,
    device_state: Option<&'a str>,
    user_state: Option<&'a str>,
    capabilities: Vec<&'a str>,
}

impl<'a> DeviceDetail<'a> {
    fn of(state: &'a State) -> Self {
        let device = state.device();
        Self {
            id: device.map(|device| device.id.as_str()),
            phone_number: device.map(|device| device.phone_number.as_str()),
            device_state: device.and_then(|device| Some(device.device_state.as_ref()?.as_str())),
            user_state: device.and_then(|device| Some(device.user_state.as_ref()?.state.as_str())),
            capabilities: device.map_or_else(Vec::new, |device| {
                device.capabilities.iter().map(|c| c.as_str()).collect()
            }),
        }
    }
}

/// `listen-in-monitoring`: whom the device monitors, as it says.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct MonitoringDetail<'a> {
    /// `unknown`, `none`, `active`, `unrecognised`.
    state: &'static str,
    /// With `active`.
    #[serde(flatten)]
    active: MonitoredDetail<'a>,
    /// When it is ended by itself, in milliseconds since 1970.
    until: Option<u64>,
}

/// A subscription, or nothing but nulls.
#[derive(Default, Serialize)]
#[serde(rename_all = "camelCase")]
struct MonitoredDetail<'a> {
    /// `ListenIn`, `Coach`, `BargeIn`.
    kind: Option<&'a str>,
    target_device_id: Option<&'a str>,
    target_number: Option<&'a str>,
    scope: Option<&'a str>,
    mode: Option<&'a str>,
}

impl<'a> MonitoringDetail<'a> {
    fn of(state: &'a State) -> Self {
        let monitoring = state.monitoring();
        Self {
            state: match monitoring {
                Monitoring::Unknown => "unknown",
                Monitoring::None => "none",
                Monitoring::Active(_) => "active",
                Monitoring::Unrecognised(_) => "unrecognised",
            },
            active: monitoring
                .active()
                .map(MonitoredDetail::of)
                .unwrap_or_default(),
            until: state.limit().map(|limit| limit.until.wall.0),
        }
    }
}

impl<'a> MonitoredDetail<'a> {
    fn of(monitored: &'a Monitored) -> Self {
        Self {
            kind: Some(monitored.kind.as_str()),
            target_device_id: monitored.target.as_ref().map(|target| target.as_str()),
            target_number: monitored.number.as_deref(),
            scope: Some(monitored.scope.as_str()),
            mode: Some(monitored.mode.as_str()),
        }
    }

    fn asked(operation: &'a Operation) -> Self {
        let Some(choice) = operation.monitoring() else {
            return Self::default();
        };
        let (device, number) = match &choice.target {
            Target::Device(device) => (Some(device.as_str()), None),
            Target::Number(number) => (None, Some(number.as_str())),
        };
        Self {
            kind: Some(choice.kind.as_str()),
            target_device_id: device,
            target_number: number,
            scope: Some(choice.scope.as_str()),
            mode: Some(choice.mode.as_str()),
        }
    }
}

/// `listen-in-call`: the calls on the supervisor's devices that are not over.
#[derive(Serialize)]
struct CallsDetail<'a> {
    calls: Vec<CallDetail<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct CallDetail<'a> {
    id: &'a str,
    /// The supervisor's device that it is on; none where the server does not say.
    device_id: Option<String>,
    state: &'a str,
    /// Whether it is the leg by which the supervisor monitors.
    is_monitoring: bool,
    /// Whether the supervisor can hear it.
    is_established: bool,
    /// Who hears the supervisor: `nobody`, `agent`, `everyone`, `unknown`.
    audience: &'static str,
    participants: Vec<&'a str>,
}

impl<'a> CallsDetail<'a> {
    fn of(state: &'a State) -> Self {
        let calls = state.all_legs().iter().map(|leg| CallDetail {
            id: leg.call.id.as_str(),
            device_id: leg.device().map(|device| device.as_str().to_owned()),
            state: leg.call.state.as_str(),
            is_monitoring: leg.role == supervision::LegRole::Monitoring,
            is_established: leg.call.state == CallState::Established,
            audience: audience(leg.audience()),
            participants: leg.call.participants.iter().map(|p| p.shown()).collect(),
        });
        Self {
            calls: calls.collect(),
        }
    }
}

fn audience(audience: Audience) -> &'static str {
    match audience {
        Audience::Nobody => "nobody",
        Audience::Unknown => "unknown",
        Audience::Agent => "agent",
        Audience::Everyone => "everyone",
    }
}

/// `listen-in-request`: how far something that was asked for has come.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct RequestDetail<'a> {
    /// Ascending, for as long as the page lives.
    id: u64,
    /// The name on the wire: `ListenIn`, `CancelSupervisorMonitoring`, `Answer`, …
    operation: &'a str,
    /// `sent`, `accepted`; then once `confirmed`, `refused`, `unconfirmed` or `unknown`.
    stage: &'static str,
    call_id: Option<&'a str>,
    #[serde(flatten)]
    asked: MonitoredDetail<'a>,
}

impl<'a> RequestDetail<'a> {
    fn of(id: RequestId, operation: &'a Operation, stage: RequestStage) -> Self {
        Self {
            id: id.0,
            operation: operation.name(),
            stage: stage.key(),
            call_id: call_id(operation),
            asked: MonitoredDetail::asked(operation),
        }
    }
}

fn call_id(operation: &Operation) -> Option<&str> {
    match operation {
        Operation::Call { call, .. } => Some(call.as_str()),
        Operation::Monitor(_) | Operation::Stop => None,
    }
}

/// `listen-in-receipt`: one step of what happened, for an embedder to keep. What a step has nothing
/// to say of is null.
#[derive(Default, Serialize)]
#[serde(rename_all = "camelCase")]
struct ReceiptDetail<'a> {
    /// Ascending, from 1 on.
    number: u64,
    /// When it happened, or became known, in milliseconds since 1970.
    time: u64,
    /// `asked`, `accepted`, `confirmed`, `refused`, `unconfirmed`, `unknown`, `began`, `changed`,
    /// `ended`, `began-unrecognised`, `ended-unrecognised`, `ringing`, `joined`, `switched`, `agent-muted`, `agent-heard`, `left`, `limit-set`,
    /// `limit-near`, `limit-reached`, or one about the connection or the device.
    step: &'static str,
    /// `own`: this page did or noticed it; `told`: the server told; `found`: a read found it, and it
    /// happened between `since` and `time`.
    certainty: &'static str,
    since: Option<u64>,
    request_id: Option<u64>,
    device_id: Option<&'a str>,
    operation: Option<&'a str>,
    #[serde(flatten)]
    monitored: MonitoredDetail<'a>,
    /// Who asked for what began or changed: `here` (this page, by `requestId`), `elsewhere`; none where
    /// that is not known.
    asked_by: Option<&'static str>,
    call_id: Option<&'a str>,
    parties: Option<&'a [String]>,
    audience: Option<&'static str>,
    /// Why it did not come about, or ended.
    why: Option<&'static str>,
    /// The server's words.
    message: Option<String>,
    /// How long it lasted, in seconds.
    lasted: Option<u64>,
    /// It began earlier, or ended later.
    lasted_at_least: bool,
    /// It began later, or ended earlier.
    lasted_at_most: bool,
    /// Until when, in milliseconds since 1970.
    until: Option<u64>,
}

impl<'a> ReceiptDetail<'a> {
    fn of(receipt: &'a Receipt) -> Self {
        let (certainty, since) = match receipt.certainty {
            Certainty::Own => ("own", None),
            Certainty::Told => ("told", None),
            Certainty::Found { since } => ("found", since),
        };
        let wall = |moment: Moment| moment.wall.0;
        let mut told = Self {
            number: receipt.number,
            time: wall(receipt.at),
            certainty,
            since: since.map(wall),
            request_id: receipt.request.map(|id| id.0),
            device_id: receipt.device.as_ref().map(|device| device.as_str()),
            ..Self::default()
        };
        told.step = told.take(&receipt.step);
        told
    }

    /// Takes over what a step says. Gives its name.
    fn take(&mut self, step: &'a Step) -> &'static str {
        match step {
            Step::Asked(operation) => self.take_operation(operation, "asked"),
            Step::Accepted(operation) => self.take_operation(operation, "accepted"),
            Step::Ended { operation, outcome } => {
                self.why = outcome.why().map(why);
                self.message = outcome.why().and_then(message);
                self.take_operation(
                    operation,
                    match outcome {
                        Outcome::Confirmed => "confirmed",
                        Outcome::Refused(_) => "refused",
                        Outcome::Unconfirmed(_) => "unconfirmed",
                        Outcome::Unknown(_) => "unknown",
                    },
                )
            }
            Step::Began { is, asked } => {
                self.monitored = MonitoredDetail::of(is);
                self.asked_by = asked_by(*asked);
                "began"
            }
            Step::Changed { to, asked, .. } => {
                self.monitored = MonitoredDetail::of(to);
                self.asked_by = asked_by(*asked);
                "changed"
            }
            Step::BeganUnrecognised { word, asked } => {
                self.message = Some(word.clone());
                self.asked_by = asked_by(*asked);
                "began-unrecognised"
            }
            Step::StoppedUnrecognised(why) => {
                self.why = end_reason(*why);
                "ended-unrecognised"
            }
            Step::Stopped { was, why, lasted } => {
                self.monitored = MonitoredDetail::of(was);
                self.take_lasted(*lasted);
                self.why = end_reason(*why);
                "ended"
            }
            Step::OutOfSight(was) => {
                self.monitored = MonitoredDetail::of(was);
                "out-of-sight"
            }
            Step::Rings { call, parties } => {
                self.call_id = Some(call.as_str());
                self.parties = Some(parties);
                "ringing"
            }
            Step::Joined {
                call,
                parties,
                audience: heard_by,
            } => {
                self.call_id = Some(call.as_str());
                self.parties = Some(parties);
                self.audience = Some(audience(*heard_by));
                "joined"
            }
            Step::Switched {
                call,
                audience: heard_by,
            } => {
                self.call_id = Some(call.as_str());
                self.audience = Some(audience(*heard_by));
                "switched"
            }
            Step::AgentMuted { call, is_muted } => {
                self.call_id = Some(call.as_str());
                match is_muted {
                    true => "agent-muted",
                    false => "agent-heard",
                }
            }
            Step::Left {
                call,
                parties,
                lasted,
            } => {
                self.call_id = Some(call.as_str());
                self.parties = Some(parties);
                if let Some(lasted) = lasted {
                    self.take_lasted(*lasted);
                }
                "left"
            }
            Step::LimitSet(until) => {
                self.until = until.map(|until| until.wall.0);
                "limit-set"
            }
            Step::LimitNear(until) => {
                self.until = Some(until.wall.0);
                "limit-near"
            }
            Step::LimitReached => "limit-reached",
            Step::DeviceUsed { is_gone, .. } => match is_gone {
                true => "device-gone",
                false => "device-used",
            },
            Step::SipClusterDetected => "sip-cluster-detected",
            Step::ServerError(words) => {
                self.message.clone_from(words);
                "server-error"
            }
            Step::Unreadable(_) => "unreadable",
            Step::SignInNeeded(_) => "sign-in-needed",
            Step::Lost => "connection-lost",
            Step::Back => "connection-back",
            Step::Halted => "connection-stopped",
            Step::Silent => "notifications-missing",
            Step::Audible => "notifications-back",
            Step::PollsCut(after) => {
                self.lasted = Some(after.as_secs());
                "polls-cut"
            }
            _ => "other",
        }
    }

    fn take_lasted(&mut self, lasted: Lasted) {
        self.lasted = Some(lasted.span.as_secs());
        self.lasted_at_least = lasted.bound == Bound::AtLeast;
        self.lasted_at_most = lasted.bound == Bound::AtMost;
    }

    fn take_operation(&mut self, operation: &'a Operation, step: &'static str) -> &'static str {
        self.operation = Some(operation.name());
        self.call_id = call_id(operation);
        self.monitored = MonitoredDetail::asked(operation);
        step
    }
}

fn asked_by(asked: AskedBy) -> Option<&'static str> {
    match asked {
        AskedBy::ThisPage => Some("here"),
        AskedBy::Elsewhere => Some("elsewhere"),
        AskedBy::Unknown => None,
    }
}

fn end_reason(why: EndReason) -> Option<&'static str> {
    Some(match why {
        EndReason::StoppedHere => "stopped-here",
        EndReason::ReplacedHere => "replaced-here",
        EndReason::OneCall => "one-call",
        EndReason::Elsewhere => "elsewhere",
        EndReason::Unknown => return None,
    })
}

fn why(why: &Why) -> &'static str {
    match why {
        Why::Reply(error) if error.leaves_outcome_unknown() => "no-readable-reply",
        Why::Reply(gws::ReplyError::NotSignedIn) | Why::SignedOut => "signed-out",
        Why::Reply(_) | Why::Reported(_) | Why::NotAllowed { .. } => "server",
        Why::NeverConfirmed => "never-confirmed",
        Why::AgentNotShown => "agent-not-shown",
        Why::NoReply => "no-reply",
        Why::CallOver => "call-over",
        Why::Superseded => "superseded",
        Why::DeviceGone => "device-gone",
        _ => "other",
    }
}

fn message(why: &Why) -> Option<String> {
    match why {
        Why::Reply(error) => Some(error.to_string()),
        Why::Reported(words) | Why::NotAllowed { words, .. } => words.clone(),
        _ => None,
    }
}
