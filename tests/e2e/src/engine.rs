//! The browser engines: the programs that each needs, how it is started, and how it differs.

use std::env::{self, consts::ARCH};
use std::ffi::OsString;
use std::fmt;
use std::path::PathBuf;

use anyhow::{Context, Result};
use serde_json::{Map, Value, json};

/// A browser engine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    /// Chromium with chromedriver, headless.
    Chromium,
    /// Firefox ESR with geckodriver, headless.
    Firefox,
    /// WebKitGTK's MiniBrowser with WebKitWebDriver, on a screen of Xvfb.
    WebKit,
}

/// Chromium's options: headless, and without background activity.
const CHROMIUM: [&str; 13] = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--disable-extensions",
    "--hide-scrollbars",
    "--force-color-profile=srgb",
    // Driven through a pipe, it ends together with the driver.
    "--remote-debugging-pipe",
];

impl Engine {
    /// All engines.
    pub const ALL: [Self; 3] = [Self::Chromium, Self::Firefox, Self::WebKit];

    /// The name in front of a test's name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Chromium => "chromium",
            Self::Firefox => "firefox",
            Self::WebKit => "webkit",
        }
    }

    /// The command that starts the driver on this port.
    pub(crate) fn driver(self, port: u16) -> Result<Vec<OsString>> {
        let port = format!("--port={port}").into();
        Ok(match self {
            Self::Chromium => vec![program("CHROMEDRIVER", &["chromedriver"])?, port],
            Self::Firefox => vec![program("GECKODRIVER", &["geckodriver"])?, port],
            Self::WebKit => {
                let driver = program("WEBKIT_DRIVER", &["WebKitWebDriver"])?;
                let screen = program("XVFB_RUN", &["xvfb-run"])?;
                vec![screen, "--auto-servernum".into(), driver, port]
            }
        })
    }

    /// The capabilities to request: this browser, configured for the tests.
    pub(crate) fn capabilities(self) -> Result<Map<String, Value>> {
        let browser = self.browser()?;
        let capabilities = match self {
            Self::Chromium => json!({
                "browserName": "chrome",
                "goog:chromeOptions": { "binary": browser, "args": CHROMIUM },
                "goog:loggingPrefs": { "browser": "ALL" },
            }),
            Self::Firefox => json!({
                "browserName": "firefox",
                "moz:firefoxOptions": { "binary": browser, "args": ["-headless"] },
            }),
            Self::WebKit => json!({
                "webkitgtk:browserOptions": { "binary": browser, "args": ["--automation"] },
            }),
        };
        match capabilities {
            Value::Object(capabilities) => Ok(capabilities),
            _ => unreachable!("each of them is an object"),
        }
    }

    /// The environment variables for the browser.
    pub(crate) fn variables(self) -> &'static [(&'static str, &'static str)] {
        match self {
            Self::Chromium | Self::Firefox => &[],
            Self::WebKit => &[
                // With several painting threads, WebKitGTK 2.50 sometimes crashes in Skia at the
                // first picture of a page (a null runtime effect).
                ("WEBKIT_SKIA_CPU_PAINTING_THREADS", "0"),
                // Without a graphics card, composing layers by OpenGL is half of a story's work.
                ("WEBKIT_DISABLE_COMPOSITING_MODE", "1"),
            ],
        }
    }

    /// The browser's output when the page's process has crashed, if that is known to happen through
    /// no fault of the page.
    pub(crate) fn crash(self) -> Option<&'static str> {
        (self == Self::WebKit).then_some("WebProcess CRASHED")
    }

    fn browser(self) -> Result<String> {
        let browser = match self {
            Self::Chromium => program("LISTEN_IN_CHROMIUM", &["chromium"]),
            Self::Firefox => program("LISTEN_IN_FIREFOX", &["firefox-esr", "firefox"]),
            Self::WebKit => {
                let browser = format!("/usr/lib/{ARCH}-linux-gnu/webkit2gtk-4.1/MiniBrowser");
                program("LISTEN_IN_WEBKIT", &[&browser])
            }
        };
        let browser = browser?.into_string();
        browser.map_err(|path| anyhow::anyhow!("JSON can't hold the path {}", path.display()))
    }

    /// Whether elements are clicked by moving the pointer onto them. WebKitWebDriver's own click
    /// takes the host of a shadow root for something that covers its contents.
    pub(crate) fn clicks_by_pointer(self) -> bool {
        self == Self::WebKit
    }

    /// Whether a tab becomes visible when the driver switches to it. WebKitWebDriver leaves it
    /// behind the first one, where it gets no clicks; windows come to the front.
    pub(crate) fn shows_tabs(self) -> bool {
        self != Self::WebKit
    }

    /// Whether the driver supports the DevTools protocol, and the browser's console.
    pub fn has_devtools(self) -> bool {
        self == Self::Chromium
    }
}

impl fmt::Display for Engine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A program: the one in an environment variable, or else the first of these names on PATH.
fn program(variable: &str, names: &[&str]) -> Result<OsString> {
    if let Some(named) = env::var_os(variable).filter(|value| !value.is_empty()) {
        return Ok(named);
    }
    let folders: Vec<PathBuf> = env::var_os("PATH")
        .map(|path| env::split_paths(&path).collect())
        .unwrap_or_default();
    names
        .iter()
        // Joining an absolute path replaces the folder.
        .find_map(|name| folders.iter().map(|folder| folder.join(name)).find(|it| it.is_file()))
        .map(PathBuf::into_os_string)
        .with_context(|| {
            format!(
                "there is no {}; run `cargo xtask test`, which sees to it, or name one in {variable}",
                names[0]
            )
        })
}
