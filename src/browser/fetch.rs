//! One HTTP request: `fetch` with the page's credentials, which can be aborted, its response read
//! as bytes.

use gloo_net::http::{Method, RequestBuilder};
use supervision::{Failure, Request, Response};
use wasm_bindgen::JsValue;
use web_sys::{AbortSignal, RequestCache, RequestCredentials};

/// Makes the request. An aborted one fails like any other; nobody waits for it any more.
pub(super) async fn fetch(
    request: Request,
    signal: Option<AbortSignal>,
) -> Result<Response, Failure> {
    fetch_inner(request, signal).await.map_err(|error| Failure {
        detail: error.to_string(),
    })
}

async fn fetch_inner(
    request: Request,
    signal: Option<AbortSignal>,
) -> Result<Response, gloo_net::Error> {
    let method = match request.method {
        gws::Method::Get => Method::GET,
        gws::Method::Post => Method::POST,
    };
    let mut builder = RequestBuilder::new(&request.url)
        .method(method)
        .credentials(RequestCredentials::Include)
        .cache(RequestCache::NoStore)
        .header("Accept", "application/json")
        .abort_signal(signal.as_ref());
    for (name, value) in &request.headers {
        builder = builder.header(name, value);
    }
    let built = match request.body {
        None => builder.build()?,
        Some(body) => builder
            .header("Content-Type", "application/json;charset=UTF-8")
            .body(js_sys::Uint8Array::from(body.as_slice()))?,
    };
    let built = if request.keepalive {
        outliving(built)?
    } else {
        built
    };
    let response = built.send().await?;
    Ok(Response {
        status: response.status(),
        headers: response.headers().entries().collect(),
        body: response.binary().await?,
    })
}

/// The same request, allowed to outlive the page.
fn outliving(request: gloo_net::http::Request) -> Result<gloo_net::http::Request, gloo_net::Error> {
    let init = web_sys::RequestInit::new();
    // web-sys has no setter for it.
    let set = js_sys::Reflect::set(&init, &"keepalive".into(), &JsValue::TRUE);
    let request: web_sys::Request = request.into();
    set.and_then(|_| web_sys::Request::new_with_request_and_init(&request, &init))
        .map(Into::into)
        .map_err(|error| {
            let error = js_sys::Error::from(error);
            gloo_net::Error::JsError(error.into())
        })
}
