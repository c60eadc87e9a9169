//! Region *Connection*: how well the server is heard, and how old the data is.

use leptos::prelude::*;
use supervision::{Connection, Instant, LinkPhase};

use super::desk::DeskHandle;
use super::format;
use super::icon::{Icon, icon};
use super::parts::Parts;
use super::pieces::{Button, Look, flag, strong, text};
use super::words;

pub(super) fn region(parts: Parts, desk: DeskHandle) -> impl IntoView {
    let phase = move || parts.connection.with(|connection| connection.phase);
    let details = text(move || {
        let now = parts.now.get();
        parts
            .connection
            .with(|connection| details(connection, now, desk))
    });
    let can_not_retry = flag(move || {
        !matches!(
            phase(),
            LinkPhase::Reconnecting | LinkPhase::SignInNeeded | LinkPhase::Stopped
        )
    });
    let retry = Button {
        look: Look::Link,
        is_absent: can_not_retry,
        is_off: can_not_retry,
        ..Button::new("Try now", "retry", move || {
            desk.ask(|desk| desk.retry_now())
        })
    };
    view! { class = "li",
        <section class="connection" aria-label="Connection" data-phase=text(move || words::phase_key(phase()).to_owned())>
            <span class="line">
                {icon(Signal::derive(move || Icon::of_phase(phase())))}
                {strong(text(move || words::phase(phase()).to_owned()))}
            </span>
            <span class="detail">{details}</span>
            {retry.view()}
        </section>
    }
}

fn details(connection: &Connection, now: Instant, desk: DeskHandle) -> String {
    let mut sentences = Vec::new();
    if connection.phase == LinkPhase::SignInNeeded {
        sentences.push("The server does not know who you are. Sign in, then try.".to_owned());
    }
    if let Some(trouble) = &connection.trouble {
        sentences.push(format!("{}.", words::sentence(&words::trouble(trouble))));
    }
    if connection.phase == LinkPhase::Reconnecting {
        sentences.push(match connection.next_try {
            Some(at) => format!("Next try in {}.", format::span(at.since(now))),
            None => "Trying now.".to_owned(),
        });
    }
    if connection.phase == LinkPhase::Live && connection.is_crowded {
        sentences
            .push("Another page has a connection of its own: news may be 2 s late.".to_owned());
    }
    match (connection.phase, connection.heard, connection.live_until) {
        (LinkPhase::Live, Some(heard), _) => {
            sentences.push(format!("Heard {} ago", format::span(now.since(heard))));
        }
        (
            LinkPhase::Reconnecting | LinkPhase::SignInNeeded | LinkPhase::Stopped,
            _,
            Some(until),
        ) => {
            let time = format::time_of_day(desk.ask(|desk| desk.wall(until)), true);
            sentences.push(format!("Data as of {time}."));
        }
        _ => {}
    }
    sentences.join(" ")
}
