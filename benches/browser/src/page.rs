//! A client's page in the browser, and Chromium's figures about it.

use anyhow::{Context, Result, ensure};
use e2e::Browser;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::feeder::Feeder;

/// A measured client.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Client {
    /// `bayeux::Client`, as the widget ships it.
    Ours,
    /// The official cometd.js.
    CometdJs,
}

impl Client {
    /// Both, in order.
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

/// A client's report.
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
    /// Whether both clients had the same result.
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
    /// Opens a client's page, and waits until it is connected.
    ///
    /// # Errors
    /// It does not connect.
    pub(crate) async fn open(
        browser: &'a Browser,
        feeder: &Feeder,
        client: Client,
    ) -> Result<Self> {
        feeder.expect_new_session();
        browser
            .go_to(&format!("{}{}", feeder.url(), client.path()))
            .await?;
        // Time on the processor, not on the clock: whatever else this machine does is not counted.
        let domain = json!({ "timeDomain": "threadTicks" });
        browser.devtools("Performance.enable", domain).await?;
        let page = Self { browser };
        let polled = feeder.until_polled().await;
        polled.with_context(|| format!("{} does not connect", client.name()))?;
        e2e::until("the page is ready", async || {
            let is_ready = page
                .browser
                .run("return !!window.benchmark", Vec::new())
                .await?;
            ensure!(is_ready == json!(true), "it has no `client`");
            Ok(())
        })
        .await?;
        Ok(page)
    }

    /// Resets the client's counters, and sets whether it reads the data of messages.
    pub(crate) async fn expect(&self, messages: usize, read: bool) -> Result<()> {
        let script = "window.benchmark.expect(...arguments)";
        self.browser
            .run(script, vec![json!(messages), json!(read)])
            .await?;
        Ok(())
    }

    /// Waits until the client has handled all expected messages.
    ///
    /// # Errors
    /// It never does, or could not read some.
    pub(crate) async fn done(&self, messages: usize) -> Result<Done> {
        e2e::until("the messages are dealt with", async || {
            let script = "return window.benchmark.report()";
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
    /// and receiving data from the network.
    pub(crate) async fn main_thread(&self) -> Result<f64> {
        let metrics = self
            .browser
            .devtools("Performance.getMetrics", json!({}))
            .await?;
        let metrics = metrics["metrics"]
            .as_array()
            .context("Chromium reports no metrics")?;
        let metric = metrics
            .iter()
            .find(|metric| metric["name"] == json!("TaskDuration"));
        metric
            .and_then(|metric| metric["value"].as_f64())
            .context("Chromium does not report the duration of tasks")
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
            .context("Chromium does not report the use of the heap")
    }
}

/// Which browser this is.
pub(crate) async fn browser_version(browser: &Browser) -> Result<String> {
    let version: Value = browser.devtools("Browser.getVersion", json!({})).await?;
    let product = version["product"].as_str();
    product
        .map(str::to_owned)
        .context("Chromium does not report its version")
}
