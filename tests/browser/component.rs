//! The Leptos component, its handle, and the hook without a view.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use leptos::prelude::*;
use listen_in::gws::{Device, DeviceId, MonitoringKind};
use listen_in::supervision::{
    Leg, LinkPhase, Monitoring, Obstacle, Operation, Receipt, RequestStage, Step, Target,
};
use listen_in::{
    AskedFrom, BeforeRequest, Empty, Footer, ListenIn, ListenInError, ListenInOptions,
    MonitorOptions, Notice, use_listen_in,
};
use wasm_bindgen::prelude::*;
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::{ShadowRootInit, ShadowRootMode};

use crate::application::{Application, element};
use crate::page::{
    DISCONNECT, HANDSHAKE, SUPERVISOR, answer_with, body, count, document, is_held, push_call,
    push_listening, push_own_device, region, until,
};

const TARGET: &str = "9c14cad7-17c4-48d0-8492-7cf0ff92c224";

fn accept_operations() {
    let path = format!("/me/devices/{SUPERVISOR}");
    answer_with(&path, r#"{"statusCode":0}"#);
}

fn bo() -> MonitorOptions {
    MonitorOptions::device(DeviceId::new(TARGET))
}

/// Starts a future, and stores its result.
fn begin<T: 'static>(future: impl Future<Output = T> + 'static) -> Rc<RefCell<Option<T>>> {
    let result = Rc::new(RefCell::new(None));
    let told = Rc::clone(&result);
    wasm_bindgen_futures::spawn_local(async move {
        let result = future.await;
        told.replace(Some(result));
    });
    result
}

async fn end<T>(begun: &RefCell<Option<T>>) -> T {
    until("the end", || begun.borrow().is_some()).await;
    begun.take().unwrap()
}

#[wasm_bindgen_test]
async fn the_component_works_without_a_shadow_root() {
    let mut app = Application::live().await;
    app.says("Monitoring", "Nobody is monitored").await;
    app.unmount();
    until("good-bye", || count(DISCONNECT) == 1).await;
    assert!(region(&app.place, "Monitoring").is_empty());
}

#[wasm_bindgen_test]
async fn signals_change_without_a_new_session() {
    let limit = RwSignal::new(0);
    let until_when = RwSignal::new(None);
    let (thresholds, set_thresholds) = signal(String::new());
    let lang = RwSignal::new(Some("en".to_owned()));
    let label = RwSignal::new(None);
    let app = Application::open(move |base, handle| {
        view! { <ListenIn base_url=base handle limit limit_until=until_when thresholds lang label shortcuts="help=?" /> }
    });
    app.is_live().await;
    let select: web_sys::HtmlSelectElement = app.find("[part=limit]").unchecked_into();
    assert_eq!(select.value(), "0");
    limit.set(45);
    until("that limit", || select.value() == "45").await;
    for (set, says) in [
        (
            Box::new(move || limit.set(1_441)) as Box<dyn Fn()>,
            "sets limit to “1441”",
        ),
        (
            Box::new(move || until_when.set(Some(1_795_000_000))),
            "sets limit-until to “1795000000”",
        ),
        (
            Box::new(move || set_thresholds.set("soon".to_owned())),
            "soon",
        ),
    ] {
        set();
        app.says("My device", says).await;
    }
    lang.set(Some("fr".to_owned()));
    until("that language", || {
        app.find("div").get_attribute("lang").as_deref() == Some("fr")
    })
    .await;
    for (name, is_region) in [("", false), ("Team 7", true)] {
        label.set(Some(name.to_owned()));
        let named = || {
            app.place
                .query_selector("[role=region][aria-label='Team 7']")
        };
        until(name, || named().unwrap().is_some() == is_region).await;
    }
    assert_eq!((count(HANDSHAKE), count(DISCONNECT)), (1, 0));
}

#[wasm_bindgen_test]
async fn a_changed_address_restarts_the_widget() {
    let app = Application::open(|base, handle| {
        let address = RwSignal::new(base);
        let change = move |_| address.update(|address| address.push('/'));
        view! {
            <button class="change" on:click=change />
            <ListenIn base_url=address handle />
        }
    });
    app.is_live().await;
    let panel = app.find("[part=panel]");
    app.find(".change").click();
    until("a new session", || {
        (count(HANDSHAKE), count(DISCONNECT)) == (2, 1)
    })
    .await;
    app.is_live().await;
    assert!(!panel.is_connected());
    let panels = app.place.query_selector_all("[part=panel]").unwrap();
    assert_eq!(panels.length(), 1);
    app.says("Connection", "Live").await;
}

#[wasm_bindgen_test]
async fn a_command_settles_when_the_device_confirms_it() {
    let app = Application::live().await;
    accept_operations();
    let begun = begin(app.handle.listen_in(bo()));
    app.says("What happened", "Requested").await;
    let state = app.handle.state();
    assert_eq!(
        state.with_untracked(|it| it.requests().pending().count()),
        1
    );
    assert!(begun.borrow().is_none());
    push_listening();
    let receipt = end(&begun).await.unwrap();
    assert!(matches!(receipt.step, Step::Ended { .. }));
    app.says("Monitoring", "Listening in to Bo Abbott").await;
    let monitored = state
        .get_untracked()
        .monitoring()
        .active()
        .cloned()
        .unwrap();
    assert_eq!(monitored.kind, MonitoringKind::ListenIn);
    assert_eq!(monitored.target, Some(DeviceId::new(TARGET)));
}

#[wasm_bindgen_test]
async fn a_time_limit_alone_is_set_without_a_request() {
    let app = Application::live().await;
    push_listening();
    app.says("Monitoring", "Listening in to Bo Abbott").await;
    let receipt = app.handle.listen_in(bo().limit(30)).await.unwrap();
    assert!(matches!(receipt.step, Step::LimitSet(Some(_))));
    let unchanged = app.handle.listen_in(bo().limit(1_441)).await;
    assert_eq!(unchanged, Err(ListenInError::BadArgument("limit")));
}

#[wasm_bindgen_test]
async fn a_failed_command_says_why() {
    let mut app = Application::live().await;
    let handle = app.handle;
    let nothing = handle.stop().await.unwrap_err();
    assert_eq!(nothing, ListenInError::Obstacle(Obstacle::NothingMonitored));
    assert_eq!(nothing.code(), "nothing-monitored");
    let own = handle.listen_in(MonitorOptions::number("5005")).await;
    let own = own.unwrap_err();
    assert_eq!(own.code(), "own-device");
    assert!(!own.to_string().is_empty());
    // The fake server refuses unknown requests.
    let refused = handle.listen_in(bo()).await.unwrap_err();
    assert_eq!(refused.code(), "refused");
    assert!(refused.receipt().is_some());
    assert!(refused.to_string().contains("no such thing"), "{refused}");

    accept_operations();
    let begun = begin(handle.listen_in(bo()));
    app.has_requested().await;
    app.unmount();
    assert_eq!(end(&begun).await, Err(ListenInError::Unknown(None)));
    assert_eq!(handle.stop().await, Err(ListenInError::NotMounted));
}

#[wasm_bindgen_test]
async fn a_request_that_is_superseded_within_its_own_event_is_settled() {
    let app = Application::open(|base, handle| {
        let on_request = move |event: listen_in::RequestEvent| {
            if event.operation != Operation::Stop && event.stage == RequestStage::Sent {
                begin(handle.stop());
            }
        };
        view! { <ListenIn base_url=base handle on_request /> }
    });
    app.is_live().await;
    accept_operations();
    let begun = begin(app.handle.listen_in(bo()));
    assert_eq!(end(&begun).await.unwrap_err().code(), "unknown");
}

#[wasm_bindgen_test]
async fn the_application_can_prevent_requests_but_not_stopping_or_leaving() {
    let asked = Rc::new(RefCell::new(Vec::new()));
    let noted = StoredValue::new_local(Rc::clone(&asked));
    let app = Application::open(move |base, handle| {
        let before_request = move |request: BeforeRequest| {
            noted.with_value(|noted| noted.borrow_mut().push(request));
            false
        };
        view! { <ListenIn base_url=base handle before_request /> }
    });
    app.is_live().await;
    accept_operations();
    let prevented = app.handle.listen_in(bo()).await;
    assert_eq!(prevented, Err(ListenInError::Prevented));
    push_listening();
    app.says("Monitoring", "Listening in to Bo Abbott").await;
    let begun = begin(app.handle.stop());
    app.has_requested().await;
    until("a held connect", is_held).await;
    push_own_device("{}");
    assert!(end(&begun).await.is_ok());
    let asked = asked.take();
    let told: Vec<_> = asked
        .iter()
        .map(|it| (it.from, it.can_prevent, it.operation.name()))
        .collect();
    assert_eq!(
        told,
        [
            (AskedFrom::Page, true, "ListenIn"),
            (AskedFrom::Page, false, "CancelSupervisorMonitoring"),
        ]
    );
}

#[wasm_bindgen_test]
async fn callbacks_report_changes() {
    let told = Rc::new(RefCell::new(Vec::<String>::new()));
    let noted = StoredValue::new_local(Rc::clone(&told));
    let note = move |what: String| noted.with_value(|told| told.borrow_mut().push(what));
    let app = Application::open(move |base, handle| {
        let on_connection = move |phase: LinkPhase| note(phase.key().to_owned());
        let on_device = move |device: Option<Device>| {
            note(device.map_or_else(String::new, |device| device.phone_number));
        };
        let on_monitoring =
            move |monitoring: Monitoring| note(monitoring.active().is_some().to_string());
        let on_calls = move |calls: Vec<Leg>| note(format!("{} calls", calls.len()));
        let on_receipt = move |receipt: Receipt| {
            if let Step::Began { .. } = receipt.step {
                note("began".to_owned());
            }
        };
        view! {
            <ListenIn base_url=base handle on_connection on_device on_monitoring on_calls on_receipt />
        }
    });
    let tells = async |what: &str| {
        until(what, || told.borrow().iter().any(|it| it == what)).await;
    };
    app.is_live().await;
    tells("live").await;
    tells("5005").await;
    push_listening();
    tells("true").await;
    tells("began").await;
    until("a held connect", is_held).await;
    push_call("Ringing", "Answer");
    tells("1 calls").await;
}

#[wasm_bindgen_test]
async fn the_device_is_chosen_by_both_sides() {
    let device = RwSignal::new(None);
    let app = Application::open(move |base, handle| {
        let two = |id: &str, number: &str| {
            format!(
                r#"{{"id":"{id}","deviceState":"Active","phoneNumber":"{number}","capabilities":["ListenIn"]}}"#
            )
        };
        let devices = [two(SUPERVISOR, "5005"), two("second", "5006")].join(",");
        answer_with(
            "/me/devices",
            &format!(r#"{{"statusCode":0,"devices":[{devices}]}}"#),
        );
        view! { <ListenIn base_url=base handle device /> }
    });
    app.is_live().await;
    let is = async |id: &str| {
        let id = DeviceId::new(id);
        until("the device", || {
            let used = app
                .handle
                .with_state(|state| state.my_device().id().cloned());
            used.as_ref() == Some(&id) && device.get_untracked().as_ref() == Some(&id)
        })
        .await;
    };
    is(SUPERVISOR).await;
    device.set(Some(DeviceId::new("second")));
    is("second").await;
    app.says("My device", "5006").await;

    // While the device in use monitors somebody, the other one has to wait.
    device.set(Some(DeviceId::new(SUPERVISOR)));
    is(SUPERVISOR).await;
    push_listening();
    app.says("Monitoring", "Listening in to Bo Abbott").await;
    device.set(Some(DeviceId::new("second")));
    until("connected again", is_held).await;
    push_call("Ringing", "Answer");
    app.says("Call", "Ringing").await;
    let used = || {
        app.handle
            .with_state(|state| state.my_device().id().cloned())
    };
    assert_eq!(used(), Some(DeviceId::new(SUPERVISOR)));
    assert_eq!(device.get_untracked(), Some(DeviceId::new("second")));
    until("connected again", is_held).await;
    push_call("Released", "");
    until("connected again", is_held).await;
    push_own_device("{}");
    is("second").await;

    let select: web_sys::HtmlSelectElement =
        app.find("[aria-label='My device'] select").unchecked_into();
    select.set_value(SUPERVISOR);
    let change = web_sys::Event::new("change").unwrap();
    select.dispatch_event(&change).unwrap();
    is(SUPERVISOR).await;
    assert_eq!(count(HANDSHAKE), 1);
}

#[wasm_bindgen_test]
async fn the_handle_works_without_a_view() {
    let seen = RwSignal::new(String::new());
    let mut app = Application::open(move |base, _| {
        let address = RwSignal::new(base);
        let options = ListenInOptions::new(address)
            .limit(15)
            .on_connection(move |phase| seen.set(phase.key().to_owned()));
        let handle = use_listen_in(options);
        let listen = move |_| {
            begin(handle.listen_in(Target::Device(DeviceId::new(TARGET))));
        };
        view! {
            <button class="listen" on:click=listen />
            <button class="change" on:click=move |_| address.update(|address| address.push('/')) />
            <p>
                {move || handle.with_state(|state| {
                    let limit = state.limit().is_some();
                    format!("{} {limit}", state.monitoring().active().is_some())
                })}
            </p>
        }
    });
    let says = async |words: &str| {
        until(words, || {
            app.find("p").text_content().as_deref() == Some(words)
        })
        .await;
    };
    until("live", || seen.get_untracked() == "live").await;
    until("a held connect", is_held).await;
    accept_operations();
    app.find(".listen").click();
    until("sent", || crate::page::asked(SUPERVISOR) > 0).await;
    push_listening();
    says("true true").await;
    app.find(".change").click();
    until("a new session", || {
        (count(HANDSHAKE), count(DISCONNECT)) == (2, 1)
    })
    .await;
    app.unmount();
    until("good-bye", || count(DISCONNECT) == 2).await;
}

#[wasm_bindgen_test]
async fn requests_use_the_applications_fetch() {
    let sent = Rc::new(Cell::new(0));
    let counts = Rc::clone(&sent);
    let mut app = Application::open(move |base, handle| {
        let fetch = move |request: web_sys::Request| {
            counts.set(counts.get() + 1);
            web_sys::window().unwrap().fetch_with_request(&request)
        };
        view! { <ListenIn base_url=base handle fetch /> }
    });
    app.is_live().await;
    let before = sent.get();
    assert!(before >= 6, "{before}");
    app.unmount();
    until("good-bye", || count(DISCONNECT) == 1).await;
    assert!(sent.get() > before);
}

#[wasm_bindgen_test]
async fn the_style_sheet_is_adopted_once_where_the_widget_is() {
    let adopted = |root: &JsValue| {
        let sheets = js_sys::Reflect::get(root, &"adoptedStyleSheets".into()).unwrap();
        js_sys::Array::from(&sheets).length()
    };
    let host = element("div");
    body().append_child(&host).unwrap();
    let root = host
        .attach_shadow(&ShadowRootInit::new(ShadowRootMode::Open))
        .unwrap();
    let before = adopted(&document());
    let place = element("div");
    root.append_child(&place).unwrap();
    let app = Application::open_in(place, |base, handle| {
        let other = base.clone();
        view! {
            <ListenIn base_url=base handle />
            <ListenIn base_url=other />
        }
    });
    app.is_live().await;
    assert_eq!(adopted(&root), 1);
    assert_eq!(adopted(&document()), before);
    let panel = app.find("[part=panel]");
    let style = web_sys::window().unwrap().get_computed_style(&panel);
    let sizing = style.unwrap().unwrap().get_property_value("box-sizing");
    assert_eq!(sizing.unwrap(), "border-box");
    host.remove();
}

#[wasm_bindgen_test]
async fn slots_are_above_in_and_below_the_panel_and_the_focus_goes_into_it() {
    let app = Application::open(|base, handle| {
        view! {
            <ListenIn base_url=base handle lang="en">
                <Notice slot>
                    <p class="notice">"Be fair."</p>
                </Notice>
                <Empty slot>
                    <p class="empty">"Pick somebody."</p>
                </Empty>
                <Footer slot>
                    <p class="footer">"Questions? 5000"</p>
                </Footer>
            </ListenIn>
        }
    });
    app.is_live().await;
    let place = |selector: &str| app.find(selector).get_bounding_client_rect();
    let (panel, empty) = (place("[part=panel]"), place(".empty"));
    assert!(place(".notice").top() < panel.top());
    assert!(place(".footer").bottom() > panel.bottom());
    assert!(empty.height() > 0.0 && empty.bottom() < panel.bottom());
    push_listening();
    app.says("Monitoring", "Listening in to Bo Abbott").await;
    assert_eq!(place(".empty").height(), 0.0);
    app.handle.focus();
    let focused = document().active_element().unwrap();
    assert_eq!(focused.get_attribute("role").as_deref(), Some("combobox"));
}
