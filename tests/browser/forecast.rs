//! Forecasts and confirmations: what a request will do, and what it ends.

use wasm_bindgen_test::wasm_bindgen_test;

use crate::page::*;

/// A page with two agents whose device offers all operations.
async fn page() -> Page {
    Page::live_after(|| {
        set_users(&BO_AND_CY);
        offer_everything();
    })
    .await
}

fn shown(page: &Page, selector: &str) -> String {
    let Some(element) = page.all(selector).into_iter().next() else {
        return String::new();
    };
    let is_shown = !element.class_list().contains("absent");
    let text = crate::page::shown(&element);
    if is_shown { text } else { String::new() }
}

async fn says(page: &Page, selector: &str, words: &str) {
    let what = format!("“{words}” in {selector}");
    until(&what, || shown(page, selector).contains(words)).await;
}

/// Cancels the confirmation, as soon as it accepts presses.
async fn cancel(page: &Page) {
    until("cancelled", || {
        page.find(".choice [part=cancel]").click();
        shown(page, ".choice .confirm").is_empty()
    })
    .await;
}

/// Selects an option of *Limit*.
fn limit(page: &Page, minutes: &str) {
    let select: web_sys::HtmlSelectElement =
        wasm_bindgen::JsCast::unchecked_into(page.find("[part=limit]"));
    select.set_value(minutes);
    let change = web_sys::Event::new("change").unwrap();
    select.dispatch_event(&change).unwrap();
}

#[wasm_bindgen_test]
async fn an_open_confirmation_changes_the_forecast() {
    let page = page().await;
    page.pick("Bo").await;
    says(&page, ".forecast", "You ask to listen silently").await;
    for (button, words) in [
        ("Coach", "The agent will hear you; the customer will not."),
        ("Barge in", "The agent and the customer will hear you."),
    ] {
        page.button(button).click();
        says(&page, ".forecast", words).await;
        assert!(!shown(&page, ".forecast").contains("silently"), "{button}");
        cancel(&page).await;
        says(&page, ".forecast", "You ask to listen silently").await;
    }
}

#[wasm_bindgen_test]
async fn forecast_and_confirmation_say_which_monitoring_ends() {
    let page = page().await;
    page.pick("Bo").await;
    push_monitoring("ListenIn", "6001");
    page.says("Monitoring", "Listening in to Bo").await;
    let ends = "This ends: listening in to Bo · 6001, whole call, all calls.";
    says(
        &page,
        ".forecast",
        "Already in force: listening in to Bo · 6001",
    )
    .await;
    assert!(!shown(&page, ".forecast").contains("You will"));

    // Another kind.
    page.button("Coach").click();
    says(&page, ".choice .confirm", ends).await;
    says(&page, ".forecast", ends).await;
    // The monitoring changes while the confirmation is open.
    until("a held connect", is_held).await;
    push_monitoring("BargeIn", "6001");
    says(
        &page,
        ".choice .confirm",
        "This ends: barging in to the calls of Bo",
    )
    .await;
    until("a held connect", is_held).await;
    push_monitoring("ListenIn", "6001");
    says(&page, ".choice .confirm", ends).await;
    cancel(&page).await;

    // Another scope, another mode, another agent.
    for (radio, back) in [(1, 0), (3, 2)] {
        page.all("[type=radio]")[radio].click();
        says(&page, ".forecast", ends).await;
        page.all("[type=radio]")[back].click();
        says(&page, ".forecast", "Already in force").await;
    }
    page.pick("Cy").await;
    says(&page, ".forecast", ends).await;
    page.button("Barge in").click();
    says(&page, ".choice .confirm", ends).await;
}

#[wasm_bindgen_test]
async fn changing_only_the_limit_needs_no_confirmation() {
    let page = page().await;
    page.pick("Bo").await;
    push_monitoring("Coach", "6001");
    page.says("Monitoring", "Coaching Bo").await;
    says(&page, ".forecast", "Already in force: coaching Bo · 6001").await;
    assert!(is_off(&page.button("Coach")));
    limit(&page, "30");
    says(&page, ".forecast", "only changes the limit: 30 minutes").await;
    page.button("Coach").click();
    page.says("Monitoring", "until").await;
    assert_eq!(shown(&page, ".choice .confirm"), "");
    assert_eq!(asked(&format!("/devices/{SUPERVISOR}")), 0);
    limit(&page, "0");
    says(&page, ".forecast", "only removes the limit").await;
}

#[wasm_bindgen_test]
async fn each_disabled_button_has_its_reason_in_a_cluster() {
    const NEVER: &str = "Coach and Barge in: In a SIP Cluster with routing-point monitoring";
    let page = Page::live_after(|| {
        set_users(&[["Bo", "6001", "Ready"]]);
        offer_everything();
        answer_with(
            "/users",
            r#"{"statusCode":0,"users":[{"id":"u","firstName":"Bo","devices":[{"id":"d-6001",
            "phoneNumber":"6001"}],"calls":[{"id":"c","state":"Established"}]}]}"#,
        );
    })
    .await;
    page.element.set_attribute("sip-cluster", "yes").unwrap();
    says(&page, ".reason", "Listen in: Pick an agent first.").await;
    says(&page, ".reason", NEVER).await;
    page.pick("Bo").await;
    says(&page, ".forecast", "You do not join the current call.").await;
    assert!(!shown(&page, ".forecast").contains("only if the telephone system"));
    until("a held connect", is_held).await;
    push_monitoring("ListenIn", "6001");
    says(&page, ".reason", "Listen in: Already listening").await;
    says(&page, ".reason", NEVER).await;
}
