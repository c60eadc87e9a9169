//! Which keys reach the embedding page.

use std::cell::RefCell;
use std::rc::Rc;

use gloo_events::EventListener;
use wasm_bindgen::JsCast;
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::KeyboardEvent;

use crate::page::*;

/// The key events of a page, as `keydown a`.
struct Heard {
    keys: Rc<RefCell<Vec<String>>>,
    _listeners: Vec<EventListener>,
}

impl Heard {
    fn listen() -> Self {
        let keys = Rc::new(RefCell::new(Vec::new()));
        let listen = |name: &'static str| {
            let keys = Rc::clone(&keys);
            EventListener::new(&document(), name, move |event| {
                let event: &KeyboardEvent = event.unchecked_ref();
                keys.borrow_mut().push(format!("{name} {}", event.key()));
            })
        };
        Self {
            _listeners: ["keydown", "keypress", "keyup"].map(listen).into(),
            keys,
        }
    }

    fn take(&self) -> Vec<String> {
        self.keys.take()
    }
}

#[wasm_bindgen_test]
async fn keys_typed_into_the_field_do_not_reach_the_page() {
    let page = Page::live().await;
    let heard = Heard::listen();
    for key in [
        "a",
        "6",
        "?",
        "Backspace",
        "Delete",
        "ArrowLeft",
        "Home",
        "Enter",
        "Shift",
        "Dead",
    ] {
        press(&page.field(), key, |_| {});
    }
    press(&page.field(), "@", |init| {
        init.set_ctrl_key(true);
        init.set_alt_key(true);
        init.set_modifier_alt_graph(true);
    });
    assert_eq!(heard.take(), [""; 0]);
    for key in ["Tab", "F2"] {
        press(&page.field(), key, |_| {});
        assert_eq!(
            heard.take(),
            [format!("keydown {key}"), format!("keyup {key}")]
        );
    }
    let edits = [
        "ArrowLeft",
        "Backspace",
        "Delete",
        "Home",
        "v",
        "V",
        "z",
        "a",
    ];
    for key in edits {
        press(&page.field(), key, |init| init.set_ctrl_key(true));
        press(&page.field(), key, |init| init.set_alt_key(true));
        press(&page.field(), key, |init| init.set_meta_key(true));
    }
    press(&page.field(), "м", |init| {
        init.set_ctrl_key(true);
        init.set_code("KeyV");
    });
    assert_eq!(heard.take(), [""; 0]);
    press(&page.field(), "k", |init| init.set_ctrl_key(true));
    press(&page.field(), "k", |init| init.set_meta_key(true));
    assert_eq!(heard.take().len(), 4);
}

#[wasm_bindgen_test]
async fn edits_of_the_field_do_not_reach_the_page() {
    let page = Page::live().await;
    let heard = Rc::new(RefCell::new(Vec::new()));
    let names = ["beforeinput", "input", "paste", "cut", "copy"];
    let _listeners = names.map(|name| {
        let heard = Rc::clone(&heard);
        EventListener::new(&document(), name, move |event| {
            heard.borrow_mut().push(event.type_());
        })
    });
    let dispatch = |target: &web_sys::EventTarget| {
        for name in names {
            let init = web_sys::EventInit::new();
            init.set_bubbles(true);
            init.set_composed(true);
            let event = web_sys::Event::new_with_event_init_dict(name, &init).unwrap();
            target.dispatch_event(&event).unwrap();
        }
    };
    dispatch(&page.field());
    assert_eq!(heard.take(), [""; 0]);
    // Events of other parts of the widget do reach it.
    dispatch(&page.find(".monitoring"));
    assert_eq!(heard.take(), names);
}

#[wasm_bindgen_test]
async fn keys_that_buttons_and_radios_use_do_not_reach_the_page() {
    let page = Page::live().await;
    let heard = Heard::listen();
    for target in [page.button("Listen in"), page.find("[type=radio]")] {
        for key in [" ", "Enter", "ArrowDown"] {
            press(&target, key, |_| {});
        }
        assert_eq!(heard.take(), [""; 0]);
        press(&target, "k", |_| {});
        assert_eq!(heard.take().len(), 2);
    }
}

#[wasm_bindgen_test]
async fn keys_that_a_select_uses_do_not_reach_the_page() {
    let page = Page::live().await;
    let heard = Heard::listen();
    let select = page.find("[part=limit]");
    for key in ["n", "ArrowDown", " "] {
        press(&select, key, |_| {});
    }
    press(&select, "ArrowDown", |init| init.set_alt_key(true));
    assert_eq!(heard.take(), [""; 0]);
}

#[wasm_bindgen_test]
async fn an_escape_that_is_held_down_reaches_the_page_only_if_it_was_not_used() {
    let page = Page::live().await;
    let heard = Heard::listen();
    page.type_text("bo");
    let held = || {
        page.key("Escape");
        press(&page.field(), "Escape", |init| init.set_repeat(true));
    };
    held();
    assert_eq!(heard.take(), [""; 0]);
    held();
    assert_eq!(heard.take().len(), 4);
}

#[wasm_bindgen_test]
async fn unused_escape_reaches_the_page() {
    let page = Page::live().await;
    let heard = Heard::listen();
    page.type_text("bo");
    page.key("Escape");
    assert_eq!(heard.take(), [""; 0]);
    page.key("Escape");
    assert_eq!(heard.take(), ["keydown Escape", "keyup Escape"]);
}

#[wasm_bindgen_test]
async fn keys_of_an_input_method_are_ignored() {
    let page = Page::live().await;
    page.type_text("bo");
    until("offered", || page.rows().len() == 1).await;
    let heard = Heard::listen();
    for key in ["Enter", "Escape", "ArrowDown", "Process"] {
        assert!(press(&page.field(), key, |init| init.set_is_composing(true)));
        assert!(press(&page.field(), key, |init| init.set_key_code(229)));
    }
    one_frame().await;
    assert_eq!(heard.take(), [""; 0]);
    assert_eq!((page.rows().len(), page.highlighted()), (1, None));
    assert_eq!(page.field().value(), "bo");
}
