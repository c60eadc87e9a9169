//! What becomes of requests and responses on their way. A request that is cut off before it arrives
//! does not arrive; one that the browser sent twice is answered to the second.

use core::time::Duration;

use bayeux::{Exchange, ExchangeId, Failure, Input, Instant, Response, server};

use crate::hostile;
use crate::scenario::Scenario;
use crate::watch::Violation;
use crate::world::{Happening, SERVER, World};

/// A response, or none.
pub(crate) type Ending = Result<Response, Failure>;

/// The longest that anything is under way, in milliseconds. Less than what a client allows for
/// (`max_network_delay`), more than it allows for both ways together.
pub(crate) const SLOWEST: u64 = 9_000;
/// The longest, where nothing is slow, beside the distance.
const QUICK: u64 = 60;
/// The longest distance of a client from the server.
pub(crate) const FARTHEST: u64 = 150;
/// The most by which a repetition comes later than the request.
const REPETITION: u64 = 50;
/// The most that anybody on the way asks for in `Retry-After`.
pub(crate) const MOST_RETRY_AFTER: Duration = Duration::from_secs(60);

impl World {
    /// A request leaves a client.
    pub(crate) fn dispatch(&mut self, client: usize, exchange: Exchange) {
        let id = exchange.id;
        let weather = self.weather();
        let delay = self.delay(client);
        if self.is_server_down() || self.actors[client].is_offline {
            return self.fail_after(client, id, delay);
        }
        if self.dice.chance(weather.lost) {
            let is_noticed = self.dice.chance(500);
            self.note(SERVER, || format!("  request {} is lost", id.number()));
            if is_noticed {
                self.fail_after(client, id, delay);
            }
            return;
        }
        if self.dice.chance(weather.intercepted / 8) {
            let until = self.now + self.dice.millis(1, 60_000);
            let status = self.interception().status;
            self.actors[client].walled_off = Some((until, status));
        }
        let wall = self.actors[client].walled_off;
        let wall = wall.filter(|(until, _)| self.is_stormy() && self.now < *until);
        if wall.is_some() || self.dice.chance(weather.intercepted) {
            let mut response = self.interception();
            response.status = wall.map_or(response.status, |(_, status)| status);
            let status = response.status;
            self.note(SERVER, || {
                format!("  request {} is intercepted: {status}", id.number())
            });
            let ending = Happening::ToClient(client, id, Ok(response));
            return self.after(delay, ending);
        }
        let mut body = exchange.body;
        if self.dice.chance(weather.hostile / 8) {
            self.actors[client].hurried_until = self.now + self.dice.millis(1, 20_000);
        }
        if self.is_stormy()
            && self.now < self.actors[client].hurried_until
            && let Some(what) = hostile::hurry(&mut body)
        {
            self.note(SERVER, || format!("  somebody {what}"));
        }
        if self.dice.chance(weather.duplicated) {
            self.note(SERVER, || format!("  request {} is repeated", id.number()));
            let actor = &mut self.actors[client];
            let session = actor.client.counters().sessions;
            actor.watch.deliveries.repeated(session);
            let first = Happening::ToServer(client, None, id, body.clone());
            self.after(delay, first);
            let later = delay + self.dice.millis(1, REPETITION);
            return self.after(later, Happening::ToServer(client, Some(id), id, body));
        }
        self.after(delay, Happening::ToServer(client, Some(id), id, body));
    }

    /// A client has cut a request off.
    pub(crate) fn cut_off(&mut self, client: usize, id: ExchangeId) {
        self.schedule.cancel(|happening| {
            matches!(happening, Happening::ToServer(c, _, e, _) if *c == client && *e == id)
        });
        // Some proxies never tell the server.
        if !(self.is_stormy() && self.dice.chance(200)) {
            let delay = self.delay(client);
            self.after(delay, Happening::CutOff(client, id));
        }
    }

    pub(crate) fn arrive_at_server(
        &mut self,
        client: usize,
        answer_to: Option<ExchangeId>,
        sent_as: ExchangeId,
        body: &[u8],
    ) {
        if self.is_server_down() {
            if let Some(id) = answer_to {
                self.fail_after(client, id, Duration::from_millis(1));
            }
            return;
        }
        self.next_server_side += 1;
        let id = ExchangeId::new(self.next_server_side);
        self.exchanges.insert(id, (client, answer_to, sent_as));
        let actor = &self.actors[client];
        let input = server::Input::Request {
            id,
            owner: &actor.owner,
            browser: Some(&actor.browser),
            body,
        };
        self.server.handle(input, self.now);
    }

    pub(crate) fn cut_off_at_server(&mut self, client: usize, sent_as: ExchangeId) {
        let gone: Vec<ExchangeId> = self
            .exchanges
            .iter()
            .filter(|(_, (c, _, e))| *c == client && *e == sent_as)
            .map(|(id, _)| *id)
            .collect();
        for id in gone {
            self.exchanges.remove(&id);
            self.server.handle(server::Input::Gone { id }, self.now);
        }
    }

    /// A response leaves the server.
    pub(crate) fn respond(&mut self, server_side: ExchangeId, status: u16, mut body: Vec<u8>) {
        let Some((client, Some(id), _)) = self.exchanges.remove(&server_side) else {
            return;
        };
        let weather = self.weather();
        let delay = self.delay(client);
        if self.dice.chance(weather.lost) {
            let is_noticed = self.dice.chance(500);
            self.note(SERVER, || format!("  response to {} is lost", id.number()));
            if is_noticed {
                self.fail_after(client, id, delay);
            }
            return;
        }
        if self.dice.chance(weather.cut) {
            let length = self.dice.index(body.len());
            body.truncate(length);
            self.note(SERVER, || {
                format!("  response to {} is cut at {length}", id.number())
            });
        }
        if self.dice.chance(weather.hostile)
            && let Some(what) = hostile::rewrite(&mut body, &mut self.dice)
        {
            self.note(SERVER, || {
                format!("  response to {}: somebody {what}", id.number())
            });
        }
        if self.dice.chance(weather.hostile / 8) {
            self.actors[client].kept_quiet_until = self.now + self.dice.millis(1, 20_000);
        }
        if self.is_stormy()
            && self.now < self.actors[client].kept_quiet_until
            && let Some(what) = hostile::keep_quiet(&mut body)
        {
            self.note(SERVER, || {
                format!("  response to {}: somebody {what}", id.number())
            });
        }
        let is_refused = self.dice.chance(weather.hostile / 8);
        let status = if is_refused {
            let status = [400, 401, 403][self.dice.index(3)];
            self.note(SERVER, || {
                format!(
                    "  response to {}: somebody makes it a {status}",
                    id.number()
                )
            });
            status
        } else {
            status
        };
        let response = Response {
            status,
            retry_after: None,
            body,
        };
        self.after(delay, Happening::ToClient(client, id, Ok(response)));
    }

    /// The end of a request reaches its client, or waits until that is not frozen any more.
    pub(crate) fn arrive_at_client(
        &mut self,
        client: usize,
        id: ExchangeId,
        ending: Ending,
    ) -> Result<(), Violation> {
        let input = match ending {
            Ok(response) => Input::Response { id, response },
            Err(failure) => Input::Failed { id, failure },
        };
        if self.actors[client].frozen_until.is_some() {
            self.actors[client].inbox.push(input);
            return Ok(());
        }
        self.hand_over(client, input)
    }

    pub(crate) fn fail_after(&mut self, client: usize, id: ExchangeId, delay: Duration) {
        let failure = Failure {
            detail: "cut off".to_owned(),
        };
        self.after(delay, Happening::ToClient(client, id, Err(failure)));
    }

    /// How long something is under way.
    pub(crate) fn delay(&mut self, client: usize) -> Duration {
        let weather = self.weather();
        if self.dice.chance(weather.slow) {
            self.dice.millis(1_000, SLOWEST)
        } else {
            self.actors[client].distance + self.dice.millis(1, QUICK)
        }
    }

    /// The longest that a request and its response are under way together, as their client's clock
    /// has it.
    pub(crate) fn longest_way(scenario: &Scenario) -> Duration {
        let one_way = if scenario.slow > 0 {
            SLOWEST
        } else {
            QUICK + FARTHEST
        };
        Duration::from_millis(2 * one_way + REPETITION)
    }

    /// A client does not run for a while, or its clock jumps: what is under way meanwhile takes
    /// that much longer.
    pub(crate) fn delays(&mut self, client: usize, span: Duration) {
        let span = Self::longest_way(&self.scenario) + span;
        self.actors[client].watch.deliveries.delayed(span);
    }

    /// What something on the way answers in the server's place.
    fn interception(&mut self) -> Response {
        let status = [200, 401, 403, 404, 408, 413, 429, 500, 502, 503, 504][self.dice.index(11)];
        let body: &[u8] = match self.dice.below(3) {
            _ if status == 200 && self.dice.chance(500) => b"[]",
            0 => b"",
            1 => b"{\"error\":\"no\"}",
            _ => b"<!doctype html><title>Sign in</title>",
        };
        let most = MOST_RETRY_AFTER.as_secs();
        let retry_after = (matches!(status, 429 | 503) && self.dice.chance(500))
            .then(|| Duration::from_secs(self.dice.below(most + 1)));
        Response {
            status,
            retry_after,
            body: body.to_vec(),
        }
    }

    /// Every request that the server had is cut off: it is another server now.
    pub(crate) fn cut_off_everybody(&mut self) {
        let cut: Vec<(usize, Option<ExchangeId>, ExchangeId)> =
            std::mem::take(&mut self.exchanges).into_values().collect();
        for (client, answer_to, _) in cut {
            if let Some(id) = answer_to {
                let delay = self.delay(client);
                self.fail_after(client, id, delay);
            }
        }
    }

    /// The time of that client's clock when it is handed something now.
    pub(crate) fn clock_of(&self, client: usize) -> Instant {
        self.actors[client].clock(self.now)
    }
}
