//! One HTTP request with the page's credentials, by `fetch`. It can be aborted; the response is read as bytes, a
//! large one as it arrives.
//!
//! Redirects are not followed: they lead to sign-in pages. Nothing in a request keeps a browser from showing its
//! password dialog when a 401 has `WWW-Authenticate: Basic`: Chromium 156 and Firefox 153 ignore `window: null`.
//! `X-Requested-With` asks the server to omit that header.

use std::cell::RefCell;
use std::rc::Rc;

use js_sys::{Object, Promise, Uint8Array};
use supervision::{
    Duration, ExchangeId, Failure, HttpRequest, Input, Instant, RESPONSE_HEADERS, Response,
};
use tolerant_json::text::number;
use wasm_bindgen::prelude::*;
use web_sys::{
    AbortController, Headers, ReadableStreamDefaultReader, ReadableStreamReadResult, RequestInit,
    ResponseType,
};

use super::now;
use crate::promise::{Outcome, settled};
use crate::property::{set, window};

/// How often progress of a large response is reported.
const PROGRESS: Duration = Duration::from_secs(1);

/// A body of known length up to this many bytes is read at once, without progress: a stream costs the main thread
/// 0.3 ms.
const SMALL: u64 = 32 * 1024;

/// A request that was sent.
pub(super) struct Exchange {
    id: ExchangeId,
    sent: Promise,
    at: Instant,
    on_progress: Option<Box<dyn Fn()>>,
    abort: Option<AbortController>,
}

/// The pending requests that can be aborted.
#[derive(Default)]
pub(super) struct Aborts(RefCell<Vec<(ExchangeId, AbortController)>>);

/// Sends the request. It has left when this returns: a separate task would wait behind whatever else is due.
/// `on_progress` is called while a large response arrives.
pub(super) fn begin(request: &HttpRequest, fetch: &Fetch, on_progress: Box<dyn Fn()>) -> Exchange {
    // A request that must outlive the page can't be aborted.
    let abort = (!request.keepalive).then(AbortController::new);
    let abort = abort.and_then(Result::ok);
    let at = now();
    let init = init(request, abort.as_ref());
    Exchange {
        id: request.id,
        sent: or_rejected(fetch.call(request, &init)),
        at,
        on_progress: request.reports_progress.then_some(on_progress),
        abort,
    }
}

type Then<T> = Box<dyn FnOnce(Result<T, JsValue>)>;

impl Exchange {
    /// Calls back with the outcome. An aborted request fails like any other, though nobody waits for it any more.
    pub(super) fn outcome(self, then: impl FnOnce(Input) + 'static) {
        let id = self.id;
        let then: Then<Input> = Box::new(move |outcome| {
            then(outcome.unwrap_or_else(|error| Input::Failed {
                id,
                failure: failure(error),
            }));
        });
        let sent = self.sent.clone();
        settled(&sent, move |response| {
            match response.and_then(JsCast::dyn_into) {
                Ok(response) => self.receive(&response, then),
                Err(error) => then(Err(error)),
            }
        });
    }

    fn receive(self, response: &web_sys::Response, then: Then<Input>) {
        let id = self.id;
        if response.type_() == ResponseType::Opaqueredirect {
            return then(Ok(Input::Redirected { id }));
        }
        let (status, headers) = (response.status(), response.headers());
        let on_progress = self.on_progress.filter(|_| !is_small(&headers));
        let parts = on_progress.and_then(|on_progress| Some((response.body()?, on_progress)));
        let then: Then<Vec<u8>> = Box::new(move |body| {
            then(body.map(|body| {
                let headers = known(&headers);
                let response = Response {
                    status,
                    headers,
                    body,
                };
                Input::Response { id, response }
            }));
        });
        match parts {
            Some((body, on_progress)) => {
                let reader = body.get_reader().unchecked_into();
                let chunks = Vec::new();
                let told = self.at;
                let arriving = Arriving {
                    reader,
                    told,
                    chunks,
                    on_progress,
                };
                arriving.read(then);
            }
            None => settled(&or_rejected(response.array_buffer()), move |body| {
                then(body.map(|body| Uint8Array::new(&body).to_vec()));
            }),
        }
    }
}

fn or_rejected(promise: Result<Promise, JsValue>) -> Promise {
    promise.unwrap_or_else(|error| Promise::reject(&error))
}

impl Aborts {
    pub(super) fn note(&self, id: ExchangeId, exchange: &Exchange) {
        let abort = exchange.abort.clone().map(|abort| (id, abort));
        self.0.borrow_mut().extend(abort);
    }

    /// Removes a request that has ended, or is being aborted.
    pub(super) fn take(&self, id: ExchangeId) -> Option<AbortController> {
        let mut aborts = self.0.borrow_mut();
        let position = aborts.iter().position(|(known, _)| *known == id)?;
        Some(aborts.swap_remove(position).1)
    }
}

fn init(request: &HttpRequest, abort: Option<&AbortController>) -> RequestInit {
    let init = Object::new();
    let text = |option, value: &str| set(&init, option, &value.into());
    text(
        "method",
        match request.method {
            gws::Method::Get => "GET",
            gws::Method::Post => "POST",
        },
    );
    text("credentials", "include");
    text("cache", "no-store");
    text("redirect", "manual");
    set(&init, "headers", &headers(request));
    if let Some(abort) = abort {
        set(&init, "signal", &abort.signal());
    }
    if let Some(body) = &request.body {
        text("body", body);
    }
    set(&init, "keepalive", &request.keepalive.into());
    init.unchecked_into()
}

/// The headers of every request, and those of this one. Names and values may come from a server: `fetch` fails with
/// those that can't be sent.
fn headers(request: &HttpRequest) -> Object {
    let headers = Object::new();
    let add = |name: &str, value: &str| set(&headers, name, &value.into());
    add("Accept", "application/json");
    if request.body.is_some() {
        add("Content-Type", "application/json;charset=UTF-8");
    }
    if is_same_origin(&request.url) {
        // With it Spring Security, for one, sends a 401 without `WWW-Authenticate`. A server of another origin
        // would have to allow the header, so it is not sent there.
        add("X-Requested-With", "XMLHttpRequest");
    }
    for (name, value) in &request.headers {
        add(name, value);
    }
    headers
}

fn is_same_origin(url: &str) -> bool {
    thread_local! {
        static ORIGIN: String = window().origin();
    }
    let path = ORIGIN.with(|origin| url.strip_prefix(origin.as_str()));
    path.is_some_and(|path| path.starts_with('/'))
}

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(catch, js_name = fetch)]
    fn global_fetch(url: &str, init: &RequestInit) -> Result<Promise, JsValue>;
}

/// Sends requests: the browser's `fetch`, or the page's replacement. A `Request` is created only if the page gets
/// it, because requests are cheaper without.
#[derive(Clone, Default)]
pub(crate) struct Fetch(pub(crate) Option<Rc<FetchFn>>);

type FetchFn = dyn Fn(&HttpRequest, &RequestInit) -> Result<Promise, JsValue>;

impl Fetch {
    fn call(&self, request: &HttpRequest, init: &RequestInit) -> Result<Promise, JsValue> {
        match &self.0 {
            Some(fetch) => fetch(request, init),
            None => global_fetch(&request.url, init),
        }
    }
}

/// The headers that are read. Iterating over all of them costs the main thread 0.2 ms.
fn known(headers: &Headers) -> Vec<(String, String)> {
    let read = |name: &str| Some((name.to_owned(), value(headers, name)?));
    let mut known = Vec::new();
    for name in RESPONSE_HEADERS {
        known.extend(read(name));
    }
    // The server chooses this name.
    let names = known
        .iter()
        .find(|(name, _)| name == gws::Csrf::NAMES_HEADER);
    let token = names.and_then(|(_, name)| read(name));
    known.extend(token);
    known
}

fn is_small(headers: &Headers) -> bool {
    let length = value(headers, "content-length");
    length.is_some_and(|length| number(&length).is_some_and(|length| length <= SMALL))
}

/// The value of a header; none if the name is invalid.
fn value(headers: &Headers, name: &str) -> Option<String> {
    headers.get(name).ok().flatten()
}

/// A body that is read as it arrives.
struct Arriving {
    reader: ReadableStreamDefaultReader,
    /// When progress was last reported, or the request was sent.
    told: Instant,
    /// They stay outside of WebAssembly memory until all are there, because that memory never shrinks.
    chunks: Vec<Uint8Array>,
    on_progress: Box<dyn Fn()>,
}

impl Arriving {
    fn read(mut self, then: Then<Vec<u8>>) {
        let next = self.reader.read();
        settled(&next, move |result| match self.take(result) {
            Ok(true) => self.read(then),
            Ok(false) => then(Ok(self.joined())),
            Err(error) => then(Err(error)),
        });
    }

    /// Takes a chunk; false at the end.
    fn take(&mut self, result: Outcome) -> Result<bool, JsValue> {
        let result: ReadableStreamReadResult = result?.unchecked_into();
        if result.get_done() != Some(false) {
            return Ok(false);
        }
        self.chunks.push(result.get_value().dyn_into()?);
        let now = now();
        if now.since(self.told) >= PROGRESS {
            self.told = now;
            (self.on_progress)();
        }
        Ok(true)
    }

    fn joined(&self) -> Vec<u8> {
        let length: u32 = self.chunks.iter().map(Uint8Array::length).sum();
        let mut bytes = vec![0; length as usize];
        let mut rest = bytes.as_mut_slice();
        for chunk in &self.chunks {
            let (part, behind) = rest.split_at_mut(chunk.length() as usize);
            chunk.copy_to(part);
            rest = behind;
        }
        bytes
    }
}

/// The error that the platform, or a page that has replaced a part of it, reports.
fn failure(error: JsValue) -> Failure {
    let detail = match error.dyn_into::<js_sys::Error>() {
        Ok(error) => error.to_string().into(),
        Err(other) => other.as_string().unwrap_or_default(),
    };
    Failure { detail }
}
