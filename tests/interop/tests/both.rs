//! Our client with CometD's server for Node.js and with faye's: what all servers do. Each story is told
//! to both.

use std::time::Duration;

use anyhow::Result;
use bayeux::{Page, Phase, Reason};
use interop::{Server, finds_out_by_making_sure, numbers, subscribed};
use serde_json::json;

/// Whose server.
#[derive(Clone, Copy, Debug)]
enum Whose {
    CometD,
    Faye,
}

impl Whose {
    async fn server(self) -> Result<Server> {
        match self {
            Self::CometD => Server::cometd(json!({})).await,
            Self::Faye => Server::faye(Duration::from_secs(30)).await,
        }
    }

    /// A server with which sessions soon expire.
    async fn forgetful_server(self) -> Result<Server> {
        match self {
            Self::CometD => {
                let options = json!({ "timeout": 300, "maxInterval": 300, "sweepPeriod": 50 });
                Server::cometd(options).await
            }
            Self::Faye => Server::faye(Duration::from_millis(400)).await,
        }
    }
}

macro_rules! tell_both {
    ($($story:ident),+ $(,)?) => {
        tell_both!(@ cometd CometD $($story)+);
        tell_both!(@ faye Faye $($story)+);
    };
    (@ $module:ident $whose:ident $($story:ident)+) => {
        mod $module {
            $(
                #[tokio::test]
                async fn $story() -> anyhow::Result<()> {
                    super::$story(super::Whose::$whose).await
                }
            )+
        }
    };
}

tell_both!(
    events_come_in_the_order_in_which_they_were_published,
    a_wildcard_takes_in_what_it_should_and_nothing_else,
    a_restarted_server_is_found_again_with_all_subscriptions,
    a_session_that_expired_while_the_page_was_hidden_and_frozen_is_replaced,
    a_good_bye_leaves_no_session,
);

async fn events_come_in_the_order_in_which_they_were_published(whose: Whose) -> Result<()> {
    let server = whose.server().await?;
    let client = subscribed(&server).await?;
    for number in numbers(0..20) {
        server.publish("/news", number).await?;
    }
    assert_eq!(client.until_messages("/news", 20).await?, numbers(0..20));
    assert_eq!(client.seen().connections(), [None]);
    assert_eq!(client.seen().counters.failures, 0);
    Ok(())
}

async fn a_wildcard_takes_in_what_it_should_and_nothing_else(whose: Whose) -> Result<()> {
    let server = whose.server().await?;
    let client = subscribed(&server).await?;
    for pattern in ["/one/*", "/all/**"] {
        client.subscribe_at(&server, pattern).await?;
    }
    for channel in [
        "/one", "/one/a", "/one/a/b", "/all", "/all/a", "/all/a/b", "/news",
    ] {
        server.publish(channel, json!(channel)).await?;
    }
    // Whatever was to come came before the last.
    let all = client.until_messages("/", 4).await?;
    assert_eq!(all, ["/one/a", "/all/a", "/all/a/b", "/news"]);
    Ok(())
}

async fn a_restarted_server_is_found_again_with_all_subscriptions(whose: Whose) -> Result<()> {
    let server = whose.server().await?;
    let client = subscribed(&server).await?;
    client.subscribe_at(&server, "/calls/*").await?;
    server.leave().await?;
    client
        .until("the outage is noticed", |seen| {
            seen.status.phase != Phase::Connected && seen.counters.failures > 1
        })
        .await?;
    let reason = client.seen().status.reason.clone();
    assert!(matches!(reason, Some(Reason::Network(_))), "{reason:?}");

    server.come_back().await?;
    client.until_connected(2).await?;
    let sessions = server
        .until_sessions(
            "subscribed again",
            |sessions| matches!(sessions, [session] if session.subscriptions.len() == 2),
        )
        .await?;
    assert_eq!(sessions[0].subscriptions, ["/news", "/calls/*"]);
    server.publish("/calls/1", json!("ringing")).await?;
    assert_eq!(client.until_messages("/calls", 1).await?, ["ringing"]);
    let connections = client.seen().connections();
    assert!(connections[1].is_some(), "events may have been missed");
    Ok(())
}

async fn a_session_that_expired_while_the_page_was_hidden_and_frozen_is_replaced(
    whose: Whose,
) -> Result<()> {
    let server = whose.forgetful_server().await?;
    let client = subscribed(&server).await?;
    client.page(Page::Hidden).await;
    let frozen = client.freeze();
    server
        .until_sessions("the session has expired", <[_]>::is_empty)
        .await?;
    let requests = client.seen().sent.len();
    // By the client's clock: long enough for it to doubt whatever it holds.
    frozen.thaw(Duration::from_secs(60));
    client.page(Page::Visible).await;
    client.until_connected(2).await?;
    let sent = client.seen().sent[requests..].to_vec();
    assert!(finds_out_by_making_sure(&sent), "{sent:#?}");
    server.publish("/news", json!("fresh")).await?;
    assert_eq!(client.until_messages("/news", 1).await?, ["fresh"]);
    let connections = client.seen().connections();
    assert!(connections[1].is_some(), "events may have been missed");
    Ok(())
}

async fn a_good_bye_leaves_no_session(whose: Whose) -> Result<()> {
    let server = whose.server().await?;
    let client = subscribed(&server).await?;
    client.close().await?;
    server
        .until_sessions("no session is left", <[_]>::is_empty)
        .await?;
    assert_eq!(client.seen().status.phase, Phase::Idle);
    let connects = client.seen().counters.connects;

    client.open().await;
    client.until_connected(2).await?;
    assert!(client.seen().counters.connects > connects);
    Ok(())
}
