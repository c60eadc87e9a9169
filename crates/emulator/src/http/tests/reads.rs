//! Reads and their queries.

use super::*;

#[tokio::test]
async fn unknown_addresses_and_methods_are_refused() {
    let site = Site::new();
    let mut client = site.client("supervisor").await;
    for path in [
        "/api",
        "/api/v2",
        "/api/v3/me",
        "/api/v2/nothing",
        "/api/v2/me/devices/1",
        "/api/v2/me/calls/1",
        "/api/v2/users/1",
    ] {
        let reply = client.get(path).await;
        if path != "/api" {
            reply.is_refused(404, 6);
        }
        assert_eq!(reply.status, 404);
    }
    client.post("/api/v2/users", "{}").await.is_refused(405, 3);
    client.post("/api/v2/me", "{}").await.is_refused(400, 1);
    client.get(NOTIFICATIONS).await.is_refused(405, 3);
}

#[tokio::test]
async fn replies_are_decoded_by_the_contract() {
    let site = Site::new();
    let mut client = site.client("supervisor").await;
    let me = client
        .get("/api/v2/me?subresources=features,devices,calls")
        .await;
    let me = gws::reply::user(200, me.text.as_bytes()).expect("a user");
    assert_eq!(me.name(), "Dana Whitfield");
    assert_eq!(me.features.len(), 3);
    assert_eq!(me.devices[0].phone_number, "5005");

    let users = client.get("/api/v2/users?fields=*&subresources=*").await;
    let users = gws::reply::users(200, users.text.as_bytes()).expect("users");
    assert_eq!(users.len(), 7, "two supervisors, five agents");
    assert_eq!(users[2].devices[0].phone_number, "6001");
    let one = client
        .get(&format!("/api/v2/users/{}?subresources=*", users[2].id))
        .await;
    assert_eq!(
        gws::reply::user(200, one.text.as_bytes()).expect("a user"),
        users[2]
    );

    let devices = client.get("/api/v2/me/devices?fields=*").await;
    let devices = gws::reply::devices(200, devices.text.as_bytes()).expect("devices");
    let id = devices[0].id.as_str();
    let device = client
        .get(&format!("/api/v2/me/devices/{id}?fields=*"))
        .await;
    assert_eq!(
        gws::reply::device(200, device.text.as_bytes()).expect("a device"),
        *devices[0]
    );
    let calls = client.get("/api/v2/me/calls?fields=*").await;
    assert_eq!(
        gws::reply::calls(200, calls.text.as_bytes()),
        Ok(Vec::new())
    );
}

#[tokio::test]
async fn lists_are_uris_unless_fields_are_asked_for() {
    let site = Site::new();
    let mut client = site.client("supervisor").await;
    for path in ["/api/v2/me/devices", "/api/v2/users", "/api/v2/features"] {
        let reply = client.read(path).await;
        assert!(
            reply["uris"][0]
                .as_str()
                .expect("a URI")
                .starts_with("http://"),
            "{reply}"
        );
    }
    assert_eq!(
        client.get("/api/v2/me/calls").await.text,
        r#"{"statusCode":0,"uris":[]}"#
    );
    let some = client
        .read("/api/v2/me/devices?fields=phoneNumber,deviceState")
        .await;
    assert_eq!(
        some["devices"],
        json!([{ "deviceState": "Active", "phoneNumber": "5005" }])
    );
    let me = client.read("/api/v2/me").await;
    assert_eq!(me["user"].get("devices"), None);
}
