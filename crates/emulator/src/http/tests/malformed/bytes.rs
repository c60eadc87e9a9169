//! What is no HTTP, or hardly, through a connection that is served as any other.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use super::*;
use crate::connections::serve_one;

/// Something to send: mostly requests with this or that the matter with them. What only the scene
/// knows is filled in when it is sent: `{device}`, `{session}`, `{token}`.
fn piece() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        8 => request(),
        1 => vec(any::<u8>(), 0..60),
    ]
}

const LISTEN_IN: &str = r#"{"operationName":"ListenIn","phoneNumber":"6002"}"#;

fn request() -> impl Strategy<Value = Vec<u8>> {
    let good = vec![
        ("GET /api/v2/me HTTP/1.1", ""),
        ("POST {device} HTTP/1.1", LISTEN_IN),
        (
            "POST /api/v2/notifications HTTP/1.1",
            "[{\"channel\":\"/meta/handshake\"}]",
        ),
    ];
    let bad = vec![
        "POST {device} HTTP/1.0",
        "GET http://elsewhere.example/api/v2/me HTTP/1.1",
        "CONNECT localhost:80 HTTP/1.1",
        "OPTIONS * HTTP/1.1",
        "GET /api/v2/me",
        "GET /api/v2/me HTTP/9.9",
        "GET  /api/v2/me  HTTP/1.1",
        "get /api/v2/me HTTP/1.1",
        "PRI * HTTP/2.0",
        "GET /api/v2/\u{e4} HTTP/1.1",
        "",
    ];
    let opening = prop_oneof![
        4 => select(good),
        1 => select(bad).prop_map(|line| (line, LISTEN_IN)),
    ];
    let extra = select(vec![
        "Content-Length: 4",
        "Content-Length: 4000",
        "Content-Length: -1",
        "Content-Length: 99999999999999999999",
        "Transfer-Encoding: chunked",
        "Transfer-Encoding: chunked, chunked",
        "Transfer-Encoding: gzip",
        "Connection: close",
        "Connection: upgrade",
        "Upgrade: websocket",
        "Expect: 100-continue",
        "Cookie: JSESSIONID=",
        "X-CSRF-TOKEN: 0",
        "No colon",
        " Folded: line",
        "Null: \0",
        ": nameless",
    ]);
    let chunks = vec![
        "31\r\n{\"operationName\":\"ListenIn\",\"phoneNumber\":\"6002\"}\r\n0\r\n\r\n",
        "5\r\n[{\"ch\r\n0\r\n\r\n",
        "zz\r\nrubbish\r\n",
        "fffffffffffffffff\r\nx\r\n",
        "-1\r\n\r\n",
    ];
    let framing = prop_oneof![
        4 => Just(Framing::Length),
        1 => Just(Framing::None),
        2 => select(chunks).prop_map(Framing::Chunked),
    ];
    let end = prop_oneof![6 => Just("\r\n"), 1 => Just("\n"), 1 => Just("\r")];
    (opening, framing, vec(extra, 0..2), end).prop_map(|((line, body), framing, extra, end)| {
        let length = format!("Content-Length: {}", body.len());
        let mut lines = vec![
            line,
            "Host: localhost",
            "Cookie: JSESSIONID={session}",
            "X-CSRF-TOKEN: {token}",
        ];
        let body = match framing {
            Framing::None => body,
            Framing::Length => {
                lines.push(&length);
                body
            }
            Framing::Chunked(chunks) => {
                lines.push("Transfer-Encoding: chunked");
                chunks
            }
        };
        lines.extend(extra);
        format!("{}{end}{end}{body}", lines.join(end)).into_bytes()
    })
}

/// How a body's end is told.
#[derive(Clone, Debug)]
enum Framing {
    None,
    Length,
    Chunked(&'static str),
}

/// How a client goes on when it has sent everything.
#[derive(Clone, Copy, Debug)]
enum Then {
    /// It waits for the other side to close.
    Waits,
    /// It has no more to say, and listens.
    Listens,
    /// It is gone.
    Leaves,
}

fn filled_in(scene: &Scene, piece: &[u8]) -> Vec<u8> {
    match std::str::from_utf8(piece) {
        Ok(text) => text
            .replace("{device}", &scene.device)
            .replace("{session}", &scene.client.cookies[0].1)
            .replace("{token}", scene.client.csrf.as_deref().expect("a token"))
            .into_bytes(),
        Err(_) => piece.to_vec(),
    }
}

/// The status of every answer in what came back, each of which has to be whole.
fn statuses(mut answers: &[u8]) -> Result<Vec<u16>, TestCaseError> {
    let mut statuses = Vec::new();
    while !answers.is_empty() {
        let mut headers = [httparse::EMPTY_HEADER; 32];
        let mut answer = httparse::Response::new(&mut headers);
        let Ok(httparse::Status::Complete(head)) = answer.parse(answers) else {
            return Err(TestCaseError::fail(format!("{}", answers.escape_ascii())));
        };
        let length = answer
            .headers
            .iter()
            .find(|header| header.name.eq_ignore_ascii_case("content-length"))
            .map_or(0, |header| {
                let text = std::str::from_utf8(header.value).expect("a number");
                text.parse().expect("a number")
            });
        let Some(rest) = answers.get(head + length..) else {
            return Err(TestCaseError::fail("an answer that is not whole"));
        };
        statuses.push(answer.code.expect("a status"));
        answers = rest;
    }
    Ok(statuses)
}

proptest! {
    #![proptest_config(tries(256))]

    #[test]
    fn bytes_of_any_kind_end_in_whole_answers_or_a_closed_connection(
        pieces in vec(piece(), 1..4),
        cut in proptest::option::of(any::<Index>()),
        then in select(vec![Then::Waits, Then::Listens, Then::Leaves]),
    ) {
        in_virtual_time(async {
            let scene = Scene::new().await;
            let mut sent: Vec<u8> = pieces.iter().flat_map(|it| filled_in(&scene, it)).collect();
            if let Some(cut) = cut.filter(|_| !sent.is_empty()) {
                sent.truncate(cut.index(sent.len()));
            }
            let world = scene.world();
            let (mut client, server) = tokio::io::duplex(1 << 20);
            let router = scene.site.router.clone();
            let limits = scene.site.shared.config.limits.clone();
            let served = tokio::spawn(async move { serve_one(server, router, &limits).await });
            client.write_all(&sent).await.expect("room for it");
            let mut answers = Vec::new();
            match then {
                Then::Waits => {
                    client.read_to_end(&mut answers).await.expect("in memory");
                }
                Then::Listens => {
                    client.shutdown().await.expect("in memory");
                    client.read_to_end(&mut answers).await.expect("in memory");
                }
                Then::Leaves => drop(client),
            }
            served.await.expect("no panic");
            let statuses = statuses(&answers)?;
            for status in &statuses {
                let known = [100, 200, 400, 403, 404, 405, 408, 413, 414, 431, 500];
                prop_assert!(known.contains(status), "{}", status);
            }
            if matches!(then, Then::Waits | Then::Listens) && !statuses.contains(&200) {
                prop_assert_eq!(world, scene.world());
            }
            Ok(())
        })?;
    }
}
