//! Finding and picking agents.

use wasm_bindgen::JsCast;
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::{HtmlElement, MouseEvent, MouseEventInit};

use crate::page::*;

const SHARED: [[&str; 3]; 3] = [
    ["Aaron", "6001", "LoggedOut"],
    ["Bob", "6001", "Ready"],
    ["Zoe", "6002", "Ready"],
];

fn mouse(target: &HtmlElement, kind: &str) {
    let init = MouseEventInit::new();
    init.set_bubbles(true);
    init.set_composed(true);
    init.set_cancelable(true);
    init.set_client_y(target.get_bounding_client_rect().top() as i32 + 5);
    let event = MouseEvent::new_with_mouse_event_init_dict(kind, &init).unwrap();
    target.dispatch_event(&event).unwrap();
}

fn choice(page: &Page) -> String {
    shown(&page.find(".choice"))
}

#[wasm_bindgen_test]
async fn agents_who_share_a_telephone_are_picked_and_named_separately() {
    let page = Page::live_with(&SHARED).await;
    page.pick("Bob").await;
    one_frame().await;
    assert_eq!(page.field().value(), "Bob · 6001");
    assert!(
        choice(&page).contains("every call of Bob"),
        "{}",
        choice(&page)
    );
    assert!(choice(&page).contains("Ready · "), "{}", choice(&page));
    page.field().click();
    until("the list", || page.rows().len() == 3).await;
    let selected = page.all("[aria-selected=true] .name");
    let selected: Vec<_> = selected
        .iter()
        .filter_map(|name| name.text_content())
        .collect();
    assert_eq!(selected, ["Bob"]);
    push_listening_to("6001");
    page.says("Monitoring", "Listening in to Bob · 6001").await;
    assert!(region(&page.element, "What happened").contains("listening in to Bob · 6001"));

    // Somebody whom the server lists as logged out can be picked, too.
    page.pick("Aaron").await;
    one_frame().await;
    assert_eq!(page.field().value(), "Aaron · 6001");
    assert!(choice(&page).contains("Logged out"), "{}", choice(&page));
    let forecast = || page.find(".forecast").text_content().unwrap_or_default();
    assert!(forecast().contains("Bob is at 6001 now."), "{}", forecast());

    // The directory is not read again while the list is closed, so it becomes too old.
    let asked_before = asked("/users");
    pass(120_000.0);
    until("not known", || {
        forecast().contains("Aaron or Bob may be at 6001: they share it.")
    })
    .await;
    page.says("Monitoring", "Listening in to Aaron or Bob · 6001")
        .await;
    assert_eq!(asked("/users"), asked_before);
}

#[wasm_bindgen_test]
async fn a_shared_telephone_has_all_names_if_nobody_is_known_to_be_there() {
    let page = Page::live_with(&[["Aaron", "6001", "Ready"], ["Bob", "6001", "NotReady"]]).await;
    push_listening_to("6001");
    page.says("Monitoring", "Listening in to Aaron or Bob · 6001")
        .await;
}

#[wasm_bindgen_test]
async fn the_highlight_stays_on_its_agent_when_others_come_and_go() {
    let page = Page::live_with(&[
        ["Bo", "1", "Ready"],
        ["Cy", "2", "Ready"],
        ["Di", "3", "Ready"],
    ])
    .await;
    page.key("ArrowDown");
    page.key("ArrowDown");
    one_frame().await;
    assert_eq!(page.highlighted().as_deref(), Some("Cy"));
    page.read_again(&[
        ["Al", "0", "Ready"],
        ["Bo", "1", "Ready"],
        ["Cy", "2", "Ready"],
    ])
    .await;
    until("Al", || page.rows().contains(&"Al".to_owned())).await;
    assert_eq!(page.highlighted().as_deref(), Some("Cy"));
    page.read_again(&[["Al", "0", "Ready"], ["Bo", "1", "Ready"]])
        .await;
    until("gone", || page.rows().len() == 2).await;
    assert_eq!(page.highlighted(), None);
    page.key("Enter");
    one_frame().await;
    assert_eq!(page.field().value(), "");
    until("announced", || {
        page.announced().contains("no longer in the list")
    })
    .await;
}

#[wasm_bindgen_test]
async fn the_highlighted_row_exists_while_the_list_is_still_scrolled_elsewhere() {
    let numbers: Vec<_> = (0..50).map(|at| format!("60{at:02}")).collect();
    let people = numbers
        .iter()
        .map(|number| [number.as_str(), number, "Ready"]);
    let page = Page::live_with(&people.collect::<Vec<_>>()).await;
    page.key("ArrowDown");
    page.key("ArrowUp");
    let list = page.find("[role=listbox]");
    until("the last", || list.scroll_top() > 0).await;
    assert_eq!(page.highlighted().as_deref(), Some("6049"));
    page.key("ArrowDown");
    // It comes a frame late, for the last row.
    let scrolled = web_sys::Event::new("scroll").unwrap();
    list.dispatch_event(&scrolled).unwrap();
    one_turn().await;
    assert_eq!(page.highlighted().as_deref(), Some("6000"));
    until("the first", || list.scroll_top() == 0).await;
    assert_eq!(page.highlighted().as_deref(), Some("6000"));
}

#[wasm_bindgen_test]
async fn a_picked_agent_who_left_the_telephone_cannot_be_monitored() {
    let page = Page::live_with(&BO_AND_CY).await;
    let listen_in = page.button("Listen in");
    page.pick("Cy").await;
    until("in use", || !is_off(&listen_in)).await;

    // Two people have swapped telephones.
    page.field().click();
    page.read_again(&[["Bo", "6002", "Ready"], ["Cy", "6001", "Ready"]])
        .await;
    page.key("Escape");
    let words = "Cy is no longer at 6002, but at 6001. Pick them there.";
    until("out of use", || is_off(&listen_in)).await;
    assert!(choice(&page).contains(words), "{}", choice(&page));
    assert!(!choice(&page).contains("every call"), "{}", choice(&page));
    until("announced", || page.announced() == words).await;
    listen_in.click();
    one_frame().await;
    assert_eq!(asked(&format!("/devices/{SUPERVISOR}")), 0);

    page.field().click();
    page.read_again(&[["Bo", "6002", "Ready"], ["Di", "6001", "Ready"]])
        .await;
    page.key("Escape");
    let words = "Cy is no longer at 6002, and not in the list of agents.";
    until("gone", || choice(&page).contains(words)).await;
    assert!(is_off(&listen_in));

    page.pick("Bo").await;
    until("in use", || !is_off(&listen_in)).await;
    assert!(!choice(&page).contains("no longer"), "{}", choice(&page));
}

#[wasm_bindgen_test]
async fn a_click_picks_the_row_it_began_on() {
    let page = Page::live_with(&[["Bo", "1", "Ready"], ["Cy", "2", "Ready"]]).await;
    page.field().click();
    until("the list", || page.rows().len() == 2).await;
    let row = page.find("[role=option]");
    mouse(&row, "mousedown");
    page.read_again(&[
        ["Al", "0", "Ready"],
        ["Bo", "1", "Ready"],
        ["Cy", "2", "Ready"],
    ])
    .await;
    assert_eq!(page.rows(), ["Bo", "Cy"]);
    mouse(&row, "click");
    one_frame().await;
    assert_eq!(page.field().value(), "Bo · 1");
}

#[wasm_bindgen_test]
async fn a_click_on_rows_that_just_moved_picks_nobody() {
    let agents = [
        ["Bo", "1", "Ready"],
        ["Cy", "2", "Ready"],
        ["Di", "3", "Ready"],
    ];
    for again in [&agents[1..], &agents[..2]] {
        let page = Page::live_with(&agents).await;
        page.field().click();
        until("the list", || page.rows().len() == 3).await;
        let under_mouse = page.all("[role=option]")[1].clone();
        mouse(&under_mouse, "mousemove");
        page.read_again(again).await;
        until("read", || page.rows().len() == 2).await;
        let has_moved = page.rows()[1] != "Cy";
        let click = || {
            let row = &page.all("[role=option]")[1];
            mouse(row, "mousedown");
            mouse(row, "click");
        };
        click();
        one_frame().await;
        let expect = if has_moved { "" } else { "Cy · 2" };
        assert_eq!(page.field().value(), expect);
        if has_moved {
            // A moment later a click picks the row that is there now.
            until("settled", || {
                if !page.rows().is_empty() {
                    click();
                }
                page.field().value() == "Di · 3"
            })
            .await;
        }
    }
}

#[wasm_bindgen_test]
async fn enter_picks_no_row_that_just_changed() {
    let page = Page::live_with(&[["Eva", "7005", "Ready"], ["Flo", "16010", "Ready"]]).await;
    page.type_text("010");
    until("two rows", || page.rows().len() == 2).await;
    page.key("Enter");
    one_frame().await;
    assert_eq!(page.rows().len(), 2);

    page.type_text("7005");
    until("Eva", || page.rows() == ["Eva"]).await;
    page.read_again(&[["Otto", "7005", "Ready"], ["Flo", "16010", "Ready"]])
        .await;
    until("Otto", || page.rows() == ["Otto"]).await;
    let words = "The list has changed: 1 agent matches. Enter picks Otto · 7005.";
    until("announced", || page.announced() == words).await;
    page.key("Enter");
    one_frame().await;
    assert_eq!(page.field().value(), "7005");
    page.key("Enter");
    one_frame().await;
    assert_eq!(page.field().value(), "Otto · 7005");
}

#[wasm_bindgen_test]
async fn a_number_longer_than_an_agents_can_be_monitored() {
    let page = Page::live_with(&[["Bo", "5550132", "Ready"]]).await;
    page.type_text("+49 30 555 0132");
    until("both", || {
        page.rows() == ["Bo", "Monitor number +49 30 555 0132"]
    })
    .await;
    page.field().blur().unwrap();
    let words = "“+49 30 555 0132” is not one agent’s name or number. To monitor it, choose “Monitor number +49 30 555 0132” in the list. Nobody is picked.";
    until("not picked", || choice(&page).contains(words)).await;
    let note = page.find(".team > .presence");
    assert!(note.scroll_width() <= note.client_width(), "cut");
    let text = page.find(".team > .presence > :last-child");
    assert!(text.scroll_width() <= text.client_width(), "cut");
    page.type_text("tel:5550132");
    until("Bo", || page.rows() == ["Bo"]).await;
}

#[wasm_bindgen_test]
async fn the_row_under_the_mouse_stays_there() {
    let names: Vec<String> = (10..60).map(|n| format!("Agent {n}")).collect();
    let mut agents: Vec<[&str; 3]> = names
        .iter()
        .map(|name| [name.as_str(), "1", "Ready"])
        .collect();
    let page = Page::live_with(&agents).await;
    page.field().click();
    until("the list", || page.rows().len() > 8).await;
    let top = |name: &str| {
        let mut rows = page.all("[role=option]").into_iter();
        let row = rows.find(|row| row.text_content().is_some_and(|text| text.contains(name)));
        row.unwrap().get_bounding_client_rect().top()
    };
    let before = top("Agent 13");
    mouse(&page.all("[role=option]")[3], "mousemove");
    agents.insert(0, ["Aaron", "0", "Ready"]);
    page.read_again(&agents).await;
    until("Aaron", || page.rows().contains(&"Aaron".to_owned())).await;
    one_frame().await;
    assert_eq!(top("Agent 13"), before);
}

#[wasm_bindgen_test]
async fn shown_text_finds_its_agent_even_when_shortened() {
    let page = Page::live_with(&[
        ["José Müller", "+14155550132", "Ready"],
        ["Bo", "6001", "Ready"],
        ["Bob", "7001", "Ready"],
    ])
    .await;
    for typed in ["jose", "muller", "+1 (415) 555-0132", "Jose\u{301}"] {
        page.type_text(typed);
        until(typed, || page.rows() == ["José Müller"]).await;
    }
    page.key("Enter");
    one_frame().await;
    let shown = page.field().value();
    assert_eq!(shown, "José Müller · +14155550132");
    page.type_text(&shown[..shown.len() - 1]);
    until("offered", || page.rows() == ["José Müller"]).await;

    page.type_text("Bob");
    until("offered", || page.rows() == ["Bob"]).await;
    page.key("Enter");
    one_frame().await;
    for typed in ["Bob · 701", "Bob · 700", "Bob · 001", "Bob · "] {
        page.type_text(typed);
        until(typed, || page.rows() == ["Bob"]).await;
    }
}

#[wasm_bindgen_test]
async fn leaving_the_field_picks_or_explains() {
    let page = Page::live_with(&[["Bo", "6001", "Ready"], ["Bob", "16001", "Ready"]]).await;
    page.type_text("6001");
    page.field().blur().unwrap();
    one_frame().await;
    assert_eq!(page.field().value(), "Bo · 6001");

    page.type_text("bo somebody");
    page.field().blur().unwrap();
    one_frame().await;
    assert_eq!(page.field().value(), "Bo · 6001");
    let words =
        "Not picked: “bo somebody” is not one agent’s name or number. Bo · 6001 stays picked.";
    until("announced", || page.announced() == words).await;
    assert!(choice(&page).contains(words));

    page.type_text("");
    page.field().blur().unwrap();
    one_frame().await;
    assert!(
        choice(&page).contains("Pick an agent first."),
        "{}",
        choice(&page)
    );
    assert!(!choice(&page).contains("Not picked"));
}

#[wasm_bindgen_test]
async fn a_long_name_can_be_read_in_full_without_a_mouse() {
    let long = "Wolfeschlegelsteinhausenbergerdorff".repeat(4);
    let page = Page::live_with(&[[long.as_str(), "6001", "Ready"], ["Bo", "6002", "Ready"]]).await;
    page.key("ArrowDown");
    page.key("ArrowDown");
    one_frame().await;
    let whole = page.find(".whole");
    let expect = format!("{long} · 6001 · Ready");
    assert_eq!(shown(&whole), expect);
    assert!(whole.scroll_width() <= whole.client_width(), "cut");
}

#[wasm_bindgen_test]
async fn typing_keeps_the_caret_in_place() {
    let page = Page::live().await;
    page.type_text("bob");
    page.field().set_selection_range(1, 1).unwrap();
    page.field().set_value("bxob");
    page.field().set_selection_range(2, 2).unwrap();
    let input = web_sys::Event::new("input").unwrap();
    page.field()
        .unchecked_ref::<web_sys::EventTarget>()
        .dispatch_event(&input)
        .unwrap();
    one_frame().await;
    assert_eq!(page.field().selection_start().unwrap(), Some(2));
}

#[wasm_bindgen_test]
async fn what_is_pressed_does_not_move_before_it_is_released() {
    let page = Page::live_with(&BO_AND_CY).await;
    let listen_in = page.button("Listen in");
    let top = || listen_in.get_bounding_client_rect().top();
    page.type_text("6002");
    until("Cy", || page.rows() == ["Cy"]).await;
    let before = top();
    mouse(&listen_in, "mousedown");
    listen_in.focus().unwrap();
    one_frame().await;
    assert_eq!((page.rows().len(), top()), (1, before));
    mouse(&listen_in, "mouseup");
    listen_in.click();
    until("asked", || asked(&format!("/devices/{SUPERVISOR}")) == 1).await;
    one_frame().await;
    assert_eq!(page.field().value(), "Cy · 6002");
}

#[wasm_bindgen_test]
async fn a_press_beside_the_rows_leaves_the_list_open() {
    let page = Page::live_with(&BO_AND_CY).await;
    page.type_text("600");
    until("both", || page.rows().len() == 3).await;
    for part in [".foot", ".toolbar", ".popup"] {
        let init = MouseEventInit::new();
        init.set_bubbles(true);
        init.set_cancelable(true);
        let press = MouseEvent::new_with_mouse_event_init_dict("mousedown", &init).unwrap();
        let takes_focus = page.find(part).dispatch_event(&press).unwrap();
        assert!(!takes_focus, "{part}");
    }
    let select = page.find("[part=filter]");
    let init = MouseEventInit::new();
    init.set_bubbles(true);
    init.set_cancelable(true);
    let press = MouseEvent::new_with_mouse_event_init_dict("mousedown", &init).unwrap();
    assert!(select.dispatch_event(&press).unwrap());
}

#[wasm_bindgen_test]
async fn a_key_that_is_held_down_takes_one_step() {
    let held = |page: &Page, key: &str| {
        page.key(key);
        for _ in 0..3 {
            press(&page.field(), key, |init| init.set_repeat(true));
        }
    };
    let page = Page::live_with(&[["Eva", "7005", "Ready"], ["Flo", "16010", "Ready"]]).await;
    page.pick("Flo").await;
    page.type_text("7005");
    until("Eva", || page.rows() == ["Eva"]).await;
    page.read_again(&[["Otto", "7005", "Ready"], ["Flo", "16010", "Ready"]])
        .await;
    until("Otto", || page.rows() == ["Otto"]).await;
    held(&page, "Enter");
    one_frame().await;
    assert_eq!(page.field().value(), "7005", "Otto is announced first");
    held(&page, "Escape");
    one_frame().await;
    assert_eq!(page.field().value(), "Flo · 16010", "it stays picked");
}

#[wasm_bindgen_test]
async fn a_new_name_of_the_picked_agent_is_selected_like_the_old_one() {
    let page = Page::live_with(&BO_AND_CY).await;
    page.pick("Bo").await;
    page.field().click();
    until("the list", || page.rows().len() == 2).await;
    let users = r#"{"statusCode":0,"users":[{"id":"u-Bo","firstName":"Bo","lastName":"Abbott",
        "devices":[{"id":"d-6001","phoneNumber":"6001","deviceState":"Active"}]}]}"#;
    answer_with("/users", users);
    pass(20_000.0);
    until("renamed", || page.field().value() == "Bo Abbott · 6001").await;
    let field = page.field();
    let selected = [field.selection_start(), field.selection_end()].map(Result::unwrap);
    assert_eq!(selected, [Some(0), Some(16)]);
}
