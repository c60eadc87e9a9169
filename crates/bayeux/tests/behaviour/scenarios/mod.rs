//! The scenarios of CometD's own JavaScript test suite that concern a client over long polling, each
//! as a test in virtual time. Where this client does something else on purpose, the test shows what
//! it does and says why.
//!
//! The table has every test class of that suite (`CometD` in front and `Test` behind left out) and
//! how many tests there are in it, with the tests that stand for it, here or in the files beside
//! this folder, or the reason why there is none. A test at the end of this file holds the table to
//! what is there.
//!
//! | CometD | here |
//! |---|---|
//! | Advice.testNoHandshakeAdviceAfterSessionExpired | `sessions::an_expired_session_is_replaced_though_no_reply_has_advice` |
//! | AutoBatch | `publishing::five_publishes_in_a_row_travel_as_one_and_four` |
//! | BatchPublish | `subscriptions::what_is_published_in_the_request_that_subscribes_comes_back` |
//! | CallbackPolling ×5: sizes, order | `sizes::a_batch_that_is_too_large_is_split_and_keeps_its_order`, `sizes::a_message_that_is_too_large_is_never_sent_and_costs_no_other` |
//! | CallbackPolling ×5: the transport | Not spoken: JSONP is for browsers without cross-origin requests. |
//! | Charset | `publishing::text_in_any_script_arrives_as_it_was_written` |
//! | ConnectFailure | `recovery::failed_connects_back_off_further_each_time_and_end_when_closed` |
//! | ConnectTemporaryFailure | `recovery::one_failed_connect_is_followed_by_a_connect_and_forgotten` |
//! | CrossOrigin | Not the machine's: the driver makes requests, and the browser decides. |
//! | CrossOriginReHandshake | `recovery::a_failed_connect_and_an_expired_session_lead_back_by_the_same_address` |
//! | Deliver | `publishing::what_a_service_delivers_comes_on_the_channel_it_named` |
//! | DisconnectFailure | `sessions::a_good_bye_that_fails_ends_it_all_the_same` |
//! | DisconnectInListeners ×2 | `handshake::closed_when_the_session_is_granted_no_connect_stays_out`, `handshake::closed_before_the_connect_could_leave_none_stays_out`, `sessions::closed_when_connected_is_said_no_further_connect_stays_out` |
//! | DisconnectServerSide ×2 | `sessions::a_server_that_ends_the_session_for_good_is_obeyed_and_its_last_message_given`, `sessions::a_server_that_ends_the_session_without_advice_is_asked_for_another` |
//! | DuplicateMetaConnect | `recovery::a_failed_connect_reply_that_answers_nobody_changes_nothing` |
//! | EmptyResponse | `recovery::an_empty_body_is_a_failure_with_a_name` |
//! | FalsyMessage ×2 | `publishing::data_that_is_next_to_nothing_is_data`, `publishing::the_reply_to_a_publish_may_have_data_that_is_null` |
//! | HandshakeDynamicProps, HandshakeProps | Nobody has anything to say in a handshake: GWS signs in by HTTP. |
//! | HandshakeFailure | `handshake::failed_handshakes_back_off_further_each_time_and_end_when_closed` |
//! | HandshakeReconnect | `recovery::after_an_outage_that_outlasts_the_session_a_handshake_is_tried_first` |
//! | InitDisconnect ×2 | `sessions::two_messages_and_a_good_bye_and_nothing_after_it`, `handshake::closed_when_the_session_is_granted_no_connect_stays_out` |
//! | ListenerExceptionCallback ×2 | Nothing to throw: the machine calls nobody back, events are handed out by `poll`. |
//! | LongPollingMaxNetworkDelayMetaConnect | `recovery::a_connect_that_overruns_its_time_and_a_refused_duplicate_are_survived` |
//! | LongPollingPublishFailure | `publishing::a_failed_publish_leaves_the_poll_alone` |
//! | LongPollingSubscribeFailure ×2 | `subscriptions::a_subscribe_whose_request_failed_is_sent_again_and_the_poll_goes_on`, `subscriptions::a_subscribe_that_timed_out_only_for_the_client_delivers_and_is_made_sure_of` |
//! | LongPollingUnsubscribeFailure | `subscriptions::an_unsubscribe_whose_request_failed_is_sent_again_and_the_poll_goes_on` |
//! | MaxMessageSize | `sizes::a_message_that_is_too_large_is_never_sent_and_costs_no_other` |
//! | MaxNetworkDelay | `publishing::a_slow_publish_is_given_up_once_when_its_time_is_over` |
//! | MessageDeliveryDuringHandshake ×4: not in, in, with ack | `handshake::messages_that_waited_for_the_handshake_come_with_the_first_connect`, `handshake::messages_in_the_handshakes_response_are_given_before_connected_is_said`, `handshake::messages_in_the_handshakes_response_are_acknowledged_by_the_first_connect` |
//! | MessageDeliveryDuringHandshake ×4: a dequeue listener | Inside a server: to a client it is the same response. |
//! | MessagesAfterFailedHandshake ×2 | `handshake::what_is_commanded_after_a_refused_handshake_is_settled_at_once`, `handshake::what_is_commanded_between_two_handshakes_waits_for_the_session` |
//! | Mixin ×7 | A helper of that client's own, for JavaScript objects. |
//! | MultiPublish | `publishing::a_request_that_fails_costs_what_it_carried_and_no_more` |
//! | MultipleHandshakes | `handshake::opening_twice_asks_for_one_session` |
//! | Parameters ×8 | `handshake::what_is_no_channel_is_refused_in_words_and_what_is_not_there_ends_at_once` |
//! | Publish ×4 | `publishing::a_publish_is_done_once_and_its_echo_is_a_message`, `publishing::a_denied_publish_is_refused_once_with_the_servers_words`, `publishing::a_publish_to_a_server_that_is_down_is_of_unknown_outcome_once` |
//! | PublishHeldUntilHandshook | `handshake::what_is_commanded_before_the_session_leaves_with_it_and_in_order` |
//! | Redeploy | `sessions::a_server_that_is_away_for_a_minute_is_found_again` |
//! | RemoteCall ×5 | Not spoken: GWS has no services behind CometD. |
//! | Subscribe ×6 | `subscriptions::the_server_hears_of_the_first_and_the_last_subscriber_only`, `subscriptions::subscriptions_are_made_again_in_a_new_session_and_those_that_ended_are_not`, `subscriptions::messages_arrive_after_a_restart_of_the_server`, `subscriptions::a_denied_subscription_is_told_to_whoever_made_it_and_may_be_asked_for_again`, `subscriptions::each_subscribe_and_unsubscribe_is_settled_once` |
//! | SubscribeWithPublishDenied | `subscriptions::a_channel_nobody_may_publish_to_may_be_subscribed_to` |
//! | Transport | No custom transports: one is spoken, and the driver makes its requests. |
//! | TransportFailure ×2 | No hook for another address or transport. |
//! | TransportNegotiationFailure ×3 | `handshake::a_refusal_for_want_of_a_common_transport_is_passed_on`, `handshake::a_session_without_long_polling_is_none` |
//! | URLPath ×4 | `sizes::the_type_of_message_is_appended_to_a_plain_path` |
//! | WebSocket ×15 | Not spoken: GWS supports nothing but long polling. |
//! | ext/Ack ×2 | `extensions::acknowledgement_is_negotiated_and_each_connect_says_what_was_seen`, `extensions::what_was_sent_during_an_outage_comes_after_it_in_order_and_once` |
//! | ext/AckAndReload | `handover::the_server_sees_one_session_and_no_event_is_lost`, `extensions::a_message_sent_while_the_page_was_put_away_arrives_once_and_then_the_next` |
//! | ext/Binary ×3 | Not spoken: GWS sends JSON only. |
//! | ext/ExtensionExceptionCallback ×2 | Nothing to throw: extensions are built in. |
//! | ext/Extensions ×4 | Not pluggable. |
//! | ext/Reload ×9: same session, publish, restart, cleared by disconnect | `handover::the_next_client_connects_at_once_with_the_same_id_and_the_last_batch`, `handover::nothing_else_is_sent_before_the_first_connect_is_answered`, `handover::a_session_that_is_gone_by_then_is_followed_by_a_handshake_and_a_gap`, `handover::without_a_session_there_is_nothing_to_hand_over`; and of a page that the browser keeps: `sessions::a_page_that_comes_back_goes_on_with_its_session`, `sessions::a_page_that_comes_back_to_a_restarted_server_gets_one_new_session`, `sessions::a_closed_client_does_not_come_back_with_the_page` |
//! | ext/Reload ×9: its name, transports, the handshake's callback | Where it is kept is the driver's affair, there is one transport, and without a handshake nobody is told of one. |
//! | ext/TimeSync | Not spoken: nobody compares clocks with a server. |
//! | ext/TimestampAndReload | Nobody reads the `timestamp` of a request; reloads as above. |
//! | dojo, jQuery: TwoInstances | `sessions::two_clients_of_one_page_do_not_mix` |

mod extensions;
mod handshake;
mod publishing;
mod recovery;
mod sessions;
mod sizes;
mod subscriptions;

use std::collections::BTreeSet;

/// The files of this folder: each of their tests is in the table.
const HERE: [(&str, &str); 7] = [
    ("extensions", include_str!("extensions.rs")),
    ("handshake", include_str!("handshake.rs")),
    ("publishing", include_str!("publishing.rs")),
    ("recovery", include_str!("recovery.rs")),
    ("sessions", include_str!("sessions.rs")),
    ("sizes", include_str!("sizes.rs")),
    ("subscriptions", include_str!("subscriptions.rs")),
];

/// The files beside it that the table refers to.
const BESIDE: [(&str, &str); 2] = [
    ("commands", include_str!("../commands.rs")),
    ("handover", include_str!("../handover.rs")),
];

#[test]
fn the_table_names_every_test_and_none_that_is_not_there() {
    let table = include_str!("mod.rs").lines();
    let named: BTreeSet<String> = table
        .filter(|line| line.starts_with("//! | "))
        .flat_map(|line| line.split('`').skip(1).step_by(2))
        .filter(|code| code.contains("::"))
        .map(str::to_owned)
        .collect();
    let here = tests(&HERE);
    let missing: Vec<_> = here.difference(&named).collect();
    assert!(missing.is_empty(), "not in the table: {missing:?}");
    let beside = tests(&BESIDE);
    let gone: Vec<_> = named
        .iter()
        .filter(|test| !here.contains(*test) && !beside.contains(*test))
        .collect();
    assert!(gone.is_empty(), "not there: {gone:?}");
}

/// The tests in these files, with the file's name in front.
fn tests(files: &[(&str, &str)]) -> BTreeSet<String> {
    let mut tests = BTreeSet::new();
    for (file, text) in files {
        for test in text.split("#[test]\nfn ").skip(1) {
            let (name, _) = test.split_once('(').expect("a function");
            tests.insert(format!("{file}::{name}"));
        }
    }
    tests
}
