//! A HAR exported by a browser is replayed to the widget.

use anyhow::Result;
use e2e::{Fixture, scenarios};

scenarios!(a_supervisors_har_is_replayed);

const HAR: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../../crates/emulator/har/supervisor.har"
);

async fn a_supervisors_har_is_replayed(fixture: Fixture) -> Result<()> {
    let desktop = fixture
        .open_with(|config| config.replay = Some(HAR.into()))
        .await?;
    let widget = &desktop.widget;
    widget.open_device().await?;
    widget.see_in("My device", "Number 5005").await?;
    widget.see_in("Monitoring", "Nobody is monitored").await?;

    widget.pick("Ines Jansen").await?;
    widget.listen_in().await?;
    widget
        .see_in("Monitoring", "Listening in to Ines Jansen · 6001")
        .await?;
    widget.see_in("Call", "Ringing").await?;
    widget.see_in("Call", "555-1234").await?;

    widget.answer().await?;
    widget.see_in("Call", "Established").await?;
    widget.see_no_call().await?;
    widget.see_in("Monitoring", "Waiting for a call").await?;

    widget.stop_monitoring().await?;
    widget.see_in("Monitoring", "Nobody is monitored").await?;
    widget
        .see_in("What happened", "Stopped monitoring Ines Jansen · 6001")
        .await
}
