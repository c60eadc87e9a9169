//! The supervision machine as the rest of this folder sees it: clicks and inputs in, requests and stages
//! out, and what is shown as plain data. Nothing else here knows `supervision::Machine`.

use bayeux::{ExchangeId, Failure, Instant, Page};
use gws::device::MonitoringKind;
use gws::{Call, DeviceId, UserId};
use supervision::{
    Config, Event, Input, LinkPhase, Machine, Monitoring, Operation, Output, RequestStage,
};

use super::asked::{Asked, Target};
use super::gws::{BASE, Request, Response};
use super::network::Ending;

/// A machine.
#[derive(Debug)]
pub(super) struct Tab {
    machine: Machine,
    /// Requests that have not ended, by the numbers that they have here.
    open: Vec<(u64, Operation)>,
    next_number: u64,
}

/// Something that a person does with the panel.
#[derive(Clone, Debug)]
pub(super) enum Click {
    Ask(Asked),
    Choose(DeviceId),
    Retry,
    Dismiss,
}

/// What a tab wants done, or says.
#[derive(Debug)]
pub(super) enum Said {
    Send(ExchangeId, Request),
    Abort(ExchangeId),
    /// A request has come to a stage.
    Stage(u64, Asked, Stage),
    /// Something else was told.
    Other,
    Idle(Option<Instant>),
}

/// How far a request has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stage {
    Sent,
    Accepted,
    Confirmed,
    Refused,
    /// Nobody knows, or the device does not show it.
    Unknown,
}

/// What is shown.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Shown {
    /// Whether it is shown as being so now.
    pub(super) is_live: bool,
    /// Nothing more is done until a person asks for it.
    pub(super) is_final: bool,
    pub(super) me: Option<UserId>,
    /// The device that is used.
    pub(super) device: Option<DeviceId>,
    pub(super) devices: Vec<DeviceId>,
    pub(super) monitoring: Claim,
    pub(super) calls: Vec<Call>,
    /// Whether it is said that customers can hear the supervisor.
    pub(super) is_heard: bool,
    /// What was asked for of that device and has not ended.
    pub(super) pending: Vec<Asked>,
    /// What is said not to have come about.
    pub(super) problem: Option<Asked>,
    /// Whether it is said that somebody has to sign in.
    pub(super) asks_for_sign_in: bool,
    /// When the server was last heard, by the page's clock.
    pub(super) heard: Option<Instant>,
    /// When the oldest entry of the history was made, by the page's clock.
    pub(super) history_from: Option<Instant>,
}

/// What is said of whom the device monitors.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Claim {
    /// It is not known.
    Unknown,
    Nobody,
    Somebody(gws::Monitoring),
    /// The server says so in words that can't be read.
    Unreadable,
}

impl Tab {
    pub(super) fn new(seed: u64, now: Instant) -> Self {
        let mut machine = Machine::new(Config::new(BASE, seed));
        machine.start(now);
        Self {
            machine,
            open: Vec::new(),
            next_number: 0,
        }
    }

    /// Does what a person asks for; tells whether it could be asked for.
    pub(super) fn click(&mut self, click: &Click, now: Instant) -> bool {
        let machine = &mut self.machine;
        match click {
            Click::Ask(Asked::Monitor {
                kind: MonitoringKind::ListenIn,
                target: Target::Device(target),
                scope,
                mode,
            }) => {
                let (scope, mode) = (scope.clone(), mode.clone());
                machine.listen_in(target.clone(), scope, mode, now).is_ok()
            }
            Click::Ask(Asked::Stop) => machine.stop(now).is_ok(),
            Click::Ask(Asked::Call(call, operation)) => match operation.as_str() {
                "Answer" => machine.answer(call, now).is_ok(),
                "Hangup" => machine.leave(call, now).is_ok(),
                _ => false,
            },
            Click::Ask(_) => false,
            Click::Choose(device) => {
                machine.choose_device(device.clone(), now);
                true
            }
            Click::Retry => {
                machine.retry_now(now);
                true
            }
            Click::Dismiss => {
                machine.dismiss_problem();
                true
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
            Ending::Failed | Ending::Redirected => Input::Failed {
                id,
                failure: Failure {
                    detail: String::new(),
                },
            },
        };
        self.machine.handle(input, now);
    }

    /// Part of a response has come.
    pub(super) fn progress(&mut self, _id: ExchangeId, _now: Instant) {}

    pub(super) fn wake(&mut self, now: Instant) {
        self.machine.handle(Input::Wake, now);
    }

    pub(super) fn page(&mut self, page: Page, now: Instant) {
        self.machine.page(page, now);
    }

    /// What is to be done next, until it is idle.
    pub(super) fn poll(&mut self, now: Instant) -> Said {
        match self.machine.poll(now) {
            Output::Abort(id) => Said::Abort(id),
            Output::Send(request) => {
                let mut headers = request.headers.into_iter();
                let token = headers.find(|(name, _)| name.eq_ignore_ascii_case("x-csrf-token"));
                let path = request.url.strip_prefix(BASE).unwrap_or(&request.url);
                let sent = Request {
                    method: request.method,
                    path: path.to_owned(),
                    token: token.map(|(_, token)| token),
                    body: request.body.unwrap_or_default(),
                };
                Said::Send(request.id, sent)
            }
            Output::Event(Event::Request { operation, stage }) => self.stage(operation, stage),
            Output::Tabs(_) | Output::Event(_) | Output::Changed(_) => Said::Other,
            Output::Idle { wake_at } => Said::Idle(wake_at),
        }
    }

    /// Requests have no numbers of their own: a stage is of the first that is open and alike.
    fn stage(&mut self, operation: Operation, stage: RequestStage) -> Said {
        let asked = asked(&operation);
        let stage = match stage {
            RequestStage::Sent => Stage::Sent,
            RequestStage::Accepted => Stage::Accepted,
            RequestStage::Confirmed => Stage::Confirmed,
            RequestStage::Refused => Stage::Refused,
            RequestStage::Unconfirmed | RequestStage::Unknown => Stage::Unknown,
        };
        let open = self.open.iter().position(|(_, open)| *open == operation);
        let number = match (stage, open) {
            (Stage::Sent, _) => {
                self.next_number += 1;
                self.open.push((self.next_number, operation));
                self.next_number
            }
            (Stage::Accepted, Some(open)) => self.open[open].0,
            (_, Some(open)) => self.open.remove(open).0,
            (_, None) => 0,
        };
        Said::Stage(number, asked, stage)
    }

    /// What is shown, as `src/view` would say it.
    pub(super) fn shown(&self) -> Shown {
        let state = self.machine.state();
        let phase = state.connection.phase;
        Shown {
            is_live: phase == LinkPhase::Live,
            is_final: matches!(phase, LinkPhase::Idle | LinkPhase::Stopped),
            me: state.me.as_ref().map(|me| me.id.clone()),
            device: state.device.clone(),
            devices: state
                .devices
                .iter()
                .map(|device| device.id.clone())
                .collect(),
            monitoring: claim(&state.monitoring),
            calls: state.legs.iter().map(|leg| leg.call.clone()).collect(),
            is_heard: matches!(
                &state.monitoring,
                Monitoring::Active(active) if active.kind == MonitoringKind::BargeIn
            ),
            pending: state
                .pending
                .iter()
                .map(|pending| asked(&pending.operation))
                .collect(),
            problem: state
                .problem
                .as_ref()
                .map(|problem| asked(&problem.operation)),
            asks_for_sign_in: phase == LinkPhase::SignInNeeded,
            heard: state.connection.heard,
            history_from: state.journal.entries().next().map(|entry| entry.at),
        }
    }
}

fn claim(monitoring: &Monitoring) -> Claim {
    match monitoring {
        Monitoring::Unknown => Claim::Unknown,
        Monitoring::None => Claim::Nobody,
        Monitoring::Active(active) => Claim::Somebody(gws::Monitoring {
            state: active.kind.clone(),
            mode: active.mode.clone(),
            scope: active.scope.clone(),
            target_device_uri: active
                .target
                .as_ref()
                .map_or_else(String::new, |target| target.to_uri(BASE)),
            phone_number: active.number.clone(),
            switch_name: None,
        }),
        Monitoring::Unrecognised(_) => Claim::Unreadable,
    }
}

fn asked(operation: &Operation) -> Asked {
    match operation {
        Operation::ListenIn {
            target,
            scope,
            mode,
        } => Asked::Monitor {
            kind: MonitoringKind::ListenIn,
            target: Target::Device(target.clone()),
            scope: scope.clone(),
            mode: mode.clone(),
        },
        Operation::Stop => Asked::Stop,
        Operation::Answer(call) => Asked::Call(call.clone(), "Answer".to_owned()),
        Operation::Leave(call) => Asked::Call(call.clone(), "Hangup".to_owned()),
    }
}
