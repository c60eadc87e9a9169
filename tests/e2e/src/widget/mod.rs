//! Page object of the widget: a supervisor's actions and views.
//!
//! | file | holds |
//! |---|---|
//! | `doing` | picking, choosing and pressing buttons by mouse |
//! | `reading` | the texts of regions, fields and lists |
//! | `keyboard` | keys, and where the focus is |
//! | `finder.js` | finding things by role and accessible name |
//!
//! Every action waits until it is possible, and every text until it appears.

mod doing;
mod keyboard;
mod reading;

use anyhow::{Context, Result, ensure};
use fantoccini::elements::Element;
use serde_json::{Value, json};

use crate::audit::audit;
use crate::browser::Browser;
use crate::wait::until;

/// Functions that find things in the widget.
const FINDER: &str = include_str!("finder.js");

/// The widget in a page.
#[derive(Clone, Debug)]
pub struct Widget {
    browser: Browser,
}

impl Widget {
    /// The widget in the page that this browser shows.
    pub fn new(browser: Browser) -> Self {
        Self { browser }
    }

    /// An element by its role and name.
    ///
    /// # Errors
    /// There is no such element.
    pub async fn find(&self, role: &str, name: &str) -> Result<Element> {
        let script = "return find(arguments[0], arguments[1])";
        let element = self.element(script, vec![json!(role), json!(name)]).await?;
        element.with_context(|| format!("there is no {role} “{name}”"))
    }

    /// Changes the language of the page, and waits until the widget has changed it, too.
    ///
    /// # Errors
    /// It can't be loaded, or the widget is not accessible in it.
    pub async fn speak(&self, language: &str) -> Result<()> {
        let set = "document.documentElement.lang = arguments[0]";
        self.browser.run(set, vec![json!(language)]).await?;
        until(&format!("the language {language}"), async || {
            let now = self
                .ask("return root.querySelector('.panel').lang", vec![])
                .await?;
            ensure!(now == json!(language), "it is {now}");
            Ok(())
        })
        .await?;
        audit(&self.browser).await
    }

    /// Runs a script with the functions of the finder.
    async fn ask(&self, script: &str, arguments: Vec<Value>) -> Result<Value> {
        self.browser
            .run(&format!("{FINDER}\n{script}"), arguments)
            .await
    }

    async fn element(&self, script: &str, arguments: Vec<Value>) -> Result<Option<Element>> {
        self.browser
            .element(&format!("{FINDER}\n{script}"), arguments)
            .await
    }
}
