//! Methods, addresses, headers and operations, through the router.

use percent_encoding::{NON_ALPHANUMERIC, percent_encode};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;

use super::json;
use super::*;

/// A request, made up. What only the scene knows is filled in when it is sent.
#[derive(Clone, Debug)]
struct Made {
    method: &'static str,
    address: Address,
    query: Option<String>,
    cookie: Cookie,
    authorization: Option<Vec<u8>>,
    token: Token,
    others: Vec<(&'static str, Vec<u8>)>,
    body: Vec<u8>,
}

#[derive(Clone, Debug)]
enum Address {
    OwnDevice,
    /// The calls on it: to dial.
    OwnDeviceCalls,
    OwnCall,
    /// Below `/api/v2`.
    Known(&'static str),
    /// Below one of those, with such segments.
    Below(&'static str, Vec<Vec<u8>>),
}

#[derive(Clone, Debug)]
enum Cookie {
    Own,
    None,
    Other(Vec<u8>),
}

#[derive(Clone, Debug)]
enum Token {
    Own,
    None,
    Other(Vec<u8>),
}

const KNOWN: [&str; 13] = [
    "",
    "/",
    "/me",
    "/me/",
    "/me/devices",
    "/me/calls",
    "/me/channels/voice",
    "/users",
    "/contacts",
    "/features",
    "/notifications",
    "/notifications/connect",
    "/nothing",
];

fn address() -> impl Strategy<Value = Address> {
    let segment = prop_oneof![
        2 => json::text().prop_map(String::into_bytes),
        1 => vec(any::<u8>(), 0..8),
    ];
    let parents = vec![
        "",
        "/me",
        "/me/devices",
        "/me/calls",
        "/users",
        "/notifications",
    ];
    prop_oneof![
        3 => Just(Address::OwnDevice),
        1 => Just(Address::OwnDeviceCalls),
        2 => Just(Address::OwnCall),
        2 => select(KNOWN.to_vec()).prop_map(Address::Known),
        2 => (select(parents), vec(segment, 1..4))
            .prop_map(|(parent, segments)| Address::Below(parent, segments)),
    ]
}

fn query() -> impl Strategy<Value = String> {
    let name = select(vec![
        "fields",
        "subresources",
        "offset",
        "limit",
        "type",
        "name",
        "phoneNumber",
        "%ff",
        "",
        "x",
    ]);
    let value = prop_oneof![
        select(vec![
            "*",
            "",
            "-1",
            "99999999999999999999",
            "%",
            "%ff",
            "%00",
            "id,id,,*",
            "devices,calls",
        ])
        .prop_map(str::to_owned),
        json::text().prop_map(|text| percent_encode(text.as_bytes(), NON_ALPHANUMERIC).to_string()),
    ];
    vec((name, value), 0..4).prop_map(|pairs| {
        let pairs: Vec<String> = pairs.iter().map(|(n, v)| format!("{n}={v}")).collect();
        pairs.join("&")
    })
}

/// What may stand in a header: anything but control characters.
fn header_value() -> impl Strategy<Value = Vec<u8>> {
    let byte = prop_oneof![4 => b' '..=b'~', 1 => 0x80..=0xff_u8];
    vec(byte, 0..30)
}

fn authorization() -> impl Strategy<Value = Vec<u8>> {
    let pair = prop_oneof![
        2 => select(vec![
            "supervisor:listen-in",
            "agent6001:listen-in",
            "supervisor:wrong",
            "nobody:listen-in",
        ])
        .prop_map(str::to_owned),
        1 => (json::text(), json::text()).prop_map(|(user, password)| format!("{user}:{password}")),
    ];
    prop_oneof![
        2 => pair.prop_map(|pair| {
            use base64::Engine as _;
            let encoded = base64::engine::general_purpose::STANDARD.encode(pair);
            format!("Basic {encoded}").into_bytes()
        }),
        1 => header_value(),
        1 => header_value().prop_map(|value| [b"Basic ".to_vec(), value].concat()),
    ]
}

/// An operation, with parameters that may be right, nearly right, or anything.
fn operation() -> impl Strategy<Value = Value> {
    let name = prop_oneof![
        8 => select(vec![
            "ListenIn", "CancelSupervisorMonitoring", "Coach", "BargeIn", "DoNotDisturbOn",
            "DoNotDisturbOff", "ForwardCallsOn", "ForwardCallsOff", "Answer", "Hangup", "Hold",
            "Retrieve", "SendDtmf", "InitiateTransfer", "CompleteTransfer", "SingleStepTransfer",
            "InitiateConference", "CompleteConference", "SingleStepConference", "AttachUserData",
            "StartCallRecording", "StopCallRecording", "PauseCallRecording", "ResumeCallRecording",
            "UpdateUserData", "DeleteUserData", "DeleteUserDataPair", "SwitchToBargeIn",
            "SwitchToListenIn", "SwitchToCoach", "MuteCall", "UnmuteCall", "MuteMonitoredUser",
            "UnmuteMonitoredUser", "RemoveParticipantFromConference",
            "ClearCall", "Dial", "Ready", "NotReady", "Offline", "AuxWork",
            "AfterCallWork", "StartContactCenterSession", "EndContactCenterSession", "SwapCalls",
            "listenin", "",
        ])
        .prop_map(Value::from),
        1 => json::value(),
    ];
    let parameter = select(vec![
        "phoneNumber",
        "phoneNumber",
        "targetDeviceUri",
        "phoneNumber",
        "supervisorMonitoringScope",
        "supervisorMonitoringMode",
        "destination",
        "digits",
        "userData",
        "participant",
        "key",
        "channels",
        "reason",
        "x",
    ]);
    let value = prop_oneof![
        2 => select(vec![
            "6001", "6002", "5005", "Call", "Agent", "AllCalls", "NextCall",
            "http://127.0.0.1:8090/api/v2/devices/1", "/devices/", "voice", "1",
        ])
        .prop_map(Value::from),
        2 => Just(Value::from("6002")),
        1 => select(vec!["6001", "6002", "9", ""])
            .prop_map(|number| json!({ "phoneNumber": number })),
        2 => json::value(),
    ];
    (name, vec((parameter, value), 0..5)).prop_map(|(name, parameters)| {
        let mut operation = json!({ "operationName": name });
        for (parameter, value) in parameters {
            operation[parameter] = value;
        }
        operation
    })
}

fn made() -> impl Strategy<Value = Made> {
    let method = select(vec![
        "POST", "POST", "POST", "POST", "POST", "POST", "GET", "GET", "HEAD", "PUT", "DELETE",
        "OPTIONS", "PATCH", "TRACE", "!",
    ]);
    let cookie = prop_oneof![
        16 => Just(Cookie::Own),
        1 => Just(Cookie::None),
        1 => header_value().prop_map(Cookie::Other),
        1 => header_value().prop_map(|it| Cookie::Other([b"JSESSIONID=".to_vec(), it].concat())),
    ];
    let token = prop_oneof![
        16 => Just(Token::Own),
        1 => Just(Token::None),
        1 => header_value().prop_map(Token::Other),
    ];
    let other = select(vec![
        "content-type",
        "accept",
        "origin",
        "cookie",
        "x-csrf-token",
        "content-length",
        "host",
        "x-csrf-header",
        "access-control-request-method",
        "expect",
        "upgrade",
        "range",
    ]);
    let body = prop_oneof![4 => json::bytes(operation()), 1 => json::bytes(json::value())];
    (
        method,
        address(),
        option::of(query()),
        cookie,
        option::weighted(0.15, authorization()),
        token,
        vec((other, header_value()), 0..2),
        body,
    )
        .prop_map(
            |(method, address, query, cookie, authorization, token, others, body)| Made {
                method,
                address,
                query,
                cookie,
                authorization,
                token,
                others,
                body,
            },
        )
}

impl Made {
    /// The request, for a stranger to send; `None` if it is no request to the library.
    fn request(&self, scene: &Scene) -> Option<Request<Body>> {
        let path = match &self.address {
            Address::OwnDevice => scene.device.clone(),
            Address::OwnDeviceCalls => format!("{}/calls", scene.device),
            Address::OwnCall => scene.call.clone(),
            Address::Known(path) => format!("/api/v2{path}"),
            Address::Below(parent, segments) => {
                let segments = segments
                    .iter()
                    .map(|segment| format!("/{}", percent_encode(segment, NON_ALPHANUMERIC)));
                format!("/api/v2{parent}{}", segments.collect::<String>())
            }
        };
        let address = match &self.query {
            Some(query) => format!("{path}?{query}"),
            None => path,
        };
        let mut request = Request::builder().method(self.method).uri(address);
        if let Some(authorization) = &self.authorization {
            request = request.header(header::AUTHORIZATION, authorization.as_slice());
        }
        let (session, token) = (&scene.client.cookies[0], &scene.client.csrf);
        request = match &self.cookie {
            Cookie::Own => request.header(header::COOKIE, format!("{}={}", session.0, session.1)),
            Cookie::None => request,
            Cookie::Other(value) => request.header(header::COOKIE, value.as_slice()),
        };
        request = match &self.token {
            Token::Own => request.header("x-csrf-token", token.as_deref().expect("a token")),
            Token::None => request,
            Token::Other(value) => request.header("x-csrf-token", value.as_slice()),
        };
        for (name, value) in &self.others {
            request = request.header(*name, value.as_slice());
        }
        request.body(self.body.clone().into()).ok()
    }
}

async fn holds(scene: &Scene, made: &Made) -> Result<(), TestCaseError> {
    let Some(request) = made.request(scene) else {
        // Too long an address: no client of this library could send it.
        return Ok(());
    };
    let before = scene.snapshot();
    let reply = scene.site.stranger().send(request).await;
    let is_notification = matches!(
        &made.address,
        Address::Known("/notifications" | "/notifications/connect")
            | Address::Below("/notifications", _)
    );
    match made.method {
        "HEAD" => prop_assert_eq!(&reply.text, ""),
        // CometD's own answers are the other file's.
        "POST" if is_notification && reply.status < 401 => {}
        _ => prop_assert!(reply.is_clear(), "{} {}", reply.status, reply.text),
    }
    if reply.status >= 400 {
        unchanged(&before, &scene.snapshot())?;
    }
    Ok(())
}

proptest! {
    #![proptest_config(tries(192))]

    #[test]
    fn a_request_of_any_kind_is_answered_clearly_and_a_refused_one_changes_nothing(
        requests in vec(made(), 1..12),
    ) {
        in_virtual_time(async {
            let scene = Scene::new().await;
            for made in &requests {
                holds(&scene, made).await?;
            }
            Ok(())
        })?;
    }
}
