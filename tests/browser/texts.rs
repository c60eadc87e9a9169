//! Long texts, other scripts, dates.

use wasm_bindgen::prelude::*;
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::{Element, HtmlElement, Node};

use crate::page::*;

#[wasm_bindgen(module = "/tests/browser/fake-gws.js")]
extern "C" {
    #[wasm_bindgen(js_name = refuseAll)]
    fn refuse_all(refuses: bool);
}

#[wasm_bindgen_test]
async fn a_long_name_without_spaces_fits() {
    const NAME: &str =
        "firstname.lastname.supervisor-desk-team7@customer-line.harbour-bank.example";
    let number = "+".to_owned() + &"1234567890".repeat(5);
    let page = Page::live_with(&[[NAME, &number, "Ready"], ["Bo", "1", "Ready"]]).await;
    page.element.style().set_property("width", "320px").unwrap();
    let fits = |when: &str| fits(&page, when);
    page.field().click();
    until("the list", || page.rows().len() == 2).await;
    fits("in the list");
    let name = page.find("[role=option] .name[title^=firstname]");
    assert_eq!(name.get_attribute("title").as_deref(), Some(NAME));
    page.pick("firstname").await;
    fits("picked");
    page.listen_in().await;
    until("refused", || {
        page.find(".choice > .problem")
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

/// Nothing overflows the panel, and no button its parent.
pub(crate) fn fits(page: &Page, when: &str) {
    let end = |part: &HtmlElement| part.get_bounding_client_rect().right();
    let panel = page.find(".panel");
    let wide = panel.scroll_width() - panel.client_width();
    assert!(wide <= 0, "{when}: {wide} px too wide");
    for part in page.all(".panel *") {
        let is_inside = end(&part) <= end(&panel) + 0.5;
        assert!(is_inside, "{when}: {}", part.outer_html());
    }
    for button in page.all(".panel button") {
        let place = button.parent_element().unwrap().unchecked_into();
        let is_inside =
            end(&button) <= end(&place) + 0.5 && button.scroll_width() <= button.offset_width();
        assert!(is_inside, "{when}: {}", place.outer_html());
    }
}

#[wasm_bindgen_test]
async fn an_outdated_call_of_a_day_fits() {
    const HOUR: f64 = 3_600_000.0;
    const CALL: &str = r#"{ "participants": [{ "phoneNumber": "+44 20 7946 0000 0123" }] }"#;
    for width in ["320px", "360px"] {
        let page = Page::live().await;
        page.element.style().set_property("width", width).unwrap();
        push_listening();
        page.gets_call_with(
            "Established",
            "Hangup SwitchToBargeIn MuteMonitoredUser",
            CALL,
        )
        .await;
        page.press("Switch to barge-in").await;
        one_frame().await;
        fits(&page, "in a call");
        refuse_all(true);
        pass(26.0 * HOUR);
        page.says("Call", "1 day 02:00:0").await;
        page_event("pagehide", true);
        page_event("pageshow", true);
        page.says("Call", " as of ").await;
        one_frame().await;
        fits(&page, "out of date");
        let state = page.find(".call .headline");
        assert_eq!(state.text_content().as_deref(), Some("Established"));
        assert!(state.offset_height() < 30, "{}", state.offset_height());
        refuse_all(false);
    }
}

#[wasm_bindgen_test]
async fn a_large_font_and_wide_gaps_fit() {
    let page = Page::live().await;
    let style = page.element.style();
    for (name, value) in [
        ("width", "320px"),
        ("font", "20px monospace"),
        ("--listen-in-font", "20px monospace"),
        ("--listen-in-density", "8px"),
    ] {
        style.set_property(name, value).unwrap();
    }
    push_own_device(r#"{ "capabilities": ["ListenIn", "BargeIn"] }"#);
    page.pick("Bo").await;
    fits(&page, "at rest");
    page.press("Barge in").await;
    one_frame().await;
    fits(&page, "with a question");
    page.press("Cancel").await;
    page.gets_call("Ringing", "Answer").await;
    fits(&page, "ringing");
    page.gets_call(
        "Established",
        "Hangup SwitchToBargeIn MuteCall MuteMonitoredUser",
    )
    .await;
    page.press("Switch to barge-in").await;
    one_frame().await;
    fits(&page, "in a call");
}

/// WCAG 2.2, 1.4.12.
#[wasm_bindgen_test]
async fn wide_spacing_of_texts_fits() {
    const SPACING: &str = "* { line-height: 1.5 !important; letter-spacing: 0.12em !important; \
        word-spacing: 0.16em !important } p { margin-bottom: 2em !important }";
    let page = Page::live_with(&[["Bo Abbott", "+1 (415) 555-0132", "NotReady"]]).await;
    set_width(&page.element, 320);
    let adopt = js_sys::Function::new_with_args(
        "root, rules",
        "const sheet = new CSSStyleSheet();
        sheet.replaceSync(rules);
        root.adoptedStyleSheets = [...root.adoptedStyleSheets, sheet];",
    );
    let root = page.element.shadow_root().unwrap();
    adopt.call2(&JsValue::NULL, &root, &SPACING.into()).unwrap();
    push_own_device(r#"{ "capabilities": ["ListenIn", "Coach", "BargeIn"] }"#);
    let fits = |when: &str| {
        fits(&page, when);
        for part in page.all(".row, .panel button, .panel select") {
            let is_whole = part.scroll_height() <= part.offset_height();
            assert!(is_whole, "{when}: {}", part.outer_html());
        }
    };
    page.field().click();
    until("the list", || page.rows().len() == 1).await;
    fits("in the list");
    page.pick("Bo").await;
    page.press("Barge in").await;
    one_frame().await;
    fits("with a question");
    page.press("Cancel").await;
    page.listen_in().await;
    page.says("Team", "Not ready").await;
    fits("refused");
    page.gets_call("Ringing", "Answer").await;
    fits("ringing");
    page.gets_call(
        "Established",
        "Hangup SwitchToBargeIn MuteCall MuteMonitoredUser",
    )
    .await;
    fits("in a call");
}

#[wasm_bindgen_test]
async fn agents_in_a_call_have_their_names() {
    const CALL: &str = r#"{ "participants": [{ "phoneNumber": "555-1" }, { "phoneNumber": "6001" }, { "phoneNumber": "6002" }] }"#;
    let page = Page::live_with(&BO_AND_CY).await;
    push_listening_to("6001");
    page.says("Monitoring", "Bo · 6001").await;
    page.gets_call_with("Ringing", "Answer", CALL).await;
    page.says("Call", "555-1, Bo · 6001, and Cy · 6002").await;
    page.says("Monitoring", "answer to hear 555-1 and Cy · 6002")
        .await;
    let rings = "Your phone rings: answer to hear 555-1, Bo · 6001, and Cy · 6002";
    page.says("What happened", rings).await;
    page.gets_call_with("Established", "Hangup", CALL).await;
    page.says("Monitoring", "In a call with 555-1 and Cy · 6002")
        .await;
}

/// The distance from the left of a part of an element's text.
pub(crate) fn left_of(element: &HtmlElement, part: &str) -> f64 {
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

/// The characters that are shown in an element, with how far from the top each is. Spaces have no place.
fn characters(element: &Node) -> Vec<(char, f64)> {
    let mut characters = Vec::new();
    if element.node_type() == Node::TEXT_NODE {
        let mut at = 0;
        for c in element.text_content().unwrap_or_default().chars() {
            let range = document().create_range().unwrap();
            range.set_start(element, at).unwrap();
            at += c.len_utf16() as u32;
            range.set_end(element, at).unwrap();
            let place = range.get_bounding_client_rect();
            if !c.is_whitespace() && place.width() > 0.0 {
                characters.push((c, place.bottom()));
            }
        }
    }
    let children = element.child_nodes();
    for child in (0..children.length()).filter_map(|at| children.item(at)) {
        characters.extend(self::characters(&child));
    }
    characters
}

#[wasm_bindgen_test]
async fn no_line_begins_or_ends_with_a_dot_or_within_a_telephone_number() {
    const NUMBER: &str = "+1 (415) 555-0132";
    let page = Page::live_with(&[["Bo Abbott", NUMBER, "Ready"], ["Cy", "1", "Ready"]]).await;
    let digits: String = NUMBER.split(' ').collect();
    page.pick("Bo").await;
    push_listening_to(NUMBER);
    page.says("Monitoring", "Listening in to Bo Abbott").await;
    page.gets_call("Established", "Hangup").await;
    page.type_text("nobody of that name");
    page.field().blur().unwrap();
    let (mut dots, mut numbers) = (0, 0);
    for width in 320..420 {
        set_width(&page.element, width);
        for part in
            page.all(".headline, .detail, .note, .forecast, .presence, .foot, .journal span")
        {
            let characters = characters(&part);
            for three in characters.windows(3).filter(|three| three[1].0 == '·') {
                let is_within = three.iter().all(|it| (it.1 - three[1].1).abs() < 6.0);
                assert!(is_within, "{width} px: {}", part.outer_html());
                dots += 1;
            }
            for number in characters.windows(digits.len()) {
                if number.iter().map(|it| it.0).eq(digits.chars()) {
                    let is_unbroken = number.iter().all(|it| (it.1 - number[0].1).abs() < 6.0);
                    assert!(is_unbroken, "{width} px: {}", part.outer_html());
                    numbers += 1;
                }
            }
        }
    }
    assert!(dots > 300 && numbers > 300, "{dots} {numbers}");
}

#[wasm_bindgen_test]
async fn digits_keep_their_order_beside_right_to_left_names() {
    for (name, number) in [("محمد علي", "555-0142"), ("דנה לוי", "555 0142")] {
        let page = Page::live_with(&[[name, number, "Ready"], ["Bo", "1", "Ready"]]).await;
        let host: &Element = &document().document_element().unwrap();
        host.set_attribute("dir", "rtl").unwrap();
        page.type_text("555");
        until("offered", || !page.rows().is_empty()).await;
        page.key("ArrowDown");
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
        assert!(left_of(&forecast, "Already") < left_of(&forecast, "force"));
        // The field has no parts to measure; after the mark digits are as in English.
        assert!(page.field().value().contains("\u{200e}555"));
        assert_eq!(
            page.find(".panel").get_attribute("dir").as_deref(),
            Some("ltr")
        );
        host.remove_attribute("dir").unwrap();
    }
}

/// Checks that right-to-left letters in a sentence are isolated wherever the panel shows or announces
/// one. A name on its own cannot change the order of other text.
#[track_caller]
fn assert_isolated(page: &Page, names: &[&str]) {
    let is_alone = |text: &str| names.contains(&text.trim());
    let check = |text: &str| {
        let outside = text
            .split('\u{2068}')
            .enumerate()
            .map(|(at, part)| match at {
                0 => part,
                _ => part.split_once('\u{2069}').map_or("", |(_, behind)| behind),
            });
        let is_there = |part: &str| part.chars().any(|c| ('\u{590}'..'\u{8ff}').contains(&c));
        assert!(
            is_alone(text) || !outside.into_iter().any(is_there),
            "{text:?}"
        );
    };
    for element in page.all("*") {
        for attribute in ["aria-label", "title", "placeholder"] {
            check(&element.get_attribute(attribute).unwrap_or_default());
        }
        let nodes = element.child_nodes();
        let nodes = (0..nodes.length()).filter_map(|at| nodes.item(at));
        for node in nodes.filter(|node| node.node_type() == Node::TEXT_NODE) {
            check(&node.text_content().unwrap_or_default());
        }
    }
}

#[wasm_bindgen_test]
async fn right_to_left_names_are_isolated_in_every_sentence() {
    const NAMES: [&str; 5] = ["محمد علي", "דנה לוי", "سارة", "سلام", "استراحة"];
    let [name, other, supervisor, typed, reason] = NAMES;
    let page = Page::live_after(|| {
        set_users(&[[name, "555-0142", "Ready"], [other, "555 0143", "Ready"]]);
        set_monitoring(other, "555-0142");
        let me = format!(r#"{{"statusCode":0,"user":{{"id":"u1","firstName":"{supervisor}"}}}}"#);
        answer_with("/me", &me);
        let group = format!(r#"{{"id":"g","name":"{other}"}}"#);
        answer_with(
            "/me/groups",
            &format!(r#"{{"statusCode":0,"groups":[{group}]}}"#),
        );
    })
    .await;
    let offers =
        r#"{ "capabilities": ["ListenIn", "Coach", "BargeIn", "CancelSupervisorMonitoring"] }"#;
    push_own_device(offers);
    page.type_text(typed);
    until("nobody", || page.announced().contains(typed)).await;
    assert_isolated(&page, &NAMES);
    page.key("Tab");
    until("told", || page.announced().contains("Not picked")).await;
    assert_isolated(&page, &NAMES);
    page.pick("555-0142").await;
    page.field().click();
    until("rows", || page.rows().len() == 2).await;
    page.key("ArrowDown");
    one_frame().await;
    assert_isolated(&page, &NAMES);
    page.key("Escape");
    for kind in ["Coach", "Barge in"] {
        page.press(kind).await;
        until("asked", || !page.all("[part=confirm]").is_empty()).await;
        assert_isolated(&page, &NAMES);
        page.press("Cancel").await;
    }
    page.listen_in().await;
    assert_isolated(&page, &NAMES);
    push_listening_to("555-0142");
    page.says("Monitoring", "Waiting for a call").await;
    assert_isolated(&page, &NAMES);
    let party =
        format!(r#"{{"participants":[{{"phoneNumber":"1","formattedPhoneNumber":"{other}"}}]}}"#);
    for state in ["Ringing", "Established", "Released"] {
        page.gets_call_with(state, "Answer Hangup MuteCall", &party)
            .await;
        assert_isolated(&page, &NAMES);
    }
    let refusal = format!(r#"{{"statusCode":3,"statusMessage":"{reason}"}}"#);
    answer_with_status(
        "/me/devices/efe1ab32-53f9-43ce-b65e-5768c61f7d4a",
        400,
        &refusal,
    );
    page.press("Stop monitoring").await;
    until("refused", || {
        region(&page.element, "Monitoring").contains(reason)
    })
    .await;
    assert_isolated(&page, &NAMES);
    push_own_device(&format!(
        r#"{{ "userState": {{ "state": "NotReady", "reason": "{reason}" }}, "phoneNumber": "{reason}" }}"#
    ));
    until("its number", || {
        region(&page.element, "My device").contains(reason)
    })
    .await;
    assert_isolated(&page, &NAMES);
    page.element
        .set_attribute("thresholds", &format!("ready:{reason}"))
        .unwrap();
    page.says("My device", "thresholds").await;
    assert_isolated(&page, &NAMES);
}

#[wasm_bindgen_test]
async fn times_of_other_days_have_a_date() {
    const DAY: f64 = 86_400_000.0;
    let page = Page::live().await;
    push_listening();
    page.says("What happened", "Asked elsewhere").await;
    until("a held connect", is_held).await;
    let time = || {
        page.find(".journal li:last-child time")
            .text_content()
            .unwrap()
    };
    let since = || region(&page.element, "Monitoring");
    let today = time();
    let then = js_sys::Date::new(&js_sys::Date::now().into());
    let part = |name: &str, value: &str| {
        let options = js_sys::Object::new();
        js_sys::Reflect::set(&options, &name.into(), &value.into()).unwrap();
        String::from(then.to_locale_date_string("en", &options))
    };
    let (month, year) = (part("month", "short"), part("year", "numeric"));
    assert!(!today.contains(&month), "{today}");
    pass(DAY);
    until("the date", || {
        time().contains(&month) && since().contains(&month)
    })
    .await;
    assert!(!time().contains(&year), "{}", time());
    // Times that long ago show the year.
    pass(330.0 * DAY);
    until("the year", || {
        time().contains(&year) && since().contains(&year)
    })
    .await;
    let _: &HtmlElement = page.element.unchecked_ref();
}
