//! Region *Connection*: how well the server is heard, and how old the data is.

use leptos::prelude::*;
use supervision::{Connection, Instant, LinkPhase};

use super::desk::DeskHandle;
use super::format;
use super::icon::{Icon, icon};
use super::parts::Parts;
use super::words;

pub(super) fn region(parts: Parts, desk: DeskHandle) -> impl IntoView {
    let phase = Memo::new(move |_| parts.connection.with(|connection| connection.phase));
    let details = move || {
        let now = parts.now.get();
        parts
            .connection
            .with(|connection| details(connection, now, desk))
    };
    let can_retry = move || {
        matches!(
            phase.get(),
            LinkPhase::Reconnecting | LinkPhase::SignInNeeded | LinkPhase::Stopped
        )
    };
    view! { class = "li",
        <section class="connection" aria-label="Connection" data-phase=move || format!("{:?}", phase.get())>
            <span class="line">
                {move || icon(Icon::of_phase(phase.get()))}
                <strong>{move || words::phase(phase.get())}</strong>
            </span>
            <span class="detail">{details}</span>
            <button type="button" class="link" class:absent=move || !can_retry()
                disabled=move || !can_retry()
                on:click=move |_| desk.ask(|desk| desk.retry_now())>
                "Try now"
            </button>
        </section>
    }
}

fn details(connection: &Connection, now: Instant, desk: DeskHandle) -> String {
    let mut sentences = Vec::new();
    match connection.phase {
        LinkPhase::Live | LinkPhase::Idle | LinkPhase::Starting => {}
        LinkPhase::SignInNeeded => {
            sentences.push("The server does not know who you are. Sign in, then try.".to_owned());
        }
        LinkPhase::Reconnecting | LinkPhase::Stopped => {}
    }
    if let Some(trouble) = &connection.trouble {
        sentences.push(format!("{}.", capitalised(&words::trouble(trouble))));
    }
    if connection.phase == LinkPhase::Reconnecting {
        sentences.push(match connection.next_try {
            Some(at) => format!("Next try in {}.", format::span(at.since(now))),
            None => "Trying now.".to_owned(),
        });
    }
    if connection.phase == LinkPhase::Live && connection.is_shared {
        sentences.push("Another page shares the connection: news may be 2 s late.".to_owned());
    }
    sentences.push(
        match (connection.phase, connection.heard, connection.live_until) {
            (LinkPhase::Live, Some(heard), _) => {
                format!("Heard {} ago", format::span(now.since(heard)))
            }
            (LinkPhase::Live | LinkPhase::Idle | LinkPhase::Starting, ..) | (_, _, None) => {
                return sentences.join(" ");
            }
            (_, _, Some(until)) => {
                let time = format::time_of_day(desk.ask(|desk| desk.wall(until)), true);
                format!("Data as of {time}.")
            }
        },
    );
    sentences.join(" ")
}

fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    match letters.next() {
        Some(first) => first.to_uppercase().chain(letters).collect(),
        None => String::new(),
    }
}
