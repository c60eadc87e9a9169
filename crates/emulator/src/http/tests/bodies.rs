//! Bodies and addresses that are refused.

use super::*;
use crate::http::body::LIMIT;

#[tokio::test]
async fn a_body_that_is_too_long_is_refused() {
    let site = Site::new();
    let (mut client, device) = site.supervisor().await;
    let body = |length: usize| {
        let body = r#"{"operationName":"ListenIn","phoneNumber":"6001"}"#;
        format!("{body}{}", " ".repeat(length - body.len()))
    };
    client
        .post(&device, body(LIMIT + 1))
        .await
        .is_refused(413, 10);
    site.has_no_monitoring();
    assert_eq!(client.post(&device, body(LIMIT)).await.status, 200);
}

#[tokio::test]
async fn an_incomplete_body_is_refused() {
    let site = Site::new();
    let (mut client, device) = site.supervisor().await;
    let begun = [
        Ok("{\"operationName\":\"Listen"),
        Err(std::io::Error::other("gone")),
    ];
    let body = Body::from_stream(futures_util::stream::iter(begun));
    client.post(&device, body).await.is_refused(400, 10);
    site.has_no_monitoring();
}

#[tokio::test]
async fn an_address_that_is_not_utf_8_is_refused() {
    let site = Site::new();
    let (mut client, _) = site.supervisor().await;
    for path in ["/api/v2/users/%ff", "/api/v2/me/devices/%fe"] {
        client.get(path).await.is_refused(400, 10);
        client.post(path, "{}").await.is_refused(400, 10);
    }
}
