//! The cost of a response for the client, natively: splitting it, sending the next connect, and
//! delivering every message to the application. `cargo xtask bench` measures the same in a browser.

mod sample;

use std::hint::black_box;

use bayeux::{
    Client, Config, Endpoint, Event, ExchangeId, Input, Instant, Output, Pattern, Response,
};
use criterion::{BatchSize, BenchmarkId, Criterion, Throughput};

/// A connected client that polls.
struct Polling {
    client: Client,
    now: Instant,
    connect: ExchangeId,
}

impl Polling {
    fn new() -> Self {
        let mut client = Client::new(Config::default(), 17);
        let now = Instant::from_millis(1_000_000);
        client.subscribe(Pattern::new(sample::CHANNEL).expect("a channel"));
        client.open(now);
        let mut polling = Self {
            client,
            now,
            connect: ExchangeId::new(0),
        };
        (polling.connect, _) = polling.drain();
        for reply in [sample::GRANT, sample::NOTHING] {
            polling.take(reply.into());
        }
        polling
    }

    fn answer(&mut self, id: ExchangeId, body: Vec<u8>) {
        let response = Response::ok(body);
        self.client
            .handle(Input::Response { id, response }, self.now);
    }

    /// Takes a response to the poll, and returns the number of its messages.
    fn take(&mut self, body: Vec<u8>) -> usize {
        self.answer(self.connect, body);
        let (connect, messages) = self.drain();
        self.connect = connect;
        messages
    }

    /// The next poll, and the number of messages. Subscriptions are granted.
    fn drain(&mut self) -> (ExchangeId, usize) {
        let mut poll = None;
        let mut messages = 0;
        loop {
            match self.client.poll(self.now) {
                Output::Send(exchange) if exchange.endpoint == Endpoint::Base => {
                    self.answer(exchange.id, sample::SUBSCRIBED.into());
                }
                Output::Send(exchange) => poll = Some(exchange.id),
                Output::Event(Event::Message(message)) => {
                    black_box(message);
                    messages += 1;
                }
                Output::Idle { .. } => break,
                _ => {}
            }
        }
        (poll.expect("the client goes on"), messages)
    }
}

fn responses(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("client takes a response");
    for size in [1, 100, 2_000] {
        let body = sample::response(size);
        group.throughput(Throughput::Elements(size as u64));
        group.bench_with_input(BenchmarkId::from_parameter(size), &body, |bencher, body| {
            let mut client = Polling::new();
            bencher.iter_batched(
                || body.clone(),
                |body| assert_eq!(client.take(body), size),
                BatchSize::SmallInput,
            );
        });
    }
    group.finish();
}

fn main() {
    let mut criterion = Criterion::default().configure_from_args();
    responses(&mut criterion);
    criterion.final_summary();
}
