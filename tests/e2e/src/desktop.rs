//! A supervisor's desktop: the emulator, and the page that it serves in a browser window.

use std::cell::RefCell;
use std::rc::Rc;

use anyhow::{Context, Result, bail};
use gws_emulator::script::{Progress, Shipped};
use gws_emulator::{AgentSummary, Config, Control, Emulator, Script};
use serde_json::{Value, json};

use crate::browser::Browser;
use crate::gateway::Gateway;
use crate::wait::until;
use crate::widget::Widget;

/// The number of the supervisor who sits here.
pub const SUPERVISOR: &str = "5005";

/// The emulator that runs at present. The fixture holds it too, so that what is kept of a test that
/// fails is what it looked like then.
pub(crate) type Running = Rc<RefCell<Option<Emulator>>>;

/// The emulator and the page.
pub struct Desktop {
    /// What the supervisor sees and does.
    pub widget: Widget,
    /// The window with the page.
    pub browser: Browser,
    emulator: Running,
    /// With the port that the emulator has got, so that another can take its place.
    config: Config,
    url: String,
}

impl Desktop {
    /// Starts an emulator. The page is not opened yet.
    pub(crate) async fn new(browser: Browser, config: Config, running: Running) -> Result<Self> {
        let emulator = gws_emulator::start(config.clone()).await?;
        let (port, url) = (emulator.address().port(), emulator.url());
        *running.borrow_mut() = Some(emulator);
        Ok(Self {
            widget: Widget::new(browser.clone()),
            browser,
            emulator: running,
            config: Config { port, ..config },
            url,
        })
    }

    /// Opens the page.
    ///
    /// # Errors
    /// It can't be loaded, or holds no widget.
    pub async fn open_page(&self) -> Result<()> {
        self.browser.go_to(&self.url).await?;
        until("the widget to appear", async || {
            self.widget.text_of("Connection").await
        })
        .await?;
        Ok(())
    }

    /// Puts a gateway before the emulator: a page that is opened from now on comes through it.
    pub(crate) async fn add_gateway(&mut self) -> Result<Gateway> {
        let gateway = Gateway::start(self.config.port).await?;
        self.url = gateway.url();
        Ok(gateway)
    }

    /// Where the page is.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The contact centre.
    ///
    /// # Panics
    /// The emulator is stopped.
    pub fn emulator(&self) -> Control {
        let emulator = self.emulator.borrow();
        emulator
            .as_ref()
            .expect("a test asks only a running emulator")
            .control()
    }

    /// An agent: the first, the second and so on, by number.
    ///
    /// # Panics
    /// There are not so many.
    pub fn agent(&self, position: usize) -> AgentSummary {
        self.emulator().agents().swap_remove(position)
    }

    /// How the widget names an agent.
    pub fn title(agent: &AgentSummary) -> String {
        format!("{} · {}", agent.name, agent.number)
    }

    /// Lets something go wrong from now on, written as for the emulator's flag `--fault`.
    ///
    /// # Errors
    /// There is no such fault.
    pub fn fault(&self, fault: &str) -> Result<()> {
        Ok(self.emulator().fault(fault)?)
    }

    /// Plays a script from now on: one that comes with the emulator, by its name, or the text of
    /// one. Both are in the format that is described in the emulator's README.
    ///
    /// # Errors
    /// It is no script, or names somebody who is not there.
    pub fn play(&self, script: &str) -> Result<()> {
        let script = match Shipped::named(script) {
            Some(shipped) => shipped.script()?,
            None => Script::read("script", script)?,
        };
        Ok(self.emulator().play(script)?)
    }

    /// Waits until the script has been played to its end.
    ///
    /// # Errors
    /// It has not, or one of its steps was refused.
    pub async fn played(&self) -> Result<()> {
        until("the script to end", async || {
            match self.emulator().script() {
                Some(script) if script.progress == Progress::Finished {} => Ok(()),
                script => bail!("it is at {script:?}"),
            }
        })
        .await
    }

    /// Lets nothing go wrong any more.
    pub fn clear_faults(&self) {
        self.emulator().faults_off();
    }

    /// Whom the emulator itself takes the supervisor to monitor, waited for: the agent's number.
    ///
    /// # Errors
    /// It is another, or nobody.
    pub async fn monitors(&self, number: &str) -> Result<()> {
        until(
            &format!("the emulator to have {number} monitored"),
            async || match self.emulator().monitoring(SUPERVISOR) {
                Some(found) if found.target_number == number => Ok(()),
                found => bail!("it has {found:?}"),
            },
        )
        .await
    }

    /// Waits until the emulator has nobody monitored.
    ///
    /// # Errors
    /// It has.
    pub async fn monitors_nobody(&self) -> Result<()> {
        until("the emulator to have nobody monitored", async || match self
            .emulator()
            .monitoring(SUPERVISOR)
        {
            None => Ok(()),
            Some(found) => bail!("it has {found:?}"),
        })
        .await
    }

    /// Ends the emulator at once, with all its connections.
    pub async fn stop_emulator(&self) {
        let emulator = self.emulator.borrow_mut().take();
        if let Some(emulator) = emulator {
            emulator.stop().await;
        }
    }

    /// Starts another emulator in the place of one that was stopped. It remembers nothing.
    ///
    /// # Errors
    /// It does not start.
    pub async fn start_emulator(&self) -> Result<()> {
        let emulator = gws_emulator::start(self.config.clone())
            .await
            .context("cannot start the emulator again")?;
        *self.emulator.borrow_mut() = Some(emulator);
        Ok(())
    }

    /// Signs the supervisor in, as the page around the widget would.
    ///
    /// # Errors
    /// The emulator does not accept it.
    pub async fn sign_in(&self) -> Result<()> {
        let script = "
            const authorization = 'Basic ' + btoa(arguments[0] + ':' + arguments[1]);
            const reply = await fetch('/api/v2/me', { headers: { authorization } });
            return reply.status";
        let arguments = vec![json!(self.config.user), json!(self.config.password)];
        let status = self.browser.run_async(script, arguments).await?;
        anyhow::ensure!(
            status == json!(200),
            "the emulator answers the sign-in with {status}"
        );
        Ok(())
    }

    /// Sets an attribute of the widget's element, which starts it anew.
    ///
    /// # Errors
    /// The driver can't be reached.
    pub async fn set_attribute(&self, name: &str, value: &str) -> Result<()> {
        let script = "document.querySelector('listen-in').setAttribute(...arguments)";
        self.browser
            .run(script, vec![json!(name), json!(value)])
            .await?;
        Ok(())
    }

    /// What the emulator answers to the page.
    ///
    /// # Errors
    /// No JSON comes.
    pub async fn fetch(&self, path: &str) -> Result<Value> {
        let script = "return await (await fetch(arguments[0])).json()";
        self.browser.run_async(script, vec![json!(path)]).await
    }

    /// From now on writes down the changes that the page asks the server for.
    ///
    /// # Errors
    /// The driver can't be reached.
    pub async fn record_requests(&self) -> Result<()> {
        let script = "
            const original = window.fetch;
            window.recorded = [];
            window.fetch = (input, init) => {
                const request = new Request(input, init);
                if (request.method === 'POST' && !request.url.includes('/notifications'))
                    request.clone().text().then((body) =>
                        window.recorded.push({ url: request.url, body: JSON.parse(body) }));
                return original(request);
            }";
        self.browser.run(script, vec![]).await?;
        Ok(())
    }

    /// What was written down: each with `url` and `body`.
    ///
    /// # Errors
    /// The driver can't be reached.
    pub async fn recorded_requests(&self) -> Result<Vec<Value>> {
        let recorded = self.browser.run("return window.recorded", vec![]).await?;
        Ok(serde_json::from_value(recorded)?)
    }
}
