//! The element's life in a page: when it starts, what it leaves behind, and what it does while it is not visible.

use anyhow::{Context, Result, ensure};
use e2e::{Desktop, Engine, Fixture, environment, scenarios, until};
use serde_json::{Value, json};

use crate::embedder::{Embedder, POLICY};

scenarios!(
    inserted_and_removed_a_hundred_times_it_leaves_nothing_behind,
    with_autostart_off_it_starts_when_it_is_told_to,
    the_place_is_kept_before_it_has_loaded,
    a_lazy_one_starts_when_it_comes_into_view,
    clocks_run_while_the_element_is_seen,
    a_limit_ends_monitoring_that_nobody_sees,
    angulars_zone_is_left_alone,
    in_a_window_of_its_own_it_goes_on,
    in_a_picture_in_picture_window_it_goes_on,
    left_in_a_document_without_a_window_it_ends_its_session,
);

/// Opens the embedder's page with this markup, and a script before the package.
async fn open(embedder: &Embedder, markup: &str, script: &str) -> Result<()> {
    let page = format!(
        r#"<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{POLICY}">
<link rel="icon" href="data:,">
<title>Life</title>
<script src="zone.js"></script>
<script src="life.js"></script>
<script type="module" src="/listen-in.js"></script>
<body>{markup}
"#
    );
    if !embedder.folder.path().join("zone.js").exists() {
        embedder.write("zone.js", "")?;
    }
    embedder.write("life.js", script)?;
    embedder.write("life.html", &page)?;
    let url = format!("{}/life.html", embedder.desktop.url());
    embedder.desktop.browser.go_to(&url).await
}

async fn inserted_and_removed_a_hundred_times_it_leaves_nothing_behind(
    fixture: Fixture,
) -> Result<()> {
    /// Inserts and removes an element this many times, always as soon as it is live.
    const ROUNDS: &str = "for (let round = 0; round < arguments[0]; round += 1) {
            const element = document.createElement('listen-in');
            const live = new Promise((go) => element.addEventListener('listen-in-connection',
                ({ detail }) => detail.phase === 'live' && go()));
            document.body.append(element);
            await live;
            element.remove();
        }";
    const LOCKS: &str = "const { held, pending } = await navigator.locks.query();
        return [...held, ...pending].map(({ name }) => name);";
    let embedder = Embedder::new(&fixture).await?;
    let Desktop { browser, .. } = &embedder.desktop;
    open(&embedder, "", "").await?;
    let rounds = async |count: u32| {
        // A driver gives a script half a minute.
        for _ in 0..count / 10 {
            browser.run_async(ROUNDS, vec![json!(10)]).await?;
        }
        until("no session and no lock to be left", async || {
            let sessions = embedder.desktop.emulator().notification_sessions();
            let locks = browser.run_async(LOCKS, vec![]).await?;
            ensure!(
                sessions == 0 && locks == json!([]),
                "{sessions} sessions, locks {locks}"
            );
            Ok(())
        })
        .await
    };
    // Whatever is kept for all elements exists after the first.
    rounds(20).await?;
    if browser.engine() != Engine::Chromium {
        return rounds(20).await;
    }
    let before = Left::measure(&embedder.desktop).await?;
    rounds(100).await?;
    // The last elements' resources are released when their last replies have come and their last timers have run.
    until("nothing to be left", async || {
        let after = Left::measure(&embedder.desktop).await?;
        let grew = |what: &str, before: f64, after: f64, may: f64| {
            ensure!(
                after - before <= may,
                "{what} grew from {before} to {after}"
            );
            Ok(())
        };
        grew("the heap", before.heap, after.heap, 500_000.0)?;
        // Three pages, less than 2 kB per round: on a busy machine more panels end at the same time.
        grew(
            "the WebAssembly's memory",
            before.memory,
            after.memory,
            196_608.0,
        )?;
        // Less than one per round; a panel has hundreds.
        grew("the number of nodes", before.nodes, after.nodes, 99.0)?;
        grew(
            "the number of listeners",
            before.listeners,
            after.listeners,
            5.0,
        )
    })
    .await
}

/// The page's resources after garbage collection.
struct Left {
    heap: f64,
    memory: f64,
    nodes: f64,
    listeners: f64,
}

impl Left {
    async fn measure(desktop: &Desktop) -> Result<Self> {
        const MEMORY: &str = "const { default: init } = await import('/core/listen-in.js');
            return (await init()).memory.buffer.byteLength;";
        let browser = &desktop.browser;
        browser.devtools("Performance.enable", json!({})).await?;
        // Objects that finalizers release are collected the next time, and what those release the time after.
        for _ in 0..5 {
            browser
                .devtools("HeapProfiler.collectGarbage", json!({}))
                .await?;
        }
        let metrics = browser
            .devtools("Performance.getMetrics", json!({}))
            .await?;
        let metric = |name: &str| {
            let metrics = metrics["metrics"].as_array().into_iter().flatten();
            let mut named = metrics.filter(|it| it["name"] == name);
            let value = named.next().and_then(|it| it["value"].as_f64());
            value.with_context(|| format!("no {name}"))
        };
        let memory = browser.run_async(MEMORY, vec![]).await?;
        Ok(Self {
            heap: metric("JSHeapUsedSize")?,
            memory: memory.as_f64().unwrap_or_default(),
            nodes: metric("Nodes")?,
            listeners: metric("JSEventListeners")?,
        })
    }
}

/// Whether the WebAssembly was requested.
async fn has_loaded(desktop: &Desktop) -> Result<bool> {
    let asked = "return performance.getEntriesByType('resource').some(({ name }) => name.includes('.wasm'))";
    Ok(desktop.browser.run(asked, vec![]).await? == json!(true))
}

async fn with_autostart_off_it_starts_when_it_is_told_to(fixture: Fixture) -> Result<()> {
    const AGAIN: &str = "const element = document.querySelector('listen-in');
        element.remove();
        await new Promise((go) => setTimeout(go));
        document.body.append(element);
        await new Promise((go) => setTimeout(go));
        const left = [element.state, element.autostart];
        element.autostart = null;
        return left;";
    let embedder = Embedder::new(&fixture).await?;
    let desktop = &embedder.desktop;
    open(&embedder, "<listen-in autostart=\"false\"></listen-in>", "").await?;
    let defined = "await customElements.whenDefined('listen-in');
        await new Promise(requestAnimationFrame);
        const element = document.querySelector('listen-in');
        return [element.state, element.autostart, element.getBoundingClientRect().height > 100];";
    let found = desktop.browser.run_async(defined, vec![]).await?;
    ensure!(found == json!([null, "false", true]), "{found}");
    ensure!(!has_loaded(desktop).await?, "it has loaded");
    let start = "await document.querySelector('listen-in').start()";
    desktop.browser.run_async(start, vec![]).await?;
    desktop.widget.see_in("Connection", "Live").await?;
    // A change of an attribute that restarts it does not stop it.
    desktop.set_attribute("sip-cluster", "no").await?;
    desktop.widget.see_in("Connection", "Live").await?;

    let found = desktop.browser.run_async(AGAIN, vec![]).await?;
    ensure!(found == json!([null, "false"]), "{found}");
    desktop.widget.see_in("Connection", "Live").await
}

async fn the_place_is_kept_before_it_has_loaded(fixture: Fixture) -> Result<()> {
    let embedder = Embedder::new(&fixture).await?;
    let desktop = &embedder.desktop;
    let height = async || {
        let height = "return document.querySelector('listen-in').getBoundingClientRect().height";
        let height = desktop.browser.run(height, vec![]).await?;
        height.as_f64().context("a number")
    };
    for width in [360, 1280] {
        desktop.browser.resize(width, 860).await?;
        open(&embedder, "<listen-in autostart=\"false\"></listen-in>", "").await?;
        let before = height().await?;
        let start = "await document.querySelector('listen-in').start()";
        desktop.browser.run_async(start, vec![]).await?;
        desktop.widget.see_in("Connection", "Live").await?;
        until(
            &format!("the panel to take the place kept, at {width} px"),
            async || {
                let live = height().await?;
                // Half the height of a line.
                ensure!(
                    (before - live).abs() <= 10.0,
                    "{before} px became {live} px"
                );
                Ok(())
            },
        )
        .await?;
    }
    Ok(())
}

async fn a_lazy_one_starts_when_it_comes_into_view(fixture: Fixture) -> Result<()> {
    let embedder = Embedder::new(&fixture).await?;
    let desktop = &embedder.desktop;
    let far = "<svg width=\"10\" height=\"9000\"></svg><listen-in loading=\"lazy\"></listen-in>";
    open(&embedder, far, "").await?;
    let defined = "await customElements.whenDefined('listen-in');
        for (let frame = 0; frame < 5; frame += 1) await new Promise(requestAnimationFrame);
        return document.querySelector('listen-in').loading;";
    let loading = desktop.browser.run_async(defined, vec![]).await?;
    ensure!(loading == json!("lazy"), "{loading}");
    ensure!(!has_loaded(desktop).await?, "it has loaded out of view");
    let scroll = "document.querySelector('listen-in').scrollIntoView()";
    desktop.browser.run(scroll, vec![]).await?;
    desktop.widget.see_in("Connection", "Live").await
}

/// Counts the running one-second intervals.
const COUNT: &str = "window.clocks = new Set();
    const [set, clear] = [window.setInterval, window.clearInterval];
    window.setInterval = (run, millis) => {
        const id = set(run, millis);
        if (millis === 1000) clocks.add(id);
        return id;
    };
    window.clearInterval = (id) => { clocks.delete(id); clear(id); };";

async fn clocks_run_while_the_element_is_seen(fixture: Fixture) -> Result<()> {
    let embedder = Embedder::new(&fixture).await?;
    let desktop = &embedder.desktop;
    let high = "<listen-in></listen-in><svg width=\"10\" height=\"9000\"></svg>";
    open(&embedder, high, COUNT).await?;
    desktop.widget.see_in("Connection", "Live").await?;
    let agent = desktop.agent(0);
    desktop.listen_in(&agent).await?;
    desktop.join_call(&agent).await?;
    desktop.widget.see_call_last(1).await?;
    let clocks = async |expected: usize| {
        until(&format!("{expected} clocks to run"), async || {
            let running = desktop.browser.run("return clocks.size", vec![]).await?;
            ensure!(running == json!(expected), "{running} run");
            Ok(())
        })
        .await
    };
    let run = async |script: &str| desktop.browser.run(script, vec![]).await;
    let shown = "return document.querySelector('listen-in').shadowRoot.textContent.match(/\\d\\d:\\d\\d:\\d\\d/)[0]";
    clocks(1).await?;
    run("scrollTo(0, 8000)").await?;
    clocks(0).await?;
    let then = run(shown).await?;
    // The call continues for as long as the server counts it.
    let since = std::time::Instant::now();
    until("three seconds to pass unseen", async || {
        ensure!(since.elapsed().as_secs() >= 3);
        Ok(())
    })
    .await?;
    ensure!(run(shown).await? == then, "its clock has gone on unseen");
    run("scrollTo(0, 0)").await?;
    clocks(1).await?;
    ensure!(run(shown).await? != then, "it shows a time of before");
    run("document.querySelector('listen-in').hidden = true").await?;
    clocks(0).await?;
    run("document.querySelector('listen-in').hidden = false").await?;
    clocks(1).await?;
    run("document.querySelector('listen-in').remove()").await?;
    clocks(0).await
}

async fn a_limit_ends_monitoring_that_nobody_sees(fixture: Fixture) -> Result<()> {
    const HIDE: &str = "const element = document.querySelector('listen-in');
        element.hidden = true;
        element.limitUntil = Date.now() + 3_000;";
    let embedder = Embedder::new(&fixture).await?;
    let desktop = &embedder.desktop;
    open(&embedder, "<listen-in></listen-in>", "").await?;
    desktop.widget.see_in("Connection", "Live").await?;
    let agent = desktop.agent(0);
    desktop.listen_in(&agent).await?;
    desktop.monitors(&agent.number).await?;
    desktop.browser.run(HIDE, vec![]).await?;
    desktop.monitors_nobody().await
}

async fn angulars_zone_is_left_alone(fixture: Fixture) -> Result<()> {
    /// Creates the element in a zone like Angular's, which records all that runs in it, including the promises of the page's
    /// own calls.
    const MAKE: &str = "window.ran = [];
        window.heard = 0;
        const zone = Zone.current.fork({
            name: 'angular',
            onInvokeTask(delegate, current, target, task, thisArg, given) {
                ran.push(task.source);
                return delegate.invokeTask(target, task, thisArg, given);
            },
        });
        window.inZone = (run) => zone.run(run);
        inZone(() => import('/listen-in.js').then(() => inZone(() => {
            const element = document.createElement('listen-in');
            element.addEventListener('listen-in-call', () => { heard += Zone.current.name === 'angular'; });
            document.body.append(element);
        })));";
    const ASK: &str = "inZone(() => {
            const element = document.querySelector('listen-in');
            element.limit = 5;
            window.asked = element.listenIn({ targetNumber: arguments[0] });
        });
        await window.asked;
        ran.length = 0;";
    let embedder = Embedder::new(&fixture).await?;
    let desktop = &embedder.desktop;
    let zone = environment::zone()?;
    embedder.write("zone.js", &zone)?;
    let script = "addEventListener('make', () => { MAKE });".replace("MAKE", MAKE);
    open(&embedder, "", &script).await?;
    desktop
        .browser
        .run("dispatchEvent(new Event('make'))", vec![])
        .await?;
    desktop.widget.see_in("Connection", "Live").await?;
    let agent = desktop.agent(0);
    desktop
        .browser
        .run_async(ASK, vec![json!(agent.number)])
        .await?;
    desktop.join_call(&agent).await?;
    desktop.widget.see_call_last(2).await?;
    desktop.widget.leave_call().await?;
    let heard = desktop.browser.run("return heard > 0", vec![]).await?;
    ensure!(
        heard == json!(true),
        "the page's listener did not run in its zone"
    );
    let ran: Vec<String> =
        serde_json::from_value(desktop.browser.run("return ran", vec![]).await?)?;
    let others: Vec<&String> = ran
        .iter()
        .filter(|it| !it.contains("listen-in-call"))
        .collect();
    ensure!(others.is_empty(), "the zone has run {others:?}");
    Ok(())
}

/// Moves the element to another window, and returns its style there.
const MOVE: &str = "const element = document.querySelector('listen-in') ?? other.document.querySelector('listen-in');
    (arguments[0] ? other.document : document).body.append(element);
    await new Promise((go) => setTimeout(go));
    const panel = element.shadowRoot.querySelector('.panel');
    const view = panel.ownerDocument.defaultView;
    return [view === other, view.getComputedStyle(panel).boxSizing, element.state?.connection.phase];";

/// The clock of the call, wherever the element is.
const CLOCK: &str = "const element = document.querySelector('listen-in') ?? other.document.querySelector('listen-in');
    return element.shadowRoot.textContent.match(/\\d\\d:\\d\\d:\\d\\d/)?.[0] ?? null";

async fn in_a_window_of_its_own_it_goes_on(fixture: Fixture) -> Result<()> {
    const OPEN: &str =
        "window.other = window.open('/other.html', 'other', 'popup,width=420,height=700');
        if (other.document.readyState !== 'complete' || other.location.pathname !== '/other.html')
            await new Promise((go) => other.addEventListener('load', go));";
    goes_on_elsewhere(&fixture, OPEN).await
}

async fn in_a_picture_in_picture_window_it_goes_on(fixture: Fixture) -> Result<()> {
    const OPEN: &str =
        "window.other = await documentPictureInPicture.requestWindow({ width: 420, height: 700 })";
    goes_on_elsewhere(&fixture, OPEN).await
}

async fn left_in_a_document_without_a_window_it_ends_its_session(fixture: Fixture) -> Result<()> {
    const LEAVE: &str = "
        const [frame, element] = document.querySelectorAll('iframe, listen-in');
        frame.contentDocument.body.append(element);
        await new Promise((go) => setTimeout(go));
        const { phase } = element.state.connection;
        frame.remove();
        window.left = element;
        return phase";
    let embedder = Embedder::new(&fixture).await?;
    let desktop = &embedder.desktop;
    let markup = "<iframe title=\"Other\"></iframe><listen-in></listen-in>";
    open(&embedder, markup, "").await?;
    desktop.widget.see_in("Connection", "Live").await?;
    let phase = desktop.browser.run_async(LEAVE, vec![]).await?;
    ensure!(phase == "live", "in the frame it is {phase}");
    until("its session to end", async || {
        let sessions = desktop.emulator().notification_sessions();
        ensure!(sessions == 0, "{sessions} sessions");
        Ok(())
    })
    .await?;
    let take_back = "const { state } = left; document.body.append(left); return state";
    let state = desktop.browser.run(take_back, vec![]).await?;
    ensure!(state.is_null(), "it has {state}");
    desktop.widget.see_in("Connection", "Live").await
}

/// An element that is moved to a window opened in this way, and back, keeps session, style and time.
async fn goes_on_elsewhere(fixture: &Fixture, open_window: &str) -> Result<()> {
    let embedder = Embedder::new(fixture).await?;
    let desktop = &embedder.desktop;
    embedder.write("other.html", "<!doctype html><title>Other</title><body>")?;
    open(&embedder, "<listen-in></listen-in>", "").await?;
    desktop.widget.see_in("Connection", "Live").await?;
    let agent = desktop.agent(0);
    desktop.listen_in(&agent).await?;
    desktop.join_call(&agent).await?;
    // Simulates a click, without which no window opens.
    let evaluate = json!({
        "expression": format!("(async () => {{ {open_window} }})()"),
        "userGesture": true,
        "awaitPromise": true,
    });
    let opened = desktop
        .browser
        .devtools("Runtime.evaluate", evaluate)
        .await?;
    ensure!(opened["exceptionDetails"].is_null(), "{opened:#}");
    for elsewhere in [true, false, true] {
        let found = desktop
            .browser
            .run_async(MOVE, vec![json!(elsewhere)])
            .await?;
        ensure!(found == json!([elsewhere, "border-box", "live"]), "{found}");
        let before = desktop.browser.run(CLOCK, vec![]).await?;
        until("its clock to go on", async || {
            let now = desktop.browser.run(CLOCK, vec![]).await?;
            ensure!(now != before && now != Value::Null, "it shows {now}");
            Ok(())
        })
        .await?;
    }
    // The window is closed, and the page takes the element back.
    let take_back = "other.addEventListener('pagehide', () => document.body.append(other.document.querySelector('listen-in')));
        other.close();";
    desktop.browser.run(take_back, vec![]).await?;
    desktop.widget.see_in("Call", "Established").await?;
    let call = desktop.widget.text_of("Call").await?;
    until("its clock to go on", async || {
        ensure!(desktop.widget.text_of("Call").await? != call, "{call}");
        Ok(())
    })
    .await?;
    let sessions = desktop.emulator().notification_sessions();
    ensure!(sessions == 1, "{sessions} sessions");
    Ok(())
}
