//! Before and behind everything below `/api`: sees each exchange as the client sees it, and tells
//! its witnesses: when the request is there, and when the exchange is over. It changes nothing,
//! waits for nothing and keeps nothing.
//!
//! A request that is given up while it is held ends by its future being dropped, a reply that
//! breaks off by its body; both are exchanges that are over.

use std::pin::Pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::{Body, HttpBody};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, Method, StatusCode};
use axum::middleware::Next;
use axum::response::Response;
use hyper::body::{Bytes, Frame, SizeHint};
use tokio::time::Instant;

use super::gate::Caller;
use crate::world::PersonId;

/// An exchange, as it went over the wire.
#[derive(Debug)]
pub(crate) struct Exchange {
    /// Counts from 1.
    pub(crate) number: u64,
    /// When the head of the request came.
    pub(crate) came: Instant,
    pub(crate) method: Method,
    /// Path and query.
    pub(crate) path: String,
    pub(crate) headers: HeaderMap,
    /// As much of the request's body as was read.
    pub(crate) body: Seen,
    /// Who asks, once that is known.
    pub(crate) caller: Option<PersonId>,
    /// How long it was until the reply began, or nobody waited for it any more.
    pub(crate) held: Duration,
    /// None: there is none yet; or the client went away, or the emulator ended, before there was.
    pub(crate) reply: Option<Reply>,
}

/// The reply of an exchange.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    /// As much of the body as was sent.
    pub(crate) body: Seen,
    /// From its head to its end.
    pub(crate) took: Duration,
    /// Whether the body went out to its end.
    pub(crate) whole: bool,
}

/// What was seen of a body.
#[derive(Clone, Debug, Default)]
pub(crate) struct Seen {
    /// Its beginning, as far as a witness wants to see it.
    pub(crate) bytes: Vec<u8>,
    /// How long it was, in bytes.
    pub(crate) length: usize,
}

/// Who is told of exchanges.
pub(crate) trait Witness: Send + Sync {
    /// How much of a body this witness wants to see, in bytes.
    fn attention(&self) -> usize;
    /// A request is there, with its body as far as it was read. There is no reply yet.
    fn asked(&self, exchange: &Exchange);
    /// An exchange is over.
    fn saw(&self, exchange: &Exchange);
}

/// Those who are told.
pub(super) struct Tap {
    witnesses: Vec<Arc<dyn Witness>>,
    /// As much as the most attentive wants to see.
    attention: usize,
    exchanges: AtomicU64,
}

impl Tap {
    pub(super) fn new(witnesses: Vec<Arc<dyn Witness>>) -> Arc<Self> {
        let attention = witnesses.iter().map(|witness| witness.attention());
        Arc::new(Self {
            attention: attention.max().unwrap_or(0),
            witnesses,
            exchanges: AtomicU64::new(0),
        })
    }
}

/// The layer.
pub(super) async fn tap(State(tap): State<Arc<Tap>>, request: Request, next: Next) -> Response {
    let (parts, body) = request.into_parts();
    let watch = Watch::new(
        &tap,
        Exchange {
            number: tap.exchanges.fetch_add(1, Ordering::Relaxed) + 1,
            came: Instant::now(),
            method: parts.method.clone(),
            path: parts
                .extensions
                .get::<axum::extract::OriginalUri>()
                .map_or(&parts.uri, |uri| &uri.0)
                .path_and_query()
                .map_or_else(|| "/".to_owned(), ToString::to_string),
            headers: parts.headers.clone(),
            body: Seen::default(),
            caller: None,
            held: Duration::ZERO,
            reply: None,
        },
    );
    let body = Body::new(Copied {
        body,
        watch: Arc::clone(&watch.0),
    });
    let response = next.run(Request::from_parts(parts, body)).await;
    let (parts, body) = response.into_parts();
    let body = Body::new(Watched::new(watch, &parts, body));
    Response::from_parts(parts, body)
}

/// An exchange that is under way. Dropped, it is over, whichever way it ended.
struct Watch(Arc<Mutex<UnderWay>>);

struct UnderWay {
    tap: Arc<Tap>,
    exchange: Exchange,
    /// Whether the witnesses know of the request.
    is_announced: bool,
}

impl Watch {
    fn new(tap: &Arc<Tap>, exchange: Exchange) -> Self {
        Self(Arc::new(Mutex::new(UnderWay {
            tap: Arc::clone(tap),
            exchange,
            is_announced: false,
        })))
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        let mut under_way = lock(&self.0);
        under_way.announce();
        let exchange = &mut under_way.exchange;
        let passed = exchange.came.elapsed();
        match &mut exchange.reply {
            None => exchange.held = passed,
            Some(reply) => reply.took = passed.saturating_sub(exchange.held),
        }
        for witness in &under_way.tap.witnesses {
            witness.saw(&under_way.exchange);
        }
    }
}

impl UnderWay {
    /// The request is there, or no more of it will be read.
    fn announce(&mut self) {
        if !self.is_announced {
            self.is_announced = true;
            for witness in &self.tap.witnesses {
                witness.asked(&self.exchange);
            }
        }
    }
}

impl Seen {
    fn take(&mut self, frame: &Frame<Bytes>, attention: usize) {
        if let Some(data) = frame.data_ref() {
            let room = attention.saturating_sub(self.bytes.len()).min(data.len());
            self.bytes.extend_from_slice(&data[..room]);
            self.length += data.len();
        }
    }

    /// Whether all of it was seen.
    pub(crate) fn is_whole(&self) -> bool {
        self.bytes.len() == self.length
    }
}

fn lock(under_way: &Mutex<UnderWay>) -> MutexGuard<'_, UnderWay> {
    under_way.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The body of a request.
struct Copied {
    body: Body,
    watch: Arc<Mutex<UnderWay>>,
}

impl HttpBody for Copied {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let polled = Pin::new(&mut self.body).poll_frame(context);
        if let Poll::Ready(polled) = &polled {
            let mut under_way = lock(&self.watch);
            if let Some(Ok(frame)) = polled {
                let attention = under_way.tap.attention;
                under_way.exchange.body.take(frame, attention);
            }
            // A body that says it is at its end is not asked again.
            if !matches!(polled, Some(Ok(_))) || self.body.is_end_stream() {
                under_way.announce();
            }
        }
        polled
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

/// The body of a reply, with which the exchange ends.
struct Watched {
    body: Body,
    ended: bool,
    watch: Watch,
}

impl Watched {
    fn new(watch: Watch, parts: &axum::http::response::Parts, body: Body) -> Self {
        {
            let mut under_way = lock(&watch.0);
            under_way.announce();
            let exchange = &mut under_way.exchange;
            exchange.held = exchange.came.elapsed();
            exchange.caller = parts.extensions.get().map(|&Caller(caller)| caller);
            exchange.reply = Some(Reply {
                status: parts.status,
                headers: parts.headers.clone(),
                body: Seen::default(),
                took: Duration::ZERO,
                whole: false,
            });
        }
        Self {
            body,
            ended: false,
            watch,
        }
    }
}

impl HttpBody for Watched {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let polled = Pin::new(&mut self.body).poll_frame(context);
        match &polled {
            Poll::Ready(Some(Ok(frame))) => {
                let mut under_way = lock(&self.watch.0);
                let attention = under_way.tap.attention;
                if let Some(reply) = &mut under_way.exchange.reply {
                    reply.body.take(frame, attention);
                }
            }
            Poll::Ready(None) => self.ended = true,
            _ => {}
        }
        polled
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

impl Drop for Watched {
    fn drop(&mut self) {
        let whole = self.ended || self.body.is_end_stream();
        if let Some(reply) = &mut lock(&self.watch.0).exchange.reply {
            reply.whole = whole;
        }
    }
}
