//! The widget by keyboard.

use anyhow::{Result, bail};
use fantoccini::key::Key;

use super::Widget;

impl Widget {
    /// Presses a key.
    ///
    /// # Errors
    /// The driver can't be reached.
    pub async fn press(&self, key: Key) -> Result<()> {
        self.browser.press(&[], key.into()).await
    }

    /// Types a text into whatever has the focus.
    ///
    /// # Errors
    /// The driver can't be reached.
    pub async fn type_text(&self, text: &str) -> Result<()> {
        self.browser.type_text(text).await
    }

    /// The focused element: its role and name.
    ///
    /// # Errors
    /// The driver can't be reached.
    pub async fn focus(&self) -> Result<(String, String)> {
        let script = "const focus = root?.activeElement;
            return focus ? [roleOf(focus), nameOf(focus)]
                         : ['page', document.activeElement?.localName ?? '']";
        let focus = self.ask(script, vec![]).await?;
        Ok(serde_json::from_value(focus)?)
    }

    /// Presses Tab until this element has the focus.
    ///
    /// # Errors
    /// It is not reached.
    pub async fn tab_to(&self, role: &str, name: &str) -> Result<()> {
        self.tab(&[], role, name).await
    }

    /// Presses Shift+Tab until this element has the focus.
    ///
    /// # Errors
    /// It is not reached.
    pub async fn tab_back_to(&self, role: &str, name: &str) -> Result<()> {
        self.tab(&[Key::Shift.into()], role, name).await
    }

    /// The tab stops in the widget, in order: roles and names.
    ///
    /// # Errors
    /// They do not end.
    pub async fn tab_stops(&self) -> Result<Vec<(String, String)>> {
        // Tab continues from the last click or focus.
        let enter = "const first = root.querySelector('.disclosure');
            first.focus();
            return null";
        self.ask(enter, vec![]).await?;
        while self.focus().await?.0 != "page" {
            self.browser
                .press(&[Key::Shift.into()], Key::Tab.into())
                .await?;
        }
        let mut stops = Vec::new();
        for _ in 0..40 {
            self.press(Key::Tab).await?;
            let focus = self.focus().await?;
            if focus.0 == "page" {
                return Ok(stops);
            }
            stops.push(focus);
        }
        bail!("there is no end: {stops:?}")
    }

    async fn tab(&self, held: &[char], role: &str, name: &str) -> Result<()> {
        let mut passed = Vec::new();
        // The page around has about half a dozen tab stops.
        for _ in 0..40 {
            let focus = self.focus().await?;
            if (focus.0.as_str(), focus.1.as_str()) == (role, name) {
                return Ok(());
            }
            passed.push(format!("{} “{}”", focus.0, focus.1));
            self.browser.press(held, Key::Tab.into()).await?;
        }
        bail!(
            "Tab does not lead to the {role} “{name}”, but to: {}",
            passed.join(", ")
        )
    }
}
