//! One HTTP request: `fetch` with the page's credentials, which can be aborted, its response read
//! as bytes.

use gloo_net::http::{Method, RequestBuilder};
use js_sys::Promise;
use supervision::{Failure, Request, Response};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortSignal, RequestCache, RequestCredentials};

/// A request that has left.
pub(super) struct Fetch(Result<Promise, JsValue>);

/// Lets the request leave. It has left when this returns: not in a task of its own, which would
/// wait its turn behind whatever else is due.
pub(super) fn begin(request: Request, signal: Option<&AbortSignal>) -> Fetch {
    Fetch(build(request, signal).and_then(|request| {
        let window = web_sys::window().ok_or_else(|| JsValue::from("there is no window"))?;
        Ok(window.fetch_with_request(&request))
    }))
}

impl Fetch {
    /// Waits for the whole response. An aborted request fails like any other; nobody waits for it
    /// any more.
    pub(super) async fn response(self) -> Result<Response, Failure> {
        self.read().await.map_err(|error| Failure {
            detail: js_sys::Error::from(error).to_string().into(),
        })
    }

    async fn read(self) -> Result<Response, JsValue> {
        let response = JsFuture::from(self.0?).await?;
        let response: web_sys::Response = response.dyn_into()?;
        let response = gloo_net::http::Response::from(response);
        Ok(Response {
            status: response.status(),
            headers: response.headers().entries().collect(),
            body: response.binary().await.map_err(thrown)?,
        })
    }
}

fn build(request: Request, signal: Option<&AbortSignal>) -> Result<web_sys::Request, JsValue> {
    let method = match request.method {
        gws::Method::Get => Method::GET,
        gws::Method::Post => Method::POST,
    };
    let mut builder = RequestBuilder::new(&request.url)
        .method(method)
        .credentials(RequestCredentials::Include)
        .cache(RequestCache::NoStore)
        .header("Accept", "application/json")
        .abort_signal(signal);
    for (name, value) in &request.headers {
        builder = builder.header(name, value);
    }
    let built = match request.body {
        None => builder.build(),
        Some(body) => builder
            .header("Content-Type", "application/json;charset=UTF-8")
            .body(js_sys::Uint8Array::from(body.as_slice())),
    };
    let built: web_sys::Request = built.map_err(thrown)?.into();
    if !request.keepalive {
        return Ok(built);
    }
    // The same request, allowed to outlive the page. web-sys has no setter for it.
    let init = web_sys::RequestInit::new();
    js_sys::Reflect::set(&init, &"keepalive".into(), &JsValue::TRUE)?;
    web_sys::Request::new_with_request_and_init(&built, &init)
}

fn thrown(error: gloo_net::Error) -> JsValue {
    match error {
        gloo_net::Error::JsError(error) => js_sys::Error::new(&error.message).into(),
        other => JsValue::from(other.to_string()),
    }
}
