//! The cost of a notification to everybody for the server, and of a request among many sessions.

mod sample;

use std::hint::black_box;
use std::time::{Duration, Instant as Stopwatch};

use bayeux::server::{Input, Options, Output, Server};
use bayeux::{Channel, ExchangeId, Instant, RawValue};
use criterion::{Criterion, Throughput};

/// The number of sessions.
const SESSIONS: usize = 2_000;

/// A server whose sessions have all subscribed, each with a held connect.
struct Crowd {
    server: Server,
    now: Instant,
    exchanges: u64,
    sessions: Vec<String>,
}

impl Crowd {
    fn new() -> Self {
        let options = Options {
            max_sessions_per_browser: -1,
            ..Options::default()
        };
        let mut crowd = Self {
            server: Server::new(options, 17),
            now: Instant::from_millis(1_000_000),
            exchanges: 0,
            sessions: Vec::new(),
        };
        for _ in 0..SESSIONS {
            let reply = crowd.ask(
                r#"[{"id":"1","channel":"/meta/handshake","version":"1.0","supportedConnectionTypes":["long-polling"]}]"#,
            );
            let reply = reply.expect("a handshake is answered at once");
            let replies: Vec<serde_json::Value> =
                serde_json::from_slice(&reply).expect("a list of messages");
            let id = replies[0]["clientId"]
                .as_str()
                .expect("a session")
                .to_owned();
            let subscribe = format!(
                r#"[{{"id":"2","channel":"/meta/subscribe","clientId":"{id}","subscription":"{}"}}]"#,
                sample::CHANNEL
            );
            crowd
                .ask(&subscribe)
                .expect("a subscribe is answered at once");
            // The first connect is answered at once: it brings advice.
            crowd.connect(&id);
            if crowd.server.held_count() == crowd.sessions.len() {
                crowd.connect(&id);
            }
            crowd.sessions.push(id);
            assert_eq!(crowd.server.held_count(), crowd.sessions.len());
        }
        crowd
    }

    fn connect(&mut self, session: &str) {
        self.ask(&format!(
            r#"[{{"id":"3","channel":"/meta/connect","clientId":"{session}","connectionType":"long-polling"}}]"#
        ));
    }

    /// Sends a request, and returns the answer if it comes at once.
    fn ask(&mut self, body: &str) -> Option<Vec<u8>> {
        self.exchanges += 1;
        let request = Input::Request {
            id: ExchangeId::new(self.exchanges),
            owner: "supervisor",
            browser: Some("browser"),
            body: body.as_bytes(),
        };
        self.server.handle(request, self.now);
        let mut answer = None;
        loop {
            match self.server.poll(self.now) {
                Output::Respond { body, .. } => answer = Some(body),
                Output::Event(_) => {}
                Output::Idle { .. } => return answer,
            }
        }
    }

    /// Drains the outputs, and counts the responses.
    fn drain(&mut self) -> usize {
        let mut responses = 0;
        loop {
            match self.server.poll(self.now) {
                Output::Respond { body, .. } => {
                    black_box(body);
                    responses += 1;
                }
                Output::Event(_) => {}
                Output::Idle { .. } => return responses,
            }
        }
    }
}

fn fan_out(criterion: &mut Criterion) {
    let channel = Channel::new(sample::CHANNEL).expect("a channel");
    let data = RawValue::from_string(sample::DEVICE.to_owned()).expect("JSON");
    let mut crowd = Crowd::new();
    let mut group = criterion.benchmark_group("server tells everybody");
    group.sample_size(10);
    group.throughput(Throughput::Elements(SESSIONS as u64));
    group.bench_function(format!("{SESSIONS} sessions"), |bencher| {
        bencher.iter_custom(|times| {
            let mut spent = Duration::ZERO;
            for _ in 0..times {
                let began = Stopwatch::now();
                crowd.server.deliver("supervisor", &channel, &data);
                assert_eq!(crowd.drain(), SESSIONS);
                spent += began.elapsed();
                for session in crowd.sessions.clone() {
                    crowd.connect(&session);
                }
            }
            spent
        });
    });
    group.finish();
}

fn requests(criterion: &mut Criterion) {
    let mut crowd = Crowd::new();
    let session = crowd.sessions[SESSIONS / 2].clone();
    // Built once: a repeated subscribe does no harm.
    let subscribe = format!(
        r#"[{{"id":"2","channel":"/meta/subscribe","clientId":"{session}","subscription":"{}"}}]"#,
        sample::CHANNEL
    );
    let mut group = criterion.benchmark_group("server takes a request");
    group.throughput(Throughput::Elements(1));
    group.bench_function(format!("among {SESSIONS} sessions"), |bencher| {
        bencher.iter(|| crowd.ask(&subscribe).expect("an answer"));
    });
    group.finish();
}

fn main() {
    let mut criterion = Criterion::default().configure_from_args();
    fan_out(&mut criterion);
    requests(&mut criterion);
    criterion.final_summary();
}
