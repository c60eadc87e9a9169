//! The emulator over real sockets: start, stop and the page.

mod browser;

use std::time::Duration;

use gws_emulator::{Config, Emulator, StartError, start};
use tokio::io::AsyncReadExt;

use self::browser::{Browser, CONNECT, SOON, connect};

async fn quiet(port: u16) -> Emulator {
    try_quiet(port).await.expect("started")
}

async fn try_quiet(port: u16) -> Result<Emulator, StartError> {
    let config = Config {
        port,
        life: false,
        auto_login: true,
        csrf: false,
        ..Config::default()
    };
    start(config).await
}

#[tokio::test]
async fn a_taken_port_is_reported() {
    let emulator = quiet(0).await;
    let port = emulator.address().port();
    match try_quiet(port).await {
        Err(StartError::PortTaken(taken)) => assert_eq!(taken, port),
        other => panic!("{:?}", other.map(|_| ())),
    }
}

#[tokio::test]
async fn an_invalid_configuration_is_refused() {
    for speed in [0.0, -1.0, 1e-30, f64::NAN, f64::INFINITY] {
        let config = Config {
            port: 0,
            speed,
            ..Config::default()
        };
        assert!(matches!(start(config).await, Err(StartError::Speed(_))));
    }
    let page = Some("/nowhere/at/all".into());
    let config = Config {
        port: 0,
        page,
        ..Config::default()
    };
    assert!(matches!(start(config).await, Err(StartError::NoPage(_))));
}

#[tokio::test]
async fn stopping_ends_held_requests_and_forgets_sessions() {
    let emulator = quiet(0).await;
    let port = emulator.address().port();
    let control = emulator.control();
    let mut browser = Browser::new(&emulator);
    let id = browser.subscribed().await;
    control.monitored_by_other("6001").expect("accepted");
    let mut held = browser.send(CONNECT, &connect(&id)).await;
    let mut byte = [0];
    assert!(
        tokio::time::timeout(Duration::from_millis(50), held.read(&mut byte))
            .await
            .is_err(),
        "the connect is held"
    );
    tokio::time::timeout(SOON, emulator.stop())
        .await
        .expect("at once");
    // Closed or reset: either way it is over.
    let end = tokio::time::timeout(SOON, held.read(&mut byte)).await;
    assert!(matches!(end.expect("at once"), Ok(0) | Err(_)));

    let emulator = quiet(port).await;
    let control = emulator.control();
    assert_eq!(control.monitoring("5006"), None);
    let answer = browser.request(CONNECT, &connect(&id)).await;
    assert!(answer.contains("\"successful\":false"), "{answer}");
    assert!(answer.contains("\"reconnect\":\"handshake\""), "{answer}");
    emulator.stop().await;
}

#[tokio::test]
async fn a_browser_that_goes_away_ends_its_held_request() {
    let notifications = bayeux::server::Options {
        max_interval: bayeux::Duration::from_millis(20),
        ..bayeux::server::Options::default()
    };
    let config = Config {
        port: 0,
        life: false,
        auto_login: true,
        csrf: false,
        notifications,
        ..Config::default()
    };
    let emulator = start(config).await.expect("started");
    let control = emulator.control();
    let mut browser = Browser::new(&emulator);
    let id = browser.subscribed().await;
    let held = browser.send(CONNECT, &connect(&id)).await;
    drop(held);
    tokio::time::timeout(SOON, async {
        while control.notification_sessions() > 0 {
            tokio::task::yield_now().await;
        }
    })
    .await
    .expect("the session is gone well before the connect would have been answered");
}

#[tokio::test]
async fn the_page_is_served_with_the_types_browsers_want() {
    let page = std::env::temp_dir().join(format!("gws-emulator-page-{}", std::process::id()));
    std::fs::create_dir_all(&page).expect("a directory");
    std::fs::write(page.join("a.wasm"), "\0asm").expect("a file");
    let config = Config {
        port: 0,
        page: Some(page.clone()),
        ..Config::default()
    };
    let emulator = start(config).await.expect("started");
    let mut browser = Browser::new(&emulator);
    let answer = browser.request("GET /a.wasm", "").await;
    assert!(answer.starts_with("HTTP/1.1 200 OK"), "{answer}");
    assert!(answer.contains("content-type: application/wasm"));
    assert!(answer.contains("cache-control: no-cache"));
    let missing = browser.request("GET /missing.js", "").await;
    assert!(missing.starts_with("HTTP/1.1 404"), "{missing}");
    let api = browser.request("GET /api/v2/me", "").await;
    assert!(api.contains("\"statusCode\":20"), "{api}");
    std::fs::remove_dir_all(&page).expect("removed");
}

#[tokio::test]
async fn it_listens_on_the_given_address_and_reports_a_reachable_one() {
    for (listen, begin) in [
        ("127.0.0.1", "http://127.0.0.1:"),
        ("0.0.0.0", "http://127.0.0.1:"),
        ("127.0.0.2", "http://127.0.0.2:"),
    ] {
        let config = Config {
            listen: listen.parse().expect("an address"),
            port: 0,
            auto_login: true,
            ..Config::default()
        };
        let emulator = start(config).await.expect("started");
        assert!(emulator.url().starts_with(begin), "{}", emulator.url());
        let answer = Browser::new(&emulator).request("GET /api/v2/me", "").await;
        assert!(answer.starts_with("HTTP/1.1 200 OK"), "{answer}");
        emulator.stop().await;
    }
}
