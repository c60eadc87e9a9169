//! What tabs share a connection by: a Web Lock, which one of them has, and a `BroadcastChannel` of the
//! same name, which brings what one says to all others.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use gloo_events::EventListener;
use js_sys::{Function, Object, Promise, Reflect, Uint8Array};
use supervision::Input;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{AbortController, BroadcastChannel, MessageEvent};

#[wasm_bindgen]
extern "C" {
    /// What web-sys has as unstable only.
    type LockManager;

    #[wasm_bindgen(method, catch)]
    fn request(
        this: &LockManager,
        name: &str,
        options: &Object,
        granted: &Closure<Granted>,
    ) -> Result<Promise, JsValue>;
}

/// Called with the lock; it is kept until the promise that is returned is kept.
type Granted = dyn FnMut(JsValue) -> Promise;

/// Told what the machine is to be told.
type Tell = Rc<dyn Fn(Input)>;

/// A tab among the others. When it is dropped, it has left them.
pub(super) struct Tabs {
    name: String,
    channel: BroadcastChannel,
    _listener: EventListener,
    lock: RefCell<Option<Lock>>,
    tell: Tell,
}

/// A lock that is held or waited for.
struct Lock {
    abort: Option<AbortController>,
    release: Option<Function>,
    /// Whether nobody wants to hear of it any more.
    is_over: Rc<Cell<bool>>,
    _granted: Closure<Granted>,
}

/// Whether the platform has both. Pages that did not come safely (over HTTPS, or from this machine) have
/// no locks.
pub(super) fn can_share() -> bool {
    let has_channel = Reflect::has(&js_sys::global(), &"BroadcastChannel".into());
    locks().is_some() && has_channel == Ok(true)
}

fn locks() -> Option<LockManager> {
    let navigator = Reflect::get(&js_sys::global(), &"navigator".into()).ok()?;
    let locks = Reflect::get(&navigator, &"locks".into()).ok()?;
    locks.is_object().then(|| locks.unchecked_into())
}

impl Tabs {
    /// Listens to the others, and waits for the lock; `tell` is told of both.
    ///
    /// # Errors
    /// The platform forbids it, as some do in frames without an origin.
    pub(super) fn join(name: String, tell: impl Fn(Input) + 'static) -> Result<Self, JsValue> {
        let channel = BroadcastChannel::new(&name)?;
        let tell: Tell = Rc::new(tell);
        let heard = tell.clone();
        let listener = EventListener::new(&channel, "message", move |event| {
            let data = event.dyn_ref::<MessageEvent>().map(MessageEvent::data);
            // Whatever else is said there is not from a tab of ours.
            if let Some(Ok(word)) = data.map(JsCast::dyn_into::<Uint8Array>) {
                heard(Input::Heard(word.to_vec()));
            }
        });
        let tabs = Self {
            name,
            channel,
            _listener: listener,
            lock: RefCell::default(),
            tell,
        };
        tabs.queue()?;
        Ok(tabs)
    }

    /// Says something to all others.
    pub(super) fn say(&self, word: &[u8]) {
        // It fails only on a channel that was closed, or with what can't be copied.
        drop(self.channel.post_message(&Uint8Array::from(word)));
    }

    /// Waits for the lock.
    pub(super) fn queue(&self) -> Result<(), JsValue> {
        let abort = AbortController::new()?;
        let options = Object::new();
        Reflect::set(&options, &"signal".into(), &abort.signal())?;
        self.ask_for_lock(&options, Some(abort))
    }

    /// Takes the lock from whoever has it.
    pub(super) fn seize(&self) -> Result<(), JsValue> {
        let options = Object::new();
        Reflect::set(&options, &"steal".into(), &JsValue::TRUE)?;
        self.ask_for_lock(&options, None)
    }

    fn ask_for_lock(
        &self,
        options: &Object,
        abort: Option<AbortController>,
    ) -> Result<(), JsValue> {
        // What was waited for before is waited for no more.
        self.lock.replace(None);
        let locks = locks().ok_or(JsValue::NULL)?;
        let mut release = None;
        let held = Promise::new(&mut |resolve, _| release = Some(resolve));
        let (is_over, is_held) = (Rc::new(Cell::new(false)), Rc::new(Cell::new(false)));
        let granted = {
            let (is_over, is_held) = (is_over.clone(), is_held.clone());
            let tell = self.tell.clone();
            Closure::<Granted>::new(move |_| {
                is_held.set(true);
                if !is_over.get() {
                    tell(Input::Granted);
                }
                held.clone()
            })
        };
        let request = locks.request(&self.name, options, &granted)?;
        let (over, tell) = (is_over.clone(), self.tell.clone());
        spawn_local(async move {
            if JsFuture::from(request).await.is_err() && !over.get() {
                tell(match is_held.get() {
                    true => Input::Robbed,
                    false => Input::Unavailable,
                });
            }
        });
        self.lock.replace(Some(Lock {
            abort,
            release,
            is_over,
            _granted: granted,
        }));
        Ok(())
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        self.is_over.set(true);
        if let Some(release) = self.release.take() {
            // A function that resolves a promise does not throw.
            drop(release.call0(&JsValue::NULL));
        }
        if let Some(abort) = &self.abort {
            abort.abort();
        }
    }
}

impl Drop for Tabs {
    fn drop(&mut self) {
        self.channel.close();
    }
}
