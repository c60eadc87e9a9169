//! Accessibility: roles and names in the browser's accessibility tree, axe-core's checks of each state, focusable
//! elements, and a screen reader's announcements.

use anyhow::{Result, bail, ensure};
use e2e::{Desktop, Fixture, Key, Widget, scenarios, snapshot, until};
use serde_json::json;

scenarios!(
    roles_and_names_match_the_accessibility_tree,
    what_is_not_accessible_is_found,
    main_states_have_their_tree_and_tab_stops,
    every_main_state_is_accessible_in_arabic,
    nothing_moves_where_less_motion_is_wanted,
    forced_colours_and_more_contrast_keep_the_highlight_and_fit,
    edges_and_the_focus_have_contrast_and_nothing_covers_the_focus,
    a_screen_reader_is_told_the_whole_job,
    a_screen_reader_is_told_of_refusals_and_outages,
);

async fn roles_and_names_match_the_accessibility_tree(fixture: Fixture) -> Result<()> {
    let desktop = fixture.open().await?;
    let widget = &desktop.widget;
    let agent = desktop.agent(0);
    desktop.listen_in(&agent).await?;
    desktop.emulator().call_arrives(&agent.number, "555-1234")?;
    widget.see_in("Call", "Ringing").await?;
    widget.open_list().await?;
    for (role, name) in [
        ("region", "Connection"),
        ("region", "My device"),
        ("button", "My device 5005"),
        ("region", "Monitoring"),
        ("region", "Call"),
        ("region", "Team"),
        ("region", "What happened"),
        ("combobox", "Agent"),
        ("listbox", "Agents"),
        ("combobox", "Group"),
        ("combobox", "Show"),
        ("combobox", "Sort by"),
        ("radiogroup", "Scope"),
        ("radio", "Whole call"),
        ("radio", "This agent only"),
        ("radiogroup", "Calls"),
        ("radio", "All calls"),
        ("radio", "Next call only"),
        ("combobox", "Limit"),
        ("button", "Listen in"),
        ("button", "Coach"),
        ("button", "Barge in"),
        ("button", "Stop monitoring"),
        ("button", "Answer"),
    ] {
        is_to_the_browser(&desktop, role, name).await?;
    }
    let first = widget.options().await?.swap_remove(0);
    is_to_the_browser(&desktop, "option", &first).await?;

    widget.answer().await?;
    widget.see_in("Call", "Established").await?;
    widget.press_button("Switch to barge-in").await?;
    widget.see_in("Call", "Switch to barge-in?").await?;
    for (role, name) in [
        ("button", "Leave call"),
        ("button", "Switch to barge-in"),
        ("group", "Confirm"),
        ("button", "Yes, go on"),
        ("button", "Cancel"),
    ] {
        is_to_the_browser(&desktop, role, name).await?;
    }
    Ok(())
}

async fn is_to_the_browser(desktop: &Desktop, role: &str, name: &str) -> Result<()> {
    let element = desktop.widget.find(role, name).await?;
    let found = desktop.browser.accessible(&element).await?;
    ensure!(
        found == (role.to_owned(), name.to_owned()),
        "the {role} “{name}” is the {} “{}” to the browser",
        found.0,
        found.1
    );
    Ok(())
}

async fn what_is_not_accessible_is_found(fixture: Fixture) -> Result<()> {
    let desktop = fixture.open().await?;
    let spoil = "const root = document.querySelector('listen-in').shadowRoot;
        root.querySelector('[part=coach]').textContent = '';
        root.querySelector('section').classList.add('spoilt');";
    desktop.browser.run(spoil, vec![]).await?;
    let Err(found) = desktop.widget.see_in("Monitoring", "Nobody").await else {
        bail!("axe-core found nothing");
    };
    ensure!(found.to_string().contains("button-name"), "{found:#}");
    Ok(())
}

async fn main_states_have_their_tree_and_tab_stops(fixture: Fixture) -> Result<()> {
    let desktop = fixture.set_up(|config| config.auto_login = false).await?;
    let widget = &desktop.widget;
    desktop.browser.resize(360, 780).await?;
    desktop.open_page().await?;
    widget.see_in("Connection", "Sign-in needed").await?;
    snapshot::compare(widget, "sign-in-needed").await?;
    desktop.sign_in().await?;
    widget.press_button("Try now").await?;
    widget.see_in("Connection", "Live").await?;
    let agent = desktop.agent(0);
    widget.pick(&agent.name).await?;
    snapshot::compare(widget, "picked").await?;
    widget.listen_in().await?;
    widget.see_in("Monitoring", "Waiting for a call").await?;
    snapshot::compare(widget, "waiting").await?;
    desktop.emulator().call_arrives(&agent.number, "555-1234")?;
    widget.see_in("Call", "Ringing").await?;
    snapshot::compare(widget, "ringing").await?;
    widget.answer().await?;
    widget.see_in("Call", "Established").await?;
    snapshot::compare(widget, "in-a-call").await?;
    widget.press_button("Switch to barge-in").await?;
    widget.see_in("Call", "Switch to barge-in?").await?;
    snapshot::compare(widget, "asked").await?;
    widget.press_button("Yes, go on").await?;
    widget.see_in("Monitoring", "Everyone hears you").await?;
    snapshot::compare(widget, "the-customer-hears").await
}

async fn every_main_state_is_accessible_in_arabic(fixture: Fixture) -> Result<()> {
    let desktop = fixture.set_up(|config| config.auto_login = false).await?;
    let widget = &desktop.widget;
    let in_arabic = async || {
        for width in [360, 1280] {
            desktop.browser.resize(width, 860).await?;
            widget.speak("ar").await?;
            let found = widget.overflow().await?;
            ensure!(found.is_empty(), "{}", found.join("; "));
            widget.speak("en").await?;
        }
        anyhow::Ok(())
    };
    desktop.open_page().await?;
    widget.see_in("Connection", "Sign-in needed").await?;
    in_arabic().await?;
    desktop.sign_in().await?;
    widget.press_button("Try now").await?;
    widget.see_in("Connection", "Live").await?;
    in_arabic().await?;
    widget.open_device().await?;
    in_arabic().await?;
    let agent = desktop.agent(0);
    widget.open_list().await?;
    in_arabic().await?;
    desktop.emulator().monitored_by_other(&agent.number)?;
    widget.pick(&agent.number).await?;
    widget.listen_in().await?;
    widget
        .see("is already monitored by another supervisor")
        .await?;
    in_arabic().await?;
    desktop.emulator().cancel_other()?;
    widget.press_button("Coach").await?;
    in_arabic().await?;
    widget.press_button("Yes, go on").await?;
    widget.see_in("Monitoring", "Waiting for a call").await?;
    in_arabic().await?;
    desktop.emulator().call_arrives(&agent.number, "555-1234")?;
    widget.see_in("Call", "Ringing").await?;
    in_arabic().await?;
    widget.answer().await?;
    widget.see_in("Monitoring", "The agent hears you").await?;
    in_arabic().await?;
    widget.press_button("Switch to barge-in").await?;
    widget.see_in("Call", "Switch to barge-in?").await?;
    in_arabic().await?;
    widget.press_button("Yes, go on").await?;
    widget.see_in("Monitoring", "Everyone hears you").await?;
    in_arabic().await?;
    desktop.stop_emulator().await;
    widget.see_in("Connection", "Reconnecting").await?;
    in_arabic().await
}

/// Animations outside of the media query, and running animations.
const MOVING: &str = "const root = document.querySelector('listen-in').shadowRoot;
    const moves = (style) => ['transition-duration', 'animation-duration'].some(
        (name) => style.getPropertyValue(name).split(',').some((time) => parseFloat(time) > 0));
    const named = (rule) => rule.style && moves(rule.style) ? [rule.selectorText] : [];
    const asked = (rule) => rule.conditionText?.includes('prefers-reduced-motion: no-preference');
    const walk = (rules) => [...rules].flatMap((rule) => asked(rule) ? []
        : [...named(rule), ...(rule.cssRules ? walk(rule.cssRules) : [])]);
    const unasked = root.adoptedStyleSheets.flatMap((sheet) => walk(sheet.cssRules));
    const now = [...root.querySelectorAll('*')].filter((it) => moves(getComputedStyle(it)));
    return [unasked, now.map((it) => it.className)]";

async fn nothing_moves_where_less_motion_is_wanted(fixture: Fixture) -> Result<()> {
    let desktop = fixture.open().await?;
    desktop.widget.open_list().await?;
    let moving = desktop.browser.run(MOVING, vec![]).await?;
    ensure!(moving[0] == json!([]), "these move always: {}", moving[0]);
    if desktop.browser.engine().has_devtools() {
        ensure!(moving[1] != json!([]), "nothing moves anyway");
        emulate(&desktop, "prefers-reduced-motion", "reduce").await?;
        let moving = desktop.browser.run(MOVING, vec![]).await?;
        ensure!(moving[1] == json!([]), "these move: {}", moving[1]);
    }
    Ok(())
}

async fn emulate(desktop: &Desktop, feature: &str, value: &str) -> Result<()> {
    let features = json!({ "features": [{ "name": feature, "value": value }] });
    let emulate = "Emulation.setEmulatedMedia";
    desktop.browser.devtools(emulate, features).await?;
    Ok(())
}

async fn forced_colours_and_more_contrast_keep_the_highlight_and_fit(
    fixture: Fixture,
) -> Result<()> {
    let desktop = fixture.open().await?;
    let widget = &desktop.widget;
    if !desktop.browser.engine().has_devtools() {
        // Where the setting can't be emulated, the style sheet is checked.
        let script =
            "const sheets = document.querySelector('listen-in').shadowRoot.adoptedStyleSheets;
            const rules = sheets.flatMap((sheet) => [...sheet.cssRules]);
            return ['forced-colors: active', 'prefers-contrast: more'].every(
                (query) => rules.some((rule) => rule.conditionText?.includes(query)))";
        let has_both = desktop.browser.run(script, vec![]).await?;
        ensure!(has_both == json!(true), "the style sheet lacks one");
        return Ok(());
    }
    for (feature, value) in [("forced-colors", "active"), ("prefers-contrast", "more")] {
        emulate(&desktop, feature, value).await?;
        for width in [320, 1280] {
            desktop.browser.resize(width, 860).await?;
            widget.open_list().await?;
            widget.press(Key::Down).await?;
            let differs = "const root = document.querySelector('listen-in').shadowRoot;
                const look = (row) => { const style = getComputedStyle(row);
                    return [style.borderTopColor, style.outlineStyle, style.backgroundColor].join() };
                const active = root.querySelector('.row.is-active');
                const other = root.querySelector('.row:not(.is-active)');
                return !!active && look(active) !== look(other)";
            until("the highlight to be seen", async || {
                let is_seen = desktop.browser.run(differs, vec![]).await?;
                ensure!(is_seen == json!(true), "{feature}, {width} px: it is not");
                Ok(())
            })
            .await?;
            let found = widget.overflow().await?;
            ensure!(
                found.is_empty(),
                "{feature}, {width} px: {}",
                found.join("; ")
            );
            widget.press(Key::Escape).await?;
        }
    }
    Ok(())
}

/// What lacks a contrast of 3 : 1 to what it stands on: the edges of enabled controls, icons, and the outline of the
/// focus, if it was moved by keyboard; and whether something covers it.
const UNSEEN: &str = "const root = document.querySelector('listen-in').shadowRoot;
    const parent = (part) => part.assignedSlot ?? part.parentElement ?? part.getRootNode().host;
    const channels = (colour) => colour.match(/[\\d.]+/g).map(Number);
    const ground = (part) => {
        for (let at = part; at; at = parent(at)) {
            const colour = getComputedStyle(at).backgroundColor;
            if (channels(colour)[3] !== 0) return colour;
        }
        return 'rgb(255, 255, 255)';
    };
    const light = (colour) => {
        const [red, green, blue] = channels(colour).map((it) => it / 255).map(
            (it) => it <= 0.04045 ? it / 12.92 : ((it + 0.055) / 1.055) ** 2.4);
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
    };
    const contrast = (...colours) => {
        const [more, less] = colours.map(light).sort((one, other) => other - one);
        return (more + 0.05) / (less + 0.05);
    };
    const wrong = [];
    const check = (what, part, ...colours) => {
        const best = Math.max(...colours.map((colour) => contrast(colour, ground(parent(part)))));
        if (best < 3) wrong.push(`${what} of ${part.part.value || part.className.baseVal || part.className}: ${best}`);
    };
    for (const part of root.querySelectorAll('.button, select, input[role]')) {
        const style = getComputedStyle(part);
        if (part.checkVisibility() && part.ariaDisabled !== 'true') {
            check('edge', part, style.borderTopColor, style.backgroundColor);
        }
    }
    for (const icon of root.querySelectorAll('.icon')) {
        if (icon.checkVisibility()) check('icon', icon, getComputedStyle(icon).color);
    }
    const focused = root.activeElement;
    if (arguments[0] && focused) {
        const style = getComputedStyle(focused);
        if (style.outlineStyle === 'none' || parseFloat(style.outlineWidth) < 2) wrong.push(`no outline: ${focused.outerHTML}`);
        check('outline', focused, style.outlineColor);
        const { left, top, width, height } = focused.getBoundingClientRect();
        const there = root.elementFromPoint(left + width / 2, top + height / 2);
        if (!focused.contains(there)) wrong.push(`covered: ${focused.outerHTML} by ${there?.outerHTML}`);
    }
    return [wrong, focused !== null]";

async fn edges_and_the_focus_have_contrast_and_nothing_covers_the_focus(
    fixture: Fixture,
) -> Result<()> {
    let desktop = fixture.open().await?;
    let widget = &desktop.widget;
    let agent = desktop.agent(0);
    let look = async |when: &str, is_by_keyboard: bool| {
        let given = vec![json!(is_by_keyboard)];
        let found = desktop.browser.run(UNSEEN, given).await?;
        ensure!(found[0] == json!([]), "{when}: {}", found[0]);
        anyhow::Ok(found[1] == json!(true))
    };
    // With the focus on one control after the other.
    let in_both = async |when: &str| {
        for colours in ["light", "dark"] {
            let scheme = format!("document.documentElement.style.colorScheme = '{colours}'");
            desktop.browser.run(&scheme, vec![]).await?;
            look(&format!("{when}, {colours}"), false).await?;
        }
        widget.tab_to("combobox", "Agent").await?;
        let mut stops = 0;
        while look(when, true).await? {
            widget.press(Key::Tab).await?;
            stops += 1;
        }
        ensure!(stops > 5, "{when}: Tab stopped {stops} times");
        anyhow::Ok(())
    };
    widget.pick(&agent.name).await?;
    in_both("picked").await?;
    widget.open_list().await?;
    look("with the list", true).await?;
    for _ in 0..3 {
        widget.press(Key::Tab).await?;
        look("in the list", true).await?;
    }
    widget.press(Key::Escape).await?;
    widget.press_button("Coach").await?;
    in_both("asked").await?;
    widget.press_button("Yes, go on").await?;
    widget.see_in("Monitoring", "Waiting for a call").await?;
    desktop.emulator().call_arrives(&agent.number, "555-1234")?;
    widget.see_in("Call", "Ringing").await?;
    in_both("ringing").await?;
    widget.answer().await?;
    widget.press_button("Switch to barge-in").await?;
    widget.press_button("Yes, go on").await?;
    widget.see_in("Monitoring", "Everyone hears you").await?;
    in_both("the customer hears").await
}

async fn a_screen_reader_is_told_the_whole_job(fixture: Fixture) -> Result<()> {
    let desktop = fixture.open().await?;
    let widget = &desktop.widget;
    widget.record_announcements().await?;
    let agent = desktop.agent(5);
    widget.tab_to("combobox", "Agent").await?;
    widget.type_text("zzzz").await?;
    told(widget, &["No agent matches"]).await?;
    widget.press(Key::Escape).await?;
    widget.type_text(&agent.name).await?;
    told(widget, &["1 agent matches."]).await?;
    widget.press(Key::Down).await?;
    widget.press(Key::Enter).await?;
    widget.tab_to("button", "Listen in").await?;
    widget.press(Key::Enter).await?;
    told(
        widget,
        &["Requested: listen in to", "Confirmed: listening in to"],
    )
    .await?;
    desktop.emulator().call_arrives(&agent.number, "555-1234")?;
    told(widget, &["Your phone rings: answer to hear 555-1234"]).await?;
    widget.tab_back_to("button", "Answer").await?;
    widget.see_settled("Answer").await?;
    widget.press(Key::Enter).await?;
    told(
        widget,
        &[
            "Requested: answer the call",
            "Joined the call with 555-1234",
        ],
    )
    .await?;
    widget.tab_to("button", "Switch to barge-in").await?;
    widget.see_settled("Switch to barge-in").await?;
    widget.press(Key::Enter).await?;
    widget.tab_to("button", "Yes, go on").await?;
    widget.see_settled("Yes, go on").await?;
    widget.press(Key::Enter).await?;
    told(widget, &["Everyone in the call hears you now"]).await?;
    widget.tab_to("button", "Switch to listening").await?;
    widget.see_settled("Switch to listening").await?;
    widget.press(Key::Enter).await?;
    told(widget, &["You are muted now: nobody in the call hears you"]).await?;
    widget.tab_back_to("button", "Stop monitoring").await?;
    widget.press(Key::Enter).await?;
    told(
        widget,
        &["Requested: stop monitoring", "Stopped monitoring"],
    )
    .await?;
    let told = widget.announcements().await?;
    ensure!(
        !told
            .iter()
            .any(|text| text.contains("00:00:") || text.contains("Heard")),
        "a clock was told: {told:?}"
    );
    Ok(())
}

async fn a_screen_reader_is_told_of_refusals_and_outages(fixture: Fixture) -> Result<()> {
    let desktop = fixture.open().await?;
    let widget = &desktop.widget;
    widget.record_announcements().await?;
    let agent = desktop.agent(0);
    desktop.emulator().monitored_by_other(&agent.number)?;
    widget.pick(&agent.number).await?;
    let refused = "is already monitored by another supervisor";
    widget.listen_in().await?;
    told(widget, &[refused]).await?;
    // The same text is announced again.
    widget.listen_in().await?;
    until("the refusal to be told twice", async || {
        let told = widget.announcements().await?;
        let times = told.iter().filter(|text| text.contains(refused)).count();
        ensure!(times == 2, "it was told {times} times: {told:?}");
        Ok(())
    })
    .await?;
    desktop.stop_emulator().await;
    told(
        widget,
        &["Connection lost. What is shown may be out of date"],
    )
    .await?;
    desktop.start_emulator().await?;
    told(widget, &["Connection restored. Everything was read again"]).await
}

/// Waits until these texts were announced, in this order.
async fn told(widget: &Widget, expect: &[&str]) -> Result<()> {
    until(&format!("{expect:?} to be told"), async || {
        let told = widget.announcements().await?;
        let mut rest = told.iter();
        let are_all = expect
            .iter()
            .all(|words| rest.any(|text| text.contains(words)));
        ensure!(are_all, "told was {told:?}");
        Ok(())
    })
    .await
}
