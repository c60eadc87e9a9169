//! Replaces the crate wasm-streams, through `[patch.crates-io]` of this workspace.
//!
//! Leptos depends on server_fn, and that on wasm-streams for the bodies of server functions. The widget
//! has none, but wasm-streams exports classes to JavaScript, which no optimiser may remove: 4 kB (brotli)
//! of the widget. This has the items that server_fn 0.8 needs to compile, and exports nothing.

#![forbid(unsafe_code)]

use core::pin::Pin;
use core::task::{Context, Poll};

use futures_core::Stream;
use wasm_bindgen::{JsValue, throw_str};

const NONE: &str = "this build has no server functions";

/// A JavaScript stream.
#[derive(Debug)]
pub struct ReadableStream(web_sys::ReadableStream);

/// What a [`ReadableStream`] yields.
#[derive(Debug)]
pub struct IntoStream(());

impl ReadableStream {
    /// Converts from JavaScript.
    pub fn from_raw(stream: web_sys::ReadableStream) -> Self {
        Self(stream)
    }

    /// Throws: nothing in this workspace sends a stream.
    pub fn from_stream(_: impl Stream<Item = Result<JsValue, JsValue>> + 'static) -> Self {
        throw_str(NONE)
    }

    /// Converts to JavaScript.
    pub fn into_raw(self) -> web_sys::ReadableStream {
        self.0
    }

    /// Throws: nothing in this workspace receives a stream by server_fn.
    pub fn into_stream(self) -> IntoStream {
        throw_str(NONE)
    }
}

impl Stream for IntoStream {
    type Item = Result<JsValue, JsValue>;

    fn poll_next(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        Poll::Ready(None)
    }
}
