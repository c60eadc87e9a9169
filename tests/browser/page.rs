//! An element in a page, and its server.

use gloo_timers::future::TimeoutFuture;
use js_sys::{Array, Promise};
use listen_in::{Host, Mounted};
use wasm_bindgen::prelude::*;
use web_sys::{Element, HtmlElement, HtmlInputElement, HtmlSelectElement, KeyboardEventInit, Node};

#[wasm_bindgen(module = "/tests/browser/fake-gws.js")]
extern "C" {
    pub(crate) fn install(look: &Closure<dyn Fn() -> String>) -> String;
    #[wasm_bindgen(js_name = isHeld)]
    pub(crate) fn is_held() -> bool;
    #[wasm_bindgen(js_name = pushListening)]
    pub(crate) fn push_listening();
    #[wasm_bindgen(js_name = pushListeningTo)]
    pub(crate) fn push_listening_to(number: &str);
    #[wasm_bindgen(js_name = answerWithStatus)]
    pub(crate) fn answer_with_status(path: &str, status: u16, body: &str);
    #[wasm_bindgen(js_name = pushMonitoring)]
    pub(crate) fn push_monitoring(kind: &str, number: &str);
    #[wasm_bindgen(js_name = offerEverything)]
    pub(crate) fn offer_everything();
    #[wasm_bindgen(js_name = pushCall)]
    pub(crate) fn push_call(state: &str, capabilities: &str);
    #[wasm_bindgen(js_name = pushCall)]
    pub(crate) fn push_call_with(state: &str, capabilities: &str, extra: &str);
    #[wasm_bindgen(js_name = pushOwnDevice)]
    pub(crate) fn push_own_device(extra: &str);
    #[wasm_bindgen(js_name = answerWith)]
    pub(crate) fn answer_with(path: &str, text: &str);
    #[wasm_bindgen(js_name = setUsers)]
    fn set_users_json(users: &str);
    #[wasm_bindgen(js_name = setMonitoring)]
    pub(crate) fn set_monitoring(name: &str, number: &str);
    #[wasm_bindgen(js_name = holdOperations)]
    pub(crate) fn hold_operations() -> js_sys::Function;
    pub(crate) fn pass(millis: f64);
    pub(crate) fn sleep(millis: f64);
    pub(crate) fn asked(end: &str) -> u32;
    pub(crate) fn count(channel: &str) -> u32;
    #[wasm_bindgen(js_name = shownAtLast)]
    pub(crate) fn shown_at_last(channel: &str) -> String;
    #[wasm_bindgen(js_name = wasAborted)]
    pub(crate) fn was_aborted(path: &str) -> bool;
    #[wasm_bindgen(js_name = lastIsKeptAlive)]
    pub(crate) fn last_is_kept_alive(channel: &str) -> bool;
}

#[wasm_bindgen(module = "/npm/listen-in.js")]
extern "C" {
    type ListenInElement;
    #[wasm_bindgen(static_method_of = ListenInElement, setter)]
    fn set_load(load: &Closure<dyn Fn(u32) -> Promise>);
}

#[wasm_bindgen(module = "/npm/core/widget.js")]
extern "C" {
    #[wasm_bindgen(thread_local_v2, js_name = Widget)]
    static WIDGET: JsValue;
}

/// Makes elements mount the widget of this module, which is under test.
pub(crate) fn define_element() {
    let mount: Closure<dyn Fn(HtmlElement, HtmlElement, Host) -> Mounted> =
        Closure::new(listen_in::mount);
    let style: Closure<dyn Fn() -> String> = Closure::new(listen_in::style);
    let core = object(&[
        ("mount", mount.into_js_value()),
        ("style", style.into_js_value()),
    ]);
    let loaded = object(&[
        ("core", core),
        ("Widget", WIDGET.with(JsValue::clone)),
        ("files", Array::new().into()),
    ]);
    let load: Closure<dyn Fn(u32) -> Promise> = Closure::new(move |_| Promise::resolve(&loaded));
    ListenInElement::set_load(&load);
    // Kept as long as the page.
    load.forget();
}

/// A plain object.
pub(crate) fn object(fields: &[(&str, JsValue)]) -> JsValue {
    let object = js_sys::Object::new();
    for (name, value) in fields {
        js_sys::Reflect::set(&object, &(*name).into(), value).unwrap();
    }
    object.into()
}

/// The supervisor's device.
pub(crate) const SUPERVISOR: &str = "efe1ab32-53f9-43ce-b65e-5768c61f7d4a";

/// Two agents: name, number, and the state of their device.
pub(crate) const BO_AND_CY: [[&str; 3]; 2] = [["Bo", "6001", "Ready"], ["Cy", "6002", "Ready"]];

pub(crate) const HANDSHAKE: &str = "/meta/handshake";
pub(crate) const CONNECT: &str = "/meta/connect";
pub(crate) const DISCONNECT: &str = "/meta/disconnect";

/// An element in the page, removed when this is dropped.
pub(crate) struct Page {
    pub(crate) element: HtmlElement,
    _look: Closure<dyn Fn() -> String>,
}

impl Page {
    /// Installs the fake server, and then inserts an element into the page.
    pub(crate) fn open() -> Self {
        Self::open_with(&[])
    }

    /// Like [`Self::open`], with these agents: name, number, and the state of their device.
    pub(crate) fn open_with(agents: &[[&str; 3]]) -> Self {
        Self::open_after(|| {
            if !agents.is_empty() {
                set_users(agents);
            }
        })
    }

    /// Like [`Self::open`], with a server that `prepare` configures.
    pub(crate) fn open_after(prepare: impl FnOnce()) -> Self {
        let page = Self::closed();
        prepare();
        page.connect();
        page
    }

    /// Like [`Self::open`], without inserting the element.
    pub(crate) fn closed() -> Self {
        define_element();
        let element = document().create_element("listen-in").unwrap();
        let element: HtmlElement = element.unchecked_into();
        let shown = element.clone();
        let look = Closure::new(move || region(&shown, "Monitoring"));
        let base = install(&look);
        element.set_attribute("base-url", &base).unwrap();
        // Independent of the browser's language.
        element.set_attribute("lang", "en").unwrap();
        set_width(&element, 600);
        Self {
            element,
            _look: look,
        }
    }

    /// Inserts the element into the page.
    pub(crate) fn connect(&self) {
        body().append_child(&self.element).unwrap();
    }

    /// Another element beside it, with the same attributes.
    pub(crate) fn another(&self) -> Self {
        let element: HtmlElement = self.element.clone_node().unwrap().unchecked_into();
        body().append_child(&element).unwrap();
        Self {
            element,
            _look: Closure::new(String::new),
        }
    }

    /// Like [`Self::open`], and waits until it is connected and everything was read.
    pub(crate) async fn live() -> Self {
        Self::live_after(|| {}).await
    }

    pub(crate) async fn live_with(agents: &[[&str; 3]]) -> Self {
        Self::live_after(|| set_users(agents)).await
    }

    /// Like [`Self::live`], with a server that `prepare` configures.
    pub(crate) async fn live_after(prepare: impl FnOnce()) -> Self {
        let page = Self::open_after(prepare);
        page.says("Connection", "Live").await;
        until("a held connect", is_held).await;
        until("the directory", || asked("/users") > 0).await;
        page
    }

    /// Waits until a region contains this text.
    pub(crate) async fn says(&self, name: &str, words: &str) {
        until(&format!("“{words}” in {name}"), || {
            region(&self.element, name).contains(words)
        })
        .await;
    }

    /// Waits until no call is shown.
    pub(crate) async fn has_no_call(&self) {
        until("no call", || self.all("section.call.absent").len() == 1).await;
    }

    /// The first element in the shadow root that matches.
    #[track_caller]
    pub(crate) fn find(&self, selector: &str) -> HtmlElement {
        let found = self.all(selector).into_iter().next();
        found.unwrap_or_else(|| panic!("there is no {selector}"))
    }

    pub(crate) fn all(&self, selector: &str) -> Vec<HtmlElement> {
        let root = self.element.shadow_root().unwrap();
        let found = root.query_selector_all(selector).unwrap();
        let found = (0..found.length()).filter_map(|at| found.item(at));
        found.map(|node| node.unchecked_into()).collect()
    }

    /// A button by its name.
    #[track_caller]
    pub(crate) fn button(&self, name: &str) -> HtmlElement {
        let mut buttons = self.all("button").into_iter();
        let found = buttons.find(|button| button.text_content().as_deref() == Some(name));
        found.unwrap_or_else(|| panic!("there is no button “{name}”"))
    }

    /// The name of the focused element.
    pub(crate) fn focus(&self) -> String {
        let root = self.element.shadow_root().unwrap();
        let Some(focus) = root.active_element() else {
            return "nothing".to_owned();
        };
        let label = focus.get_attribute("aria-label");
        label.or_else(|| focus.text_content()).unwrap_or_default()
    }

    pub(crate) fn field(&self) -> HtmlInputElement {
        self.find("[role=combobox]").unchecked_into()
    }

    /// Types a text that replaces the field's.
    pub(crate) fn type_text(&self, text: &str) {
        let field = self.field();
        field.focus().unwrap();
        field.set_value(text);
        let init = web_sys::EventInit::new();
        init.set_bubbles(true);
        init.set_composed(true);
        let input = web_sys::Event::new_with_event_init_dict("input", &init).unwrap();
        field.dispatch_event(&input).unwrap();
    }

    /// Chooses an option of a native select, by its label.
    pub(crate) fn choose_option(&self, part: &str, words: &str) {
        let select: HtmlSelectElement = self.find(&format!("[part={part}]")).unchecked_into();
        let mut options = self.all(&format!("[part={part}] option")).into_iter();
        let at = options.position(|option| option.text_content().as_deref() == Some(words));
        let at = at.unwrap_or_else(|| panic!("there is no “{words}”"));
        select.set_selected_index(at as i32);
        let change = web_sys::Event::new("change").unwrap();
        select.dispatch_event(&change).unwrap();
    }

    /// Presses a key in the field.
    pub(crate) fn key(&self, key: &str) {
        press(&self.field(), key, |_| {});
    }

    /// The visible rows, by name.
    pub(crate) fn rows(&self) -> Vec<String> {
        let names = self.all("[role=option] .name");
        let text = |name: HtmlElement| name.text_content().unwrap_or_default();
        names.into_iter().map(text).collect()
    }

    /// The highlighted row.
    pub(crate) fn highlighted(&self) -> Option<String> {
        let id = self.field().get_attribute("aria-activedescendant")?;
        let name = self.find(&format!("#{id} .name"));
        name.text_content()
    }

    /// Picks the only agent with this name or number.
    pub(crate) async fn pick(&self, agent: &str) {
        self.type_text(agent);
        until(&format!("“{agent}” to be offered"), || {
            self.rows().len() == 1
        })
        .await;
        self.key("Enter");
        until("picked", || self.rows().is_empty()).await;
    }

    /// Focuses a button and presses it, once it accepts presses.
    pub(crate) async fn press(&self, name: &str) -> HtmlElement {
        let button = self.button(name);
        until("in use", || !is_off(&button)).await;
        settled().await;
        button.focus().unwrap();
        button.click();
        button
    }

    /// Pushes a call as soon as a connect is held, and waits until it is shown.
    pub(crate) async fn gets_call(&self, state: &str, capabilities: &str) {
        self.gets_call_with(state, capabilities, "{}").await;
    }

    pub(crate) async fn gets_call_with(&self, state: &str, capabilities: &str, extra: &str) {
        until("a held connect", is_held).await;
        push_call_with(state, capabilities, extra);
        until("connected again", is_held).await;
        one_frame().await;
    }

    /// Presses *Listen in*, once it can be pressed.
    pub(crate) async fn listen_in(&self) -> HtmlElement {
        let button = self.button("Listen in");
        until("in use", || !is_off(&button)).await;
        button.focus().unwrap();
        button.click();
        button
    }

    /// Waits until the directory is read again, with these agents.
    pub(crate) async fn read_again(&self, agents: &[[&str; 3]]) {
        set_users(agents);
        let before = asked("/users");
        pass(20_000.0);
        until("the directory to be read", || asked("/users") > before).await;
        one_frame().await;
    }

    /// The last announcement.
    pub(crate) fn announced(&self) -> String {
        shown(&self.find("[role=status]"))
    }
}

impl Drop for Page {
    fn drop(&mut self) {
        self.element.remove();
    }
}

/// Sets the width of the element, in CSS pixels.
pub(crate) fn set_width(element: &HtmlElement, width: u32) {
    let width = format!("{width}px");
    element.style().set_property("width", &width).unwrap();
}

/// Sets the directory.
pub(crate) fn set_users(agents: &[[&str; 3]]) {
    let quoted = |agent: &[&str; 3]| format!("{agent:?}");
    let agents: Vec<_> = agents.iter().map(quoted).collect();
    set_users_json(&format!("[{}]", agents.join(",")));
}

/// Whether a button is disabled.
pub(crate) fn is_off(button: &Element) -> bool {
    button.get_attribute("aria-disabled").as_deref() == Some("true")
}

/// Presses and releases a key. Returns whether its default action was kept.
pub(crate) fn press(target: &Element, key: &str, set: impl Fn(&KeyboardEventInit)) -> bool {
    let mut is_left_alone = true;
    for kind in ["keydown", "keyup"] {
        let init = KeyboardEventInit::new();
        init.set_key(key);
        init.set_bubbles(true);
        init.set_composed(true);
        init.set_cancelable(true);
        set(&init);
        let event = web_sys::KeyboardEvent::new_with_keyboard_event_init_dict(kind, &init).unwrap();
        is_left_alone &= target.dispatch_event(&event).unwrap();
    }
    is_left_alone
}

pub(crate) fn document() -> web_sys::Document {
    web_sys::window().unwrap().document().unwrap()
}

pub(crate) fn body() -> HtmlElement {
    document().body().unwrap()
}

/// The text of an element, with plain spaces.
pub(crate) fn shown(element: &Node) -> String {
    element
        .text_content()
        .unwrap_or_default()
        .replace('\u{a0}', " ")
}

/// The text of a region, in a shadow root or not; empty if there is none.
pub(crate) fn region(host: &Element, name: &str) -> String {
    let selector = format!("[aria-label='{name}']");
    let region = match host.shadow_root() {
        Some(root) => root.query_selector(&selector),
        None => host.query_selector(&selector),
    };
    region
        .unwrap()
        .map(|region| shown(&region))
        .unwrap_or_default()
}

/// Waits until `condition` holds; fails after ten seconds.
pub(crate) async fn until(what: &str, condition: impl Fn() -> bool) {
    const TURN: u32 = 10;
    for _ in 0..1_000 {
        if condition() {
            return;
        }
        TimeoutFuture::new(TURN).await;
    }
    let shown = document().query_selector("listen-in").unwrap();
    let shown = shown.and_then(|element| element.shadow_root());
    let shown = shown.and_then(|root| root.text_content());
    panic!("not {what} within ten seconds: {shown:?}");
}

/// Lets every pending task run.
pub(crate) async fn one_turn() {
    TimeoutFuture::new(0).await;
}

/// Waits until new buttons accept presses.
pub(crate) async fn settled() {
    TimeoutFuture::new(550).await;
}

/// Lets the browser paint twice.
pub(crate) async fn one_frame() {
    for _ in 0..2 {
        let frame = Promise::new(&mut |resolve, _| {
            web_sys::window()
                .unwrap()
                .request_animation_frame(&resolve)
                .unwrap();
        });
        wasm_bindgen_futures::JsFuture::from(frame).await.unwrap();
    }
}

pub(crate) fn page_event(name: &str, persisted: bool) {
    let init = js_sys::Object::new();
    js_sys::Reflect::set(&init, &"persisted".into(), &persisted.into()).unwrap();
    let make = js_sys::Function::new_with_args(
        "name, init",
        "window.dispatchEvent(new PageTransitionEvent(name, init))",
    );
    make.call2(&JsValue::NULL, &name.into(), &init).unwrap();
}
