//! What an embedding page can do to the element, and the order of requests and rendering.

use std::cell::Cell;
use std::rc::Rc;

use gloo_timers::future::TimeoutFuture;
use wasm_bindgen::prelude::*;
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::HtmlElement;

use crate::page::*;

#[wasm_bindgen_test]
async fn the_next_connect_leaves_before_the_view_changes() {
    let page = Page::live().await;
    let before = count(CONNECT);
    push_listening();
    page.says("Monitoring", "Listening in to Bo Abbott").await;
    // Its body is recorded a moment after it has left.
    until("the connect", || count(CONNECT) == before + 1).await;
    assert!(shown_at_last(CONNECT).contains("Nobody is monitored"));
}

#[wasm_bindgen_test]
async fn starting_and_removing_an_element_causes_no_error_event_in_the_page() {
    let errors = Rc::new(Cell::new(0));
    let count = Rc::clone(&errors);
    let window = web_sys::window().unwrap();
    let listener = gloo_events::EventListener::new(&window, "error", move |_| {
        count.set(count.get() + 1);
    });
    for width in [320, 900] {
        let page = Page::live().await;
        set_width(&page.element, width);
        TimeoutFuture::new(100).await;
        set_width(&page.element, 600);
        page.element.remove();
        TimeoutFuture::new(100).await;
    }
    assert_eq!(errors.get(), 0);
    drop(listener);
}

#[wasm_bindgen_test]
async fn moving_the_element_does_not_disturb_it() {
    let page = Page::live().await;
    let place = document().create_element("div").unwrap();
    body().append_child(&place).unwrap();
    place.append_child(&page.element).unwrap();
    one_turn().await;
    assert_eq!(count(HANDSHAKE), 1);
    assert_eq!(count(DISCONNECT), 0);
    assert!(region(&page.element, "Connection").contains("Live"));
    body().append_child(&page.element).unwrap();
    place.remove();
}

#[wasm_bindgen_test]
async fn moving_the_element_to_another_document_and_back_keeps_session_and_style() {
    let page = Page::live().await;
    let frame = document().create_element("iframe").unwrap();
    body().append_child(&frame).unwrap();
    let get = |of: &JsValue, name: &str| js_sys::Reflect::get(of, &name.into()).unwrap();
    let inner: HtmlElement = get(&get(&frame, "contentDocument"), "body").unchecked_into();
    let style = js_sys::Function::new_with_args(
        "it",
        "return it.ownerDocument.defaultView.getComputedStyle(it).boxSizing",
    );
    let sizing = || style.call1(&JsValue::NULL, &page.find(".panel")).unwrap();
    for place in [&inner, &body()] {
        place.append_child(&page.element).unwrap();
        one_turn().await;
        assert_eq!((count(HANDSHAKE), count(DISCONNECT)), (1, 0));
        assert_eq!(sizing().as_string().as_deref(), Some("border-box"));
    }
    inner.append_child(&page.element).unwrap();
    push_listening();
    page.says("Monitoring", "Listening in to Bo Abbott").await;
    body().append_child(&page.element).unwrap();
    frame.remove();
}

#[wasm_bindgen_test]
async fn removing_the_element_disconnects_and_inserting_it_starts_a_new_session() {
    let page = Page::live().await;
    page.element.remove();
    until("good-bye", || count(DISCONNECT) == 1).await;
    body().append_child(&page.element).unwrap();
    until("a new session", || count(HANDSHAKE) == 2).await;
}

#[wasm_bindgen_test]
async fn a_closed_page_disconnects_by_a_kept_alive_request() {
    let page = Page::live().await;
    page_event("pagehide", true);
    until("put away", || was_aborted("/notifications/connect")).await;
    assert_eq!(count(DISCONNECT), 0, "it may come back");
    page_event("pageshow", true);
    let connects = count(CONNECT);
    until("connected again", || count(CONNECT) >= connects + 2).await;
    page_event("pagehide", false);
    until("good-bye", || count(DISCONNECT) == 1).await;
    assert!(last_is_kept_alive(DISCONNECT));
    drop(page);
}

#[wasm_bindgen_test]
async fn a_prerendered_page_connects_when_it_is_activated() {
    let be_loaded_beforehand = js_sys::Function::new_with_args(
        "is",
        "Object.defineProperty(document, 'prerendering', { value: is, configurable: true })",
    );
    let prerenders = |is: bool| be_loaded_beforehand.call1(&JsValue::NULL, &is.into());
    prerenders(true).unwrap();
    let page = Page::open();
    TimeoutFuture::new(500).await;
    assert_eq!(count(HANDSHAKE), 0);
    prerenders(false).unwrap();
    let visited = web_sys::Event::new("prerenderingchange").unwrap();
    document().dispatch_event(&visited).unwrap();
    page.says("Connection", "Live").await;
}

#[wasm_bindgen_test]
async fn a_property_set_before_the_definition_becomes_an_attribute() {
    let plain: HtmlElement = document().create_element("div").unwrap().unchecked_into();
    define_element();
    let element: HtmlElement = document()
        .create_element("listen-in")
        .unwrap()
        .unchecked_into();
    // An own property hides the accessor, as one set before the upgrade would.
    let descriptor = js_sys::Object::new();
    for (key, value) in [
        ("value", JsValue::from("/other/v2")),
        ("configurable", JsValue::TRUE),
        ("writable", JsValue::TRUE),
    ] {
        js_sys::Reflect::set(&descriptor, &key.into(), &value).unwrap();
    }
    js_sys::Object::define_property(&element, &"baseUrl".into(), &descriptor);
    let look = Closure::new(String::new);
    install(&look);
    plain.append_child(&element).unwrap();
    body().append_child(&plain).unwrap();
    assert_eq!(
        element.get_attribute("base-url").as_deref(),
        Some("/other/v2")
    );
    plain.remove();
}

#[wasm_bindgen_test]
async fn properties_set_to_no_value_remove_the_attribute() {
    let page = Page::live().await;
    let set = |name: &str, value: &JsValue| {
        js_sys::Reflect::set(&page.element, &name.into(), value).unwrap();
    };
    let absent = [
        JsValue::NULL,
        JsValue::UNDEFINED,
        JsValue::FALSE,
        f64::NAN.into(),
    ];
    for (property, attribute) in [("deviceId", "device-id"), ("baseUrl", "base-url")] {
        for absent in &absent {
            set(property, &"x".into());
            assert_eq!(page.element.get_attribute(attribute).as_deref(), Some("x"));
            set(property, absent);
            assert_eq!(page.element.get_attribute(attribute), None);
            let read = js_sys::Reflect::get(&page.element, &property.into()).unwrap();
            assert_eq!(read.as_string().as_deref(), Some(""));
        }
    }
    // For this property, false is a value.
    set("sipCluster", &JsValue::FALSE);
    let sip_cluster = page.element.get_attribute("sip-cluster");
    assert_eq!(sip_cluster.as_deref(), Some("false"));
}

#[wasm_bindgen_test]
async fn a_changed_limit_applies_without_reconnecting_until_a_person_chooses_one() {
    let page = Page::live().await;
    let limit = || {
        let select: web_sys::HtmlSelectElement = page.find("[part=limit]").unchecked_into();
        select
    };
    let shows = async |value: &str| until(value, || limit().value() == value).await;
    let set = |name: &str, value: &str| page.element.set_attribute(name, value).unwrap();
    shows("0").await;
    set("limit", "45");
    shows("45").await;
    set("limit-until", "2100-01-01");
    set("limit", "30");
    shows("30").await;

    limit().set_value("15");
    let change = web_sys::Event::new("change").unwrap();
    limit().dispatch_event(&change).unwrap();
    set("limit", "50");
    until("offered", || {
        limit().text_content().unwrap().contains("50 minutes")
    })
    .await;
    assert_eq!(limit().value(), "15");
    one_turn().await;
    assert_eq!((count(HANDSHAKE), count(DISCONNECT)), (1, 0));
}

#[wasm_bindgen_test]
async fn an_invalid_limit_is_reported_and_changes_nothing() {
    let page = Page::live().await;
    let set = |name: &str, value: &str| page.element.set_attribute(name, value).unwrap();
    let device = || region(&page.element, "My device");
    let bad = ["abc", "-5", "1441", "1e2", "15.5", "99999999999999999999"];
    for value in bad {
        set("limit", value);
        let says = format!("The page sets limit to “{value}”");
        until(&says, || device().contains(&says)).await;
    }
    assert!(device().contains("which is not used. For example: 15."));
    let limit: web_sys::HtmlSelectElement = page.find("[part=limit]").unchecked_into();
    assert_eq!(limit.value(), "0");
    let bad = [
        "soon",
        "-1",
        "0",
        "1795000000",
        "2026-13-01",
        "1e300",
        "NaN",
    ];
    for value in bad {
        set("limit-until", value);
        let says = format!("The page sets limit-until to “{value}”");
        until(&says, || device().contains(&says)).await;
    }
    assert!(device().contains("For example: 1767225600000, 2026-01-01T17:00Z."));

    for (limit, limit_until) in [("0", "2100-01-01"), ("1440", "4102444800000"), ("", "")] {
        set("limit", "x");
        set("limit", limit);
        set("limit-until", limit_until);
        until("nothing is wrong", || !device().contains("The page sets")).await;
    }
    assert_eq!((count(HANDSHAKE), count(DISCONNECT)), (1, 0));
}

#[wasm_bindgen_test]
async fn removed_elements_leave_no_memory_behind() {
    let pages = || core::arch::wasm32::memory_size(0);
    let mut before = 0;
    for round in 0..40 {
        let page = Page::live().await;
        page.element.remove();
        until("good-bye", || count(DISCONNECT) == 1).await;
        if round == 15 {
            before = pages();
        }
    }
    assert_eq!(pages(), before);
}

#[wasm_bindgen_test]
async fn a_changed_base_url_restarts_the_widget() {
    let page = Page::live().await;
    let base = page.element.get_attribute("base-url").unwrap();
    let same = format!("{base}/");
    page.element.set_attribute("base-url", &same).unwrap();
    until("a new session", || {
        (count(HANDSHAKE), count(DISCONNECT)) == (2, 1)
    })
    .await;
    page.says("Connection", "Live").await;
}

#[wasm_bindgen_test]
async fn a_device_id_changed_in_the_first_event_applies_without_a_restart() {
    let page = Page::open();
    let element = page.element.clone();
    let set = move |_: &web_sys::Event| {
        element.set_attribute("device-id", "none-of-mine").unwrap();
    };
    let listener = gloo_events::EventListener::once(&page.element, "listen-in-connection", set);
    page.says("Connection", "Live").await;
    let choice = || page.find(".choice").text_content().unwrap();
    until("that device", || {
        choice().contains("The device none-of-mine is not yours.")
    })
    .await;
    page.element.remove_attribute("device-id").unwrap();
    until("their own again", || !choice().contains("is not yours")).await;
    assert_eq!((count(HANDSHAKE), count(DISCONNECT)), (1, 0));
    drop(listener);
}
