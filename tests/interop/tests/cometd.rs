//! Our client with CometD's own server for Node.js: what other servers don't do, or do otherwise. What
//! all do is in `both`.

use std::time::Duration;

use anyhow::Result;
use bayeux::{Page, Phase};
use interop::{Browser, Server, subscribed};
use serde_json::json;

#[tokio::test]
async fn what_the_server_denies_is_refused_in_its_words() -> Result<()> {
    let server = Server::cometd(json!({})).await?;
    let client = subscribed(&server).await?;
    server.deny(Some("subscribe")).await?;
    client.subscribe("/secret").await;
    let (pattern, error) = client.until_refused().await?;
    assert_eq!(pattern, "/secret");
    assert_eq!(error, "subscribe_denied (code 403)");

    // The connection has not suffered.
    server.deny(None).await?;
    client.subscribe_at(&server, "/chat").await?;
    assert_eq!(client.seen().counters.handshakes, 1);
    Ok(())
}

#[tokio::test]
async fn a_lost_session_is_noticed_by_a_subscribe_though_its_refusal_has_no_advice() -> Result<()> {
    let server = Server::cometd(json!({})).await?;
    let client = subscribed(&server).await?;
    server.until_held().await?;
    // The old connect is held for ever: nothing but the subscribe can notice.
    server.forget_all().await?;
    client.subscribe("/more").await;
    client.until_connected(2).await?;
    server.publish("/news", json!(2)).await?;
    assert_eq!(client.until_messages("/news", 1).await?, [json!(2)]);
    assert_eq!(client.seen().counters.sessions, 2);
    Ok(())
}

#[tokio::test]
async fn a_connect_that_died_while_the_page_slept_is_replaced_on_waking() -> Result<()> {
    let server = Server::cometd(json!({})).await?;
    let client = subscribed(&server).await?;
    server.until_held().await?;
    let frozen = client.freeze();
    server.forget_all().await?;
    // An hour later: whatever the client was waiting for is long overdue.
    frozen.thaw(Duration::from_secs(3600));
    client.until_connected(2).await?;
    server.publish("/news", json!("fresh")).await?;
    assert_eq!(client.until_messages("/news", 1).await?, ["fresh"]);
    Ok(())
}

#[tokio::test]
async fn waking_costs_no_session_if_the_server_still_has_it() -> Result<()> {
    let server = Server::cometd(json!({})).await?;
    let client = subscribed(&server).await?;
    server.until_held().await?;
    let connects = client.seen().counters.connects;
    // Half a minute is too much for a timer to be late, and too little for the server.
    client.freeze().thaw(Duration::from_secs(30));
    client.until_connected(2).await?;
    assert!(client.seen().counters.connects > connects, "it made sure");
    server.until_held().await?;
    server.publish("/news", json!("still here")).await?;
    assert_eq!(client.until_messages("/news", 1).await?, ["still here"]);
    assert_eq!(client.seen().counters.sessions, 1);
    Ok(())
}

#[tokio::test]
async fn a_page_that_was_put_away_and_comes_back_keeps_its_session() -> Result<()> {
    let server = Server::cometd(json!({})).await?;
    let client = subscribed(&server).await?;
    server.until_held().await?;
    client.page(Page::Leaving { kept: true }).await;
    client
        .until("everything is let go of", |seen| {
            seen.status.phase == Phase::Suspended && seen.requests == 0
        })
        .await?;
    client.page(Page::Resumed).await;
    client.until_connected(2).await?;
    server.publish("/news", json!("still here")).await?;
    assert_eq!(client.until_messages("/news", 1).await?, ["still here"]);
    assert_eq!(client.seen().counters.sessions, 1);
    Ok(())
}

#[tokio::test]
async fn a_session_that_the_server_ends_is_replaced_after_its_last_words() -> Result<()> {
    let server = Server::cometd(json!({})).await?;
    let client = subscribed(&server).await?;
    server.until_held().await?;
    server.disconnect_all().await?;
    client.until_connected(2).await?;
    server.publish("/news", json!("again")).await?;
    assert_eq!(client.until_messages("/news", 1).await?, ["again"]);
    assert_eq!(client.seen().counters.sessions, 2);
    Ok(())
}

#[tokio::test]
async fn a_second_client_of_a_browser_polls_at_intervals_until_it_is_alone() -> Result<()> {
    let server = Server::cometd(json!({ "multiSessionInterval": 400 })).await?;
    let browser = Browser::new()?;
    let first = browser.client(server.config());
    first.open().await;
    first.until_connected(1).await?;
    server.until_held().await?;

    let second = browser.client(server.config());
    second.subscribe("/news").await;
    second.open().await;
    second.until_connected(1).await?;
    second
        .until("it knows that it is not alone", |seen| {
            seen.status.multiple_clients
        })
        .await?;
    let before = second.seen().counters.connects;
    let asked = std::time::Instant::now();
    server.publish("/news", json!("late")).await?;
    second.until_messages("/news", 1).await?;
    second
        .until("three more connects", |seen| {
            seen.counters.connects >= before + 3
        })
        .await?;
    assert!(
        asked.elapsed() >= Duration::from_millis(800),
        "{:?}",
        asked.elapsed()
    );
    assert!(!first.seen().status.multiple_clients);

    // This server never takes its advice back, but it holds the connect again.
    first.close().await?;
    server.until_held().await
}

#[tokio::test]
async fn a_denied_handshake_stops_the_client_with_the_servers_words() -> Result<()> {
    let server = Server::cometd(json!({})).await?;
    server.deny(Some("handshake")).await?;
    let client = Browser::new()?.client(server.config());
    client.subscribe("/news").await;
    client.open().await;
    let reason = client.until_stopped().await?.expect("a reason");
    assert_eq!(
        reason.to_string(),
        "the server refused: handshake_denied (code 403)"
    );
    assert_eq!(client.seen().counters.handshakes, 1);

    // Asked again by a person, it begins anew.
    server.deny(None).await?;
    client.open().await;
    client.until_connected(1).await
}
