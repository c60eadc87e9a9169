//! Times, shown and copied, as days pass and the time zone changes.

use wasm_bindgen::prelude::*;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::page::*;

#[wasm_bindgen(module = "/tests/browser/fake-gws.js")]
extern "C" {
    fn travel(zone: Option<&str>, ahead: f64);
    fn copied() -> String;
}

const HOUR: f64 = 3_600_000.0;

/// The time of the latest line.
fn latest(page: &Page) -> String {
    page.find(".journal time").text_content().unwrap()
}

#[wasm_bindgen_test]
async fn times_follow_a_change_of_the_time_zone() {
    travel(Some("Europe/Berlin"), 1.0);
    let page = Page::live().await;
    push_listening();
    page.says("What happened", "Asked elsewhere").await;
    let since = || region(&page.element, "Monitoring");
    let (time, monitoring) = (latest(&page), since());
    travel(Some("Asia/Tokyo"), 9.0);
    until("other times", || {
        latest(&page) != time && since() != monitoring
    })
    .await;
    // It has the same offset now, but not always.
    travel(Some("Europe/Berlin"), 1.0);
    until("the first time", || latest(&page) == time).await;
    travel(None, 0.0);
}

#[wasm_bindgen_test]
async fn a_copied_line_has_its_full_date_and_offset() {
    travel(Some("Asia/Kolkata"), 5.5);
    let page = Page::open_after(|| {
        answer_with(
            "/me/devices",
            &format!(
                r#"{{ "statusCode": 0, "devices": [{{ "id": "{SUPERVISOR}", "phoneNumber": "5005",
                "deviceState": "Active", "capabilities": ["ListenIn"],
                "supervisorMonitoringState": {{ "state": "ListenIn", "mode": "AllCalls",
                "scope": "Call", "targetDeviceUri": "http://elsewhere/devices/d-1" }} }}] }}"#
            ),
        );
    });
    let until_then = js_sys::Date::now() + 200_000.0;
    page.element
        .set_attribute("limit-until", &until_then.to_string())
        .unwrap();
    page.says("Connection", "Live").await;
    until("a held connect", is_held).await;
    page.says("Monitoring", " · until ").await;
    pass(110_000.0);
    // Any event that makes the machine read the clock.
    page.gets_call("Ringing", "Answer").await;
    page.says(
        "What happened",
        "The time limit is near: monitoring ends at ",
    )
    .await;
    let line = || {
        let lines = page.all(".journal li span");
        let mut lines = lines.iter().map(|line| line.text_content().unwrap());
        lines.find(|line| line.contains("is near")).unwrap()
    };
    let shown = line();
    copied();
    page.button("Copy").click();
    until("copied", || copied().contains(&shown)).await;
    // The date of that day, whenever it is read.
    pass(48.0 * HOUR);
    until("another day", || {
        latest(&page).contains(char::is_alphabetic)
    })
    .await;
    page.button("Copy").click();
    one_turn().await;
    let copied = copied();
    assert_eq!(line(), shown);
    assert!(copied.contains(&format!("\t{shown}\n")), "{copied}");
    for line in copied.lines() {
        let (time, _) = line.split_once('\t').unwrap();
        let is_digit = |c: char| if c.is_ascii_digit() { '0' } else { c };
        let form: String = time.chars().map(is_digit).collect();
        assert_eq!(form, "0000-00-00 00:00:00 +00:00", "{time}");
        assert!(time.ends_with(" +05:30"), "{time}");
        let parsed = js_sys::Date::parse(&time.replacen(' ', "T", 1).replace(' ', ""));
        assert!((until_then - parsed).abs() < 49.0 * HOUR, "{time}");
    }
    travel(None, 0.0);
}

#[wasm_bindgen_test]
async fn a_region_of_the_page_determines_the_form_of_times() {
    let page = Page::live().await;
    push_listening();
    page.says("What happened", "Asked elsewhere").await;
    for (tag, has_letters) in [("en-GB", false), ("en-US", true), ("en-GB", false)] {
        page.element.set_attribute("lang", tag).unwrap();
        until(tag, || {
            latest(&page).contains(char::is_alphabetic) == has_letters
        })
        .await;
    }
}
