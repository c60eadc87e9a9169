//! The panel in a frame: `frame.html`, and how the embedding page controls it through
//! `frame-host.js`.

use std::sync::atomic::{AtomicU32, Ordering};

use anyhow::{Result, ensure};
use e2e::{Desktop, Fixture, scenarios, until};
use serde_json::{Value, json};

use crate::embedder::Embedder;

scenarios!(
    a_page_uses_the_panel_in_a_frame_of_another_origin,
    messages_of_others_have_no_effect,
    a_reload_of_the_frame_is_told_and_survived,
    two_frames_of_a_page_answer_each_for_itself,
    a_frame_of_another_version_or_none_is_told,
    settings_that_are_not_accepted_are_refused_in_words,
);

/// Connects to the first frame, and records its events.
const CONNECT: &str = "window.panel = await connect(document.querySelector('iframe'), { origin: arguments[0] });
    window.told = [];
    for (const name of ['connection', 'monitoring', 'call', 'before-request', 'receipt', 'frame'])
        panel.on('listen-in-' + name, (detail) => told.push([name, detail.phase ?? detail.state ?? detail.step ?? null]));";

/// Waits until the panel is live, according to its events.
const BE_LIVE: &str = "while (panel.state?.connection.phase !== 'live') {
        await new Promise((go) => { const off = panel.on('listen-in-connection', () => { off(); go(); }); });
    }";

/// The number of pages that were opened.
static COUNT: AtomicU32 = AtomicU32::new(0);

/// A page with frames: the server's frame page with these queries.
async fn open(embedder: &Embedder, frames: &[&str]) -> Result<()> {
    let server = embedder.desktop.server();
    let frames: Vec<String> = frames
        .iter()
        .map(|path| format!("<iframe title=\"Monitoring\" width=\"400\" height=\"800\" src=\"{server}{path}\"></iframe>"))
        .collect();
    let page = format!(
        "<!doctype html>
<meta charset=\"utf-8\">
<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'self'; frame-src 'self' {server}; \
         img-src data:; require-trusted-types-for 'script'\">
<link rel=\"icon\" href=\"data:,\">
<title>Desktop</title>
<script type=\"module\" src=\"desktop.js\"></script>
{}",
        frames.join("\n")
    );
    // A different name each time: the server's dates do not distinguish two changes within a
    // second.
    let name = format!("desktop-{}.html", COUNT.fetch_add(1, Ordering::Relaxed));
    embedder.write(&name, &page)?;
    let script = "import { connect } from '/frame-host.js'; window.connect = connect;";
    embedder.write("desktop.js", script)?;
    let url = format!("{}/{name}", embedder.desktop.url());
    let browser = &embedder.desktop.browser;
    browser.go_to(&url).await?;
    // WebKit's driver does not always wait for the page's modules.
    until("the script of the page", async || {
        let has_run = browser.run("return 'connect' in window", vec![]).await?;
        ensure!(has_run == json!(true), "it has not run");
        Ok(())
    })
    .await
}

/// The frame page that the desktop's origin may talk to, and the origin of the frame.
fn frame(desktop: &Desktop) -> (String, Vec<Value>) {
    let path = format!("/frame.html?base-url=/api/v2&origin={}", desktop.url());
    (path, vec![json!(desktop.server())])
}

async fn a_page_uses_the_panel_in_a_frame_of_another_origin(fixture: Fixture) -> Result<()> {
    const LISTEN: &str = "const number = arguments[0];
        const asked = panel.listenIn({ targetNumber: number, limit: 15 });
        const { step, operation } = await asked;
        return [step, operation, panel.state.monitoring.kind, panel.version];";
    const GO_ON: &str = "const call = () => panel.state.calls.find((call) => call.isMonitoring);
        while (!call()) {
            await new Promise((go) => { const off = panel.on('listen-in-call', () => { off(); go(); }); });
        }
        const { id } = call();
        const steps = [];
        const ended = (error) => ({ step: error.code, operation: error.name });
        const aborted = new AbortController();
        aborted.abort(new Error('too late'));
        for (const ask of [
            () => panel.answer(id),
            () => panel.stop({ signal: aborted.signal }).catch((error) => ({ step: error.message })),
            () => panel.leave(id),
            () => panel.stop({ signal: new AbortController().signal }),
            () => panel.stop(),
            () => panel.switchTo(id, 'Whisper'),
        ]) {
            const { step, operation = null } = await ask().catch(ended);
            steps.push([step, operation]);
        }
        return steps;";
    let embedder = Embedder::with_two_origins(&fixture).await?;
    let Desktop { browser, .. } = &embedder.desktop;
    let (path, server) = frame(&embedder.desktop);
    open(&embedder, &[&path]).await?;
    browser.run_async(CONNECT, server).await?;
    browser.run_async(BE_LIVE, vec![]).await?;
    let agent = embedder.desktop.agent(0);
    let begun = browser.run_async(LISTEN, vec![json!(agent.number)]).await?;
    let version = env!("CARGO_PKG_VERSION");
    ensure!(
        begun == json!(["confirmed", "ListenIn", "ListenIn", version]),
        "{begun:#}"
    );
    embedder.desktop.monitors(&agent.number).await?;
    let told = browser.run("return told", vec![]).await?;
    for expected in [
        json!(["before-request", null]),
        json!(["monitoring", "active"]),
        json!(["receipt", "confirmed"]),
    ] {
        let is_told = told.as_array().is_some_and(|told| told.contains(&expected));
        ensure!(is_told, "{expected} is not among {told:#}");
    }

    embedder
        .desktop
        .emulator()
        .call_arrives(&agent.number, "555-1234")?;
    let steps = browser.run_async(GO_ON, vec![]).await?;
    let expected = json!([
        ["confirmed", "Answer"],
        ["too late", null],
        ["confirmed", "Hangup"],
        ["confirmed", "CancelSupervisorMonitoring"],
        ["nothing-monitored", "ListenInFrameError"],
        ["bad-argument", "ListenInFrameError"],
    ]);
    ensure!(steps == expected, "{steps:#}");

    // The supervisor sees the same in the frame.
    browser.enter_frame(0).await?;
    let widget = &embedder.desktop.widget;
    widget.see_in("Monitoring", "Nobody is monitored").await?;
    browser.leave_frame().await
}

async fn messages_of_others_have_no_effect(fixture: Fixture) -> Result<()> {
    /// Another frame of the desktop's origin requests listening in from the panel, and forges the
    /// panel's messages.
    const FORGE: &str = "const [panel, desktop] = [parent.frames[0], parent];
        const forged = (type, rest) => ({ protocol: 'listen-in', version: 1, type, ...rest });
        const given = [{ targetNumber: arguments[0] }];
        panel.postMessage(forged('call', { id: 1, method: 'listenIn', given }), arguments[1]);
        for (const id of [1, 2, 3]) desktop.postMessage(forged('result', { id, value: 'forged' }), location.origin);
        desktop.postMessage(forged('ready', { instance: 'forged', widget: 'forged', state: null }), location.origin);";
    const ADD: &str = "const frame = document.createElement('iframe');
        frame.src = '/another.html';
        const loaded = new Promise((go) => frame.addEventListener('load', go));
        document.body.append(frame);
        await loaded;";
    const ASK: &str =
        "window.answer = panel.listenIn({ targetNumber: arguments[0] }).then(({ step }) => step);";
    let embedder = Embedder::with_two_origins(&fixture).await?;
    let Desktop { browser, .. } = &embedder.desktop;
    let (path, server) = frame(&embedder.desktop);
    open(&embedder, &[&path]).await?;
    browser.run_async(CONNECT, server.clone()).await?;
    browser.run_async(BE_LIVE, vec![]).await?;
    embedder.write("another.html", "<!doctype html><title>Another</title>")?;
    browser.run_async(ADD, vec![]).await?;

    let (wanted, forged) = (embedder.desktop.agent(0), embedder.desktop.agent(1));
    browser.enter_frame(1).await?;
    browser
        .run(FORGE, vec![json!(forged.number), server[0].clone()])
        .await?;
    browser.leave_frame().await?;
    browser.run(ASK, vec![json!(wanted.number)]).await?;
    browser.enter_frame(1).await?;
    browser
        .run(FORGE, vec![json!(forged.number), server[0].clone()])
        .await?;
    browser.leave_frame().await?;
    let step = browser.run_async("return await answer", vec![]).await?;
    ensure!(step == json!("confirmed"), "{step}");
    let version = browser.run("return panel.version", vec![]).await?;
    ensure!(version == json!(env!("CARGO_PKG_VERSION")), "{version}");
    embedder.desktop.monitors(&wanted.number).await?;
    embedder.desktop.has_received(1)
}

async fn a_reload_of_the_frame_is_told_and_survived(fixture: Fixture) -> Result<()> {
    const RELOAD: &str = "const frame = document.querySelector('iframe');
        const asked = panel.listenIn({ targetNumber: arguments[0] }).then(({ step }) => step, ({ code }) => code);
        frame.src = frame.src;
        return await asked;";
    /// Navigates the frame away from the panel.
    const LEAVE: &str = "document.querySelector('iframe').src = '/desktop.js';
        await new Promise((go) => panel.on('listen-in-frame', go));
        return [panel.state, await panel.stop().catch(({ code }) => code)];";
    let embedder = Embedder::with_two_origins(&fixture).await?;
    let Desktop { browser, .. } = &embedder.desktop;
    let (path, server) = frame(&embedder.desktop);
    open(&embedder, &[&path]).await?;
    browser.run_async(CONNECT, server).await?;
    browser.run_async(BE_LIVE, vec![]).await?;
    // The request is pending when the frame navigates away.
    embedder.desktop.fault("ignoreOperations")?;
    let agent = embedder.desktop.agent(0);
    let ended = browser.run_async(RELOAD, vec![json!(agent.number)]).await?;
    ensure!(ended == json!("unknown"), "{ended}");
    until("the frame to be there again", async || {
        let told = browser
            .run("return told.filter(([name]) => name === 'frame')", vec![])
            .await?;
        ensure!(
            told == json!([["frame", "gone"], ["frame", "ready"]]),
            "{told}"
        );
        Ok(())
    })
    .await?;
    browser.run_async(BE_LIVE, vec![]).await?;
    embedder.desktop.clear_faults();
    let again = "return (await panel.listenIn({ targetNumber: arguments[0] })).step";
    let step = browser
        .run_async(again, vec![json!(embedder.desktop.agent(1).number)])
        .await?;
    ensure!(step == json!("confirmed"), "{step}");

    let left = browser.run_async(LEAVE, vec![]).await?;
    ensure!(left == json!([null, "not-connected"]), "{left}");
    Ok(())
}

async fn two_frames_of_a_page_answer_each_for_itself(fixture: Fixture) -> Result<()> {
    const BOTH: &str = "const frames = [...document.querySelectorAll('iframe')];
        window.panels = await Promise.all(frames.map((frame) => connect(frame, { origin: arguments[0] })));
        for (const panel of panels) {
            while (panel.state?.connection.phase !== 'live') {
                await new Promise((go) => { const off = panel.on('listen-in-connection', () => { off(); go(); }); });
            }
        }
        const [one, other] = panels;
        const asked = [];
        for (const panel of panels) panel.on('listen-in-before-request', () => asked.push(panels.indexOf(panel)));
        await other.listenIn({ targetNumber: arguments[1] });
        one.destroy();
        const code = await one.stop().catch(({ code }) => code);
        return [asked, code, (await other.stop()).step];";
    let embedder = Embedder::with_two_origins(&fixture).await?;
    let Desktop { browser, .. } = &embedder.desktop;
    let (path, mut arguments) = frame(&embedder.desktop);
    arguments.push(json!(embedder.desktop.agent(0).number));
    open(&embedder, &[&path, &format!("{path}&lang=de")]).await?;
    let found = browser.run_async(BOTH, arguments).await?;
    ensure!(
        found == json!([[1, 1], "not-connected", "confirmed"]),
        "{found}"
    );
    browser.enter_frame(1).await?;
    embedder
        .desktop
        .widget
        .see("Niemand wird überwacht")
        .await?;
    browser.leave_frame().await
}

async fn a_frame_of_another_version_or_none_is_told(fixture: Fixture) -> Result<()> {
    const TRY: &str = "const frame = document.querySelector('iframe');
        return await connect(frame, { origin: arguments[0], timeout: arguments[1] }).catch(({ code }) => code);";
    let embedder = Embedder::with_two_origins(&fixture).await?;
    let Desktop { browser, .. } = &embedder.desktop;
    let server = embedder.desktop.server();
    let desktop = embedder.desktop.url();
    let later = format!(
        "const send = () => parent.postMessage({{ protocol: 'listen-in', version: 2, type: 'ready' }}, '{desktop}');
        addEventListener('message', send);
        send();"
    );
    embedder.write("later.js", &later)?;
    embedder.write(
        "later.html",
        "<!doctype html><title>Later</title><script src=\"later.js\"></script>",
    )?;
    for (path, origin, timeout, code) in [
        ("/later.html", server.as_str(), 60_000, "version"),
        ("/later.js", &server, 100, "timeout"),
        ("/later.html", "*", 60_000, "bad-argument"),
    ] {
        open(&embedder, &[path]).await?;
        let found = browser
            .run_async(TRY, vec![json!(origin), json!(timeout)])
            .await?;
        ensure!(found == json!(code), "{path}: {found}");
    }
    Ok(())
}

async fn settings_that_are_not_accepted_are_refused_in_words(fixture: Fixture) -> Result<()> {
    let embedder = Embedder::new(&fixture).await?;
    let Desktop { browser, .. } = &embedder.desktop;
    for (query, says) in [
        ("base-url=javascript:0", "It must be an address of HTTP"),
        ("sip-cluster=maybe", "It must be one of: yes, no."),
        ("autostart=maybe", "It must be one of: true, false."),
        ("loading=soon", "It must be one of: eager, lazy."),
        ("lang=de_DE", "It must be a language, such as"),
        ("lang=de&lang=fr", "It is there twice."),
        ("origin=*", "It must be an origin, such as"),
        (
            "origin=https://other.example",
            "to \"listen-in-origins\" in /frame.html",
        ),
        (
            "wwe=https://other.example",
            "to \"listen-in-origins\" in /frame.html",
        ),
    ] {
        browser
            .go_to(&format!("{}/frame.html?{query}", embedder.desktop.url()))
            .await?;
        until(&format!("{query} to be refused"), async || {
            let text = "return document.querySelector('[role=alert]')?.textContent";
            let text = browser.run(text, vec![]).await?;
            let text = text.as_str().unwrap_or_default();
            ensure!(
                text.contains(says) && text.contains("was not started"),
                "it says: {text}"
            );
            Ok(())
        })
        .await?;
        let elements = "return document.querySelectorAll('listen-in').length";
        ensure!(browser.run(elements, vec![]).await? == json!(0));
    }
    // Unknown parameters have no effect, and the widget reports invalid settings.
    browser.console().await?;
    let url = format!(
        "{}/frame.html?lang=de&limt=5&limit=never",
        embedder.desktop.url()
    );
    browser.go_to(&url).await?;
    embedder.desktop.widget.see_in("Verbindung", "Live").await?;
    embedder.desktop.widget.see("never").await?;
    let console = browser.console().await?;
    ensure!(
        console.len() == 1 && console[0].contains("limt"),
        "{console:#?}"
    );
    Ok(())
}
