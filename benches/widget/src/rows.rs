//! What is measured, how often, and in which order: each row with each page in turn, in a different order each
//! round, so that other load on the machine affects all pages alike.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use clap::ValueEnum;
use serde_json::{Value, json};

use crate::figures::{Outcome, percentile};
use crate::files::Page;
use crate::page::Opened;
use crate::server::Server;

/// A group of measurements.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Row {
    /// From opening the page to the first CometD request and to the first paint of the content.
    Start,
    /// One message per response.
    Message,
    /// 2,000 messages in one response.
    Burst,
    /// The heap, at first and after 100,000 messages.
    Memory,
    /// Opening the page at a quarter of the processor's speed.
    Cpu,
    /// Opening the page at 10 Mbit/s.
    Network,
    /// 10,000 people in the widget's list.
    People,
    /// Ten tabs of one browser.
    Tabs,
}

/// How much is measured.
#[derive(Clone, Copy)]
pub(crate) struct Amounts {
    pub(crate) rounds: u32,
    /// Single messages.
    pub(crate) messages: usize,
    /// Messages in a burst.
    pub(crate) burst: usize,
    /// Messages before the heap is measured again.
    pub(crate) many: usize,
}

/// Measures these rows.
///
/// # Errors
/// Something can't be measured, or a page does not show what it was sent.
pub(crate) async fn run(
    server: &Server,
    rows: &[Row],
    amounts: Amounts,
    outcome: &mut Outcome,
) -> Result<()> {
    for round in 1..=amounts.rounds {
        let mut pages = Vec::new();
        for &page in outcome.pages() {
            pages.push(Opened::start(server, page).await?);
        }
        outcome.browser = pages[0].version().await?;
        for (number, &row) in rows.iter().enumerate() {
            println!(
                "==> Round {round} of {}, {row:?} ({} of {})",
                amounts.rounds,
                number + 1,
                rows.len()
            );
            pages.rotate_left(1);
            for opened in &mut pages {
                let measured = row.measure(opened, server, amounts, outcome).await;
                measured.with_context(|| format!("{}, {row:?}", opened.page.name()))?;
            }
        }
        for opened in pages {
            opened.close().await?;
        }
    }
    Ok(())
}

impl Row {
    async fn measure(
        self,
        opened: &mut Opened<'_>,
        server: &Server,
        amounts: Amounts,
        outcome: &mut Outcome,
    ) -> Result<()> {
        let page = opened.page;
        let outcome = std::cell::RefCell::new(outcome);
        let add = |label, value| outcome.borrow_mut().add(label, page, value);
        let detail = |label, value| outcome.borrow_mut().add_detail(label, page, value);
        match self {
            Self::Start => {
                let [origin, first_paint, ready, placeholder] = start(opened).await?;
                if page.is_widget() {
                    detail("opened → placeholder painted, ms", placeholder);
                }
                let handshake = server.first_handshake().context("no handshake")?;
                add("opened → first CometD request, ms", handshake - origin);
                detail("opened → first paint, ms", first_paint);
                add("opened → monitoring and call painted, ms", ready);
            }
            Self::Message => {
                opened.open().await?;
                // By the end of this, the code is compiled and optimised, and the widget's worker sends the polls.
                publish_apart(opened, amounts.messages).await?;
                opened.settle().await?;
                let parts = [
                    "TaskDuration",
                    "ScriptDuration",
                    "RecalcStyleDuration",
                    "LayoutDuration",
                ];
                let before = opened.metrics(parts).await?;
                publish_apart(opened, amounts.messages).await?;
                opened.settle().await?;
                let after = opened.metrics(parts).await?;
                let spent = |part: usize| (after[part] - before[part]) / amounts.messages as f64;
                add("main thread a message, ms", spent(0));
                detail("main thread a message: of it script, ms", spent(1));
                detail("main thread a message: of it style, ms", spent(2));
                detail("main thread a message: of it layout, ms", spent(3));

                opened.run("bench.observe()").await?;
                // More of them, because how long one takes depends on how soon the next frame is.
                let published = publish_apart(opened, 3 * amounts.messages).await?;
                opened.settle().await?;
                let painted = opened.run("return bench.observed()").await?;
                let painted = painted.as_array().context("nothing was observed")?;
                ensure!(painted.len() == published.len(), "some was not painted");
                let times = painted.iter().filter_map(Value::as_f64).zip(&published);
                let latencies: Vec<_> = times.map(|(at, since)| at - since).collect();
                let latency = |of_hundred| {
                    percentile(&latencies, of_hundred).context("nothing was published")
                };
                add("published → painted, p50, ms", latency(50)?);
                detail("published → painted, p95, ms", latency(95)?);
            }
            Self::Burst => {
                opened.open().await?;
                for times in 0..8 {
                    let before = opened.main_thread().await?;
                    opened.publish(amounts.burst).await?;
                    opened.settle().await?;
                    let spent = opened.main_thread().await? - before;
                    // The first three warm up the compiler.
                    if times >= 3 {
                        add("main thread for 2,000 messages in one response, ms", spent);
                    }
                }
            }
            Self::Memory => {
                opened.open().await?;
                add("memory, MB", opened.heap().await?);
                for _ in 0..amounts.many / 1_000 {
                    opened.publish(1_000).await?;
                }
                opened.settle().await?;
                add("memory after 100,000 messages, MB", opened.heap().await?);
            }
            Self::Cpu => {
                let set = "Emulation.setCPUThrottlingRate";
                opened.devtools(set, json!({ "rate": 4 })).await?;
                let start = start(opened).await;
                opened.devtools(set, json!({ "rate": 1 })).await?;
                let [_, first_paint, ready, _] = start?;
                detail("4× slower processor: first paint, ms", first_paint);
                add(
                    "4× slower processor: monitoring and call painted, ms",
                    ready,
                );
            }
            Self::Network => {
                let set = "Network.emulateNetworkConditions";
                let conditions = |latency, bytes_a_second| {
                    json!({
                        "offline": false, "latency": latency,
                        "downloadThroughput": bytes_a_second, "uploadThroughput": bytes_a_second,
                    })
                };
                opened.devtools(set, conditions(40, 1_250_000)).await?;
                let start = start(opened).await;
                opened.devtools(set, conditions(0, -1)).await?;
                let [_, first_paint, ready, placeholder] = start?;
                if page.is_widget() {
                    detail("10 Mbit/s: placeholder painted, ms", placeholder);
                }
                detail("10 Mbit/s: first paint, ms", first_paint);
                add("10 Mbit/s: monitoring and call painted, ms", ready);
            }
            Self::People if !page.is_widget() => {}
            Self::People => {
                opened.resize(1_280).await?;
                opened.open_at(page.large_path()).await?;
                let listed = opened.number("return await bench.listed()").await?;
                add("10,000 people: opened → list painted, ms", listed);
                quiet(opened).await?;
                opened.run("bench.observeKeys()").await?;
                for key in ["b", "o", "n", "d"] {
                    opened.type_text(key).await?;
                    quiet(opened).await?;
                }
                let keys = opened.run("return bench.keys").await?;
                let keys = keys.as_array().context("no keys")?;
                ensure!(keys.len() == 4, "some keys were not painted: {keys:?}");
                for key in keys.iter().filter_map(Value::as_f64) {
                    add("10,000 people: keystroke → painted, ms", key);
                }
                let before = opened.main_thread().await?;
                opened.run("await bench.refresh()").await?;
                quiet(opened).await?;
                detail(
                    "10,000 people: main thread for reading them again, ms",
                    opened.main_thread().await? - before,
                );
                opened.resize(400).await?;
            }
            Self::Tabs => {
                opened.open().await?;
                opened.run("bench.openTabs(9)").await?;
                // By then each tab has its connect held, or waits until another tab's ends.
                tokio::time::sleep(Duration::from_secs(5)).await;
                detail("ten tabs: connections that are held", server.held() as f64);
                add(
                    "ten tabs: a read in one of them, ms (5,000: none by then)",
                    opened.number("return await bench.read()").await?,
                );
                opened.run("bench.closeTabs()").await?;
            }
        }
        Ok(())
    }
}

/// Profiles the widget handling single messages. The sampling interval is 100 µs, because tasks are short.
///
/// # Errors
/// The browser can't profile.
pub(crate) async fn profile(server: &Server, messages: usize) -> Result<Value> {
    let mut opened = Opened::start(server, Page::Widget).await?;
    publish_apart(&mut opened, messages).await?;
    opened.settle().await?;
    opened.devtools("Profiler.enable", json!({})).await?;
    let interval = json!({ "interval": 100 });
    opened
        .devtools("Profiler.setSamplingInterval", interval)
        .await?;
    opened.devtools("Profiler.start", json!({})).await?;
    publish_apart(&mut opened, messages).await?;
    let mut stopped = opened.devtools("Profiler.stop", json!({})).await?;
    opened.close().await?;
    Ok(stopped["profile"].take())
}

/// Publishes single messages 20 to 50 ms apart. Returns the time of each, in milliseconds since 1970.
async fn publish_apart(opened: &mut Opened<'_>, count: usize) -> Result<Vec<f64>> {
    let mut published = Vec::with_capacity(count);
    for number in 0..count {
        // A varying pause, to stay out of step with the frames.
        let pause = 20 + number as u64 * 7_919 % 31;
        tokio::time::sleep(Duration::from_millis(pause)).await;
        published.push(opened.publish(1).await?);
    }
    Ok(published)
}

/// Opens the page. Returns the time of opening in milliseconds since 1970, and how long after it the first text, the
/// call, and anything at all were painted.
async fn start(opened: &mut Opened<'_>) -> Result<[f64; 4]> {
    opened.open().await?;
    let start = opened.run("return bench.start()").await?;
    serde_json::from_value(start.clone()).with_context(|| format!("no paint: {start}"))
}

/// Waits until the main thread is almost idle.
async fn quiet(opened: &Opened<'_>) -> Result<()> {
    const LOOK: Duration = Duration::from_millis(400);
    let mut last = opened.main_thread().await?;
    loop {
        tokio::time::sleep(LOOK).await;
        let now = opened.main_thread().await?;
        if now - last < 40.0 {
            return Ok(());
        }
        last = now;
    }
}
