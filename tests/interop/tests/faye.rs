//! Our client with faye's server, which speaks another dialect: the connect reply comes first in a
//! response, an unknown session is a 401, a subscription to a service is forbidden. What it does as
//! CometD does is in `both`.

use std::time::Duration;

use anyhow::Result;
use bayeux::{Phase, Reason};
use interop::{Browser, Server, numbers, subscribed};
use serde_json::json;

const THIRTY_SECONDS: Duration = Duration::from_secs(30);

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
async fn a_forbidden_channel_is_refused_in_fayes_words() -> Result<()> {
    let server = Server::faye(THIRTY_SECONDS).await?;
    let client = subscribed(&server).await?;
    client.subscribe("/service/x").await;
    let (pattern, error) = client.until_refused().await?;
    assert_eq!(pattern, "/service/x");
    assert_eq!(error, "Forbidden channel (code 403)");
    assert_eq!(client.seen().status.phase, Phase::Connected);
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
