//! One HTTP request with the page's credentials, which can be ended early, its response read as
//! bytes.
//!
//! Polls travel by `XMLHttpRequest`, everything else by `fetch`: in Chromium a `fetch` costs the
//! main thread a fifth more, which only those feel that make a request for every message
//! (`cargo xtask bench bayeux`), and only `fetch` can keep out of the cache and outlive the page.

use std::cell::RefCell;

use js_sys::{Array, ArrayBuffer, Promise, Reflect, Uint8Array};
use supervision::{ExchangeId, Failure, Request, Response};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    AbortController, Headers, RequestCache, RequestCredentials, RequestInit, XmlHttpRequest,
    XmlHttpRequestResponseType,
};

/// A request that has left.
pub(super) struct Fetch(Result<Way, JsValue>);

/// How it travels.
enum Way {
    Fetch(Promise, Option<AbortController>),
    Xhr(XmlHttpRequest),
}

/// Ends a request early.
pub(super) enum Abort {
    Fetch(AbortController),
    Xhr(XmlHttpRequest),
}

/// The requests that are out and can be ended early: a handful.
#[derive(Default)]
pub(super) struct Aborts(RefCell<Vec<(ExchangeId, Abort)>>);

/// Lets the request leave. It has left when this returns: not in a task of its own, which would
/// wait its turn behind whatever else is due.
pub(super) fn begin(request: &Request) -> Fetch {
    Fetch(match request.is_poll {
        true => poll(request).map(Way::Xhr),
        false => fetch(request),
    })
}

impl Fetch {
    /// By which it can be ended; not one that is to outlive everything here.
    fn abort(&self) -> Option<Abort> {
        match self.0.as_ref().ok()? {
            Way::Fetch(_, controller) => controller.clone().map(Abort::Fetch),
            Way::Xhr(request) => Some(Abort::Xhr(request.clone())),
        }
    }

    /// Waits for the whole response. An aborted request fails like any other; nobody waits for it
    /// any more.
    pub(super) async fn response(self) -> Result<Response, Failure> {
        self.read().await.map_err(|error| Failure {
            detail: js_sys::Error::from(error).to_string().into(),
        })
    }

    async fn read(self) -> Result<Response, JsValue> {
        match self.0? {
            Way::Fetch(response, _) => {
                let response: web_sys::Response = JsFuture::from(response).await?.dyn_into()?;
                let body = JsFuture::from(response.array_buffer()?).await?;
                Ok(Response {
                    status: response.status(),
                    headers: fetched_headers(&response.headers())?,
                    body: bytes(body)?,
                })
            }
            Way::Xhr(request) => {
                let ended = Promise::new(&mut |resolve, _| request.set_onloadend(Some(&resolve)));
                JsFuture::from(ended).await?;
                match request.status()? {
                    // Why not, it does not say.
                    0 => Err(js_sys::Error::new("").into()),
                    status => Ok(Response {
                        status,
                        headers: header_lines(&request.get_all_response_headers()?),
                        body: bytes(request.response()?)?,
                    }),
                }
            }
        }
    }
}

impl Aborts {
    pub(super) fn note(&self, id: ExchangeId, fetch: &Fetch) {
        let abort = fetch.abort().map(|abort| (id, abort));
        self.0.borrow_mut().extend(abort);
    }

    /// The request has ended, or is to be.
    pub(super) fn take(&self, id: ExchangeId) -> Option<Abort> {
        let mut aborts = self.0.borrow_mut();
        let position = aborts.iter().position(|(known, _)| *known == id)?;
        Some(aborts.swap_remove(position).1)
    }
}

impl Abort {
    pub(super) fn abort(&self) {
        match self {
            Self::Fetch(controller) => controller.abort(),
            // It fails only where there is nothing to end.
            Self::Xhr(request) => drop(request.abort()),
        }
    }
}

fn poll(request: &Request) -> Result<XmlHttpRequest, JsValue> {
    let xhr = XmlHttpRequest::new()?;
    xhr.open("POST", &request.url)?;
    xhr.set_with_credentials(true);
    xhr.set_response_type(XmlHttpRequestResponseType::Arraybuffer);
    each_header(request, |name, value| xhr.set_request_header(name, value))?;
    xhr.send_with_opt_u8_array(request.body.as_deref())?;
    Ok(xhr)
}

fn fetch(request: &Request) -> Result<Way, JsValue> {
    let window = web_sys::window().ok_or_else(|| JsValue::from("there is no window"))?;
    let init = RequestInit::new();
    init.set_method(match request.method {
        gws::Method::Get => "GET",
        gws::Method::Post => "POST",
    });
    init.set_credentials(RequestCredentials::Include);
    init.set_cache(RequestCache::NoStore);
    let headers = Headers::new()?;
    each_header(request, |name, value| headers.set(name, value))?;
    init.set_headers_headers(&headers);
    if let Some(body) = &request.body {
        init.set_body(&Uint8Array::from(body.as_slice()));
    }
    let controller = match request.keepalive {
        true => None,
        false => Some(AbortController::new()?),
    };
    if request.keepalive {
        // web-sys has no setter for it.
        Reflect::set(&init, &"keepalive".into(), &JsValue::TRUE)?;
    }
    init.set_signal(controller.as_ref().map(AbortController::signal).as_ref());
    let response = window.fetch_with_str_and_init(&request.url, &init);
    Ok(Way::Fetch(response, controller))
}

/// Sets what every request says of itself, and what this one adds.
fn each_header(
    request: &Request,
    mut set: impl FnMut(&str, &str) -> Result<(), JsValue>,
) -> Result<(), JsValue> {
    set("Accept", "application/json")?;
    if request.body.is_some() {
        set("Content-Type", "application/json;charset=UTF-8")?;
    }
    request
        .headers
        .iter()
        .try_for_each(|(name, value)| set(name, value))
}

fn fetched_headers(headers: &Headers) -> Result<Vec<(String, String)>, JsValue> {
    let mut read = Vec::new();
    for pair in headers.entries() {
        let pair: Array = pair?.dyn_into()?;
        if let (Some(name), Some(value)) = (pair.get(0).as_string(), pair.get(1).as_string()) {
            read.push((name, value));
        }
    }
    Ok(read)
}

/// Of `name: value`, a line each.
fn header_lines(lines: &str) -> Vec<(String, String)> {
    let lines = lines.lines().filter_map(|line| line.split_once(": "));
    lines
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect()
}

fn bytes(buffer: JsValue) -> Result<Vec<u8>, JsValue> {
    let buffer: ArrayBuffer = buffer.dyn_into()?;
    Ok(Uint8Array::new(&buffer).to_vec())
}
