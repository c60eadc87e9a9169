//! The samples of the documentation and the oddities of real servers, with the real types.

use std::sync::Arc;

use gws::MonitoringKind;
use gws::call::CallCapability;
use gws::device::AgentState;
use gws::{
    Call, CallOperation, CallState, Capability, Csrf, Device, DeviceId, DeviceOperation, GroupId,
    Method, Mode, MonitoringParameters, MonitoringState, Notification, ReplyError, Request, Scope,
    StatusCode, Toggle, UserId, reply,
};
use serde_json::{Value, json};

const SUPERVISOR: &str = "efe1ab32-53f9-43ce-b65e-5768c61f7d4a";
const TARGET: &str = "9c14cad7-17c4-48d0-8492-7cf0ff92c224";

fn device(value: Value) -> Device {
    let reply = json!({ "statusCode": 0, "device": value });
    reply::device(200, reply.to_string().as_bytes()).expect("a device")
}

fn call(value: Value) -> Arc<Call> {
    let reply = json!({ "statusCode": 0, "calls": [value] });
    let mut calls = reply::calls(200, reply.to_string().as_bytes()).expect("calls");
    calls.remove(0)
}

fn body(request: Request) -> Value {
    serde_json::from_str(&request.body.unwrap()).unwrap()
}

#[test]
fn the_three_monitoring_requests_are_written_as_documented() {
    for (kind, name) in [
        (MonitoringKind::ListenIn, "ListenIn"),
        (MonitoringKind::Coach, "Coach"),
        (MonitoringKind::BargeIn, "BargeIn"),
    ] {
        let parameters = MonitoringParameters {
            target_device_uri: Some(DeviceId::new(TARGET).to_uri("http://localhost:8080/api/v2")),
            phone_number: None,
            supervisor_monitoring_scope: Scope::Call,
            supervisor_monitoring_mode: Mode::AllCalls,
        };
        let operation = DeviceOperation::monitor(&kind, parameters).unwrap();
        assert_eq!(operation.name(), name);
        let request = Request::device_operation(&DeviceId::new(SUPERVISOR), &operation);
        assert_eq!(request.method, Method::Post);
        assert_eq!(request.path, format!("/me/devices/{SUPERVISOR}"));
        assert_eq!(
            body(request),
            json!({
                "operationName": name,
                "targetDeviceUri": format!("http://localhost:8080/api/v2/devices/{TARGET}"),
                "supervisorMonitoringScope": "Call",
                "supervisorMonitoringMode": "AllCalls",
            })
        );
    }
}

#[test]
fn a_target_by_number_is_written_without_a_device() {
    let operation = DeviceOperation::ListenIn(MonitoringParameters {
        target_device_uri: None,
        phone_number: Some("7000".to_owned()),
        supervisor_monitoring_scope: Scope::Agent,
        supervisor_monitoring_mode: Mode::NextCall,
    });
    assert_eq!(
        body(Request::device_operation(
            &DeviceId::new(SUPERVISOR),
            &operation
        )),
        json!({ "operationName": "ListenIn", "phoneNumber": "7000",
            "supervisorMonitoringScope": "Agent", "supervisorMonitoringMode": "NextCall" })
    );
}

#[test]
fn cancelling_and_call_operations_carry_only_their_names() {
    let cancel = DeviceOperation::CancelSupervisorMonitoring;
    assert_eq!(
        body(Request::device_operation(
            &DeviceId::new(SUPERVISOR),
            &cancel
        )),
        json!({ "operationName": "CancelSupervisorMonitoring" })
    );
    for operation in CallOperation::ALL {
        assert_eq!(operation.capability().as_str(), operation.name());
        assert!(!matches!(operation.capability(), CallCapability::Other(_)));
        assert_eq!(
            body(Request::call_operation(&gws::CallId::new("17"), operation)),
            json!({ "operationName": operation.name() })
        );
    }
}

#[test]
fn an_id_from_a_server_stays_one_segment_of_the_path() {
    let request = Request::my_device(&DeviceId::new("../users/1?x#y"));
    assert_eq!(
        request.path,
        "/me/devices/%2E%2E%2Fusers%2F1%3Fx%23y?fields=*"
    );
    let patterns = ["*Bo*".to_owned(), "*Müller, *".to_owned()];
    assert_eq!(
        Request::contacts(&patterns, 200, 100).path,
        "/contacts?type=User&fields=id&filterName=NamesOrPhoneNumberMatches\
         &filterParameters=*Bo*,*M%C3%BCller%2C%20*&sortBy=name&order=Ascending&offset=200&limit=100"
    );
    let user = Request::user(&UserId::new("a/b"));
    assert_eq!(user.path, "/users/a%2Fb?subresources=*");
    let members = Request::members(&GroupId::new("g1"));
    assert_eq!(members.path, "/groups/g1/users?fields=id");
}

#[test]
fn the_documented_reply_is_a_success() {
    assert_eq!(reply::operation(200, br#"{ "statusCode": 0 }"#), Ok(()));
}

#[test]
fn the_documented_notification_is_parsed_completely() {
    let sample: Value =
        serde_json::from_str(include_str!("samples/listen-in-notification.json")).unwrap();
    let Notification::Devices(devices) = Notification::decode(&sample["data"].to_string()).unwrap()
    else {
        panic!("not a device message");
    };
    let device = &devices[0];
    assert_eq!(device.id, DeviceId::new(SUPERVISOR));
    assert!(device.is_active());
    assert_eq!(
        device.user_state.as_ref().unwrap().state,
        AgentState::NotReady
    );
    assert_eq!(device.do_not_disturb, Some(Toggle::On));
    assert!(device.can(&Capability::ListenIn));
    assert!(device.can(&Capability::CancelSupervisorMonitoring));
    let Some(MonitoringState::Known(monitoring)) = &device.supervisor_monitoring_state else {
        panic!("no monitoring state");
    };
    assert_eq!(monitoring.state, MonitoringKind::ListenIn);
    assert_eq!(monitoring.mode, Mode::AllCalls);
    assert_eq!(monitoring.scope, Scope::Call);
    // The request named the target by another host.
    assert_eq!(monitoring.target(), Some(DeviceId::new(TARGET)));
    assert_eq!(
        monitoring.phone_number.as_deref(),
        Some("<monitored_phone_number>")
    );
}

#[test]
fn a_device_is_written_as_it_was_parsed() {
    let sample: Value =
        serde_json::from_str(include_str!("samples/listen-in-notification.json")).unwrap();
    let wire = &sample["data"]["devices"][0];
    assert_eq!(serde_json::to_value(device(wire.clone())).unwrap(), *wire);
}

#[test]
fn oddities_of_real_servers_are_tolerated() {
    let odd = device(json!({
        "capabilities": null,
        "e164number": "",
        "phoneNumber": 5005,
        "deviceState": "Hibernating",
        "userState": { "state": "LoggedIn" },
        "forwardTo": "",
        "channels": ["voice"],
        "id": SUPERVISOR,
    }));
    assert_eq!(odd.phone_number, "5005");
    assert_eq!(odd.device_state.as_ref().unwrap().as_str(), "Hibernating");
    assert!(!odd.is_active());
    assert_eq!(odd.forward_to, None);
    assert!(odd.capabilities.is_empty());
    assert_eq!(odd.supervisor_monitoring_state, None);
}

#[test]
fn a_monitoring_state_of_an_older_server_is_kept_as_unrecognised() {
    for (wire, word) in [
        (json!("ListenIn"), "ListenIn"),
        (json!(true), "true"),
        (json!(["x"]), "a list"),
    ] {
        let device = device(json!({ "id": SUPERVISOR, "supervisorMonitoringState": wire }));
        assert_eq!(
            device.supervisor_monitoring_state,
            Some(MonitoringState::Unrecognised(word.to_owned()))
        );
    }
    let nobody = device(json!({ "id": SUPERVISOR, "supervisorMonitoringState": null }));
    assert_eq!(nobody.supervisor_monitoring_state, None);
}

#[test]
fn a_call_is_read_in_the_newer_and_the_older_form() {
    let newer = call(json!({
        "id": "17", "state": "Established", "duration": "75", "mute": "On",
        "deviceUri": format!("http://x/api/v2/devices/{SUPERVISOR}"),
        "participants": [{ "phoneNumber": "5000", "formattedPhoneNumber": "", "e164Number": "", "digits": "5000" }],
        "callType": "Inbound", "capabilities": ["Hangup", "SwitchToBargeIn", "StartCallRecording"],
        "supervisorMonitoringState": { "state": "ListenIn" },
    }));
    assert_eq!(newer.state, CallState::Established);
    assert_eq!(newer.duration, Some(75));
    assert_eq!(newer.device(), Some(DeviceId::new(SUPERVISOR)));
    assert_eq!(newer.participants[0].shown(), "5000");
    assert!(newer.can(&CallCapability::SwitchToBargeIn));
    assert!(newer.is_monitoring_leg());

    let older = call(json!({
        "id": "17", "state": "Ringing", "participants": ["5000"], "duration": 3,
    }));
    assert_eq!(older.participants[0].shown(), "5000");
    assert_eq!(older.duration, Some(3));
    assert!(!older.is_monitoring_leg());
}

#[test]
fn a_reply_is_judged_by_status_code_before_http_status() {
    let check = |http, body: &str, expect: Result<(), ReplyError>| {
        assert_eq!(
            reply::operation(http, body.as_bytes()),
            expect,
            "{http} {body}"
        );
    };
    let refused = |http, code, message: &str| {
        Err(ReplyError::Refused {
            http,
            code: StatusCode(code),
            message: message.to_owned(),
        })
    };
    check(200, r#"{"statusCode":"0"}"#, Ok(()));
    check(
        500,
        r#"{"statusCode":4,"statusMessage":"Device '5001' is not registered."}"#,
        refused(500, 4, "Device '5001' is not registered."),
    );
    check(200, r#"{"statusCode":"3"}"#, refused(200, 3, ""));
    check(
        500,
        r#"{"statusCode":0}"#,
        Err(ReplyError::Http { http: 500 }),
    );
    check(
        403,
        r#"{"statusCode":20,"statusMessage":"Access denied"}"#,
        Err(ReplyError::NotSignedIn),
    );
    check(
        403,
        "Missing or invalid Csrf token",
        Err(ReplyError::CsrfRejected { http: 403 }),
    );
    let not_let_in = |http, words: &str| {
        let words = words.to_owned();
        Err(ReplyError::NotLetIn { http, words })
    };
    check(403, "Forbidden", not_let_in(403, "Forbidden"));
    for http in [401, 403] {
        check(http, "<html>Please sign in</html>", not_let_in(http, ""));
        check(http, "", not_let_in(http, ""));
        check(
            http,
            r#"{"error":"unauthorized"}"#,
            not_let_in(http, "unauthorized"),
        );
        check(
            http,
            r#"{"statusCode":5,"statusMessage":"no"}"#,
            refused(http, 5, "no"),
        );
    }
    check(401, r#"{"error":"#, not_let_in(401, ""));
    check(
        200,
        "\n <!doctype html>",
        Err(ReplyError::WebPage { http: 200 }),
    );
    check(502, "bad gateway", Err(ReplyError::Http { http: 502 }));
    assert!(matches!(
        reply::operation(200, b"{\"statusCode\":"),
        Err(ReplyError::Unreadable { .. })
    ));
    assert!(matches!(
        reply::operation(200, b"{}"),
        Err(ReplyError::Unreadable { .. })
    ));
}

#[test]
fn a_refused_csrf_token_is_recognised_in_text_json_and_html() {
    for body in [
        "Missing or invalid Csrf token",
        r#"{"status":403,"message":"Could not verify the provided CSRF token"}"#,
        r#"{"statusCode":3,"statusMessage":"Missing or invalid Csrf token"}"#,
        "<html><body><h2>HTTP ERROR 403 Missing or invalid Csrf token</h2></body></html>",
        "<!doctype html><p>Reason:<pre>Invalid CSRF Token 'null' was found</pre>",
        "<h1>Forbidden</h1><p>CSRF verification failed. Request aborted.</p>",
        "<p>Invalid <b>CSRF</b>\n<code>token</code></p>",
        "<p>Invalid X-CSRF-TOKEN header</p>",
        "<p>The XSRF token has expired</p>",
        "<p>A Cross-Site Request Forgery was detected</p>",
        r#"{"error":"invalid XSRF token"}"#,
    ] {
        for http in [400, 401, 403] {
            assert_eq!(
                reply::operation(http, body.as_bytes()),
                Err(ReplyError::CsrfRejected { http }),
                "{body}"
            );
        }
    }
    assert_eq!(
        reply::operation(419, b"<h1>Page Expired</h1>"),
        Err(ReplyError::CsrfRejected { http: 419 })
    );
    // A sign-in page with its own token does not refuse one.
    for page in [
        r#"<html><form><input type="hidden" name="csrf_token" value="17"></form></html>"#,
        r#"<html><meta name="csrf-token" content="invalid"><p>Sign in</p></html>"#,
        "<html><script>if (!csrf) alert('invalid')</script><p>Sign in</p></html>",
    ] {
        assert!(
            matches!(
                reply::operation(403, page.as_bytes()),
                Err(ReplyError::NotLetIn { .. })
            ),
            "{page}"
        );
    }
    // No GET needs a token.
    assert!(matches!(
        reply::user(403, b"Missing or invalid Csrf token"),
        Err(ReplyError::NotLetIn { .. })
    ));
}

#[test]
fn the_text_of_an_error_is_for_people() {
    let says = |http, body: &str| {
        let reply = reply::operation(http, body.as_bytes());
        reply.unwrap_err().to_string()
    };
    for body in ["{", "{}", "[]", "what"] {
        assert_eq!(says(200, body), "the answer can't be read");
    }
    assert_eq!(says(503, "<html>"), "the server is busy (HTTP 503)");
    assert_eq!(says(503, ""), "the server is busy (HTTP 503)");
    assert_eq!(says(403, "<html>"), "the server refuses it (HTTP 403)");
    assert_eq!(says(419, ""), "the server refuses it (HTTP 419)");
    assert_eq!(
        says(403, r#"{"message":"Not from here."}"#),
        "Not from here (HTTP 403)"
    );
}

#[test]
fn failures_behind_the_server_leave_the_outcome_unknown() {
    let is_unknown = |http, body: &str| {
        let reply = reply::operation(http, body.as_bytes());
        reply.unwrap_err().leaves_outcome_unknown()
    };
    assert!(is_unknown(200, r#"{"statusCode":4}"#));
    assert!(is_unknown(503, r#"{"statusCode":"4"}"#));
    assert!(is_unknown(500, r#"{"statusCode":3}"#));
    assert!(is_unknown(502, "<html>"));
    assert!(is_unknown(408, ""));
    assert!(is_unknown(408, r#"{"statusCode":3}"#));
    assert!(is_unknown(200, "{"));
    assert!(!is_unknown(403, r#"{"statusCode":3}"#));
    assert!(!is_unknown(401, "<html>"));
}

#[test]
fn a_refusal_that_breaks_off_is_not_taken_for_a_missing_sign_in() {
    for body in [r#"{"statusCode":"#, r#"{"statusCode":3,"statusMess"#] {
        let reply = reply::operation(403, body.as_bytes());
        assert!(
            matches!(reply, Err(ReplyError::Unreadable { .. })),
            "{body}: {reply:?}"
        );
    }
}

#[test]
fn a_csrf_token_is_learnt_under_the_name_the_server_gives() {
    let mut csrf = Csrf::default();
    assert_eq!(csrf.header(), None);
    csrf.learn(|name| match name {
        "x-csrf-header" => Some("X-OTHER"),
        "X-OTHER" => Some("17"),
        _ => None,
    });
    assert_eq!(csrf.header(), Some(("X-OTHER", "17")));
    csrf.learn(|_| None);
    assert_eq!(csrf.header(), Some(("X-OTHER", "17")));
    csrf.forget();
    assert_eq!(csrf.header(), None);
}

#[test]
fn an_error_is_parsed_with_and_without_a_message() {
    let uri = format!("http://x/api/v2/devices/{SUPERVISOR}");
    let with = json!({ "messageType": "ErrorMessage", "deviceUri": uri, "errorMessage": "Busy" });
    assert_eq!(
        Notification::decode(&with.to_string()).unwrap(),
        Notification::Error {
            device: Some(DeviceId::new(SUPERVISOR)),
            message: Some("Busy".to_owned())
        }
    );
    let without =
        json!({ "devicePath": format!("/devices/{SUPERVISOR}"), "messageType": "ErrorMessage" });
    assert_eq!(
        Notification::decode(&without.to_string()).unwrap(),
        Notification::Error {
            device: Some(DeviceId::new(SUPERVISOR)),
            message: None
        }
    );
}

#[test]
fn an_unreadable_notification_is_an_error_but_an_unknown_type_is_not() {
    assert_eq!(
        Notification::decode(r#"{"messageType":"ChannelStateChangeMessageV2","channels":[]}"#)
            .unwrap(),
        Notification::Other {
            message_type: "ChannelStateChangeMessageV2".to_owned()
        }
    );
    for unreadable in [
        "17",
        "[]",
        r#"{"messageType":"DeviceStateChangeMessage"}"#,
        r#"{"messageType":"DeviceStateChangeMessage","devices":[{"phoneNumber":"5005"}]}"#,
        r#"{"messageType":"CallStateChangeMessage","call":{"id":"1"}}"#,
    ] {
        assert!(Notification::decode(unreadable).is_err(), "{unreadable}");
    }
}

#[test]
fn an_unreadable_user_does_not_affect_the_others() {
    let reply = json!({ "statusCode": 0, "users": [
        17, { "firstName": "Nobody" }, { "id": "u1", "firstName": "Bo", "roles": "ROLE_AGENT", "devices": [{}, { "id": "d1" }] },
    ] });
    let users = reply::users(200, reply.to_string().as_bytes()).unwrap();
    assert_eq!(users.len(), 1);
    assert_eq!(users[0].name(), "Bo");
    assert_eq!(users[0].devices.len(), 1);
    assert!(users[0].roles.is_empty());
}

#[test]
fn a_page_of_contacts_has_their_ids_and_how_many_there_are() {
    let reply = json!({ "statusCode": 0, "totalCount": "7", "contacts": [
        { "id": "u1", "type": "User", "availability": {} }, { "name": "nobody" }, { "id": "u2" } ] });
    let page = reply::contacts(200, reply.to_string().as_bytes()).unwrap();
    assert_eq!(page.total, Some(7));
    assert_eq!(page.ids, ["u1", "u2"].map(UserId::new));
    assert!(reply::contacts(200, br#"{"statusCode":0,"uris":[]}"#).is_err());
}

#[test]
fn a_group_without_an_id_or_a_name_is_left_out() {
    let reply = json!({ "statusCode": 0, "groups": [
        { "id": "g1", "name": "Tech Support", "type": "BusinessUnit", "contains": ["users"] },
        { "id": "g2" }, { "name": "nobody" } ] });
    let groups = reply::groups(200, reply.to_string().as_bytes()).unwrap();
    let names: Vec<_> = groups
        .iter()
        .map(|it| (it.id.as_str(), it.name.as_str()))
        .collect();
    assert_eq!(names, [("g1", "Tech Support")]);
}
