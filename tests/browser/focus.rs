//! The keyboard focus. When the focused element is removed, a browser moves it to the body.

use js_sys::Promise;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::HtmlElement;

use crate::page::*;

#[wasm_bindgen_test]
async fn a_disabled_button_is_focusable_and_describes_its_reason() {
    let page = Page::live().await;
    let button = page.button("Listen in");
    button.focus().unwrap();
    assert_eq!(page.focus(), "Listen in");
    assert!(is_off(&button));
    let by = button.get_attribute("aria-describedby").unwrap();
    let reason = page.find(&format!("#{by}")).text_content();
    assert_eq!(reason.as_deref(), Some("Pick an agent first."));
    button.click();
    one_frame().await;
    assert_eq!(asked(&format!("/devices/{SUPERVISOR}")), 0);
}

#[wasm_bindgen_test]
async fn the_focus_stays_on_a_button_while_its_request_is_pending() {
    let page = Page::live().await;
    page.pick("Bo").await;
    let release = hold_operations();
    let button = page.listen_in().await;
    until("asked", || is_off(&button)).await;
    one_frame().await;
    assert_eq!(page.focus(), "Listen in");
    // Pressed again it does nothing.
    button.click();
    push_listening();
    page.says("Monitoring", "Listening in to Bo Abbott").await;
    release.call0(&JsValue::UNDEFINED).unwrap();
    one_frame().await;
    assert_eq!(page.focus(), "Listen in");
    assert_eq!(asked(&format!("/devices/{SUPERVISOR}")), 1);

    let _held = hold_operations();
    let stop = page.press("Stop monitoring").await;
    until("asked", || is_off(&stop)).await;
    one_frame().await;
    assert_eq!(page.focus(), "Stop monitoring");
}

#[wasm_bindgen_test]
async fn a_removed_button_passes_the_focus_to_its_region() {
    let page = Page::live().await;
    page.gets_call("Ringing", "Answer").await;
    page.button("Answer").focus().unwrap();
    page.gets_call("Established", "Hangup SwitchToBargeIn")
        .await;
    assert_eq!(page.focus(), "Call");
    page.button("Leave call").focus().unwrap();
    page.gets_call("Released", "None").await;
    // The region has disappeared, too.
    page.has_no_call().await;
    one_frame().await;
    assert_eq!(page.focus(), "Monitoring");
}

#[wasm_bindgen_test]
async fn a_replaced_button_passes_the_focus_to_its_replacement() {
    let page = Page::live().await;
    for [own, other] in [
        ["MuteMonitoredUser", "UnmuteMonitoredUser"],
        ["MuteCall", "UnmuteCall"],
        ["SwitchToBargeIn", "SwitchToListenIn"],
    ] {
        let name = |operation: &str| {
            let name = operation.replace("MonitoredUser", " agent");
            let name = name.replace("Call", " me").replace("To", " to ");
            name.replace("BargeIn", "barge-in")
                .replace("ListenIn", "listening")
        };
        for (before, after) in [(own, other), (other, own)] {
            let offers = |operation: &str| format!("Hangup {operation}");
            page.gets_call("Established", &offers(before)).await;
            page.button(&name(before)).focus().unwrap();
            page.gets_call("Established", &offers(after)).await;
            assert_eq!(page.focus(), name(after));
        }
    }
}

#[wasm_bindgen_test]
async fn a_late_replacement_gets_the_focus_if_it_is_still_on_the_region() {
    let page = Page::live().await;
    let offers = [
        "Hangup MuteMonitoredUser",
        "Hangup",
        "Hangup UnmuteMonitoredUser",
    ];
    for leaves in [false, true] {
        page.gets_call("Established", offers[0]).await;
        page.button("Mute agent").focus().unwrap();
        page.gets_call("Established", offers[1]).await;
        assert_eq!(page.focus(), "Call");
        if leaves {
            page.button("Listen in").focus().unwrap();
        }
        page.gets_call("Established", offers[2]).await;
        let expect = if leaves { "Listen in" } else { "Unmute agent" };
        assert_eq!(page.focus(), expect);
    }
}

#[wasm_bindgen_test]
async fn a_new_button_ignores_presses_at_first() {
    const CALL: &str = "/calls/call-1";
    let page = Page::live().await;
    for (offers, name) in [
        ("Hangup MuteCall", "Leave call"),
        ("MuteMonitoredUser", "Mute agent"),
    ] {
        let before = asked(CALL);
        page.gets_call("Established", offers).await;
        page.button(name).click();
        one_turn().await;
        assert_eq!(asked(CALL), before, "{name}");
        page.press(name).await;
        until("asked", || asked(CALL) == before + 1).await;
        page.says("Call", "was refused").await;
    }
}

#[wasm_bindgen_test]
async fn unmuting_asks_first_and_says_who_will_hear() {
    const CALL: &str = "/calls/call-1";
    let page = Page::live().await;
    let before = asked(CALL);
    for (state, question) in [
        (
            "Coach",
            "Unmute yourself? The agent will hear you. The customer will not.",
        ),
        (
            "BargeIn",
            "Unmute yourself? Everyone in the call will hear you: 555-1.",
        ),
    ] {
        let leg = format!(
            r#"{{ "mute": "On", "supervisorMonitoringState": {{ "state": "{state}" }},
                "participants": [{{ "phoneNumber": "555-1" }}] }}"#
        );
        page.gets_call_with("Established", "Hangup UnmuteCall", &leg)
            .await;
        page.press("Unmute me").await;
        page.says("Call", question).await;
        page.press("Cancel").await;
    }
    assert_eq!(asked(CALL), before);
    page.press("Unmute me").await;
    page.press("Yes, go on").await;
    until("asked", || asked(CALL) == before + 1).await;
}

#[wasm_bindgen_test]
async fn a_confirmation_is_withdrawn_when_others_are_in_the_call() {
    let page = Page::live().await;
    let leg = |numbers: &[&str]| {
        let parties: Vec<_> = numbers
            .iter()
            .map(|number| format!(r#"{{ "phoneNumber": "{number}" }}"#))
            .collect();
        let parties = parties.join(", ");
        format!(r#"{{ "mute": "On", "participants": [{parties}] }}"#)
    };
    let has = "Hangup SwitchToBargeIn";
    page.gets_call_with("Established", has, &leg(&["555-1", "6001"]))
        .await;
    page.press("Switch to barge-in").await;
    let question = "Switch to barge-in? Everyone in the call will hear you:";
    page.says("Call", question).await;
    // The same people in another order.
    page.gets_call_with("Established", has, &leg(&["6001", "555-1"]))
        .await;
    one_turn().await;
    assert!(region(&page.element, "Call").contains(question));
    page.gets_call_with("Established", has, &leg(&["555-2", "6001"]))
        .await;
    until("the question to go", || {
        !region(&page.element, "Call").contains(question)
    })
    .await;
}

#[wasm_bindgen_test]
async fn a_confirmation_takes_the_focus_and_ignores_a_second_press() {
    let monitored = format!("/devices/{SUPERVISOR}");
    let page = Page::live().await;
    push_own_device(r#"{ "capabilities": ["ListenIn", "BargeIn"] }"#);
    page.pick("Bo").await;
    let focused = || {
        page.element
            .shadow_root()
            .unwrap()
            .active_element()
            .unwrap()
    };
    let confirm = || page.find("[part=choice] [role=group]");

    page.press("Barge in").await;
    one_frame().await;
    assert_eq!(page.focus(), "Confirm");
    let group = focused();
    assert_eq!(group.get_attribute("role").as_deref(), Some("group"));
    assert_eq!(group.get_attribute("tabindex").as_deref(), Some("-1"));
    let by = group.get_attribute("aria-describedby").unwrap();
    let question = page.find(&format!("#{by}")).text_content().unwrap();
    assert!(question.starts_with("Barge in to the calls of Bo Abbott? "));
    let yes: HtmlElement = page.find("[part=choice] [part=confirm]");
    assert_eq!(yes.get_attribute("aria-describedby"), None);
    yes.click();
    one_turn().await;
    assert_eq!(asked(&monitored), 0);
    assert!(is_shown(&confirm()));
    press(&group, "Escape", |_| {});
    one_frame().await;
    assert_eq!(page.focus(), "Barge in");

    // The focus stays with a person who has moved on when another choice withdraws the question.
    page.press("Barge in").await;
    one_frame().await;
    let radio = page.all("[type=radio]").swap_remove(1);
    radio.focus().unwrap();
    radio.click();
    one_frame().await;
    assert!(!is_shown(&confirm()));
    assert!(focused().is_same_node(Some(&radio)));

    page.press("Barge in").await;
    one_frame().await;
    settled().await;
    yes.click();
    until("asked", || asked(&monitored) == 1).await;
    assert_eq!(page.focus(), "Barge in");
}

#[wasm_bindgen_test]
async fn a_confirmation_in_the_call_takes_the_focus() {
    let page = Page::live().await;
    page.gets_call("Established", "Hangup SwitchToBargeIn")
        .await;
    page.press("Switch to barge-in").await;
    one_frame().await;
    assert_eq!(page.focus(), "Confirm");
    page.field().focus().unwrap();
    page.gets_call("Released", "None").await;
    page.has_no_call().await;
    assert!(!is_shown(&page.find("[part=call] [role=group]")));
    let field: &web_sys::Node = &page.field();
    let root = page.element.shadow_root().unwrap();
    assert!(field.is_same_node(root.active_element().as_deref()));
}

#[wasm_bindgen_test]
async fn a_confirmation_does_not_take_the_focus_back_from_its_buttons() {
    let page = Page::live().await;
    page.gets_call("Established", "Hangup SwitchToBargeIn")
        .await;
    page.button("Switch to barge-in").focus().unwrap();
    settled().await;
    page.button("Switch to barge-in").click();
    // Before the browser can bring the next key.
    let microtask = JsFuture::from(Promise::resolve(&JsValue::NULL));
    microtask.await.unwrap();
    assert_eq!(page.focus(), "Confirm");
    page.button("Yes, go on").focus().unwrap();
    one_frame().await;
    assert_eq!(page.focus(), "Yes, go on");
}

fn is_shown(element: &HtmlElement) -> bool {
    element.offset_parent().is_some()
}

#[wasm_bindgen_test]
async fn a_focus_moved_elsewhere_stays_there() {
    let page = Page::live().await;
    push_call("Ringing", "Answer");
    page.says("Call", "Ringing").await;
    page.button("Answer").focus().unwrap();
    page.field().focus().unwrap();
    until("a held connect", is_held).await;
    push_call("Established", "Hangup");
    page.says("Call", "Established").await;
    one_frame().await;
    let field = page.element.shadow_root().unwrap().active_element();
    assert_eq!(
        field.unwrap().get_attribute("role").as_deref(),
        Some("combobox")
    );
}

#[wasm_bindgen_test]
async fn another_call_withdraws_the_confirmation() {
    let page = Page::live().await;
    page.gets_call("Established", "Hangup SwitchToBargeIn")
        .await;
    page.press("Switch to barge-in").await;
    page.says("Call", "Switch to barge-in?").await;
    page.gets_call_with(
        "Established",
        "Hangup SwitchToBargeIn",
        r#"{ "id": "call-2", "participants": [{ "phoneNumber": "555-9" }] }"#,
    )
    .await;
    page.says("Call", "Also on your device").await;
    until("the question to go", || {
        !is_shown(&page.find("[part=call] [role=group]"))
    })
    .await;
}
