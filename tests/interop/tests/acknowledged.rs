//! Our client with CometD's server and its acknowledge extension, over a network that loses messages:
//! each arrives once.

use anyhow::Result;
use bayeux::Phase;
use interop::{Browser, Driver, Link, Server, numbers};
use serde_json::json;

/// A client that is subscribed to `/news`, through a network that can be cut.
async fn subscribed(server: &Server, link: &Link) -> Result<Driver> {
    let client = Browser::new()?.client(server.config_by(link.port()));
    client.subscribe("/news").await;
    client.open().await;
    client.until_connected(1).await?;
    server.until_held().await?;
    Ok(client)
}

async fn publish(server: &Server, numbers: std::ops::Range<u32>) -> Result<()> {
    for number in numbers {
        server.publish("/news", json!(number)).await?;
    }
    Ok(())
}

#[tokio::test]
async fn events_of_an_outage_are_delivered_once_and_in_order() -> Result<()> {
    let server = Server::cometd_with_ack(json!({})).await?;
    let link = Link::to(server.port()).await?;
    let client = subscribed(&server, &link).await?;
    publish(&server, 0..3).await?;
    client.until_messages("/news", 3).await?;

    link.cut();
    client
        .until("the outage is noticed", |seen| {
            seen.status.phase == Phase::Waiting
        })
        .await?;
    // The first response goes into the broken connection: the server assumes that it was delivered.
    publish(&server, 3..8).await?;
    link.mend();
    client.until_connected(2).await?;
    publish(&server, 8..10).await?;

    assert_eq!(client.until_messages("/news", 10).await?, numbers(0..10));
    assert_eq!(client.seen().counters.sessions, 1);
    assert_eq!(client.seen().connections(), [None, None], "nothing missed");
    Ok(())
}

#[tokio::test]
async fn events_of_a_lost_response_are_delivered_again() -> Result<()> {
    let server = Server::cometd_with_ack(json!({})).await?;
    let link = Link::to(server.port()).await?;
    let client = subscribed(&server, &link).await?;
    for round in 0..3 {
        server.until_held().await?;
        link.lose_answers();
        publish(&server, 2 * round..2 * round + 2).await?;
        link.until_lost(usize::try_from(round)? + 1).await?;
        link.mend();
        let so_far = 2 * usize::try_from(round)? + 2;
        client.until_messages("/news", so_far).await?;
    }
    assert_eq!(client.seen().messages("/news"), numbers(0..6));
    assert_eq!(client.seen().counters.sessions, 1);
    assert!(client.seen().connections().iter().all(Option::is_none));
    Ok(())
}
