//! Shipped scripts, and playing scripts over HTTP.

use axum::http::Method;

use super::*;
use crate::steer::script::{Progress, Shipped};

/// The rules that they demonstrate are tested in the contact centre. `failover`, which ends
/// connections, is played in `tests/faults.rs`.
#[tokio::test(start_paused = true)]
async fn shipped_scripts_play_to_their_end() {
    for (name, monitored) in [
        ("busy-morning", None),
        ("next-call-consumed", None),
        ("opt-out", Some("6001")),
        ("transfer-scope-agent", Some("6001")),
        ("transfer-scope-call", Some("6001")),
    ] {
        let site = Site::new();
        let script = Shipped::named(name).expect(name).script().expect(name);
        site.control.play(script).expect("everybody is there");
        let (mut client, device) = site.supervisor().await;
        let session = client.subscribe().await;
        let _driver = site.driver();
        let mut has_asked = false;
        loop {
            match site.control.script().expect("a script").progress {
                Progress::Finished {} => break,
                Progress::Waiting { .. } if !has_asked && name == "next-call-consumed" => {
                    let request = json!({ "operationName": "ListenIn", "phoneNumber": "6001",
                        "supervisorMonitoringMode": "NextCall" });
                    client.does(&device, request).await;
                    has_asked = true;
                }
                Progress::Playing {} | Progress::Waiting { .. } => {}
                over => panic!("{name}: {over:?}"),
            }
            for (call, state) in client.calls().await {
                if state == "Ringing" && name == "next-call-consumed" {
                    client.asks(&call, "Answer").await;
                }
            }
            client.listen(&session).await;
        }
        let monitoring = site.control.monitoring("5005").map(|it| it.target_number);
        assert_eq!(monitoring.as_deref(), monitored, "{name}");
    }
}

impl Client {
    async fn script(&mut self, method: Method, kind: &str, body: &str) -> Reply {
        let request = Request::builder().method(method).uri("/emulator/scripts");
        let request = request.header(header::CONTENT_TYPE, kind);
        self.send(request.body(Body::from(body.to_owned())).unwrap())
            .await
    }
}

const TOML: &str = "application/toml";
const JSON: &str = "application/json";

#[tokio::test(start_paused = true)]
async fn scripts_are_played_and_stopped_over_http() {
    let site = Site::new();
    let mut client = site.anonymous();
    let list = client.script(Method::GET, JSON, "").await.json();
    let names = list["scripts"].as_array().expect("a list").iter();
    let names: Vec<_> = names
        .map(|script| script["name"].as_str().expect("a name"))
        .collect();
    assert!(names.contains(&"failover"), "{names:?}");
    assert_eq!(client.script(Method::DELETE, JSON, "").await.status, 404);

    let reply = client
        .script(Method::POST, JSON, r#"{"name":"busy-morning"}"#)
        .await;
    assert_eq!(
        (reply.status, &reply.json()["progress"]),
        (200, &json!("playing"))
    );
    assert_eq!(site.control.agents().len(), 6);
    let reply = client.script(Method::DELETE, JSON, "").await;
    assert_eq!(
        (reply.status, &reply.json()["progress"]),
        (200, &json!("stopped"))
    );

    let script =
        "[[step]]\ndo = \"logOut\"\nagent = \"6001\"\n[[step]]\nat = \"1h\"\ndo = \"faultsOff\"";
    let reply = client.script(Method::POST, TOML, script).await;
    assert_eq!((reply.status, &reply.json()["steps"]), (200, &json!(2)));
    let agent = site.control.agent("6001").expect("an agent");
    assert_eq!(agent.state, crate::world::Presence::LoggedOut);
    let status = client.script(Method::GET, JSON, "").await.json();
    assert_eq!(
        (&status["script"]["done"], &status["script"]["progress"]),
        (&json!(1), &json!("playing"))
    );
}

#[tokio::test]
async fn an_invalid_script_is_refused_and_changes_nothing() {
    let site = Site::new();
    let mut client = site.anonymous();
    for (kind, body, status, wording) in [
        (
            TOML,
            "[[step]]\ndo = \"logOut\"\nagnt = \"6001\"",
            400,
            "script:3: unknown field `agnt`",
        ),
        (
            TOML,
            "[[step]]\ndo = \"logOut\"\nagent = \"7001\"",
            409,
            "script:1: Device with the number '7001' not found",
        ),
        (
            TOML,
            "[emulator]\nagents = 1\n[[step]]\ndo = \"logOut\"\nagent = \"6002\"",
            409,
            "script:3: Device with the number '6002' not found",
        ),
        (
            JSON,
            r#"{"name":"nonsense"}"#,
            404,
            "there are busy-morning",
        ),
        (JSON, r#"{"nam":"failover"}"#, 400, "unknown field `nam`"),
        ("text/plain", "", 415, "Content-Type"),
    ] {
        let reply = client.script(Method::POST, kind, body).await;
        let error = reply.json()["error"]
            .as_str()
            .expect("a message")
            .to_owned();
        assert_eq!(reply.status, status, "{error}");
        assert!(error.contains(wording), "{error}");
        assert_eq!(site.control.script(), None);
        assert_eq!(site.control.agents().len(), 5);
    }
}
