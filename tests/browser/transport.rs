//! How requests travel: they leave in the task of their command, follow no redirect, and have the
//! time they need; and that a sleep is noticed.

use wasm_bindgen::prelude::*;
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::Element;

use crate::page::{
    Page, is_held, one_turn, page_event, pass, push_listening, region, settled, sleep, until,
    was_aborted,
};

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
async fn a_redirect_is_announced_and_not_followed_and_a_request_leaves_in_the_task_of_its_command()
{
    let page = Page::open_after(|| redirect_at("/me"));
    until("sign-in needed", || {
        region(&page.element, "Connection").contains("Sign in")
    })
    .await;
    assert!(!follows_redirects());
    answer_at("/me");
    settled().await;
    let before = count_at("/me");
    page.find("[part=retry]").click();
    assert_eq!(count_at("/me"), before + 1);
    until("live", || {
        region(&page.element, "Connection").contains("Live")
    })
    .await;
}

#[wasm_bindgen_test]
async fn a_fetch_of_the_pages_own_may_throw_and_fail_with_anything() {
    let page = Page::open_after(|| {
        refuse_all(true);
        fail_at("/me");
    });
    let says = |what| region(&page.element, "Connection").contains(what);
    until("announced", || says("can’t be reached")).await;
    refuse_all(false);
    settled().await;
    page.find("[part=retry]").click();
    one_turn().await;
    assert!(says("can’t be reached"));
    answer_at("/me");
    page.find("[part=retry]").click();
    until("live", || says("Live")).await;
}

#[wasm_bindgen_test]
async fn a_large_answer_that_goes_on_coming_has_all_the_time_it_needs() {
    let page = Page::open_after(|| trickle_at(USERS));
    until("asked for", || is_held() && count_at(USERS) == 1).await;
    until("begun", is_read).await;
    for _ in 0..3 {
        pass(10_000.0);
        trickle(Some(20));
        until("read", is_read).await;
        one_turn().await;
    }
    // Something that makes the machine look whether anything is late.
    push_listening();
    until("connected", is_held).await;
    one_turn().await;
    trickle(None);
    until("confirmed", || {
        region(&page.element, "Monitoring").contains("Listening in to Bo Abbott")
    })
    .await;
    assert_eq!(count_at(USERS), 1);
}

#[wasm_bindgen_test]
async fn an_answer_that_does_not_come_is_given_up_also_after_a_sleep() {
    let page = Page::open_after(|| trickle_at(USERS));
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
    let line = || page.find("[part=journal]").query_selector("li").unwrap();
    let text = |line: Element| line.text_content().unwrap();
    until("noted", || line().is_some()).await;
    let before = text(line().unwrap());
    sleep(1_800_000.0);
    redirect_at("/me");
    page_event("pagehide", true);
    page_event("pageshow", true);
    until("noted", || text(line().unwrap()) != before).await;
    assert!(text(page.find("[part=journal]").into()).contains(&before));
}
