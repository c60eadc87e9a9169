//! The places of controls, whatever the length of names, numbers and messages.

use wasm_bindgen_test::wasm_bindgen_test;

use crate::page::*;

/// The tops of the controls within the panel.
fn tops(page: &Page) -> Vec<f64> {
    let controls = ["[part=agent]", "[part=limit]", "[part=listen-in]"];
    let own = page.element.get_bounding_client_rect().top();
    let top = |part: &&str| page.find(part).get_bounding_client_rect().top() - own;
    controls.iter().map(top).collect()
}

#[wasm_bindgen_test]
async fn a_request_and_its_refusal_move_no_control() {
    let name = "Wolfeschlegelsteinhausenbergerdorff".repeat(3);
    let page = Page::live_with(&[[name.as_str(), "6001", "Ready"]]).await;
    set_width(&page.element, 320);
    page.pick("6001").await;
    one_frame().await;
    let before = tops(&page);
    let release = hold_operations();
    page.listen_in().await;
    until("requested", || {
        !shown(&page.find(".outlook .pending")).is_empty()
    })
    .await;
    assert_eq!(tops(&page), before);
    release.call0(&wasm_bindgen::JsValue::UNDEFINED).unwrap();
    until("refused", || {
        shown(&page.find(".choice > .problem")).contains("no such thing")
    })
    .await;
    one_frame().await;
    assert_eq!(tops(&page), before);
}

#[wasm_bindgen_test]
async fn connection_and_device_share_a_line_whatever_the_number() {
    let page = Page::live().await;
    set_width(&page.element, 320);
    until("a held connect", is_held).await;
    push_own_device(
        r#"{"phoneNumber":"supervisor.desk5005@customer-line.harbour-bank.example","deviceState":"Inactive"}"#,
    );
    page.says("My device", "Inactive").await;
    one_frame().await;
    let [line, device] = [".connection > .line", ".disclosure"].map(|part| page.find(part));
    assert_eq!([line.offset_height(), device.offset_height()], [36, 36]);
    assert!(line.offset_width() > 80, "{}", line.offset_width());
    let right = page.element.get_bounding_client_rect().right();
    assert!(device.get_bounding_client_rect().right() <= right);
    // What is cut off is in the details.
    device.click();
    page.says("My device", "harbour-bank.example").await;
}

#[wasm_bindgen_test]
async fn other_calls_on_the_device_have_a_line_each() {
    let page = Page::live().await;
    page.gets_call("Established", "Hangup").await;
    for (id, number) in [("call-2", "555-9"), ("call-3", "555-8")] {
        let other = format!(
            r#"{{ "id": "{id}", "monitoring": false, "participants": [{{ "phoneNumber": "{number}" }}] }}"#
        );
        page.gets_call_with("Held", "None", &other).await;
    }
    page.says("Call", "555-8").await;
    let others = page.find(".call .others").inner_text();
    assert_eq!(others.trim().lines().count(), 2, "{others}");
}

#[wasm_bindgen_test]
async fn what_the_page_puts_in_front_covers_the_whole_panel() {
    let page = Page::live().await;
    // Like a fixed header, which comes before the panel.
    let cover = document().create_element("div").unwrap();
    let style = "position: fixed; inset: 0; z-index: 1";
    cover.set_attribute("style", style).unwrap();
    body().prepend_with_node_1(&cover).unwrap();
    for part in ["status", "monitoring", "choice", "journal"] {
        let place = page.find(&format!("[part~={part}]"));
        place.scroll_into_view();
        let place = place.get_bounding_client_rect();
        let (x, y) = (place.x() + place.width() / 2.0, place.y() + 2.0);
        let front = document().element_from_point(x as f32, y as f32);
        assert_eq!(front.as_ref(), Some(&cover), "{part}");
    }
    cover.remove();
}
