//! The network to the server, and its losses.

use bayeux::{Duration, Endpoint, Exchange, ExchangeId, Failure, Input, Response, server, shared};

use super::browser::{Browser, Scheduled};
use crate::violation::Violation;

impl Browser {
    pub(super) fn send(&mut self, tab: usize, exchange: Exchange) -> Result<(), Violation> {
        let (id, endpoint) = (exchange.id, exchange.endpoint);
        self.note(tab, || {
            format!("→ {endpoint:?} {}: {}", id.number(), exchange.body)
        });
        let it = &mut self.tabs[tab];
        it.out.push((id, endpoint));
        let is_poll = |endpoint| matches!(endpoint, Endpoint::Connect | Endpoint::Handshake);
        let polls = it.out.iter().filter(|(_, endpoint)| is_poll(*endpoint));
        if polls.count() > 1 {
            return Err(Violation(format!("tab {tab}: two polls are out at once")));
        }
        if is_poll(endpoint) && self.has_channel && !it.client.leads() {
            return Err(Violation(format!("tab {tab} polls and does not lead")));
        }
        if endpoint == Endpoint::Handshake {
            self.handshakes += 1;
        }
        let delay = self.delay();
        if self.is_server_down {
            self.fail(tab, id);
        } else if self.dice.chance(self.weather.lost) {
            if self.dice.chance(500) {
                self.fail(tab, id);
            }
        } else {
            self.after(
                delay,
                Scheduled::ToServer(tab, id, exchange.body.into_bytes()),
            );
        }
        Ok(())
    }

    pub(super) fn arrive_at_server(&mut self, tab: usize, client_side: ExchangeId, body: &[u8]) {
        if self.is_server_down {
            return self.fail(tab, client_side);
        }
        if let Some((status, retry_after)) = self.refusal {
            let response = Response {
                status,
                retry_after,
                body: Vec::new(),
            };
            return self.respond(tab, client_side, response);
        }
        self.next_server_side += 1;
        let id = ExchangeId::new(self.next_server_side);
        self.exchanges.insert(id, (tab, client_side));
        let input = server::Input::Request {
            id,
            owner: "a user",
            browser: Some("the browser"),
            body,
        };
        self.server.handle(input, self.now);
    }

    pub(super) fn cut_off(&mut self, tab: usize, id: ExchangeId) {
        self.schedule.cancel(
            |scheduled| matches!(scheduled, Scheduled::ToServer(t, e, _) if (*t, *e) == (tab, id)),
        );
        let delay = self.delay();
        self.after(delay, Scheduled::CutOff(tab, id));
    }

    pub(super) fn fail(&mut self, tab: usize, id: ExchangeId) {
        let failure = Failure {
            detail: "cut off".to_owned(),
        };
        let input = shared::Input::Client(Input::Failed { id, failure });
        let delay = self.delay();
        self.after(delay, Scheduled::ToTab(tab, None, input));
    }

    fn respond(&mut self, tab: usize, id: ExchangeId, response: Response) {
        let input = shared::Input::Client(Input::Response { id, response });
        let delay = self.delay();
        self.after(delay, Scheduled::ToTab(tab, None, input));
    }

    pub(super) fn drain_server(&mut self) {
        loop {
            match self.server.poll(self.now) {
                server::Output::Respond {
                    id, status, body, ..
                } => {
                    let Some((tab, id)) = self.exchanges.remove(&id) else {
                        continue;
                    };
                    if self.dice.chance(self.weather.lost) {
                        if self.dice.chance(500) {
                            self.fail(tab, id);
                        }
                        continue;
                    }
                    let response = Response {
                        status,
                        retry_after: None,
                        body,
                    };
                    self.respond(tab, id, response);
                }
                server::Output::Event(_) => {}
                server::Output::Idle { wake_at } => {
                    self.server_wake = wake_at;
                    return;
                }
            }
        }
    }

    fn delay(&mut self) -> Duration {
        match self.dice.chance(self.weather.slow) {
            true => self.dice.millis(1_000, 9_000),
            false => self.dice.millis(1, 60),
        }
    }
}
