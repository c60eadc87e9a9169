//! The package in an embedder's page: under a strict content security policy, where loading fails,
//! and after a crash; and the JavaScript API.

use std::fs;
use std::time::{Duration, SystemTime};

use anyhow::{Context, Result, ensure};
use e2e::{Desktop, Fixture, scenarios, until};
use serde_json::json;

use crate::embedder::{Embedder, POLICY};

scenarios!(
    the_widget_works_under_a_strict_content_security_policy,
    a_worker_sends_the_long_polls,
    where_the_policy_forbids_the_worker_the_page_sends_them,
    each_reason_why_it_can_not_be_loaded_is_reported,
    a_failure_is_told_in_the_language_of_the_element,
    a_file_that_is_not_the_expected_one_is_not_loaded,
    try_again_loads_it_once_the_file_is_there,
    a_wrong_mime_type_only_slows_it_down,
    after_a_crash_try_again_starts_it_anew,
    methods_follow_device_and_call,
    requests_carry_what_the_page_has_set_before_the_definition,
    moved_to_another_document_and_back_it_keeps_session_and_style,
);

async fn the_widget_works_under_a_strict_content_security_policy(fixture: Fixture) -> Result<()> {
    let embedder = Embedder::new(&fixture).await?;
    embedder.open("strict", POLICY, "").await?;
    let desktop = &embedder.desktop;
    desktop.widget.see_in("Connection", "Live").await?;
    let agent = desktop.agent(0);
    desktop.listen_in(&agent).await?;
    desktop.set_attribute("lang", "de").await?;
    desktop.widget.see("Mithören bei").await?;
    let remove = "document.querySelector('listen-in').removeAttribute('lang')";
    desktop.browser.run(remove, vec![]).await?;
    desktop.widget.see("Listening in to").await?;
    let console = desktop.browser.console().await?;
    ensure!(console.is_empty(), "the browser complains: {console:#?}");
    Ok(())
}

async fn a_worker_sends_the_long_polls(fixture: Fixture) -> Result<()> {
    let embedder = Embedder::new(&fixture).await?;
    embedder.open("worker", POLICY, "").await?;
    embedder.desktop.widget.see_in("Connection", "Live").await?;
    until("a poll that the page does not send", async || {
        let sent = polls_of_the_page(&embedder.desktop).await?;
        notify(&embedder.desktop).await?;
        ensure!(polls_of_the_page(&embedder.desktop).await? == sent);
        Ok(())
    })
    .await
}

async fn where_the_policy_forbids_the_worker_the_page_sends_them(fixture: Fixture) -> Result<()> {
    let embedder = Embedder::new(&fixture).await?;
    let untrusted = POLICY.replace("trusted-types listen-in", "trusted-types 'none'");
    for policy in [format!("{POLICY}; worker-src 'none'"), untrusted] {
        embedder.open("no-worker", &policy, "").await?;
        let desktop = &embedder.desktop;
        desktop.widget.see_in("Connection", "Live").await?;
        for _ in 0..3 {
            let sent = polls_of_the_page(desktop).await?;
            notify(desktop).await?;
            ensure!(polls_of_the_page(desktop).await? > sent, "under {policy}");
        }
    }
    Ok(())
}

/// How many long polls of the page itself have ended.
async fn polls_of_the_page(desktop: &Desktop) -> Result<u64> {
    let script = "return performance.getEntriesByType('resource')
        .filter(({ name }) => name.endsWith('/notifications/connect')).length";
    let found = desktop.browser.run(script, vec![]).await?;
    found.as_u64().context("it is not a number")
}

/// Has the widget notified twice.
async fn notify(desktop: &Desktop) -> Result<()> {
    let widget = &desktop.widget;
    desktop.emulator().set_supervisor_active(false);
    widget.see_in("My device", "Inactive").await?;
    desktop.emulator().set_supervisor_active(true);
    widget.not_see_in("My device", "Inactive").await
}

async fn each_reason_why_it_can_not_be_loaded_is_reported(fixture: Fixture) -> Result<()> {
    /// Answers requests for the WebAssembly with another response.
    const ANSWER: &str = "const original = window.fetch;
        window.fetch = (input, init) => String(input).includes('.wasm')
            ? Promise.resolve(RESPONSE) : original(input, init);";
    let answer = |response: &str| ANSWER.replace("RESPONSE", response);
    let forbidden = POLICY.replace(" 'wasm-unsafe-eval'", "");
    let page = answer("new Response('<html>', { headers: { 'Content-Type': 'text/html' } })");
    let damaged =
        answer("new Response('damaged', { headers: { 'Content-Type': 'application/wasm' } })");
    let embedder = Embedder::new(&fixture).await?;
    for (code, policy, script, says) in [
        (
            "policy",
            forbidden.as_str(),
            "",
            "add 'wasm-unsafe-eval' to script-src",
        ),
        (
            "unsupported",
            POLICY,
            "delete window.WebAssembly",
            "Update the browser",
        ),
        (
            "network",
            POLICY,
            &answer("new Response('', { status: 503 })"),
            "503",
        ),
        ("mime-type", POLICY, &page, "served as application/wasm"),
        ("invalid", POLICY, &damaged, "different versions"),
    ] {
        embedder.open(code, policy, script).await?;
        embedder.fails(code, says).await?;
    }
    Ok(())
}

async fn a_failure_is_told_in_the_language_of_the_element(fixture: Fixture) -> Result<()> {
    let embedder = Embedder::new(&fixture).await?;
    let forbidden = POLICY.replace(" 'wasm-unsafe-eval'", "");
    for (lang, dir, words) in [
        (
            "de-AT",
            "ltr",
            "Die Überwachung geht im Telefonsystem weiter",
        ),
        ("ar", "rtl", "تستمر المراقبة في نظام الهاتف"),
        (
            "nl",
            "ltr",
            "Monitoring goes on in the telephone system as it was",
        ),
    ] {
        let script = format!("document.documentElement.lang = '{lang}'");
        embedder.open(lang, &forbidden, &script).await?;
        embedder.desktop.widget.see(words).await?;
        let panel = "const panel = document.querySelector('listen-in').shadowRoot.querySelector('.shell');
            return [panel.dir, panel.querySelector('button').innerText, panel.scrollWidth <= panel.clientWidth]";
        let found = embedder.desktop.browser.run(panel, vec![]).await?;
        ensure!(
            found[0] == json!(dir) && found[2] == json!(true),
            "{lang}: {found}"
        );
        ensure!(
            (found[1] == json!("Try again")) == (lang == "nl"),
            "{lang}: {found}"
        );
    }
    // Without the texts of `words.js` it says less.
    fs::remove_file(embedder.folder.path().join("core/words.js"))?;
    embedder.open("wordless", &forbidden, "").await?;
    embedder.fails("policy", "could not be loaded").await
}

async fn a_file_that_is_not_the_expected_one_is_not_loaded(fixture: Fixture) -> Result<()> {
    let embedder = Embedder::new(&fixture).await?;
    let wasm = embedder.folder.path().join("core/listen-in_bg.wasm");
    let mut bytes = fs::read(&wasm)?;
    // An empty custom section without a name: the module still compiles.
    bytes.extend([0, 1, 0]);
    fs::write(&wasm, bytes)?;
    embedder.open("integrity", POLICY, "").await?;
    embedder.fails("integrity", "not the expected one").await?;
    fs::write(&wasm, "<html>")?;
    // HTTP dates have seconds: within the same one the browser would be told that nothing has
    // changed.
    let file = fs::File::options().write(true).open(&wasm)?;
    file.set_modified(SystemTime::now() + Duration::from_secs(10))?;
    embedder.open("page", POLICY, "").await?;
    embedder.fails("mime-type", "sent something else").await
}

async fn try_again_loads_it_once_the_file_is_there(fixture: Fixture) -> Result<()> {
    let embedder = Embedder::new(&fixture).await?;
    for (file, says) in [
        ("listen-in_bg.wasm", "404"),
        ("listen-in.js", "could not be downloaded"),
        ("widget.js", "could not be downloaded"),
    ] {
        let file = embedder.folder.path().join("core").join(file);
        let elsewhere = embedder.folder.path().join("elsewhere");
        fs::rename(&file, &elsewhere)?;
        embedder.open("missing", POLICY, "").await?;
        embedder.fails("network", says).await?;
        fs::rename(&elsewhere, &file)?;
        embedder.try_again().await?;
        let widget = &embedder.desktop.widget;
        widget.see_in("Connection", "Live").await?;
    }
    Ok(())
}

async fn a_wrong_mime_type_only_slows_it_down(fixture: Fixture) -> Result<()> {
    const SCRIPT: &str = "const original = window.fetch;
        window.fetch = async (input, init) => {
            const response = await original(input, init);
            if (!String(input).includes('.wasm')) return response;
            return new Response(response.body, { headers: { 'Content-Type': 'text/plain' } });
        };";
    let embedder = Embedder::new(&fixture).await?;
    embedder.open("plain", POLICY, SCRIPT).await?;
    let desktop = &embedder.desktop;
    desktop.widget.see_in("Connection", "Live").await?;
    let console = desktop.browser.console().await?;
    let warns = |line: &String| line.contains("is text/plain, not application/wasm");
    ensure!(console.iter().any(warns), "no warning: {console:#?}");
    Ok(())
}

async fn after_a_crash_try_again_starts_it_anew(fixture: Fixture) -> Result<()> {
    const SECOND: &str = "document.body.append(document.createElement('listen-in'))";
    /// Causes a trap in the instance that the elements share, by freeing memory that was never
    /// allocated.
    const ON_TRAP: &str = "addEventListener('trap', async () => {
            const { Mounted } = await import('/core/listen-in.js');
            const never = Object.assign(Object.create(Mounted.prototype), { __wbg_ptr: -16 });
            setTimeout(() => never.free());
        });";
    let embedder = Embedder::new(&fixture).await?;
    embedder.open("crash", POLICY, ON_TRAP).await?;
    let desktop = &embedder.desktop;
    desktop.widget.see_in("Connection", "Live").await?;
    let agent = desktop.agent(0);
    desktop.listen_in(&agent).await?;
    desktop.browser.run(SECOND, vec![]).await?;
    until("the second element to be live", async || {
        let script = "return document.querySelectorAll('listen-in')[1].shadowRoot.textContent";
        let text = desktop.browser.run(script, vec![]).await?;
        ensure!(
            text.as_str().is_some_and(|it| it.contains("Live")),
            "{text}"
        );
        Ok(())
    })
    .await?;
    let trap = "dispatchEvent(new Event('trap'))";
    desktop.browser.run(trap, vec![]).await?;
    embedder.fails("crashed", "no time limit ends it").await?;
    desktop.monitors(&agent.number).await?;
    embedder.try_again().await?;
    desktop.widget.see_in("Connection", "Live").await?;
    let listening = format!("Listening in to {}", Desktop::title(&agent));
    desktop.widget.see_in("Monitoring", &listening).await
}

async fn methods_follow_device_and_call(fixture: Fixture) -> Result<()> {
    const BEGIN: &str = "const element = document.querySelector('listen-in');
        const { step, operation } = await element.listenIn({ targetNumber: arguments[0], limit: 15 });
        const { kind, until } = element.state.monitoring;
        return [step, operation, kind, until > Date.now()];";
    /// Requests of a page, each made when the one before is confirmed.
    const GO_ON: &str = "const element = document.querySelector('listen-in');
        const call = () => element.state.calls.find((call) => call.isMonitoring);
        while (!call()) {
            await new Promise((go) => element.addEventListener('listen-in-call', go, { once: true }));
        }
        const { id } = call();
        const steps = [];
        for (const ask of [
            () => element.answer(id),
            () => element.switchTo(id, 'BargeIn'),
            () => element.mute(id, { party: 'agent' }),
            () => element.mute(id, { party: 'agent', muted: false }),
            () => element.switchTo(id, 'ListenIn'),
            () => element.leave(id),
            () => element.stop(),
        ]) {
            const { step, operation } = await ask().catch(({ code }) => ({ step: code }));
            steps.push([operation, step, call()?.audience ?? null]);
        }
        steps.push(await element.stop().catch(({ code }) => code));
        return steps;";
    let embedder = Embedder::new(&fixture).await?;
    embedder.open("methods", POLICY, "").await?;
    let desktop = &embedder.desktop;
    desktop.widget.see_in("Connection", "Live").await?;
    let agent = desktop.agent(0);
    let number = vec![json!(agent.number)];
    let begun = desktop.browser.run_async(BEGIN, number).await?;
    ensure!(
        begun == json!(["confirmed", "ListenIn", "ListenIn", true]),
        "{begun:#}"
    );
    desktop.monitors(&agent.number).await?;
    desktop.emulator().call_arrives(&agent.number, "555-1234")?;
    let steps = desktop.browser.run_async(GO_ON, vec![]).await?;
    let expected = json!([
        ["Answer", "confirmed", "nobody"],
        ["SwitchToBargeIn", "confirmed", "everyone"],
        ["MuteMonitoredUser", "confirmed", "everyone"],
        ["UnmuteMonitoredUser", "confirmed", "everyone"],
        ["SwitchToListenIn", "confirmed", "nobody"],
        ["Hangup", "confirmed", null],
        ["CancelSupervisorMonitoring", "confirmed", null],
        "nothing-monitored",
    ]);
    ensure!(steps == expected, "{steps:#}");
    desktop.monitors_nobody().await
}

async fn requests_carry_what_the_page_has_set_before_the_definition(
    fixture: Fixture,
) -> Result<()> {
    const SET: &str = "const element = document.querySelector('listen-in');
        window.sent = [];
        Object.assign(element, {
            credentials: 'same-origin',
            headers: { 'X-Department': 'sales' },
            tokenProvider: async () => ({ token: 'secret', expires: Date.now() + 3_600_000 }),
            fetch(request) {
                const [department, token] = ['X-Department', 'Authorization'].map((name) => request.headers.get(name));
                window.sent.push([request.method, request.credentials, department, token].join());
                return fetch(request);
            },
        });";
    let embedder = Embedder::new(&fixture).await?;
    embedder.open("requests", POLICY, SET).await?;
    let desktop = &embedder.desktop;
    desktop.widget.see_in("Connection", "Live").await?;
    desktop.listen_in(&desktop.agent(0)).await?;
    let kinds = "return [...new Set(window.sent)].sort()";
    let kinds = desktop.browser.run(kinds, vec![]).await?;
    let expected = json!([
        "GET,same-origin,sales,Bearer secret",
        "POST,same-origin,sales,Bearer secret",
    ]);
    ensure!(kinds == expected, "{kinds:#}");
    Ok(())
}

async fn moved_to_another_document_and_back_it_keeps_session_and_style(
    fixture: Fixture,
) -> Result<()> {
    const FRAME: &str = "document.body.append(document.createElement('iframe'))";
    /// Moves the element, and returns the style of the panel there.
    const MOVE: &str = "const frame = document.querySelector('iframe');
        const documents = [document, frame.contentDocument];
        const element = documents.map((it) => it.querySelector('listen-in')).find(Boolean);
        documents[arguments[0]].body.append(element);
        await new Promise((go) => setTimeout(go));
        const panel = element.shadowRoot.querySelector('.panel');
        return [panel.ownerDocument === documents[arguments[0]],
            panel.ownerDocument.defaultView.getComputedStyle(panel).boxSizing];";
    const HANDSHAKES: &str = "return performance.getEntriesByType('resource')
        .filter(({ name }) => name.endsWith('/handshake')).length";
    let embedder = Embedder::new(&fixture).await?;
    embedder.open("moved", POLICY, "").await?;
    let desktop = &embedder.desktop;
    desktop.widget.see_in("Connection", "Live").await?;
    let agent = desktop.agent(0);
    desktop.listen_in(&agent).await?;
    let before = desktop.browser.run(HANDSHAKES, vec![]).await?;
    ensure!(before == json!(1), "{before} handshakes");
    desktop.browser.run(FRAME, vec![]).await?;
    for document in [1, 0, 1, 0] {
        let found = desktop
            .browser
            .run_async(MOVE, vec![json!(document)])
            .await?;
        ensure!(found == json!([true, "border-box"]), "{document}: {found}");
    }
    let listening = format!("Listening in to {}", Desktop::title(&agent));
    desktop.widget.see_in("Monitoring", &listening).await?;
    let after = desktop.browser.run(HANDSHAKES, vec![]).await?;
    ensure!(after == before, "{before} handshakes became {after}");
    Ok(())
}
