//! The console's files, as a browser gets them.

use axum::http::header;

use super::Site;

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

/// The files that a page references.
fn named(page: &str) -> Vec<&str> {
    let parts = page.split(['"', '\'']);
    parts
        .filter(|part| part.starts_with("/emulator/") && part.contains('.'))
        .collect()
}

#[tokio::test]
async fn the_page_and_all_its_files_are_served_under_a_strict_policy() {
    let site = Site::new();
    let mut client = site.anonymous();
    let page = client.get("/emulator").await;
    assert_eq!(
        page.headers[header::CONTENT_TYPE],
        "text/html; charset=utf-8"
    );
    let files = named(&page.text);
    assert_eq!(files.len(), 3, "{files:?}");
    let modules = MODULES.map(|name| format!("/emulator/{name}.js"));
    for path in files.into_iter().chain(modules.iter().map(String::as_str)) {
        let reply = client.get(path).await;
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
