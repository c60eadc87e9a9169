//! The control API.

use axum::http::Method;

use super::*;
use crate::world::{LegState, Supervision};

impl Client {
    async fn instruct(&mut self, instructions: Value) -> Reply {
        let request = Request::post("/emulator/instructions")
            .header(header::CONTENT_TYPE, "application/json")
            .body(Body::from(instructions.to_string()));
        self.send(request.unwrap()).await
    }

    async fn carries_out(&mut self, instructions: Value) {
        let reply = self.instruct(instructions).await;
        assert_eq!(reply.status, 200, "{}", reply.text);
    }
}

#[tokio::test]
async fn a_call_is_ended_by_its_id() {
    let site = Site::new();
    let mut client = site.anonymous();
    let reply = client
        .instruct(json!([
            { "do": "callArrives", "agent": "6001", "from": "555-1234" },
            { "do": "consult", "agent": "6001", "to": "6002" },
        ]))
        .await;
    assert_eq!(reply.status, 200, "{}", reply.text);
    let calls = client.read("/emulator/state").await["calls"].take();
    let ids = [0, 1].map(|index| calls[index]["id"].clone());
    // The agent is talking on the other one.
    let request = json!({ "do": "clearCall", "call": ids[0] });
    assert_eq!(client.instruct(request.clone()).await.status, 200);
    let left = client.read("/emulator/state").await["calls"].take();
    assert_eq!(left.as_array().map(Vec::len), Some(1));
    assert_eq!(left[0]["id"], ids[1]);
    assert_eq!(client.instruct(request).await.status, 409, "it is over");
}

#[tokio::test]
async fn instructions_are_carried_out_in_order() {
    let site = Site::new();
    let mut client = site.anonymous();
    let of = |agent: &str| site.control.agent(agent).expect("an agent").call;
    for (instructions, first, second) in [
        (
            json!([{ "do": "callRings", "agent": "6001", "from": "555-1234" }]),
            Some(LegState::Ringing),
            None,
        ),
        (
            json!([{ "do": "answer", "who": "6001" }, { "do": "hold", "agent": "6001" }]),
            Some(LegState::Held),
            None,
        ),
        (
            json!([{ "do": "retrieve", "agent": "6001" }, { "do": "consult", "agent": "6001", "to": "6002" }, { "do": "answer", "who": "6002" }]),
            Some(LegState::Established),
            Some(LegState::Established),
        ),
        (
            json!({ "do": "completeTransfer", "agent": "6001" }),
            None,
            Some(LegState::Established),
        ),
        (
            json!([{ "do": "conference", "agent": "6002", "to": "6001" }, { "do": "answer", "who": "6001" }]),
            Some(LegState::Established),
            Some(LegState::Established),
        ),
        (
            json!([{ "do": "hangUp", "who": "6001" }, { "do": "customerHangsUp", "from": "555-1234" }]),
            None,
            None,
        ),
        (
            json!({ "do": "dial", "agent": "6001", "to": "6002" }),
            Some(LegState::Dialing),
            Some(LegState::Ringing),
        ),
    ] {
        let reply = client.instruct(instructions.clone()).await;
        let count = instructions.as_array().map_or(1, Vec::len);
        let done = format!(r#"{{"done":{count}}}"#);
        assert_eq!((reply.status, reply.text), (200, done), "{instructions}");
        assert_eq!((of("6001"), of("6002")), (first, second), "{instructions}");
    }
}

#[tokio::test]
async fn all_instructions_are_carried_out_or_none() {
    let site = Site::new();
    let mut client = site.anonymous();
    let good = json!({ "do": "callArrives", "agent": "6001", "from": "555-1234" });
    for (bad, status, wording) in [
        (
            json!({ "do": "callArrives", "agent": "6001", "from": "1" }),
            409,
            "instruction 2: Agent '6001' is in a call.",
        ),
        (
            json!({ "do": "endCall", "agent": "7001" }),
            409,
            "instruction 2: Device with the number '7001' not found.",
        ),
        (
            json!({ "do": "faultOn", "fault": "dropNotifications", "to": "9" }),
            409,
            "number '9' not found",
        ),
        (
            json!({ "do": "setState", "agent": "6002", "state": "Ready", "reason": "Lunch" }),
            409,
            "`reason` goes with `NotReady` only",
        ),
        (
            json!({ "do": "deviceOff", "supervisor": "6002" }),
            409,
            "lacks the role",
        ),
        (
            json!({ "do": "dance" }),
            400,
            "instruction 2: unknown variant `dance`",
        ),
        (json!(17), 400, "instruction 2"),
    ] {
        let reply = client.instruct(json!([good, bad])).await;
        assert_eq!(reply.status, status, "{}", reply.text);
        let error = reply.json()["error"]
            .as_str()
            .expect("a message")
            .to_owned();
        assert!(error.contains(wording), "{error}");
        assert_eq!(site.control.agent("6001").unwrap().call, None);
        assert!(site.control.faults().is_empty());
    }
}

#[tokio::test]
async fn every_example_is_an_instruction() {
    let site = Site::new();
    let mut client = site.anonymous();
    let wording = client.read("/emulator/instructions").await;
    let examples = wording["instructions"].as_array().expect("a list");
    assert!(examples.len() > 15);
    for entry in examples {
        // Most are possible in this state; the contact centre refuses the others with a message.
        let reply = client.instruct(entry["example"].clone()).await;
        assert!(
            [200, 409].contains(&reply.status),
            "{entry}: {}",
            reply.text
        );
    }
    for entry in wording["faults"].as_array().expect("a list") {
        let mut instruction = entry["example"].clone();
        instruction["do"] = "faultOn".into();
        let reply = client.instruct(instruction).await;
        assert_eq!(reply.status, 200, "{entry}: {}", reply.text);
        assert_eq!(site.control.faults().len(), 1);
        let off = json!({ "do": "faultOff", "fault": entry["fault"] });
        assert_eq!(client.instruct(off).await.status, 200);
        assert!(site.control.faults().is_empty());
    }
}

#[tokio::test]
async fn the_state_shows_what_everybody_is_doing() {
    let site = Site::new();
    let mut client = site.anonymous();
    client
        .instruct(json!([
            { "do": "listenIn", "supervisor": "5006", "agent": "6001", "mode": "NextCall" },
            { "do": "callArrives", "agent": "6001", "from": "555-1234" },
            { "do": "answer", "who": "5006" },
            { "do": "dial", "agent": "6003", "to": "555-0000" },
            { "do": "coach", "supervisor": "5005", "agent": "6003" },
            { "do": "setState", "agent": "6002", "state": "NotReady", "reason": "Lunch" },
            { "do": "faultOn", "fault": "webPage", "path": "/users", "times": 2 },
        ]))
        .await;
    let (mut supervisor, _) = site.supervisor().await;
    assert!(supervisor.get("/api/v2/users").await.text.starts_with('<'));
    let state = client.read("/emulator/state").await;
    assert_eq!(state["agents"].as_array().map(Vec::len), Some(5));
    assert_eq!(state["agents"][0]["call"], "Established");
    assert_eq!(state["agents"][1]["state"], "NotReady");
    assert_eq!(state["agents"][1]["reason"], "Lunch");
    let other = &state["supervisors"][1];
    assert_eq!(
        other["monitors"],
        json!({ "agent": "6001", "kind": "ListenIn", "scope": "Call", "mode": "NextCall" })
    );
    assert_eq!(state["supervisors"][0]["monitors"]["kind"], "Coach");
    let numbers = |index: usize| {
        let call = &state["calls"][index];
        (call["from"].clone(), call["outside"].clone())
    };
    assert_eq!(numbers(0), (json!("555-1234"), json!(["555-1234"])));
    assert_eq!(
        numbers(1),
        (json!("6003"), json!(["555-0000"])),
        "who was called"
    );
    let parties = state["calls"][0]["parties"].as_array().expect("parties");
    let parties: Vec<_> = parties
        .iter()
        .map(|party| (&party["number"], &party["leg"]))
        .collect();
    assert_eq!(
        parties,
        [
            (&json!("6001"), &json!("Established")),
            (&json!("5006"), &json!("Established"))
        ]
    );
    assert_eq!(
        state["faults"],
        json!([{ "fault": "webPage", "path": "/users", "times": 2, "struck": 1 }])
    );
    assert_eq!(
        state["sessions"],
        json!({ "signIns": 1, "notifications": 0, "heldPolls": 0 })
    );
}

#[tokio::test]
async fn a_supervisor_monitors_and_switches_by_instruction() {
    for (name, how, switch) in [
        ("listenIn", Supervision::ListenIn, "switchToBargeIn"),
        ("coach", Supervision::Coach, "switchToBargeIn"),
        ("bargeIn", Supervision::BargeIn, "switchToListenIn"),
    ] {
        let site = Site::new();
        let mut client = site.anonymous();
        let switch = json!({ "do": switch, "supervisor": "5006" });
        let monitor =
            json!({ "do": name, "supervisor": "5006", "agent": "6001", "scope": "Agent" });
        client.carries_out(monitor).await;
        let found = site.control.monitoring("5006").expect("monitoring");
        assert_eq!((found.how, found.scope), (how, gws::Scope::Agent));
        let refused = client.instruct(switch.clone()).await;
        assert_eq!(refused.status, 409, "there is no call");
        client
            .carries_out(json!([
                { "do": "callArrives", "agent": "6001", "from": "555-1234" },
                { "do": "answer", "who": "5006" },
                switch,
            ]))
            .await;
        assert_eq!(client.instruct(switch).await.status, 409, "not twice");
    }
}

#[tokio::test]
async fn pages_of_other_sites_are_refused() {
    let site = Site::new();
    let mut client = site.anonymous();
    let json = ("content-type", "application/json");
    let here = ("host", "localhost:8090");
    for (headers, status) in [
        (vec![here, json], 200),
        (
            vec![
                ("host", "127.0.0.1:8090"),
                json,
                ("origin", "http://127.0.0.1:8090"),
            ],
            200,
        ),
        (vec![("host", "[::1]:8090"), json], 200),
        (vec![here, json, ("origin", "http://example.com")], 403),
        (vec![here, json, ("origin", "http://localhost:8080")], 403),
        (vec![here, json, ("origin", "null")], 403),
        (vec![("host", "example.com:8090"), json], 403),
        (vec![("host", "127.0.0.1.example.com"), json], 403),
        (vec![here, ("content-type", "text/plain")], 415),
        (
            vec![here, ("content-type", "application/x-www-form-urlencoded")],
            415,
        ),
        (vec![here], 415),
    ] {
        let mut request = Request::post("/emulator/instructions");
        for (name, value) in &headers {
            request = request.header(*name, *value);
        }
        let body = Body::from(r#"{"do":"faultOn","fault":"webPage"}"#);
        let reply = client.send(request.body(body).unwrap()).await;
        assert_eq!(reply.status, status, "{headers:?}: {}", reply.text);
        assert_eq!(
            site.control.faults().len(),
            usize::from(status == 200),
            "{headers:?}"
        );
        site.control.faults_off();
    }
}

#[tokio::test]
async fn unknown_paths_and_methods_are_refused() {
    let site = Site::new();
    let mut client = site.anonymous();
    for (method, path, status) in [
        (Method::GET, "/emulator/nothing", 404),
        (Method::DELETE, "/emulator/state", 405),
    ] {
        let request = Request::builder().method(method).uri(path);
        let request = request.body(Body::empty()).unwrap();
        let reply = client.send(request).await;
        assert_eq!(reply.status, status);
        assert!(reply.json()["error"].is_string());
    }
}

#[tokio::test]
async fn the_state_has_the_log_after_an_entry() {
    let site = Site::new();
    let mut client = site.anonymous();
    client
        .carries_out(json!([
            { "do": "faultOn", "fault": "dropNotifications", "to": "6001" },
            { "do": "callArrives", "agent": "6001", "from": "555-1234" },
        ]))
        .await;
    let log = client.read("/emulator/state").await["log"].take();
    let log: Vec<_> = log.as_array().expect("a list").iter().collect();
    let kinds = log
        .iter()
        .map(|entry| entry["kind"].as_str().expect("a kind"));
    let kinds: Vec<_> = kinds.collect();
    assert_eq!(kinds[..2], ["instruction", "instruction"]);
    assert!(kinds[2..].iter().all(|kind| *kind == "fault"), "{kinds:?}");
    assert_eq!(
        log[2]["what"],
        "dropNotifications strikes /v2/me/calls for 6001"
    );
    let last = log.len();
    assert_eq!(log[last - 1]["number"], last);
    let path = format!("/emulator/state?log={}", last - 1);
    let rest = client.read(&path).await["log"].take();
    assert_eq!(rest, json!([log[last - 1]]));
}
