//! Events for the application, and the question before a request is sent.

use std::rc::Weak;

use gws::Device;
use leptos::prelude::*;
use supervision::{
    Audience, Event, Leg, LinkPhase, Monitoring, Operation, Receipt, RequestId, RequestStage, State,
};

pub use crate::control::AskedFrom;

use super::device::DeviceInUse;
use super::handle::Inner;
use crate::browser::Dispatch;
use crate::control::{BeforeFn, Host};

/// How far a request has come.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct RequestEvent {
    /// Ascending, for as long as the widget lives.
    pub id: RequestId,
    /// What was asked for.
    pub operation: Operation,
    /// How far it has come. Each request ends once.
    pub stage: RequestStage,
}

/// A request that is about to be sent.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct BeforeRequest {
    /// The operation.
    pub operation: Operation,
    /// Who will hear the supervisor, as far as that is known beforehand.
    pub audience: Audience,
    /// Who asks for it.
    pub from: AskedFrom,
    /// Whether it can be prevented. Stopping, leaving, switching to listening and muting oneself can't be.
    pub can_prevent: bool,
}

/// The callbacks of an application.
#[derive(Clone, Copy, Default)]
pub(super) struct Callbacks {
    pub(super) connection: Option<Callback<LinkPhase>>,
    pub(super) device: Option<Callback<Option<Device>>>,
    pub(super) monitoring: Option<Callback<Monitoring>>,
    pub(super) calls: Option<Callback<Vec<Leg>>>,
    pub(super) request: Option<Callback<RequestEvent>>,
    pub(super) receipt: Option<Callback<Receipt>>,
    pub(super) before_request: Option<Callback<BeforeRequest, bool>>,
}

impl Callbacks {
    /// The callbacks for a machine.
    pub(super) fn host(self, handle: Weak<Inner>, device: DeviceInUse) -> Host {
        let before = self.before_request;
        Host {
            on_event: Some(Box::new(move |state, event| {
                if let (Event::Receipt(receipt), Some(handle)) = (event, handle.upgrade()) {
                    handle.note(receipt);
                }
                let used = match event {
                    Event::Device => device.used_by(state),
                    _ => None,
                };
                let told = self.told(state, event);
                Some(Box::new(move || {
                    // The model must be up to date when the callback runs.
                    for dispatch in [used, told].into_iter().flatten() {
                        dispatch();
                    }
                }))
            })),
            before: before.map(|before| -> Box<BeforeFn> {
                Box::new(move |state, operation, from| {
                    let request = BeforeRequest {
                        operation: operation.clone(),
                        audience: state.audience_after(operation),
                        from,
                        can_prevent: !operation.is_way_out(),
                    };
                    Box::new(move || before.try_run(request).unwrap_or(true))
                })
            }),
            ..Host::default()
        }
    }

    fn told(self, state: &State, event: &Event) -> Option<Dispatch> {
        match event {
            Event::Connection => tell(self.connection, || state.connection().phase),
            Event::Device => tell(self.device, || state.device().cloned()),
            Event::Monitoring => tell(self.monitoring, || state.monitoring().clone()),
            Event::Call => tell(self.calls, || state.all_legs().to_vec()),
            Event::Request {
                id,
                operation,
                stage,
            } => tell(self.request, || RequestEvent {
                id: *id,
                operation: operation.clone(),
                stage: *stage,
            }),
            Event::Receipt(receipt) => tell(self.receipt, || (**receipt).clone()),
            _ => None,
        }
    }
}

/// Returns a function that runs the callback with the value, if there is a callback.
fn tell<T: 'static>(callback: Option<Callback<T>>, value: impl FnOnce() -> T) -> Option<Dispatch> {
    let callback = callback?;
    let value = value();
    Some(Box::new(move || {
        // The application may be gone by now.
        let _ = callback.try_run(value);
    }))
}
