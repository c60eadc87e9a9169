//! A driven browser: scripts, keys, clicks, sizes, pictures.

use std::cell::RefCell;
use std::fmt::Debug;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use fantoccini::actions::{
    InputSource, KeyAction, KeyActions, MOUSE_BUTTON_LEFT, MouseActions, PointerAction,
};
use fantoccini::elements::{Element, ElementRef};
use fantoccini::wd::{WebDriverCompatibleCommand, WindowHandle};
use fantoccini::{Client, ClientBuilder};
use http::Method;
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};
use url::{ParseError, Url};

use crate::driver::Driver;
use crate::engine::Engine;
use crate::pool;

/// The key of an element reference in WebDriver's JSON.
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

/// A browser window.
#[derive(Clone, Debug)]
pub struct Browser {
    client: Client,
    engine: Engine,
    /// In the order of opening.
    tabs: Rc<RefCell<Vec<WindowHandle>>>,
    /// Its driver, which ends with the last clone of this browser.
    driver: Arc<Driver>,
}

impl Browser {
    /// A browser with an empty tab and without cookies: one that was [released](Self::release), or
    /// else a new one with its own driver.
    ///
    /// # Errors
    /// It does not start.
    pub async fn open(engine: Engine) -> Result<Self> {
        let pool::Idle { client, driver } = match pool::take(engine) {
            Some(idle) => idle,
            None => Self::start(engine).await?,
        };
        let first = client.window().await.context("the browser has no tab")?;
        let browser = Self {
            client,
            engine,
            tabs: Rc::new(RefCell::new(vec![first])),
            driver,
        };
        if engine.has_devtools() {
            // Independent of the installed languages.
            let british = json!({ "locale": "en-GB" });
            browser
                .devtools("Emulation.setLocaleOverride", british)
                .await?;
        }
        Ok(browser)
    }

    async fn start(engine: Engine) -> Result<pool::Idle> {
        let driver = Driver::start(engine)?;
        let client = ClientBuilder::new(HttpConnector::new())
            .capabilities(engine.capabilities()?)
            .connect(&driver.url())
            .await
            .with_context(|| format!("cannot start {engine}: {}", driver.stderr()))?;
        Ok(pool::Idle {
            client,
            driver: Arc::new(driver),
        })
    }

    /// Returns the browser to the pool: without cookies, and with a fresh tab. Storage, permissions and caches are those
    /// of an origin, and each test has its own; sizes, media and scripts that were set are those of a tab.
    ///
    /// # Errors
    /// The driver can't be reached.
    pub async fn release(self) -> Result<()> {
        // Of the page's host. That a page still gets one of a server that is about to end does no harm.
        let forget = self.client.delete_all_cookies().await;
        forget.context("cannot delete the cookies")?;
        let used = self.client.windows().await.context("no tabs")?;
        self.open_tab().await?;
        let empty = self.client.window().await.context("no new tab")?;
        for tab in used {
            self.turn_to(&tab).await?;
            self.close_tab().await?;
        }
        self.turn_to(&empty).await?;
        if self.engine.has_devtools() {
            // Some tests have cookies of several hosts.
            self.devtools("Storage.clearCookies", json!({})).await?;
            // What is read now must not be read by the next test.
            self.console().await?;
        }
        let Self { client, driver, .. } = self;
        pool::put(self.engine, pool::Idle { client, driver });
        Ok(())
    }

    /// Ends the browser. The driver ends with the last clone.
    ///
    /// # Errors
    /// The driver can't be reached.
    pub async fn close(self) -> Result<()> {
        self.client.close().await.context("cannot end the browser")
    }

    /// Whether the browser's output says that it crashed.
    pub(crate) fn has_crashed(&self) -> bool {
        let crash = self.engine.crash();
        crash.is_some_and(|words| self.driver.has_written(words))
    }

    /// The last lines of the output of driver and browser.
    pub(crate) fn stderr(&self) -> String {
        self.driver.stderr()
    }

    /// Goes to a page.
    ///
    /// # Errors
    /// The page can't be loaded.
    pub async fn go_to(&self, url: &str) -> Result<()> {
        let what = || format!("cannot open {url}");
        self.client.goto(url).await.with_context(what)
    }

    /// Loads the page again.
    ///
    /// # Errors
    /// The page can't be loaded.
    pub async fn reload(&self) -> Result<()> {
        self.client.refresh().await.context("cannot reload")
    }

    /// Opens another tab and switches to it; a window in engines that would not show the tab.
    ///
    /// # Errors
    /// The driver can't be reached.
    pub async fn open_tab(&self) -> Result<()> {
        let tab = self.client.new_window(self.engine.shows_tabs()).await;
        let tab = tab.context("cannot open a tab")?.handle;
        self.tabs.borrow_mut().push(tab.clone());
        self.turn_to(&tab).await
    }

    /// The tabs, in the order in which they were opened.
    pub fn tabs(&self) -> Vec<WindowHandle> {
        self.tabs.borrow().clone()
    }

    /// Switches to a tab.
    ///
    /// # Errors
    /// It is gone.
    pub async fn turn_to(&self, tab: &WindowHandle) -> Result<()> {
        let turned = self.client.switch_to_window(tab.clone()).await;
        turned.context("cannot switch to a tab")
    }

    /// Closes the current tab. Switch to another afterwards.
    ///
    /// # Errors
    /// The driver can't be reached.
    pub async fn close_tab(&self) -> Result<()> {
        let closed = self.client.window().await.context("no tab to close")?;
        self.client
            .close_window()
            .await
            .context("cannot close a tab")?;
        self.tabs.borrow_mut().retain(|tab| *tab != closed);
        Ok(())
    }

    /// Switches to the page's frame with this index, from 0: further commands apply to it.
    ///
    /// # Errors
    /// There is no such frame.
    pub async fn enter_frame(&self, number: u16) -> Result<()> {
        let entered = self.client.enter_frame(number).await;
        entered.with_context(|| format!("cannot enter frame {number}"))
    }

    /// Switches back to the page around the frame.
    ///
    /// # Errors
    /// The driver can't be reached.
    pub async fn leave_frame(&self) -> Result<()> {
        let left = self.client.enter_parent_frame().await;
        left.context("cannot leave the frame")
    }

    /// Runs a script in the page; what it returns must be JSON.
    ///
    /// # Errors
    /// It throws.
    pub async fn run(&self, script: &str, arguments: Vec<Value>) -> Result<Value> {
        match self.client.execute(script, arguments).await {
            Ok(value) => Ok(value),
            Err(_) if self.has_crashed() => bail!("{} has crashed", self.engine),
            Err(error) => Err(error).context("a script in the page failed"),
        }
    }

    /// Runs a script that returns a promise, and awaits it.
    ///
    /// # Errors
    /// It throws, or the promise is rejected.
    pub async fn run_async(&self, script: &str, arguments: Vec<Value>) -> Result<Value> {
        // WebDriver awaits a returned promise.
        let script = format!("return (async () => {{ {script} }})()");
        self.run(&script, arguments).await
    }

    /// The element that a script returns, if any.
    ///
    /// # Errors
    /// The script throws.
    pub async fn element(&self, script: &str, arguments: Vec<Value>) -> Result<Option<Element>> {
        let found = self.run(script, arguments).await?;
        Ok(found[ELEMENT].as_str().map(|id| {
            Element::from_element_id(self.client.clone(), ElementRef::from(id.to_owned()))
        }))
    }

    /// An element's computed role and accessible name.
    ///
    /// # Errors
    /// The element is gone.
    pub async fn accessible(&self, element: &Element) -> Result<(String, String)> {
        let ask = async |what: &str| {
            let path = format!("element/{}/{what}", element.element_id());
            let answer = self.command(Method::GET, &path, None).await?;
            anyhow::Ok(answer.as_str().unwrap_or_default().to_owned())
        };
        Ok((ask("computedrole").await?, ask("computedlabel").await?))
    }

    /// Presses and releases a key at the focus, with the keys `held` down.
    ///
    /// # Errors
    /// The driver can't be reached.
    pub async fn press(&self, held: &[char], key: char) -> Result<()> {
        let mut keys = KeyActions::new("keyboard".to_owned());
        for &value in held {
            keys = keys.then(KeyAction::Down { value });
        }
        keys = keys
            .then(KeyAction::Down { value: key })
            .then(KeyAction::Up { value: key });
        for &value in held.iter().rev() {
            keys = keys.then(KeyAction::Up { value });
        }
        self.client
            .perform_actions(keys)
            .await
            .context("cannot press a key")
    }

    /// Types a text, key by key.
    ///
    /// # Errors
    /// The driver can't be reached.
    pub async fn type_text(&self, text: &str) -> Result<()> {
        let mut keys = KeyActions::new("keyboard".to_owned());
        for value in text.chars() {
            keys = keys
                .then(KeyAction::Down { value })
                .then(KeyAction::Up { value });
        }
        self.client
            .perform_actions(keys)
            .await
            .context("cannot type")
    }

    /// Clicks on an element.
    ///
    /// # Errors
    /// It is gone, or something covers it.
    pub async fn click(&self, element: &Element) -> Result<()> {
        if !self.engine.clicks_by_pointer() {
            return element.click().await.context("cannot click");
        }
        let reference = json!({ ELEMENT: element.element_id().to_string() });
        let into_view = "arguments[0].scrollIntoView({ block: 'nearest' })";
        self.run(into_view, vec![reference]).await?;
        let button = MOUSE_BUTTON_LEFT;
        let click = MouseActions::new("mouse".to_owned())
            .then(PointerAction::MoveToElement {
                element: element.clone(),
                duration: None,
                x: 0.0,
                y: 0.0,
            })
            .then(PointerAction::Down { button })
            .then(PointerAction::Up { button });
        self.client
            .perform_actions(click)
            .await
            .context("cannot click")
    }

    /// Sizes the viewport, in CSS pixels; in Chromium even below a window's minimum size.
    ///
    /// # Errors
    /// The driver can't be reached.
    pub async fn resize(&self, width: u32, height: u32) -> Result<()> {
        if self.engine.has_devtools() {
            let size = json!({
                "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false,
            });
            self.devtools("Emulation.setDeviceMetricsOverride", size)
                .await?;
            return Ok(());
        }
        // Once for the window, and again with the size of its borders.
        let mut window = (width, height);
        for _ in 0..2 {
            self.client
                .set_window_size(window.0, window.1)
                .await
                .context("cannot resize the window")?;
            let frame = "return [outerWidth - innerWidth, outerHeight - innerHeight]";
            let frame: (u32, u32) = serde_json::from_value(self.run(frame, vec![]).await?)?;
            window = (width + frame.0, height + frame.1);
        }
        Ok(())
    }

    /// Runs a script before the page's own on every load. Chromium only.
    ///
    /// # Errors
    /// The driver can't be reached, or it is another engine.
    pub async fn run_before_pages(&self, script: &str) -> Result<()> {
        let source = json!({ "source": script });
        self.devtools("Page.addScriptToEvaluateOnNewDocument", source)
            .await?;
        Ok(())
    }

    /// The unread messages of the browser's console. Chromium only.
    ///
    /// # Errors
    /// The driver can't be reached, or it is another engine.
    pub async fn console(&self) -> Result<Vec<String>> {
        self.needs_devtools("the console")?;
        let kind = json!({ "type": "browser" });
        let entries = self.command(Method::POST, "se/log", Some(kind)).await?;
        let line = |entry: &Value| {
            let text = |name: &str| entry[name].as_str().unwrap_or_default().to_owned();
            format!("{} {}", text("level"), text("message"))
        };
        Ok(entries.as_array().into_iter().flatten().map(line).collect())
    }

    /// A screenshot of the viewport, as PNG.
    ///
    /// # Errors
    /// The driver can't be reached.
    pub async fn picture(&self) -> Result<Vec<u8>> {
        self.client.screenshot().await.context("no picture")
    }

    /// A screenshot of the viewport, as WebP, which is smaller. Chromium only.
    ///
    /// # Errors
    /// The driver can't be reached, or it is another engine.
    pub async fn small_picture(&self) -> Result<Vec<u8>> {
        let format = json!({ "format": "webp", "quality": 50 });
        let picture = self.devtools("Page.captureScreenshot", format).await?;
        let data = picture["data"].as_str().context("no picture")?;
        Ok(BASE64_STANDARD.decode(data)?)
    }

    /// Sends a DevTools protocol command. Chromium only.
    ///
    /// # Errors
    /// The driver can't be reached, it is another engine, or the browser refuses the command.
    pub async fn devtools(&self, method: &str, parameters: Value) -> Result<Value> {
        self.needs_devtools(method)?;
        let command = json!({ "cmd": method, "params": parameters });
        let path = "goog/cdp/execute";
        self.command(Method::POST, path, Some(command)).await
    }

    /// The browser's engine.
    pub fn engine(&self) -> Engine {
        self.engine
    }

    fn needs_devtools(&self, what: &str) -> Result<()> {
        let engine = self.engine;
        ensure!(
            engine.has_devtools(),
            "{engine}'s driver does not know {what}"
        );
        Ok(())
    }

    async fn command(&self, method: Method, path: &str, body: Option<Value>) -> Result<Value> {
        let command = Command {
            method,
            path: path.to_owned(),
            body,
        };
        let answer = self.client.issue_cmd(command);
        let answer = tokio::time::timeout(Duration::from_secs(30), answer)
            .await
            .with_context(|| format!("no answer to {path}"))?;
        answer.with_context(|| format!("the driver refused {path}"))
    }
}

/// A WebDriver command without a method in the client.
#[derive(Debug)]
struct Command {
    method: Method,
    /// The path below the session's.
    path: String,
    body: Option<Value>,
}

impl WebDriverCompatibleCommand for Command {
    fn endpoint(&self, base: &Url, session: Option<&str>) -> Result<Url, ParseError> {
        let session = session.unwrap_or_default();
        base.join(&format!("session/{session}/{}", self.path))
    }

    fn method_and_body(&self, _: &Url) -> (Method, Option<String>) {
        let body = self.body.as_ref().map(Value::to_string);
        (self.method.clone(), body)
    }
}
