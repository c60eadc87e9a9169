//! An embedder's site: the built package beside the embedder's pages, served with the API.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, ensure};
use e2e::{Desktop, Fixture, until};
use gws_emulator::Config;
use serde_json::{Value, json};
use tempfile::TempDir;

/// Nothing inline, no `eval`, with enforced Trusted Types.
pub(crate) const POLICY: &str = "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; \
                      img-src 'self' data:; require-trusted-types-for 'script'; trusted-types listen-in";

/// A folder with the built package, and an embedder's pages.
pub(crate) struct Embedder {
    pub(crate) folder: TempDir,
    pub(crate) desktop: Desktop,
}

impl Embedder {
    pub(crate) async fn new(fixture: &Fixture) -> Result<Self> {
        Self::new_with(fixture, |_| {}).await
    }

    pub(crate) async fn new_with(
        fixture: &Fixture,
        change: impl FnOnce(&mut Config),
    ) -> Result<Self> {
        let folder = TempDir::new()?;
        let mut copied = Ok(());
        let desktop = fixture
            .set_up(|config| {
                copied = serve_from(folder.path(), config);
                change(config);
            })
            .await?;
        copied?;
        Ok(Self { folder, desktop })
    }

    /// With a second origin on the same site, the desktop's, for pages that frame the server's.
    pub(crate) async fn with_two_origins(fixture: &Fixture) -> Result<Self> {
        let folder = TempDir::new()?;
        let mut copied = Ok(());
        let (desktop, _) = fixture
            .set_up_behind_gateway(|config| copied = serve_from(folder.path(), config))
            .await?;
        copied?;
        let embedder = Self { folder, desktop };
        embedder.let_in(embedder.desktop.url())?;
        Ok(embedder)
    }

    /// Allows pages of these origins to talk to `frame.html`.
    pub(crate) fn let_in(&self, origins: &str) -> Result<()> {
        let text = fs::read_to_string(self.folder.path().join("frame.html"))?;
        let none = r#"name="listen-in-origins" content="""#;
        ensure!(text.contains(none), "somebody is let in already");
        let some = format!(r#"name="listen-in-origins" content="{origins}""#);
        self.write("frame.html", &text.replace(none, &some))
    }

    pub(crate) fn write(&self, name: &str, text: &str) -> Result<()> {
        Ok(fs::write(self.folder.path().join(name), text)?)
    }

    /// Opens a page with the markup from the README, and a script before it that records errors.
    pub(crate) async fn open(&self, name: &str, policy: &str, script: &str) -> Result<()> {
        let page = format!(
            r#"<!doctype html>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<link rel="icon" href="data:,">
<title>{name}</title>
<script type="module" src="{name}.js"></script>
<script type="module" src="/listen-in.js"></script>
<listen-in base-url="/api/v2"></listen-in>
"#
        );
        let script = format!(
            "window.failures = [];
            addEventListener('listen-in-error', (event) => window.failures.push(event.detail));
            {script}"
        );
        self.write(&format!("{name}.html"), &page)?;
        self.write(&format!("{name}.js"), &script)?;
        let url = format!("{}/{name}.html", self.desktop.url());
        self.desktop.browser.go_to(&url).await
    }

    /// Waits until every element has reported this error, and shows this text and *Try again*.
    pub(crate) async fn fails(&self, code: &str, says: &str) -> Result<()> {
        until(&format!("the error {code}"), async || {
            let script = "const elements = [...document.querySelectorAll('listen-in')];
                return [window.failures, elements.map((it) => it.shadowRoot.textContent)]";
            let found = self.desktop.browser.run(script, vec![]).await?;
            let (failures, texts) = (list(&found[0]), list(&found[1]));
            let codes: Vec<&Value> = failures.iter().map(|it| &it["code"]).collect();
            let expected = json!(code);
            ensure!(
                codes == vec![&expected; texts.len()],
                "the errors are {failures:?}"
            );
            for text in texts {
                let text = text.as_str().unwrap_or_default();
                for part in [says, "Monitoring goes on in the telephone system"] {
                    ensure!(text.contains(part), "“{part}” is not in “{text}”");
                }
            }
            Ok(())
        })
        .await?;
        self.desktop.widget.see(says).await?;
        self.desktop.widget.find("button", "Try again").await?;
        Ok(())
    }

    pub(crate) async fn try_again(&self) -> Result<()> {
        // The button is created again once its texts are loaded in the language.
        until("another start", async || {
            let button = self.desktop.widget.find("button", "Try again").await?;
            self.desktop.browser.click(&button).await
        })
        .await
    }
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

/// Serves the built page from a copy in this folder.
fn serve_from(folder: &Path, config: &mut Config) -> Result<()> {
    let built = config.page.replace(folder.to_owned());
    copy(&built.context("there is no built page")?, folder)
}

/// Copies a folder.
pub(crate) fn copy(from: &Path, to: &Path) -> Result<()> {
    for entry in fs::read_dir(from).with_context(|| format!("cannot read {}", from.display()))? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            fs::create_dir_all(&target)?;
            copy(&entry.path(), &target)?;
        } else {
            fs::copy(entry.path(), &target)?;
        }
    }
    Ok(())
}
