//! A supervisor's tasks by keyboard.

use anyhow::{Result, ensure};
use e2e::desktop::SUPERVISOR;
use e2e::{Desktop, Fixture, Key, scenarios, until};
use gws::{Mode, Scope};
use serde_json::json;

scenarios!(
    the_whole_job_by_keyboard,
    a_key_pressed_twice_neither_hangs_up_nor_confirms,
    unmute_me_needs_confirmation_by_keyboard,
    escape_undoes_one_step_at_a_time,
    arrows_move_through_the_list,
    typing_does_not_trigger_the_pages_shortcuts,
);

async fn the_whole_job_by_keyboard(fixture: Fixture) -> Result<()> {
    let desktop = fixture.open().await?;
    let widget = &desktop.widget;
    let agent = desktop.agent(5);

    widget.tab_to("combobox", "Agent").await?;
    widget.type_text(&agent.name).await?;
    until("the agent to be offered", async || {
        let options = widget.options().await?;
        ensure!(options.len() == 1, "offered are {options:?}");
        Ok(())
    })
    .await?;
    widget.press(Key::Down).await?;
    widget.press(Key::Enter).await?;
    let field = widget.agent_field().await?;
    ensure!(field == Desktop::title(&agent), "the field shows “{field}”");

    widget.tab_to("radio", "Whole call").await?;
    widget.press(Key::Down).await?;
    ensure!(widget.is_chosen("This agent only").await?);
    widget.tab_to("radio", "All calls").await?;
    widget.press(Key::Right).await?;
    ensure!(widget.is_chosen("Next call only").await?);
    widget.tab_to("button", "Listen in").await?;
    widget.press(Key::Enter).await?;
    widget
        .see_in("Monitoring", "This agent only · Next call only")
        .await?;
    has_focus(&desktop, "button", "Listen in").await?;
    let found = desktop.emulator().monitoring(SUPERVISOR);
    ensure!(
        found
            .as_ref()
            .is_some_and(|found| found.scope == Scope::Agent && found.mode == Mode::NextCall),
        "the emulator has {found:?}"
    );

    desktop.emulator().call_arrives(&agent.number, "555-1234")?;
    widget.see_in("Call", "Ringing").await?;
    widget.tab_back_to("button", "Answer").await?;
    widget.see_settled("Answer").await?;
    widget.press(Key::Space).await?;
    widget.see_in("Call", "Established").await?;
    has_focus(&desktop, "region", "Call").await?;
    widget.tab_back_to("button", "Stop monitoring").await?;
    widget.press(Key::Enter).await?;
    widget.see_in("Monitoring", "Nobody is monitored").await?;
    // The button has disappeared with the monitoring.
    has_focus(&desktop, "region", "Monitoring").await?;
    desktop.monitors_nobody().await
}

async fn a_key_pressed_twice_neither_hangs_up_nor_confirms(fixture: Fixture) -> Result<()> {
    let desktop = fixture.open().await?;
    let widget = &desktop.widget;
    let agent = desktop.agent(0);
    widget.pick(&agent.name).await?;
    let (requests, twice) = (
        || desktop.emulator().monitoring_requests(),
        async |key: Key| {
            widget.press(key).await?;
            widget.press(key).await
        },
    );
    widget.tab_to("button", "Barge in").await?;
    twice(Key::Enter).await?;
    has_focus(&desktop, "group", "Confirm").await?;
    widget.press(Key::Enter).await?;
    ensure!(requests() == 0, "{} requests came", requests());
    widget.press(Key::Escape).await?;
    has_focus(&desktop, "button", "Barge in").await?;

    widget.tab_back_to("button", "Listen in").await?;
    widget.press(Key::Enter).await?;
    widget.see_in("Monitoring", "Waiting for a call").await?;
    desktop.emulator().call_arrives(&agent.number, "555-1234")?;
    widget.see_settled("Answer").await?;
    widget.tab_back_to("button", "Answer").await?;
    widget.press(Key::Enter).await?;
    widget.see_in("Call", "Established").await?;
    twice(Key::Enter).await?;
    widget.tab_to("button", "Switch to barge-in").await?;
    widget.see_settled("Switch to barge-in").await?;
    twice(Key::Enter).await?;
    has_focus(&desktop, "group", "Confirm").await?;
    widget.tab_to("button", "Yes, go on").await?;
    widget.see_settled("Yes, go on").await?;
    widget.press(Key::Enter).await?;
    widget.see_in("Monitoring", "Everyone hears you").await?;
    has_focus(&desktop, "button", "Switch to listening").await?;
    widget.tab_to("button", "Mute agent").await?;
    widget.see_settled("Mute agent").await?;
    widget.press(Key::Enter).await?;
    widget.see_in("What happened", "The agent is muted").await?;
    has_focus(&desktop, "button", "Unmute agent").await?;
    desktop.monitors(&agent.number).await
}

/// The emulator does not offer *MuteCall* to a monitoring supervisor. This script adds the capability
/// once `shown` is set, and records and accepts the requests for it.
const MUTE_OFFERED: &str = "
    window.asked = [];
    const fetched = window.fetch;
    window.fetch = async (input, init) => {
        const request = new Request(input, init);
        const path = new URL(request.url).pathname;
        if (request.method === 'POST' && /\\/calls\\//.test(path)) {
            const { operationName } = await request.clone().json();
            if (/^(Mute|Unmute)Call$/.test(operationName)) {
                window.asked.push(operationName);
                return Response.json({ statusCode: 0 });
            }
        }
        const response = await fetched(request);
        if (!window.shown || !path.endsWith('/me/calls')) return response;
        const body = await response.json();
        body.calls.forEach((call) => Object.assign(call, window.shown));
        return new Response(JSON.stringify(body), response);
    };";

/// Sets whether the supervisor's call is muted.
async fn call_is_muted(desktop: &Desktop, mute: &str) -> Result<()> {
    let show = "window.shown = {
        mute: arguments[0],
        capabilities: ['Hangup', arguments[0] === 'On' ? 'UnmuteCall' : 'MuteCall'],
    }";
    desktop.browser.run(show, vec![json!(mute)]).await?;
    let calls = desktop.fetch("/api/v2/me/calls?fields=*").await?;
    let message = json!({ "call": calls["calls"][0], "notificationType": "StatusChange",
        "messageType": "CallStateChangeMessage" });
    let emulator = desktop.emulator();
    Ok(emulator.send_raw("/v2/me/calls", &message.to_string())?)
}

async fn unmute_me_needs_confirmation_by_keyboard(fixture: Fixture) -> Result<()> {
    let desktop = fixture.open().await?;
    let widget = &desktop.widget;
    desktop.browser.run(MUTE_OFFERED, vec![]).await?;
    let agent = desktop.agent(0);
    widget.pick(&agent.name).await?;
    widget.press_button("Barge in").await?;
    widget.press_button("Yes, go on").await?;
    widget
        .see_in("Monitoring", "In calls everyone will hear you.")
        .await?;
    desktop.emulator().call_arrives(&agent.number, "555-1234")?;
    widget.answer().await?;
    widget.see_in("Monitoring", "Everyone hears you").await?;
    call_is_muted(&desktop, "Off").await?;

    widget.tab_to("button", "Mute me").await?;
    widget.see_settled("Mute me").await?;
    widget.press(Key::Enter).await?;
    asked(&desktop, &["MuteCall"]).await?;
    call_is_muted(&desktop, "On").await?;
    widget
        .see_in("Monitoring", "You are muted in this call")
        .await?;
    has_focus(&desktop, "button", "Unmute me").await?;

    // Neither the question nor Escape sends a request.
    widget.see_settled("Unmute me").await?;
    widget.press(Key::Enter).await?;
    has_focus(&desktop, "group", "Confirm").await?;
    widget
        .see_in(
            "Call",
            "Unmute yourself? Everyone in the call will hear you: ",
        )
        .await?;
    widget.press(Key::Escape).await?;
    has_focus(&desktop, "button", "Unmute me").await?;
    widget.press(Key::Space).await?;
    has_focus(&desktop, "group", "Confirm").await?;
    asked(&desktop, &["MuteCall"]).await?;

    widget.tab_to("button", "Yes, go on").await?;
    widget.see_settled("Yes, go on").await?;
    widget.press(Key::Enter).await?;
    asked(&desktop, &["MuteCall", "UnmuteCall"]).await?;
    call_is_muted(&desktop, "Off").await?;
    widget.see_in("Monitoring", "Everyone hears you").await?;
    has_focus(&desktop, "button", "Mute me").await
}

/// Waits until the page has made exactly these requests.
async fn asked(desktop: &Desktop, expect: &[&str]) -> Result<()> {
    until("what was asked for", async || {
        let asked = desktop.browser.run("return window.asked", vec![]).await?;
        ensure!(asked == json!(expect), "it is {asked}");
        Ok(())
    })
    .await
}

/// Checks the focus after the next paint.
async fn has_focus(desktop: &Desktop, role: &str, name: &str) -> Result<()> {
    let painted =
        "await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))";
    desktop.browser.run_async(painted, vec![]).await?;
    let focus = desktop.widget.focus().await?;
    let expect = (role.to_owned(), name.to_owned());
    ensure!(
        focus == expect,
        "the focus is on the {} “{}”",
        focus.0,
        focus.1
    );
    Ok(())
}

async fn typing_does_not_trigger_the_pages_shortcuts(fixture: Fixture) -> Result<()> {
    let desktop = fixture.open().await?;
    let widget = &desktop.widget;
    // A page with single-letter shortcuts.
    let listen = "
        window.heard = [];
        document.addEventListener('keydown', (event) => {
            if (!/^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName)) heard.push(event.key);
        });";
    desktop.browser.run(listen, vec![]).await?;
    let agent = desktop.agent(0);
    widget.pick(&agent.name).await?;
    widget.tab_to("radio", "Whole call").await?;
    widget.press(Key::Down).await?;
    widget.tab_to("button", "Listen in").await?;
    widget.press(Key::Space).await?;
    widget.see_in("Monitoring", "Waiting for a call").await?;
    let heard = desktop.browser.run("return heard", vec![]).await?;
    let heard: Vec<String> = serde_json::from_value(heard)?;
    let used: Vec<_> = heard
        .iter()
        .filter(|key| !["Tab", "Control"].contains(&key.as_str()))
        .collect();
    // Ctrl+A selects the field's text and does not reach the page.
    ensure!(used.is_empty(), "the page heard {heard:?}");
    Ok(())
}

async fn escape_undoes_one_step_at_a_time(fixture: Fixture) -> Result<()> {
    let desktop = fixture.open().await?;
    let widget = &desktop.widget;
    let (chosen, other) = (desktop.agent(0), desktop.agent(1));
    widget.pick(&chosen.name).await?;
    // When focus returns, the text is selected and typing replaces it.
    widget.tab_to("radio", "Whole call").await?;
    widget.tab_back_to("combobox", "Agent").await?;

    // The first Escape discards the typed text, closes the list and restores the choice.
    widget.type_text(&other.name).await?;
    until("the list", async || {
        ensure!(!widget.options().await?.is_empty(), "it is empty");
        Ok(())
    })
    .await?;
    widget.press(Key::Escape).await?;
    ensure!(widget.options().await?.is_empty());
    ensure!(widget.agent_field().await? == Desktop::title(&chosen));

    // The second clears the choice.
    widget.press(Key::Escape).await?;
    ensure!(widget.agent_field().await?.is_empty());
    widget.see("Pick an agent first.").await
}

async fn arrows_move_through_the_list(fixture: Fixture) -> Result<()> {
    let desktop = fixture.open().await?;
    let widget = &desktop.widget;
    widget.tab_to("combobox", "Agent").await?;
    widget.press(Key::Down).await?;
    let options = until("the list", async || {
        let options = widget.options().await?;
        ensure!(options.len() > 3, "it holds {options:?}");
        Ok(options)
    })
    .await?;

    // One down from the first, back, and around the end.
    widget.press(Key::Down).await?;
    ensure!(widget.active_option().await? == options[1]);
    widget.press(Key::Up).await?;
    ensure!(widget.active_option().await? == options[0]);
    widget.press(Key::Up).await?;
    let last = widget.active_option().await?;
    ensure!(!options.contains(&last), "“{last}” is not the last");
    widget.press(Key::Down).await?;
    ensure!(widget.active_option().await? == options[0]);

    widget.press(Key::Down).await?;
    widget.press(Key::Enter).await?;
    let field = widget.agent_field().await?;
    let name = field.split(" · ").next().unwrap_or_default();
    ensure!(
        options[1].starts_with(name),
        "“{}” was chosen, and the field shows “{field}”",
        options[1]
    );
    Ok(())
}
