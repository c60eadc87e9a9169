//! Our CometD client in a page: [`bayeux::Client`] with the widget's own `http` (the same file) and a
//! run loop like the widget's driver. It subscribes to the two channels of GWS, and either counts each
//! message or decodes it as [`gws::Notification`] and keeps the latest of each device and call.

#![forbid(unsafe_code)]

mod http;
mod subscriber;

use std::cell::RefCell;
use std::rc::{Rc, Weak};
use std::time::Duration;

use bayeux::{Client, Config, Event, Input, Instant, Output, Pattern};
use gloo_timers::callback::Timeout;
use gws::notification::{CALLS, DEVICES};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::spawn_local;

use self::subscriber::{Subscriber, Work};

thread_local! {
    static PAGE: Rc<Page> = Rc::new(Page {
        client: RefCell::new(Client::new(
            Config {
                url: "/notifications".to_owned(),
                ..Config::default()
            },
            17,
        )),
        subscriber: RefCell::default(),
        timer: RefCell::default(),
        aborts: http::Aborts::default(),
    });
}

/// The client of the page.
struct Page {
    client: RefCell<Client>,
    subscriber: RefCell<Subscriber>,
    timer: RefCell<Option<Timeout>>,
    aborts: http::Aborts,
}

/// Connects. Called when the module is loaded.
#[wasm_bindgen(start)]
pub fn start() {
    PAGE.with(|page| {
        page.command(|client, now| {
            for channel in [DEVICES, CALLS] {
                client.subscribe(Pattern::new(channel).expect("a constant that is a channel"));
            }
            client.open(now);
        });
    });
}

/// Resets the counters, and expects `messages`; `read` says whether their data is read.
#[wasm_bindgen]
pub fn expect(messages: u32, read: bool) {
    let work = if read { Work::Read } else { Work::Count };
    PAGE.with(|page| page.subscriber.borrow_mut().expect(messages, work));
}

/// The result so far, as JSON.
#[wasm_bindgen]
pub fn report() -> String {
    let memory: js_sys::WebAssembly::Memory = wasm_bindgen::memory().unchecked_into();
    let memory: js_sys::ArrayBuffer = memory.buffer().unchecked_into();
    PAGE.with(|page| page.subscriber.borrow().report(memory.byte_length()))
}

impl Page {
    fn command(self: &Rc<Self>, command: impl FnOnce(&mut Client, Instant)) {
        command(&mut self.client.borrow_mut(), now());
        self.pump();
    }

    fn pump(self: &Rc<Self>) {
        let now = now();
        let wake_at = loop {
            let output = self.client.borrow_mut().poll(now);
            match output {
                Output::Abort(id) => {
                    if let Some(abort) = self.aborts.take(id) {
                        abort.abort();
                    }
                }
                Output::Send(exchange) => self.send(exchange),
                Output::Event(Event::Message(message)) => {
                    self.subscriber.borrow_mut().take(&message);
                }
                Output::Event(_) => {}
                Output::Idle { wake_at } => break wake_at,
            }
        };
        self.wake_at(wake_at, now);
    }

    fn send(self: &Rc<Self>, exchange: bayeux::Exchange) {
        let id = exchange.id;
        let request = supervision::HttpRequest {
            id,
            method: gws::Method::Post,
            url: exchange.url,
            headers: Vec::new(),
            body: Some(exchange.body),
            keepalive: exchange.keepalive,
            reports_progress: false,
        };
        let exchange = http::begin(&request, &http::Fetch::default(), Box::new(|| {}));
        self.aborts.note(id, &exchange);
        let page = Rc::downgrade(self);
        spawn_local(async move {
            let outcome = exchange.outcome().await;
            let Some(page) = page.upgrade() else {
                return;
            };
            page.aborts.take(id);
            let input = match outcome {
                supervision::Input::Response { response, .. } => Input::Response {
                    id,
                    response: bayeux::Response {
                        status: response.status,
                        retry_after: None,
                        body: response.body,
                    },
                },
                supervision::Input::Failed { failure, .. } => Input::Failed { id, failure },
                outcome => panic!("the feeder does not cause {outcome:?}"),
            };
            page.command(|client, now| client.handle(input, now));
        });
    }

    fn wake_at(self: &Rc<Self>, at: Option<Instant>, now: Instant) {
        let timer = at.map(|at| {
            let span: Duration = at.since(now);
            let page: Weak<Self> = Rc::downgrade(self);
            let millis = u32::try_from(span.as_millis()).unwrap_or(i32::MAX as u32);
            Timeout::new(millis, move || {
                if let Some(page) = page.upgrade() {
                    page.command(|client, now| client.handle(Input::Wake, now));
                }
            })
        });
        self.timer.replace(timer);
    }
}

/// The time, as in the widget's clock.
fn now() -> Instant {
    Instant::from_millis(wall() as u64)
}

/// Milliseconds since 1970, with fractions.
fn wall() -> f64 {
    web_sys::window()
        .and_then(|window| window.performance())
        .map_or_else(js_sys::Date::now, |performance| {
            performance.time_origin() + performance.now()
        })
}
