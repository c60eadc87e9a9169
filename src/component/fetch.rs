//! How an application sends the requests.

use std::rc::Rc;

use js_sys::Promise;
use supervision::HttpRequest;
use web_sys::{Request, RequestInit};

use crate::browser;

/// Sends requests: the browser's `fetch` by default, or a function of a [`Request`] that returns a promise of a
/// `Response`.
#[derive(Clone, Default)]
pub struct Fetch(browser::Fetch);

impl Fetch {
    pub(super) fn inner(&self) -> browser::Fetch {
        self.0.clone()
    }
}

impl<F: Fn(Request) -> Promise + 'static> From<F> for Fetch {
    fn from(fetch: F) -> Self {
        let fetch = move |request: &HttpRequest, init: &RequestInit| {
            let request = Request::new_with_str_and_init(&request.url, init)?;
            Ok(fetch(request))
        };
        Self(browser::Fetch(Some(Rc::new(fetch))))
    }
}

impl core::fmt::Debug for Fetch {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Fetch").finish_non_exhaustive()
    }
}
