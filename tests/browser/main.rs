//! The widget in a real browser, its server replaced within the page. What a supervisor does with
//! it is in `tests/e2e`; here is what only shows from within: the order of things, and what an
//! embedding page can do to the element.
#![cfg(target_arch = "wasm32")]

use gloo_timers::future::TimeoutFuture;
use leptos::mount::mount_to;
use leptos::prelude::*;
use listen_in::{ListenIn, define_element};
use wasm_bindgen::prelude::*;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};
use web_sys::{Element, HtmlElement};

wasm_bindgen_test_configure!(run_in_browser);

#[wasm_bindgen(module = "/tests/browser/fake-gws.js")]
extern "C" {
    fn install(look: &Closure<dyn Fn() -> String>) -> String;
    #[wasm_bindgen(js_name = isHeld)]
    fn is_held() -> bool;
    #[wasm_bindgen(js_name = pushListening)]
    fn push_listening();
    fn count(channel: &str) -> u32;
    #[wasm_bindgen(js_name = shownAtLast)]
    fn shown_at_last(channel: &str) -> String;
    #[wasm_bindgen(js_name = lastIsKeptAlive)]
    fn last_is_kept_alive(channel: &str) -> bool;
    #[wasm_bindgen(js_name = countAt)]
    fn count_at(path: &str) -> u32;
    #[wasm_bindgen(js_name = answerAt)]
    fn answer_at(path: &str);
    #[wasm_bindgen(js_name = redirectAt)]
    fn redirect_at(path: &str);
    #[wasm_bindgen(js_name = followsRedirects)]
    fn follows_redirects() -> bool;
    #[wasm_bindgen(js_name = failAt)]
    fn fail_at(path: &str);
    #[wasm_bindgen(js_name = refuseAll)]
    fn refuse_all(refuses: bool);
    #[wasm_bindgen(js_name = trickleAt)]
    fn trickle_at(path: &str);
    fn trickle(count: Option<u32>);
    #[wasm_bindgen(js_name = wasAborted)]
    fn was_aborted(path: &str) -> bool;
    fn pass(milliseconds: f64);
    fn sleep(milliseconds: f64);
}

const HANDSHAKE: &str = "/meta/handshake";
const CONNECT: &str = "/meta/connect";
const DISCONNECT: &str = "/meta/disconnect";
const USERS: &str = "/users";

/// An element in the page, gone when this is dropped.
struct Page {
    element: HtmlElement,
    _look: Closure<dyn Fn() -> String>,
}

impl Page {
    /// Puts the fake server in place, and then an element into the page.
    fn open() -> Self {
        Self::open_with(|| ())
    }

    /// The same, with a server that `prepare` has made special.
    fn open_with(prepare: impl FnOnce()) -> Self {
        define_element();
        let element = document().create_element("listen-in").unwrap();
        let element: HtmlElement = element.unchecked_into();
        let shown = element.clone();
        let look = Closure::new(move || region(&shown, "Monitoring"));
        let base = install(&look);
        prepare();
        element.set_attribute("base-url", &base).unwrap();
        body().append_child(&element).unwrap();
        Self {
            element,
            _look: look,
        }
    }

    /// The same, once it is connected and everything was read.
    async fn live() -> Self {
        let page = Self::open();
        let element = page.element.clone();
        until("live", || {
            is_held() && region(&element, "Connection").contains("Live")
        })
        .await;
        page
    }
}

impl Page {
    fn region(&self, name: &str) -> String {
        region(&self.element, name)
    }

    fn part(&self, name: &str) -> HtmlElement {
        let root = self.element.shadow_root().unwrap();
        let part = root.query_selector(&format!("[part~='{name}']"));
        part.unwrap().unwrap().unchecked_into()
    }
}

impl Drop for Page {
    fn drop(&mut self) {
        self.element.remove();
    }
}

fn document() -> web_sys::Document {
    web_sys::window().unwrap().document().unwrap()
}

fn body() -> HtmlElement {
    document().body().unwrap()
}

/// The text of a region, in whatever root it is; empty if there is none.
fn region(host: &Element, name: &str) -> String {
    let selector = format!("[aria-label='{name}']");
    let region = match host.shadow_root() {
        Some(root) => root.query_selector(&selector),
        None => host.query_selector(&selector),
    };
    region
        .unwrap()
        .and_then(|region| region.text_content())
        .unwrap_or_default()
}

/// Waits until `condition` holds; fails after ten seconds.
async fn until(what: &str, condition: impl Fn() -> bool) {
    const TURN: u32 = 10;
    for _ in 0..1_000 {
        if condition() {
            return;
        }
        TimeoutFuture::new(TURN).await;
    }
    panic!("not {what} within ten seconds: {}", body().inner_text());
}

/// Lets every task that is due have its turn.
async fn one_turn() {
    TimeoutFuture::new(0).await;
}

#[wasm_bindgen_test]
async fn the_element_shows_its_regions_in_an_open_shadow_root() {
    let page = Page::live().await;
    for name in ["Connection", "My device", "Monitoring", "Call"] {
        assert!(!region(&page.element, name).is_empty(), "{name}");
    }
    assert!(region(&page.element, "My device").contains("5005"));
    assert!(region(&page.element, "Monitoring").contains("Nobody is monitored"));
}

#[wasm_bindgen_test]
async fn the_next_connect_leaves_before_the_view_is_touched() {
    let page = Page::live().await;
    let before = count(CONNECT);
    push_listening();
    let element = page.element.clone();
    until("confirmed", || {
        region(&element, "Monitoring").contains("Listening in to Bo Abbott")
    })
    .await;
    until("the next connect", || count(CONNECT) == before + 1).await;
    assert!(shown_at_last(CONNECT).contains("Nobody is monitored"));
}

#[wasm_bindgen_test]
async fn a_redirect_is_told_and_not_followed_and_a_request_leaves_in_the_task_of_its_command() {
    let page = Page::open_with(|| redirect_at("/me"));
    until("sign-in needed", || {
        page.region("Connection").contains("Sign in")
    })
    .await;
    assert!(!follows_redirects());
    answer_at("/me");
    let before = count_at("/me");
    page.part("retry").click();
    assert_eq!(count_at("/me"), before + 1);
    until("live", || page.region("Connection").contains("Live")).await;
}

#[wasm_bindgen_test]
async fn a_fetch_of_the_pages_own_may_throw_and_fail_with_anything() {
    let page = Page::open_with(|| {
        refuse_all(true);
        fail_at("/me");
    });
    let says = |what| page.region("Connection").contains(what);
    until("told", || says("can’t be reached")).await;
    refuse_all(false);
    page.part("retry").click();
    one_turn().await;
    assert!(says("can’t be reached"));
    answer_at("/me");
    page.part("retry").click();
    until("live", || says("Live")).await;
}

#[wasm_bindgen_test]
async fn a_large_answer_that_goes_on_coming_has_all_the_time_it_needs() {
    let page = Page::open_with(|| trickle_at(USERS));
    until("asked for", || is_held() && count_at(USERS) == 1).await;
    for _ in 0..3 {
        pass(10_000.0);
        trickle(Some(20));
        one_turn().await;
    }
    // Something that makes the machine look whether anything is late.
    push_listening();
    until("connected", is_held).await;
    one_turn().await;
    trickle(None);
    until("confirmed", || {
        page.region("Monitoring")
            .contains("Listening in to Bo Abbott")
    })
    .await;
    assert_eq!(count_at(USERS), 1);
}

#[wasm_bindgen_test]
async fn an_answer_that_does_not_come_is_given_up_also_after_a_sleep() {
    let page = Page::open_with(|| trickle_at(USERS));
    until("asked for", || is_held() && count_at(USERS) == 1).await;
    assert!(!was_aborted(USERS));
    sleep(20_000.0);
    until("given up", || was_aborted(USERS)).await;
    drop(page);
}

#[wasm_bindgen_test]
async fn a_sleep_does_not_move_the_past() {
    let page = Page::live().await;
    push_listening();
    let line = || page.part("journal").query_selector("li").unwrap();
    let text = |line: Element| line.text_content().unwrap();
    until("noted", || line().is_some()).await;
    let before = text(line().unwrap());
    sleep(1_800_000.0);
    redirect_at("/me");
    page_event("pagehide", true);
    page_event("pageshow", true);
    until("noted", || text(line().unwrap()) != before).await;
    assert!(text(page.part("journal").into()).contains(&before));
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
async fn taking_the_element_out_says_good_bye_and_putting_it_back_begins_anew() {
    let page = Page::live().await;
    page.element.remove();
    until("good-bye", || count(DISCONNECT) == 1).await;
    body().append_child(&page.element).unwrap();
    until("a new session", || count(HANDSHAKE) == 2).await;
}

#[wasm_bindgen_test]
async fn a_page_that_goes_away_for_good_says_good_bye_by_a_request_that_outlives_it() {
    let page = Page::live().await;
    let shows_live = || region(&page.element, "Connection").contains("Live");
    page_event("pagehide", true);
    until("put away", || !shows_live()).await;
    assert_eq!(count(DISCONNECT), 0, "it may come back");
    page_event("pageshow", true);
    until("live again", shows_live).await;
    page_event("pagehide", false);
    until("good-bye", || count(DISCONNECT) == 1).await;
    assert!(last_is_kept_alive(DISCONNECT));
}

#[wasm_bindgen_test]
async fn a_page_that_is_loaded_before_anybody_visits_it_waits_for_that() {
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
    until("live", || {
        region(&page.element, "Connection").contains("Live")
    })
    .await;
}

fn page_event(name: &str, persisted: bool) {
    let init = js_sys::Object::new();
    js_sys::Reflect::set(&init, &"persisted".into(), &persisted.into()).unwrap();
    let make = js_sys::Function::new_with_args(
        "name, init",
        "window.dispatchEvent(new PageTransitionEvent(name, init))",
    );
    make.call2(&JsValue::NULL, &name.into(), &init).unwrap();
}

#[wasm_bindgen_test]
async fn a_property_set_before_the_element_was_defined_is_taken_over() {
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
async fn the_leptos_component_shows_the_same_without_a_shadow_root() {
    let place: HtmlElement = document().create_element("div").unwrap().unchecked_into();
    body().append_child(&place).unwrap();
    let look = Closure::new(String::new);
    let base = install(&look);
    let handle = mount_to(place.clone(), || view! { <ListenIn base_url=base /> });
    until("live", || region(&place, "Connection").contains("Live")).await;
    assert!(region(&place, "Monitoring").contains("Nobody is monitored"));
    drop(handle);
    until("good-bye", || count(DISCONNECT) == 1).await;
    assert!(region(&place, "Monitoring").is_empty());
    place.remove();
}
