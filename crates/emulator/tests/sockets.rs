//! The emulator over real sockets: beginning, ending, and what a browser sees of it.

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
async fn it_answers_on_the_port_it_names() {
    let emulator = quiet(0).await;
    let mut browser = Browser::new(&emulator);
    let answer = browser.request("GET /api/v2/me", "").await;
    assert!(answer.starts_with("HTTP/1.1 200 OK"), "{answer}");
    // URIs name another host than the one that was called.
    let elsewhere = emulator.url().replace("127.0.0.1", "localhost");
    assert!(answer.contains(&format!("\"{elsewhere}/api/v2/users/")));
    emulator.stop().await;
}

#[tokio::test]
async fn a_taken_port_is_said_to_be_taken() {
    let emulator = quiet(0).await;
    let port = emulator.address().port();
    match try_quiet(port).await {
        Err(StartError::PortTaken(taken)) => assert_eq!(taken, port),
        other => panic!("{:?}", other.map(|_| ())),
    }
}

#[tokio::test]
async fn nonsense_is_refused_before_listening() {
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
async fn stopping_ends_held_requests_and_the_next_one_knows_nobody() {
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
        max_interval: Duration::from_millis(20),
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
async fn things_happen_by_themselves_and_are_told() {
    let config = Config {
        port: 0,
        agents: 10,
        auto_login: true,
        csrf: false,
        speed: 100.0,
        ..Config::default()
    };
    let emulator = start(config).await.expect("started");
    let mut browser = Browser::new(&emulator);
    let id = browser.subscribed().await;
    let me = browser.request("GET /api/v2/me/devices", "").await;
    let (_, device) = me.split_once("/api/v2/devices/").expect("a device");
    let device = &device[..36];
    let listen = r#"{"operationName":"ListenIn","phoneNumber":"6001"}"#;
    let reply = browser
        .request(&format!("POST /api/v2/me/devices/{device}"), listen)
        .await;
    assert!(reply.ends_with("{\"statusCode\":0}"), "{reply}");
    let told = tokio::time::timeout(SOON, async {
        let mut told = String::new();
        while !told.contains("\"state\":\"Released\"") {
            told += &browser.request(CONNECT, &connect(&id)).await;
        }
        told
    });
    let told = told.await.expect("a call came and went");
    assert!(told.contains("\"state\":\"Ringing\""));
    emulator.stop().await;
}

#[tokio::test]
async fn the_page_is_served_with_the_types_browsers_want() {
    let page = std::env::temp_dir().join(format!("gws-emulator-page-{}", std::process::id()));
    std::fs::create_dir_all(&page).expect("a directory");
    for (name, content) in [
        ("index.html", "<p>hello"),
        ("a.wasm", "\0asm"),
        ("a.js", "1"),
    ] {
        std::fs::write(page.join(name), content).expect("a file");
    }
    let config = Config {
        port: 0,
        page: Some(page.clone()),
        ..Config::default()
    };
    let emulator = start(config).await.expect("started");
    let mut browser = Browser::new(&emulator);
    for (path, kind) in [
        ("/", "text/html"),
        ("/a.wasm", "application/wasm"),
        ("/a.js", "text/javascript"),
    ] {
        let answer = browser.request(&format!("GET {path}"), "").await;
        assert!(answer.starts_with("HTTP/1.1 200 OK"), "{answer}");
        assert!(
            answer.contains(&format!("content-type: {kind}")),
            "{answer}"
        );
        assert!(answer.contains("cache-control: no-cache"), "{answer}");
    }
    let outside = browser.request("GET /../Cargo.toml", "").await;
    assert!(!outside.starts_with("HTTP/1.1 200"), "{outside}");
    let missing = browser.request("GET /missing.js", "").await;
    assert!(missing.starts_with("HTTP/1.1 404"), "{missing}");
    let api = browser.request("GET /api/v2/me", "").await;
    assert!(api.contains("\"statusCode\":20"), "{api}");
    std::fs::remove_dir_all(&page).expect("removed");
}

#[tokio::test]
async fn it_listens_where_it_is_told_to_and_names_an_address_that_can_be_reached() {
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

#[tokio::test]
async fn a_script_that_names_somebody_who_is_not_there_is_refused_at_start() {
    let text = "[emulator]\nagents = 3\n\n\
        [[step]]\nwhen = { who = \"9999\", is = \"monitoring\" }\n\
        do = \"hold\"\nagent = \"6001\"\n\n\
        [[step]]\ndo = \"hold\"\nagent = \"6004\"\n";
    let script = gws_emulator::Script::read("a.toml", text).expect("well written");
    let config = Config {
        port: 0,
        script: Some(script),
        ..Config::default()
    };
    let Err(error @ StartError::Script(_)) = start(config).await else {
        panic!("it names 9999 and 6004");
    };
    let said = error.to_string();
    for found in ["a.toml:4: ", "'9999'", "a.toml:9: ", "'6004'"] {
        assert!(said.contains(found), "{said}");
    }
}
