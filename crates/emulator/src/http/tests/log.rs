//! What the journal says of exchanges.

use serde_json::{Value, json};

use super::Site;

/// The journal's requests and replies so far.
fn exchanges(site: &Site) -> Vec<Value> {
    let entries = site.shared.journal.after(0, usize::MAX);
    entries
        .iter()
        .map(|entry| serde_json::to_value(&**entry).expect("JSON"))
        .filter(|entry| entry["entry"] == "request" || entry["entry"] == "reply")
        .collect()
}

#[tokio::test]
async fn an_operation_is_told_in_words_with_who_asked_and_what_was_answered() {
    let site = Site::new();
    let (mut client, device) = site.supervisor().await;
    let signed_in = &exchanges(&site)[..2];
    assert_eq!(signed_in[0]["who"], "5005");
    assert_eq!(signed_in[1]["who"], "5005");
    let before = exchanges(&site).len();
    let target = site.uri_of("6001");
    let listen = format!(
        r#"{{"operationName":"ListenIn","targetDeviceUri":"{target}",
            "supervisorMonitoringScope":"Call","phoneNumber":null}}"#
    );
    client.post(&device, listen).await;
    let found = exchanges(&site).split_off(before);
    let [request, reply] = &found[..] else {
        panic!("{found:#?}");
    };
    assert_eq!(request["kind"], "change");
    assert_eq!(request["who"], "5005");
    assert_eq!(request["method"], "POST");
    assert_eq!(request["path"], device);
    let what = request["what"].as_str().expect("words");
    assert_eq!(what, "ListenIn 6001, Call");
    assert_eq!(request["body"]["operationName"], "ListenIn");
    assert_eq!(reply["exchange"], request["exchange"]);
    assert_eq!(reply["what"], request["what"]);
    assert_eq!(reply["end"], "done");
    assert_eq!(reply["outcome"], "200 OK");
    assert_eq!(reply["body"], json!({ "statusCode": 0 }));
}

#[tokio::test]
async fn a_refusal_is_told_with_its_code_and_message() {
    let site = Site::new();
    let mut stranger = site.stranger();
    stranger.get("/api/v2/me").await;
    let found = exchanges(&site);
    assert_eq!(found[0]["kind"], "read");
    assert_eq!(found[0]["what"], "GET /me");
    assert_eq!(found[0].get("who"), None);
    assert_eq!(found[1]["end"], "refused");
    let outcome = found[1]["outcome"].as_str().expect("words");
    assert!(outcome.starts_with("403, code 20: "), "{outcome}");
}

#[tokio::test]
async fn messages_are_told_by_what_they_are() {
    let site = Site::new();
    let (mut client, device) = site.supervisor().await;
    let before = exchanges(&site).len();
    let id = client.subscribe().await;
    let listen = json!({ "operationName": "ListenIn", "phoneNumber": "6001" });
    client.operation(&device, listen).await;
    client.listen(&id).await;
    let found = exchanges(&site).split_off(before);
    let words: Vec<(&str, &str, &str)> = found
        .iter()
        .filter(|entry| entry["entry"] == "reply")
        .map(|reply| {
            let text = |name: &str| reply[name].as_str().expect("text");
            (text("kind"), text("what"), text("outcome"))
        })
        .collect();
    assert_eq!(
        words,
        [
            ("message", "handshake", "OK"),
            ("message", "subscribe /v2/me/*", "OK"),
            ("connect", "connect", "OK"),
            ("change", "ListenIn 6001", "200 OK"),
            ("connect", "connect", "1 notification"),
        ]
    );
}

#[tokio::test]
async fn who_asked_is_told_of_what_a_fault_strikes_too() {
    let site = Site::new();
    let (mut client, _) = site.supervisor().await;
    site.control.fault("unavailable").expect("a fault");
    client.get("/api/v2/me").await;
    let found = exchanges(&site);
    let [.., request, reply] = &found[..] else {
        panic!("{found:#?}");
    };
    assert_eq!(request["who"], "5005");
    assert_eq!(reply["end"], "refused");
    assert_eq!(reply["status"], 503);
}
