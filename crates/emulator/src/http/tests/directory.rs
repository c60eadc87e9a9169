//! Contacts, groups, features and settings.

use super::*;
use crate::world::{Feature, Features, Settings};

/// The names of the contacts that `query` finds, and the total on all pages.
async fn contacts(client: &mut Client, query: &str) -> (Vec<String>, u64) {
    let reply = client.get(&format!("/api/v2/contacts?{query}")).await;
    assert_eq!(reply.status, 200, "{}", reply.text);
    let body = reply.json();
    let found = body["contacts"].as_array().expect("contacts").iter();
    let names = found.map(|contact| contact["name"].as_str().expect("a name").to_owned());
    (
        names.collect(),
        body["totalCount"].as_u64().expect("a count"),
    )
}

#[track_caller]
fn names(found: (Vec<String>, u64)) -> Vec<String> {
    assert_eq!(found.0.len() as u64, found.1);
    found.0
}

#[tokio::test]
async fn the_directory_finds_people_and_the_queue() {
    let site = Site::new();
    let mut client = site.client("agent6003").await;
    assert_eq!(contacts(&mut client, "").await.1, 7 + 1);
    assert_eq!(contacts(&mut client, "type=User").await.1, 7);
    let queues = names(contacts(&mut client, "type=Queue").await);
    assert_eq!(queues, ["VQ_Service"]);
    let reply = client.get("/api/v2/contacts?type=Team").await;
    reply.is_refused(400, 10);
}

#[tokio::test]
async fn contacts_match_each_argument_in_any_field() {
    let site = Site::new();
    let mut client = site.client("supervisor").await;
    let filter = "filterName=NamesOrPhoneNumberMatches&filterParameters=";
    for (arguments, expected) in [
        ("dana", vec!["supervisor"]),
        ("DANA,whit*", vec!["supervisor"]),
        ("dan", vec![]),
        ("*field", vec!["supervisor"]),
        ("50*", vec!["supervisor", "second-supervisor"]),
        ("50*,*supervisor", vec!["supervisor", "second-supervisor"]),
        ("vq_s*", vec!["VQ_Service"]),
        ("dana,menon", vec![]),
    ] {
        let found = names(contacts(&mut client, &format!("{filter}{arguments}")).await);
        assert_eq!(found, expected, "{arguments}");
    }
    let queues = names(contacts(&mut client, &format!("type=Queue&{filter}*service")).await);
    assert_eq!(queues, ["VQ_Service"], "filters combine");
    for (query, code) in [
        ("filterName=NamesOrPhoneNumberMatches", 1),
        ("filterName=Other&filterParameters=a", 10),
    ] {
        let reply = client.get(&format!("/api/v2/contacts?{query}")).await;
        reply.is_refused(400, code);
    }
}

#[tokio::test]
async fn the_directory_has_pages() {
    let site = Site::new();
    let mut client = site.client("supervisor").await;
    let first = contacts(&mut client, "type=User&limit=3").await;
    let second = contacts(&mut client, "type=User&limit=3&offset=3").await;
    let third = contacts(&mut client, "type=User&limit=3&offset=6").await;
    let all = contacts(&mut client, "type=User").await.0;
    assert_eq!((first.1, second.1, third.1), (7, 7, 7));
    assert_eq!([first.0, second.0, third.0].concat(), all);
    let mut sorted = all.clone();
    sorted.sort();
    let by_name = contacts(&mut client, "type=User&sortBy=name&order=Ascending").await;
    assert_eq!(by_name.0, sorted);
    sorted.reverse();
    let from_the_last = contacts(
        &mut client,
        "type=User&sortBy=name&order=Descending&limit=2",
    )
    .await;
    assert_eq!(from_the_last.0, sorted[..2]);
    let none = contacts(&mut client, "offset=99").await;
    assert_eq!(none, (Vec::new(), 8));
    for page in ["limit=-1", "offset=x", "limit=99999999999999999999999"] {
        let reply = client.get(&format!("/api/v2/contacts?{page}")).await;
        reply.is_refused(400, 10);
    }
    let users = client
        .get("/api/v2/users?fields=userName&offset=2&limit=1")
        .await;
    assert_eq!(users.json()["users"], json!([{ "userName": "agent6001" }]));
}

#[tokio::test]
async fn a_contact_has_the_documented_properties() {
    let site = Site::new();
    let mut client = site.client("supervisor").await;
    let agent = client
        .read("/api/v2/contacts?filterName=NamesOrPhoneNumberMatches&filterParameters=6001")
        .await;
    let agent = &agent["contacts"][0];
    assert_eq!(
        agent["availability"]["channels"][0]["userState"]["state"],
        "Ready"
    );
    assert_eq!(agent["availability"]["channels"][0]["userActivity"], "Idle");
    assert_eq!(agent["businessUnits"], json!([]));
    assert_eq!(agent["roles"], json!(["ROLE_AGENT"]));
    site.control.call_arrives("6001", "555-1234").expect("free");
    let uri = format!("/api/v2{}", agent["path"].as_str().expect("a path"));
    let busy = client.read(&uri).await;
    let channel = &busy["contact"]["availability"]["channels"][0];
    assert_eq!(
        (&channel["available"], &channel["userActivity"]),
        (&json!(false), &json!("OnCall"))
    );
    site.control.log_out("6001").expect("logged in");
    let away = client.read(&uri).await;
    assert_eq!(away["contact"].get("availability"), None);
    let queue = client.read("/api/v2/contacts?type=Queue").await;
    assert_eq!(
        queue["contacts"][0]["phoneNumbers"][0]["phoneNumber"],
        "8005550100"
    );
    assert_eq!(queue["contacts"][0].get("userName"), None);
    client
        .get("/api/v2/contacts/nobody")
        .await
        .is_refused(404, 6);
}

#[tokio::test]
async fn a_user_reads_their_own_channels_and_groups() {
    let site = Site::new();
    let mut client = site.client("agent6001").await;
    let channel = client.read("/api/v2/me/channels/voice").await;
    assert_eq!(channel["channel"]["userState"]["state"], "Ready");
    let channels = client.read("/api/v2/me/channels?fields=*").await;
    assert_eq!(channels["channels"][0], channel["channel"]);
    client
        .get("/api/v2/me/channels/chat")
        .await
        .is_refused(404, 6);
    let me = client.read("/api/v2/me?subresources=groups").await;
    assert_eq!(me["user"]["groups"][0]["name"], "Team 1");
}

#[tokio::test]
async fn agent_groups_have_agents_and_a_manager() {
    let site = Site::new();
    let mut agent = site.client("agent6001").await;
    let mine = "/api/v2/me/groups?fields=*";
    let groups = agent.read(mine).await;
    let group = &groups["groups"][0];
    assert_eq!(
        (&group["name"], &group["type"]),
        (&json!("Team 1"), &json!("BusinessUnit"))
    );
    assert_eq!(groups["groups"].as_array().map(Vec::len), Some(1));

    let of_type = async |agent: &mut Client, kind: &str| {
        let path = format!("/api/v2/me/groups?type={kind}&fields=*");
        agent.read(&path).await["groups"].clone()
    };
    assert_eq!(of_type(&mut agent, "BusinessUnit").await, groups["groups"]);
    assert_eq!(of_type(&mut agent, "Other").await, json!([]));

    let path = format!("/api/v2{}", group["path"].as_str().expect("a path"));
    let bare = agent.read(&path).await;
    assert_eq!(&bare["group"], group);
    let whole = agent.read(&format!("{path}?subresources=*")).await;
    assert_eq!(whole["group"]["supervisors"][0]["userName"], "supervisor");
    assert_eq!(whole["group"]["users"][0]["userName"], "agent6001");
    let users = agent.read(&format!("{path}/users?fields=*")).await;
    assert_eq!(users["users"], whole["group"]["users"]);
    agent
        .get(&format!("{path}/chairs"))
        .await
        .is_refused(404, 6);
    agent.get("/api/v2/groups/0").await.is_refused(404, 6);

    let all = agent.read("/api/v2/groups").await;
    let (mut dana, mut ravi) = (
        site.client("supervisor").await,
        site.client("second-supervisor").await,
    );
    let managed = [dana.read(mine).await, ravi.read(mine).await];
    let managed = managed.map(|groups| groups["groups"].as_array().map_or(0, Vec::len));
    assert_eq!(
        all["uris"].as_array().map(Vec::len),
        Some(managed[0] + managed[1])
    );
}

#[tokio::test]
async fn privileges_are_settings_of_the_desktop() {
    let mut settings = Settings::default();
    settings.set("privilege.teamlead.can-coach-voice", "false");
    settings.set("teamlead.any-name-will-do", "8005550100");
    let site = Site::with(Config {
        settings,
        ..Config::default()
    });
    let mut supervisor = site.client("supervisor").await;
    let me = supervisor.read("/api/v2/me?subresources=settings").await;
    let options = &me["user"]["settings"]["interaction-workspace"];
    for (name, value) in [
        ("privilege.teamlead.can-use", "true"),
        ("privilege.teamlead.can-monitor-voice", "true"),
        ("privilege.teamlead.can-coach-voice", "false"),
        ("teamlead.any-name-will-do", "8005550100"),
        ("teamlead.monitoring-scope", "call"),
    ] {
        assert_eq!(options[name], value, "{name}");
    }
    let alone = supervisor.read("/api/v2/me/settings").await;
    assert_eq!(alone["settings"], me["user"]["settings"]);
    let mut agent = site.client("agent6001").await;
    let me = agent.read("/api/v2/me?subresources=settings").await;
    let options = &me["user"]["settings"]["interaction-workspace"];
    assert_eq!(
        options["privilege.teamlead.can-use"], "false",
        "an agent leads no team"
    );
}

#[tokio::test]
async fn features_are_listed_and_read() {
    let site = Site::new();
    let mut client = site.client("agent6001").await;
    let all = client.read("/api/v2/features?fields=*").await;
    let monitoring = client
        .read("/api/v2/features/api-supervisor-monitoring")
        .await;
    assert_eq!(
        monitoring["feature"]["autoAssignOnContactCenterCreate"],
        true
    );
    assert!(
        all["features"]
            .as_array()
            .expect("features")
            .contains(&monitoring["feature"])
    );
    client
        .get("/api/v2/features/api-telepathy")
        .await
        .is_refused(404, 6);
}

#[tokio::test]
async fn without_the_feature_monitoring_is_not_a_valid_operation() {
    let site = Site::with(Config {
        features: Features::without([Feature::ApiSupervisorMonitoring]),
        ..Config::default()
    });
    let (mut client, device) = site.supervisor().await;
    for operation in ["ListenIn", "CancelSupervisorMonitoring", "Coach", "BargeIn"] {
        let request = json!({ "operationName": operation, "phoneNumber": "6001" });
        client.operation(&device, request).await.is_refused(400, 10);
    }
    site.has_no_monitoring();
    let found = client.read(&device).await;
    let capabilities = found["device"]["capabilities"]
        .as_array()
        .expect("capabilities");
    assert!(!capabilities.is_empty() && !capabilities.contains(&json!("ListenIn")));
    let feature = "/api/v2/features/api-supervisor-monitoring";
    client.get(feature).await.is_refused(404, 6);
}

#[tokio::test]
async fn without_voice_there_are_no_devices_and_no_calls() {
    let site = Site::with(Config {
        features: Features::without([Feature::ApiVoice]),
        ..Config::default()
    });
    let mut client = site.client("supervisor").await;
    let device = site.control.agent("6001").expect("an agent").device_id;
    for path in ["me/devices", "me/calls", "me/channels"] {
        client
            .get(&format!("/api/v2/{path}"))
            .await
            .is_refused(404, 6);
    }
    let request = listen_in();
    let path = format!("/api/v2/me/devices/{device}");
    client.operation(&path, request).await.is_refused(404, 6);
    let me = client.read("/api/v2/me?subresources=*").await;
    assert_eq!(me["user"].get("devices"), None);
    assert_eq!(me["user"].get("calls"), None);
    let user = site.control.agent("6001").expect("an agent").user_id;
    let agent = format!("/api/v2/users/{user}");
    let found = client.read(&format!("{agent}?subresources=*")).await;
    assert_eq!(found["user"].get("devices"), None);
    assert_eq!(found["user"].get("channels"), None);
    let ready = json!({ "operationName": "Ready" });
    let channel = format!("{agent}/channels/voice");
    let reply = client.operation(&channel, ready.clone()).await;
    reply.is_refused(404, 6);
    client
        .operation("/api/v2/me", ready)
        .await
        .is_refused(404, 6);
    assert_eq!(me["user"]["features"].as_array().map(Vec::len), Some(2));
}
