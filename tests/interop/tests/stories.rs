//! Our client with third-party servers. Each story is told once, and runs with every server that
//! behaves accordingly: CometD's own for Node.js, and faye's, which has another dialect.

use std::time::Duration;

use anyhow::Result;
use bayeux::{Page, Phase, Reason};
use interop::{Browser, Driver, Server, numbers, probes_then_handshakes, subscribed};
use serde_json::{Value, json};

/// The server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Peer {
    CometD,
    Faye,
}

impl Peer {
    async fn server(self) -> Result<Server> {
        self.server_with(json!({}), Duration::from_secs(30)).await
    }

    /// A server with short-lived sessions.
    async fn forgetful_server(self) -> Result<Server> {
        let options = json!({ "timeout": 300, "maxInterval": 300, "sweepPeriod": 50 });
        self.server_with(options, Duration::from_millis(400)).await
    }

    /// A server that holds a connect only briefly. faye keeps a session twice as long.
    async fn hasty_server(self) -> Result<Server> {
        let timeout = Duration::from_millis(800);
        self.server_with(json!({ "timeout": 800 }), timeout).await
    }

    async fn server_with(self, cometd: Value, faye: Duration) -> Result<Server> {
        match self {
            Self::CometD => Server::cometd(cometd).await,
            Self::Faye => Server::faye(faye).await,
        }
    }

    /// Waits until the client's latest connect has arrived.
    async fn until_connect_arrived(self, server: &Server, client: &Driver) -> Result<()> {
        let connects = client.seen().counters.connects;
        match self {
            Self::CometD => server.until_held().await,
            Self::Faye => server.until_connects(connects).await,
        }
    }
}

stories! {
    events_arrive_in_the_order_of_publication: cometd CometD, faye Faye;
    a_wildcard_covers_the_channels_that_it_should: cometd CometD, faye Faye;
    an_event_with_the_id_of_our_connect_is_an_event: faye Faye;
    connects_follow_one_another_without_events: cometd CometD, faye Faye;
    a_restarted_server_is_found_with_all_subscriptions: cometd CometD, faye Faye;
    a_session_that_the_server_forgot_is_replaced: cometd CometD, faye Faye;
    a_session_that_expired_while_the_page_was_frozen_is_replaced: cometd CometD, faye Faye;
    a_session_that_the_server_ends_is_replaced: cometd CometD;
    waking_keeps_a_session_that_the_server_has: cometd CometD, faye Faye;
    a_refused_subscription_is_reported_in_the_servers_words: cometd CometD, faye Faye;
    a_denied_handshake_without_retry_advice_stops_the_client: cometd CometD;
    a_denied_handshake_with_retry_advice_is_repeated: faye Faye;
    closing_leaves_no_session: cometd CometD, faye Faye;
}

async fn events_arrive_in_the_order_of_publication(peer: Peer) -> Result<()> {
    let server = peer.server().await?;
    let client = subscribed(&server).await?;
    for number in numbers(0..20) {
        server.publish("/news", number).await?;
    }
    assert_eq!(client.until_messages("/news", 20).await?, numbers(0..20));
    assert_eq!(client.seen().connections(), [None]);
    assert_eq!(client.seen().counters.failures, 0);
    Ok(())
}

async fn a_wildcard_covers_the_channels_that_it_should(peer: Peer) -> Result<()> {
    let server = peer.server().await?;
    let client = subscribed(&server).await?;
    for pattern in ["/one/*", "/all/**"] {
        client.subscribe_at(&server, pattern).await?;
    }
    for channel in [
        "/one", "/one/a", "/one/a/b", "/all", "/all/a", "/all/a/b", "/news",
    ] {
        server.publish(channel, json!(channel)).await?;
    }
    // All messages have arrived when the last one has.
    let all = client.until_messages("/", 4).await?;
    assert_eq!(all, ["/one/a", "/all/a", "/all/a/b", "/news"]);
    Ok(())
}

async fn an_event_with_the_id_of_our_connect_is_an_event(peer: Peer) -> Result<()> {
    let server = peer.server().await?;
    let client = subscribed(&server).await?;
    // faye passes on the publisher's id. Ours are small numbers; one of these is the id of the
    // pending connect.
    for number in 0..20_u32 {
        let id = json!(number.to_string());
        server.publish_as("/news", json!(number), id).await?;
    }
    assert_eq!(client.until_messages("/news", 20).await?, numbers(0..20));
    assert_eq!(client.seen().counters.failures, 0);
    Ok(())
}

async fn connects_follow_one_another_without_events(peer: Peer) -> Result<()> {
    let server = peer.hasty_server().await?;
    let client = subscribed(&server).await?;
    client
        .until("several connects have run out", |seen| {
            seen.counters.connects >= 4
        })
        .await?;
    server.publish("/news", json!("at last")).await?;
    assert_eq!(client.until_messages("/news", 1).await?, ["at last"]);
    assert_eq!(client.seen().counters.failures, 0);
    assert_eq!(client.seen().counters.sessions, 1);
    Ok(())
}

async fn a_restarted_server_is_found_with_all_subscriptions(peer: Peer) -> Result<()> {
    let server = peer.server().await?;
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

async fn a_session_that_the_server_forgot_is_replaced(peer: Peer) -> Result<()> {
    let server = peer.server().await?;
    let client = subscribed(&server).await?;
    peer.until_connect_arrived(&server, &client).await?;
    server.forget_all().await?;
    // faye ends the old connect and answers the next with a 401. CometD holds it forever: only a
    // subscribe can find out, although its refusal has no advice.
    if peer == Peer::CometD {
        client.subscribe("/more").await;
    }
    client.until_connected(2).await?;
    let connections = client.seen().connections();
    assert!(connections[1].is_some(), "events may have been missed");
    server.publish("/news", json!("again")).await?;
    assert_eq!(client.until_messages("/news", 1).await?, ["again"]);
    assert_eq!(client.seen().counters.sessions, 2);
    Ok(())
}

async fn a_session_that_expired_while_the_page_was_frozen_is_replaced(peer: Peer) -> Result<()> {
    let server = peer.forgetful_server().await?;
    let client = subscribed(&server).await?;
    client.page(Page::Hidden).await;
    let frozen = client.freeze();
    server
        .until_sessions("the session has expired", <[_]>::is_empty)
        .await?;
    let requests = client.seen().sent.len();
    // By the client's clock: long enough for it to doubt its pending requests.
    frozen.thaw(Duration::from_secs(60));
    client.page(Page::Visible).await;
    client.until_connected(2).await?;
    let sent = client.seen().sent[requests..].to_vec();
    assert!(probes_then_handshakes(&sent), "{sent:#?}");
    server.publish("/news", json!("fresh")).await?;
    assert_eq!(client.until_messages("/news", 1).await?, ["fresh"]);
    let connections = client.seen().connections();
    assert!(connections[1].is_some(), "events may have been missed");
    Ok(())
}

async fn a_session_that_the_server_ends_is_replaced(peer: Peer) -> Result<()> {
    let server = peer.server().await?;
    let client = subscribed(&server).await?;
    server.until_held().await?;
    server.disconnect_all().await?;
    client.until_connected(2).await?;
    server.publish("/news", json!("again")).await?;
    assert_eq!(client.until_messages("/news", 1).await?, ["again"]);
    assert_eq!(client.seen().counters.sessions, 2);
    Ok(())
}

async fn waking_keeps_a_session_that_the_server_has(peer: Peer) -> Result<()> {
    // faye answers a connect that replaces another when the other would have been answered.
    let server = peer.server_with(json!({}), Duration::from_secs(1)).await?;
    let client = subscribed(&server).await?;
    for times in 2..4 {
        // A connect that arrives after its replacement would leave the replacement unanswered.
        peer.until_connect_arrived(&server, &client).await?;
        let connects = client.seen().counters.connects;
        // Too late for a timer, too early for the server to expire the session.
        client.freeze().thaw(Duration::from_secs(30));
        client.until_connected(times).await?;
        assert!(client.seen().counters.connects > connects, "it made sure");
    }
    server.publish("/news", json!("still here")).await?;
    assert_eq!(client.until_messages("/news", 1).await?, ["still here"]);
    assert_eq!(client.seen().counters.sessions, 1);
    Ok(())
}

async fn a_refused_subscription_is_reported_in_the_servers_words(peer: Peer) -> Result<()> {
    let server = peer.server().await?;
    let client = subscribed(&server).await?;
    let (channel, words) = match peer {
        Peer::CometD => ("/secret", "subscribe_denied (code 403)"),
        Peer::Faye => ("/service/x", "Forbidden channel (code 403)"),
    };
    if peer == Peer::CometD {
        server.deny(Some("subscribe")).await?;
    }
    client.subscribe(channel).await;
    let refused = client.until_refused().await?;
    assert_eq!(refused, (channel.to_owned(), words.to_owned()));
    assert_eq!(client.seen().status.phase, Phase::Connected);
    assert_eq!(client.seen().counters.handshakes, 1);
    Ok(())
}

async fn a_denied_handshake_without_retry_advice_stops_the_client(peer: Peer) -> Result<()> {
    let server = peer.server().await?;
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

    // When a person retries, it starts over.
    server.deny(None).await?;
    client.open().await;
    client.until_connected(1).await
}

async fn a_denied_handshake_with_retry_advice_is_repeated(peer: Peer) -> Result<()> {
    let server = peer.server().await?;
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

async fn closing_leaves_no_session(peer: Peer) -> Result<()> {
    let server = peer.server().await?;
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
