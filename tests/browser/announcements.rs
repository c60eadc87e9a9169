//! Live regions: a screen reader's announcements.

use std::cell::RefCell;
use std::rc::Rc;

use gloo_timers::future::TimeoutFuture;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::page::*;

#[wasm_bindgen(module = "/tests/browser/fake-gws.js")]
extern "C" {
    /// Makes the page seem hidden, or no longer.
    fn hide(is_hidden: bool);
    #[wasm_bindgen(js_name = redirectAt)]
    fn redirect_at(path: &str);
    #[wasm_bindgen(js_name = answerAt)]
    fn answer_at(path: &str);
}

/// Every text of a live region, in order.
struct Announced {
    texts: Rc<RefCell<Vec<String>>>,
    _callback: Closure<dyn FnMut()>,
}

impl Announced {
    fn listen(page: &Page) -> Self {
        Self::listen_to(page, "[role=status]")
    }

    fn listen_to(page: &Page, region: &str) -> Self {
        let texts = Rc::new(RefCell::new(Vec::new()));
        let region = page.find(region);
        let callback: Closure<dyn FnMut()> = Closure::new({
            let (texts, region) = (Rc::clone(&texts), region.clone());
            move || {
                let text = region.text_content().unwrap_or_default();
                if !text.is_empty() {
                    texts.borrow_mut().push(text);
                }
            }
        });
        let observe = js_sys::Function::new_with_args(
            "region, callback",
            "new MutationObserver(callback).observe(region, { childList: true, characterData: true, subtree: true })",
        );
        observe
            .call2(&JsValue::NULL, &region, callback.as_ref())
            .unwrap();
        Self {
            texts,
            _callback: callback,
        }
    }

    async fn announced(&self, expect: &[&str]) {
        let what = format!("{expect:?} to be announced");
        until(&what, || self.texts.borrow().len() >= expect.len()).await;
        let texts = self.texts.borrow();
        let is_as_expected = |(text, expect): (&String, &&str)| {
            let text = text.replace('\u{a0}', " ");
            text.starts_with(expect)
        };
        assert_eq!(texts.len(), expect.len(), "{texts:?}");
        assert!(texts.iter().zip(expect).all(is_as_expected), "{texts:?}");
    }
}

#[wasm_bindgen_test]
async fn two_simultaneous_changes_are_both_announced() {
    let page = Page::live_with(&BO_AND_CY).await;
    push_listening_to("6001");
    page.says("Monitoring", "Bo").await;
    until("announced", || {
        page.announced().contains("listening in to Bo")
    })
    .await;
    until("a held connect", is_held).await;
    let announced = Announced::listen(&page);
    push_listening_to("6002");
    announced
        .announced(&[
            "Monitoring of Bo · 6001 ended elsewhere or by the telephone system",
            "Asked elsewhere: listening in to Cy · 6002",
        ])
        .await;
}

#[wasm_bindgen_test]
async fn the_same_text_again_is_announced_again() {
    let page = Page::live().await;
    push_call("Ringing", "Answer");
    page.says("Call", "Ringing").await;
    let announced = Announced::listen(&page);
    let refused = "Answering was refused: no such thing (code 6).";
    for _ in 0..2 {
        page.press("Answer").await;
        page.says("Call", "Answering was refused").await;
    }
    // Several at once may be announced together.
    until("announced twice", || {
        announced.texts.borrow().concat().matches(refused).count() == 2
    })
    .await;
}

#[wasm_bindgen_test]
async fn the_number_of_matches_is_announced_when_typing_pauses() {
    let page = Page::live_with(&[["Bo", "6001", "Ready"], ["Bob", "6002", "Ready"]]).await;
    let announced = Announced::listen(&page);
    for typed in ["z", "zz", "zzz"] {
        page.type_text(typed);
        TimeoutFuture::new(50).await;
    }
    announced.announced(&["No agent matches “zzz”."]).await;
    page.type_text("bo");
    announced
        .announced(&["No agent matches “zzz”.", "2 agents match."])
        .await;
    page.type_text("bob");
    announced
        .announced(&[
            "No agent matches “zzz”.",
            "2 agents match.",
            "1 agent matches.",
        ])
        .await;
    // Not announced once the list is closed.
    page.type_text("bo");
    page.key("Escape");
    TimeoutFuture::new(2_500).await;
    assert_eq!(announced.texts.borrow().len(), 3);
}

#[wasm_bindgen_test]
async fn urgent_announcements_do_not_wait_for_others() {
    let page = Page::live_with(&BO_AND_CY).await;
    let announced = Announced::listen_to(&page, "[role=alert]");
    let polite = Announced::listen(&page);
    push_listening_to("6001");
    page.says("Monitoring", "Bo").await;
    page.gets_call_with("Ringing", "Answer", r#"{ "mute": "On" }"#)
        .await;
    page.gets_call_with("Established", "Hangup", r#"{ "mute": "Off" }"#)
        .await;
    let start = js_sys::Date::now();
    announced
        .announced(&["Joined the call with 555-1234: everyone hears you"])
        .await;
    assert!(js_sys::Date::now() - start < 500.0);
    polite
        .announced(&[
            "Asked elsewhere: listening in to Bo · 6001",
            "Your phone rings: answer to hear 555-1234",
        ])
        .await;
}

#[wasm_bindgen_test]
async fn an_announcement_is_removed_when_a_later_one_is_made() {
    let page = Page::live_with(&[["Bo", "6001", "Ready"]]).await;
    push_listening_to("6001");
    page.says("Monitoring", "Bo").await;
    page.gets_call_with("Established", "Hangup", r#"{ "mute": "Off" }"#)
        .await;
    let text = |region: &str| page.find(region).text_content().unwrap_or_default();
    until("the alert", || {
        text("[role=alert]").contains("everyone hears you")
    })
    .await;
    page.gets_call_with("Established", "Hangup", r#"{ "mute": "On" }"#)
        .await;
    let muted = || text("[role=status]").contains("nobody in the call hears you");
    until("the next one", muted).await;
    until("the alert to go", || text("[role=alert]").is_empty()).await;
    assert!(muted());
}

#[wasm_bindgen_test]
async fn the_supervisors_own_call_is_announced() {
    const OWN: &str =
        r#"{ "id": "own", "monitoring": false, "participants": [{ "phoneNumber": "6001" }] }"#;
    let page = Page::live_with(&[["Bo", "6001", "Ready"]]).await;
    let announced = Announced::listen(&page);
    let mut expect = Vec::new();
    for (state, text) in [
        ("Ringing", "A call of your own rings: Bo · 6001."),
        ("Established", "In a call of your own with Bo · 6001."),
        ("Released", "Your own call with Bo · 6001 has ended."),
    ] {
        page.gets_call_with(state, "None", OWN).await;
        expect.push(text);
        announced.announced(&expect).await;
    }
}

#[wasm_bindgen_test]
async fn a_device_that_becomes_inactive_and_active_again_is_announced() {
    let page = Page::live().await;
    let announced = Announced::listen(&page);
    push_own_device(r#"{ "deviceState": "Inactive" }"#);
    let off = "Your device is not active. Log in to it first.";
    announced.announced(&[off]).await;
    until("a held connect", is_held).await;
    push_own_device("{}");
    announced
        .announced(&[off, "Your device 5005 is active."])
        .await;
}

#[wasm_bindgen_test]
async fn a_missing_device_is_announced() {
    let page = Page::open_after(|| {
        answer_with("/me/devices", r#"{ "statusCode": 0, "devices": [] }"#);
    });
    one_turn().await;
    let announced = Announced::listen(&page);
    announced
        .announced(&["You have no device to listen with."])
        .await;
}

#[wasm_bindgen_test]
async fn a_needed_sign_in_and_its_end_are_announced() {
    let page = Page::open_after(|| redirect_at("/me"));
    one_turn().await;
    let (announced, urgent) = (
        Announced::listen(&page),
        Announced::listen_to(&page, "[role=alert]"),
    );
    urgent
        .announced(&[
            "Sign-in needed. Nothing is updated until then. The server sent a web page instead of data, or redirected this page",
        ])
        .await;
    assert!(urgent.texts.borrow()[0].ends_with("Sign in, then try again."));
    answer_at("/me");
    page.press("Try now").await;
    announced
        .announced(&["Signed in as Sue Visor. The connection is live."])
        .await;
}

#[wasm_bindgen_test]
async fn another_user_is_announced_and_finds_nothing_of_the_previous_one() {
    let page = Page::live_with(&BO_AND_CY).await;
    push_listening_to("6001");
    page.says("Monitoring", "Bo").await;
    page.gets_call_with("Established", "Hangup", r#"{ "mute": "Off" }"#)
        .await;
    let alert = || page.find("[role=alert]").text_content().unwrap_or_default();
    until("the alert", || alert().contains("everyone hears you")).await;
    page.type_text("B");
    until("offered", || page.rows().len() == 1).await;
    let announced = Announced::listen(&page);
    answer_with("/me/calls", r#"{ "statusCode": 0, "calls": [] }"#);
    answer_with(
        "/me",
        r#"{ "statusCode": 0, "user": { "id": "u2", "firstName": "Ravi", "lastName": "Menon" } }"#,
    );
    page_event("pagehide", true);
    page_event("pageshow", true);
    let is_announced = |text: &String| text.contains("Signed in as Ravi Menon.");
    until("announced", || {
        announced.texts.borrow().iter().any(is_announced)
    })
    .await;
    assert_eq!(alert(), "");
    until("empty", || page.field().value().is_empty()).await;
    assert!(page.rows().is_empty());
}

#[wasm_bindgen_test]
async fn changed_parties_of_a_call_are_announced() {
    let page = Page::live_with(&BO_AND_CY).await;
    push_listening_to("6001");
    page.says("Monitoring", "Bo").await;
    let with = |numbers: &[&str]| {
        let party = |number: &&str| format!(r#"{{ "phoneNumber": "{number}" }}"#);
        let parties: Vec<_> = numbers.iter().map(party).collect();
        format!(
            r#"{{ "mute": "On", "participants": [{}] }}"#,
            parties.join(",")
        )
    };
    page.gets_call_with("Established", "Hangup", &with(&["555-1", "6001"]))
        .await;
    until("announced", || page.announced().starts_with("Joined")).await;
    let announced = Announced::listen(&page);
    // A different order is not a change.
    page.gets_call_with("Established", "Hangup", &with(&["6001", "555-1"]))
        .await;
    page.gets_call_with("Established", "Hangup", &with(&["555-1", "6002"]))
        .await;
    announced
        .announced(&["In the call now: 555-1 and Cy · 6002."])
        .await;
    page.says("Monitoring", "In a call with 555-1 and Cy · 6002")
        .await;
}

#[wasm_bindgen_test]
async fn a_changed_list_is_announced_with_what_it_offers() {
    let page = Page::live_with(&[["Bo", "6001", "Ready"], ["Bob", "6002", "Ready"]]).await;
    let announced = Announced::listen(&page);
    let seven = "No agent matches. “Monitor number 7777” can be chosen.";
    page.type_text("7777");
    announced.announced(&[seven]).await;
    let six = "2 agents match. “Monitor number 600” can be chosen.";
    page.type_text("600");
    announced.announced(&[seven, six]).await;
    page.read_again(&[["Bo", "6001", "NotReady"], ["Bob", "6002", "Ready"]])
        .await;
    page.read_again(&[["Bob", "6002", "Ready"]]).await;
    let changed = "The list has changed: 1 agent matches. “Monitor number 600” can be chosen.";
    announced.announced(&[seven, six, changed]).await;
}

#[wasm_bindgen_test]
async fn an_empty_list_is_explained_when_it_opens() {
    let page = Page::live_with(&[]).await;
    page.field().click();
    until("announced", || page.announced() == "There are no agents.").await;
}

#[wasm_bindgen_test]
async fn an_unreadable_directory_is_announced_once_while_the_list_is_open() {
    let page = Page::open_after(|| answer_with_status("/users", 503, "<html>Busy</html>"));
    page.says("Connection", "Live").await;
    let announced = Announced::listen(&page);
    let words = "The list of agents can’t be read: the server is busy (HTTP 503).";
    until("shown", || {
        page.find(".team > .problem")
            .text_content()
            .is_some_and(|text| text.starts_with(words))
    })
    .await;
    TimeoutFuture::new(1_500).await;
    assert_eq!(announced.texts.borrow().len(), 0);
    page.key("ArrowDown");
    until("announced", || announced.texts.borrow().len() == 2).await;
    // Another language is no news. What was announced stays in its own.
    crate::languages::serve();
    page.element.set_attribute("lang", "de").unwrap();
    until("German", || !shown(&page.find(".team")).contains(words)).await;
    TimeoutFuture::new(1_500).await;
    assert_eq!(announced.texts.borrow().len(), 2);
    let region = page.find("[role=status]");
    assert_eq!(region.get_attribute("lang").as_deref(), Some("en"));
    page.element.set_attribute("lang", "en").unwrap();
    let before = asked("/users");
    while asked("/users") < before + 3 {
        pass(5_000.0);
        TimeoutFuture::new(300).await;
    }
    TimeoutFuture::new(1_500).await;
    let texts = announced.texts.borrow();
    assert_eq!(texts.len(), 2, "{texts:?}");
    assert_eq!(
        texts.iter().filter(|text| text.starts_with(words)).count(),
        1
    );
    assert!(texts.contains(&"Reading the list of agents…".to_owned()));
}

/// Pushes that many ringing calls of the supervisor's own.
async fn ring(page: &Page, calls: u32) {
    for call in 0..calls {
        let call = format!(
            r#"{{ "id": "own-{call}", "monitoring": false, "participants": [{{ "phoneNumber": "{call}" }}] }}"#
        );
        page.gets_call_with("Ringing", "None", &call).await;
    }
}

#[wasm_bindgen_test]
async fn many_announcements_are_joined_in_the_language_of_their_element() {
    let page = Page::live().await;
    crate::languages::serve();
    let other = page.another();
    other.element.set_attribute("lang", "ja").unwrap();
    until("Japanese", || {
        let panel = other.all(".panel").into_iter().next();
        panel.is_some_and(|panel| panel.get_attribute("lang").as_deref() == Some("ja"))
    })
    .await;
    let announced = Announced::listen(&page);
    ring(&page, 6).await;
    let all = || announced.texts.borrow().concat();
    until("all announced", || all().contains("rings: 5")).await;
    assert!(
        all().contains("rings: 2. A call of your own rings: 3."),
        "{}",
        all()
    );
}

#[wasm_bindgen_test]
async fn announcements_of_a_hidden_page_are_repeated_when_it_is_seen() {
    let page = Page::live().await;
    let announced = Announced::listen(&page);
    hide(true);
    ring(&page, 2).await;
    let [first, second] = [0, 1].map(|call| format!("A call of your own rings: {call}."));
    announced.announced(&[&first, &second]).await;
    // Nobody sees it yet.
    TimeoutFuture::new(2_500).await;
    hide(false);
    let both = format!("{first} {second}");
    announced.announced(&[&first, &second, &both]).await;
    TimeoutFuture::new(2_500).await;
    assert_eq!(announced.texts.borrow().len(), 3);
}

#[wasm_bindgen_test]
async fn a_changed_setting_is_no_news() {
    let page = Page::live_with(&BO_AND_CY).await;
    let announced = Announced::listen(&page);
    for (name, value) in [
        ("limit", "30"),
        ("thresholds", "ready:5m"),
        ("shortcuts", "stop=Alt+S"),
    ] {
        page.element.set_attribute(name, value).unwrap();
        one_frame().await;
    }
    // A choice of the supervisor is.
    page.field().click();
    until("the list", || page.rows().len() == 2).await;
    page.choose_option("filter", "Not ready");
    announced.announced(&["0 agents"]).await;
}

#[wasm_bindgen_test]
async fn the_regions_are_there_before_the_first_announcement() {
    let page = Page::open_after(|| redirect_at("/me"));
    let root = page.element.shadow_root().unwrap();
    let watch = js_sys::Function::new_with_args(
        "root",
        "return new Promise((done) => {
            let began = null;
            new MutationObserver((_, observer) => {
                const region = root.querySelector('[role=alert]');
                began ??= region && performance.now();
                if (!region?.textContent) return;
                observer.disconnect();
                done(performance.now() - began);
            }).observe(root, { childList: true, subtree: true });
        })",
    );
    let watched = watch.call1(&JsValue::NULL, &root).unwrap();
    let waited = JsFuture::from(js_sys::Promise::from(watched))
        .await
        .unwrap();
    assert!(waited.as_f64() >= Some(90.0), "{waited:?} ms");
}

#[wasm_bindgen_test]
async fn a_withdrawn_request_is_not_announced_after_its_outcome() {
    let page = Page::live_with(&BO_AND_CY).await;
    push_listening_to("6001");
    page.says("Monitoring", "Bo").await;
    page.gets_call_with(
        "Established",
        "Hangup SwitchToBargeIn",
        r#"{ "mute": "On" }"#,
    )
    .await;
    until("announced", || page.announced().starts_with("Joined")).await;
    let (polite, urgent) = (
        Announced::listen(&page),
        Announced::listen_to(&page, "[role=alert]"),
    );
    answer_with("/me/calls/call-1", r#"{ "statusCode": 0 }"#);
    page.press("Switch to barge-in").await;
    page.press("Yes, go on").await;
    page.gets_call_with("Established", "Hangup", r#"{ "mute": "Off" }"#)
        .await;
    urgent
        .announced(&["Everyone in the call hears you now"])
        .await;
    TimeoutFuture::new(2_500).await;
    assert_eq!(polite.texts.borrow().len(), 0, "{:?}", polite.texts);
}
