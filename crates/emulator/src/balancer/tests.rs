//! Nodes and second tabs, without HTTP.

use std::time::Duration;

use serde_json::{Value, json};

use super::*;

struct Bench {
    balancer: Balancer,
    now: Instant,
}

impl Bench {
    fn new() -> Self {
        Self {
            balancer: Balancer::new(
                Options {
                    // No session ends for want of a connect.
                    max_interval: Duration::from_secs(3_600),
                    ..Options::default()
                },
                &Limits {
                    notification_sessions: 10,
                    ..Limits::default()
                },
            ),
            now: Instant::default(),
        }
    }

    fn ask(&mut self, node: Node, body: &Value) -> oneshot::Receiver<Answer> {
        let body = body.to_string();
        let request = Request {
            owner: "user",
            browser: Some("browser"),
            body: body.as_bytes(),
        };
        let (_, receiver) = self.balancer.request(request, node, self.now);
        self.balancer.settle(self.now);
        receiver
    }

    fn answer(&mut self, node: Node, body: &Value) -> Vec<Value> {
        answered(&mut self.ask(node, body)).expect("an answer at once")
    }

    fn handshake(&mut self, node: Node) -> String {
        let handshake = json!([{ "channel": "/meta/handshake", "version": "1.0",
            "supportedConnectionTypes": ["long-polling"] }]);
        let answer = self.answer(node, &handshake);
        answer[0]["clientId"].as_str().expect("granted").to_owned()
    }
}

fn answered(receiver: &mut oneshot::Receiver<Answer>) -> Option<Vec<Value>> {
    let answer = receiver.try_recv().ok()?;
    Some(serde_json::from_slice(&answer.body).expect("a list"))
}

fn connect(client: &str) -> Value {
    json!([{ "channel": "/meta/connect", "clientId": client, "connectionType": "long-polling" }])
}

#[test]
fn a_node_knows_only_its_own_sessions() {
    let mut bench = Bench::new();
    let client = bench.handshake(Node::First);
    assert_eq!(
        bench.answer(Node::First, &connect(&client))[0]["successful"],
        true
    );
    let astray = bench.answer(Node::Other, &connect(&client));
    assert_eq!(astray[0]["successful"], false);
    assert!(
        astray[0]["error"]
            .as_str()
            .expect("an error")
            .starts_with("402")
    );
    assert_eq!(bench.balancer.session_count(), 1);
}

#[test]
fn after_a_restart_nobody_is_known_or_answered() {
    let mut bench = Bench::new();
    let client = bench.handshake(Node::First);
    bench.answer(Node::First, &connect(&client));
    let mut held = bench.ask(Node::First, &connect(&client));
    assert!(bench.balancer.is_connected("user"));
    bench.balancer.restart();
    bench.balancer.settle(bench.now);
    assert!(held.try_recv().is_err());
    assert!(!bench.balancer.is_connected("user"));
    assert_eq!(
        bench.answer(Node::First, &connect(&client))[0]["successful"],
        false
    );
}

#[test]
fn a_second_tab_holds_a_poll_until_it_is_closed() {
    let mut bench = Bench::new();
    let client = bench.handshake(Node::First);
    bench.balancer.open_second_tab("user", "browser", bench.now);
    bench.balancer.open_second_tab("user", "browser", bench.now);
    assert_eq!(bench.balancer.session_count(), 2, "one tab a browser");
    assert_eq!(bench.balancer.held_count(), 1);
    let crowded = bench.answer(Node::First, &connect(&client));
    assert_eq!(
        crowded[0]["advice"]["multiple-clients"], true,
        "{crowded:?}"
    );
    assert_eq!(crowded[0]["advice"]["interval"], 2_000);
    // As long as there is one, nothing is held.
    bench.answer(Node::First, &connect(&client));
    // It keeps at it when its poll times out.
    bench.now = bench.now + Options::default().timeout;
    bench.balancer.settle(bench.now);
    assert_eq!(bench.balancer.held_count(), 1);

    bench.balancer.close_second_tabs(bench.now);
    bench.balancer.settle(bench.now);
    assert_eq!(bench.balancer.held_count(), 0);
    let mut held = bench.ask(Node::First, &connect(&client));
    if let Some(answer) = answered(&mut held) {
        // The first one tells that the crowd is gone.
        assert_eq!(answer[0]["advice"]["interval"], 0, "{answer:?}");
        held = bench.ask(Node::First, &connect(&client));
    }
    assert_eq!(answered(&mut held), None, "held again");
}
