//! Where the focus is. A browser leaves it on the page's body when what has it goes.

use wasm_bindgen_test::wasm_bindgen_test;

use crate::page::*;

#[wasm_bindgen_test]
async fn a_button_that_is_out_of_use_can_have_the_focus_and_says_why() {
    let page = Page::live().await;
    for (name, why) in [
        ("Listen in", "Pick an agent first."),
        ("Stop monitoring", "Nobody is being monitored."),
    ] {
        let button = page.button(name);
        button.focus().unwrap();
        assert_eq!(page.focus(), name);
        assert!(is_off(&button), "{name}");
        let by = button.get_attribute("aria-describedby").unwrap();
        let reason = page.find(&format!("#{by}"));
        assert_eq!(reason.text_content().as_deref(), Some(why));
        button.click();
    }
    one_frame().await;
    assert_eq!(asked(&format!("/devices/{SUPERVISOR}")), 0);
}

#[wasm_bindgen_test]
async fn the_focus_stays_on_a_button_while_its_request_is_under_way() {
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
    release.call0(&wasm_bindgen::JsValue::UNDEFINED).unwrap();
    one_frame().await;
    assert_eq!(page.focus(), "Listen in");
    assert_eq!(asked(&format!("/devices/{SUPERVISOR}")), 1);

    let _held = hold_operations();
    let stop = page.button("Stop monitoring");
    stop.focus().unwrap();
    stop.click();
    until("asked", || is_off(&stop)).await;
    one_frame().await;
    assert_eq!(page.focus(), "Stop monitoring");
}

#[wasm_bindgen_test]
async fn a_button_that_goes_hands_the_focus_to_the_next_of_its_region_or_to_the_region() {
    let page = Page::live().await;
    push_call("Ringing", "Answer");
    page.says("Call", "Ringing").await;
    page.button("Answer").focus().unwrap();
    until("a held connect", is_held).await;
    push_call("Established", "Hangup");
    page.says("Call", "Established").await;
    one_frame().await;
    assert_eq!(page.focus(), "Leave call");
    until("a held connect", is_held).await;
    push_call("Released", "None");
    page.says("Call", "No call").await;
    one_frame().await;
    assert_eq!(page.focus(), "Call");
}

#[wasm_bindgen_test]
async fn a_focus_that_went_elsewhere_by_itself_is_left_there() {
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
