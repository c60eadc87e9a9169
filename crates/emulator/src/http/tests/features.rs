//! What the contact centre has switched on.

use super::*;
use crate::world::{Feature, Features};

#[tokio::test]
async fn features_are_listed_and_read_one_by_one() {
    let site = Site::new();
    let mut client = site.client("agent6001").await;
    let all = client.get("/api/v2/features?fields=*").await.json();
    let monitoring = client
        .get("/api/v2/features/api-supervisor-monitoring")
        .await
        .json();
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
async fn without_the_feature_monitoring_is_no_valid_operation() {
    let site = Site::with(Config {
        features: Features::without([Feature::SupervisorMonitoring]),
        ..Config::default()
    });
    let (mut client, device) = site.supervisor().await;
    for operation in ["ListenIn", "CancelSupervisorMonitoring", "Coach", "BargeIn"] {
        let request = json!({ "operationName": operation, "phoneNumber": "6001" });
        client.operation(&device, request).await.is_refused(400, 10);
    }
    site.has_no_monitoring();
    let found = client.get(&device).await.json();
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
        features: Features::without([Feature::Voice]),
        ..Config::default()
    });
    let mut client = site.client("supervisor").await;
    let device = site.control.agent("6001").expect("an agent").device_id;
    for path in ["me/devices", "me/calls"] {
        client
            .get(&format!("/api/v2/{path}"))
            .await
            .is_refused(404, 6);
    }
    let request = json!({ "operationName": "ListenIn", "phoneNumber": "6001" });
    let path = format!("/api/v2/me/devices/{device}");
    client.operation(&path, request).await.is_refused(404, 6);
    let me = client.get("/api/v2/me?subresources=*").await.json();
    assert_eq!(me["user"].get("devices"), None);
    assert_eq!(me["user"].get("calls"), None);
    let user = site.control.agent("6001").expect("an agent").user_id;
    let agent = format!("/api/v2/users/{user}");
    let found = client.get(&format!("{agent}?subresources=*")).await.json();
    assert_eq!(found["user"].get("devices"), None);
    assert_eq!(found["user"].get("channels"), None);
    assert_eq!(me["user"]["features"].as_array().map(Vec::len), Some(2));
}
