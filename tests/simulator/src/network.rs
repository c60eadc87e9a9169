//! The fate of requests and responses.

use bayeux::{Duration, Failure, Instant, Response};

use crate::dice::Dice;
use crate::hostile;
use crate::scenario::Scenario;

/// A response, or none.
pub(crate) type Ending = Result<Response, Failure>;

/// The longest delay in milliseconds. Less than a client allows for (`max_network_delay`), but
/// twice this is more.
pub(crate) const SLOWEST: u64 = 9_000;
/// The longest delay if nothing is slow, in addition to the client's distance.
const QUICK: u64 = 60;
/// The longest distance of a client from the server.
const FARTHEST: u64 = 150;
/// The longest delay of a repetition after the request.
const REPETITION: u64 = 50;
/// The longest `Retry-After`.
pub(crate) const MOST_RETRY_AFTER: Duration = Duration::from_secs(60);

/// The fate of a request.
#[derive(Debug)]
pub(crate) enum Fate {
    Arrives,
    /// It arrives twice, the second time this much later.
    ArrivesTwice(Duration),
    /// It does not arrive, and ends like this; or never, as far as the client can see.
    Ends(Option<Ending>),
}

/// The network between clients and server.
#[derive(Debug)]
pub(crate) struct Network {
    scenario: Scenario,
    is_over: bool,
    dice: Dice,
    /// By client.
    ways: Vec<Way>,
}

/// The way between one client and the server.
#[derive(Debug, Default)]
struct Way {
    /// The minimum time for everything.
    distance: Duration,
    /// Until when connects are rewritten to be answered at once.
    hurried_until: Instant,
    /// Until when every request is answered with this HTTP status.
    blocked: Option<(Instant, u16)>,
    /// Until when replies to subscribe and unsubscribe are removed.
    subscriptions_hidden_until: Instant,
}

impl Network {
    pub(crate) fn new(scenario: &Scenario, clients: usize, seed: u64) -> Self {
        let mut dice = Dice::new(seed);
        let way = |_| Way {
            distance: match dice.chance(scenario.far) {
                true => dice.millis(100, FARTHEST),
                false => Duration::ZERO,
            },
            ..Way::default()
        };
        Self {
            scenario: *scenario,
            is_over: false,
            ways: (0..clients).map(way).collect(),
            dice,
        }
    }

    /// From now on there are no faults.
    pub(crate) fn calm_down(&mut self) {
        self.scenario = Scenario::CALM;
        self.is_over = true;
        for way in &mut self.ways {
            way.blocked = None;
            way.hurried_until = Instant::default();
            way.subscriptions_hidden_until = Instant::default();
        }
    }

    /// The fate of a request that leaves a client; its body may be rewritten.
    pub(crate) fn request(&mut self, client: usize, body: &mut Vec<u8>, now: Instant) -> Fate {
        let weather = self.scenario;
        if self.dice.chance(weather.lost) {
            return Fate::Ends(self.dice.chance(500).then(cut_off));
        }
        if self.dice.chance(weather.intercepted / 8) {
            let until = now + self.dice.millis(1, 60_000);
            self.ways[client].blocked = Some((until, self.interception().status));
        }
        let blocked = self.ways[client].blocked;
        let blocked = blocked.filter(|(until, _)| now < *until);
        if blocked.is_some() || self.dice.chance(weather.intercepted) {
            let mut response = self.interception();
            response.status = blocked.map_or(response.status, |(_, status)| status);
            return Fate::Ends(Some(Ok(response)));
        }
        if self.dice.chance(weather.hurried) {
            self.ways[client].hurried_until = now + self.dice.millis(1, 20_000);
        }
        if now < self.ways[client].hurried_until {
            hostile::hurry(body);
        }
        match self.dice.chance(weather.duplicated) {
            true => Fate::ArrivesTwice(self.dice.millis(1, REPETITION)),
            false => Fate::Arrives,
        }
    }

    /// How a request that the server has answered ends, and how the response was rewritten; without
    /// an ending, the client notices nothing.
    pub(crate) fn response(
        &mut self,
        client: usize,
        mut status: u16,
        mut body: Vec<u8>,
        now: Instant,
    ) -> (Option<Ending>, Vec<&'static str>) {
        let weather = self.scenario;
        if self.dice.chance(weather.lost) {
            return (self.dice.chance(500).then(cut_off), vec!["lost"]);
        }
        let mut faults = Vec::new();
        if self.dice.chance(weather.cut) {
            body.truncate(self.dice.index(body.len()));
            faults.push("cut short");
        }
        if self.dice.chance(weather.hostile) {
            faults.extend(hostile::rewrite(&mut body, &mut self.dice));
        }
        if self.dice.chance(weather.hostile / 8) {
            let until = now + self.dice.millis(1, 20_000);
            self.ways[client].subscriptions_hidden_until = until;
        }
        if now < self.ways[client].subscriptions_hidden_until {
            faults.extend(hostile::hide_subscriptions(&mut body));
        }
        if self.dice.chance(weather.hostile / 8) {
            status = self.dice.pick(&[400, 401, 403]);
            faults.push("another status");
        }
        let response = Response {
            status,
            retry_after: None,
            body,
        };
        (Some(Ok(response)), faults)
    }

    /// Whether the server notices that a client has closed a request. Some proxies hide it.
    pub(crate) fn shows_cut(&mut self) -> bool {
        self.is_over || !self.dice.chance(200)
    }

    /// The delay in one direction.
    pub(crate) fn delay(&mut self, client: usize) -> Duration {
        match self.dice.chance(self.scenario.slow) {
            true => self.dice.millis(1_000, SLOWEST),
            false => self.ways[client].distance + self.dice.millis(1, QUICK),
        }
    }

    /// A response from something between client and server.
    fn interception(&mut self) -> Response {
        let statuses = [200, 401, 403, 404, 408, 413, 429, 500, 502, 503, 504];
        let status = self.dice.pick(&statuses);
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
}

/// A request that ended without a response.
pub(crate) fn cut_off() -> Ending {
    Err(Failure {
        detail: "cut off".to_owned(),
    })
}

/// The longest time that a request and its response take together.
pub(crate) fn longest_round_trip(scenario: &Scenario) -> Duration {
    let one_way = match scenario.slow > 0 {
        true => SLOWEST,
        false => QUICK + FARTHEST,
    };
    Duration::from_millis(2 * one_way + REPETITION)
}
