//! Region *Connection*: the connection to the server, and how old the data is.

use leptos::prelude::*;
use supervision::{Freshness, LinkPhase, SignInNeed, State};

use super::commands::Handle;
use super::format;
use super::icon::{Icon, icon};
use super::parts::Parts;
use super::pieces::{Button, Variant, flag, strong, text};
use super::texts;

pub(super) fn region(parts: Parts, commands: Handle) -> impl IntoView {
    let phase = move || parts.connection.with(|state| state.connection().phase);
    let details = text(move || details(parts));
    let can_not_retry = flag(move || {
        !matches!(
            phase(),
            LinkPhase::Reconnecting
                | LinkPhase::Silent
                | LinkPhase::SignInNeeded
                | LinkPhase::Stopped
        )
    });
    let retry = Button {
        variant: Variant::Link,
        is_absent: can_not_retry,
        ..Button::new("Try now", "retry", move || {
            commands.run(|commands| commands.retry_now())
        })
    };
    view! { class = "li",
        <section class="connection" aria-label="Connection" data-phase=text(move || phase().key().to_owned())>
            <span class="line">
                {icon(move || Icon::of_phase(phase()))}
                {strong(text(move || texts::phase(phase()).to_owned()))}
            </span>
            <span class="detail">{details}</span>
            {retry.view()}
        </section>
    }
}

fn details(parts: Parts) -> String {
    let now = parts.now.get();
    let (connection, need, freshness) = parts.connection.with(|state: &State| {
        (
            state.connection().clone(),
            state.identity().sign_in_needed(),
            state.freshness(),
        )
    });
    let mut sentences = Vec::new();
    if connection.phase == LinkPhase::SignInNeeded {
        let need = need.unwrap_or(SignInNeed::NotSignedIn);
        sentences.push(texts::sign_in(need, connection.is_third_party).to_owned());
    }
    if let Some(trouble) = &connection.trouble {
        sentences.push(format!("{}.", texts::sentence(&texts::trouble(trouble))));
    }
    if connection.phase == LinkPhase::Reconnecting {
        sentences.push(match connection.next_try {
            Some(at) => format!("Next try in {}.", format::span(at.since(now))),
            None => "Trying now.".to_owned(),
        });
    }
    if let (LinkPhase::Stopped, Some(at)) = (connection.phase, connection.next_try) {
        sentences.push(format!("Next try in {}.", format::span(at.since(now))));
    }
    if connection.phase == LinkPhase::Silent {
        sentences.push("Your device and calls are read about every 20 seconds instead.".to_owned());
    }
    if connection.phase == LinkPhase::Live {
        if connection.is_crowded {
            let text = "Another page has its own connection: changes may appear 2 s late.";
            sentences.push(text.to_owned());
        }
        if let Some(heard) = connection.heard {
            sentences.push(format!("Heard {} ago", format::span(now.since(heard))));
        }
    }
    if let Freshness::AsOf(until) = freshness {
        sentences.push(format!("Data as of {}.", parts.write(until, true)));
    }
    sentences.join(" ")
}
