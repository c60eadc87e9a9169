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
use axum::http::{HeaderMap, HeaderName, Method, StatusCode};
use axum::middleware::Next;
use axum::response::Response;
use hyper::body::{Bytes, Frame, SizeHint};
use tokio::time::Instant;

/// A request, as it came over the wire.
#[derive(Debug)]
pub(crate) struct Asked {
    /// Counts from 1.
    pub(crate) number: u64,
    /// When its head came.
    pub(crate) came: Instant,
    pub(crate) method: Method,
    /// Path and query.
    pub(crate) path: String,
    /// As much of the body as was read.
    pub(crate) body: Seen,
    /// The number of the user who asks, if the gate knows.
    pub(crate) who: Option<String>,
}

/// An exchange that is over.
#[derive(Debug)]
pub(crate) struct Exchange {
    pub(crate) asked: Arc<Asked>,
    /// How long it was until the reply began, or nobody waited for it any more.
    pub(crate) held: Duration,
    /// None: the client went away, or the emulator ended, before there was one.
    pub(crate) reply: Option<Reply>,
}

/// The reply of an exchange.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: StatusCode,
    /// Those that a witness wants to see.
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
    /// Whether this witness wants to see a header of that name.
    fn notices(&self, header: &HeaderName) -> bool;
    /// A request is there, with its body as far as it was read. There is no reply yet.
    fn asked(&self, asked: &Arc<Asked>);
    /// An exchange is over.
    fn saw(&self, exchange: &Arc<Exchange>);
}

/// Those who are told.
pub(super) struct Tap {
    witnesses: Vec<Arc<dyn Witness>>,
    /// As much as the most attentive wants to see.
    attention: usize,
    /// How much of a request is read; the rest is thrown away.
    request_bytes: usize,
    exchanges: AtomicU64,
}

impl Tap {
    pub(super) fn new(witnesses: Vec<Arc<dyn Witness>>, request_bytes: usize) -> Arc<Self> {
        let attention = witnesses.iter().map(|witness| witness.attention());
        Arc::new(Self {
            attention: attention.max().unwrap_or(0),
            witnesses,
            request_bytes,
            exchanges: AtomicU64::new(0),
        })
    }

    /// The headers that somebody wants to see.
    fn noticed(&self, headers: &HeaderMap) -> HeaderMap {
        let is_noticed = |name| self.witnesses.iter().any(|witness| witness.notices(name));
        let noticed = headers.iter().filter(|&(name, _)| is_noticed(name));
        noticed
            .map(|(name, value)| (name.clone(), value.clone()))
            .collect()
    }
}

/// The layer.
pub(super) async fn tap(State(tap): State<Arc<Tap>>, request: Request, next: Next) -> Response {
    let (mut parts, body) = request.into_parts();
    let watch = Watch::new(
        &tap,
        Asked {
            number: tap.exchanges.fetch_add(1, Ordering::Relaxed) + 1,
            came: Instant::now(),
            method: parts.method.clone(),
            path: parts
                .extensions
                .get::<axum::extract::OriginalUri>()
                .map_or(&parts.uri, |uri| &uri.0)
                .path_and_query()
                .map_or_else(|| "/".to_owned(), ToString::to_string),
            body: Seen::default(),
            who: None,
        },
    );
    parts.extensions.insert(Watched(Arc::clone(&watch.0)));
    let body = Body::new(RequestBody {
        body,
        watch: Arc::clone(&watch.0),
    });
    let response = next.run(Request::from_parts(parts, body)).await;
    let (parts, body) = response.into_parts();
    let body = Body::new(ReplyBody::new(watch, &parts, body));
    Response::from_parts(parts, body)
}

/// The exchange that a request belongs to: an extension of the request.
#[derive(Clone)]
pub(super) struct Watched(Arc<Mutex<UnderWay>>);

impl Watched {
    /// The request is from the user with that number.
    pub(super) fn is_from(&self, number: &str) {
        let mut under_way = lock(&self.0);
        if let Some(asked) = Arc::get_mut(&mut under_way.asked) {
            asked.who = Some(number.to_owned());
        }
    }
}

/// An exchange that is under way. Dropped, it is over, whichever way it ended.
struct Watch(Arc<Mutex<UnderWay>>);

struct UnderWay {
    tap: Arc<Tap>,
    /// Nobody else has it until the witnesses do, and then it does not change any more.
    asked: Arc<Asked>,
    /// Whether the witnesses know of the request.
    is_announced: bool,
    held: Duration,
    reply: Option<Reply>,
}

impl Watch {
    fn new(tap: &Arc<Tap>, asked: Asked) -> Self {
        Self(Arc::new(Mutex::new(UnderWay {
            tap: Arc::clone(tap),
            asked: Arc::new(asked),
            is_announced: false,
            held: Duration::ZERO,
            reply: None,
        })))
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        let mut under_way = lock(&self.0);
        under_way.announce();
        let passed = under_way.asked.came.elapsed();
        let mut exchange = Exchange {
            asked: Arc::clone(&under_way.asked),
            held: under_way.held,
            reply: under_way.reply.take(),
        };
        match &mut exchange.reply {
            None => exchange.held = passed,
            Some(reply) => reply.took = passed.saturating_sub(exchange.held),
        }
        let exchange = Arc::new(exchange);
        for witness in &under_way.tap.witnesses {
            witness.saw(&exchange);
        }
    }
}

impl UnderWay {
    /// The request is there, or no more of it will be read.
    fn announce(&mut self) {
        if !self.is_announced {
            self.is_announced = true;
            for witness in &self.tap.witnesses {
                witness.asked(&self.asked);
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
struct RequestBody {
    body: Body,
    watch: Arc<Mutex<UnderWay>>,
}

impl HttpBody for RequestBody {
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
                let tap = &under_way.tap;
                let attention = tap.attention.min(tap.request_bytes);
                if let Some(asked) = Arc::get_mut(&mut under_way.asked) {
                    asked.body.take(frame, attention);
                }
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
struct ReplyBody {
    body: Body,
    ended: bool,
    watch: Watch,
}

impl ReplyBody {
    fn new(watch: Watch, parts: &axum::http::response::Parts, body: Body) -> Self {
        {
            let mut under_way = lock(&watch.0);
            under_way.announce();
            under_way.held = under_way.asked.came.elapsed();
            under_way.reply = Some(Reply {
                status: parts.status,
                headers: under_way.tap.noticed(&parts.headers),
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

impl HttpBody for ReplyBody {
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
                if let Some(reply) = &mut under_way.reply {
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

impl Drop for ReplyBody {
    fn drop(&mut self) {
        let whole = self.ended || self.body.is_end_stream();
        if let Some(reply) = &mut lock(&self.watch.0).reply {
            reply.whole = whole;
        }
    }
}
