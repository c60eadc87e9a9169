//! The clients of others with the emulator: what CometD's own client and faye's make of it, signed
//! in and with CSRF protection, as on a page of GWS.

use std::time::Duration;

use anyhow::{Context, Result};
use gws_emulator::{Config, Emulator, start};
use interop::{JsClient, numbers};
use serde_json::{Value, json};

const DEVICES: &str = "/v2/me/devices";
const CALLS: &str = "/v2/me/calls";

/// An emulator in which nothing happens by itself.
async fn emulator() -> Result<Emulator> {
    start_at(0).await
}

async fn start_at(port: u16) -> Result<Emulator> {
    let notifications = bayeux::server::Options {
        // faye's client takes this long to find out that it was answered with what is no reply.
        timeout: Duration::from_secs(2),
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

/// Stops the emulator and begins another on the same port, which knows nobody.
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

/// Tells the page so many numbers.
fn tell(emulator: &Emulator, numbers: std::ops::Range<u32>) -> Result<()> {
    for number in numbers {
        emulator.control().send_raw(DEVICES, &number.to_string())?;
    }
    Ok(())
}

/// What a supervisor's page is told from listening in to the end of a call.
async fn follow_a_call(emulator: &Emulator, page: &JsClient) -> Result<()> {
    page.subscribe(DEVICES).await?;
    page.subscribe(CALLS).await?;
    listen_in(page).await?;
    let told = page.until_messages(DEVICES, 1).await?;
    assert_eq!(told[0]["messageType"], "DeviceStateChangeMessage");

    let control = emulator.control();
    control.call_arrives("6001", "555-1234")?;
    let told = page.until_messages(CALLS, 1).await?;
    assert_eq!(told[0]["messageType"], "CallStateChangeMessage");
    assert_eq!(told[0]["call"]["state"], "Ringing");
    control.end_call("6001")?;
    page.until("the call is over", |told| {
        let calls = told.messages(CALLS);
        calls.iter().any(|told| told["call"]["state"] == "Released")
    })
    .await
}

/// Many notifications at once come in the order in which they were sent.
async fn be_told_everything_in_order(emulator: &Emulator, page: &JsClient) -> Result<()> {
    page.subscribe("/v2/me/*").await?;
    tell(emulator, 0..50)?;
    assert_eq!(page.until_messages(DEVICES, 50).await?, numbers(0..50));
    Ok(())
}

async fn publish(page: &JsClient) -> Result<()> {
    page.subscribe("/chat").await?;
    assert!(page.publish("/chat", json!("hello")).await?);
    assert_eq!(page.until_messages("/chat", 1).await?, ["hello"]);
    Ok(())
}

async fn be_told_again(emulator: &Emulator, page: &JsClient) -> Result<()> {
    tell(emulator, 0..3)?;
    assert_eq!(page.until_messages(DEVICES, 3).await?, numbers(0..3));
    Ok(())
}

async fn subscribe_again(page: &JsClient) -> Result<()> {
    page.until("subscribed again", |told| told.subscriptions(DEVICES) == 2)
        .await
}

async fn shake_hands_again(emulator: &Emulator, page: &JsClient) -> Result<()> {
    page.subscribe(DEVICES).await?;
    emulator.control().forget_notification_sessions();
    subscribe_again(page).await?;
    be_told_again(emulator, page).await
}

async fn find_it_restarted(emulator: Emulator, page: &JsClient) -> Result<()> {
    page.subscribe(DEVICES).await?;
    let emulator = restart(emulator).await?;
    page.sign_in().await?;
    subscribe_again(page).await?;
    be_told_again(&emulator, page).await
}

async fn say_good_bye(emulator: &Emulator, page: &JsClient) -> Result<()> {
    assert_eq!(emulator.control().notification_sessions(), 1);
    page.disconnect().await?;
    assert_eq!(emulator.control().notification_sessions(), 0);
    Ok(())
}

mod cometd {
    use super::*;

    #[tokio::test]
    async fn it_follows_a_call() -> Result<()> {
        let emulator = emulator().await?;
        let page = JsClient::cometd(&emulator).await?;
        follow_a_call(&emulator, &page).await?;
        assert_eq!(page.told(|told| told.failures("/meta/connect")), 0);
        Ok(())
    }

    #[tokio::test]
    async fn it_is_told_everything_in_order() -> Result<()> {
        let emulator = emulator().await?;
        let page = JsClient::cometd(&emulator).await?;
        be_told_everything_in_order(&emulator, &page).await
    }

    #[tokio::test]
    async fn it_may_publish() -> Result<()> {
        let emulator = emulator().await?;
        let page = JsClient::cometd(&emulator).await?;
        publish(&page).await
    }

    #[tokio::test]
    async fn connects_follow_one_another_when_there_is_nothing_to_tell() -> Result<()> {
        let emulator = emulator().await?;
        let page = JsClient::cometd(&emulator).await?;
        page.subscribe(DEVICES).await?;
        // The first is answered at once, the second after two seconds.
        page.until("a connect has run out", |told| {
            told.replies("/meta/connect") >= 2
        })
        .await?;
        tell(&emulator, 0..1)?;
        page.until_messages(DEVICES, 1).await?;
        assert_eq!(page.told(|told| told.failures("/meta/connect")), 0);
        Ok(())
    }

    #[tokio::test]
    async fn it_shakes_hands_again_when_its_session_is_forgotten() -> Result<()> {
        let emulator = emulator().await?;
        let page = JsClient::cometd(&emulator).await?;
        shake_hands_again(&emulator, &page).await
    }

    #[tokio::test]
    async fn signed_in_again_it_keeps_its_session() -> Result<()> {
        let emulator = emulator().await?;
        let page = JsClient::cometd(&emulator).await?;
        page.subscribe(DEVICES).await?;
        emulator.control().forget_sign_ins();
        page.until("a connect was refused", |told| {
            told.failures("/meta/connect") > 0
        })
        .await?;
        page.sign_in().await?;
        be_told_again(&emulator, &page).await?;
        assert_eq!(page.told(|told| told.replies("/meta/handshake")), 1);
        Ok(())
    }

    #[tokio::test]
    async fn it_survives_a_login_page_in_the_place_of_a_reply() -> Result<()> {
        let emulator = emulator().await?;
        let page = JsClient::cometd(&emulator).await?;
        page.subscribe(DEVICES).await?;
        emulator.control().fault("webPage")?;
        page.until("a connect failed", |told| {
            told.failures("/meta/connect") > 0
        })
        .await?;
        emulator.control().faults_off();
        be_told_again(&emulator, &page).await
    }

    #[tokio::test]
    async fn it_finds_a_restarted_emulator_again() -> Result<()> {
        let emulator = emulator().await?;
        let page = JsClient::cometd(&emulator).await?;
        find_it_restarted(emulator, &page).await
    }

    #[tokio::test]
    async fn its_good_bye_leaves_no_session() -> Result<()> {
        let emulator = emulator().await?;
        let page = JsClient::cometd(&emulator).await?;
        say_good_bye(&emulator, &page).await
    }
}

mod faye {
    use super::*;

    #[tokio::test]
    async fn it_follows_a_call() -> Result<()> {
        let emulator = emulator().await?;
        let page = JsClient::faye(&emulator).await?;
        follow_a_call(&emulator, &page).await
    }

    #[tokio::test]
    async fn it_is_told_everything_in_order() -> Result<()> {
        let emulator = emulator().await?;
        let page = JsClient::faye(&emulator).await?;
        be_told_everything_in_order(&emulator, &page).await
    }

    #[tokio::test]
    async fn it_may_publish() -> Result<()> {
        let emulator = emulator().await?;
        let page = JsClient::faye(&emulator).await?;
        publish(&page).await
    }

    #[tokio::test]
    async fn it_shakes_hands_again_when_its_session_is_forgotten() -> Result<()> {
        let emulator = emulator().await?;
        let page = JsClient::faye(&emulator).await?;
        shake_hands_again(&emulator, &page).await
    }

    #[tokio::test]
    async fn it_finds_a_restarted_emulator_again() -> Result<()> {
        let emulator = emulator().await?;
        let page = JsClient::faye(&emulator).await?;
        find_it_restarted(emulator, &page).await
    }

    #[tokio::test]
    async fn its_good_bye_leaves_no_session() -> Result<()> {
        let emulator = emulator().await?;
        let page = JsClient::faye(&emulator).await?;
        page.subscribe(DEVICES).await?;
        say_good_bye(&emulator, &page).await
    }
}
