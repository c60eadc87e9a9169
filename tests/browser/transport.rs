//! Requests: they leave in the task of their command, do not follow redirects, and get the time they
//! need.

use wasm_bindgen::prelude::*;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::page::*;

#[wasm_bindgen(module = "/tests/browser/fake-gws.js")]
extern "C" {
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
    #[wasm_bindgen(js_name = isRead)]
    fn is_read() -> bool;
}

const USERS: &str = "/users";

#[wasm_bindgen_test]
async fn a_redirect_is_not_followed_and_a_retry_leaves_in_its_task() {
    let page = Page::open_after(|| redirect_at("/me"));
    page.says("Connection", "Sign in").await;
    assert!(!follows_redirects());
    answer_at("/me");
    settled().await;
    let before = count_at("/me");
    page.find("[part=retry]").click();
    assert_eq!(count_at("/me"), before + 1);
    page.says("Connection", "Live").await;
}

#[wasm_bindgen_test]
async fn a_custom_fetch_that_throws_counts_as_a_failure() {
    let page = Page::open_after(|| {
        refuse_all(true);
        fail_at("/me");
    });
    page.says("Connection", "can’t be reached").await;
    refuse_all(false);
    settled().await;
    page.find("[part=retry]").click();
    one_turn().await;
    page.says("Connection", "can’t be reached").await;
    answer_at("/me");
    page.find("[part=retry]").click();
    page.says("Connection", "Live").await;
}

#[wasm_bindgen_test]
async fn a_response_that_keeps_arriving_is_not_given_up() {
    let page = Page::open_after(|| trickle_at(USERS));
    until("asked for", || is_held() && count_at(USERS) == 1).await;
    until("begun", is_read).await;
    for _ in 0..3 {
        pass(10_000.0);
        trickle(Some(20));
        until("read", is_read).await;
        one_turn().await;
    }
    // Any event that makes the machine check for overdue requests.
    push_listening();
    until("connected", is_held).await;
    one_turn().await;
    trickle(None);
    page.says("Monitoring", "Listening in to Bo Abbott").await;
    assert_eq!(count_at(USERS), 1);
}

#[wasm_bindgen_test]
async fn a_missing_response_is_given_up_after_a_sleep() {
    let page = Page::open_after(|| trickle_at(USERS));
    until("asked for", || is_held() && count_at(USERS) == 1).await;
    assert!(!was_aborted(USERS));
    sleep(20_000.0);
    until("given up", || was_aborted(USERS)).await;
    drop(page);
}
