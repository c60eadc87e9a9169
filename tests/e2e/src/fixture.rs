//! Sets up a desktop for a test, and collects the evidence of a failed one: the widget's text, the
//! browser's console, a picture.

use std::cell::RefCell;
use std::fmt::Write;
use std::path::PathBuf;
use std::rc::Rc;

use anyhow::{Context, Result};
use gws_emulator::Config;

use crate::browser::Browser;
use crate::desktop::{Desktop, Running};
use crate::engine::Engine;
use crate::environment;
use crate::gateway::Gateway;
use crate::port;
use crate::widget::Widget;

/// The fixture of one test.
#[derive(Clone)]
pub struct Fixture {
    engine: Engine,
    /// The directory with the built page.
    page: PathBuf,
    browser: Rc<RefCell<Option<Browser>>>,
    emulator: Running,
    gateway: Rc<RefCell<Option<Rc<Gateway>>>>,
}

impl Fixture {
    /// A fixture for a test in this engine.
    ///
    /// # Errors
    /// The page is not built.
    pub fn new(engine: Engine) -> Result<Self> {
        Ok(Self {
            engine,
            page: environment::page()?,
            browser: Rc::default(),
            emulator: Running::default(),
            gateway: Rc::default(),
        })
    }

    /// A desktop with the page open and live: forty agents, all ready, without simulated life.
    ///
    /// # Errors
    /// The emulator or the browser does not start, or the widget does not become live.
    pub async fn open(&self) -> Result<Desktop> {
        self.open_with(|_| {}).await
    }

    /// Like [`open`](Self::open), with a changed configuration.
    ///
    /// # Errors
    /// Those of [`open`](Self::open).
    pub async fn open_with(&self, change: impl FnOnce(&mut Config)) -> Result<Desktop> {
        let desktop = self.set_up(change).await?;
        desktop.open_page().await?;
        desktop.widget.see_in("Connection", "Live").await?;
        Ok(desktop)
    }

    /// A desktop with the example application for Leptos open and live.
    ///
    /// # Errors
    /// The example is not built, or an error of [`open`](Self::open).
    pub async fn open_example(&self) -> Result<Desktop> {
        let example = environment::example()?;
        self.open_with(|config| config.page = Some(example)).await
    }

    /// A desktop whose page is not open yet.
    ///
    /// # Errors
    /// The emulator or the browser does not start.
    pub async fn set_up(&self, change: impl FnOnce(&mut Config)) -> Result<Desktop> {
        let mut config = Config {
            port: port::unused()?,
            life: false,
            page: Some(self.page.clone()),
            auto_login: true,
            ..Config::default()
        };
        change(&mut config);
        let browser = Browser::open(self.engine).await?;
        *self.browser.borrow_mut() = Some(browser.clone());
        browser.resize(1280, 860).await?;
        Desktop::new(browser, config, Rc::clone(&self.emulator)).await
    }

    /// Like [`set_up`](Self::set_up), with a gateway before the emulator, through which the page comes.
    ///
    /// # Errors
    /// Gateway, emulator or browser do not start.
    pub async fn set_up_behind_gateway(
        &self,
        change: impl FnOnce(&mut Config),
    ) -> Result<(Desktop, Rc<Gateway>)> {
        let mut desktop = self.set_up(change).await?;
        let gateway = Rc::new(desktop.add_gateway().await?);
        *self.gateway.borrow_mut() = Some(Rc::clone(&gateway));
        Ok((desktop, gateway))
    }

    /// Whether the browser has written that it crashed.
    pub(crate) fn browser_has_crashed(&self) -> bool {
        let browser = self.browser.borrow();
        browser.as_ref().is_some_and(Browser::has_crashed)
    }

    /// A description of a failure, and a picture in a file with this name and the engine's.
    pub(crate) async fn evidence(&self, name: &str) -> String {
        let mut evidence = String::new();
        let browser = self.browser.borrow().clone();
        let Some(browser) = browser else {
            return evidence;
        };
        let widget = Widget::new(browser.clone());
        match widget.lines().await {
            Ok(lines) => {
                evidence.push_str("The widget says:\n");
                for line in lines {
                    let _ = writeln!(evidence, "    {line}");
                }
            }
            Err(error) => {
                let _ = writeln!(evidence, "The widget can't be read: {error:#}");
            }
        }
        if let Ok((role, name)) = widget.focus().await {
            let _ = writeln!(evidence, "The focus is on the {role} “{name}”.");
        }
        match browser.console().await {
            Ok(lines) if lines.is_empty() => evidence.push_str("The console is empty.\n"),
            Ok(lines) => {
                evidence.push_str("The console holds:\n");
                for line in lines {
                    let _ = writeln!(evidence, "    {line}");
                }
            }
            Err(error) => {
                let _ = writeln!(evidence, "The console can't be read: {error:#}");
            }
        }
        if browser.has_crashed() {
            let _ = writeln!(evidence, "The browser wrote:\n{}", browser.stderr());
        }
        let name = format!("{}-{name}", self.engine);
        match keep_picture(&browser, &name).await {
            Ok(file) => {
                let _ = writeln!(evidence, "A picture is in {file}.");
            }
            Err(error) => {
                let _ = writeln!(evidence, "There is no picture: {error:#}");
            }
        }
        evidence
    }

    /// Ends the emulator, and returns the browser to the pool.
    pub async fn release(&self) {
        let browser = self.browser.borrow_mut().take();
        if let Some(browser) = browser {
            complain(browser.release().await);
        }
        self.end_emulator().await;
    }

    /// Ends browser and emulator, if they are running.
    pub async fn close(&self) {
        let browser = self.browser.borrow_mut().take();
        if let Some(browser) = browser {
            complain(browser.close().await);
        }
        self.end_emulator().await;
    }

    async fn end_emulator(&self) {
        let emulator = self.emulator.borrow_mut().take();
        if let Some(emulator) = emulator {
            emulator.stop().await;
        }
    }
}

/// A browser that can't be closed ends with its driver.
fn complain(done: Result<()>) {
    if let Err(error) = done {
        eprintln!("{error:#}");
    }
}

async fn keep_picture(browser: &Browser, name: &str) -> Result<String> {
    let directory = environment::screenshots();
    std::fs::create_dir_all(&directory)
        .with_context(|| format!("cannot make {}", directory.display()))?;
    let file = directory.join(format!("{}.png", name.replace("::", "-")));
    std::fs::write(&file, browser.picture().await?)
        .with_context(|| format!("cannot write {}", file.display()))?;
    let file = file.canonicalize().unwrap_or(file);
    Ok(file.display().to_string())
}
