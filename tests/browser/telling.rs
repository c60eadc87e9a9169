//! What a screen reader is told.

use std::cell::RefCell;
use std::rc::Rc;

use gloo_timers::future::TimeoutFuture;
use wasm_bindgen::prelude::*;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::page::*;

/// Every text that has stood in a live region, in order.
struct Told {
    texts: Rc<RefCell<Vec<String>>>,
    _callback: Closure<dyn FnMut()>,
}

impl Told {
    fn listen(page: &Page) -> Self {
        let texts = Rc::new(RefCell::new(Vec::new()));
        let region = page.find("[role=status]");
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

    async fn told(&self, expect: &[&str]) {
        let what = format!("{expect:?} to be told");
        until(&what, || self.texts.borrow().len() >= expect.len()).await;
        let texts = self.texts.borrow();
        let is_as_expected = |(text, expect): (&String, &&str)| text.starts_with(expect);
        assert_eq!(texts.len(), expect.len(), "{texts:?}");
        assert!(texts.iter().zip(expect).all(is_as_expected), "{texts:?}");
    }
}

#[wasm_bindgen_test]
async fn two_things_at_once_are_both_told() {
    let page = Page::live_with(&[["Bo", "6001", "Ready"], ["Cy", "6002", "Ready"]]).await;
    push_listening_to("6001");
    page.says("Monitoring", "Bo").await;
    until("told", || page.told().contains("listening in to Bo")).await;
    until("a held connect", is_held).await;
    let told = Told::listen(&page);
    push_listening_to("6002");
    told.told(&[
        "Monitoring of Bo · 6001 ended elsewhere or by the telephone system",
        "Confirmed: listening in to Cy · 6002",
    ])
    .await;
}

#[wasm_bindgen_test]
async fn the_same_text_again_is_told_again() {
    let page = Page::live().await;
    push_call("Ringing", "Answer");
    page.says("Call", "Ringing").await;
    let told = Told::listen(&page);
    let refused = "Answering was refused: no such thing (code 6).";
    for _ in 0..2 {
        page.press("Answer").await;
        page.says("Call", "Answering was refused").await;
    }
    // Many at once may be told together.
    until("told twice", || {
        told.texts.borrow().concat().matches(refused).count() == 2
    })
    .await;
}

#[wasm_bindgen_test]
async fn how_many_match_is_told_when_typing_pauses() {
    let page = Page::live_with(&[["Bo", "6001", "Ready"], ["Bob", "6002", "Ready"]]).await;
    let told = Told::listen(&page);
    for typed in ["z", "zz", "zzz"] {
        page.type_text(typed);
        TimeoutFuture::new(50).await;
    }
    told.told(&["No agent matches “zzz”."]).await;
    page.type_text("bo");
    told.told(&["No agent matches “zzz”.", "2 agents match."])
        .await;
    page.type_text("bob");
    told.told(&[
        "No agent matches “zzz”.",
        "2 agents match.",
        "1 agent matches.",
    ])
    .await;
    // Whoever has picked somebody does not want to know.
    page.type_text("bo");
    page.key("Escape");
    TimeoutFuture::new(2_500).await;
    assert_eq!(told.texts.borrow().len(), 3);
}
