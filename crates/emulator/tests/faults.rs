//! Faults and restarts that end connections, on real sockets.

mod browser;

use gws_emulator::{Config, Emulator, start};
use tokio::net::TcpStream;

use self::browser::{Browser, CONNECT, SOON, connect, until_it_ends};

const STEERS: &str = "POST /emulator/instructions";

async fn emulator(change: impl FnOnce(&mut Config)) -> Emulator {
    let mut config = Config {
        port: 0,
        life: false,
        auto_login: true,
        csrf: false,
        ..Config::default()
    };
    change(&mut config);
    start(config).await.expect("started")
}

/// The announced and the actual length of a body.
fn lengths(answer: &str) -> (usize, usize) {
    let (head, body) = answer.split_once("\r\n\r\n").expect("a head");
    let announced = head
        .lines()
        .find_map(|line| line.strip_prefix("content-length: "));
    (
        announced.expect("a length").parse().expect("a number"),
        body.len(),
    )
}

#[tokio::test]
async fn a_reply_is_cut_off_in_the_middle() {
    let emulator = emulator(|_| {}).await;
    let mut browser = Browser::new(&emulator);
    let whole = browser.request("GET /api/v2/users?fields=*", "").await;
    let (announced, came) = lengths(&whole);
    assert_eq!(announced, came);
    emulator
        .control()
        .fault("cutOffReplies:path=/users")
        .expect("a fault");
    let half = browser.request("GET /api/v2/users?fields=*", "").await;
    let (announced, came) = lengths(&half);
    assert_eq!(came, announced / 2);
}

#[tokio::test]
async fn a_request_is_carried_out_and_its_reply_is_lost() {
    let emulator = emulator(|_| {}).await;
    let control = emulator.control();
    let mut browser = Browser::new(&emulator);
    let devices = browser.request("GET /api/v2/me/devices", "").await;
    let (_, device) = devices.split_once("/api/v2/devices/").expect("a device");
    let device = format!("POST /api/v2/me/devices/{}", &device[..36]);
    control
        .fault("loseReplies:path=/me/devices/,times=1")
        .expect("a fault");
    let listen = r#"{"operationName":"ListenIn","phoneNumber":"6001"}"#;
    assert_eq!(browser.request(&device, listen).await, "");
    assert!(control.monitoring("5005").is_some());
}

#[tokio::test]
async fn a_held_poll_is_closed() {
    let emulator = emulator(|_| {}).await;
    let mut browser = Browser::new(&emulator);
    let id = browser.subscribed().await;
    emulator
        .control()
        .fault("cutPolls:after=50ms,with=close")
        .expect("a fault");
    assert_eq!(browser.request(CONNECT, &connect(&id)).await, "");
}

#[tokio::test]
async fn a_restart_ends_connections_forgets_sessions_and_keeps_the_telephone_system() {
    let emulator = emulator(|_| {}).await;
    let control = emulator.control();
    let mut browser = Browser::new(&emulator);
    let id = browser.subscribed().await;
    control.monitored_by_other("6001").expect("accepted");
    let held = browser.send(CONNECT, &connect(&id)).await;
    // The request that causes it is answered; all other connections just end.
    let answer = browser.request(STEERS, r#"{"do":"restart"}"#).await;
    assert!(answer.contains(r#"{"done":1}"#), "{answer}");
    assert_eq!(until_it_ends(held).await, "");
    let answer = again(&mut browser, &connect(&id)).await;
    assert!(answer.contains("402"), "{answer}");
    assert!(control.monitoring("5006").is_some());

    let answer = browser
        .request(STEERS, r#"{"do":"restart","world":"anew"}"#)
        .await;
    assert!(answer.contains(r#"{"done":1}"#), "{answer}");
    assert_eq!(control.monitoring("5006"), None);
    again(&mut browser, &connect(&id)).await;
    emulator.stop().await;
}

/// Polls as soon as the server is listening again.
async fn again(browser: &mut Browser, body: &str) -> String {
    tokio::time::timeout(SOON, async {
        loop {
            match TcpStream::connect(browser.address).await {
                Ok(_) => match browser.request(CONNECT, body).await {
                    // The old server still accepted this connection.
                    answer if answer.is_empty() => {}
                    answer => return answer,
                },
                Err(_) => tokio::task::yield_now().await,
            }
        }
    })
    .await
    .expect("it listens again")
}

#[tokio::test]
async fn nobody_listens_while_the_server_is_down() {
    let emulator = emulator(|_| {}).await;
    let mut browser = Browser::new(&emulator);
    browser
        .request(STEERS, r#"{"do":"restart","downFor":"1h"}"#)
        .await;
    tokio::time::timeout(SOON, async {
        while TcpStream::connect(browser.address).await.is_ok() {
            tokio::task::yield_now().await;
        }
    })
    .await
    .expect("the socket is closed");
    assert_eq!(
        emulator.control().agents().len(),
        40,
        "the contact centre is there"
    );
    emulator.stop().await;
}

#[tokio::test]
async fn a_failover_is_survived_with_another_session() {
    // Thirty seconds of the contact centre's time in four.
    let emulator = emulator(|config| config.speed = 8.0).await;
    let control = emulator.control();
    let mut browser = Browser::new(&emulator);
    let answer = browser
        .request("POST /emulator/scripts", r#"{"name":"failover"}"#)
        .await;
    assert!(answer.contains("\"steps\":7"), "{answer}");
    again(&mut browser, "[]").await;
    let mut seen = String::new();
    let mut id = browser.subscribed().await;
    tokio::time::timeout(SOON, async {
        while !(seen.contains("555-0199") && seen.contains("Released")) {
            let answer = again(&mut browser, &connect(&id)).await;
            if answer.contains("402::") {
                id = browser.subscribed().await;
            }
            seen += &answer;
        }
    })
    .await
    .expect("everything is received in the end");
    assert!(seen.contains("555-0100"), "the call before");
    assert!(seen.contains("402::"), "the session is not known any more");
    let status = control.script().expect("a script");
    assert_eq!((status.done, status.steps), (7, 7), "{status:?}");
}
