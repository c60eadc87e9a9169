//! Which stories run in which engine. Stories are named by how `module::story` begins; the first
//! name that fits counts, and one that fits none is an error.

use e2e::Engine::{self, Chromium, Firefox};
use e2e::Row;

pub(crate) const TABLE: &[Row] = &[
    // Only geckodriver presses Cancel in the browser's own dialog; elsewhere it stays.
    (&[Firefox], &["gateway::a_question_for_the_password"]),
    // The supervisor's job: by mouse and by keyboard alone, refused, signed out, in two tabs, after a
    // reload and after a restart of the server.
    (
        &Engine::ALL,
        &[
            "listening::listens_in_to_whole_calls_until_it_is_stopped",
            "listening::every_scope_and_mode_is_confirmed_as_it_was_asked_for",
            "calls::a_call_arrives_is_established_and_ends",
            "calls::leaving_a_call_leaves_monitoring_in_force",
            "calls::stopping_in_a_call_ends_both",
            "coaching::coaching_takes_a_second_step",
            "coaching::switches_to_barge_in_and_back",
            "refusals::a_refusal_is_shown_in_words_and_loses_nothing",
            "keyboard::",
            "sign_in::",
            "tabs::two_tabs_have_one_connection_and_show_the_same",
            "recovery::a_page_that_is_loaded_again_finds_what_is_so",
            "recovery::the_server_restarts_and_the_truth_is_shown",
        ],
    ),
    // Everything else.
    (&[Chromium], &[""]),
];
