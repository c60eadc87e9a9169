//! Malformed input of every kind. Whatever comes, there is a clear answer and never a panic, and
//! what was refused has changed nothing: the whole world, the sessions and the notification server
//! are compared before and after.
//!
//! | file | makes up |
//! |---|---|
//! | `json` | JSON, what is nearly JSON, and what is not |
//! | `requests` | methods, addresses, headers, operations, through the router |
//! | `messages` | Bayeux messages, through the router |
//! | `steering` | instructions and scripts for the control API |
//! | `bytes` | what is no HTTP, or hardly, through a connection |

mod bytes;
mod json;
mod messages;
mod requests;
mod steering;

use proptest::test_runner::{Config as Settings, TestCaseError};

use super::*;
use crate::state::driver;
use crate::world::{AgentSummary, MonitoringSummary};

/// How much is tried, unless `PROPTEST_CASES` says how much. What was found goes into a test of its
/// own, so nothing is kept in files.
fn tries(cases: u32) -> Settings {
    let wanted = std::env::var("PROPTEST_CASES").ok();
    Settings {
        cases: wanted.and_then(|it| it.parse().ok()).unwrap_or(cases),
        failure_persistence: None,
        ..Settings::default()
    }
}

/// Runs one try in virtual time, with a clock that jumps when everybody waits.
fn in_virtual_time(
    story: impl Future<Output = Result<(), TestCaseError>>,
) -> Result<(), TestCaseError> {
    tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build()
        .expect("a runtime")
        .block_on(story)
}

/// That one snapshot is the other; if not, says where they part.
fn unchanged(before: &str, after: &str) -> Result<(), TestCaseError> {
    let parts = before.bytes().zip(after.bytes()).position(|(a, b)| a != b);
    match parts {
        None if before.len() == after.len() => Ok(()),
        parts => {
            let place = parts.unwrap_or_else(|| before.len().min(after.len()));
            let around = |text: &str| {
                let bytes = text.as_bytes();
                let end = (place + 80).min(bytes.len());
                bytes[place.saturating_sub(80)..end]
                    .escape_ascii()
                    .to_string()
            };
            Err(TestCaseError::fail(format!(
                "something has changed:\n  …{}…\n  …{}…",
                around(before),
                around(after)
            )))
        }
    }
}

/// A site with everything in it that a request could spoil: two sessions with notifications, a
/// call, a supervisor who listens to it.
struct Scene {
    site: Site,
    /// The supervisor on 5005, signed in, who listens to 6001.
    client: Client,
    device: String,
    /// The supervisor's ringing leg.
    call: String,
    /// The supervisor's notification session.
    own: String,
    /// The notification session of the agent on 6001.
    foreign: String,
}

impl Scene {
    async fn new() -> Self {
        let site = Site::new();
        tokio::spawn(driver(Arc::clone(&site.shared)));
        let (mut client, device) = site.supervisor().await;
        let mut agent = site.client("agent6001").await;
        let (own, foreign) = (client.subscribe().await, agent.subscribe().await);
        let request = json!({ "operationName": "ListenIn", "phoneNumber": "6001" });
        assert_eq!(client.operation(&device, request).await.status, 200);
        site.control
            .call_arrives("6001", "555-1234")
            .expect("a free agent");
        // Nothing is left to be told.
        client.listen(&own).await;
        agent.listen(&foreign).await;
        let calls = client.get("/api/v2/me/calls?fields=*").await.json();
        let call = calls["calls"][0]["id"].as_str().expect("a call");
        Self {
            call: format!("/api/v2/me/calls/{call}"),
            site,
            client,
            device,
            own,
            foreign,
        }
    }

    /// Everything that a request could change.
    fn snapshot(&self) -> String {
        self.site.shared.lock().snapshot()
    }

    /// What happens in the contact centre, whatever the time.
    fn world(&self) -> (Vec<AgentSummary>, Option<MonitoringSummary>) {
        (
            self.site.control.agents(),
            self.site.control.monitoring("5005"),
        )
    }
}

/// How the words end that go with HTTP 500 because GWS has it so, not because something broke.
const ON_PURPOSE: [&str; 2] = [" is not registered.", " is out of service."];

#[test]
fn an_error_of_ones_own_is_no_clear_answer() {
    let reply = |words: &str| Reply {
        status: 500,
        headers: [(header::CONTENT_TYPE, "application/json".parse().unwrap())]
            .into_iter()
            .collect(),
        text: json!({ "statusCode": 4, "statusMessage": words }).to_string(),
    };
    assert!(reply("Device 'x' is not registered.").is_clear());
    assert!(!reply("Internal error.").is_clear());
}

impl Reply {
    /// Whether this answers a request as everything below `/api` is answered.
    fn is_clear(&self) -> bool {
        let kind = self.headers.get(header::CONTENT_TYPE);
        let kind = kind.map_or("", |kind| kind.to_str().unwrap());
        if self.text == "Missing or invalid Csrf token" {
            return self.status == 403 && kind.starts_with("text/plain");
        }
        let Ok(Value::Object(body)) = serde_json::from_str(&self.text) else {
            return false;
        };
        let code = body.get("statusCode").and_then(Value::as_u64);
        let words = body.get("statusMessage").and_then(Value::as_str);
        kind.starts_with("application/json")
            && match self.status {
                // 7 is a partial success: a session on some channels.
                200 => (code == Some(0) || code == Some(7)) && words.is_none(),
                500 if !words
                    .is_some_and(|words| ON_PURPOSE.iter().any(|end| words.ends_with(end))) =>
                {
                    false
                }
                400 | 403 | 404 | 405 | 413 | 500 => {
                    code.is_some_and(|code| code > 0)
                        && words.is_some_and(|words| !words.is_empty())
                        && body.len() == 2
                }
                _ => false,
            }
    }
}
