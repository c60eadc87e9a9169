//! Sign-in, sessions and CSRF protection.

use super::*;
use crate::config::SameSite;

#[tokio::test]
async fn requests_without_sign_in_are_refused() {
    let site = Site::new();
    let mut client = site.anonymous();
    for path in ["/api/v2/me", "/api/v2/users", "/api/v2/nothing"] {
        let reply = client.get(path).await;
        assert_eq!(reply.status, 403);
        assert_eq!(
            reply.text,
            r#"{"statusCode":20,"statusMessage":"Access denied"}"#
        );
    }
    client.post(NOTIFICATIONS, "[]").await.is_refused(403, 20);
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
async fn with_auto_login_every_request_is_the_supervisors() {
    let site = Site::with(Config {
        auto_login: true,
        ..Config::default()
    });
    let mut client = site.anonymous();
    let reply = client.get("/api/v2/me").await;
    assert_eq!(reply.json()["user"]["userName"], "supervisor");
    let cookie = reply.headers[header::SET_COOKIE].to_str().unwrap();
    assert!(
        cookie.starts_with("JSESSIONID=") && cookie.ends_with("; Path=/; HttpOnly; SameSite=Lax")
    );
}

#[tokio::test(start_paused = true)]
async fn a_session_ends_when_it_was_not_used_for_the_set_time() {
    let five_seconds = Config {
        session_max_inactive_interval: Duration::from_secs(5),
        ..Config::default()
    };
    for (config, lasts) in [(Config::default(), 1_800), (five_seconds, 5)] {
        let site = Site::with(config);
        let mut client = site.client("supervisor").await;
        for _ in 0..3 {
            tokio::time::advance(Duration::from_secs(lasts - 1)).await;
            assert_eq!(client.get("/api/v2/me").await.status, 200);
        }
        tokio::time::advance(Duration::from_secs(lasts + 1)).await;
        client.get("/api/v2/me").await.is_refused(403, 20);
        assert_eq!(site.control.sign_ins(), 0);
    }
}

#[tokio::test]
async fn with_basic_in_every_request_and_no_cookie_reads_work_and_changes_do_not() {
    let site = Site::new();
    let mut client = site.anonymous();
    client.authorization = Some(site.basic("supervisor"));
    for _ in 0..3 {
        client.cookies.clear();
        let reply = client.get("/api/v2/me").await;
        assert_eq!(reply.json()["user"]["userName"], "supervisor");
    }
    client.cookies.clear();
    let request = listen_in();
    let reply = client
        .operation("/api/v2/me/devices/1", request.clone())
        .await;
    assert_eq!(
        (reply.status, reply.text.as_str()),
        (403, "Missing or invalid Csrf token"),
        "there is no token without a session"
    );
}

#[tokio::test]
async fn basic_with_every_request_beside_the_cookie_keeps_the_session() {
    let site = Site::new();
    let (mut client, device) = site.supervisor().await;
    client.authorization = Some(site.basic("supervisor"));
    let cookies = client.cookies.clone();
    let request = listen_in();
    assert_eq!(client.operation(&device, request).await.status, 200);
    assert_eq!(client.get("/api/v2/me").await.status, 200);
    assert_eq!(client.cookies, cookies);
    assert_eq!(site.control.sign_ins(), 1);
}

#[tokio::test]
async fn signing_in_as_another_user_replaces_session_and_token() {
    let site = Site::new();
    let mut client = site.client("supervisor").await;
    let before = client.clone();
    client.authorization = Some(site.basic("agent6001"));
    let reply = client.get("/api/v2/me").await;
    assert_eq!(reply.json()["user"]["userName"], "agent6001");
    client.authorization = None;
    let reply = client.get("/api/v2/me").await;
    assert_eq!(reply.json()["user"]["userName"], "agent6001");
    assert_ne!(client.cookies, before.cookies);
    assert_ne!(client.csrf, before.csrf);
    assert_eq!(site.control.sign_ins(), 1);
    let mut old = before;
    old.get("/api/v2/me").await.is_refused(403, 20);
}

#[tokio::test]
async fn wrong_credentials_are_refused_and_leave_the_session_as_it_is() {
    let site = Site::new();
    let mut client = site.client("supervisor").await;
    for wrong in [
        "Basic",
        "basic ",
        "Basic %%%",
        "Basic c3VwZXJ2aXNvcg==",
        "Basic c3VwZXJ2aXNvcjp3cm9uZw==",
        "Basic bm9ib2R5Omxpc3Rlbi1pbg==",
    ] {
        client.authorization = Some(wrong.to_owned());
        client.get("/api/v2/me").await.is_refused(403, 20);
    }
    client.authorization = Some("Bearer of bad news".to_owned());
    assert_eq!(client.get("/api/v2/me").await.status, 200);
    client.authorization = None;
    assert_eq!(client.get("/api/v2/me").await.status, 200);
    assert_eq!(site.control.sign_ins(), 1);
}

#[tokio::test]
async fn a_refused_request_begins_no_session() {
    let site = Site::with(Config {
        auto_login: true,
        ..Config::default()
    });
    let mut client = site.anonymous();
    client.get("/api/v2/nothing").await.is_refused(404, 6);
    let reply = client.post(NOTIFICATIONS, "[]").await;
    assert_eq!(reply.text, "Missing or invalid Csrf token");
    assert_eq!(site.control.sign_ins(), 0);
    assert_eq!(client.get("/api/v2/me").await.status, 200);
    assert_eq!(site.control.sign_ins(), 1);
}

#[tokio::test]
async fn same_site_none_applies_to_all_cookies() {
    let site = Site::with(Config {
        same_site: SameSite::None,
        auto_login: true,
        csrf: false,
        ..Config::default()
    });
    let mut client = site.anonymous();
    let reply = client.operation(NOTIFICATIONS, handshake()).await;
    let cookies: Vec<&str> = reply
        .headers
        .get_all(header::SET_COOKIE)
        .iter()
        .map(|cookie| cookie.to_str().unwrap())
        .collect();
    assert_eq!(cookies.len(), 2, "JSESSIONID and BAYEUX_BROWSER");
    for cookie in cookies {
        assert!(cookie.ends_with("; Path=/; HttpOnly; SameSite=None; Secure"));
    }
}

#[tokio::test]
async fn changes_need_the_token_of_the_session() {
    let site = Site::new();
    let (mut client, device) = site.supervisor().await;
    let request = json!({ "operationName": "ListenIn", "targetDeviceUri": site.uri_of("6001") });
    let good = client.csrf.clone();
    for wrong in [None, Some(String::new()), Some("0".to_owned())] {
        client.csrf = wrong;
        for path in [device.as_str(), NOTIFICATIONS] {
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
