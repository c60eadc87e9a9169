//! Who may ask, and who may change.

use super::*;

#[tokio::test]
async fn strangers_are_denied() {
    let site = Site::new();
    let mut client = site.stranger();
    for path in ["/api/v2/me", "/api/v2/users", "/api/v2/nothing"] {
        let reply = client.get(path).await;
        assert_eq!(reply.status, 403);
        assert_eq!(
            reply.text,
            r#"{"statusCode":20,"statusMessage":"Access denied"}"#
        );
    }
    client.authorization = Some("Basic c3VwZXJ2aXNvcjp3cm9uZw==".to_owned());
    client.get("/api/v2/me").await.is_refused(403, 20);
    client.authorization = Some("Basic %%%".to_owned());
    client.get("/api/v2/me").await.is_refused(403, 20);
    client
        .post("/api/v2/notifications", "[]")
        .await
        .is_refused(403, 20);
}

#[tokio::test]
async fn signing_in_once_is_enough() {
    let site = Site::new();
    let mut client = site.client("supervisor").await;
    let cookie = client.cookies.clone();
    assert_eq!(client.get("/api/v2/me").await.status, 200);
    assert_eq!(client.cookies, cookie);
    site.control.forget_sign_ins();
    client.get("/api/v2/me").await.is_refused(403, 20);
}

#[tokio::test]
async fn with_auto_login_everyone_is_the_supervisor() {
    let site = Site::with(Config {
        auto_login: true,
        ..Config::default()
    });
    let mut client = site.stranger();
    let reply = client.get("/api/v2/me").await;
    assert_eq!(reply.json()["user"]["userName"], "supervisor");
    let cookie = reply.headers[header::SET_COOKIE].to_str().unwrap();
    assert!(
        cookie.starts_with("JSESSIONID=") && cookie.ends_with("; Path=/; HttpOnly; SameSite=Lax")
    );
}

#[tokio::test(start_paused = true)]
async fn a_session_ends_after_half_an_hour_without_use() {
    let site = Site::new();
    let mut client = site.client("supervisor").await;
    tokio::time::advance(Duration::from_secs(1_799)).await;
    assert_eq!(client.get("/api/v2/me").await.status, 200);
    tokio::time::advance(Duration::from_secs(1_801)).await;
    client.get("/api/v2/me").await.is_refused(403, 20);
}

#[tokio::test]
async fn changes_need_the_token_of_the_session() {
    let site = Site::new();
    let (mut client, device) = site.supervisor().await;
    let request = json!({ "operationName": "ListenIn", "targetDeviceUri": site.uri_of("6001") });
    let good = client.csrf.clone();
    for wrong in [None, Some(String::new()), Some("0".to_owned())] {
        client.csrf = wrong;
        for path in [device.as_str(), "/api/v2/notifications"] {
            let reply = client.operation(path, request.clone()).await;
            assert_eq!(
                (reply.status, reply.text.as_str()),
                (403, "Missing or invalid Csrf token")
            );
        }
    }
    assert_eq!(site.control.monitoring("5005"), None);
    client.csrf = good;
    assert_eq!(
        client.operation(&device, request).await.text,
        r#"{"statusCode":0}"#
    );
}

#[tokio::test]
async fn csrf_protection_can_be_off() {
    let site = Site::with(Config {
        csrf: false,
        ..Config::default()
    });
    let (mut client, device) = site.supervisor().await;
    assert_eq!(client.csrf, None);
    let request = json!({ "operationName": "ListenIn", "phoneNumber": "6001" });
    assert_eq!(client.operation(&device, request).await.status, 200);
}
