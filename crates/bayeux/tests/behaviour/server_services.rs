//! Service channels: between one client and the application.

use bayeux::server::{Answer, Event, Options, ServiceMessage};
use bayeux::{Event as ClientEvent, Outcome};
use serde_json::json;

use crate::harness::{Asked, Link, OWNER, Pair, channel, ms, raw};

/// What was said to services.
fn said(events: &[Event]) -> Vec<ServiceMessage> {
    let services = events.iter().filter_map(|event| match event {
        Event::Service(message) => Some(message.clone()),
        _ => None,
    });
    services.collect()
}

#[test]
fn a_message_to_a_service_reaches_the_application_and_nobody_else() {
    let mut a = Asked::new(Options::default());
    let (client, held) = a.listening();
    a.subscribe(&client, &json!(["/service/echo", "/**"]));
    assert_eq!(
        a.publish(&client, "/service/echo", json!({ "x": 1 })),
        json!({ "channel": "/service/echo", "id": "p", "successful": true })
    );
    assert!(a.is_held(held));
    let said = said(&a.events);
    assert_eq!(said.len(), 1);
    assert_eq!(said[0].owner, OWNER);
    assert_eq!(said[0].session, a.session());
    assert_eq!(said[0].channel, channel("/service/echo"));
    assert_eq!(said[0].data.get(), r#"{"x":1}"#);
    assert_eq!(said[0].id.as_ref().unwrap().get(), r#""p""#);
}

#[test]
fn an_answer_has_the_channel_and_the_id_of_what_it_answers() {
    let mut a = Asked::new(Options::default());
    let (client, held) = a.listening();
    a.publish(&client, "/service/echo", json!(1));
    let call = said(&a.events).remove(0);
    assert!(a.server.answer(&call, Answer::Result(&raw("2"))));
    a.drain();
    assert_eq!(
        a.response(held)[0],
        json!({ "channel": "/service/echo", "id": "p", "data": 2, "successful": true })
    );
    let held = a.connect(&client);
    assert!(a.server.answer(&call, Answer::Failure(&raw("\"no\""))));
    a.drain();
    assert_eq!(a.response(held)[0]["successful"], false);
    assert_eq!(a.response(held)[0]["data"], "no");
}

#[test]
fn an_answer_that_is_given_at_once_rides_on_the_reply() {
    let mut a = Asked::new(Options::default());
    let client = a.handshake();
    let body = json!([{ "channel": "/service/echo", "id": "p", "clientId": client, "data": 1 }]);
    let id = a.hand_in(OWNER, &body.to_string());
    while let bayeux::server::Output::Event(event) = a.server.poll(a.now) {
        if let Event::Service(call) = event {
            a.server.answer(&call, Answer::Result(&call.data));
            break;
        }
    }
    a.drain();
    assert_eq!(
        a.response(id),
        &json!([
            { "channel": "/service/echo", "id": "p", "data": 1, "successful": true },
            { "channel": "/service/echo", "id": "p", "successful": true },
        ])
    );
}

#[test]
fn the_application_may_tell_one_session_anything_on_any_channel() {
    let mut a = Asked::new(Options::default());
    let (_, held) = a.listening();
    let session = a.session();
    a.cookie = None;
    let (_, other) = a.listening();
    assert!(
        a.server
            .deliver_to(&session, &channel("/unsubscribed"), &raw("1"))
    );
    a.drain();
    assert_eq!(a.data(held), [json!(1)]);
    assert!(a.is_held(other));
    a.server.disconnect(&session);
    assert!(
        !a.server
            .deliver_to(&session, &channel("/unsubscribed"), &raw("2"))
    );
}

#[test]
fn our_client_calls_a_service_over_either_kind_of_session() {
    for acknowledged_messages in [false, true] {
        let options = Options {
            acknowledged_messages,
            ..Options::default()
        };
        let mut pair = Pair::with(7, Link::GOOD, options);
        pair.open();
        pair.until(ms(1_000), Pair::is_connected);
        let call = |pair: &mut Pair, data| {
            let now = pair.now;
            let channel = channel("/service/echo");
            let token = pair.client.call(channel, raw(data), ms(5_000), now);
            pair.drain();
            pair.until(ms(1_000), |pair| !said(&pair.happened).is_empty());
            let call = said(&pair.happened).remove(0);
            pair.happened.clear();
            (token, call)
        };
        let settled = |pair: &Pair, token| {
            pair.events.iter().find_map(|event| match event {
                ClientEvent::Settled {
                    token: settled,
                    outcome,
                    data,
                } if *settled == token => Some((outcome.clone(), data.clone())),
                _ => None,
            })
        };
        let (token, message) = call(&mut pair, "1");
        pair.server.answer(&message, Answer::Result(&raw("2")));
        pair.drain();
        pair.until(ms(1_000), |pair| settled(pair, token).is_some());
        let (outcome, data) = settled(&pair, token).unwrap();
        assert_eq!(outcome, Outcome::Done);
        assert_eq!(data.unwrap().get(), "2");

        let (token, message) = call(&mut pair, "3");
        pair.server
            .answer(&message, Answer::Failure(&raw("\"no\"")));
        pair.drain();
        pair.until(ms(1_000), |pair| settled(pair, token).is_some());
        let (outcome, data) = settled(&pair, token).unwrap();
        assert!(matches!(outcome, Outcome::Refused(_)), "{outcome:?}");
        assert_eq!(data.unwrap().get(), "\"no\"");
    }
}
