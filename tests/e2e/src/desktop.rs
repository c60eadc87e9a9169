//! A supervisor's desktop: the emulator and the page that it serves, in a browser window.

use std::cell::RefCell;
use std::net::Ipv4Addr;
use std::rc::Rc;

use anyhow::{Context, Result, bail, ensure};
use gws_emulator::script::{Progress, Shipped};
use gws_emulator::{AgentSummary, Config, Control, Emulator, Script};
use serde_json::{Value, json};

use crate::browser::Browser;
use crate::gateway::Gateway;
use crate::wait::until;
use crate::widget::Widget;

/// The supervisor's number.
pub const SUPERVISOR: &str = "5005";
/// The number of a caller.
pub const CUSTOMER: &str = "555-1234";

/// The running emulator. The fixture shares it, so that it is still running when evidence of a failed test is
/// collected.
pub(crate) type Running = Rc<RefCell<Option<Emulator>>>;

/// The emulator and the page.
pub struct Desktop {
    /// The supervisor's view and actions.
    pub widget: Widget,
    /// The window with the page.
    pub browser: Browser,
    emulator: Running,
    /// With the emulator's actual port, for a restart.
    config: Config,
    url: String,
}

impl Desktop {
    /// Starts an emulator, without opening the page.
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
    /// It can't be loaded, or has no widget.
    pub async fn open_page(&self) -> Result<()> {
        self.browser.go_to(&self.url).await?;
        until("the widget to appear", async || {
            self.widget.text_of("Connection").await
        })
        .await?;
        Ok(())
    }

    /// Puts a gateway in front of the emulator for pages opened from now on.
    pub(crate) async fn add_gateway(&mut self) -> Result<Gateway> {
        let gateway = Gateway::start(self.config.port).await?;
        self.url = gateway.url();
        Ok(gateway)
    }

    /// The page's address.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The address of the emulator itself, even behind a gateway.
    pub fn server(&self) -> String {
        format!("http://{}:{}", Ipv4Addr::LOCALHOST, self.config.port)
    }

    /// Control of the emulator's contact centre.
    ///
    /// # Panics
    /// The emulator is stopped.
    pub fn emulator(&self) -> Control {
        let emulator = self.emulator.borrow();
        emulator.as_ref().expect("the emulator runs").control()
    }

    /// An agent, by number: the first, the second and so on.
    ///
    /// # Panics
    /// There are not that many.
    pub fn agent(&self, position: usize) -> AgentSummary {
        self.emulator().agents().swap_remove(position)
    }

    /// How the widget names an agent.
    pub fn title(agent: &AgentSummary) -> String {
        format!("{} · {}", agent.name, agent.number)
    }

    /// Listens in to an agent, and waits until the widget shows it.
    ///
    /// # Errors
    /// The widget does not show it.
    pub async fn listen_in(&self, agent: &AgentSummary) -> Result<()> {
        self.widget.pick(&agent.name).await?;
        self.widget.listen_in().await?;
        let listening = format!("Listening in to {}", Self::title(agent));
        self.widget.see_in("Monitoring", &listening).await
    }

    /// A customer calls a monitored agent, and the supervisor answers.
    ///
    /// # Errors
    /// The call is not shown as established.
    pub async fn join_call(&self, agent: &AgentSummary) -> Result<()> {
        self.emulator().call_arrives(&agent.number, CUSTOMER)?;
        self.widget.answer().await?;
        self.widget.see_in("Call", "Established").await
    }

    /// Checks how many monitoring requests the emulator has received.
    ///
    /// # Errors
    /// There were more or fewer.
    pub fn has_received(&self, expected: u64) -> Result<()> {
        let requests = self.emulator().monitoring_requests();
        ensure!(requests == expected, "{requests} requests, not {expected}");
        Ok(())
    }

    /// Switches on a fault in the form of the emulator's flag `--fault`.
    ///
    /// # Errors
    /// There is no such fault.
    pub fn fault(&self, fault: &str) -> Result<()> {
        Ok(self.emulator().fault(fault)?)
    }

    /// Plays a script: the name of a shipped one, or its text in the format of the emulator's README.
    ///
    /// # Errors
    /// The script is invalid, or names an unknown person.
    pub fn play(&self, script: &str) -> Result<()> {
        let script = match Shipped::named(script) {
            Some(shipped) => shipped.script()?,
            None => Script::read("script", script)?,
        };
        Ok(self.emulator().play(script)?)
    }

    /// Waits for the end of the script.
    ///
    /// # Errors
    /// It does not end, or one of its steps was refused.
    pub async fn played(&self) -> Result<()> {
        until("the script to end", async || {
            match self.emulator().script() {
                Some(script) if script.progress == Progress::Finished {} => Ok(()),
                script => bail!("it is at {script:?}"),
            }
        })
        .await
    }

    /// Switches all faults off.
    pub fn clear_faults(&self) {
        self.emulator().faults_off();
    }

    /// Waits until the supervisor monitors this number in the emulator.
    ///
    /// # Errors
    /// It is another number, or none.
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

    /// Waits until the supervisor monitors nobody in the emulator.
    ///
    /// # Errors
    /// Somebody is still monitored.
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

    /// Stops the emulator and closes its connections.
    pub async fn stop_emulator(&self) {
        let emulator = self.emulator.borrow_mut().take();
        if let Some(emulator) = emulator {
            emulator.stop().await;
        }
    }

    /// Starts a new emulator on the same port, without the old one's state.
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

    /// Signs the supervisor in, as the host page would.
    ///
    /// # Errors
    /// The emulator does not accept it.
    pub async fn sign_in(&self) -> Result<()> {
        self.sign_in_as(&self.config.user).await
    }

    /// Signs somebody in, replacing whoever is signed in.
    ///
    /// # Errors
    /// The emulator does not accept it.
    pub async fn sign_in_as(&self, user: &str) -> Result<()> {
        let script = "
            const authorization = 'Basic ' + btoa(arguments[0] + ':' + arguments[1]);
            const reply = await fetch('/api/v2/me', { headers: { authorization } });
            return reply.status";
        let arguments = vec![json!(user), json!(self.config.password)];
        let status = self.browser.run_async(script, arguments).await?;
        ensure!(
            status == json!(200),
            "the emulator answers the sign-in with {status}"
        );
        Ok(())
    }

    /// Sets an attribute of `<listen-in>`.
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

    /// The emulator's JSON answer to a GET of the page.
    ///
    /// # Errors
    /// The answer is not JSON.
    pub async fn fetch(&self, path: &str) -> Result<Value> {
        let script = "return await (await fetch(arguments[0])).json()";
        self.browser.run_async(script, vec![json!(path)]).await
    }

    /// Records the page's POST requests from now on, without those for notifications.
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

    /// The recorded requests, each with `url` and `body`.
    ///
    /// # Errors
    /// The driver can't be reached.
    pub async fn recorded_requests(&self) -> Result<Vec<Value>> {
        let recorded = self.browser.run("return window.recorded", vec![]).await?;
        Ok(serde_json::from_value(recorded)?)
    }
}
