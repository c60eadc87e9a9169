//! Region *Connection*: the connection to the server, and how old the data is.

use crate::view::markup::{Markup, view};
use supervision::{Duration, Freshness, LinkPhase, SignInNeed, State};

use super::format;
use super::icon::{Icon, icon};
use super::parts::Parts;
use super::pieces::{Button, Variant, flag, flag_of, line, strong, text_of};
use super::texts::{self, Text, message, say};

pub(super) fn region(parts: Parts) -> Markup {
    let heard = text_of(parts, |parts| {
        heard(parts).map_or_else(Text::default, |age| {
            say!("heard-ago", span = format::span(age))
        })
    });
    let trouble = text_of(parts, trouble);
    let can_not_retry = flag_of(parts, |parts| {
        !matches!(
            phase(parts),
            LinkPhase::Reconnecting
                | LinkPhase::Silent
                | LinkPhase::SignInNeeded
                | LinkPhase::Stopped
        )
    });
    let mut retry = Button::new(message!("try-now"), "retry", move || {
        parts.run(|commands| commands.retry_now())
    });
    retry.variant = Variant::Link;
    retry.is_absent = Some(can_not_retry);
    view! {
        <section class="connection" aria-label=message!("connection") data-phase=text_of(parts, |parts| phase(parts).key().into())>
            <span class="line">
                {icon(parts, |parts| Icon::of_phase(phase(parts)))}
                {strong(text_of(parts, |parts| texts::phase(phase(parts))))}
                <span class="detail">{heard}</span>
            </span>
            <div class="line trouble" class:absent=flag(move || {
                can_not_retry.get() && trouble.with(Text::is_empty)
            })>{line("detail", trouble)} {retry.view()}</div>
        </section>
    }
}

fn phase(parts: Parts) -> LinkPhase {
    parts.connection().with(|state| state.connection().phase)
}

/// How long ago the last message came.
fn heard(parts: Parts) -> Option<Duration> {
    let now = parts.now();
    let is_live = phase(parts) == LinkPhase::Live;
    let heard = parts.heard().with(|state| state.connection().heard);
    Some(now.since(heard.filter(|_| is_live)?))
}

/// What is wrong, what happens next, and how old the data is.
fn trouble(parts: Parts) -> Text {
    let now = parts.now();
    parts.connection().with(|state: &State| {
        let connection = state.connection();
        let mut sentences = Text::default();
        let mut add =
            |sentence| sentences = texts::append(core::mem::take(&mut sentences), sentence);
        if connection.phase == LinkPhase::SignInNeeded {
            let need = state.identity().sign_in_needed();
            let need = need.unwrap_or(SignInNeed::NotSignedIn);
            add(texts::sign_in(need, connection.is_third_party));
        }
        if let Some(trouble) = &connection.trouble {
            add(say!("trouble", trouble = texts::trouble(trouble)));
        }
        if connection.phase == LinkPhase::Reconnecting {
            add(match connection.next_try {
                Some(at) => texts::next_try(at.since(now)),
                None => say!("trying-now"),
            });
        }
        if let (LinkPhase::Stopped, Some(at)) = (connection.phase, connection.next_try) {
            add(texts::next_try(at.since(now)));
        }
        if connection.phase == LinkPhase::Silent {
            add(say!("reads-instead"));
        }
        if connection.phase == LinkPhase::Live && connection.is_crowded {
            add(say!("another-page"));
        }
        if let Freshness::AsOf(until) = state.freshness() {
            add(say!("data-as-of", time = parts.write(until, true)));
        }
        sentences
    })
}
