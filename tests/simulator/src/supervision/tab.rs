//! The supervision machine behind plain data: clicks and inputs in, requests, stages and the displayed
//! state out. Nothing else here uses `supervision::Machine`.

use bayeux::{Duration, ExchangeId, Failure, Instant, Page};
use gws::{Call, DeviceId, UserId};
use supervision::{
    Audience, Config, Event, Headline, Input, LinkPhase, Machine, Moment, Monitored, Monitoring,
    Operation, Output, RequestStage, WallTime,
};

use super::exchange::{BASE, Ending, Request, Response};

/// A machine.
#[derive(Debug)]
pub(super) struct Tab {
    machine: Machine,
    /// An offset for request ids: those of each machine begin at 1.
    first: u64,
}

/// An action of a person in the panel.
#[derive(Clone, Debug)]
pub(super) enum Click {
    /// Monitoring may have a time limit.
    Ask(Operation, Option<Duration>),
    Choose(DeviceId),
    Retry,
    Dismiss,
}

/// The result of a click.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Taken {
    /// It is not possible now.
    Refused,
    /// A request was sent.
    Sent,
    /// Nothing had to be sent.
    Done,
}

/// An output of a tab.
#[derive(Debug)]
pub(super) enum TabOutput {
    Send(ExchangeId, Request),
    Abort(ExchangeId),
    /// A request has reached a stage.
    Stage(u64, Operation, RequestStage),
    /// A receipt with this time.
    Receipt(Moment),
    Other,
    Idle(Option<Instant>),
}

/// The displayed state.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Shown {
    /// Whether the connection is shown as live.
    pub(super) is_live: bool,
    /// Nothing more happens until a person acts.
    pub(super) is_final: bool,
    pub(super) me: Option<UserId>,
    /// The device in use.
    pub(super) device: Option<DeviceId>,
    pub(super) devices: Vec<DeviceId>,
    pub(super) monitoring: Claim,
    pub(super) calls: Vec<Call>,
    /// Whether customers are shown as hearing the supervisor.
    pub(super) is_heard: bool,
    /// The end of its time limit.
    pub(super) limit: Option<Moment>,
    /// Pending operations of this device.
    pub(super) pending: Vec<Operation>,
    /// The operation whose failure is shown.
    pub(super) problem: Option<Operation>,
    /// Whether there is a request or a problem, on any device.
    pub(super) has_requests: bool,
    /// Whether *sign-in needed* is shown.
    pub(super) asks_for_sign_in: bool,
    /// When the server was last heard, by the page's clock.
    pub(super) heard: Option<Instant>,
    /// When the oldest entry of the history was made, by the page's clock.
    pub(super) history_from: Option<Instant>,
}

/// Whom the device monitors, as displayed.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Claim {
    /// It is unknown.
    Unknown,
    Nobody,
    /// Nobody is monitored any more, but a monitored call continues.
    CallOutlives,
    Somebody(gws::Monitoring),
    /// Somebody is monitored, with unknown values of the server.
    Unreadable,
}

impl Tab {
    pub(super) fn new(seed: u64, now: Instant) -> Self {
        let mut machine = Machine::new(Config::new(BASE, seed));
        let wall = WallTime(now.as_millis());
        machine.handle(Input::WallClock(wall), now);
        machine.start(now);
        Self {
            machine,
            first: now.as_millis() << 16,
        }
    }

    /// Carries out a person's action.
    pub(super) fn click(&mut self, click: &Click, now: Instant) -> Taken {
        let machine = &mut self.machine;
        match click {
            Click::Ask(Operation::Monitor(choice), limit) => {
                match machine.monitor(choice.clone(), *limit, now) {
                    Ok(Some(_)) => Taken::Sent,
                    Ok(None) => Taken::Done,
                    Err(_) => Taken::Refused,
                }
            }
            Click::Ask(Operation::Stop, _) => sent(machine.stop(now).is_ok()),
            Click::Ask(Operation::Call { call, operation }, _) => {
                sent(machine.operate_call(call, *operation, now).is_ok())
            }
            Click::Choose(device) => {
                machine.choose_device(device.clone(), now);
                Taken::Done
            }
            Click::Retry => {
                machine.retry_now(now);
                Taken::Done
            }
            Click::Dismiss => {
                machine.dismiss_problem();
                Taken::Done
            }
        }
    }

    pub(super) fn ended(&mut self, id: ExchangeId, ending: Ending, now: Instant) {
        let input = match ending {
            Ending::Response(Response {
                status,
                headers,
                body,
            }) => {
                let response = supervision::Response {
                    status,
                    headers,
                    body,
                };
                Input::Response { id, response }
            }
            Ending::Redirected => Input::Redirected { id },
            Ending::Failed => Input::Failed {
                id,
                failure: Failure {
                    detail: String::new(),
                },
            },
        };
        self.machine.handle(input, now);
    }

    /// Part of a response has come.
    pub(super) fn progress(&mut self, id: ExchangeId, now: Instant) {
        self.machine.handle(Input::Progress { id }, now);
    }

    pub(super) fn wake(&mut self, now: Instant) {
        self.machine.handle(Input::Wake, now);
    }

    /// The wall clock shows this.
    pub(super) fn wall_clock(&mut self, wall: u64, now: Instant) {
        self.machine.handle(Input::WallClock(WallTime(wall)), now);
    }

    /// The times of all receipts.
    pub(super) fn history(&self) -> Vec<Moment> {
        let receipts = self.machine.state().history().receipts();
        receipts.map(|receipt| receipt.at).collect()
    }

    pub(super) fn page(&mut self, page: Page, now: Instant) {
        self.machine.page(page, now);
    }

    /// The next output, until it is idle.
    pub(super) fn poll(&mut self, now: Instant) -> TabOutput {
        match self.machine.poll(now) {
            Output::Abort(id) => TabOutput::Abort(id),
            Output::Send(request) => {
                let mut headers = request.headers.into_iter();
                let token = headers.find(|(name, _)| name.eq_ignore_ascii_case("x-csrf-token"));
                let path = request.url.strip_prefix(BASE).unwrap_or(&request.url);
                let sent = Request {
                    method: request.method,
                    path: path.to_owned(),
                    token: token.map(|(_, token)| token),
                    body: request.body.unwrap_or_default().into_bytes(),
                };
                TabOutput::Send(request.id, sent)
            }
            Output::Event(Event::Request {
                id,
                operation,
                stage,
            }) => TabOutput::Stage(self.first + id.0, operation, stage),
            Output::Event(Event::Receipt(receipt)) => TabOutput::Receipt(receipt.at),
            Output::Tabs(_) | Output::Event(_) | Output::Changed(_) => TabOutput::Other,
            Output::Idle { wake_at } => TabOutput::Idle(wake_at),
        }
    }

    /// The displayed state, as in `src/view`.
    pub(super) fn shown(&self) -> Shown {
        let state = self.machine.state();
        let phase = state.connection().phase;
        let used = state.my_device().id();
        let elsewhere = state.elsewhere();
        let elsewhere = elsewhere.iter().filter_map(|other| other.audience);
        let audience = elsewhere.chain(state.claim().audience).max();
        Shown {
            is_live: phase.is_usable(),
            is_final: matches!(phase, LinkPhase::Idle | LinkPhase::Stopped),
            me: state.identity().me().map(|me| me.id.clone()),
            device: used.cloned(),
            devices: state
                .my_device()
                .all()
                .iter()
                .map(|device| device.id.clone())
                .collect(),
            monitoring: claim(state.claim(), state.monitoring()),
            calls: state.legs().map(|leg| (*leg.call).clone()).collect(),
            is_heard: matches!(audience, Some(Audience::Everyone | Audience::Unknown)),
            limit: state.limit().map(|limit| limit.until),
            pending: state
                .requests()
                .pending()
                .filter(|request| Some(&request.device) == used)
                .map(|request| request.operation.clone())
                .collect(),
            problem: state
                .requests()
                .problem()
                .filter(|problem| Some(&problem.device) == used)
                .map(|problem| problem.operation.clone()),
            has_requests: state.requests().pending().next().is_some()
                || state.requests().problem().is_some(),
            asks_for_sign_in: phase == LinkPhase::SignInNeeded,
            heard: state.connection().heard,
            history_from: state
                .history()
                .receipts()
                .next()
                .map(|receipt| receipt.at.at),
        }
    }
}

fn sent(is_sent: bool) -> Taken {
    match is_sent {
        true => Taken::Sent,
        false => Taken::Refused,
    }
}

fn claim(said: supervision::Claim, monitoring: &Monitoring) -> Claim {
    match said.headline {
        Headline::NotKnown => Claim::Unknown,
        Headline::Nobody => Claim::Nobody,
        Headline::Elsewhere(_) | Headline::NoDevice => match monitoring {
            Monitoring::None if said.audience.is_some() => Claim::CallOutlives,
            Monitoring::None => Claim::Nobody,
            Monitoring::Active(active) => somebody(active),
            _ => Claim::Unknown,
        },
        Headline::CallOutlives(_) => Claim::CallOutlives,
        Headline::Monitoring(active) | Headline::HeardBy(active, _) => somebody(&active),
        Headline::HeardInCall(_) if *monitoring == Monitoring::Unknown => Claim::Unknown,
        Headline::Unrecognised { .. } | Headline::HeardInCall(_) => Claim::Unreadable,
    }
}

fn somebody(active: &Monitored) -> Claim {
    let target = active.target.as_ref();
    Claim::Somebody(gws::Monitoring {
        state: active.kind.clone(),
        mode: active.mode.clone(),
        scope: active.scope.clone(),
        target_device_uri: target.map_or_else(String::new, |target| target.to_uri(BASE)),
        phone_number: active.number.clone(),
        switch_name: None,
    })
}
