//! Our client with CometD's server and its acknowledge extension, over a network that loses things:
//! nothing is lost and nothing comes twice. And without the extension, what may be lost is told.

use anyhow::Result;
use bayeux::{Page, Phase};
use interop::{Browser, Driver, Link, Server, numbers};
use serde_json::json;

/// A client that is subscribed to `/news`, by way of a network that can be cut.
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
async fn events_of_an_outage_come_after_it_once_and_in_order() -> Result<()> {
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
    // The first of them goes into the connection that is no more: for the server it was sent.
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
async fn events_whose_response_was_lost_under_way_come_again() -> Result<()> {
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

#[tokio::test]
async fn events_of_the_time_in_which_the_page_was_put_away_come_when_it_is_back() -> Result<()> {
    let server = Server::cometd_with_ack(json!({})).await?;
    let link = Link::to(server.port()).await?;
    let client = subscribed(&server, &link).await?;
    client.page(Page::Leaving { kept: true }).await;
    client
        .until("everything is let go of", |seen| seen.requests == 0)
        .await?;
    publish(&server, 0..5).await?;
    client.page(Page::Resumed).await;
    assert_eq!(client.until_messages("/news", 5).await?, numbers(0..5));
    assert_eq!(client.seen().counters.sessions, 1);
    Ok(())
}

#[tokio::test]
async fn a_session_that_was_lost_all_the_same_leaves_a_gap_that_is_told() -> Result<()> {
    let server = Server::cometd_with_ack(json!({})).await?;
    let link = Link::to(server.port()).await?;
    let client = subscribed(&server, &link).await?;
    link.cut();
    server.forget_all().await?;
    link.mend();
    client.until_connected(2).await?;
    assert!(client.seen().connections()[1].is_some());
    // The batches of the new session begin anew.
    publish(&server, 0..5).await?;
    assert_eq!(client.until_messages("/news", 5).await?, numbers(0..5));
    Ok(())
}

#[tokio::test]
async fn without_the_extension_the_gap_is_told() -> Result<()> {
    let server = Server::cometd(json!({})).await?;
    let link = Link::to(server.port()).await?;
    let client = subscribed(&server, &link).await?;
    link.lose_answers();
    publish(&server, 0..1).await?;
    link.until_lost(1).await?;
    link.mend();
    client.until_connected(2).await?;
    let gap = client.seen().connections()[1].expect("something was missed");
    assert!(gap.from < gap.to, "{gap:?}");
    assert_eq!(client.seen().counters.sessions, 1);
    publish(&server, 1..2).await?;
    assert_eq!(client.until_messages("/news", 1).await?, numbers(1..2));
    Ok(())
}
