//! Shares a connection between tabs: a Web Lock, held by one of them, and a `BroadcastChannel` of the same
//! name.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use js_sys::{Array, Date, Function, Object, Promise, Uint8Array};
use supervision::{Duration, TabAction, TabEvent};
use wasm_bindgen::prelude::*;
use web_sys::{AbortController, BroadcastChannel, Event};

use crate::listener::EventListener;
use crate::promise::settled;
use crate::property;

#[wasm_bindgen]
extern "C" {
    /// Unstable in web-sys.
    type LockManager;

    #[wasm_bindgen(method, catch)]
    fn request(
        this: &LockManager,
        name: &str,
        options: &Object,
        granted: &Closure<Granted>,
    ) -> Result<Promise, JsValue>;
}

/// Called with the lock, which is held until the returned promise is settled.
type Granted = dyn FnMut(JsValue) -> Promise;

/// Called with an event between tabs.
type Report = Rc<dyn Fn(TabEvent)>;

/// This tab among the others.
pub(super) struct Tabs {
    report: Report,
    joined: RefCell<Option<Joined>>,
}

/// The channel and the lock, from `Join` to `Leave`.
struct Joined {
    name: String,
    channel: BroadcastChannel,
    _listener: EventListener,
    lock: Option<Lock>,
    report: Report,
}

/// A lock that is held or requested. Dropping this releases it, or aborts the request.
struct Lock {
    abort: Option<AbortController>,
    release: Option<Function>,
    /// Whether it was dropped: nothing more is reported.
    is_dropped: Rc<Cell<bool>>,
    _granted: Closure<Granted>,
}

/// Whether the platform has both. Pages outside of a secure context (HTTPS, or this machine) have no Web
/// Locks.
pub(super) fn can_share() -> bool {
    locks().is_some() && property::global("BroadcastChannel").is_truthy()
}

fn locks() -> Option<LockManager> {
    let locks = property::read(&property::global("navigator"), "locks");
    locks.is_object().then(|| locks.unchecked_into())
}

impl Tabs {
    pub(super) fn new(report: impl Fn(TabEvent) + 'static) -> Self {
        Self {
            report: Rc::new(report),
            joined: RefCell::default(),
        }
    }

    /// Carries out the machine's action. None: the platform forbids it, as some do in frames without an origin.
    pub(super) fn carry_out(&self, action: TabAction) -> Option<()> {
        let mut joined = self.joined.borrow_mut();
        match (action, joined.as_mut()) {
            (TabAction::Join { name }, _) => {
                let mut new = Joined::new(name, self.report.clone())?;
                new.queue()?;
                *joined = Some(new);
            }
            (TabAction::Leave, _) => *joined = None,
            (TabAction::Post(data), Some(joined)) => {
                let data = Uint8Array::from(data.as_slice());
                let posted = Date::now().into();
                joined
                    .channel
                    .post_message(&Array::of2(&posted, &data))
                    .ok()?;
            }
            (TabAction::Queue, Some(joined)) => joined.queue()?,
            (TabAction::Steal, Some(joined)) => joined.steal()?,
            (TabAction::Post(_) | TabAction::Queue | TabAction::Steal, None) => {}
        }
        Some(())
    }
}

impl Joined {
    fn new(name: String, report: Report) -> Option<Self> {
        let channel = BroadcastChannel::new(&name).ok()?;
        let reports = report.clone();
        let listener = EventListener::new(&channel, "message", move |event| {
            // Other code of this origin may post to the channel, too.
            if let Some(message) = message(event) {
                reports(message);
            }
        });
        Some(Self {
            name,
            channel,
            _listener: listener,
            lock: None,
            report,
        })
    }

    fn queue(&mut self) -> Option<()> {
        let abort = AbortController::new().ok()?;
        self.request_lock("signal", &abort.signal(), Some(abort.clone()))
    }

    fn steal(&mut self) -> Option<()> {
        self.request_lock("steal", &JsValue::TRUE, None)
    }

    fn request_lock(
        &mut self,
        option: &str,
        value: &JsValue,
        abort: Option<AbortController>,
    ) -> Option<()> {
        // Aborts the previous request.
        self.lock = None;
        let options = Object::new();
        property::set(&options, option, value);
        let locks = locks()?;
        let mut release = None;
        let held = Promise::new(&mut |resolve, _| release = Some(resolve));
        let (is_dropped, is_held) = (Rc::new(Cell::new(false)), Rc::new(Cell::new(false)));
        let granted = {
            let (is_dropped, is_held) = (is_dropped.clone(), is_held.clone());
            let report = self.report.clone();
            Closure::<Granted>::new(move |_| {
                is_held.set(true);
                if !is_dropped.get() {
                    report(TabEvent::Granted);
                }
                held.clone()
            })
        };
        let request = locks.request(&self.name, &options, &granted).ok()?;
        let (dropped, report) = (is_dropped.clone(), self.report.clone());
        settled(&request, move |outcome| {
            if outcome.is_err() && !dropped.get() {
                report(match is_held.get() {
                    true => TabEvent::Stolen,
                    false => TabEvent::Unavailable,
                });
            }
        });
        self.lock = Some(Lock {
            abort,
            release,
            is_dropped,
            _granted: granted,
        });
        Some(())
    }
}

/// A message is a list of the time at which it was posted, by the wall clock, which all tabs share, and its
/// data.
fn message(event: &Event) -> Option<TabEvent> {
    let message: Array = property::read(event, "data").dyn_into().ok()?;
    let posted = message.get(0).as_f64()?;
    let data: Uint8Array = message.get(1).dyn_into().ok()?;
    Some(TabEvent::Message {
        data: data.to_vec(),
        age: Duration::from_millis((Date::now() - posted) as u64),
    })
}

impl Drop for Lock {
    fn drop(&mut self) {
        self.is_dropped.set(true);
        if let Some(release) = self.release.take() {
            // The function that resolves a promise does not throw.
            drop(release.call0(&JsValue::NULL));
        }
        if let Some(abort) = &self.abort {
            abort.abort();
        }
    }
}

impl Drop for Joined {
    fn drop(&mut self) {
        self.channel.close();
    }
}
