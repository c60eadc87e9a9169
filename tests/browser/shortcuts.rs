//! Keyboard shortcuts.

use std::cell::Cell;
use std::rc::Rc;

use gloo_events::EventListener;
use wasm_bindgen::JsCast;
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::{HtmlDialogElement, HtmlElement, KeyboardEventInit};

use crate::page::*;

async fn live_with(shortcuts: &str) -> Page {
    let page = Page::live().await;
    page.element.set_attribute("shortcuts", shortcuts).unwrap();
    one_frame().await;
    page
}

fn with_alt(init: &KeyboardEventInit) {
    init.set_alt_key(true);
}

/// Adds an element to the embedding page.
fn put_around(name: &str) -> HtmlElement {
    let element = document().create_element(name).unwrap();
    body().append_child(&element).unwrap();
    element.unchecked_into()
}

/// Presses a key somewhere in the embedding page; returns whether it was used.
fn press_in_page(key: &str, set: impl Fn(&KeyboardEventInit)) -> bool {
    !press(&body(), key, set)
}

#[wasm_bindgen_test]
async fn without_shortcuts_no_key_does_anything() {
    let page = Page::live().await;
    page.pick("Bo").await;
    for key in ["l", "s", "a", "m", "?"] {
        assert!(!press_in_page(key, |_| {}));
        assert!(!press_in_page(key, with_alt));
    }
    assert_eq!(page.all("[aria-keyshortcuts]").len(), 0);
    assert_eq!(asked(&format!("/devices/{SUPERVISOR}")), 0);
}

#[wasm_bindgen_test]
async fn keys_press_the_buttons_from_anywhere_in_the_page() {
    let page = live_with("listen-in=Alt+L stop=Alt+S answer=F2").await;
    let named = |part: &str| {
        page.find(&format!("[part={part}]"))
            .get_attribute("aria-keyshortcuts")
    };
    assert_eq!(named("listen-in").as_deref(), Some("Alt+L"));
    assert_eq!(named("answer").as_deref(), Some("F2"));
    assert_eq!(named("coach"), None);

    page.pick("Bo").await;
    // If Alt changes the character, the key's position counts.
    assert!(press_in_page("¬", |init| {
        init.set_alt_key(true);
        init.set_code("KeyL");
    }));
    until("asked", || asked(&format!("/devices/{SUPERVISOR}")) == 1).await;
    push_listening();
    page.says("Monitoring", "Listening in to Bo Abbott").await;
    page.gets_call("Ringing", "Answer").await;
    settled().await;
    assert!(press_in_page("F2", |_| {}));
    until("answered", || asked("/me/calls/call-1") == 1).await;
    assert!(press_in_page("S", with_alt));
    until("stopped", || asked(&format!("/devices/{SUPERVISOR}")) == 2).await;

    page.element.remove_attribute("shortcuts").unwrap();
    one_frame().await;
    assert!(!press_in_page("l", with_alt));
    assert_eq!(named("listen-in"), None);
}

#[wasm_bindgen_test]
async fn a_typed_key_presses_nothing() {
    let page = live_with("listen-in=l stop=Alt+S").await;
    page.pick("Bo").await;
    let field = put_around("textarea");
    assert!(press(&field, "l", |_| {}));
    // A field of the page's own, and one that may be in a closed shadow root.
    let own = put_around("div");
    assert!(press(&own, "l", |_| {}));
    own.set_attribute("tabindex", "0").unwrap();
    own.set_attribute("role", "textbox").unwrap();
    assert!(press(&own, "l", |_| {}));
    own.remove();
    assert!(press(&page.field(), "l", |_| {}));
    // Nor does a key that an input method handles, that the page has used, or that is held down.
    assert!(!press_in_page("l", |init| init.set_is_composing(true)));
    assert!(!press_in_page("l", |init| init.set_repeat(true)));
    assert_eq!(asked(&format!("/devices/{SUPERVISOR}")), 0);
    // With Alt, no text is typed.
    assert!(!press(&field, "s", with_alt));
    field.remove();
    assert!(press_in_page("l", |_| {}));
    until("asked", || asked(&format!("/devices/{SUPERVISOR}")) == 1).await;
}

#[wasm_bindgen_test]
async fn the_obstacle_of_a_shortcut_is_announced() {
    let page = live_with("listen-in=Alt+L answer=Alt+A").await;
    press_in_page("l", with_alt);
    until("why", || page.announced() == "Pick an agent first.").await;
    press_in_page("a", with_alt);
    until("why", || {
        page.announced() == "This is not possible at the moment."
    })
    .await;
}

#[wasm_bindgen_test]
async fn a_shortcut_asks_before_others_hear_and_the_focus_goes_back() {
    let page = live_with("mute=Alt+M").await;
    page.gets_call_with("Established", "Hangup UnmuteCall", r#"{ "mute": "On" }"#)
        .await;
    settled().await;
    let around = put_around("button");
    around.focus().unwrap();
    press(&around, "m", with_alt);
    page.says("Call", "Unmute yourself?").await;
    one_frame().await;
    assert_eq!(page.focus(), "Confirm");
    press(&page.find("[part=call] [role=group]"), "Escape", |_| {});
    one_frame().await;
    assert!(around.is_same_node(document().active_element().as_deref()));
    around.remove();
}

#[wasm_bindgen_test]
async fn a_key_lists_all_shortcuts() {
    let page = live_with("listen-in=Alt+L mute=Ctrl+Shift+M help=?").await;
    assert!(press_in_page("?", |init| init.set_shift_key(true)));
    let list = page.find("dialog");
    assert!(list.has_attribute("open"));
    let texts = |selector: &str| {
        let found = page.all(selector).into_iter();
        found
            .map(|it| it.text_content().unwrap())
            .collect::<Vec<_>>()
    };
    assert_eq!(
        texts("dialog dt"),
        ["Listen in", "Mute or unmute me", "Show this list"]
    );
    assert_eq!(texts("dialog dd"), ["Alt+L", "Control+Shift+M", "?"]);
    page.button("Close").click();
    assert!(!list.has_attribute("open"));
}

#[wasm_bindgen_test]
async fn the_list_of_shortcuts_keeps_its_keys_and_the_focus() {
    let page = live_with("stop=Alt+S help=?").await;
    push_listening();
    page.says("Monitoring", "Listening in to Bo Abbott").await;
    page.button("Stop monitoring").focus().unwrap();
    let list = page.find("dialog");
    assert!(press_in_page("?", |_| {}));
    // The other shortcuts wait until it is closed.
    assert!(press_in_page("s", with_alt));
    one_frame().await;
    assert_eq!(asked(&format!("/devices/{SUPERVISOR}")), 0);
    // Escape closes it, and nothing of the page.
    let heard = Rc::new(Cell::new(0));
    let count = Rc::clone(&heard);
    let _listener = EventListener::new(&document(), "keydown", move |_| count.set(count.get() + 1));
    press(&page.button("Close"), "Escape", |_| {});
    assert_eq!(heard.get(), 0);
    // Meanwhile the button that had the focus disappears.
    push_own_device("{}");
    page.says("Monitoring", "Nobody is monitored").await;
    list.unchecked_ref::<HtmlDialogElement>().close();
    until("the focus", || page.focus() == "Monitoring").await;
}

#[wasm_bindgen_test]
async fn a_key_with_another_letter_is_another_key() {
    let page = live_with("listen-in=Alt+A stop=Shift+1 answer=m").await;
    let press = |key: &str, code: &str, set: fn(&KeyboardEventInit)| {
        press_in_page(key, |init| {
            init.set_code(code);
            set(init);
        })
    };
    // A and Q are exchanged on French keyboards.
    assert!(!press("q", "KeyA", with_alt));
    assert!(press("a", "KeyQ", with_alt));
    until("why", || page.announced() == "Pick an agent first.").await;
    let shift = |init: &KeyboardEventInit| init.set_shift_key(true);
    assert!(press("!", "Digit1", shift));
    // A Cyrillic keyboard, and Dvorak.
    assert!(press("ь", "KeyM", |_| {}));
    assert!(!press("n", "KeyM", |_| {}));
}

#[wasm_bindgen_test]
async fn invalid_shortcuts_are_reported() {
    let page = live_with("stop=Alt+S answer=Alt+S dance=x").await;
    page.says(
        "My device",
        "The shortcut “answer=Alt+S” is not used: its action or key is taken",
    )
    .await;
    page.says(
        "My device",
        "The page sets shortcuts to “dance=x”, which is not used.",
    )
    .await;
    assert_eq!(page.all("[aria-keyshortcuts]").len(), 1);
}

#[wasm_bindgen_test]
async fn the_focus_of_the_element_goes_to_the_agent() {
    let page = Page::live().await;
    page.element.focus().unwrap();
    let root = page.element.shadow_root().unwrap();
    assert!(page.field().is_same_node(root.active_element().as_deref()));
}
