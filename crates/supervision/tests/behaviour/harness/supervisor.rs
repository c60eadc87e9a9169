//! The actions and the view of a supervisor.

use gws::{CallId, CallOperation, Mode, MonitoringKind, Scope};
use supervision::{
    Event, Input, LinkPhase, Monitoring, MonitoringChoice, RequestStage, State, Step, Target,
    WallTime,
};

use super::{Harness, TARGET, choice};

impl Harness {
    pub(crate) fn state(&self) -> &State {
        self.machine.state()
    }

    pub(crate) fn phase(&self) -> LinkPhase {
        self.state().connection().phase
    }

    pub(crate) fn listen_in(&mut self) {
        self.monitor(MonitoringKind::ListenIn, Mode::AllCalls);
    }

    /// Requests monitoring of whole calls of the target.
    pub(crate) fn monitor(&mut self, kind: MonitoringKind, mode: Mode) {
        let choice = choice(kind, TARGET, Scope::Call, mode);
        let asked = self.machine.monitor(choice, None, self.now);
        asked.expect("no obstacle");
        self.drain();
    }

    /// Requests listening in to a number.
    pub(crate) fn monitor_number(&mut self, number: &str) {
        let choice = MonitoringChoice {
            target: Target::Number(number.to_owned()),
            ..choice(
                MonitoringKind::ListenIn,
                TARGET,
                Scope::Call,
                Mode::AllCalls,
            )
        };
        let asked = self.machine.monitor(choice, None, self.now);
        asked.expect("no obstacle");
        self.drain();
    }

    pub(crate) fn set_wall_clock(&mut self, wall: WallTime) {
        self.machine.handle(Input::WallClock(wall), self.now);
        self.drain();
    }

    /// Requests an operation on the call.
    pub(crate) fn operate_call(&mut self, operation: CallOperation) {
        let asked = self
            .machine
            .operate_call(&Self::call_id(), operation, self.now);
        asked.expect("no obstacle");
        self.drain();
    }

    pub(crate) fn monitoring(&self) -> Monitoring {
        self.state().monitoring().clone()
    }

    /// The pending request.
    pub(crate) fn pending(&self) -> Option<supervision::Request> {
        self.state().requests().pending().next().cloned()
    }

    pub(crate) fn call_id() -> CallId {
        CallId::new("call-1")
    }

    pub(crate) fn stages(&self) -> Vec<RequestStage> {
        self.events
            .iter()
            .filter_map(|event| match event {
                Event::Request { stage, .. } => Some(*stage),
                _ => None,
            })
            .collect()
    }

    pub(crate) fn steps(&self) -> Vec<&Step> {
        let receipts = self.state().history().receipts();
        receipts.map(|receipt| &receipt.step).collect()
    }

    /// Whether there is such a step.
    pub(crate) fn has(&self, is_such: impl Fn(&Step) -> bool) -> bool {
        self.steps().into_iter().any(is_such)
    }

    /// How often this path was read.
    pub(crate) fn reads(&self, path: &str) -> usize {
        let paths = self.gws.paths.iter();
        paths.filter(|read| read.starts_with(path)).count()
    }
}
