//! A contestant's page in the browser, and what Chromium says it has cost.

use anyhow::{Context, Result, ensure};
use e2e::Browser;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::feeder::Feeder;

/// Who is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Contestant {
    /// `bayeux::Client`, as the widget ships it.
    Ours,
    /// The official cometd.js.
    CometdJs,
}

impl Contestant {
    /// Both, in the order in which they take their turns.
    pub(crate) const BOTH: [Self; 2] = [Self::Ours, Self::CometdJs];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Ours => "listen-in",
            Self::CometdJs => "cometd.js",
        }
    }

    fn path(self) -> &'static str {
        match self {
            Self::Ours => "/listen-in/index.html",
            Self::CometdJs => "/cometd/index.html",
        }
    }
}

/// A page whose client is connected.
pub(crate) struct Page<'a> {
    browser: &'a Browser,
}

/// What a contestant says it has done.
#[derive(Clone, Debug, Deserialize, PartialEq)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Done {
    pub(crate) messages: usize,
    devices: usize,
    ready: usize,
    calls: usize,
    unreadable: usize,
    /// When the last message had been dealt with, in milliseconds since 1970.
    pub(crate) finished: f64,
    /// The size of the WebAssembly memory in bytes, if there is one.
    pub(crate) wasm_memory: u64,
}

impl Done {
    /// Whether the same messages came to the same.
    pub(crate) fn is_the_same_as(&self, other: &Self) -> bool {
        let facts = |done: &Self| {
            let Self {
                messages,
                devices,
                ready,
                calls,
                unreadable,
                ..
            } = *done;
            (messages, devices, ready, calls, unreadable)
        };
        facts(self) == facts(other)
    }
}

impl<'a> Page<'a> {
    /// Opens a contestant's page, and waits until it is connected.
    ///
    /// # Errors
    /// It does not come to that.
    pub(crate) async fn open(
        browser: &'a Browser,
        feeder: &Feeder,
        contestant: Contestant,
    ) -> Result<Self> {
        feeder.expect_new_session();
        browser
            .go_to(&format!("{}{}", feeder.url(), contestant.path()))
            .await?;
        // Time on the processor, not on the clock: whatever else this machine does is not counted.
        let domain = json!({ "timeDomain": "threadTicks" });
        browser.devtools("Performance.enable", domain).await?;
        let page = Self { browser };
        let polled = feeder.until_polled().await;
        polled.with_context(|| format!("{} does not connect", contestant.name()))?;
        e2e::until("the page is ready", async || {
            let is_ready = page
                .browser
                .run("return !!window.contestant", Vec::new())
                .await?;
            ensure!(is_ready == json!(true), "it has no `contestant`");
            Ok(())
        })
        .await?;
        Ok(page)
    }

    /// Has the contestant count anew, and read the data of messages or not.
    pub(crate) async fn expect(&self, messages: usize, read: bool) -> Result<()> {
        let script = "window.contestant.expect(...arguments)";
        self.browser
            .run(script, vec![json!(messages), json!(read)])
            .await?;
        Ok(())
    }

    /// Waits until the contestant has dealt with all messages that it was to expect.
    ///
    /// # Errors
    /// It never does, or could not read some.
    pub(crate) async fn done(&self, messages: usize) -> Result<Done> {
        e2e::until("the messages are dealt with", async || {
            let script = "return window.contestant.report()";
            let report = self.browser.run(script, Vec::new()).await?;
            let report = report.as_str().context("the report is no text")?;
            let done: Done = serde_json::from_str(report)?;
            ensure!(done.unreadable == 0, "some could not be read: {report}");
            ensure!(done.messages == messages, "{messages} were sent: {report}");
            Ok(done)
        })
        .await
    }

    /// Seconds that the page's main thread has spent in tasks so far: script, garbage collection,
    /// and taking in what comes from the network.
    pub(crate) async fn main_thread(&self) -> Result<f64> {
        let metrics = self
            .browser
            .devtools("Performance.getMetrics", json!({}))
            .await?;
        let metrics = metrics["metrics"]
            .as_array()
            .context("Chromium tells no metrics")?;
        let metric = metrics
            .iter()
            .find(|metric| metric["name"] == json!("TaskDuration"));
        metric
            .and_then(|metric| metric["value"].as_f64())
            .context("Chromium does not tell how long tasks took")
    }

    /// Has the browser collect all garbage.
    pub(crate) async fn collect_garbage(&self) -> Result<()> {
        let collect = "HeapProfiler.collectGarbage";
        self.browser.devtools(collect, json!({})).await?;
        Ok(())
    }

    /// Bytes of the JavaScript heap that are in use.
    pub(crate) async fn heap(&self) -> Result<u64> {
        let usage = self
            .browser
            .devtools("Runtime.getHeapUsage", json!({}))
            .await?;
        usage["usedSize"]
            .as_f64()
            .map(|bytes| bytes as u64)
            .context("Chromium does not tell what is in use of the heap")
    }
}

/// Which browser this is.
pub(crate) async fn browser_version(browser: &Browser) -> Result<String> {
    let version: Value = browser.devtools("Browser.getVersion", json!({})).await?;
    let product = version["product"].as_str();
    product
        .map(str::to_owned)
        .context("Chromium does not tell its version")
}
