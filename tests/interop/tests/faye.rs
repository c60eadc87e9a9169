//! Our client with faye's server, which speaks another dialect: the connect reply comes first in a
//! response, an unknown session is a 401, a subscription to a service is forbidden.

use std::time::Duration;

use anyhow::Result;
use bayeux::{Outcome, Page, Phase, Reason};
use interop::{Browser, Driver, Server, finds_out_by_making_sure, numbers};
use serde_json::json;

const THIRTY_SECONDS: Duration = Duration::from_secs(30);

/// A client that is subscribed to `/news`.
async fn subscribed(server: &Server) -> Result<Driver> {
    let client = Browser::new()?.client(server.config());
    client.subscribe("/news").await;
    client.open().await;
    client.until_connected(1).await?;
    Ok(client)
}

#[tokio::test]
async fn events_come_in_order_though_they_follow_the_connect_reply() -> Result<()> {
    let server = Server::faye(THIRTY_SECONDS).await?;
    let client = subscribed(&server).await?;
    for number in numbers(0..20) {
        server.publish("/news", number).await?;
    }
    assert_eq!(client.until_messages("/news", 20).await?, numbers(0..20));
    assert_eq!(client.seen().connections(), [None]);
    assert_eq!(client.seen().counters.failures, 0);
    Ok(())
}

#[tokio::test]
async fn an_event_with_the_number_of_a_request_of_ours_is_an_event() -> Result<()> {
    let server = Server::faye(THIRTY_SECONDS).await?;
    let client = subscribed(&server).await?;
    // faye passes the publisher's number on. Ours are small; one of these is that of the connect
    // that is out.
    for number in 0..20_u32 {
        let id = json!(number.to_string());
        server.publish_as("/news", json!(number), id).await?;
    }
    assert_eq!(client.until_messages("/news", 20).await?, numbers(0..20));
    assert_eq!(client.seen().counters.failures, 0);
    Ok(())
}

#[tokio::test]
async fn a_wildcard_takes_in_what_it_should() -> Result<()> {
    let server = Server::faye(THIRTY_SECONDS).await?;
    let client = subscribed(&server).await?;
    for pattern in ["/one/*", "/all/**"] {
        let subscription = client.subscribe(pattern).await;
        let settled = client.until_settled(subscription).await?;
        assert_eq!(settled, Outcome::Done);
    }
    for channel in ["/one/a", "/one/a/b", "/all/a", "/all/a/b", "/news"] {
        server.publish(channel, json!(channel)).await?;
    }
    let all = client.until_messages("/", 4).await?;
    assert_eq!(all, ["/one/a", "/all/a", "/all/a/b", "/news"]);
    Ok(())
}

#[tokio::test]
async fn a_publish_is_answered_and_echoed() -> Result<()> {
    let server = Server::faye(THIRTY_SECONDS).await?;
    let client = subscribed(&server).await?;
    let said = client
        .publish("/news", json!({ "text": "Grüß Gott ☎" }))
        .await;
    assert_eq!(client.until_settled(said).await?, Outcome::Done);
    let echoed = client.until_messages("/news", 1).await?;
    assert_eq!(echoed, [json!({ "text": "Grüß Gott ☎" })]);
    Ok(())
}

#[tokio::test]
async fn a_forbidden_channel_is_refused_in_fayes_words() -> Result<()> {
    let server = Server::faye(THIRTY_SECONDS).await?;
    let client = subscribed(&server).await?;
    let subscription = client.subscribe("/service/x").await;
    let outcome = client.until_settled(subscription).await?.to_string();
    assert_eq!(outcome, "refused: Forbidden channel (code 403)");
    assert_eq!(client.seen().status.phase, Phase::Connected);
    Ok(())
}

#[tokio::test]
async fn after_unsubscribing_nothing_comes() -> Result<()> {
    let server = Server::faye(THIRTY_SECONDS).await?;
    let client = subscribed(&server).await?;
    let subscription = client.subscribe("/more").await;
    client.until_settled(subscription).await?;
    let end = client.unsubscribe(subscription).await;
    assert_eq!(client.until_settled(end).await?, Outcome::Done);
    server
        .until_sessions(
            "one subscription is left",
            |sessions| matches!(sessions, [session] if session.subscriptions == ["/news"]),
        )
        .await?;
    server.publish("/more", json!("after")).await?;
    server.publish("/news", json!("end")).await?;
    client.until_messages("/news", 1).await?;
    assert_eq!(client.seen().messages("/"), ["end"]);
    Ok(())
}

#[tokio::test]
async fn an_unknown_client_shakes_hands_again() -> Result<()> {
    let server = Server::faye(THIRTY_SECONDS).await?;
    let client = subscribed(&server).await?;
    // The connect that is held ends well, the next one is answered with a 401.
    server.forget_all().await?;
    client.until_connected(2).await?;
    assert!(client.seen().connections()[1].is_some(), "a gap");
    server.publish("/news", json!("again")).await?;
    assert_eq!(client.until_messages("/news", 1).await?, ["again"]);
    assert_eq!(client.seen().counters.sessions, 2);
    Ok(())
}

#[tokio::test]
async fn a_restarted_server_is_found_again_with_all_subscriptions() -> Result<()> {
    let server = Server::faye(THIRTY_SECONDS).await?;
    let client = subscribed(&server).await?;
    server.leave().await?;
    client
        .until("the outage is noticed", |seen| seen.counters.failures > 1)
        .await?;
    server.come_back().await?;
    client.until_connected(2).await?;
    server
        .until_sessions(
            "subscribed again",
            |sessions| matches!(sessions, [session] if session.subscriptions == ["/news"]),
        )
        .await?;
    server.publish("/news", json!("again")).await?;
    assert_eq!(client.until_messages("/news", 1).await?, ["again"]);
    Ok(())
}

#[tokio::test]
async fn a_session_that_expired_while_the_page_was_hidden_and_frozen_is_replaced() -> Result<()> {
    let server = Server::faye(Duration::from_millis(400)).await?;
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
    Ok(())
}

#[tokio::test]
async fn a_connect_that_is_replaced_on_waking_is_answered_in_the_end() -> Result<()> {
    // faye goes by the clock of the connect that was replaced: it does not answer at once, as it is
    // asked to, but when that one would have been answered.
    let server = Server::faye(Duration::from_secs(1)).await?;
    let client = subscribed(&server).await?;
    for times in 2..4 {
        // One that is overtaken by its replacement would leave that without an answer.
        let connects = client.seen().counters.connects;
        server.until_connects(connects).await?;
        client.freeze().thaw(Duration::from_secs(60));
        client.until_connected(times).await?;
    }
    for number in numbers(0..5) {
        server.publish("/news", number).await?;
    }
    assert_eq!(client.until_messages("/news", 5).await?, numbers(0..5));
    assert_eq!(client.seen().counters.sessions, 1);
    Ok(())
}

#[tokio::test]
async fn connects_follow_one_another_when_there_is_nothing_to_tell() -> Result<()> {
    let server = Server::faye(Duration::from_millis(250)).await?;
    let client = subscribed(&server).await?;
    client
        .until("several connects have run out", |seen| {
            seen.counters.connects >= 6
        })
        .await?;
    server.publish("/news", json!("at last")).await?;
    assert_eq!(client.until_messages("/news", 1).await?, ["at last"]);
    assert_eq!(client.seen().counters.failures, 0);
    assert_eq!(client.seen().counters.sessions, 1);
    Ok(())
}

#[tokio::test]
async fn a_refused_handshake_is_tried_again_as_advised() -> Result<()> {
    let server = Server::faye(THIRTY_SECONDS).await?;
    server.deny(Some("handshake")).await?;
    let client = Browser::new()?.client(server.config());
    client.open().await;
    client
        .until("it was refused, twice", |seen| {
            seen.counters.handshakes >= 2 && seen.status.phase == Phase::Waiting
        })
        .await?;
    let reason = client.seen().status.reason.clone();
    assert!(matches!(reason, Some(Reason::Refused(_))), "{reason:?}");
    server.deny(None).await?;
    client.until_connected(1).await
}

#[tokio::test]
async fn a_good_bye_leaves_no_session() -> Result<()> {
    let server = Server::faye(THIRTY_SECONDS).await?;
    let client = subscribed(&server).await?;
    client.close().await?;
    server
        .until_sessions("no session is left", <[_]>::is_empty)
        .await?;
    assert_eq!(client.seen().status.phase, Phase::Idle);
    Ok(())
}
