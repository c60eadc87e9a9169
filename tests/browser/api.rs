//! The element's JavaScript API: methods, state, slots.

use js_sys::{Function, Promise};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::page::*;

#[wasm_bindgen(module = "/tests/browser/fake-gws.js")]
extern "C" {
    #[wasm_bindgen(js_name = countAt)]
    pub(crate) fn count_at(path: &str) -> u32;
    #[wasm_bindgen(js_name = elapseMinutes)]
    fn elapse_minutes();
}

const TARGET: &str = "9c14cad7-17c4-48d0-8492-7cf0ff92c224";

fn operations() -> String {
    format!("/me/devices/{SUPERVISOR}")
}

fn accept_operations() {
    answer_with(&operations(), r#"{"statusCode":0}"#);
}

/// Starts a script of the page: `el` is the element, `TARGET` an agent's device. Its result is JSON, or the code of
/// the error that it throws.
fn begin(page: &Page, script: &str) -> JsFuture {
    let body = format!(
        "return (async () => {{
            try {{ return JSON.stringify(await (async () => {{ {script} }})()) ?? 'undefined' }}
            catch (error) {{ return error.code && error.name !== 'AbortError' ? error.code : String(error) }}
        }})()"
    );
    let run = Function::new_with_args("el, TARGET", &body);
    let begun = run.call2(&JsValue::NULL, &page.element, &TARGET.into());
    JsFuture::from(begun.unwrap().unchecked_into::<Promise>())
}

async fn run(page: &Page, script: &str) -> String {
    begin(page, script).await.unwrap().as_string().unwrap()
}

pub(crate) async fn check(page: &Page, script: &str, expect: &str) {
    assert_eq!(run(page, script).await, expect, "{script}");
}

#[wasm_bindgen_test]
async fn a_method_settles_when_the_device_confirms_it() {
    let page = Page::live().await;
    accept_operations();
    let begun = begin(
        &page,
        "const { step, kind, targetDeviceId, requestId } = await el.listenIn({ targetDeviceId: TARGET });
        return [step, kind, targetDeviceId === TARGET, el.state.requests.length, requestId > 0]",
    );
    until("accepted", || {
        region(&page.element, "What happened").contains("Requested")
    })
    .await;
    check(&page, "return el.state.requests.length", "1").await;
    push_listening();
    let settled = begun.await.unwrap().as_string().unwrap();
    assert_eq!(settled, r#"["confirmed","ListenIn",true,0,true]"#);
}

#[wasm_bindgen_test]
async fn a_refusal_rejects_with_its_receipt() {
    let page = Page::live().await;
    check(
        &page,
        "try { await el.listenIn({ targetDeviceId: TARGET }) }
        catch ({ code, message, receipt, name }) { return [code, receipt.step, receipt.why, name, message.length > 0] }",
        r#"["refused","refused","server","ListenInError",true]"#,
    )
    .await;
}

#[wasm_bindgen_test]
async fn an_impossible_request_rejects_with_its_code_and_sends_nothing() {
    let page = Page::live().await;
    for (script, code) in [
        ("el.listenIn()", "no-target"),
        ("el.listenIn(null)", "no-target"),
        ("el.listenIn({ targetNumber: '-' })", "no-number"),
        ("el.listenIn({ targetNumber: '5005' })", "own-device"),
        (
            "el.listenIn({ targetNumber: '1', targetDeviceId: TARGET })",
            "bad-argument",
        ),
        ("el.coach({ targetDeviceId: TARGET })", "no-capability"),
        (
            "el.listenIn({ targetDeviceId: TARGET, scope: 'call' })",
            "bad-argument",
        ),
        (
            "el.listenIn({ targetDeviceId: TARGET, mode: 'Always' })",
            "bad-argument",
        ),
        (
            "el.listenIn({ targetDeviceId: TARGET, limit: NaN })",
            "bad-argument",
        ),
        (
            "el.listenIn({ targetDeviceId: TARGET, limit: 1441 })",
            "bad-argument",
        ),
        (
            "el.listenIn({ targetDeviceId: TARGET, signal: 5 })",
            "bad-argument",
        ),
        ("el.stop(null)", "nothing-monitored"),
        ("el.answer('call-1')", "no-such-call"),
        ("el.leave()", "bad-argument"),
        ("el.switchTo('call-1', 'Coach')", "bad-argument"),
        ("el.mute('call-1', { party: 'customer' })", "bad-argument"),
        ("el.mute('call-1', null)", "no-such-call"),
    ] {
        check(&page, &format!("return await {script}"), code).await;
    }
    assert_eq!(count_at(&operations()), 0);
}

#[wasm_bindgen_test]
async fn calls_are_answered_switched_muted_and_left_by_methods() {
    let page = Page::live().await;
    answer_with("/me/calls/call-1", r#"{"statusCode":0}"#);
    push_listening();
    page.says("Monitoring", "Listening in to Bo Abbott").await;
    page.gets_call("Ringing", "Answer").await;
    let steps = [
        ("el.answer('call-1')", "Established", r#"{"mute":"On"}"#),
        (
            "el.switchTo('call-1', 'BargeIn')",
            "Established",
            r#"{"mute":"Off"}"#,
        ),
        ("el.mute('call-1')", "Established", r#"{"mute":"On"}"#),
        (
            "el.mute('call-1', { muted: false })",
            "Established",
            r#"{"mute":"Off"}"#,
        ),
        (
            "el.mute('call-1', { party: 'agent' })",
            "Established",
            r#"{"mute":"Off","monitoredUserMuted":true}"#,
        ),
        ("el.leave('call-1')", "Released", "{}"),
    ];
    let offered = "Hangup SwitchToBargeIn SwitchToListenIn MuteCall UnmuteCall MuteMonitoredUser";
    for (call, state, extra) in steps {
        let begun = begin(&page, &format!("return (await {call}).step"));
        until("requested", || asked("/me/calls/call-1") > 0).await;
        page.gets_call_with(state, offered, extra).await;
        assert_eq!(begun.await.unwrap(), r#""confirmed""#, "{call}");
    }
}

#[wasm_bindgen_test]
async fn an_aborted_wait_leaves_the_request_alone() {
    let page = Page::live().await;
    accept_operations();
    check(
        &page,
        "return el.listenIn({ targetDeviceId: TARGET, signal: AbortSignal.abort('before') })",
        "before",
    )
    .await;
    assert_eq!(count_at(&operations()), 0);
    let begun = begin(
        &page,
        "el.control = new AbortController();
        return el.listenIn({ targetDeviceId: TARGET, signal: el.control.signal })",
    );
    until("sent", || count_at(&operations()) == 1).await;
    check(&page, "el.control.abort('enough')", "undefined").await;
    assert_eq!(begun.await.unwrap(), "enough");
    push_listening();
    page.says("Monitoring", "Listening in to Bo Abbott").await;
    assert_eq!(count_at(&operations()), 1);
}

#[wasm_bindgen_test]
async fn a_request_of_unknown_outcome_waits_for_the_connection_until_it_is_aborted() {
    let page = Page::live().await;
    let begun = begin(
        &page,
        "el.fetch = () => Promise.reject(new TypeError('gone'));
        el.control = new AbortController();
        el.settled = false;
        const asked = el.listenIn({ targetDeviceId: TARGET, signal: el.control.signal });
        asked.catch(() => {}).finally(() => (el.settled = true));
        return asked",
    );
    let checks = || {
        let choice = page.find(".choice").text_content().unwrap();
        choice.contains("Checking what is in force")
    };
    until("that it is not known", checks).await;
    pass(120_000.0);
    elapse_minutes();
    one_turn().await;
    assert!(checks());
    check(
        &page,
        "return [el.settled, el.state.requests.length]",
        "[false,1]",
    )
    .await;
    check(&page, "el.control.abort('enough')", "undefined").await;
    assert_eq!(begun.await.unwrap(), "enough");
    // It is read as soon as possible.
    check(&page, "el.fetch = null; await el.retry()", "undefined").await;
    until("its end", || !checks()).await;
    check(&page, "return el.state.requests.length", "0").await;
}

#[wasm_bindgen_test]
async fn options_that_are_null_are_absent() {
    let page = Page::live().await;
    accept_operations();
    let begun = begin(
        &page,
        "return (await el.listenIn({ targetDeviceId: TARGET, targetNumber: null, scope: null, mode: null, limit: null, signal: null })).step",
    );
    until("sent", || count_at(&operations()) == 1).await;
    push_listening();
    assert_eq!(begun.await.unwrap(), r#""confirmed""#);
    let mute = "return el.mute('call-1', { party: null, muted: null, signal: null })";
    check(&page, mute, "no-such-call").await;
}

#[wasm_bindgen_test]
async fn of_two_simultaneous_methods_the_second_is_refused_and_the_first_goes_on() {
    let page = Page::live().await;
    accept_operations();
    let begun = begin(
        &page,
        "const ask = () => el.listenIn({ targetDeviceId: TARGET }).then(({ step }) => step, ({ code }) => code);
        return Promise.all([ask(), ask()])",
    );
    until("sent", || count_at(&operations()) == 1).await;
    push_listening();
    assert_eq!(begun.await.unwrap(), r#"["confirmed","under-way"]"#);
    assert_eq!(count_at(&operations()), 1);
}

#[wasm_bindgen_test]
async fn methods_need_a_document_and_wait_for_the_widget() {
    let page = Page::open();
    // The widget is not even mounted; afterwards there is no connection yet.
    check(
        &page,
        "return el.listenIn({ targetDeviceId: TARGET })",
        "not-live",
    )
    .await;
    // Nothing has been read yet that could be missing.
    check(&page, "return el.stop()", "not-live").await;
    check(&page, "return el.answer('call-1')", "not-live").await;
    page.element.remove();
    check(&page, "return el.stop()", "not-connected").await;
    check(&page, "return el.state", "null").await;
}

#[wasm_bindgen_test]
async fn a_removed_element_does_not_know_the_outcome_of_a_request() {
    let page = Page::live().await;
    accept_operations();
    let begun = begin(&page, "return el.listenIn({ targetDeviceId: TARGET })");
    until("sent", || count_at(&operations()) == 1).await;
    page.element.remove();
    assert_eq!(begun.await.unwrap(), "unknown");
}

#[wasm_bindgen_test]
async fn a_request_that_is_superseded_within_its_own_event_is_settled() {
    let page = Page::live().await;
    accept_operations();
    let begun = begin(
        &page,
        "el.addEventListener('listen-in-request', () => el.shadowRoot.querySelector('[part=stop]').click(), { once: true });
        return el.listenIn({ targetDeviceId: TARGET })",
    );
    until("both", || count_at(&operations()) == 2).await;
    assert_eq!(begun.await.unwrap(), "unknown");
}

#[wasm_bindgen_test]
async fn a_page_can_prevent_requests_but_not_stopping_or_leaving() {
    let page = Page::live().await;
    accept_operations();
    let prevent = "el.before = [];
        el.addEventListener('listen-in-before-request', (event) => {
            event.preventDefault();
            el.before.push([event.detail.operation, event.detail.audience, event.detail.from, event.cancelable]);
        });";
    check(&page, prevent, "undefined").await;
    check(
        &page,
        "return el.listenIn({ targetDeviceId: TARGET })",
        "prevented",
    )
    .await;
    page.pick("Bo").await;
    page.listen_in().await;
    page.says("What happened", "was not sent: this page prevented it.")
        .await;
    assert_eq!(count_at(&operations()), 0);
    push_listening();
    page.says("Monitoring", "Listening in to Bo Abbott").await;
    let begun = begin(&page, "return (await el.stop()).step");
    until("sent", || count_at(&operations()) == 1).await;
    push_own_device("{}");
    assert_eq!(begun.await.unwrap(), r#""confirmed""#);
    check(
        &page,
        "return el.before",
        r#"[["ListenIn","nobody","page",true],["ListenIn","nobody","supervisor",true],["CancelSupervisorMonitoring","nobody","page",false]]"#,
    )
    .await;
}

#[wasm_bindgen_test]
async fn the_state_is_frozen_and_agrees_with_the_last_events() {
    let page = Page::open();
    let collect = "el.last = {};
        for (const name of ['connection', 'device', 'monitoring', 'call'])
            el.addEventListener(`listen-in-${name}`, (event) => (el.last[name] = event.detail));";
    check(&page, collect, "undefined").await;
    page.says("Connection", "Live").await;
    until("a held connect", is_held).await;
    push_listening();
    page.says("Monitoring", "Listening in to Bo Abbott").await;
    page.gets_call("Established", "Hangup").await;
    let agrees = "const { connection, device, monitoring, calls } = el.state;
        const frozen = (it) => it === null || typeof it !== 'object' || (Object.isFrozen(it) && Object.values(it).every(frozen));
        return [JSON.stringify({ connection, device, monitoring, call: { calls } }) === JSON.stringify(el.last),
            frozen(el.state), el.state === el.state, calls.length, connection.phase, monitoring.state]";
    check(&page, agrees, r#"[true,true,true,1,"live","active"]"#).await;
}

#[wasm_bindgen_test]
async fn custom_states_follow() {
    let page = Page::open();
    let states =
        "return ['loading', 'starting', 'live', 'monitoring', 'in-call', 'requested', 'failed']
        .filter((name) => el.matches(`:state(${name})`)).join()";
    page.says("Connection", "Live").await;
    until("a held connect", is_held).await;
    check(&page, states, r#""live""#).await;
    push_listening();
    page.says("Monitoring", "Listening in to Bo Abbott").await;
    page.gets_call("Established", "Hangup").await;
    check(&page, states, r#""live,monitoring,in-call""#).await;
    accept_operations();
    check(&page, "el.stop().catch(() => {})", "undefined").await;
    until("sent", || count_at(&operations()) == 1).await;
    check(&page, states, r#""live,monitoring,in-call,requested""#).await;
}

#[wasm_bindgen_test]
async fn slotted_content_is_above_in_and_below_the_panel() {
    let page = Page::live().await;
    let put = "for (const slot of ['notice', 'empty', 'footer'])
            el.append(Object.assign(document.createElement('p'), { slot, textContent: slot, className: slot }));";
    check(&page, put, "undefined").await;
    let order = "const panel = el.shadowRoot.querySelector('[part=panel]').getBoundingClientRect();
        const [notice, empty, footer] = [...el.children].map((it) => it.getBoundingClientRect());
        return [notice.bottom <= panel.top, empty.top > panel.top && empty.bottom < panel.bottom, footer.top >= panel.bottom]";
    let is_shown = "return el.querySelector('.empty').offsetHeight > 0";
    check(&page, order, "[true,true,true]").await;
    check(&page, is_shown, "true").await;
    push_listening();
    page.says("Monitoring", "Listening in to Bo Abbott").await;
    check(&page, is_shown, "false").await;
}

#[wasm_bindgen_test]
async fn content_for_nobody_monitored_is_hidden_while_that_is_unknown() {
    let page = Page::closed();
    let put = "el.append(Object.assign(document.createElement('p'), { slot: 'empty', textContent: 'Pick somebody.' }))";
    check(&page, put, "undefined").await;
    page.connect();
    until("mounted", || !page.all("[part=panel].panel").is_empty()).await;
    let is_shown = "return el.querySelector('p').offsetHeight > 0";
    check(&page, is_shown, "false").await;
    page.says("Monitoring", "Nobody is monitored").await;
    check(&page, is_shown, "true").await;
}

#[wasm_bindgen_test]
async fn a_label_names_the_panel_as_a_region_without_a_restart() {
    let page = Page::live().await;
    let region = "const root = el.shadowRoot.querySelector('.root');
        return [root.getAttribute('role'), root.getAttribute('aria-label')]";
    check(&page, region, "[null,null]").await;
    check(&page, "el.label = 'Team 7'", "undefined").await;
    check(&page, region, r#"["region","Team 7"]"#).await;
    check(&page, "el.label = null", "undefined").await;
    check(&page, region, "[null,null]").await;
    one_turn().await;
    assert_eq!((count(HANDSHAKE), count(DISCONNECT)), (1, 0));
}

#[wasm_bindgen_test]
async fn focus_goes_to_the_agent_field() {
    let page = Page::live().await;
    page.element.focus().unwrap();
    let root = page.element.shadow_root().unwrap();
    assert_eq!(root.active_element(), Some(page.field().into()));
}

#[wasm_bindgen_test]
async fn a_focus_without_scrolling_does_not_scroll_when_the_widget_has_loaded() {
    let above = document().create_element("div").unwrap();
    above.set_attribute("style", "height: 3000px").unwrap();
    body().append_child(&above).unwrap();
    web_sys::window().unwrap().scroll_to_with_x_and_y(0.0, 0.0);
    let page = Page::open();
    check(&page, "el.focus({ preventScroll: true })", "undefined").await;
    page.says("Connection", "Live").await;
    one_frame().await;
    let root = page.element.shadow_root().unwrap();
    assert_eq!(root.active_element(), Some(page.field().into()));
    assert_eq!(web_sys::window().unwrap().scroll_y(), Ok(0.0));
    above.remove();
}
