//! The list of people: their states and time in state, filters, and order.

use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::HtmlElement;

use crate::page::*;

const AL_BO_CY: [[&str; 3]; 3] = [
    ["Al", "300", "Ready"],
    ["Bo", "20", "Ready"],
    ["Cy", "1", "NotReady"],
];

/// A row by the name in it.
#[track_caller]
fn row(page: &Page, name: &str) -> HtmlElement {
    let mut rows = page.all("[role=option]").into_iter();
    let is_it = |row: &HtmlElement| {
        let found = row.query_selector(".name").unwrap();
        found.and_then(|found| found.text_content()).as_deref() == Some(name)
    };
    let found = rows.find(is_it);
    found.unwrap_or_else(|| panic!("{name} is not listed"))
}

/// The text of a part of the row with this name.
fn says(page: &Page, name: &str, part: &str) -> String {
    let part = row(page, name).query_selector(part).unwrap().unwrap();
    part.text_content().unwrap_or_default()
}

async fn open_list(page: &Page) {
    page.field().focus().unwrap();
    page.field().click();
    until("the list", || !page.rows().is_empty()).await;
}

/// Removes what another test has stored.
fn forget_people() {
    for storage in [
        web_sys::window().unwrap().local_storage(),
        web_sys::window().unwrap().session_storage(),
    ] {
        storage.unwrap().unwrap().clear().unwrap();
    }
}

#[wasm_bindgen_test]
async fn time_in_state_continues_when_the_list_is_read_again() {
    let page = Page::live_with(&AL_BO_CY).await;
    open_list(&page).await;
    let time = |name| says(&page, name, ".time");
    assert_eq!(time("Cy"), "", "it was read just now");
    pass(6_000.0);
    until("something to say", || time("Cy").starts_with("at least ")).await;
    let mut changed = AL_BO_CY;
    changed[1][2] = "NotReady";
    page.read_again(&changed).await;
    until("seen", || time("Bo") == "under 1 min").await;
    for _ in 0..4 {
        page.read_again(&changed).await;
    }
    until("a minute", || time("Bo") == "1 min").await;
    let at_least = time("Cy");
    let seconds = at_least
        .trim_start_matches("at least ")
        .trim_end_matches(" sec");
    assert!(seconds.parse::<u32>().is_ok_and(|s| s >= 100), "{at_least}");
    // The list is closed for a while: changes in between are unknown.
    page.key("Escape");
    pass(200_000.0);
    open_list(&page).await;
    let asked_before = asked("/users");
    until("read", || {
        asked("/users") >= asked_before && time("Bo").is_empty()
    })
    .await;
}

#[wasm_bindgen_test]
async fn a_party_of_a_call_is_named_by_the_list_as_it_is_now() {
    const PARTY: &str = r#"{"participants":[{"phoneNumber":"6002"}]}"#;
    let page = Page::live_with(&[["Bo", "6001", "Ready"]]).await;
    // The list is read again while it is open.
    open_list(&page).await;
    page.gets_call_with("Established", "Hangup", PARTY).await;
    let names = |name: &str| region(&page.element, "Call").contains(name);
    assert!(names("6002") && !names("Cy"));
    page.read_again(&[["Bo", "6001", "Ready"], ["Cy", "6002", "Ready"]])
        .await;
    until("the name", || names("Cy")).await;
    page.read_again(&[["Bo", "6001", "Ready"]]).await;
    until("no name", || !names("Cy")).await;
}

#[wasm_bindgen_test]
async fn the_age_of_the_list_is_shown_and_clocks_stop_when_it_is_old() {
    let page = Page::live_with(&AL_BO_CY).await;
    open_list(&page).await;
    let foot = || shown(&page.find(".foot"));
    assert!(foot().starts_with("3 agents · "), "{}", foot());
    answer_with_status("/users", 503, "");
    pass(300_000.0);
    until("old", || foot().ends_with("5 min ago")).await;
    let time = says(&page, "Cy", ".time");
    assert_eq!(time, "at least 60 sec");
}

#[wasm_bindgen_test]
async fn people_are_filtered_by_state_and_sorted() {
    let page = Page::live_with(&AL_BO_CY).await;
    open_list(&page).await;
    page.choose_option("filter", "Not ready");
    until("filtered", || page.rows() == ["Cy"]).await;
    until("announced", || page.announced() == "1 agent").await;
    page.choose_option("filter", "On a call");
    until("nobody", || page.rows().is_empty()).await;
    let nothing = || page.find(".nothing").text_content().unwrap_or_default();
    assert_eq!(nothing(), "No agent matches this filter.");
    page.choose_option("filter", "All states");
    page.choose_option("sort", "By number");
    until("by number", || page.rows() == ["Cy", "Bo", "Al"]).await;
    let mut changed = AL_BO_CY;
    changed[0][2] = "NotReady";
    page.read_again(&changed).await;
    page.choose_option("sort", "By time in state");
    until("by time", || page.rows() == ["Bo", "Cy", "Al"]).await;
    // The typed text searches the filtered list.
    page.choose_option("filter", "Not ready");
    page.type_text("a");
    until("found", || page.rows() == ["Al"]).await;
}

/// Two groups; Bo is in the second.
fn serve_groups() {
    set_users(&AL_BO_CY);
    let groups = r#"{"statusCode":0,"groups":[{"id":"g1","name":"North","type":"BusinessUnit"},
        {"id":"g2","name":"East","type":"BusinessUnit"}]}"#;
    answer_with("/me/groups", groups);
    let members = r#"{"statusCode":0,"users":[{"id":"u-Bo"},{"id":"u-Cy"}]}"#;
    answer_with("/groups/g2/users", members);
}

#[wasm_bindgen_test]
async fn the_people_of_a_group_are_listed_with_filter_and_search() {
    let page = Page::live_after(serve_groups).await;
    open_list(&page).await;
    let is_absent = || page.find("[part=group]").class_list().contains("absent");
    until("groups", || !is_absent()).await;
    let options = || {
        let options = page.all("[part=group] option").into_iter();
        let texts = options.filter_map(|option| option.text_content());
        texts.collect::<Vec<_>>()
    };
    assert_eq!(options(), ["All groups", "East", "North"]);
    page.choose_option("group", "East");
    until("the group", || page.rows() == ["Bo", "Cy"]).await;
    until("announced", || page.announced() == "2 agents").await;
    page.choose_option("filter", "Not ready");
    until("both", || page.rows() == ["Cy"]).await;
    page.choose_option("filter", "All states");
    page.type_text("a");
    until("none", || page.rows().is_empty()).await;
    let nothing = || page.find(".nothing").text_content().unwrap_or_default();
    assert_eq!(nothing(), "No agent matches this filter.");
    // The group stays chosen when the list is read again.
    page.type_text("b");
    page.read_again(&AL_BO_CY).await;
    until("still", || page.rows() == ["Bo"]).await;
    page.choose_option("group", "All groups");
    page.type_text("a");
    until("all", || page.rows() == ["Al"]).await;
}

#[wasm_bindgen_test]
async fn numbers_in_names_of_people_and_groups_are_sorted_by_value() {
    let people = ["Line 10", "Line 9", "line 2", "Émile", "Eva", "Zoe"];
    let page = Page::live_after(|| {
        set_users(&people.map(|name| [name, "6001", "Ready"]));
        let group = |name: &str| format!(r#"{{"id":"g-{name}","name":"{name}"}}"#);
        let groups = ["Team 10", "Team 2", "team 3", "Ärzte", "Zoo"].map(group);
        let groups = groups.join(",");
        let groups = format!(r#"{{"statusCode":0,"groups":[{groups}]}}"#);
        answer_with("/me/groups", &groups);
        let members = r#"{"statusCode":0,"users":[{"id":"u-Zoe"}]}"#;
        answer_with("/groups/g-Team%202/users", members);
    })
    .await;
    open_list(&page).await;
    let expected = ["Émile", "Eva", "line 2", "Line 9", "Line 10", "Zoe"];
    assert_eq!(page.rows(), expected);
    until("groups", || page.all("[part=group] option").len() == 6).await;
    let options = page.all("[part=group] option").into_iter();
    let options: Vec<_> = options.filter_map(|option| option.text_content()).collect();
    let expected = ["All groups", "Ärzte", "Team 2", "team 3", "Team 10", "Zoo"];
    assert_eq!(options, expected);
    page.choose_option("group", "Team 2");
    until("the group", || page.rows() == ["Zoe"]).await;
}

#[wasm_bindgen_test]
async fn a_group_that_cannot_be_read_says_why() {
    let page = Page::live_after(|| {
        serve_groups();
        answer_with_status("/groups/g2/users", 503, "");
    })
    .await;
    open_list(&page).await;
    until("groups", || page.all("[part=group] option").len() == 3).await;
    page.choose_option("group", "East");
    let problem = || {
        page.find(".team > .problem")
            .text_content()
            .unwrap_or_default()
    };
    until("why", || {
        problem().starts_with("The list of agents can’t be read: the server is busy")
    })
    .await;
    until("announced", || page.announced().contains("can’t be read")).await;
    assert!(page.rows().is_empty());
}

#[wasm_bindgen_test]
async fn a_server_without_groups_has_no_control_for_them() {
    let page = Page::live_with(&AL_BO_CY).await;
    open_list(&page).await;
    until("asked", || asked("/me/groups") > 0).await;
    one_frame().await;
    assert!(page.find("[part=group]").class_list().contains("absent"));
}

#[wasm_bindgen_test]
async fn a_state_that_lasts_too_long_is_marked() {
    let page = Page::live_with(&AL_BO_CY).await;
    page.element
        .set_attribute("thresholds", "not-ready:30s ready:2h")
        .unwrap();
    open_list(&page).await;
    let is_marked = |name| {
        row(&page, name)
            .query_selector(".is-long")
            .unwrap()
            .is_some()
    };
    assert!(!is_marked("Cy"));
    pass(31_000.0);
    until("marked", || is_marked("Cy")).await;
    assert!(!is_marked("Bo"));
    let words = row(&page, "Cy").text_content().unwrap();
    assert!(words.contains("longer than 30 sec"), "{words}");
    page.choose_option("filter", "Too long");
    until("filtered", || page.rows() == ["Cy"]).await;
    // Without thresholds there is no such filter.
    page.element.remove_attribute("thresholds").unwrap();
    until("everybody", || page.rows() == ["Al", "Bo", "Cy"]).await;
    assert_eq!(shown(&page.find("[part=filter] :checked")), "All states");
}

#[wasm_bindgen_test]
async fn a_filter_that_hides_the_highlighted_agent_drops_the_highlight() {
    let page = Page::live_with(&AL_BO_CY).await;
    page.key("ArrowDown");
    one_frame().await;
    assert_eq!(page.highlighted().as_deref(), Some("Al"));
    page.choose_option("filter", "Not ready");
    until("filtered", || page.rows() == ["Cy"]).await;
    page.choose_option("filter", "All states");
    until("everybody", || page.rows().len() == 3).await;
    assert_eq!(page.highlighted(), None);
}

#[wasm_bindgen_test]
async fn invalid_thresholds_are_reported() {
    let page = Page::live_with(&AL_BO_CY).await;
    page.element
        .set_attribute("thresholds", "not-ready:1s ready:soon")
        .unwrap();
    page.says("My device", "ready:soon").await;
    page.element
        .set_attribute("thresholds", "ready:10m")
        .unwrap();
    until("accepted", || {
        !region(&page.element, "My device").contains("ready:soon")
    })
    .await;
}

#[wasm_bindgen_test]
async fn the_list_is_always_shown_if_there_is_room() {
    let page = Page::live_with(&AL_BO_CY).await;
    assert_eq!(page.rows().len(), 0);
    set_width(&page.element, 900);
    until("the list", || page.rows().len() == 3).await;
    let expanded = || page.field().get_attribute("aria-expanded").unwrap();
    assert_eq!(expanded(), "true");
    // It is kept up to date although nobody is in the field.
    page.read_again(&AL_BO_CY).await;
    row(&page, "Bo").click();
    one_frame().await;
    assert_eq!(page.field().value(), "Bo · 20");
    assert_eq!(page.rows().len(), 3);
    assert_eq!(
        row(&page, "Bo").get_attribute("aria-selected").unwrap(),
        "true"
    );
    page.type_text("cy");
    until("found", || page.rows() == ["Cy"]).await;
    page.key("Escape");
    until("all again", || page.rows().len() == 3).await;
    assert_eq!(page.field().value(), "Bo · 20");
    set_width(&page.element, 600);
    until("away", || page.rows().is_empty()).await;
    assert_eq!(expanded(), "false");
}

#[wasm_bindgen_test]
async fn tab_picks_a_complete_match_and_explains_anything_else() {
    let page = Page::live_with(&AL_BO_CY).await;
    page.type_text("20");
    until("Bo", || page.rows() == ["Bo"]).await;
    page.key("Tab");
    one_frame().await;
    assert_eq!(page.field().value(), "Bo · 20");
    assert_eq!(page.rows().len(), 0);
    page.type_text("nobody");
    page.key("Tab");
    until("told", || {
        page.announced().starts_with("Not picked: “nobody”")
    })
    .await;
    assert_eq!(page.field().value(), "Bo · 20");
}

#[wasm_bindgen_test]
async fn the_typed_text_stays_while_the_filter_is_used() {
    let page = Page::live_with(&AL_BO_CY).await;
    page.type_text("c");
    until("Cy", || page.rows() == ["Cy"]).await;
    page.find("[part=filter]").focus().unwrap();
    one_frame().await;
    assert_eq!(page.rows(), ["Cy"]);
    assert_eq!(page.field().value(), "c");
    press(&page.find("[part=filter]"), "Escape", |_| {});
    until("closed", || page.rows().is_empty()).await;
    assert_eq!(page.field().value(), "");
}

#[wasm_bindgen_test]
async fn pinned_people_come_first_and_are_stored_for_their_supervisor_only() {
    forget_people();
    let page = Page::live_with(&AL_BO_CY).await;
    page.pick("Cy").await;
    let pin = page.button("Pin").get_attribute("aria-label");
    assert_eq!(pin.as_deref(), Some("Pin Cy"));
    page.press("Pin").await;
    until("pinned", || page.focus() == "Unpin Cy").await;
    open_list(&page).await;
    assert_eq!(page.rows(), ["Cy", "Al", "Bo"]);
    assert_eq!(says(&page, "Cy", ".tag"), "Pinned");
    drop(page);

    let page = Page::live_with(&AL_BO_CY).await;
    open_list(&page).await;
    until("kept", || page.rows() == ["Cy", "Al", "Bo"]).await;
    drop(page);

    let another = r#"{"statusCode":0,"user":{"id":"u77","firstName":"Ann"}}"#;
    let page = Page::live_after(|| {
        set_users(&AL_BO_CY);
        answer_with("/me", another);
    })
    .await;
    open_list(&page).await;
    assert_eq!(page.rows(), ["Al", "Bo", "Cy"]);
    drop(page);

    let page = Page::live_with(&AL_BO_CY).await;
    open_list(&page).await;
    assert_eq!(page.rows(), ["Al", "Bo", "Cy"], "forgotten meanwhile");
}

#[wasm_bindgen_test]
async fn a_pinned_person_who_is_no_longer_in_the_list_is_announced_and_can_be_unpinned() {
    forget_people();
    let page = Page::live_with(&AL_BO_CY).await;
    page.pick("Cy").await;
    page.press("Pin").await;
    open_list(&page).await;
    assert_eq!(page.find(".gone .link").offset_height(), 0);
    page.read_again(&AL_BO_CY[..2]).await;
    let note = "Pinned, but no longer in the list of agents: 1";
    until("told", || page.announced() == note).await;
    assert_eq!(
        page.find(".gone span").text_content().as_deref(),
        Some(note)
    );
    page.key("Escape");
    let unpin = page.find(".gone .link");
    assert_eq!(unpin.text_content().as_deref(), Some("Unpin"));
    unpin.focus().unwrap();
    unpin.click();
    until("unpinned", || page.find(".gone .link").offset_height() == 0).await;
    assert_ne!(page.focus(), "", "the focus is somewhere");
    open_list(&page).await;
    page.read_again(&AL_BO_CY).await;
    until("back", || page.rows() == ["Al", "Bo", "Cy"]).await;
}

#[wasm_bindgen_test]
async fn recently_monitored_people_come_first_and_are_marked_while_monitored() {
    forget_people();
    let page = Page::live_with(&AL_BO_CY).await;
    push_listening_to("20");
    page.says("Monitoring", "Listening in to Bo").await;
    open_list(&page).await;
    until("first", || page.rows() == ["Bo", "Al", "Cy"]).await;
    assert_eq!(says(&page, "Bo", ".tag"), "Recent");
    assert_eq!(says(&page, "Bo", ".watched").trim(), "Monitored by you");
    page.type_text("o");
    until("by name", || page.rows() == ["Bo"]).await;
    forget_people();
}

#[wasm_bindgen_test]
async fn agents_pinned_in_another_tab_are_pinned_here() {
    forget_people();
    let page = Page::live_with(&AL_BO_CY).await;
    page.pick("Cy").await;
    page.press("Pin").await;
    let storage = web_sys::window().unwrap().local_storage().unwrap().unwrap();
    let name = "listen-in.pinned";
    let here = storage.get_item(name).unwrap().unwrap();
    let store = |text: &str| {
        storage.set_item(name, text).unwrap();
        let event = web_sys::Event::new("storage").unwrap();
        web_sys::window().unwrap().dispatch_event(&event).unwrap();
    };
    store(&format!("{here}u-Bo\td-20\n"));
    open_list(&page).await;
    until("both", || page.rows() == ["Bo", "Cy", "Al"]).await;
    // Another supervisor's are neither shown nor deleted.
    store("u77\nu-Al\td-300\n");
    until("none", || page.rows() == ["Al", "Bo", "Cy"]).await;
    assert!(storage.get_item(name).unwrap().is_some());
    forget_people();
}

#[wasm_bindgen_test]
async fn other_monitors_are_shown() {
    let page = Page::live_after(|| {
        set_users(&AL_BO_CY);
        set_monitoring("Al", "1");
    })
    .await;
    open_list(&page).await;
    assert_eq!(says(&page, "Cy", ".watched").trim(), "Monitored by Al");
    assert_eq!(says(&page, "Bo", ".watched").trim(), "");
    set_monitoring("Bo", "1");
    push_listening_to("1");
    pass(20_000.0);
    let all = "Monitored by you · Monitored by Al and Bo";
    until("all", || shown(&row(&page, "Cy")).contains(all)).await;
    // The icon is beside the text, as in every row.
    let height = |name| {
        row(&page, name)
            .first_element_child()
            .unwrap()
            .next_element_sibling()
            .unwrap()
            .client_height()
    };
    assert_eq!(height("Cy"), height("Bo"));
}
