//! Faults in finding out who is signed in.

use super::{fault, tested};
use crate::mutations::Mutation;

pub(super) const MUTATIONS: &[Mutation] = &[
    tested(
        "a login page is tried again and again",
        "sign_in::a_login_page_is_retried_at_most_twice_a_minute",
        "machine/connection.rs",
        "Standing::Unknown if disconnected.is_web_page => self.link.rest(now),",
        "Standing::Unknown if disconnected.is_web_page => {}",
    ),
    fault(
        "a refusal for want of a sign-in is tried again",
        "machine/sign_in.rs",
        "        LinkTrouble::Reading(ReplyError::NotSignedIn | ReplyError::NotLetIn { .. }) => {\n            Some(SignInNeed::NotSignedIn)\n        }\n",
        "",
    ),
    fault(
        "a sign-in page is a reply that can't be read",
        "machine/sign_in.rs",
        "        LinkTrouble::Reading(ReplyError::WebPage { http: 200..=299 }) => Some(SignInNeed::WebPage),\n",
        "",
    )
    .with_seed(81),
    fault(
        "a redirect is a failure of the network",
        "machine/sign_in.rs",
        "        LinkTrouble::Redirected => Some(SignInNeed::Redirected),\n",
        "",
    ),
    tested(
        "asking again hides that a sign-in is needed",
        "sign_in::a_needed_sign_in_is_shown_until_somebody_is_signed_in",
        "identity.rs",
        "        if self.standing != Standing::Unknown {\n",
        "        if self.standing != Standing::Known || self.needed.is_none() {\n",
    ),
    fault(
        "who signs in next sees what happened before",
        "machine/sign_in.rs",
        "        state.history.forget();\n",
        "",
    ),
    fault(
        "who signs in next is told of the problem before",
        "machine/sign_in.rs",
        "        state.requests.forget();\n",
        "",
    ),
    fault(
        "who signs in next has the requests of the one before",
        "machine/sign_in.rs",
        "        self.give_up_requests(&Why::SignedOut, now);\n        let state",
        "        let state",
    ),
    tested(
        "where the browser asks for a password it is tried by time",
        "not_let_in::a_request_that_is_asked_for_a_password_is_not_sent_again",
        "machine/sign_in.rs",
        "        if need != SignInNeed::PasswordDialog {\n",
        "        if need != SignInNeed::Redirected {\n",
    ),
    tested(
        "what a challenge for a password has ended is not read any more",
        "sign_in::after_a_password_challenge_everything_is_read_again",
        "machine/sign_in.rs",
        "        self.read_what_is_missing(now);\n",
        "",
    ),
    tested(
        "who signs in before the first connection is not noticed",
        "not_let_in::the_outcome_of_a_request_is_unknown_when_another_person_signs_in",
        "machine/link.rs",
        "let may_be_another = self.was_live || !was_asked_just_now;",
        "let may_be_another = self.was_live && !was_asked_just_now;",
    ),
];
