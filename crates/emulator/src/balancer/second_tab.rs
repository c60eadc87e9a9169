//! A second page in a client's browser: a CometD client of the emulator's own, with the client's
//! cookie, that holds a connect.

use bayeux::{Client, Config, ExchangeId, Input, Instant, Output, Phase, Response};

/// A second page.
pub(super) struct SecondTab {
    client: Client,
    owner: String,
    browser: String,
}

/// What a page does next.
pub(super) enum Step {
    /// It sends a request.
    Ask {
        /// Its own number for it.
        number: ExchangeId,
        body: Vec<u8>,
    },
    /// Nothing until an answer or that time.
    Wait(Option<Instant>),
    /// It is closed.
    Closed,
}

impl SecondTab {
    pub(super) fn open(owner: &str, browser: &str, now: Instant) -> Self {
        let mut client = Client::new(Config::default(), rand::random());
        client.open(now);
        Self {
            client,
            owner: owner.to_owned(),
            browser: browser.to_owned(),
        }
    }

    pub(super) fn close(&mut self, now: Instant) {
        self.client.close(now);
    }

    pub(super) fn owner(&self) -> &str {
        &self.owner
    }

    pub(super) fn browser(&self) -> &str {
        &self.browser
    }

    pub(super) fn answered(
        &mut self,
        number: ExchangeId,
        status: u16,
        body: Vec<u8>,
        now: Instant,
    ) {
        let response = Response {
            status,
            retry_after: None,
            body,
        };
        let input = Input::Response {
            id: number,
            response,
        };
        self.client.handle(input, now);
    }

    pub(super) fn poll(&mut self, now: Instant) -> Step {
        self.client.handle(Input::Wake, now);
        loop {
            match self.client.poll(now) {
                Output::Send(exchange) => {
                    return Step::Ask {
                        number: exchange.id,
                        body: exchange.body,
                    };
                }
                // What is held for it goes on being held; the node notices by the next connect.
                Output::Abort(_) | Output::Event(_) => {}
                Output::Idle { wake_at } => {
                    return match self.client.status().phase {
                        Phase::Stopped | Phase::Idle => Step::Closed,
                        _ => Step::Wait(wake_at),
                    };
                }
            }
        }
    }
}
