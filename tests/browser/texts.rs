//! Long texts, other scripts, dates.

use wasm_bindgen::JsCast;
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::{Element, HtmlElement, Node};

use crate::page::*;

#[wasm_bindgen_test]
async fn a_long_name_without_spaces_makes_nothing_stick_out() {
    const NAME: &str =
        "firstname.lastname.supervisor-desk-team7@customer-line.harbour-bank.example";
    let number = "+".to_owned() + &"1234567890".repeat(5);
    let page = Page::live_with(&[[NAME, &number, "Ready"], ["Bo", "1", "Ready"]]).await;
    page.element.style().set_property("width", "320px").unwrap();
    let fits = |when: &str| {
        let panel = page.find(".panel");
        let end = panel.get_bounding_client_rect().right() + 0.5;
        assert!(panel.scroll_width() <= panel.client_width(), "{when}");
        for part in page.all(".panel *") {
            let is_inside = part.get_bounding_client_rect().right() <= end;
            assert!(is_inside, "{when}: {}", part.outer_html());
        }
    };
    page.field().click();
    until("the list", || page.rows().len() == 2).await;
    fits("in the list");
    let name = page.find("[role=option] .name[title^=firstname]");
    assert_eq!(name.get_attribute("title").as_deref(), Some(NAME));
    page.pick("firstname").await;
    fits("picked");
    page.listen_in().await;
    until("refused", || {
        page.find(".outlook")
            .text_content()
            .is_some_and(|text| text.contains("was refused"))
    })
    .await;
    fits("refused");
    push_listening_to(&number);
    page.says("Monitoring", NAME).await;
    fits("monitored");
    page.type_text(&NAME.repeat(2));
    page.field().blur().unwrap();
    one_frame().await;
    fits("not picked");
}

/// How far from the left a part of the text of an element is.
fn left_of(element: &HtmlElement, part: &str) -> f64 {
    fn find(node: &Node, part: &str) -> Option<(Node, u32)> {
        if node.node_type() == Node::TEXT_NODE {
            let text = node.text_content()?;
            let at = text.find(part)?;
            let units = text[..at].encode_utf16().count();
            return Some((node.clone(), u32::try_from(units).unwrap()));
        }
        let children = node.child_nodes();
        (0..children.length()).find_map(|at| find(&children.item(at)?, part))
    }
    let (node, at) = find(element, part).unwrap_or_else(|| panic!("no {part}"));
    let range = document().create_range().unwrap();
    range.set_start(&node, at).unwrap();
    range.set_end(&node, at + part.len() as u32).unwrap();
    range.get_bounding_client_rect().left()
}

#[wasm_bindgen_test]
async fn digits_keep_their_order_beside_names_from_right_to_left() {
    for (name, number) in [("محمد علي", "555-0142"), ("דנה לוי", "555 0142")] {
        let page = Page::live_with(&[[name, number, "Ready"], ["Bo", "1", "Ready"]]).await;
        let host: &Element = &document().document_element().unwrap();
        host.set_attribute("dir", "rtl").unwrap();
        page.type_text("555");
        until("offered", || !page.rows().is_empty()).await;
        page.key("Enter");
        push_listening_to(number);
        page.says("Monitoring", "Listening in to").await;
        page.says("What happened", "listening in to").await;
        one_frame().await;
        for selector in [".monitoring .headline", ".journal li span"] {
            let text = page.find(selector);
            assert!(left_of(&text, "555") < left_of(&text, "0142"), "{selector}");
            assert!(
                left_of(&text, "istening") < left_of(&text, "555"),
                "{selector}"
            );
        }
        let forecast = page.find(".forecast");
        assert!(left_of(&forecast, "You") < left_of(&forecast, "hear"));
        // The field has no parts to measure; behind the mark digits are as in English.
        assert!(page.field().value().contains("\u{200e}555"));
        assert_eq!(
            page.find(".panel").get_attribute("dir").as_deref(),
            Some("ltr")
        );
        host.remove_attribute("dir").unwrap();
    }
}

#[wasm_bindgen_test]
async fn what_is_not_of_today_has_its_date() {
    const DAY: f64 = 86_400_000.0;
    let page = Page::live().await;
    push_listening();
    page.says("What happened", "Confirmed").await;
    until("a held connect", is_held).await;
    let time = || {
        page.find(".journal li:last-child time")
            .text_content()
            .unwrap()
    };
    let since = || region(&page.element, "Monitoring");
    let today = time();
    let is_dated = |text: &str| text.chars().any(char::is_alphabetic) && text.ends_with(&today);
    // A page in English says AM and PM.
    let plain = |text: &str| text.replace("AM", "").replace("PM", "");
    assert!(!is_dated(&plain(&today)), "{today}");
    pass(2.0 * DAY);
    until("the weekday", || time() != today).await;
    assert!(time().len() > today.len(), "{}", time());
    let weekdays = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
    assert!(
        weekdays.iter().any(|day| time().contains(day)),
        "{}",
        time()
    );
    assert!(
        weekdays.iter().any(|day| since().contains(day)),
        "{}",
        since()
    );
    pass(10.0 * DAY);
    until("the date", || {
        !weekdays.iter().any(|day| time().contains(day))
    })
    .await;
    assert!(time().len() > today.len(), "{}", time());
    let _: &HtmlElement = page.element.unchecked_ref();
}
