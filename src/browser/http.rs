//! One HTTP request with the page's credentials, by gloo-net. It can be ended early; the answer is read
//! as bytes, a large one as it comes.
//!
//! A redirect is not followed: it leads to a page to sign in on. Nothing in a request keeps a browser
//! from asking for a password when a 401 has `WWW-Authenticate: Basic`: Chromium 156 and Firefox 153
//! ignore `window: null`. `X-Requested-With` asks the server to leave that header out.

use std::cell::RefCell;
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use gloo_net::http::{self, Headers, Method, RequestBuilder};
use js_sys::{Promise, Reflect, Uint8Array};
use supervision::{ExchangeId, Failure, HttpRequest, Input, Response};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    AbortController, ReadableStreamDefaultReader, ReadableStreamReadResult, RequestCache,
    RequestCredentials, RequestInit, RequestRedirect, ResponseType,
};

use super::now;

/// How often progress of a large answer is reported.
const PROGRESS: Duration = Duration::from_secs(1);

/// A request that has left.
pub(super) struct Exchange {
    outcome: Begun<Input>,
    abort: Option<AbortController>,
}

/// The requests that are out and can be ended early: a handful.
#[derive(Default)]
pub(super) struct Aborts(RefCell<Vec<(ExchangeId, AbortController)>>);

/// Lets the request leave. It has left when this returns: not in a task of its own, which would
/// wait its turn behind whatever else is due. `on_progress` is called while a large answer comes.
pub(super) fn begin(request: &HttpRequest, fetch: &Fetch, on_progress: Box<dyn Fn()>) -> Exchange {
    let id = request.id;
    // One that is to outlive everything here can't be ended.
    let abort = (!request.keepalive).then(AbortController::new);
    let abort = abort.and_then(Result::ok);
    let prepared = prepare(request, abort.as_ref());
    let on_progress = request.reports_progress.then_some(on_progress);
    let fetch = fetch.clone();
    let outcome = Begun::new(async move {
        let result = match prepared {
            Ok(request) => send(id, request, &fetch, on_progress).await,
            Err(failure) => Err(failure),
        };
        result.unwrap_or_else(|failure| Input::Failed { id, failure })
    });
    Exchange { outcome, abort }
}

impl Exchange {
    /// Waits for the end. An aborted request fails like any other; nobody waits for it any more.
    pub(super) async fn outcome(self) -> Input {
        self.outcome.end().await
    }
}

impl Aborts {
    pub(super) fn note(&self, id: ExchangeId, exchange: &Exchange) {
        let abort = exchange.abort.clone().map(|abort| (id, abort));
        self.0.borrow_mut().extend(abort);
    }

    /// The request has ended, or is being aborted.
    pub(super) fn take(&self, id: ExchangeId) -> Option<AbortController> {
        let mut aborts = self.0.borrow_mut();
        let position = aborts.iter().position(|(known, _)| *known == id)?;
        Some(aborts.swap_remove(position).1)
    }
}

/// A future that has run up to where it has to wait, before anybody waits for it.
enum Begun<T> {
    Ended(T),
    Waiting(Pin<Box<dyn Future<Output = T>>>),
}

impl<T> Begun<T> {
    fn new(future: impl Future<Output = T> + 'static) -> Self {
        let mut future: Pin<Box<dyn Future<Output = T>>> = Box::pin(future);
        // Nobody is woken by this poll. The next, which is due in any case, leaves another waker.
        match future
            .as_mut()
            .poll(&mut Context::from_waker(Waker::noop()))
        {
            Poll::Ready(outcome) => Self::Ended(outcome),
            Poll::Pending => Self::Waiting(future),
        }
    }

    async fn end(self) -> T {
        match self {
            Self::Ended(outcome) => outcome,
            Self::Waiting(future) => future.await,
        }
    }
}

fn prepare(
    request: &HttpRequest,
    abort: Option<&AbortController>,
) -> Result<http::Request, Failure> {
    let method = match request.method {
        gws::Method::Get => Method::GET,
        gws::Method::Post => Method::POST,
    };
    let builder = RequestBuilder::new(&request.url)
        .method(method)
        .headers(headers(request).map_err(failure)?)
        .credentials(RequestCredentials::Include)
        .cache(RequestCache::NoStore)
        .redirect(RequestRedirect::Manual)
        .abort_signal(abort.map(AbortController::signal).as_ref());
    let built = match &request.body {
        Some(body) => builder.body(Uint8Array::from(body.as_slice())),
        None => builder.build(),
    };
    let built = built.map_err(|error| Failure {
        detail: error.to_string(),
    })?;
    match request.keepalive {
        true => keepalive(built).map_err(failure),
        false => Ok(built),
    }
}

/// The headers of every request, and those of this one. Names and values may be a server's: some
/// can't be sent.
fn headers(request: &HttpRequest) -> Result<Headers, JsValue> {
    let headers = web_sys::Headers::new()?;
    headers.set("Accept", "application/json")?;
    if request.body.is_some() {
        headers.set("Content-Type", "application/json;charset=UTF-8")?;
    }
    if is_same_origin(&request.url) {
        // Spring Security, for one, then sends a 401 without `WWW-Authenticate`. A server of another
        // origin would have to allow the header, so it is not sent there.
        headers.set("X-Requested-With", "XMLHttpRequest")?;
    }
    for (name, value) in &request.headers {
        headers.set(name, value)?;
    }
    Ok(Headers::from_raw(headers))
}

fn is_same_origin(url: &str) -> bool {
    let path = web_sys::window().and_then(|window| url.strip_prefix(&window.origin()));
    path.is_some_and(|path| path.starts_with('/'))
}

/// Neither gloo-net nor web-sys has a setter for it.
fn keepalive(request: http::Request) -> Result<http::Request, JsValue> {
    let init = RequestInit::new();
    Reflect::set(&init, &"keepalive".into(), &JsValue::TRUE)?;
    let request = web_sys::Request::from(request);
    web_sys::Request::new_with_request_and_init(&request, &init).map(http::Request::from)
}

async fn send(
    id: ExchangeId,
    request: http::Request,
    fetch: &Fetch,
    on_progress: Option<Box<dyn Fn()>>,
) -> Result<Input, Failure> {
    let begun = now();
    let response = fetch.call(request).await.map_err(failure)?;
    if response.type_() == ResponseType::Opaqueredirect {
        return Ok(Input::Redirected { id });
    }
    let body = match on_progress {
        Some(on_progress) => read(&response, begun, on_progress).await.map_err(failure)?,
        None => response.binary().await.map_err(|error| Failure {
            detail: error.to_string(),
        })?,
    };
    let response = Response {
        status: response.status(),
        headers: response.headers().entries().collect(),
        body,
    };
    Ok(Input::Response { id, response })
}

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(catch, js_name = fetch)]
    fn global_fetch(request: &web_sys::Request) -> Result<Promise, JsValue>;
}

/// Sends requests: the browser's `fetch`, or what the page has in its place.
#[derive(Clone, Default)]
pub(crate) struct Fetch(pub(crate) Option<Rc<FetchFn>>);

type FetchFn = dyn Fn(&web_sys::Request) -> Result<Promise, JsValue>;

impl Fetch {
    /// What gloo-net's `Request::send` does, for a page may have a `fetch` of its own in place: where that
    /// throws, or fails with something that is no `Error`, gloo-net's panics.
    async fn call(&self, request: http::Request) -> Result<http::Response, JsValue> {
        let request = request.into();
        let sent = match &self.0 {
            Some(fetch) => fetch(&request)?,
            None => global_fetch(&request)?,
        };
        let response = JsFuture::from(sent).await?;
        let response: web_sys::Response = response.dyn_into()?;
        Ok(response.into())
    }
}

/// Reads a body as it comes.
async fn read(
    response: &http::Response,
    begun: supervision::Instant,
    on_progress: Box<dyn Fn()>,
) -> Result<Vec<u8>, JsValue> {
    let Some(body) = response.body() else {
        return Ok(Vec::new());
    };
    let reader: ReadableStreamDefaultReader = body.get_reader().dyn_into()?;
    let mut told = begun;
    let mut chunks: Vec<Uint8Array> = Vec::new();
    loop {
        let result = JsFuture::from(reader.read()).await?;
        let result: ReadableStreamReadResult = result.unchecked_into();
        if result.get_done() != Some(false) {
            break;
        }
        chunks.push(result.get_value().dyn_into()?);
        let now = now();
        if now.since(told) >= PROGRESS {
            told = now;
            on_progress();
        }
    }
    // They stay outside until all are there: WebAssembly gives no memory back.
    let length: u32 = chunks.iter().map(Uint8Array::length).sum();
    let mut bytes = vec![0; length as usize];
    let mut rest = bytes.as_mut_slice();
    for chunk in chunks {
        let (part, behind) = rest.split_at_mut(chunk.length() as usize);
        chunk.copy_to(part);
        rest = behind;
    }
    Ok(bytes)
}

/// What the platform, or a page that has replaced a part of it, says went wrong.
fn failure(error: JsValue) -> Failure {
    let detail = match error.dyn_into::<js_sys::Error>() {
        Ok(error) => error.to_string().into(),
        Err(other) => other.as_string().unwrap_or_default(),
    };
    Failure { detail }
}
