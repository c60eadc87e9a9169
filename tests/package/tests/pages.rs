//! The examples, built, and opened in a browser: a supervisor listens in, in two languages, before and after a crash.

use std::fs;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use anyhow::{Context, Result, ensure};
use e2e::{Desktop, Fixture, scenarios, until};
use serde_json::Value;

use crate::installed::{self, example, run, tool};

scenarios!(
    without_a_bundler,
    the_bundle_without_a_bundler,
    react_built_by_vite,
    vue_served_by_vite,
    svelte_built_by_vite_loads_the_webassembly_itself,
    webpack,
    esbuild_loads_the_webassembly_itself,
    esbuild_with_the_files_copied,
    a_frame_of_another_origin,
    a_page_brings_the_webassembly_in_any_form,
);

async fn without_a_bundler(fixture: Fixture) -> Result<()> {
    let app = example("plain")?;
    let desktop = serve(&fixture, &app).await?;
    works(&desktop).await
}

async fn the_bundle_without_a_bundler(fixture: Fixture) -> Result<()> {
    let app = installed::folder()?.join("bundle");
    for file in ["bundle.js", "core/listen-in_bg.wasm", "core/locales/de.txt"] {
        let copy = app.join(file);
        fs::create_dir_all(copy.parent().context("a file has no folder")?)?;
        fs::copy(installed::package()?.join(file), copy)?;
    }
    let page = fs::read_to_string(pack::root().join("examples/plain/index.html"))?;
    let page = page.replace("node_modules/listen-in/listen-in.js", "bundle.js");
    fs::write(app.join("index.html"), page)?;
    fs::copy(
        pack::root().join("examples/plain/main.js"),
        app.join("main.js"),
    )?;
    let desktop = serve(&fixture, &app).await?;
    works(&desktop).await?;
    // Its error texts are part of the bundle.
    fs::remove_file(app.join("core/listen-in_bg.wasm"))?;
    let german = "<listen-in lang=\"de\" ";
    replace(&app.join("index.html"), "<listen-in ", german)?;
    desktop.browser.go_to(desktop.url()).await?;
    let says = "konnte nicht heruntergeladen werden";
    desktop.widget.see(says).await
}

async fn react_built_by_vite(fixture: Fixture) -> Result<()> {
    let built = build("react")?;
    works(&serve(&fixture, &built).await?).await
}

async fn vue_served_by_vite(fixture: Fixture) -> Result<()> {
    let app = example("vue")?;
    let desktop = fixture.set_up(|_| {}).await?;
    let server = Server::start(&app, desktop.url())?;
    until("Vite to serve the page", async || {
        desktop.browser.go_to(&server.url).await?;
        desktop.widget.see_in("Connection", "Live").await
    })
    .await?;
    works(&desktop).await
}

async fn svelte_built_by_vite_loads_the_webassembly_itself(fixture: Fixture) -> Result<()> {
    let built = build("svelte")?;
    works(&serve(&fixture, &built).await?).await
}

async fn webpack(fixture: Fixture) -> Result<()> {
    let built = build("webpack")?;
    works(&serve(&fixture, &built).await?).await
}

async fn esbuild_loads_the_webassembly_itself(fixture: Fixture) -> Result<()> {
    let built = build("esbuild")?;
    works(&serve(&fixture, &built).await?).await
}

async fn esbuild_with_the_files_copied(fixture: Fixture) -> Result<()> {
    let app = installed::folder()?.join("esbuild-copied");
    let built = app.join("dist");
    fs::create_dir_all(&built)?;
    let example = pack::root().join("examples/webpack");
    fs::copy(example.join("index.html"), built.join("index.html"))?;
    let script = example.join("index.js");
    fs::copy(script, app.join("index.js"))?;
    run(tool("esbuild", &app).args([
        "main=index.js",
        "--bundle",
        "--format=esm",
        "--outdir=dist",
    ]))?;
    let core = installed::package()?.join("core");
    run(Command::new("cp")
        .arg("-r")
        .arg(core)
        .arg(built.join("core")))?;
    has_one_wasm(&built)?;
    works(&serve(&fixture, &built).await?).await
}

async fn a_frame_of_another_origin(fixture: Fixture) -> Result<()> {
    const NO_ORIGIN: &str = "name=\"listen-in-origins\" content=\"\"";
    const LISTEN_IN: &str = "
        const { connect } = await import('/node_modules/listen-in/frame-host.js');
        const panel = await connect(document.querySelector('iframe'), { origin: arguments[1] });
        while (panel.state?.connection.phase !== 'live') {
            await new Promise((go) => { const off = panel.on('listen-in-connection', () => { off(); go(); }); });
        }
        return (await panel.listenIn({ targetNumber: arguments[0] })).step;";
    let app = example("iframe")?;
    let folder = app.clone();
    let (desktop, _gateway) = fixture
        .set_up_behind_gateway(|config| config.page = Some(folder))
        .await?;
    // Beside GWS, where an administrator would put it.
    let beside = app.join("listen-in");
    run(Command::new("cp")
        .args(["-r", "-L"])
        .args([&installed::package()?, &beside]))?;
    let origins = format!("name=\"listen-in-origins\" content=\"{}\"", desktop.url());
    replace(&beside.join("frame.html"), NO_ORIGIN, &origins)?;
    let server = desktop.server();
    replace(&app.join("main.js"), "https://gws.example", &server)?;
    let browser = &desktop.browser;
    browser.go_to(desktop.url()).await?;
    let agent = desktop.agent(0);
    let arguments = vec![Value::from(agent.number.as_str()), Value::from(server)];
    let step = browser.run_async(LISTEN_IN, arguments).await?;
    ensure!(step == "confirmed", "it is {step}");
    desktop.monitors(&agent.number).await?;
    tells(&desktop, "active").await?;
    let stop = "document.querySelector('button').click()";
    browser.run(stop, vec![]).await?;
    desktop.monitors_nobody().await?;
    tells(&desktop, "none").await?;
    let console = browser.console().await?;
    ensure!(console.is_empty(), "the browser complains: {console:#?}");
    Ok(())
}

pub(crate) fn replace(file: &Path, from: &str, to: &str) -> Result<()> {
    let text = fs::read_to_string(file)?;
    ensure!(text.contains(from), "{} has no {from}", file.display());
    Ok(fs::write(file, text.replace(from, to))?)
}

async fn a_page_brings_the_webassembly_in_any_form(fixture: Fixture) -> Result<()> {
    const PAGE: &str = "<!doctype html><link rel=\"icon\" href=\"data:,\"><listen-in></listen-in>";
    /// The rejection of a first attempt, and the result of the second.
    const LOAD: &str = "
        const { define, init } = await import('/manual.js');
        define();
        const wasm = '/core/listen-in_bg.wasm';
        const failure = await init({ wasm: '/missing.wasm' }).catch((error) => error.code);
        await init({ wasm: WASM });
        return failure";
    let app = installed::package()?;
    let page = app.join("index.html");
    fs::write(&page, PAGE)?;
    let desktop = fixture.set_up(|config| config.page = Some(app)).await?;
    for wasm in [
        "new Request(wasm)",
        "await fetch(wasm)",
        "fetch(wasm).then((response) => response.arrayBuffer())",
        "WebAssembly.compileStreaming(fetch(wasm))",
    ] {
        desktop.browser.go_to(desktop.url()).await?;
        let load = LOAD.replace("WASM", wasm);
        let failure = desktop.browser.run_async(&load, vec![]).await?;
        ensure!(failure == "network", "{wasm}: at first {failure}");
        let live = desktop.widget.see_in("Connection", "Live").await;
        live.with_context(|| format!("with {wasm}"))?;
    }
    fs::remove_file(page)?;
    Ok(())
}

/// Builds an example with its own script, and returns the folder with the result.
fn build(name: &str) -> Result<PathBuf> {
    let app = example(name)?;
    run(Command::new("npm").current_dir(&app).args(["run", "build"]))?;
    let built = app.join("dist");
    has_one_wasm(&built)?;
    Ok(built)
}

/// Checks that the build contains the package's WebAssembly once.
fn has_one_wasm(folder: &Path) -> Result<()> {
    let mut found = Vec::new();
    find_wasm(folder, &mut found)?;
    ensure!(found.len() == 1, "the build has {found:?}");
    let original = installed::package()?.join("core/listen-in_bg.wasm");
    ensure!(
        fs::read(&found[0])? == fs::read(original)?,
        "it is another one"
    );
    Ok(())
}

fn find_wasm(folder: &Path, found: &mut Vec<PathBuf>) -> Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            find_wasm(&path, found)?;
        } else if path.extension().is_some_and(|it| it == "wasm") {
            found.push(path);
        }
    }
    Ok(())
}

/// Serves the folder with an emulator, and opens it.
pub(crate) async fn serve(fixture: &Fixture, folder: &Path) -> Result<Desktop> {
    let folder = folder.to_owned();
    let desktop = fixture.set_up(|config| config.page = Some(folder)).await?;
    desktop.open_page().await?;
    Ok(desktop)
}

/// Waits until the page shows this state of monitoring.
async fn tells(desktop: &Desktop, state: &str) -> Result<()> {
    until("the page to be told", async || {
        let output = "return document.querySelector('output').textContent";
        let told = desktop.browser.run(output, vec![]).await?;
        ensure!(told == state, "it says {told}");
        Ok(())
    })
    .await
}

/// A supervisor listens in, and the page gets events; German is loaded; after a crash the widget restarts.
pub(crate) async fn works(desktop: &Desktop) -> Result<()> {
    /// Causes a trap in the instance that the elements share, by freeing memory that was never allocated.
    const TRAP: &str = "
        const { core } = await customElements.get('listen-in').load(0);
        const never = Object.assign(Object.create(core.Mounted.prototype), { __wbg_ptr: -16 });
        setTimeout(() => never.free());";
    let (widget, browser) = (&desktop.widget, &desktop.browser);
    widget.see_in("Connection", "Live").await?;
    let agent = desktop.agent(0);
    desktop.listen_in(&agent).await?;
    desktop.monitors(&agent.number).await?;
    tells(desktop, "active").await?;
    desktop.set_attribute("lang", "de").await?;
    widget.see("Mithören bei").await?;
    let remove = "document.querySelector('listen-in').removeAttribute('lang')";
    browser.run(remove, vec![]).await?;
    widget.see("Listening in to").await?;
    let mut console = browser.console().await?;
    // Messages of Vite's own script, and of React's for developers.
    console.retain(|line| !line.starts_with("DEBUG") && !line.contains("DevTools"));
    ensure!(console.is_empty(), "the browser complains: {console:#?}");

    browser.run_async(TRAP, vec![]).await?;
    // The button is created again once its texts are loaded in the language.
    until("another start", async || {
        let button = widget.find("button", "Try again").await?;
        browser.click(&button).await
    })
    .await?;
    widget.see_in("Connection", "Live").await?;
    let listening = format!("Listening in to {}", Desktop::title(&agent));
    widget.see_in("Monitoring", &listening).await?;
    let versions = "return customElements.get('listen-in').version";
    let version: Value = browser.run(versions, vec![]).await?;
    ensure!(
        version == env!("CARGO_PKG_VERSION"),
        "it is version {version}"
    );
    Ok(())
}

/// Vite's server for an example, until it is dropped.
struct Server {
    url: String,
    process: Child,
}

impl Server {
    fn start(app: &Path, gws: &str) -> Result<Self> {
        // Free at this moment; Vite reports if it no longer is.
        let port = TcpListener::bind("127.0.0.1:0")?
            .local_addr()?
            .port()
            .to_string();
        let mut vite = tool("vite", app);
        vite.args(["--host", "127.0.0.1", "--strictPort", "--port", &port]);
        vite.env("GWS", gws)
            .stdin(Stdio::null())
            .stdout(Stdio::null());
        let process = vite.spawn().context("Vite does not start")?;
        let url = format!("http://127.0.0.1:{port}/");
        Ok(Self { url, process })
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // If it can't be ended, it has ended by itself.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
