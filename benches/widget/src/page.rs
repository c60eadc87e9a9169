//! A page in the browser, and Chromium's metrics for it.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use e2e::{Browser, Engine};
use serde_json::{Value, json};

use crate::files::Page;
use crate::server::Server;

/// How long to wait after a message: longer than any page takes to show it.
const SETTLE: Duration = Duration::from_millis(250);

/// A browser that opens one page after another.
pub(crate) struct Opened<'a> {
    browser: Browser,
    server: &'a Server,
    pub(crate) page: Page,
    /// The number of the next message.
    next: usize,
}

impl<'a> Opened<'a> {
    /// Starts a browser, and opens the page once without measuring.
    ///
    /// # Errors
    /// The page does not become ready.
    pub(crate) async fn start(server: &'a Server, page: Page) -> Result<Self> {
        let browser = Browser::open(Engine::Chromium).await?;
        browser.resize(400, 900).await?;
        let cache = json!({ "cacheDisabled": true });
        browser.devtools("Network.enable", json!({})).await?;
        browser.devtools("Network.setCacheDisabled", cache).await?;
        let mut opened = Self {
            browser,
            server,
            page,
            next: 1,
        };
        opened.open().await?;
        Ok(opened)
    }

    /// Opens the page anew, and waits until it shows the call and its connect is held.
    ///
    /// # Errors
    /// The page does not get there.
    pub(crate) async fn open(&mut self) -> Result<()> {
        self.open_at(self.page.path()).await
    }

    pub(crate) async fn open_at(&mut self, path: &str) -> Result<()> {
        self.server.forget_sessions();
        self.next = 1;
        let url = format!("{}{path}", self.server.url());
        self.browser.go_to(&url).await?;
        let ready = e2e::until("the page to show the call", async || {
            let start = self.run("return bench.start()").await?;
            ensure!(start[2].is_number(), "it is not ready: {start}");
            Ok(())
        });
        if let Err(error) = ready.await {
            let console = self.browser.console().await?;
            return Err(error.context(format!("{}: {console:?}", self.page.name())));
        }
        self.server.until_held().await?;
        // CPU time rather than wall-clock time, so that other load on this machine does not count.
        let domain = json!({ "timeDomain": "threadTicks" });
        self.devtools("Performance.enable", domain).await?;
        Ok(())
    }

    pub(crate) async fn close(self) -> Result<()> {
        self.browser.close().await
    }

    /// Publishes a response with the next messages as soon as the page's connect is held. Returns the time of
    /// publishing, in milliseconds since 1970.
    pub(crate) async fn publish(&mut self, count: usize) -> Result<f64> {
        let messages = self.server.scene.messages(self.next, count);
        self.server.until_held().await?;
        self.next += count;
        Ok(self.server.publish(&messages))
    }

    /// The number of the latest message.
    pub(crate) fn latest(&self) -> usize {
        self.next - 1
    }

    /// Waits until the page shows the latest message. Does not query the page at first, so as not to disturb
    /// it.
    ///
    /// # Errors
    /// It never does.
    pub(crate) async fn settle(&self) -> Result<()> {
        tokio::time::sleep(SETTLE).await;
        e2e::until("the page to show the latest message", async || {
            let shown = self.run("return bench.shown()").await?;
            let latest = self.latest();
            ensure!(shown == json!(latest), "it shows {shown}, not {latest}");
            Ok(())
        })
        .await
    }

    pub(crate) async fn run(&self, script: &str) -> Result<Value> {
        self.browser.run_async(script, Vec::new()).await
    }

    /// Runs a script that returns a number.
    pub(crate) async fn number(&self, script: &str) -> Result<f64> {
        let value = self.run(script).await?;
        value
            .as_f64()
            .with_context(|| format!("{script}: no number, but {value}"))
    }

    pub(crate) async fn devtools(&self, method: &str, parameters: Value) -> Result<Value> {
        self.browser.devtools(method, parameters).await
    }

    pub(crate) async fn resize(&self, width: u32) -> Result<()> {
        self.browser.resize(width, 900).await
    }

    pub(crate) async fn type_text(&self, text: &str) -> Result<()> {
        self.browser.type_text(text).await
    }

    /// Milliseconds that the page's main thread has spent in tasks so far: script, style, layout, painting,
    /// garbage collection, and receiving data from the network.
    pub(crate) async fn main_thread(&self) -> Result<f64> {
        Ok(self.metrics(["TaskDuration"]).await?[0])
    }

    /// Milliseconds that the page's main thread has spent so far, by Chromium's names of the activities.
    pub(crate) async fn metrics<const N: usize>(&self, names: [&str; N]) -> Result<[f64; N]> {
        let metrics = self.devtools("Performance.getMetrics", json!({})).await?;
        let metrics = metrics["metrics"].as_array();
        let metrics = metrics.context("Chromium reports no metrics")?;
        let mut values = [0.0; N];
        for (value, name) in values.iter_mut().zip(names) {
            let metric = metrics.iter().find(|it| it["name"] == name);
            let seconds = metric.and_then(|metric| metric["value"].as_f64());
            *value = 1e3 * seconds.with_context(|| format!("Chromium does not report {name}"))?;
        }
        Ok(values)
    }

    /// Megabytes in use after garbage collection: the JavaScript heap, and the WebAssembly memory if there is
    /// one.
    pub(crate) async fn heap(&self) -> Result<f64> {
        let collect = "HeapProfiler.collectGarbage";
        self.devtools(collect, json!({})).await?;
        let usage = self.devtools("Runtime.getHeapUsage", json!({})).await?;
        let heap = usage["usedSize"].as_f64();
        let heap = heap.context("Chromium does not report the use of the heap")?;
        Ok((heap + self.number("return bench.wasmMemory()").await?) / 1e6)
    }

    /// Name and version of the browser.
    pub(crate) async fn version(&self) -> Result<String> {
        let version = self.devtools("Browser.getVersion", json!({})).await?;
        let product = version["product"].as_str();
        product
            .map(str::to_owned)
            .context("Chromium does not report its version")
    }
}
