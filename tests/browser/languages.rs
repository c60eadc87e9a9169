//! The language of the widget, which follows the page.

use wasm_bindgen::prelude::*;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::page::*;
use crate::texts::{fits, left_of};

#[path = "../../locales/pack.rs"]
mod pack;
#[path = "../../locales/placeholders.rs"]
mod placeholders;

#[wasm_bindgen(module = "/tests/browser/fake-gws.js")]
extern "C" {
    #[wasm_bindgen(js_name = serveBeside)]
    fn serve_beside(name: &str, text: &str);
    #[wasm_bindgen(js_name = askedBeside)]
    fn asked_beside(name: &str) -> u32;
    #[wasm_bindgen(js_name = elapseMinutes)]
    fn elapse_minutes();
    /// The console's warnings, which are recorded from the first call on.
    fn warnings() -> Vec<String>;
}

const ENGLISH: &str = include_str!("../../locales/en.txt");

/// The file of each language, and its text for *Nobody is monitored*.
const LANGUAGES: [(&str, &str, &str); 6] = [
    (
        "ar",
        include_str!("../../locales/ar.txt"),
        "لا أحد تحت المراقبة",
    ),
    (
        "de",
        include_str!("../../locales/de.txt"),
        "Niemand wird überwacht",
    ),
    (
        "es",
        include_str!("../../locales/es.txt"),
        "No se supervisa a nadie",
    ),
    (
        "fr",
        include_str!("../../locales/fr.txt"),
        "Personne n’est supervisé",
    ),
    (
        "ja",
        include_str!("../../locales/ja.txt"),
        "モニタリング中の相手はいません",
    ),
    (
        "pt",
        include_str!("../../locales/pt.txt"),
        "Ninguém é monitorado",
    ),
];

/// Serves the files of all languages except for Spanish.
pub(crate) fn serve() {
    for (code, source, _) in LANGUAGES.into_iter().filter(|it| it.0 != "es") {
        let packed = pack::pack(ENGLISH, source).unwrap();
        serve_beside(&format!("{code}.txt"), &packed);
    }
    serve_beside("keys.txt", &pack::keys(ENGLISH).unwrap());
}

/// Sets the property `texts`.
fn set_texts(page: &Page, texts: &[(&str, &str)]) {
    let object = js_sys::Object::new();
    for (key, text) in texts {
        js_sys::Reflect::set(&object, &(*key).into(), &(*text).into()).unwrap();
    }
    js_sys::Reflect::set(&page.element, &"texts".into(), &object).unwrap();
}

/// The headline of the region *Monitoring*.
fn headline(page: &Page) -> String {
    let headline = page.find(".monitoring .headline");
    headline.text_content().unwrap()
}

async fn page() -> Page {
    let page = Page::live_with(&[["Bo", "+1 (415) 555-0132", "Ready"]]).await;
    serve();
    page
}

fn nobody(code: &str) -> &'static str {
    let mut languages = LANGUAGES.into_iter();
    languages
        .find(|it| it.0 == code)
        .map_or("Nobody is monitored", |it| it.2)
}

/// Waits until the widget is in this language.
async fn is_in(page: &Page, code: &str) {
    until(code, || {
        let panel = page.find(".panel");
        panel.get_attribute("lang").as_deref() == Some(code)
            && page.find(".monitoring .headline").text_content().as_deref() == Some(nobody(code))
    })
    .await;
}

fn set(page: &Page, language: &str) {
    page.element.set_attribute("lang", language).unwrap();
}

/// Sets the language of the page.
fn set_around(language: &str) {
    let root = document().document_element().unwrap();
    root.set_attribute("lang", language).unwrap();
}

#[wasm_bindgen_test]
async fn the_language_is_that_of_the_element_or_of_the_closest_ancestor() {
    let page = page().await;
    is_in(&page, "en").await;
    page.element.remove_attribute("lang").unwrap();
    set_around("de-AT");
    is_in(&page, "de").await;
    set(&page, "pt-BR");
    is_in(&page, "pt").await;
    set(&page, "EN-gb");
    is_in(&page, "en").await;
    set(&page, "fr_CA");
    is_in(&page, "fr").await;
    set(&page, "");
    is_in(&page, "de").await;
    set_around("en");
}

#[wasm_bindgen_test]
async fn a_moved_element_takes_the_language_of_its_new_place() {
    let page = page().await;
    page.element.remove_attribute("lang").unwrap();
    let place = document().create_element("div").unwrap();
    place.set_attribute("lang", "fr").unwrap();
    body().append_child(&place).unwrap();
    place.append_child(&page.element).unwrap();
    is_in(&page, "fr").await;
    place.set_attribute("lang", "en").unwrap();
    is_in(&page, "en").await;
    assert_eq!(count(HANDSHAKE), 1);
    place.remove();
}

#[wasm_bindgen_test]
async fn a_change_of_language_keeps_the_typed_text_and_the_focus() {
    let page = page().await;
    page.pick("Bo").await;
    page.type_text("Bo Ab");
    let focused = || {
        let root = page.element.shadow_root().unwrap();
        root.active_element()
            .and_then(|it| it.get_attribute("role"))
    };
    for code in ["fr", "ja", "en"] {
        set(&page, code);
        is_in(&page, code).await;
        assert_eq!(page.field().value(), "Bo Ab", "{code}");
        assert_eq!(focused().as_deref(), Some("combobox"), "{code}");
    }
    page.field().blur().unwrap();
    let choice = || shown(&page.find(".choice"));
    until("still picked", || {
        choice().contains("Bo · +1 (415) 555-0132 stays picked.")
    })
    .await;
    assert_eq!((count(HANDSHAKE), count(DISCONNECT)), (1, 0));
}

#[wasm_bindgen_test]
async fn an_unavailable_language_gives_way_to_the_one_around_it() {
    let page = page().await;
    set_around("fr-CA");
    set(&page, "nl");
    is_in(&page, "fr").await;
    set_around("tlh");
    // The browser's.
    is_in(&page, "en").await;
    set_around("en");
}

#[wasm_bindgen_test]
async fn if_a_language_can_not_be_loaded_english_stays_and_it_is_reported_once_and_retried() {
    let page = page().await;
    let before = warnings().len();
    set(&page, "de");
    is_in(&page, "de").await;
    // No file, and then one of another version.
    set(&page, "es");
    is_in(&page, "en").await;
    until("reported", || warnings().len() > before).await;
    let (_, source, _) = LANGUAGES[2];
    let packed = pack::pack(ENGLISH, source).unwrap();
    let other = packed.replacen(|c: char| c.is_ascii_digit(), "", 1);
    serve_beside("es.txt", &other);
    set(&page, "es-MX");
    until("tried again", || asked_beside("es.txt") == 2).await;
    one_frame().await;
    is_in(&page, "en").await;
    let report = "listen-in: locales/es.txt could not be loaded, so the widget is in English";
    assert_eq!(warnings()[before..], [report]);
    serve_beside("es.txt", &packed);
    elapse_minutes();
    is_in(&page, "es").await;
    assert_eq!((count(HANDSHAKE), count(DISCONNECT)), (1, 0));
    page.element.style().set_property("width", "320px").unwrap();
    push_own_device(r#"{ "capabilities": ["ListenIn", "Coach", "BargeIn"] }"#);
    one_frame().await;
    fits(&page, "es");
    // Of names, too: ñ is a letter behind n.
    page.field().focus().unwrap();
    page.field().click();
    let people = ["Nadia", "Nuria", "Ñato", "Olga"];
    page.read_again(&people.map(|name| [name, "1", "Ready"]))
        .await;
    until("in Spanish order", || page.rows() == people).await;
    assert_eq!(warnings().len(), before + 1);
}

#[wasm_bindgen_test]
async fn each_element_has_its_own_language() {
    let page = page().await;
    let other = page.another();
    set(&other, "ja");
    set(&page, "fr");
    is_in(&page, "fr").await;
    is_in(&other, "ja").await;
    set_texts(&other, &[("nobody", "誰も")]);
    until("its own text", || headline(&other) == "誰も").await;
    assert_eq!(headline(&page), nobody("fr"));
    set(&page, "en");
    is_in(&page, "en").await;
    assert_eq!(headline(&other), "誰も");
}

#[wasm_bindgen_test]
async fn the_pages_texts_replace_others_and_follow_the_property() {
    let page = page().await;
    set_texts(
        &page,
        &[("nobody", "All quiet"), ("coaching", "{who} is coached")],
    );
    until("an own text", || headline(&page) == "All quiet").await;
    push_monitoring("Coach", "6001");
    until("an own text with a name", || {
        headline(&page).ends_with("is coached")
    })
    .await;
    // Other texts are in the requested language.
    set(&page, "de");
    until("German", || {
        let stop = page.find("[part=stop]").text_content().unwrap();
        stop == "Überwachung beenden" && headline(&page).ends_with("is coached")
    })
    .await;
    set_texts(&page, &[]);
    until("none", || headline(&page).starts_with("Coaching für ")).await;
    assert_eq!((count(HANDSHAKE), count(DISCONNECT)), (1, 0));
}

#[wasm_bindgen_test]
async fn invalid_texts_are_reported_and_change_nothing() {
    let page = page().await;
    set_texts(
        &page,
        &[
            ("nobody", "{who} sleeps"),
            ("nobodies", "x"),
            ("stop-monitoring", "Stop"),
        ],
    );
    let device = || region(&page.element, "My device");
    let report = "Texts of the page that are not used (unknown, or with other placeholders): nobody, nobodies.";
    until("reported", || device().contains(report)).await;
    assert_eq!(headline(&page), nobody("en"));
    assert_eq!(page.find("[part=stop]").text_content().unwrap(), "Stop");
    set_texts(&page, &[("nobody", "Silence")]);
    until("put right", || headline(&page) == "Silence").await;
    assert!(!device().contains("not used"));
    let texts = js_sys::Reflect::get(&page.element, &"texts".into()).unwrap();
    assert!(texts.is_object());
    js_sys::Reflect::set(&page.element, &"texts".into(), &JsValue::NULL).unwrap();
    until("none", || headline(&page) == nobody("en")).await;
}

#[wasm_bindgen_test]
async fn a_page_can_add_a_language() {
    let page = page().await;
    set_texts(&page, &[("nobody", "Niemand wordt gevolgd")]);
    set(&page, "nl-BE");
    let panel = page.find(".panel");
    let is = |name: &str, value: &str| panel.get_attribute(name).as_deref() == Some(value);
    until("Dutch", || {
        is("lang", "nl-BE") && headline(&page) == "Niemand wordt gevolgd"
    })
    .await;
    assert!(is("dir", "ltr"));
    // Missing texts are in English.
    assert_eq!(
        page.find("[part=stop]").text_content().unwrap(),
        "Stop monitoring"
    );
    for (tag, direction) in [("he", "rtl"), ("sw-UG", "ltr"), ("az-Arab", "rtl")] {
        set(&page, tag);
        until(tag, || is("lang", tag) && is("dir", direction)).await;
    }
    // Without texts the language is unavailable.
    set_texts(&page, &[]);
    is_in(&page, "en").await;
}

#[wasm_bindgen_test]
async fn an_open_question_follows_the_language() {
    let page = page().await;
    push_own_device(r#"{ "capabilities": ["ListenIn", "Coach", "BargeIn"] }"#);
    page.pick("Bo").await;
    page.press("Coach").await;
    let questions = || {
        let questions = page.all(".confirm p").into_iter();
        questions
            .filter_map(|it| it.text_content())
            .collect::<String>()
    };
    until("asked", || questions().contains("The agent will hear you.")).await;
    set(&page, "de");
    until("German", || {
        questions().contains("Der Agent wird Sie hören, der Kunde nicht.")
    })
    .await;
    set(&page, "en");
    until("English", || {
        questions().contains("The agent will hear you.")
    })
    .await;
    page.button("Cancel").click();
    page.gets_call("Established", "Hangup SwitchToBargeIn")
        .await;
    page.press("Switch to barge-in").await;
    until("asked", || questions().contains("Switch to barge-in?")).await;
    set(&page, "fr");
    until("French", || {
        questions().contains("Passer en intervention\u{202f}?")
    })
    .await;
    set(&page, "en");
    until("English", || questions().contains("Switch to barge-in?")).await;
}

#[wasm_bindgen_test]
async fn lists_and_durations_follow_the_language() {
    let page = page().await;
    let call =
        r#"{ "participants": [{ "phoneNumber": "555-0142" }, { "phoneNumber": "555-0143" }] }"#;
    push_call_with("Established", "Hangup", call);
    let facts = || page.find(".call").text_content().unwrap();
    for (code, list) in [
        ("en", "555-0142 and 555-0143"),
        ("de", "555-0142 und 555-0143"),
        ("ja", "555-0142、555-0143"),
    ] {
        set(&page, code);
        until(list, || facts().contains(list)).await;
    }
    set(&page, "ar");
    until("Arabic", || {
        facts().contains("\u{2068}555-0142\u{2069} و\u{2068}555-0143\u{2069}")
    })
    .await;
    let heard = || region(&page.element, "Connection");
    set(&page, "de");
    until("German", || {
        page.find(".top").text_content().unwrap().contains(" Sek.")
    })
    .await;
    assert!(!heard().contains(".."));
}

#[wasm_bindgen_test]
async fn numbers_read_from_left_to_right_in_a_right_to_left_panel() {
    let page = page().await;
    set(&page, "ar-EG");
    is_in(&page, "ar").await;
    let panel = page.find(".panel");
    assert_eq!(panel.get_attribute("dir").as_deref(), Some("rtl"));
    page.type_text("Bo");
    until("offered", || page.rows().len() == 1).await;
    page.key("Enter");
    push_listening_to("+1 (415) 555-0132");
    for selector in [".monitoring .headline", ".journal li span"] {
        until(selector, || {
            page.all(selector)
                .first()
                .is_some_and(|it| it.text_content().unwrap().contains("0132"))
        })
        .await;
        one_frame().await;
        let text = page.find(selector);
        assert!(left_of(&text, "+1") < left_of(&text, "(415)"), "{selector}");
        assert!(
            left_of(&text, "(415)") < left_of(&text, "0132"),
            "{selector}"
        );
        assert!(
            left_of(&text, "0132") < left_of(&text, "الاستماع"),
            "{selector}"
        );
    }
    // Times use the same digits as other numbers.
    let time = page.find(".journal time").text_content().unwrap();
    assert!(time.contains(|c: char| c.is_ascii_digit()), "{time}");
    set(&page, "en");
    until("from the left", || {
        panel.get_attribute("dir").as_deref() == Some("ltr")
    })
    .await;
}

#[wasm_bindgen_test]
async fn a_number_has_the_form_of_the_language() {
    let page = page().await;
    let offered = || page.find("[part=limit]").text_content().unwrap();
    set(&page, "ar");
    is_in(&page, "ar").await;
    for (minutes, says) in [("2", "دقيقتان"), ("5", "5 دقائق"), ("12", "12 دقيقة")]
    {
        page.element.set_attribute("limit", minutes).unwrap();
        until(says, || offered().contains(says)).await;
    }
    set(&page, "fr");
    until("French", || offered().contains("12 minutes")).await;
}

#[wasm_bindgen_test]
async fn every_language_fits() {
    let page = page().await;
    page.element.style().set_property("width", "320px").unwrap();
    push_own_device(r#"{ "capabilities": ["ListenIn", "Coach", "BargeIn"] }"#);
    page.pick("Bo").await;
    for (code, ..) in LANGUAGES.into_iter().filter(|it| it.0 != "es") {
        set(&page, code);
        is_in(&page, code).await;
        one_frame().await;
        fits(&page, code);
    }
    set(&page, "en");
    is_in(&page, "en").await;
    page.gets_call(
        "Established",
        "Hangup SwitchToBargeIn MuteCall MuteMonitoredUser",
    )
    .await;
    for (code, ..) in LANGUAGES.into_iter().filter(|it| it.0 != "es") {
        set(&page, code);
        until(code, || {
            page.find(".panel").get_attribute("lang").as_deref() == Some(code)
        })
        .await;
        one_frame().await;
        fits(&page, code);
    }
}

#[wasm_bindgen_test]
async fn names_are_in_the_order_of_the_language() {
    /// In the language of the first column.
    const SORTED: [(&str, &[&str]); 2] = [
        // German: ä stands beside a, not behind z.
        ("de", &["Aaron", "Ägidius", "Alma", "Zoe"]),
        // Japanese: both kinds of kana are one order, and 亜 (a) comes before 一 (ichi).
        ("ja", &["あおき", "イトウ", "うえだ", "亜", "一"]),
    ];
    for (code, sorted) in SORTED {
        let mut people: Vec<[&str; 3]> = sorted.iter().map(|name| [*name, "1", "Ready"]).collect();
        people.reverse();
        let page = Page::live_with(&people).await;
        serve();
        page.field().focus().unwrap();
        page.field().click();
        until("the list", || page.rows().len() == sorted.len()).await;
        set(&page, code);
        until(code, || page.rows() == sorted).await;
    }
}
