//! Arbitrary bytes cause no panic, and every request gets a response.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use super::*;
use crate::connections::serve_one;

/// Valid bodies. The client id is inserted when they are sent.
const BODIES: [&str; 8] = [
    r#"{"operationName":"ListenIn","phoneNumber":"6002","supervisorMonitoringMode":"AllCalls"}"#,
    r#"{"operationName":"Answer"}"#,
    r#"{"operationName":"NotReady","channels":["voice"],"reason":"x"}"#,
    r#"[{"channel":"/meta/handshake","version":"1.0","supportedConnectionTypes":["long-polling"]}]"#,
    r#"[{"channel":"/meta/connect","clientId":"{client}","connectionType":"long-polling","advice":{"timeout":0}}]"#,
    r#"[{"channel":"/meta/subscribe","clientId":"{client}","subscription":["/v2/me/*","/**"]}]"#,
    r#"[{"do":"callArrives","agent":"6001","from":"555-1234"},{"do":"faultOn","fault":"webPage","times":1}]"#,
    r#"{"name":"opt-out"}"#,
];

const ADDRESSES: [&str; 9] = [
    "{device}",
    "/api/v2/me",
    "/api/v2/me?subresources=*&fields=%ff",
    "/api/v2/me/calls/1",
    "/api/v2/users?offset=-1&limit=99999999999999999999",
    "/api/v2/notifications",
    "/emulator/instructions",
    "/emulator/scripts",
    "/emulator/state?log=-1",
];

/// Replacements of a part of a body.
fn damage() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        select(vec![
            "",
            "\"",
            "}",
            "null",
            "1e999",
            "\"\\ud800\"",
            "\0",
            "\u{202e}",
        ])
        .prop_map(|text| text.as_bytes().to_vec()),
        (1..20_000_usize).prop_map(|depth| vec![b'['; depth]),
        vec(any::<u8>(), 0..20),
    ]
}

/// What is sent over a connection.
#[derive(Clone, Debug)]
enum Sent {
    /// A request, whose body may have a part replaced.
    Request(&'static str, &'static str, Vec<u8>),
    /// Mostly not HTTP.
    Bytes(Vec<u8>),
}

fn sent() -> impl Strategy<Value = Sent> {
    let method = select(vec!["POST", "POST", "POST", "GET", "PUT", "DELETE"]);
    let damage = proptest::option::of((any::<Index>(), any::<Index>(), damage()));
    let body = (select(BODIES.to_vec()), damage).prop_map(|(body, damage)| {
        let mut body = body.as_bytes().to_vec();
        if let Some((from, length, other)) = damage {
            let from = from.index(body.len());
            let to = from + length.index(body.len() - from + 1);
            body.splice(from..to, other);
        }
        body
    });
    let address = select(ADDRESSES.to_vec());
    let request = (method, address, body)
        .prop_map(|(method, address, body)| Sent::Request(method, address, body));
    let line = select(vec![
        "",
        "GET / HTTP/1.1\r\n",
        "GET /api/v2/me HTTP/9.9\r\n\r\n",
        "PRI * HTTP/2.0\r\n\r\n",
        "POST /api/v2/me HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        "POST /api/v2/me HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
    ]);
    let bytes = (line, vec(any::<u8>(), 0..60))
        .prop_map(|(line, rest)| Sent::Bytes([line.as_bytes(), &rest].concat()));
    prop_oneof![6 => request, 1 => bytes]
}

impl Sent {
    fn into_bytes(self, client: &Client, device: &str, id: &str) -> Vec<u8> {
        let (method, address, body) = match self {
            Self::Request(method, address, body) => (method, address, body),
            Self::Bytes(bytes) => return bytes,
        };
        let body = match String::from_utf8(body) {
            Ok(text) => text.replace("{client}", id).into_bytes(),
            Err(error) => error.into_bytes(),
        };
        let head = format!(
            "{method} {} HTTP/1.1\r\nHost: localhost\r\nCookie: {}\r\nX-CSRF-TOKEN: {}\r\n\
             Content-Type: application/json\r\nConnection: close\r\nContent-Length: {}\r\n\r\n",
            address.replace("{device}", device),
            client.cookie(),
            client.csrf.as_deref().expect("a token"),
            body.len()
        );
        [head.into_bytes(), body].concat()
    }
}

/// The number of responses in what was received, each of which must be complete.
fn answers(mut bytes: &[u8]) -> usize {
    let mut count = 0;
    while !bytes.is_empty() {
        let mut headers = [httparse::EMPTY_HEADER; 32];
        let mut answer = httparse::Response::new(&mut headers);
        let Ok(httparse::Status::Complete(head)) = answer.parse(bytes) else {
            panic!("{}", bytes.escape_ascii());
        };
        let header = |name: &str| {
            let mut headers = answer.headers.iter();
            let found = headers.find(|header| header.name.eq_ignore_ascii_case(name));
            found.map(|header| std::str::from_utf8(header.value).expect("text"))
        };
        count += 1;
        if header("transfer-encoding") == Some("chunked") {
            assert!(bytes.ends_with(b"\r\n0\r\n\r\n"), "it is the last one");
            break;
        }
        let length: usize = header("content-length").map_or(0, |it| it.parse().expect("a number"));
        bytes = bytes.get(head + length..).expect("an answer that is whole");
    }
    count
}

async fn try_out(all: Vec<Sent>) {
    let site = Site::new();
    let _driver = site.driver();
    let (mut client, device) = site.supervisor().await;
    let id = client.subscribe().await;
    for sent in all {
        let (mut near, far) = tokio::io::duplex(1 << 20);
        let served = tokio::spawn(serve_one(far, site.router.clone()));
        let is_request = matches!(sent, Sent::Request(..));
        let bytes = sent.into_bytes(&client, &device, &id);
        near.write_all(&bytes).await.expect("room for it");
        if !is_request {
            near.shutdown().await.expect("in memory");
        }
        let mut received = Vec::new();
        near.read_to_end(&mut received).await.expect("in memory");
        served.await.expect("no panic");
        let count = answers(&received);
        assert!(count == 1 || !is_request, "{}", bytes.escape_ascii());
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, failure_persistence: None, ..Default::default() })]

    #[test]
    fn arbitrary_bytes_cause_no_panic_and_every_request_is_answered(
        all in vec(sent(), 1..8),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .start_paused(true)
            .build()
            .expect("a runtime");
        runtime.block_on(try_out(all));
    }
}
