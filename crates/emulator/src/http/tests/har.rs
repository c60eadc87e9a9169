//! A HAR that is replayed to a client: a supervisor listens in, answers, and stops.

use tokio::task::JoinSet;
use tokio::time::Instant;

use super::*;
use crate::har::{self, Replay};

/// In the shape that Chromium exports, behind a prefix of another host.
const HAR: &[u8] = include_bytes!("../../../har/supervisor.har");
const DEVICE: &str = "/api/v2/me/devices/65060736-032b-4898-820d-0863dca72538";

fn site() -> (Site, JoinSet<()>) {
    let replay = Arc::new(Replay::parse(HAR).expect("a HAR"));
    let config = Config {
        auto_login: true,
        ..Config::default()
    };
    let mut site = Site::with(config);
    site.router = crate::http::router(&site.shared, Some(&replay));
    let mut tasks = site.driver();
    tasks.spawn(har::deliver(replay, Arc::clone(&site.shared)));
    (site, tasks)
}

/// Connects until a notification comes: the first one, and how long after `since`.
async fn received(client: &Client, id: &str, since: Instant) -> (Value, u128) {
    let mut client = client.clone();
    loop {
        if let Some(message) = client.listen(id).await.into_iter().next() {
            return (message["data"].clone(), since.elapsed().as_millis());
        }
    }
}

#[tokio::test(start_paused = true)]
async fn notifications_wait_for_operations_and_keep_their_recorded_intervals() {
    let (site, _tasks) = site();
    let mut client = site.anonymous();
    assert_eq!(
        client.read("/api/v2/me").await["user"]["userName"],
        "supervisor"
    );
    let id = client.subscribe().await;
    // However long the client waits.
    assert_eq!(client.listen(&id).await, [] as [Value; 0]);

    let asked = Instant::now();
    let listening = client.clone();
    let reply = async {
        client.asks(DEVICE, "ListenIn").await;
        asked.elapsed().as_millis()
    };
    let ((device, came), replied) = tokio::join!(received(&listening, &id, asked), reply);
    assert_eq!(
        device["devices"][0]["supervisorMonitoringState"]["state"],
        "ListenIn"
    );
    assert!((90..150).contains(&came), "{came}");
    assert!((340..400).contains(&replied), "{replied}");

    let (ringing, came) = received(&client, &id, asked).await;
    assert_eq!(ringing["call"]["state"], "Ringing");
    assert!((900..1_000).contains(&came), "{came}");
    let call = ringing["call"]["id"].as_str().expect("an id");
    let calls = client.read("/api/v2/me/calls?fields=*").await;
    assert_eq!(calls["calls"][0]["id"], call);
    client
        .asks(&format!("/api/v2/me/calls/{call}"), "Answer")
        .await;
    for state in ["Established", "Released"] {
        let (message, _) = received(&client, &id, asked).await;
        assert_eq!(message["call"]["state"], state);
    }
    client.asks(DEVICE, "CancelSupervisorMonitoring").await;
    let (device, _) = received(&client, &id, asked).await;
    assert_eq!(
        device["devices"][0]["id"],
        DEVICE.rsplit('/').next().expect("an id")
    );
    assert_ne!(
        device["devices"][0]["supervisorMonitoringState"]["state"],
        "ListenIn"
    );
}

#[tokio::test]
async fn a_request_that_was_not_recorded_is_refused_with_a_message() {
    let (site, _tasks) = site();
    let mut client = site.anonymous();
    let reply = client.get("/api/v2/contacts").await;
    reply.is_refused(404, 6);
    assert!(
        reply
            .text
            .contains("GET /api/v2/contacts is not in the HAR"),
        "{}",
        reply.text
    );
}

#[tokio::test]
async fn no_recorded_cookie_or_token_is_replayed() {
    let (site, _tasks) = site();
    let reply = site.anonymous().get("/api/v2/me").await;
    let recorded = String::from_utf8_lossy(HAR);
    for own in ["set-cookie", "x-csrf-token"] {
        let value = reply.headers[own].to_str().expect("text");
        let value = value.split([';', '=']).nth(1).unwrap_or(value);
        assert!(!recorded.contains(value), "{own}: {value}");
    }
    assert_eq!(reply.headers.get_all(header::SET_COOKIE).iter().count(), 1);
    assert!(!reply.headers.contains_key("strict-transport-security"));
}
