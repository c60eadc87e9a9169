//! The emulator's console, as used by a person at a demonstration.

use anyhow::{Result, ensure};
use e2e::{Console, Desktop, Fixture, Key, scenarios, until};
use gws_emulator::{Instruction, Presence};
use serde_json::json;

scenarios!(
    a_call_is_started_transferred_and_ended,
    a_call_lists_its_parties_and_ends_from_its_row,
    an_agents_state_is_set_and_updated,
    a_supervisor_listens_in_answers_and_stops,
    a_script_is_played_and_stopped,
    a_failed_script_shows_the_reason,
    a_script_is_run_by_keyboard,
    a_fault_is_switched_on_and_off,
    the_log_shows_requests_replies_and_notifications,
    a_refusal_is_shown_in_its_row,
    the_console_reconnects_after_a_restart,
    ten_thousand_agents_can_be_filtered,
    a_call_is_started_by_keyboard,
    nothing_is_cut_off_at_360_pixels,
);

/// The console of a contact centre without simulated life.
async fn open(fixture: &Fixture) -> Result<(Desktop, Console)> {
    let desktop = fixture.set_up(|config| config.agents = 5).await?;
    let console = Console::open(&desktop.browser, desktop.url()).await?;
    Ok((desktop, console))
}

/// The accessible name of an agent in the console.
fn title(desktop: &Desktop, position: usize) -> String {
    let agent = desktop.agent(position);
    format!("{}, {}", agent.name, agent.number)
}

async fn a_call_is_started_transferred_and_ended(fixture: Fixture) -> Result<()> {
    let (desktop, console) = open(&fixture).await?;
    let (first, second) = (Console::agent("6001"), Console::agent("6002"));
    console
        .press(&format!("Call {}", title(&desktop, 0)))
        .await?;
    console.fill("From", "555-7777").await?;
    console.press("Call").await?;
    console.see(&first, "555-7777").await?;
    console.see("#call-list", &desktop.agent(0).name).await?;
    console.see("#agent-count", "1 in a call").await?;

    let transfer = format!("Transfer the call of {}", title(&desktop, 0));
    console.press(&transfer).await?;
    console.fill("To the agent on", "6002").await?;
    console.press("Transfer").await?;
    console.see(&second, "555-7777").await?;
    console.see_no_more(&first, "555-7777").await?;
    console.see("#call-list", &desktop.agent(1).name).await?;

    let end = format!("End the call of {}", title(&desktop, 1));
    console.press(&end).await?;
    console.see_no_more(&second, "555-7777").await?;
    console.see("#call-more", "Nobody is talking.").await
}

async fn a_call_lists_its_parties_and_ends_from_its_row(fixture: Fixture) -> Result<()> {
    let (desktop, console) = open(&fixture).await?;
    let happens: Vec<Instruction> = serde_json::from_value(json!([
        { "do": "coach", "supervisor": "5006", "agent": "6001" },
        { "do": "callArrives", "agent": "6001", "from": "555-7777" },
        { "do": "answer", "who": "5006" },
        { "do": "consult", "agent": "6001", "to": "6002" },
        { "do": "answer", "who": "6002" },
    ]))?;
    desktop.emulator().carry_out(&happens)?;
    console.see("#supervisor-list", "Coaches").await?;
    console.see("#call-list", "coaches").await?;
    console.see("#call-count", "2").await?;

    // The other call of the agent continues.
    console.press("End the call from 555-7777").await?;
    console.see_no_more("#call-list", "555-7777").await?;
    console.see("#call-count", "1").await?;
    console.see("#call-list", &desktop.agent(1).name).await
}

async fn an_agents_state_is_set_and_updated(fixture: Fixture) -> Result<()> {
    let (desktop, console) = open(&fixture).await?;
    let state = format!("State of {}", title(&desktop, 0));
    console.fill(&state, "Lunch").await?;
    let is_at_lunch = async || {
        let state = desktop.agent(0).state;
        ensure!(matches!(state, Presence::NotReady(Some(_))), "{state:?}");
        Ok(())
    };
    until("the agent to be at lunch", is_at_lunch).await?;
    // Changes made elsewhere are shown.
    desktop.emulator().log_out("6001")?;
    console.see(&Console::agent("6001"), "Logged out").await?;
    desktop.emulator().log_in("6001")?;
    console.see(&Console::agent("6001"), "Ready").await
}

async fn a_supervisor_listens_in_answers_and_stops(fixture: Fixture) -> Result<()> {
    let (desktop, console) = open(&fixture).await?;
    let row = Console::supervisor("5006");
    let who = "Ravi Menon, 5006";
    console.press(&format!("Listen in: {who}")).await?;
    console.fill("To the agent on", "6001").await?;
    console.fill("Scope", "the agent's part").await?;
    console.press("Listen in").await?;
    console
        .see(&row, &format!("Listens to {}", desktop.agent(0).name))
        .await?;
    console.see(&row, "the agent's part, all calls").await?;
    desktop.emulator().call_arrives("6001", "555-1234")?;
    console.see(&row, "rings").await?;
    console.press(&format!("Answer: {who}")).await?;
    console.see(&row, "in the call").await?;
    console.press(&format!("Stop monitoring: {who}")).await?;
    console.see(&row, "Monitors nobody").await
}

async fn a_script_is_played_and_stopped(fixture: Fixture) -> Result<()> {
    let (desktop, console) = open(&fixture).await?;
    console.press("Scripts").await?;
    console
        .see("#script-status", "No script has been played yet.")
        .await?;
    for name in ["busy-morning", "failover", "next-call-consumed", "opt-out"] {
        console.see("#script-list", name).await?;
    }
    console.press("Play failover").await?;
    // The script resets the contact centre, and the console reconnects.
    console
        .see("#script-status", "5005 is connected: 0 of")
        .await?;
    console.see("#scripts-button", "Script: failover").await?;
    console.see("#script-list > .is-on", "failover").await?;
    console.press("Stop the script").await?;
    console
        .see("#script-status", "failover was stopped")
        .await?;
    console.see("#scripts-button", "Scripts").await?;
    let status = desktop.emulator().script();
    ensure!(status.is_some_and(|script| script.done == 0));

    console.press("Steps of opt-out").await?;
    console.see("#script-list", "do = \"optOut\"").await?;
    // Steps with conditions run one by one.
    console.press("Play opt-out").await?;
    console.see("#script-status", "opt-out").await?;
    console.see("#script-status", "of").await
}

async fn a_failed_script_shows_the_reason(fixture: Fixture) -> Result<()> {
    let (desktop, console) = open(&fixture).await?;
    console.press("Scripts").await?;
    let text = "[[step]]\nafter = \"0s\"\ndo = \"callArrives\"\nagent = \"6001\"\nfrom = \"555-1234\"\n\
                [[step]]\nafter = \"0s\"\ndo = \"callArrives\"\nagent = \"6001\"\nfrom = \"555-4321\"\n";
    desktop
        .emulator()
        .play(gws_emulator::Script::read("twice.toml", text)?)?;
    console
        .see(
            "#script-status",
            "twice.toml ended at step 2 of 2 (line 6), which was refused",
        )
        .await?;
    console
        .see("#script-status", "Steps done before stay done")
        .await?;
    console.see(&Console::agent("6001"), "555-1234").await?;

    // Without an emulator no command works.
    desktop.stop_emulator().await;
    console.see("#connection", "Not connected").await?;
    console.press("Play opt-out").await?;
    console.see("#script-list", "nothing has changed").await
}

async fn a_script_is_run_by_keyboard(fixture: Fixture) -> Result<()> {
    let (desktop, console) = open(&fixture).await?;
    console.focus("Scripts").await?;
    desktop.browser.press(&[], Key::Enter.into()).await?;
    console.focus("Play failover").await?;
    desktop.browser.press(&[], Key::Enter.into()).await?;
    console
        .see("#script-status", "failover waits until")
        .await?;
    console.focus("Stop the script").await?;
    desktop.browser.press(&[], Key::Enter.into()).await?;
    console
        .see("#script-status", "failover was stopped")
        .await?;
    // The focused button is disabled now: focus returns to the button that opens the panel.
    until("the focus on the panel's opener", async || {
        ensure!(console.count("#scripts-button:focus").await? == 1);
        Ok(())
    })
    .await?;
    desktop.browser.press(&[], Key::Enter.into()).await?;
    until("the panel closed", async || {
        ensure!(console.count("#scripts[open]").await? == 0);
        Ok(())
    })
    .await
}

async fn a_fault_is_switched_on_and_off(fixture: Fixture) -> Result<()> {
    let (desktop, console) = open(&fixture).await?;
    let faults = || serde_json::to_value(desktop.emulator().faults()).unwrap_or_default();
    console.press("Faults").await?;
    let parameters = "Parameters of delayNotifications";
    console.fill(parameters, "by=3s,to=5005").await?;
    console
        .press("delayNotifications notifications come late; with every=2 others overtake them")
        .await?;
    console.see("#faults-button", "Faults: 1 on").await?;
    let delays = async || {
        let on = faults();
        ensure!(
            on[0]["fault"] == "delayNotifications" && on[0]["by"] == "3s" && on[0]["to"] == "5005",
            "{on}"
        );
        Ok(())
    };
    until("the fault to be on as asked for", delays).await?;
    desktop.emulator().fault("webPage:times=3")?;
    console.see("#faults-button", "Faults: 2 on").await?;
    console.press("All faults off").await?;
    console.see_no_more("#faults-button", "on").await?;
    ensure!(faults() == json!([]), "{}", faults());

    // An invalid parameter is reported beside the switch and changes nothing.
    console.fill(parameters, "by=soon").await?;
    console
        .press("delayNotifications notifications come late; with every=2 others overtake them")
        .await?;
    console.see("#fault-list", "soon").await?;
    ensure!(faults() == json!([]), "{}", faults());
    Ok(())
}

async fn the_log_shows_requests_replies_and_notifications(fixture: Fixture) -> Result<()> {
    let (desktop, console) = open(&fixture).await?;
    let client = "
        const headers = {};
        const ask = async (path, body) => {
            const options = body && { method: 'POST', headers, body: JSON.stringify(body) };
            const reply = await fetch('/api/v2' + path, options);
            const token = reply.headers.get('X-CSRF-TOKEN');
            if (token) headers['X-CSRF-TOKEN'] = token;
            return reply.json();
        };
        const device = (await ask('/me/devices?fields=*')).devices[0].id;
        const [{ clientId }] = await ask('/notifications', [{ channel: '/meta/handshake',
            version: '1.0', supportedConnectionTypes: ['long-polling'] }]);
        await ask('/notifications', [{ channel: '/meta/subscribe', clientId, subscription: '/v2/me/*' }]);
        await ask('/me/devices/' + device, { operationName: 'ListenIn', phoneNumber: '6001' });
        return ask('/me/devices/' + device, { operationName: 'ListenIn', phoneNumber: '999' });";
    let refused = desktop.browser.run_async(client, vec![]).await?;
    ensure!(refused["statusCode"] != 0, "{refused}");
    for text in [
        "GET /me/devices?fields=*",
        "handshake",
        "subscribe /v2/me/*",
        "ListenIn 6001",
        "200 OK",
        "DeviceStateChange: Not Ready, ListenIn 6001",
        "ListenIn 999",
        "code ",
    ] {
        console.see("#log-list", text).await?;
    }
    ensure!(!console.text("#log-list").await?.contains("operationName"));
    let unfold = "[...document.querySelectorAll('#log-list summary')]
        .find((line) => line.textContent.includes('ListenIn 6001')).click()";
    desktop.browser.run(unfold, vec![]).await?;
    console
        .see("#log-list", "\"operationName\": \"ListenIn\"")
        .await?;

    console.fill("Filter the log by who or what", "999").await?;
    console.see_no_more("#log-list", "handshake").await?;
    console.see("#log-list", "ListenIn 999").await?;
    console.fill("Filter the log by who or what", "").await?;
    console.press("Notifications").await?;
    console
        .see_no_more("#log-list", "DeviceStateChange")
        .await?;
    console.press("Notifications").await?;

    console.press("Pause").await?;
    desktop.fetch("/api/v2/features").await?;
    console.see("#log-count", "Paused; 2 new").await?;
    ensure!(!console.text("#log-list").await?.contains("/features"));
    console.press("Pause").await?;
    console.see("#log-list", "/features").await?;
    console.press("Clear").await?;
    console.see_no_more("#log-list", "ListenIn").await
}

async fn a_refusal_is_shown_in_its_row(fixture: Fixture) -> Result<()> {
    let (desktop, console) = open(&fixture).await?;
    desktop.emulator().call_arrives("6001", "555-1234")?;
    let transfer = format!("Transfer the call of {}", title(&desktop, 0));
    console.press(&transfer).await?;
    console.fill("To the agent on", "9999").await?;
    console.press("Transfer").await?;
    console.see(&Console::agent("6001"), "9999").await?;
    ensure!(
        console
            .text(".agent .complaint:not(:empty)")
            .await?
            .contains("9999")
    );
    console.see(&Console::agent("6001"), "555-1234").await?;
    // The next attempt clears the error.
    console.fill("To the agent on", "6003").await?;
    console.press("Transfer").await?;
    console.see(&Console::agent("6003"), "555-1234").await?;
    ensure!(console.count(".complaint:not(:empty)").await? == 0);
    Ok(())
}

async fn the_console_reconnects_after_a_restart(fixture: Fixture) -> Result<()> {
    let (desktop, console) = open(&fixture).await?;
    desktop.stop_emulator().await;
    console.see("#connection", "Not connected").await?;
    console.see("#lost", "What is shown is as of").await?;
    console
        .press(&format!("Call {}", title_of(&console).await?))
        .await?;
    console.press("Call").await?;
    console
        .see(&Console::agent("6001"), "nothing has changed")
        .await?;

    desktop.start_emulator().await?;
    console.see("#connection", "Live").await?;
    ensure!(console.count("#lost:not([hidden])").await? == 0);
    // The log of the new emulator is shown, although its numbers start again.
    desktop.fetch("/api/v2/features").await?;
    console.see("#log-list", "GET /features").await
}

/// The title of the first row's agent, read from the page because the emulator is stopped.
async fn title_of(console: &Console) -> Result<String> {
    let row = console.text(&Console::agent("6001")).await?;
    let name = row
        .lines()
        .map(str::trim)
        .find(|line| !line.is_empty() && !line.starts_with(|letter: char| letter.is_ascii_digit()));
    Ok(format!("{}, 6001", name.unwrap_or_default()))
}

async fn ten_thousand_agents_can_be_filtered(fixture: Fixture) -> Result<()> {
    let desktop = fixture.set_up(|config| config.agents = 10_000).await?;
    let console = Console::open(&desktop.browser, desktop.url()).await?;
    console.see("#agent-more", "And 9,800 more").await?;
    ensure!(console.count("#agent-list > li").await? == 200);
    let filter = "Filter agents by name, number or caller";
    console.fill(filter, "15999").await?;
    console.see(&Console::agent("15999"), "Ready").await?;
    ensure!(console.count("#agent-list > li").await? == 1);
    desktop.emulator().call_arrives("7777", "555-4321")?;
    console.fill(filter, "555-4321").await?;
    console.see(&Console::agent("7777"), "555-4321").await?;
    console.fill(filter, "").await?;
    console.fill("Which agents", "In a call").await?;
    console.see(&Console::agent("7777"), "555-4321").await?;
    ensure!(console.count("#agent-list > li").await? == 1);
    console.fill(filter, "nobody is called so").await?;
    console.see("#agent-more", "No agent is like that.").await
}

async fn a_call_is_started_by_keyboard(fixture: Fixture) -> Result<()> {
    let (desktop, console) = open(&fixture).await?;
    console
        .focus(&format!("State of {}", title(&desktop, 0)))
        .await?;
    desktop.browser.press(&[], Key::Tab.into()).await?;
    desktop.browser.press(&[], Key::Enter.into()).await?;
    // The form has the focus, and the proposed number is selected.
    desktop.browser.type_text("555-2468").await?;
    desktop.browser.press(&[], Key::Enter.into()).await?;
    console.see(&Console::agent("6001"), "555-2468").await?;
    ensure!(console.count("form:not([hidden])").await? == 0);
    // Focus stays in the row.
    let inside = format!("{}:focus-within", Console::agent("6001"));
    until("the focus in the row", async || {
        ensure!(console.count(&inside).await? == 1);
        Ok(())
    })
    .await
}

async fn nothing_is_cut_off_at_360_pixels(fixture: Fixture) -> Result<()> {
    let (desktop, console) = open(&fixture).await?;
    desktop.emulator().call_arrives("6001", "555-1234")?;
    console.see(&Console::agent("6001"), "555-1234").await?;
    console
        .press(&format!("Transfer the call of {}", title(&desktop, 0)))
        .await?;
    console.press("Scripts").await?;
    console.press("Steps of failover").await?;
    for (width, panel) in [(360, "Faults"), (800, "Scripts"), (1440, "Faults")] {
        desktop.browser.resize(width, 900).await?;
        nothing_is_beyond_the_edge(&desktop, width).await?;
        // Opening one panel closes the other.
        console.press(panel).await?;
        ensure!(console.count(".panel[open]").await? == 1);
        nothing_is_beyond_the_edge(&desktop, width).await?;
    }
    // The content security policy refused neither script nor style.
    let messages = desktop.browser.console().await?;
    ensure!(messages.is_empty(), "{messages:#?}");
    Ok(())
}

async fn nothing_is_beyond_the_edge(desktop: &Desktop, width: u32) -> Result<()> {
    let script = "
        const beyond = [...document.querySelectorAll('body *:not(.hidden, .hidden *, .skip)')]
            .filter((found) => found.checkVisibility())
            .filter((found) => found.getBoundingClientRect().right > innerWidth + 1);
        return beyond.map((found) => found.outerHTML.slice(0, 120));";
    let beyond = desktop.browser.run(script, vec![]).await?;
    ensure!(beyond == json!([]), "at {width} pixels: {beyond}");
    Ok(())
}
