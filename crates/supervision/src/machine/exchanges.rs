//! HTTP requests under way: each is sent with the CSRF header, has a deadline, and is matched with its
//! response by id.

use std::sync::Arc;

use bayeux::{Duration, Endpoint, Exchange, ExchangeId, Instant};
use gws::{Method, ReplyError};

use super::api::{HttpRequest, Response};
use crate::connection::{LinkTrouble, Resource};
use crate::requests::RequestId;

/// The purpose of an exchange.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Purpose {
    /// A request of the CometD client, which numbers and times its own.
    Bayeux(ExchangeId),
    Read(Resource),
    /// The supervisor's groups.
    Groups,
    /// The members of the chosen group.
    Members,
    /// A page of people that the server found, and one of them.
    FoundPage,
    FoundPerson,
    /// A person who is always listed.
    KeptPerson,
    Operation(RequestId),
}

impl Purpose {
    pub(super) fn is_search(self) -> bool {
        matches!(self, Self::FoundPage | Self::FoundPerson)
    }
}

/// The result of an exchange.
#[derive(Debug)]
pub(super) enum Answer {
    Response(Response),
    Redirected,
    Nothing(Arc<LinkTrouble>),
}

/// All exchanges under way.
#[derive(Debug)]
pub(super) struct Exchanges {
    base_url: String,
    reply_within: Duration,
    csrf: gws::Csrf,
    under_way: Vec<UnderWay>,
    last_id: u64,
    sends: Vec<HttpRequest>,
    aborts: Vec<ExchangeId>,
}

#[derive(Debug)]
struct UnderWay {
    id: ExchangeId,
    purpose: Purpose,
    /// None if the CometD client keeps the time.
    deadline: Option<Instant>,
    /// When a poll of the CometD client was sent.
    polls_since: Option<Instant>,
}

impl Exchanges {
    pub(super) fn new(base_url: String, reply_within: Duration) -> Self {
        Self {
            base_url,
            reply_within,
            csrf: gws::Csrf::default(),
            under_way: Vec::new(),
            last_id: 0,
            sends: Vec::new(),
            aborts: Vec::new(),
        }
    }

    /// Sends a read, which must be answered `within` this time.
    pub(super) fn read(&mut self, read: Resource, within: Duration, now: Instant) {
        self.send(read.request(), Purpose::Read(read), now);
        if let Some(last) = self.under_way.last_mut() {
            last.deadline = Some(now + within);
        }
    }

    /// Sends a GWS request.
    pub(super) fn send(&mut self, request: gws::Request, purpose: Purpose, now: Instant) {
        let url = [&*self.base_url, &request.path].concat();
        let is_read = !matches!(purpose, Purpose::Operation(_));
        let deadline = Some(now + self.reply_within);
        let http = self.begin(request.method, url, request.body, purpose, deadline);
        http.reports_progress = is_read;
    }

    /// Sends a request of the CometD client.
    pub(super) fn send_bayeux(&mut self, exchange: Exchange, now: Instant) {
        let purpose = Purpose::Bayeux(exchange.id);
        let is_poll = exchange.endpoint == Endpoint::Connect;
        let body = Some(exchange.body);
        let http = self.begin(Method::Post, exchange.url, body, purpose, None);
        http.keepalive = exchange.keepalive;
        http.reports_progress = !exchange.keepalive;
        http.is_poll = is_poll;
        if is_poll && let Some(last) = self.under_way.last_mut() {
            last.polls_since = Some(now);
        }
    }

    fn begin(
        &mut self,
        method: Method,
        url: String,
        body: Option<String>,
        purpose: Purpose,
        deadline: Option<Instant>,
    ) -> &mut HttpRequest {
        self.last_id += 1;
        let id = ExchangeId::new(self.last_id);
        let mut headers = Vec::new();
        if let (Method::Post, Some((name, token))) = (method, self.csrf.header()) {
            headers.push((name.to_owned(), token.to_owned()));
        }
        self.under_way.push(UnderWay {
            id,
            purpose,
            deadline,
            polls_since: None,
        });
        self.sends.push(HttpRequest {
            id,
            method,
            url,
            headers,
            body,
            keepalive: false,
            reports_progress: false,
            is_poll: false,
        });
        let last = self.sends.len() - 1;
        &mut self.sends[last]
    }

    /// Aborts a request of the CometD client.
    pub(super) fn abort_bayeux(&mut self, inner: ExchangeId) {
        self.abort_where(&|purpose| matches!(purpose, Purpose::Bayeux(id) if id == inner));
    }

    /// Aborts everything under way except for the CometD client's requests.
    pub(super) fn abort_own(&mut self) {
        self.abort_where(&|purpose| !matches!(purpose, Purpose::Bayeux(_)));
    }

    /// Aborts all reads.
    pub(super) fn abort_reads(&mut self) {
        self.abort_where(&|purpose| !matches!(purpose, Purpose::Bayeux(_) | Purpose::Operation(_)));
    }

    /// Aborts the exchanges with this purpose.
    pub(super) fn abort_where(&mut self, is_meant: &dyn Fn(Purpose) -> bool) {
        let is_meant = |exchange: &UnderWay| is_meant(exchange.purpose);
        while let Some(position) = self.under_way.iter().position(is_meant) {
            let id = self.under_way.remove(position).id;
            match self.sends.iter().position(|request| request.id == id) {
                Some(position) => drop(self.sends.remove(position)),
                None => self.aborts.push(id),
            }
        }
    }

    /// Bytes of a response have arrived. Returns the purpose.
    pub(super) fn progressed(&mut self, id: ExchangeId, now: Instant) -> Option<Purpose> {
        let mut under_way = self.under_way.iter_mut();
        let exchange = under_way.find(|exchange| exchange.id == id)?;
        if let Some(deadline) = exchange.deadline.as_mut() {
            *deadline = (*deadline).max(now + self.reply_within);
        }
        Some(exchange.purpose)
    }

    /// When this exchange was sent, if it is a poll.
    pub(super) fn polls_since(&self, id: ExchangeId) -> Option<Instant> {
        let exchange = self.under_way.iter().find(|exchange| exchange.id == id)?;
        exchange.polls_since
    }

    /// An exchange has ended. One that was aborted before is ignored.
    pub(super) fn ended(&mut self, id: ExchangeId) -> Option<Purpose> {
        let position = self
            .under_way
            .iter()
            .position(|exchange| exchange.id == id)?;
        Some(self.under_way.swap_remove(position).purpose)
    }

    /// Ends an exchange that took too long.
    pub(super) fn timed_out(&mut self, now: Instant) -> Option<Purpose> {
        let is_late = |exchange: &UnderWay| exchange.deadline.is_some_and(|at| at <= now);
        let position = self.under_way.iter().position(is_late)?;
        let exchange = self.under_way.swap_remove(position);
        self.aborts.push(exchange.id);
        Some(exchange.purpose)
    }

    pub(super) fn wake_at(&self) -> Option<Instant> {
        let mut first = None;
        for exchange in &self.under_way {
            first = Instant::earliest(&[first, exchange.deadline]);
        }
        first
    }

    /// Takes the CSRF token from a response.
    pub(super) fn learn_csrf_token(&mut self, response: &Response) {
        self.csrf.learn(|name| response.header(name));
    }

    /// The server refused the CSRF token.
    pub(super) fn forget_csrf_token(&mut self) {
        self.csrf.forget();
    }

    pub(super) fn has_output(&self) -> bool {
        !self.aborts.is_empty() || !self.sends.is_empty()
    }

    pub(super) fn next_abort(&mut self) -> Option<ExchangeId> {
        (!self.aborts.is_empty()).then(|| self.aborts.remove(0))
    }

    pub(super) fn next_send(&mut self) -> Option<HttpRequest> {
        (!self.sends.is_empty()).then(|| self.sends.remove(0))
    }
}

impl Answer {
    /// Parses the body with `reader`, or says why there is none.
    pub(super) fn read<T>(
        &self,
        reader: impl Fn(u16, &[u8]) -> Result<T, ReplyError>,
    ) -> Result<T, Arc<LinkTrouble>> {
        let response = self.response()?;
        reader(response.status, &response.body).map_err(unread)
    }

    fn response(&self) -> Result<&Response, Arc<LinkTrouble>> {
        match self {
            Self::Nothing(trouble) => Err(trouble.clone()),
            Self::Redirected => Err(Arc::new(LinkTrouble::Redirected)),
            Self::Response(response) => Ok(response),
        }
    }
}

fn unread(error: ReplyError) -> Arc<LinkTrouble> {
    Arc::new(LinkTrouble::Reading(error))
}
