//! How a page affects the widget's requests: headers, credentials, tokens, and its own `fetch`.

use js_sys::Reflect;
use wasm_bindgen::prelude::*;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::api::{check, count_at};
use crate::page::*;

#[wasm_bindgen(module = "/npm/connection.js")]
extern "C" {
    #[wasm_bindgen(thread_local_v2, js_name = fetchOver)]
    static FETCH_OVER: JsValue;
}

#[wasm_bindgen(module = "/tests/browser/fake-gws.js")]
extern "C" {
    #[wasm_bindgen(js_name = elapseMinutes)]
    fn elapse_minutes();
    #[wasm_bindgen(js_name = letInOnly)]
    fn let_in_only(token: &str);
    /// Each value once.
    #[wasm_bindgen(js_name = sentWith)]
    fn sent_with(name: &str) -> Vec<String>;
}

#[wasm_bindgen_test]
async fn every_request_carries_the_headers_credentials_and_token_of_the_page() {
    let page = Page::closed();
    let set = "el.headers = { 'X-Department': 'sales', Accept: 'text/html' };
        el.credentials = 'omit';
        el.reasons = [];
        el.tokenProvider = async ({ reason }) => { el.reasons.push(reason); return 'secret' };";
    check(&page, set, "undefined").await;
    page.connect();
    page.says("Connection", "Live").await;
    until("a held connect", is_held).await;
    assert_eq!(sent_with("X-Department"), ["sales"]);
    assert_eq!(sent_with("Accept"), ["application/json"]);
    assert_eq!(sent_with("credentials"), ["omit"]);
    assert_eq!(sent_with("Authorization"), ["Bearer secret"]);
    check(&page, "return el.reasons", r#"["start"]"#).await;
    // Both are read for each request.
    check(
        &page,
        "el.headers = ({ method }) => ({ 'X-Department': method })",
        "undefined",
    )
    .await;
    push_listening();
    until("connected again", is_held).await;
    assert_eq!(sent_with("X-Department"), ["sales", "POST"]);
    assert_eq!(count(HANDSHAKE), 1);
}

#[wasm_bindgen_test]
async fn a_token_that_is_refused_or_expires_is_replaced() {
    let page = Page::closed();
    let_in_only("second");
    let set =
        "const tokens = ['first', { token: 'second', expires: Date.now() + 60_000 }, 'third'];
        el.reasons = [];
        el.tokenProvider = ({ reason }) => { el.reasons.push(reason); return tokens.shift() };";
    check(&page, set, "undefined").await;
    page.connect();
    page.says("Connection", "Live").await;
    until("a held connect", is_held).await;
    check(&page, "return el.reasons", r#"["start","refused"]"#).await;
    let_in_only("third");
    pass(40_000.0);
    push_listening();
    page.says("Monitoring", "Listening in to Bo Abbott").await;
    until("connected again", is_held).await;
    check(
        &page,
        "return el.reasons",
        r#"["start","refused","expired"]"#,
    )
    .await;
}

#[wasm_bindgen_test]
async fn a_slow_token_provider_is_called_once_and_aborted_requests_are_not_sent() {
    let page = Page::closed();
    let set = "el.asks = 0; el.sent = 0;
        el.tokenProvider = () => { el.asks += 1; return new Promise((give) => (el.give = give)) };
        el.fetch = (request) => { el.sent += 1; el.stale ||= request.signal.aborted; return fetch(request) };";
    check(&page, set, "undefined").await;
    page.connect();
    until("asked", || asks(&page) == 1).await;
    for _ in 0..3 {
        pass(60_000.0);
        elapse_minutes();
        check(&page, "return el.retry()", "undefined").await;
        one_turn().await;
    }
    check(&page, "return [el.asks, el.sent]", "[1,0]").await;
    check(&page, "el.give('secret')", "undefined").await;
    page.says("Connection", "Live").await;
    check(&page, "return [el.asks, el.stale]", "[1,false]").await;
}

fn asks(page: &Page) -> u32 {
    let asks = Reflect::get(&page.element, &"asks".into()).unwrap();
    asks.as_f64().unwrap_or_default() as u32
}

#[wasm_bindgen_test]
async fn without_a_token_sign_in_is_needed() {
    let page = Page::closed();
    check(
        &page,
        "el.tokenProvider = () => el.token ?? null",
        "undefined",
    )
    .await;
    page.connect();
    until("told", || {
        region(&page.element, "Connection").contains("Sign in")
    })
    .await;
    assert_eq!(count_at("/me"), 0, "nothing is sent without a token");
    check(&page, "el.token = 'a'; await el.retry()", "undefined").await;
    page.says("Connection", "Live").await;
}

#[wasm_bindgen_test]
async fn a_page_can_send_requests_with_its_own_fetch() {
    let page = Page::closed();
    let set = "el.sent = 0; el.fetch = (request) => { el.sent += request instanceof Request; return fetch(request) };";
    check(&page, set, "undefined").await;
    page.connect();
    page.says("Connection", "Live").await;
    until("a held connect", is_held).await;
    check(&page, "return el.sent >= 6", "true").await;
    check(
        &page,
        "el.fetch = (request) => {
            if (request.url.endsWith('5768c61f7d4a')) throw new TypeError('no');
            return fetch(request);
        }",
        "undefined",
    )
    .await;
    check(
        &page,
        "return el.listenIn({ targetDeviceId: TARGET })",
        "unknown",
    )
    .await;
}

#[wasm_bindgen_test]
async fn a_page_can_lend_its_own_connection() {
    let page = Page::closed();
    // Like a page with its own CometD client.
    let lend = "el.channels = new Map();
        const connection = {
            subscribe(channel, listener) { el.channels.set(channel, listener); return () => el.channels.delete(channel) },
            status(listener) { (el.is = listener)(true) },
        };
        el.fetch = el.fetchOver(connection);";
    let fetch_over = FETCH_OVER.with(JsValue::clone);
    Reflect::set(&page.element, &"fetchOver".into(), &fetch_over).unwrap();
    check(&page, lend, "undefined").await;
    page.connect();
    page.says("Connection", "Live").await;
    let bring = "el.channels.get('/v2/me/devices')({ data: {
            messageType: 'DeviceStateChangeMessage',
            devices: [{ id: 'efe1ab32-53f9-43ce-b65e-5768c61f7d4a', phoneNumber: '5005', deviceState: 'Active', capabilities: ['ListenIn'],
                supervisorMonitoringState: { state: 'ListenIn', scope: 'Call', mode: 'AllCalls',
                    targetDeviceUri: `http://elsewhere/api/v2/devices/${TARGET}` } }],
        } })";
    check(&page, bring, "undefined").await;
    page.says("Monitoring", "Listening in to Bo Abbott").await;
    check(&page, "el.is(false)", "undefined").await;
    page.says("Connection", "Reconnecting").await;
    check(&page, "el.is(true); await el.retry()", "undefined").await;
    // Everything is read again: the server knows of no monitoring.
    page.says("Monitoring", "Nobody is monitored").await;
    page.says("Connection", "Live").await;
    assert_eq!((count(HANDSHAKE), count(CONNECT)), (0, 0));
    page.element.remove();
    until("no subscriptions", || {
        let channels = Reflect::get(&page.element, &"channels".into()).unwrap();
        channels.unchecked_into::<js_sys::Map>().size() == 0
    })
    .await;
}

#[wasm_bindgen_test]
async fn invalid_settings_of_the_page_are_reported_to_it() {
    let set = "el.errors = '';
        addEventListener('error', (event) => { event.preventDefault(); el.errors += event.error.message });";
    for (wrong, error) in [
        ("el.headers = () => { throw new Error('none') }", "none"),
        ("el.headers = { 'a b': 'c' }", "Headers"),
        ("el.credentials = 'sometimes'", "sometimes"),
        ("el.fetch = 5", "not a function"),
        ("el.fetch = () => ({ ok: true })", "no Response"),
        ("el.tokenProvider = 'secret'", "not a function"),
    ] {
        let page = Page::closed();
        check(&page, &format!("{set} {wrong}"), "undefined").await;
        page.connect();
        until(wrong, || {
            let errors = Reflect::get(&page.element, &"errors".into()).unwrap();
            errors.as_string().unwrap().contains(error)
        })
        .await;
        let right = "Object.assign(el, { headers: null, credentials: null, fetch: null, tokenProvider: null })";
        check(&page, &format!("{right}; await el.retry()"), "undefined").await;
        page.says("Connection", "Live").await;
    }
}
