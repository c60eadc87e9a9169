//! The notification server behind its balancer: two nodes, of which the second one gets only what
//! a balancer without stickiness sends astray. Requests come in, and wait for their answers here.
//!
//! Assumption: a node knows its own sessions only (CometD without clustering): what one has granted
//! the other answers with 402.

mod second_tab;
#[cfg(test)]
mod tests;

use std::collections::HashMap;

use bayeux::server::{self, HttpVersion, Input, Options, Output, Server};
use bayeux::{Channel, ExchangeId, Instant, RawValue};
use tokio::sync::oneshot;

use self::second_tab::{SecondTab, Step};
use crate::limits::Limits;

/// A node of the notification server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Node {
    /// The one that all requests should go to.
    First,
    /// The other one.
    Other,
}

/// The answer to a request to the notification endpoint.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) body: Vec<u8>,
    /// The value of the browser's cookie to set.
    pub(crate) browser: Option<String>,
}

/// A request to the notification endpoint.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Request<'a> {
    /// The id of the user who is signed in.
    pub(crate) owner: &'a str,
    /// The value of the browser's cookie.
    pub(crate) browser: Option<&'a str>,
    pub(crate) body: &'a [u8],
}

/// The notification server behind its balancer.
pub(crate) struct Balancer {
    options: Options,
    nodes: Nodes,
    /// Requests that wait for their answer.
    waiting: HashMap<ExchangeId, Waiting>,
    exchanges: u64,
    /// Pages that the emulator keeps open itself, each in the browser of a client.
    tabs: Vec<SecondTab>,
    /// When a node or a tab wants to be woken.
    wake_at: Option<Instant>,
}

#[cfg_attr(test, derive(Debug))]
struct Nodes {
    first: Server,
    other: Server,
}

struct Waiting {
    node: Node,
    owner: String,
    asker: Asker,
}

enum Asker {
    Client(oneshot::Sender<Answer>),
    /// A second tab of that browser; its own number for the request.
    Tab(String, ExchangeId),
}

/// How many second tabs there may be.
const TABS: usize = 1_000;

impl Balancer {
    /// Each node takes no more than the limits say, so that no client can take all memory.
    ///
    /// Assumption: GWS sets no such limits.
    pub(crate) fn new(mut options: Options, limits: &Limits) -> Self {
        options.limits = server::Limits {
            sessions: limits.notification_sessions,
            subscriptions: limits.subscriptions,
            channel_name: limits.channel_name,
        };
        Self {
            nodes: Nodes::new(&options),
            options,
            waiting: HashMap::new(),
            exchanges: 0,
            tabs: Vec::new(),
            wake_at: None,
        }
    }

    /// Everything begins anew: no session is known, and no request waits any more. Whoever sent one
    /// hears nothing; the connection is about to end.
    pub(crate) fn restart(&mut self) {
        self.nodes = Nodes::new(&self.options);
        self.waiting.clear();
        self.tabs.clear();
        self.wake_at = None;
    }

    /// Gives a request to a node. The answer comes by the receiver, once [`settle`](Self::settle)
    /// has found one.
    pub(crate) fn request(
        &mut self,
        request: Request<'_>,
        node: Node,
        now: Instant,
    ) -> (ExchangeId, oneshot::Receiver<Answer>) {
        let (sender, receiver) = oneshot::channel();
        let id = self.hand_on(request, node, Asker::Client(sender), now);
        (id, receiver)
    }

    /// A client has cut a request off.
    pub(crate) fn gone(&mut self, id: ExchangeId, now: Instant) {
        if let Some(waiting) = self.waiting.remove(&id) {
            let node = self.nodes.node(waiting.node);
            node.handle(Input::Gone { id }, now);
        }
    }

    /// Opens a second page in the browser with that cookie, of the same user, unless there is one.
    pub(crate) fn open_second_tab(&mut self, owner: &str, browser: &str, now: Instant) {
        let is_open = self.tabs.iter().any(|tab| tab.browser() == browser);
        if !is_open && self.tabs.len() < TABS {
            self.tabs.push(SecondTab::open(owner, browser, now));
            self.settle(now);
        }
    }

    /// Closes all second pages.
    pub(crate) fn close_second_tabs(&mut self, now: Instant) {
        for tab in &mut self.tabs {
            tab.close(now);
        }
    }

    /// Tells `owner` something on `channel`.
    pub(crate) fn deliver(&mut self, owner: &str, channel: &Channel, data: &RawValue) {
        for node in self.nodes.both() {
            node.deliver(owner, channel, data);
        }
    }

    /// All sessions are forgotten, as when a node takes over from another.
    pub(crate) fn forget_sessions(&mut self) {
        for node in self.nodes.both() {
            node.forget_sessions();
        }
    }

    /// The nodes, for comparing.
    #[cfg(test)]
    pub(crate) fn nodes(&self) -> &impl std::fmt::Debug {
        &self.nodes
    }

    /// How many sessions there are.
    pub(crate) fn session_count(&self) -> usize {
        self.nodes.first.session_count() + self.nodes.other.session_count()
    }

    /// How many connects are held.
    pub(crate) fn held_count(&self) -> usize {
        self.nodes.first.held_count() + self.nodes.other.held_count()
    }

    /// Whether a page of that user waits for notifications.
    pub(crate) fn is_connected(&self, owner: &str) -> bool {
        self.waiting
            .values()
            .any(|waiting| waiting.owner == owner && matches!(waiting.asker, Asker::Client(_)))
    }

    /// When there is something to do of itself.
    pub(crate) fn wake_at(&self) -> Option<Instant> {
        self.wake_at
    }

    /// Does what is due, and hands out answers that are ready.
    pub(crate) fn settle(&mut self, now: Instant) {
        for node in self.nodes.both() {
            node.handle(Input::Wake, now);
        }
        loop {
            let wake_at = [
                self.settle_node(Node::First, now),
                self.settle_node(Node::Other, now),
            ];
            match self.settle_tabs(now) {
                Some(tabs_wake_at) => {
                    self.wake_at = wake_at.into_iter().chain([tabs_wake_at]).flatten().min();
                    return;
                }
                // They have asked something: there are answers to be found.
                None => continue,
            }
        }
    }

    fn settle_node(&mut self, node: Node, now: Instant) -> Option<Instant> {
        loop {
            match self.nodes.node(node).poll(now) {
                Output::Respond {
                    id,
                    status,
                    body,
                    browser,
                } => {
                    let answer = Answer {
                        status,
                        body,
                        browser,
                    };
                    self.answer(id, answer, now);
                }
                // Sessions need no looking after.
                Output::Event(_) => {}
                Output::Idle { wake_at } => return wake_at,
            }
        }
    }

    fn answer(&mut self, id: ExchangeId, answer: Answer, now: Instant) {
        match self.waiting.remove(&id).map(|waiting| waiting.asker) {
            Some(Asker::Client(sender)) => {
                // Nobody waits any more: the client is gone, and the next connect of its session
                // tells the node so.
                let _ = sender.send(answer);
            }
            Some(Asker::Tab(browser, number)) => {
                let tab = self.tabs.iter_mut().find(|tab| tab.browser() == browser);
                if let Some(tab) = tab {
                    tab.answered(number, answer.status, answer.body, now);
                }
            }
            None => {}
        }
    }

    /// Lets tabs ask what they have to ask. None if one has; otherwise when one will.
    fn settle_tabs(&mut self, now: Instant) -> Option<Option<Instant>> {
        let mut wake_at = None;
        let mut has_asked = false;
        let mut tabs = std::mem::take(&mut self.tabs);
        tabs.retain_mut(|tab| {
            loop {
                match tab.poll(now) {
                    Step::Ask { number, body } => {
                        has_asked = true;
                        let request = Request {
                            owner: tab.owner(),
                            browser: Some(tab.browser()),
                            body: &body,
                        };
                        let asker = Asker::Tab(tab.browser().to_owned(), number);
                        self.hand_on(request, Node::First, asker, now);
                    }
                    Step::Wait(until) => {
                        wake_at = wake_at.into_iter().chain(until).min();
                        return true;
                    }
                    Step::Closed => return false,
                }
            }
        });
        self.tabs = tabs;
        (!has_asked).then_some(wake_at)
    }

    fn hand_on(
        &mut self,
        request: Request<'_>,
        node: Node,
        asker: Asker,
        now: Instant,
    ) -> ExchangeId {
        self.exchanges += 1;
        let id = ExchangeId::new(self.exchanges);
        let waiting = Waiting {
            node,
            owner: request.owner.to_owned(),
            asker,
        };
        self.waiting.insert(id, waiting);
        let input = Input::Request {
            id,
            owner: request.owner,
            browser: request.browser,
            version: HttpVersion::Http1,
            body: request.body,
        };
        self.nodes.node(node).handle(input, now);
        id
    }
}

impl Nodes {
    fn new(options: &Options) -> Self {
        // Client ids must differ from run to run, or a restarted server would know old ones.
        let node = || Server::new(options.clone(), rand::random());
        Self {
            first: node(),
            other: node(),
        }
    }

    fn node(&mut self, node: Node) -> &mut Server {
        match node {
            Node::First => &mut self.first,
            Node::Other => &mut self.other,
        }
    }

    fn both(&mut self) -> [&mut Server; 2] {
        [&mut self.first, &mut self.other]
    }
}
