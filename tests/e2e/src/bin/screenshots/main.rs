//! Takes the pictures for the documents: `cargo run -p e2e --bin screenshots -- DIRECTORY`. With widths in
//! pixels it takes only the sheets of `docs/looks.md`, with the panel in these widths.
//!
//! The story is always the same: the seed determines the contact centre, nothing happens by itself, and
//! the page's clock begins at 09:14.

mod looks;

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use e2e::{Console, Desktop, Engine, Fixture, Key, until};
use gws_emulator::{Presence, Reason};
use serde_json::json;

/// Size and colour scheme of a picture.
struct View {
    name: &'static str,
    width: u32,
    /// None: as high as the widget needs.
    height: Option<u32>,
    colours: &'static str,
}

const VIEWS: [View; 4] = [
    View {
        name: "wide-light",
        width: 1280,
        height: Some(860),
        colours: "light",
    },
    View {
        name: "wide-dark",
        width: 1280,
        height: Some(860),
        colours: "dark",
    },
    View {
        name: "narrow-light",
        width: 360,
        height: None,
        colours: "light",
    },
    View {
        name: "narrow-dark",
        width: 360,
        height: None,
        colours: "dark",
    },
];

/// Starts the page's clock on an ordinary morning.
const MORNING: &str = "{
    const Real = Date;
    const ahead = Real.UTC(2026, 2, 5, 9, 14) - Real.now();
    globalThis.Date = class extends Real {
        constructor(...parts) {
            if (parts.length) super(...parts);
            else super(Real.now() + ahead);
        }
        static now() { return Real.now() + ahead; }
    };
}";

#[tokio::main]
async fn main() -> Result<()> {
    let mut arguments = std::env::args().skip(1);
    let directory = arguments.next().map(PathBuf::from);
    let directory = directory
        .context("the directory for the pictures is missing: screenshots DIRECTORY [WIDTH…]")?;
    let widths = arguments.map(|width| width.parse());
    let widths: Vec<u32> = widths.collect::<Result<_, _>>()?;
    std::fs::create_dir_all(&directory)
        .with_context(|| format!("cannot make {}", directory.display()))?;
    let fixture = Fixture::new(Engine::Chromium)?;
    let result = match widths.as_slice() {
        [] => take(&fixture, &directory).await,
        widths => looks::take(&fixture, &directory, widths).await,
    };
    fixture.release().await;
    result
}

async fn take(fixture: &Fixture, directory: &Path) -> Result<()> {
    let desktop = set_up(fixture).await?;
    let (widget, centre) = (&desktop.widget, desktop.emulator());
    let agent = desktop.agent(1);

    widget.open_list().await?;
    widget.press(Key::Down).await?;
    widget.press(Key::Down).await?;
    until("the list of agents", async || widget.active_option().await).await?;
    picture(&desktop, directory, "1-start").await?;
    widget.press(Key::Escape).await?;

    widget.pick(&agent.name).await?;
    widget.listen_in().await?;
    widget.see_in("Monitoring", "Waiting for a call").await?;
    picture(&desktop, directory, "2-waiting").await?;

    centre.call_arrives(&agent.number, "555-1234")?;
    widget.see_in("Call", "Ringing").await?;
    picture(&desktop, directory, "3-ringing").await?;

    widget.answer().await?;
    widget.see_call_last(7).await?;
    picture(&desktop, directory, "4-in-a-call").await?;

    fixture.release().await;
    let desktop = set_up(fixture).await?;
    let (widget, centre) = (&desktop.widget, desktop.emulator());
    centre.monitored_by_other(&agent.number)?;
    widget.pick(&agent.name).await?;
    widget.listen_in().await?;
    widget
        .see("already monitored by another supervisor")
        .await?;
    picture(&desktop, directory, "5-refused").await?;

    fixture.release().await;
    console(fixture, directory).await?;
    fixture.release().await;
    looks::take(fixture, directory, &[360, 760]).await
}

/// The emulator's console, while the supervisor's page is in use in the other window: a request with a
/// late reply, a call, a refusal.
async fn console(fixture: &Fixture, directory: &Path) -> Result<()> {
    let desktop = set_up(fixture).await?;
    let (widget, centre) = (&desktop.widget, desktop.emulator());
    // The other one is in a call already.
    let (agent, other) = (desktop.agent(1), desktop.agent(16));
    centre.fault("holdReplies:by=800ms,operation=ListenIn,times=1")?;
    widget.pick(&agent.name).await?;
    widget.listen_in().await?;
    widget.see_in("Monitoring", "Waiting for a call").await?;
    centre.call_arrives(&agent.number, "555-1234")?;
    widget.see_in("Call", "Ringing").await?;
    widget.answer().await?;
    widget.see_call_last(7).await?;
    centre.monitored_by_other(&other.number)?;
    centre.fault("delayNotifications:by=2s,channel=/v2/me/calls")?;

    let console = Console::open(&desktop.browser, desktop.url()).await?;
    console.see("#log-list", "ListenIn").await?;
    console.see(&Console::supervisor("5006"), "rings").await?;
    for colours in ["light", "dark"] {
        desktop.browser.resize(1440, 900).await?;
        let settle = "
            document.documentElement.style.colorScheme = arguments[0];
            document.activeElement.blur();
            await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));";
        desktop
            .browser
            .run_async(settle, vec![json!(colours)])
            .await?;
        keep(&desktop, directory, &format!("6-console-wide-{colours}")).await?;
    }
    Ok(())
}

/// A desktop in the middle of an ordinary morning.
async fn set_up(fixture: &Fixture) -> Result<Desktop> {
    let desktop = fixture.set_up(|config| config.agents = 40).await?;
    let centre = desktop.emulator();
    for (position, agent) in centre.agents().iter().enumerate() {
        let presence = match position % 13 {
            2 => Presence::NotReady(Some(Reason::Lunch)),
            5 => Presence::AfterCallWork,
            7 => Presence::LoggedOut,
            9 => Presence::NotReady(Some(Reason::Training)),
            3 | 11 => {
                centre.call_arrives(&agent.number, "555-0100")?;
                continue;
            }
            _ => continue,
        };
        centre.set_state(&agent.number, presence)?;
    }
    desktop.browser.run_before_pages(MORNING).await?;
    desktop.open_page().await?;
    desktop.widget.see_in("Connection", "Live").await?;
    Ok(desktop)
}

/// Takes a scene in all views.
async fn picture(desktop: &Desktop, directory: &Path, scene: &str) -> Result<()> {
    for view in VIEWS {
        // Any height allows measuring the needed one.
        desktop
            .browser
            .resize(view.width, view.height.unwrap_or(860))
            .await?;
        let settle = "
            document.documentElement.style.colorScheme = arguments[0];
            document.getElementById('theme').value = arguments[0];
            scrollTo(0, 0);
            await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
            await Promise.all(document.getAnimations().map((animation) => animation.finished));
            return Math.ceil(document.querySelector('.side').getBoundingClientRect().bottom + 16);";
        let colours = vec![json!(view.colours)];
        let end = desktop.browser.run_async(settle, colours.clone()).await?;
        if view.height.is_none() {
            let end = end.as_u64().and_then(|end| u32::try_from(end).ok());
            let end = end.context("the widget has no height")?;
            desktop.browser.resize(view.width, end).await?;
            desktop.browser.run_async(settle, colours).await?;
        }
        keep(desktop, directory, &format!("{scene}-{}", view.name)).await?;
    }
    Ok(())
}

/// Writes a screenshot to a file with this name.
async fn keep(desktop: &Desktop, directory: &Path, name: &str) -> Result<()> {
    let file = directory.join(format!("{name}.png"));
    std::fs::write(&file, desktop.browser.picture().await?)
        .with_context(|| format!("cannot write {}", file.display()))?;
    println!("{}", file.display());
    Ok(())
}
