//! Picking, choosing and pressing buttons by mouse.

use anyhow::{Context, Result, ensure};
use fantoccini::key::Key;
use serde_json::json;

use super::Widget;
use crate::wait::until;

impl Widget {
    /// Picks an agent: types into the field and clicks the first option whose name begins with the text,
    /// or whose number is the text.
    ///
    /// # Errors
    /// There is no such agent.
    pub async fn pick(&self, agent: &str) -> Result<()> {
        self.open_list().await?;
        self.browser
            .press(&[Key::Control.into()], 'a')
            .await
            .context("marking what was typed before")?;
        self.browser.type_text(agent).await?;
        let option = "return allOf('option').find((option) =>
                nameOf(option).startsWith(arguments[0] + ' ') ||
                nameOf(option).split(' ').includes(arguments[0])) ?? null";
        until(&format!("picking the agent “{agent}”"), async || {
            let element = self.element(option, vec![json!(agent)]).await?;
            let element = element.context("no such agent is offered")?;
            self.browser.click(&element).await
        })
        .await?;
        until(&format!("the field showing “{agent}”"), async || {
            let value = self.agent_field().await?;
            ensure!(value.contains(agent), "it shows “{value}”");
            Ok(())
        })
        .await
    }

    /// Opens the list of agents by clicking into the field.
    ///
    /// # Errors
    /// There is no such field.
    pub async fn open_list(&self) -> Result<()> {
        self.click("combobox", "Agent").await
    }

    /// Opens the details of *My device*.
    ///
    /// # Errors
    /// There are none.
    pub async fn open_device(&self) -> Result<()> {
        let script = "const device = find('region', 'My device');
            return device?.querySelector('[aria-expanded=false]') ?? null";
        let closed = self.element(script, vec![]).await?;
        let closed = closed.context("they are open, or there are none")?;
        self.browser.click(&closed).await
    }

    /// Chooses a scope by its label.
    ///
    /// # Errors
    /// There is no such scope.
    pub async fn choose_scope(&self, label: &str) -> Result<()> {
        self.choose("Scope", label).await
    }

    /// Chooses the calls by label.
    ///
    /// # Errors
    /// There is no such choice.
    pub async fn choose_calls(&self, label: &str) -> Result<()> {
        self.choose("Calls", label).await
    }

    /// Chooses a time limit by its label.
    ///
    /// # Errors
    /// There is no such limit.
    pub async fn choose_limit(&self, label: &str) -> Result<()> {
        self.choose_option("Limit", label).await
    }

    /// Chooses an option of a native select.
    ///
    /// # Errors
    /// There is no such select or option.
    pub async fn choose_option(&self, select: &str, label: &str) -> Result<()> {
        let script = "const select = find('combobox', arguments[0]);
            const option = [...(select?.options ?? [])].find((o) => o.label === arguments[1]);
            if (!option) return false;
            select.value = option.value;
            select.dispatchEvent(new Event('change', { bubbles: true }));
            return true";
        until(&format!("choosing “{label}” in {select}"), async || {
            let chosen = self.ask(script, vec![json!(select), json!(label)]).await?;
            ensure!(chosen == json!(true), "there is no such option");
            Ok(())
        })
        .await
    }

    async fn choose(&self, group: &str, label: &str) -> Result<()> {
        let radio = "const group = find('radiogroup', arguments[0]);
            return group && find('radio', arguments[1], group)";
        until(&format!("choosing “{label}” in {group}"), async || {
            let element = self
                .element(radio, vec![json!(group), json!(label)])
                .await?;
            let element = element.context("there is no such choice")?;
            self.browser.click(&element).await
        })
        .await
    }

    /// Presses the button *Listen in*.
    ///
    /// # Errors
    /// It can't be pressed.
    pub async fn listen_in(&self) -> Result<()> {
        self.press_button("Listen in").await
    }

    /// Presses the button *Stop monitoring*.
    ///
    /// # Errors
    /// It can't be pressed.
    pub async fn stop_monitoring(&self) -> Result<()> {
        self.press_button("Stop monitoring").await
    }

    /// Presses the button *Answer*.
    ///
    /// # Errors
    /// It can't be pressed.
    pub async fn answer(&self) -> Result<()> {
        self.press_button("Answer").await
    }

    /// Presses the button *Leave call*.
    ///
    /// # Errors
    /// It can't be pressed.
    pub async fn leave_call(&self) -> Result<()> {
        self.press_button("Leave call").await
    }

    /// Presses a button once it is enabled.
    ///
    /// # Errors
    /// It stays disabled.
    pub async fn press_button(&self, name: &str) -> Result<()> {
        const ALWAYS_THERE: [&str; 3] = ["Listen in", "Coach", "Barge in"];
        if !ALWAYS_THERE.contains(&name) {
            self.see_settled(name).await?;
        }
        self.click("button", name).await
    }

    /// Presses a button that accepts presses.
    ///
    /// # Errors
    /// There is no such button, or it is disabled.
    pub async fn press_settled(&self, name: &str) -> Result<()> {
        self.click("button", name).await
    }

    /// Waits until a button accepts presses: one that has just appeared ignores them for half a second.
    ///
    /// # Errors
    /// It does not appear.
    pub async fn see_settled(&self, name: &str) -> Result<()> {
        let forget = "window.settling = {}";
        self.ask(forget, vec![json!(name)]).await?;
        let age = "if (!find('button', arguments[0])) delete settling[arguments[0]];
            else return performance.now() - (settling[arguments[0]] ??= performance.now())";
        until(&format!("the button “{name}” to settle"), async || {
            let age = self.ask(age, vec![json!(name)]).await?;
            ensure!(age.as_f64() > Some(550.0), "it has been there for {age} ms");
            Ok(())
        })
        .await
    }

    async fn click(&self, role: &str, name: &str) -> Result<()> {
        let script = "return find(arguments[0], arguments[1])";
        until(&format!("clicking the {role} “{name}”"), async || {
            let element = self.element(script, vec![json!(role), json!(name)]).await?;
            let element = element.with_context(|| format!("there is no {role} “{name}”"))?;
            let off = element.attr("aria-disabled").await?;
            ensure!(off.as_deref() != Some("true"), "it is out of use");
            self.browser.click(&element).await
        })
        .await
    }
}
