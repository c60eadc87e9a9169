//! Third-party clients with the emulator: CometD's own and faye's, signed in and with CSRF protection, as
//! on a page of GWS.

use std::time::Duration;

use anyhow::{Context, Result};
use gws_emulator::{Config, Emulator, start};
use interop::client::Reports;
use interop::{JsClient, numbers};
use serde_json::{Value, json};

const DEVICES: &str = "/v2/me/devices";
const CALLS: &str = "/v2/me/calls";

/// An emulator without simulated life.
async fn start_at(port: u16) -> Result<Emulator> {
    let notifications = bayeux::server::Options {
        // faye's client takes this long to find out that a response had no reply.
        timeout: Duration::from_secs(2).into(),
        ..bayeux::server::Options::default()
    };
    let config = Config {
        port,
        life: false,
        notifications,
        ..Config::default()
    };
    Ok(start(config).await?)
}

/// Stops the emulator and starts another on the same port, without sessions.
async fn restart(emulator: Emulator) -> Result<Emulator> {
    let port = emulator.address().port();
    emulator.stop().await;
    start_at(port).await
}

/// Listens in to the agent on 6001, as the page does.
async fn listen_in(page: &JsClient) -> Result<()> {
    let devices = page
        .request("GET", "/me/devices?fields=*", Value::Null)
        .await?;
    let device = devices["devices"][0]["id"].as_str().context("a device")?;
    let request = json!({ "operationName": "ListenIn", "phoneNumber": "6001" });
    let reply = page
        .request("POST", &format!("/me/devices/{device}"), request)
        .await?;
    assert_eq!(reply, json!({ "statusCode": 0 }));
    Ok(())
}

/// Sends these numbers as notifications.
fn send(emulator: &Emulator, numbers: std::ops::Range<u32>) -> Result<()> {
    for number in numbers {
        emulator.control().send_raw(DEVICES, &number.to_string())?;
    }
    Ok(())
}

/// Sends three numbers, and waits until they have arrived.
async fn check_delivery(emulator: &Emulator, page: &JsClient) -> Result<()> {
    send(emulator, 0..3)?;
    assert_eq!(page.until_messages(DEVICES, 3).await?, numbers(0..3));
    Ok(())
}

async fn until_subscribed_again(page: &JsClient) -> Result<()> {
    let is_so = |reports: &Reports<'_>| reports.subscriptions(DEVICES) == 2;
    page.until("subscribed again", is_so).await
}

/// The client library.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Peer {
    CometD,
    Faye,
}

impl Peer {
    /// An emulator, and a client that is signed in there.
    async fn start(self) -> Result<(Emulator, JsClient)> {
        let emulator = start_at(0).await?;
        let page = match self {
            Self::CometD => JsClient::cometd(&emulator).await?,
            Self::Faye => JsClient::faye(&emulator).await?,
        };
        Ok((emulator, page))
    }
}

stories! {
    a_call_is_followed_to_its_end: cometd CometD, faye Faye;
    notifications_arrive_in_order: cometd CometD, faye Faye;
    a_published_message_is_confirmed_and_delivered: cometd CometD, faye Faye;
    connects_follow_one_another_without_notifications: cometd CometD;
    a_forgotten_session_is_replaced: cometd CometD, faye Faye;
    a_session_survives_a_new_sign_in: cometd CometD;
    a_login_page_in_place_of_a_reply_is_recovered_from: cometd CometD;
    a_restarted_emulator_is_found: cometd CometD, faye Faye;
    a_disconnect_leaves_no_session: cometd CometD, faye Faye;
}

async fn a_call_is_followed_to_its_end(peer: Peer) -> Result<()> {
    let (emulator, page) = peer.start().await?;
    page.subscribe(DEVICES).await?;
    page.subscribe(CALLS).await?;
    listen_in(&page).await?;
    let device = page.until_messages(DEVICES, 1).await?;
    assert_eq!(device[0]["messageType"], "DeviceStateChangeMessage");

    let control = emulator.control();
    control.call_arrives("6001", "555-1234")?;
    let call = page.until_messages(CALLS, 1).await?;
    assert_eq!(call[0]["messageType"], "CallStateChangeMessage");
    assert_eq!(call[0]["call"]["state"], "Ringing");
    control.end_call("6001")?;
    page.until("the call is over", |reports| {
        let calls = reports.messages(CALLS);
        calls.iter().any(|it| it["call"]["state"] == "Released")
    })
    .await?;
    assert_eq!(page.reports(|it| it.failures("/meta/connect")), 0);
    Ok(())
}

async fn notifications_arrive_in_order(peer: Peer) -> Result<()> {
    let (emulator, page) = peer.start().await?;
    page.subscribe("/v2/me/*").await?;
    send(&emulator, 0..50)?;
    assert_eq!(page.until_messages(DEVICES, 50).await?, numbers(0..50));
    Ok(())
}

async fn a_published_message_is_confirmed_and_delivered(peer: Peer) -> Result<()> {
    let (_emulator, page) = peer.start().await?;
    page.subscribe("/chat").await?;
    assert!(page.publish("/chat", json!("hello")).await?);
    assert_eq!(page.until_messages("/chat", 1).await?, ["hello"]);
    Ok(())
}

async fn connects_follow_one_another_without_notifications(peer: Peer) -> Result<()> {
    let (emulator, page) = peer.start().await?;
    page.subscribe(DEVICES).await?;
    // The first is answered at once, the second after two seconds.
    page.until("a connect has run out", |reports| {
        reports.replies("/meta/connect") >= 2
    })
    .await?;
    check_delivery(&emulator, &page).await?;
    assert_eq!(page.reports(|it| it.failures("/meta/connect")), 0);
    Ok(())
}

async fn a_forgotten_session_is_replaced(peer: Peer) -> Result<()> {
    let (emulator, page) = peer.start().await?;
    page.subscribe(DEVICES).await?;
    emulator.control().forget_notification_sessions();
    until_subscribed_again(&page).await?;
    check_delivery(&emulator, &page).await
}

async fn a_session_survives_a_new_sign_in(peer: Peer) -> Result<()> {
    let (emulator, page) = peer.start().await?;
    page.subscribe(DEVICES).await?;
    emulator.control().forget_sign_ins();
    page.until("a connect was refused", |reports| {
        reports.failures("/meta/connect") > 0
    })
    .await?;
    page.sign_in().await?;
    check_delivery(&emulator, &page).await?;
    assert_eq!(page.reports(|it| it.replies("/meta/handshake")), 1);
    Ok(())
}

async fn a_login_page_in_place_of_a_reply_is_recovered_from(peer: Peer) -> Result<()> {
    let (emulator, page) = peer.start().await?;
    page.subscribe(DEVICES).await?;
    emulator.control().fault("webPage")?;
    page.until("a connect failed", |reports| {
        reports.failures("/meta/connect") > 0
    })
    .await?;
    emulator.control().faults_off();
    check_delivery(&emulator, &page).await
}

async fn a_restarted_emulator_is_found(peer: Peer) -> Result<()> {
    let (emulator, page) = peer.start().await?;
    page.subscribe(DEVICES).await?;
    let emulator = restart(emulator).await?;
    page.sign_in().await?;
    until_subscribed_again(&page).await?;
    check_delivery(&emulator, &page).await
}

async fn a_disconnect_leaves_no_session(peer: Peer) -> Result<()> {
    let (emulator, page) = peer.start().await?;
    page.subscribe(DEVICES).await?;
    assert_eq!(emulator.control().notification_sessions(), 1);
    page.disconnect().await?;
    assert_eq!(emulator.control().notification_sessions(), 0);
    Ok(())
}
