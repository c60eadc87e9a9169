//! Assigns tests to engines, by prefixes of `module::story`. The first prefix that matches applies; a prefix
//! that matches nothing is an error.

use e2e::Engine::{self, Chromium, Firefox};
use e2e::Row;

pub(crate) const TABLE: &[Row] = &[
    // Only geckodriver can cancel the browser's password dialog.
    (&[Firefox], &["gateway::a_basic_challenge"]),
    // Engines word these errors differently: why WebAssembly can't be loaded, or trapped. And the
    // supervisor's tasks: by mouse, by keyboard, refused, signed out, in other languages, in two tabs, after
    // a reload and after a restart of the server.
    (
        &Engine::ALL,
        &[
            "listening::listens_in_until_stopped",
            "listening::every_scope_and_mode_is_confirmed_as_requested",
            "calls::a_call_arrives_is_established_and_ends",
            "calls::leaving_a_call_keeps_monitoring",
            "calls::stopping_in_a_call_ends_call_and_monitoring",
            "coaching::coach_needs_confirmation",
            "coaching::switches_to_barge_in_and_back",
            "refusals::a_refusal_shows_its_reason_and_keeps_the_choice",
            "keyboard::",
            "languages::the_widget_follows",
            "languages::a_number",
            "accessibility::a_screen_reader_",
            "accessibility::nothing_moves_where_less_motion_is_wanted",
            "accessibility::forced_colours_and_more_contrast_keep_the_highlight_and_fit",
            "team::a_change_of_state_is_seen_and_marked_when_it_lasts",
            "team::agents_are_filtered_by_state_and_pinned",
            "team::the_people_of_one_group_are_listed",
            "team::the_list_stands_below_the_field_where_there_is_room",
            "layout::a_control_pressed_right_after_typing_gets_the_press",
            "sign_in::",
            "embedding::a_worker",
            "embedding::each_reason",
            "embedding::a_file_that",
            "embedding::after_a_crash",
            "embedding::methods",
            "embedding::requests",
            "embedding::moved",
            "life::left_in",
            "life::inserted",
            "life::with_autostart",
            "frames::a_page_uses",
            "frames::messages_of_others",
            "frames::a_reload",
            "tabs::two_tabs_share_one_connection",
            "recovery::a_reload_finds_monitoring_and_call",
            "recovery::monitoring_lost_in_a_restart_is_shown_as_ended",
        ],
    ),
    // Everything else.
    (&[Chromium], &[""]),
];
