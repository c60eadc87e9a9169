//! Scripts: what a client sees of those that come with the emulator, and how they are played over
//! HTTP.

use axum::http::Method;

use super::*;
use crate::steer::script::{Progress, Script, Shipped};

/// A supervisor's page while a script is played.
struct Audience {
    site: Site,
    client: Client,
    device: String,
    session: String,
    told: Vec<String>,
}

impl Audience {
    /// Begins to play a script, then opens the page of `user`.
    async fn of(name: &str, user: &str) -> Self {
        let site = Site::new();
        let script = Shipped::named(name).expect(name).script().expect(name);
        site.control.play(script).expect("everybody is there");
        let mut client = site.client(user).await;
        let device = client.get("/api/v2/me/devices?fields=*").await.json();
        let device = device["devices"][0]["id"]
            .as_str()
            .expect("a device")
            .to_owned();
        let session = client.subscribe().await;
        Self {
            site,
            client,
            device,
            session,
            told: Vec::new(),
        }
    }

    /// Listens until something is told that begins so.
    async fn until(&mut self, words: &str) {
        while !self.told.iter().any(|told| told.starts_with(words)) {
            let messages = self.client.listen(&self.session).await;
            assert!(
                !messages.is_empty(),
                "{words} is not told, but {:?}",
                self.told
            );
            self.told.extend(messages.iter().map(in_short));
        }
    }

    /// Listens until the script is over, and then until nothing is told any more.
    async fn at_the_end(mut self) -> (Site, Vec<String>) {
        loop {
            let messages = self.client.listen(&self.session).await;
            self.told.extend(messages.iter().map(in_short));
            let script = self.site.control.script().expect("a script");
            match script.progress {
                Progress::Finished {} if messages.is_empty() => return (self.site, self.told),
                Progress::Playing {} | Progress::Finished {} => {}
                other => panic!("{other:?}, told {:?}", self.told),
            }
        }
    }
}

/// A notification in short.
fn in_short(message: &Value) -> String {
    let data = &message["data"];
    if message["channel"] == "/v2/me/devices" {
        let monitoring = &data["devices"][0]["supervisorMonitoringState"];
        let target = monitoring["phoneNumber"].as_str();
        return format!("monitors {}", target.unwrap_or("nobody"));
    }
    let call: gws::Notification = gws::Notification::decode(&data.to_string()).expect("readable");
    let gws::Notification::Call(call) = call else {
        panic!("no call: {data}");
    };
    let others = call.participants.iter();
    let others: Vec<_> = others
        .map(|participant| participant.digits.as_str())
        .collect();
    format!("{} {}", call.state, others.join("+"))
}

/// The rules they show are the contact centre's, and tested there.
#[tokio::test(start_paused = true)]
async fn scripts_that_begin_monitoring_play_to_their_end() {
    for name in ["transfer-scope-call", "transfer-scope-agent", "opt-out"] {
        let audience = Audience::of(name, "supervisor").await;
        let _driver = audience.site.driver();
        let (site, told) = audience.at_the_end().await;
        assert_eq!(told[0], "monitors 6001", "{name}");
        assert!(told[told.len() - 1].starts_with("Released"), "{told:?}");
        let monitoring = site.control.monitoring("5005").expect("it goes on");
        assert_eq!(monitoring.target_number, "6001");
    }
}

#[tokio::test(start_paused = true)]
async fn a_next_call_is_consumed() {
    let mut audience = Audience::of("next-call-consumed", "supervisor").await;
    let _driver = audience.site.driver();
    let path = format!("/api/v2/me/devices/{}", audience.device);
    let request = json!({ "operationName": "ListenIn", "phoneNumber": "6001",
        "supervisorMonitoringMode": "NextCall" });
    assert_eq!(audience.client.operation(&path, request).await.status, 200);
    audience.until("Ringing").await;
    let calls = audience.client.calls().await;
    let request = json!({ "operationName": "Answer" });
    audience.client.does(&calls[0].0, request).await;
    let (site, told) = audience.at_the_end().await;
    assert_eq!(
        told,
        [
            "monitors 6001",
            "Ringing 555-0100+6001",
            "Established 555-0100+6001",
            "Released 555-0100+6001",
            "monitors nobody",
        ],
        "and nothing of the call after it"
    );
    assert_eq!(site.control.monitoring("5005"), None);
}

#[tokio::test(start_paused = true)]
async fn a_busy_morning_is_told_to_the_second_supervisor() {
    let audience = Audience::of("busy-morning", "second-supervisor").await;
    let _driver = audience.site.driver();
    let began = tokio::time::Instant::now();
    let (site, told) = audience.at_the_end().await;
    assert!(began.elapsed() >= Duration::from_secs(55));
    assert_eq!(
        told,
        [
            "monitors 6002",
            "Established 555-0102+6002",
            "Released 555-0102+6002",
            "Established 555-0105+6002",
            "Released 555-0105+6002",
            "monitors nobody",
        ]
    );
    let agents = site.control.agents();
    assert_eq!(agents.len(), 6, "as the script wants");
    assert!(agents.iter().all(|agent| agent.call.is_none()));
}

impl Client {
    async fn script(&mut self, method: Method, kind: &str, body: &str) -> Reply {
        let request = Request::builder().method(method).uri("/emulator/scripts");
        let request = request.header(header::HOST, "localhost:8090");
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
    let mut client = site.stranger();
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
async fn a_wrong_script_is_refused_and_changes_nothing() {
    let site = Site::new();
    let mut client = site.stranger();
    for (kind, body, status, words) in [
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
        let error = reply.json()["error"].as_str().expect("words").to_owned();
        assert_eq!(reply.status, status, "{error}");
        assert!(error.contains(words), "{error}");
        assert_eq!(site.control.script(), None);
        assert_eq!(site.control.agents().len(), 5);
    }
}

#[tokio::test]
async fn a_script_has_the_contact_centre_that_it_wants() {
    let site = Site::new();
    let mut client = site.stranger();
    let text = r#"
[emulator]
agents = 3
without = ["api-supervisor-agent-control"]
lateRefusals = true
dialect = "8.5.1"
oddities = false
set = { "privilege.teamlead.can-coach-voice" = false }
option = { default-monitor-scope = "agent" }

[[step]]
at = "1h"
do = "faultsOff"
"#;
    let reply = client.script(Method::POST, TOML, text).await;
    assert_eq!(reply.status, 200, "{}", reply.text);
    let (mut client, device) = site.supervisor().await;
    let me = client.get("/api/v2/me?subresources=*").await.json();
    let settings = &me["user"]["settings"]["interaction-workspace"];
    assert_eq!(settings["privilege.teamlead.can-coach-voice"], "false");
    let uri = me["user"]["uri"].as_str().expect("a URI");
    assert!(uri.starts_with("http://127.0.0.1:"), "no oddities: {uri}");
    let features = client.get("/api/v2/features").await.text;
    assert!(!features.contains("api-supervisor-agent-control"));
    let agent = site.control.agent("6001").expect("an agent").user_id;
    let channel = format!("/api/v2/users/{agent}/channels/voice");
    let ready = json!({ "operationName": "Ready" });
    assert_eq!(client.operation(&channel, ready).await.status, 404);

    let request = json!({ "operationName": "ListenIn", "phoneNumber": "6001" });
    client.does(&device, request).await;
    let found = client.get(&device).await.json()["device"].take();
    assert_eq!(found["supervisorMonitoringState"], "ListenIn");
    let found = site.control.monitoring("5005").expect("monitoring");
    assert_eq!(found.scope, gws::Scope::Agent);
    // T-Server refuses this, later.
    let oneself = json!({ "operationName": "ListenIn", "phoneNumber": "5005" });
    client.does(&device, oneself).await;
}

#[tokio::test(start_paused = true)]
async fn a_step_that_is_refused_ends_the_script() {
    let site = Site::new();
    let text = "[[step]]\ndo = \"endCall\"\nagent = \"6001\"\n\n[[step]]\ndo = \"logOut\"\nagent = \"6001\"";
    let script = Script::read("test.toml", text).expect("a script");
    site.control.play(script).expect("begun");
    let status = site.control.script().expect("a script");
    let Progress::Failed { line, why } = status.progress else {
        panic!("{status:?}");
    };
    assert_eq!((line, status.done), (1, 0));
    assert!(why.contains("not in a call"), "{why}");
    let agent = site.control.agent("6001").expect("an agent");
    assert_eq!(agent.state, crate::world::Presence::Ready);
}
