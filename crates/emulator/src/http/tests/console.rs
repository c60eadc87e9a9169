//! The console's files, as a browser gets them.

use axum::body::Body;
use axum::http::{Request, header};

use super::{Reply, Site};

async fn file(site: &Site, path: &str) -> Reply {
    let request = Request::get(path).header(header::HOST, "localhost:8090");
    let request = request.body(Body::empty()).expect("a request");
    site.stranger().send(request).await
}

const MODULES: [&str; 8] = [
    "console",
    "page",
    "centre",
    "agents",
    "supervisors",
    "calls",
    "panels",
    "log",
];

/// The files that a page names.
fn named(page: &str) -> Vec<&str> {
    let parts = page.split(['"', '\'']);
    parts
        .filter(|part| part.starts_with("/emulator/") && part.contains('.'))
        .collect()
}

#[tokio::test]
async fn the_page_and_all_its_files_are_served_under_a_strict_policy() {
    let site = Site::new();
    let page = file(&site, "/emulator").await;
    assert_eq!(
        page.headers[header::CONTENT_TYPE],
        "text/html; charset=utf-8"
    );
    let files = named(&page.text);
    assert_eq!(files.len(), 3, "{files:?}");
    let modules = MODULES.map(|name| format!("/emulator/{name}.js"));
    for path in files.into_iter().chain(modules.iter().map(String::as_str)) {
        let reply = file(&site, path).await;
        assert_eq!(reply.status, 200, "{path}");
        let policy = reply.headers[header::CONTENT_SECURITY_POLICY].to_str();
        let policy = policy.expect("text");
        for part in [
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            "connect-src 'self'",
            "img-src 'self'",
        ] {
            assert!(policy.contains(part), "{path}: {policy}");
        }
        assert!(!policy.contains("unsafe"), "{path}: {policy}");
        assert_eq!(reply.headers[header::X_CONTENT_TYPE_OPTIONS], "nosniff");
    }
}

#[tokio::test]
async fn the_page_has_no_inline_script_or_style_and_makes_no_markup_from_text() {
    let site = Site::new();
    let page = file(&site, "/emulator").await.text;
    assert!(!page.contains("<style") && !page.contains(" style="));
    assert_eq!(
        page.matches("<script").count(),
        page.matches("<script type=\"module\" src=").count()
    );
    for name in MODULES {
        let script = file(&site, &format!("/emulator/{name}.js")).await.text;
        for word in [
            "innerHTML",
            "outerHTML",
            "insertAdjacentHTML",
            "document.write",
            "eval(",
        ] {
            assert!(!script.contains(word), "{word} in {name}.js");
        }
    }
}

#[tokio::test]
async fn a_page_of_another_name_for_this_machine_gets_nothing() {
    let site = Site::new();
    let request = Request::get("/emulator").header(header::HOST, "evil.example");
    let request = request.body(Body::empty()).expect("a request");
    let reply = site.stranger().send(request).await;
    assert_eq!(reply.status, 403, "{}", reply.text);
}
