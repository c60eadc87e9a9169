//! Requests and replies in the log.

use serde_json::{Value, json};

use super::{CONNECT, Site, connect};

/// The entries of a kind so far.
fn logged(site: &Site, kind: &str) -> Vec<Value> {
    let entries = site.shared.log.after(0).into_iter();
    entries
        .map(|entry| serde_json::to_value(entry).expect("JSON"))
        .filter(|entry| entry["kind"] == kind)
        .collect()
}

#[tokio::test]
async fn an_operation_is_logged_with_user_parameters_and_outcome() {
    let site = Site::new();
    let (mut client, device) = site.supervisor().await;
    let target = site.uri_of("6001");
    for (body, what, outcome) in [
        (
            json!({ "operationName": "ListenIn", "targetDeviceUri": target, "phoneNumber": null }),
            "ListenIn 6001",
            "OK",
        ),
        (
            json!({ "operationName": "ListenIn", "phoneNumber": "999" }),
            "ListenIn 999",
            "code ",
        ),
    ] {
        client.operation(&device, body).await;
        let request = logged(&site, "request").pop().expect("a request");
        let reply = logged(&site, "reply").pop().expect("a reply");
        assert_eq!(
            (&request["who"], &request["what"]),
            (&json!("5005"), &json!(what))
        );
        assert_eq!(
            (&reply["who"], &reply["what"]),
            (&json!("5005"), &json!(what))
        );
        let path = device.trim_start_matches("/api/v2");
        let sent = request["body"].as_str().expect("text");
        assert!(sent.starts_with(&format!("POST {path}\n\n{{")), "{sent}");
        let ended = reply["outcome"].as_str().expect("text");
        assert!(ended.starts_with(outcome), "{ended}");
        assert_eq!(reply["status"] == 200, outcome == "OK");
    }
}

#[tokio::test]
async fn bayeux_messages_are_logged_by_channel() {
    let site = Site::new();
    let (mut client, _) = site.supervisor().await;
    let before = logged(&site, "reply").len();
    let id = client.subscribe().await;
    site.control.set_supervisor_active(false);
    client.listen(&id).await;
    client.listen("nobody").await;
    let replies = logged(&site, "reply").split_off(before);
    let wording = replies.iter().map(|reply| {
        let text = |name: &str| reply[name].as_str().expect("text");
        (text("what"), text("outcome"))
    });
    let wording: Vec<_> = wording.collect();
    assert_eq!(wording[0], ("handshake", "OK"));
    assert_eq!(wording[1], ("subscribe /v2/me/*", "OK"));
    assert_eq!(wording[3], ("connect", "1 notification"));
    assert!(wording[4].1.starts_with("402"), "{:?}", wording[4]);
}

#[tokio::test(start_paused = true)]
async fn an_aborted_request_is_logged_as_cut_off() {
    let site = Site::new();
    let (mut client, _) = site.supervisor().await;
    let id = client.subscribe().await;
    let polling = client.operation(CONNECT, connect(&id));
    let second = std::time::Duration::from_secs(1);
    assert!(tokio::time::timeout(second, polling).await.is_err());
    let reply = logged(&site, "reply").pop().expect("a reply");
    assert_eq!(
        (&reply["what"], &reply["status"]),
        (&json!("connect"), &Value::Null)
    );
    assert_eq!(
        reply["outcome"],
        "cut off before there was a reply, 1000 ms"
    );
}

#[tokio::test]
async fn a_fault_and_its_reply_are_logged() {
    let site = Site::new();
    let (mut client, _) = site.supervisor().await;
    site.control.fault("unavailable:times=1").expect("a fault");
    client.get("/api/v2/me").await;
    let reply = logged(&site, "reply").pop().expect("a reply");
    assert_eq!(
        (&reply["who"], &reply["status"]),
        (&json!("5005"), &json!(503))
    );
    let faults = logged(&site, "fault");
    assert_eq!(faults[0]["what"], "unavailable strikes /me");
}

#[tokio::test]
async fn no_secret_gets_into_the_log() {
    let site = Site::new();
    let (mut client, device) = site.supervisor().await;
    client.subscribe().await;
    client.post(&device, "{}").await;
    let log = serde_json::to_string(&site.shared.log.after(0)).expect("JSON");
    let basic = site.basic("supervisor");
    let cookies = client.cookies.iter().map(|(_, value)| value.as_str());
    let token = client.csrf.as_deref();
    for secret in cookies.chain(token).chain([&basic[..], "listen-in"]) {
        assert!(!log.contains(secret), "{secret}");
    }
}
