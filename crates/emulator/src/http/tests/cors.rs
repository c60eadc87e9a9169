//! Pages of other origins.

use axum::http::HeaderMap;

use super::*;
use crate::config::CrossOriginSettings;

const DESKTOP: &str = "http://desktop.example:3000";

fn site(settings: CrossOriginSettings) -> Site {
    Site::with(Config {
        auto_login: true,
        cross_origin: settings,
        ..Config::default()
    })
}

fn allowing(origins: &[&str]) -> CrossOriginSettings {
    let origins = origins.iter().map(|it| it.parse().expect("an origin"));
    CrossOriginSettings {
        allowed_origins: origins.collect(),
        ..CrossOriginSettings::default()
    }
}

async fn preflight(site: &Site, path: &str, origin: &str) -> Reply {
    let request = Request::options(path)
        .header(header::ORIGIN, origin)
        .header(header::ACCESS_CONTROL_REQUEST_METHOD, "POST")
        .header(
            header::ACCESS_CONTROL_REQUEST_HEADERS,
            "content-type,x-csrf-token",
        );
    let mut client = site.anonymous();
    client.send(request.body(Body::empty()).unwrap()).await
}

fn names<'a>(headers: &'a HeaderMap, name: &str) -> Vec<&'a str> {
    let text = headers.get(name).map(|value| value.to_str().unwrap());
    let names = text.unwrap_or_default().split(',').map(str::trim);
    names.filter(|name| !name.is_empty()).collect()
}

#[tokio::test]
async fn by_default_no_other_origin_is_allowed() {
    let site = site(CrossOriginSettings::default());
    let request = Request::get("/api/v2/me").header(header::ORIGIN, DESKTOP);
    let reply = site
        .anonymous()
        .send(request.body(Body::empty()).unwrap())
        .await;
    assert_eq!(reply.headers.get("access-control-allow-origin"), None);
    let reply = preflight(&site, NOTIFICATIONS, DESKTOP).await;
    assert_eq!(reply.headers.get("access-control-allow-origin"), None);
}

#[tokio::test]
async fn a_preflight_is_answered_without_a_sign_in() {
    let site = Site::with(Config {
        cross_origin: allowing(&[DESKTOP]),
        ..Config::default()
    });
    let reply = preflight(&site, "/api/v2/me/devices/1", DESKTOP).await;
    assert_eq!(reply.status, 200);
    let headers = &reply.headers;
    assert_eq!(headers["access-control-allow-origin"], DESKTOP);
    assert_eq!(headers["access-control-allow-credentials"], "true");
    assert_eq!(
        names(headers, "access-control-allow-methods"),
        ["GET", "POST", "PUT", "DELETE", "OPTIONS"]
    );
    assert!(names(headers, "vary").contains(&"origin"));
    assert_eq!(site.control.sign_ins(), 0);
}

#[tokio::test]
async fn the_documented_default_withholds_the_token_from_other_origins() {
    let mut settings = allowing(&[DESKTOP]);
    assert!(settings.withholds_csrf_token());
    let reply = preflight(&site(settings.clone()), "/api/v2/me/devices/1", DESKTOP).await;
    let allowed = names(&reply.headers, "access-control-allow-headers");
    assert!(allowed.contains(&"content-type") && !allowed.contains(&"x-csrf-token"));

    settings
        .allowed_headers
        .push("X-CSRF-TOKEN".parse().unwrap());
    assert!(!settings.withholds_csrf_token());
    let reply = preflight(&site(settings), "/api/v2/me/devices/1", DESKTOP).await;
    assert!(names(&reply.headers, "access-control-allow-headers").contains(&"x-csrf-token"));
}

#[tokio::test]
async fn an_allowed_origin_may_read_the_answer_and_its_token() {
    let site = site(allowing(&["https://*.example", DESKTOP]));
    for (origin, allowed) in [
        (DESKTOP, true),
        ("https://desktop.example", true),
        ("https://desktop.example.net", false),
        ("null", false),
    ] {
        let request = Request::get("/api/v2/me").header(header::ORIGIN, origin);
        let reply = site
            .anonymous()
            .send(request.body(Body::empty()).unwrap())
            .await;
        let granted = reply.headers.get("access-control-allow-origin");
        assert_eq!(granted.is_some_and(|it| it == origin), allowed, "{origin}");
        assert_eq!(
            names(&reply.headers, "access-control-expose-headers"),
            ["x-csrf-header", "x-csrf-token", "retry-after"]
        );
    }
}

#[tokio::test]
async fn a_refusal_can_be_read_by_an_allowed_origin_too() {
    let site = Site::with(Config {
        cross_origin: allowing(&[DESKTOP]),
        ..Config::default()
    });
    let request = Request::get("/api/v2/me").header(header::ORIGIN, DESKTOP);
    let reply = site
        .anonymous()
        .send(request.body(Body::empty()).unwrap())
        .await;
    reply.is_refused(403, 20);
    assert_eq!(reply.headers["access-control-allow-origin"], DESKTOP);
}
