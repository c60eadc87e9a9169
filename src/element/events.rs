//! The events of the element, named `listen-in-…`, with plain objects as details. A field without a value is null.

use gws::CallState;
use js_sys::Array;
use supervision::{
    AskedBy, Audience, Certainty, EndReason, Event, Leg, LegRole, Monitoring, Operation, Outcome,
    Receipt, RequestId, RequestStage, State, Step, Why,
};
use wasm_bindgen::JsValue;

use super::detail::Detail;
use crate::control;

/// The name and the detail of the page's event, if there is one.
pub(super) fn event(state: &State, event: &Event) -> Option<(&'static str, JsValue)> {
    let (name, detail) = match event {
        Event::Connection => ("listen-in-connection", connection(state)),
        Event::Device => ("listen-in-device", device(state)),
        Event::Monitoring => ("listen-in-monitoring", monitoring(state)),
        Event::Call => {
            let detail = Detail::new("");
            detail.set("calls", &calls(state));
            ("listen-in-call", detail)
        }
        Event::Request {
            id,
            operation,
            stage,
        } => ("listen-in-request", request(*id, operation, *stage)),
        Event::Receipt(receipt) => ("listen-in-receipt", self::receipt(receipt)),
        _ => return None,
    };
    Some((name, detail.into()))
}

/// The details of the last event of each kind, as they would be now: an object with a field for each.
pub(super) fn snapshot(state: &State) -> JsValue {
    let pending = Array::new();
    for request in state.requests().pending() {
        pending.push(&asked(request.id, &request.operation).into());
    }
    let all = Detail::new("");
    for (field, detail) in [
        ("connection", connection(state)),
        ("device", device(state)),
        ("monitoring", monitoring(state)),
    ] {
        all.set(field, &detail.into());
    }
    all.set("calls", &calls(state));
    all.set("requests", &pending);
    all.into()
}

/// The names of the custom states.
pub(super) fn states(state: &State) -> Vec<&'static str> {
    let mut states = vec![state.connection().phase.key()];
    if state.monitoring().active().is_some() {
        states.push("monitoring");
    }
    let is_heard =
        |leg: &Leg| leg.role == LegRole::Monitoring && leg.call.state == CallState::Established;
    if state.all_legs().iter().any(is_heard) {
        states.push("in-call");
    }
    if state.requests().pending().next().is_some() {
        states.push("requested");
    }
    states
}

/// `phase`: `idle`, `starting`, `live`, `silent`, `reconnecting`, `sign-in-needed`, `stopped`.
fn connection(state: &State) -> Detail {
    let detail = Detail::new("");
    detail.text("phase", state.connection().phase.key());
    detail
}

/// The supervisor's device, or only nulls.
fn device(state: &State) -> Detail {
    let detail = Detail::new("id phoneNumber deviceState userState");
    let device = state.device();
    if let Some(device) = device {
        detail.text("id", device.id.as_str());
        detail.text("phoneNumber", &device.phone_number);
        if let Some(state) = &device.device_state {
            detail.text("deviceState", state.as_str());
        }
        if let Some(state) = &device.user_state {
            detail.text("userState", state.state.as_str());
        }
    }
    let capabilities = Array::new();
    for capability in device.map_or(&[][..], |device| &device.capabilities) {
        capabilities.push(&capability.as_str().into());
    }
    detail.set("capabilities", &capabilities);
    detail
}

/// Whom the device monitors. `state`: `unknown`, `none`, `active`, `unrecognised`; the subscription with `active`; `until`:
/// the end of its time limit.
fn monitoring(state: &State) -> Detail {
    let detail = Detail::new("kind targetDeviceId targetNumber scope mode until");
    let monitoring = state.monitoring();
    detail.text(
        "state",
        match monitoring {
            Monitoring::Unknown => "unknown",
            Monitoring::None => "none",
            Monitoring::Active(_) => "active",
            Monitoring::Unrecognised(_) => "unrecognised",
        },
    );
    if let Some(monitored) = monitoring.active() {
        detail.monitored(monitored);
    }
    if let Some(limit) = state.limit() {
        detail.until(limit.until);
    }
    detail
}

/// The calls on the supervisor's devices that are not over.
fn calls(state: &State) -> Array {
    let calls = Array::new();
    for leg in state.all_legs() {
        calls.push(&call(leg).into());
    }
    calls
}

/// `deviceId`: the supervisor's device that it is on, null if the server does not say; `isMonitoring`: whether the
/// supervisor monitors through it; `isEstablished`: whether they can hear it; `audience`: who hears them.
fn call(leg: &Leg) -> Detail {
    let detail = Detail::new("deviceId");
    detail.text("id", leg.call.id.as_str());
    if let Some(device) = leg.device() {
        detail.text("deviceId", device.as_str());
    }
    detail.text("state", leg.call.state.as_str());
    detail.flag("isMonitoring", leg.role == LegRole::Monitoring);
    detail.flag("isEstablished", leg.call.state == CallState::Established);
    detail.text("audience", audience(leg.audience()));
    let participants = Array::new();
    for participant in &leg.call.participants {
        participants.push(&participant.shown().into());
    }
    detail.set("participants", &participants);
    detail
}

pub(super) fn audience(audience: Audience) -> &'static str {
    match audience {
        Audience::Nobody => "nobody",
        Audience::Unknown => "unknown",
        Audience::Agent => "agent",
        Audience::Everyone => "everyone",
    }
}

/// How far a request has come. `id`: ascending, for as long as the page lives; `operation`: the name on the wire, such as
/// `ListenIn` or `Answer`; `stage`: `sent`, `accepted`, then once `confirmed`, `refused`, `unconfirmed` or `unknown`.
fn request(id: RequestId, operation: &Operation, stage: RequestStage) -> Detail {
    let detail = asked(id, operation);
    detail.text("stage", stage.key());
    detail
}

fn asked(id: RequestId, operation: &Operation) -> Detail {
    let detail = Detail::of(operation);
    detail.number("id", id.0);
    detail
}

/// One step of what happened, for the embedder's records.
///
/// | field | |
/// |---|---|
/// | `number` | ascending, from 1 on |
/// | `time` | when it happened, or became known, in milliseconds since 1970 |
/// | `step` | `asked`, `prevented`, `accepted`, `confirmed`, `refused`, `unconfirmed`, `unknown`, `began`, `changed`, `ended`, `began-unrecognised`, `ended-unrecognised`, `ringing`, `joined`, `switched`, `agent-muted`, `agent-heard`, `left`, `limit-set`, `limit-near`, `limit-reached`, or one about the connection or the device |
/// | `certainty` | `own`: this page did or noticed it; `told`: by a notification; `found`: by a read, and it happened between `since` and `time` |
/// | `askedBy` | who asked for a beginning or change: `here` (this page, by `requestId`), `elsewhere`; null if unknown |
/// | `why` | why it failed or ended; null if unknown |
/// | `message` | the server's message |
fn receipt(receipt: &Receipt) -> Detail {
    let detail = Detail::new(
        "since requestId deviceId operation kind targetDeviceId targetNumber scope mode askedBy \
         callId parties audience why message lasted until",
    );
    detail.flag("lastedAtLeast", false);
    detail.flag("lastedAtMost", false);
    detail.number("number", receipt.number);
    detail.number("time", receipt.at.wall.0);
    let (certainty, since) = match receipt.certainty {
        Certainty::Own => ("own", None),
        Certainty::Told => ("told", None),
        Certainty::Found { since } => ("found", since),
    };
    detail.text("certainty", certainty);
    if let Some(since) = since {
        detail.number("since", since.wall.0);
    }
    if let Some(request) = receipt.request {
        detail.number("requestId", request.0);
    }
    if let Some(device) = &receipt.device {
        detail.text("deviceId", device.as_str());
    }
    detail.text("step", write_step(&detail, &receipt.step));
    detail
}

/// Writes the fields of a step. Returns its name.
fn write_step(detail: &Detail, step: &Step) -> &'static str {
    let call = |call: &gws::CallId| detail.text("callId", call.as_str());
    let parties = |parties: &[String]| {
        let texts = Array::new();
        for party in parties {
            texts.push(&party.into());
        }
        detail.set("parties", &texts);
    };
    let message = |words: Option<&str>| {
        if let Some(words) = words {
            detail.text("message", words);
        }
    };
    let asked_by = |asked: AskedBy| match asked {
        AskedBy::ThisPage => detail.text("askedBy", "here"),
        AskedBy::Elsewhere => detail.text("askedBy", "elsewhere"),
        AskedBy::Unknown => {}
    };
    let ended_by = |why: EndReason| {
        let why = match why {
            EndReason::StoppedHere => "stopped-here",
            EndReason::ReplacedHere => "replaced-here",
            EndReason::OneCall => "one-call",
            EndReason::Elsewhere => "elsewhere",
            EndReason::Unknown => return,
        };
        detail.text("why", why);
    };
    match step {
        Step::Asked(operation) => {
            detail.operation(operation);
            "asked"
        }
        Step::Prevented(operation) => {
            detail.operation(operation);
            "prevented"
        }
        Step::Accepted(operation) => {
            detail.operation(operation);
            "accepted"
        }
        Step::Ended { operation, outcome } => {
            detail.operation(operation);
            if let Some(why) = outcome.why() {
                detail.text("why", self::why(why));
                message(control::words(why).as_deref());
            }
            match outcome {
                Outcome::Confirmed => "confirmed",
                Outcome::Refused(_) => "refused",
                Outcome::Unconfirmed(_) => "unconfirmed",
                Outcome::Unknown(_) => "unknown",
            }
        }
        Step::Began { is, asked } => {
            detail.monitored(is);
            asked_by(*asked);
            "began"
        }
        Step::Changed { to, asked, .. } => {
            detail.monitored(to);
            asked_by(*asked);
            "changed"
        }
        Step::BeganUnrecognised { word, asked } => {
            message(Some(word));
            asked_by(*asked);
            "began-unrecognised"
        }
        Step::StoppedUnrecognised(why) => {
            ended_by(*why);
            "ended-unrecognised"
        }
        Step::Stopped { was, why, lasted } => {
            detail.monitored(was);
            detail.lasted(*lasted);
            ended_by(*why);
            "ended"
        }
        Step::OutOfSight(was) => {
            detail.monitored(was);
            "out-of-sight"
        }
        Step::Rings {
            call: id,
            parties: with,
        } => {
            call(id);
            parties(with);
            "ringing"
        }
        Step::Joined {
            call: id,
            parties: with,
            audience: heard_by,
        } => {
            call(id);
            parties(with);
            detail.text("audience", audience(*heard_by));
            "joined"
        }
        Step::Switched {
            call: id,
            audience: heard_by,
        } => {
            call(id);
            detail.text("audience", audience(*heard_by));
            "switched"
        }
        Step::AgentMuted { call: id, is_muted } => {
            call(id);
            match is_muted {
                true => "agent-muted",
                false => "agent-heard",
            }
        }
        Step::Left {
            call: id,
            parties: with,
            lasted,
        } => {
            call(id);
            parties(with);
            if let Some(lasted) = lasted {
                detail.lasted(*lasted);
            }
            "left"
        }
        Step::LimitSet(until) => {
            if let Some(until) = until {
                detail.until(*until);
            }
            "limit-set"
        }
        Step::LimitNear(until) => {
            detail.until(*until);
            "limit-near"
        }
        Step::LimitReached => "limit-reached",
        Step::DeviceUsed { is_gone, .. } => match is_gone {
            true => "device-gone",
            false => "device-used",
        },
        Step::SipClusterDetected => "sip-cluster-detected",
        Step::ServerError(words) => {
            message(words.as_deref());
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
            detail.number("lasted", after.as_secs());
            "polls-cut"
        }
        _ => "other",
    }
}

fn why(why: &Why) -> &'static str {
    match why {
        Why::Reply(error) if error.leaves_outcome_unknown() => "no-readable-reply",
        Why::Reply(gws::ReplyError::NotSignedIn) | Why::SignedOut => "signed-out",
        Why::Reply(_) | Why::Reported(_) | Why::NotAllowed { .. } => "server",
        Why::AgentNotShown => "agent-not-shown",
        Why::NeverConfirmed => "never-confirmed",
        Why::NoReply => "no-reply",
        Why::CallOver => "call-over",
        Why::Superseded => "superseded",
        Why::DeviceGone => "device-gone",
        _ => "other",
    }
}
