//! The form: the agent or number, scope, calls and time limit, a forecast, and a button for each way to
//! monitor. There is a confirmation before others hear the supervisor.

use crate::reactive::{Call, RwSignal, Signal, untrack};
use crate::view::markup::{Markup, view};
use gws::{Mode, MonitoringKind, Scope};
use supervision::{Effect, Forecast, Obstacle, Operation, State};
use tolerant_json::text::{decimal, number};

use super::choice::Choice;
use super::confirm::Confirm;
use super::parts::Parts;
use super::pieces::{
    Button, Variant, chosen, effect, flag, flag_of, id, is_empty, line, list, listener, not, on,
    text, text_of, unique, word,
};
use super::texts::{Message, Text, message, say};
use super::{team, texts};

/// The selectable time limits, in minutes; 0: none.
static LIMITS: [u32; 4] = [0, 15, 30, 60];

pub(super) fn form(parts: Parts) -> Markup {
    let choice = Choice::new(parts);
    let uid = unique();
    let confirm = Confirm::new();
    // Whether the question is about barging in, or else about coaching.
    let is_to_barge_in = RwSignal::new(false);
    parts.on_other_person(move || choice.forget());
    // Below the buttons, whatever its length: they must not move when it comes.
    let problem = text_of(parts, |parts| {
        parts.problem(|o| matches!(o, Operation::Monitor(_)))
    });
    // Another choice is another attempt: it dismisses the problem of the last one.
    let mut is_first = true;
    effect(move || {
        choice.chosen().track();
        choice.minutes();
        if !core::mem::take(&mut is_first) {
            untrack(|| confirm.cancel());
            if !untrack(|| problem.with(Text::is_empty)) {
                parts.run(|commands| commands.dismiss_problem());
            }
        }
    });
    let pending = text_of(parts, |parts| {
        parts.pending(|o| matches!(o, Operation::Monitor(_)))
    });
    let is_pending = not(is_empty(pending));
    let scope = move |scope: &'static Scope| Radio {
        label: text_of(scope, texts::scope),
        obstacle: match scope {
            Scope::Agent => text_of(parts, whole_call_only),
            _ => Signal::stored(Text::default()),
        },
        is_checked: flag(move || choice.chosen().with(|chosen| chosen.scope == *scope)),
        choose: Box::new(move || choice.update(|chosen| chosen.scope = scope.clone())),
    };
    let mode = move |mode: &'static Mode| Radio {
        label: text_of(mode, texts::mode),
        obstacle: Signal::stored(Text::default()),
        is_checked: flag(move || choice.chosen().with(|chosen| chosen.mode == *mode)),
        choose: Box::new(move || choice.update(|chosen| chosen.mode = mode.clone())),
    };
    view! {
        <div class="choice" part="choice">
            {team::view(choice, uid)}
            {radios("scope", message!("scope"), uid, [scope(&Scope::Call), scope(&Scope::Agent)])}
            {radios("calls", message!("calls"), uid, [mode(&Mode::AllCalls), mode(&Mode::NextCall)])}
            {limit_select(choice, uid)}
            <div class="outlook" class:is-picked=flag_of(choice, Choice::is_picked)>
                {line("pending", pending)}
                <p class="forecast" class:is-behind=is_pending>
                    {text(move || forecast(choice, confirm.is_asked().then(|| asked(is_to_barge_in))))}
                </p>
            </div>
            {actions(choice, confirm, is_to_barge_in)}
            {line("problem", problem)}
        </div>
    }
}

/// A button for each way to monitor, and the confirmation of two of them.
fn actions(choice: Choice, confirm: Confirm, is_to_barge_in: RwSignal<bool>) -> Vec<Markup> {
    let why = move |kind: &'static MonitoringKind| text(move || reason_for(choice, kind));
    let why_not_listen_in = why(&MonitoringKind::ListenIn);
    let why_not_coach = why(&MonitoringKind::Coach);
    let why_not_barge_in = why(&MonitoringKind::BargeIn);
    let reason = text(move || {
        texts::reasons(&[
            (say!("listen-in"), why_not_listen_in.get()),
            (say!("coach"), why_not_coach.get()),
            (say!("barge-in"), why_not_barge_in.get()),
        ])
    });
    let mut listen_in = Button::new(message!("listen-in"), "listen-in", move || {
        monitor(choice, &MonitoringKind::ListenIn);
    });
    listen_in.variant = Variant::Primary;
    listen_in.obstacle = Some(why_not_listen_in);
    let with_second_step = move |label, part, barges_in: bool| {
        Button::new(label, part, move || {
            let kind = kind_of(barges_in);
            let forecast = untrack(|| choice.forecast(kind));
            if forecast.is_some_and(|is| matches!(is.effect, Effect::InForce { .. })) {
                // Monitoring is in force: only the limit changes.
                return monitor(choice, kind);
            }
            let question = untrack(|| question(choice, kind));
            is_to_barge_in.set(barges_in);
            confirm.ask(question, move || monitor(choice, kind));
        })
    };
    let mut coach = with_second_step(message!("coach"), "coach", false);
    coach.obstacle = Some(why_not_coach);
    let mut barge_in = with_second_step(message!("barge-in"), "barge-in", true);
    barge_in.obstacle = Some(why_not_barge_in);
    barge_in.variant = Variant::Speaks;
    effect(move || {
        if confirm.is_asked() {
            confirm.reword(question(choice, asked(is_to_barge_in)));
        }
    });
    let obstacle_of_asked = text(move || reason_for(choice, asked(is_to_barge_in)));
    let line = view! {
        <div class="line actions">
            {listen_in.view()}
            {coach.view()}
            {barge_in.view()}
            <span class="reason">{reason}</span>
        </div>
    };
    let confirm = confirm.view(
        obstacle_of_asked,
        Signal::stored(false),
        is_to_barge_in.into(),
    );
    vec![line, confirm]
}

/// The kind that the question is about.
fn asked(is_to_barge_in: RwSignal<bool>) -> &'static MonitoringKind {
    kind_of(is_to_barge_in.get())
}

fn kind_of(barges_in: bool) -> &'static MonitoringKind {
    match barges_in {
        true => &MonitoringKind::BargeIn,
        false => &MonitoringKind::Coach,
    }
}

/// Why this can't be requested; empty if it can.
fn reason_for(choice: Choice, kind: &MonitoringKind) -> Text {
    if let Some(has_left) = choice.has_left() {
        return has_left;
    }
    match choice.obstacle(kind) {
        Some(Obstacle::AlreadyInForce) => texts::already_in_force(kind),
        Some(obstacle) => texts::obstacle(&obstacle),
        None => Text::default(),
    }
}

fn monitor(choice: Choice, kind: &MonitoringKind) {
    let (wanted, limit) = untrack(|| (choice.monitoring(kind), choice.time_limit()));
    if let Some(wanted) = wanted {
        let parts = choice.parts();
        parts.run(|commands| commands.monitor(wanted, limit));
    }
}

fn limit_select(choice: Choice, uid: u32) -> Markup {
    let limit_id = id("limit", uid);
    let options = list(move || {
        if !choice.has_limit() {
            let option = view! { <option value="">{say!("limit-of-call")}</option> };
            return vec![option];
        }
        let (own, chosen) = (choice.own_limit(), choice.minutes());
        let mut options = Vec::new();
        let mut option = |minutes: u32| {
            let is_selected = flag(move || choice.minutes() == minutes);
            let option = view! {
                <option value=Text::from(decimal(minutes.into())) prop:selected=is_selected>{texts::limit(minutes)}</option>
            };
            options.push(option);
        };
        for &minutes in &LIMITS {
            option(minutes);
        }
        // The chosen limit stays in the list, even if the embedder sets another one.
        if !LIMITS.contains(&own) {
            option(own);
        }
        if !LIMITS.contains(&chosen) && chosen != own {
            option(chosen);
        }
        options
    });
    let change = move |event: &web_sys::Event| {
        if let Some(minutes) = number(&chosen(event)) {
            choice.update(|chosen| chosen.limit = Some(minutes as u32));
        }
    };
    view! {
        <div class="field">
            <label class="label" for=limit_id.clone() text=message!("limit")></label>
            <select id=limit_id part="limit" aria-disabled=word(flag_of(choice, |choice| !choice.has_limit())) use:on=listener("change", change)>{options}</select>
        </div>
    }
}

/// Why the scope *This agent only* can't be chosen.
fn whole_call_only(parts: Parts) -> Text {
    match parts.all(State::sip_cluster).is_in_force() {
        true => texts::obstacle(&Obstacle::SipClusterWholeCallOnly),
        false => Text::default(),
    }
}

/// One radio button of a group.
struct Radio {
    label: Signal<Text>,
    /// Why it can't be selected; empty if it can.
    obstacle: Signal<Text>,
    is_checked: Signal<bool>,
    choose: Box<dyn Call<()>>,
}

/// A group of two native radio buttons: Tab enters on the checked one, arrows move and select. A button
/// with an obstacle can be focused but not selected, and the obstacle is shown.
fn radios(name: &'static str, group: Message<0>, uid: u32, radios: [Radio; 2]) -> Markup {
    let name = id(name, uid);
    let note_id = Text::from([&*name, "-note"].concat());
    let (first, second) = (radios[0].obstacle, radios[1].obstacle);
    let note = text(move || texts::append(first.get(), second.get()));
    let mut views = Vec::new();
    for radio in radios {
        let Radio {
            obstacle, choose, ..
        } = radio;
        let is_off = move || !obstacle.with(Text::is_empty);
        let press = move |event: &web_sys::Event| match event.type_().as_str() {
            "change" => choose.call(),
            _ if untrack(is_off) => event.prevent_default(),
            _ => {}
        };
        let view = view! {
            <label class="radio">
                <input type="radio" name=name.clone() prop:checked=radio.is_checked
                    aria-disabled=move || is_off().then_some("true")
                    aria-describedby=note_id.clone()
                    use:on=listener("click change", press) />
                <span>{radio.label}</span>
            </label>
        };
        views.push(view);
    }
    let label_id = Text::from([&*name, "-label"].concat());
    view! {
        <div class="field" role="radiogroup" aria-labelledby=label_id.clone()>
            <span class="label" id=label_id text=group></span>
            <span class="radios">{views}</span>
            <span class="note" id=note_id>{note}</span>
        </div>
    }
}

/// What the request will do: of the kind in the question, or of the kind in force, or else listening in.
fn forecast(choice: Choice, asked: Option<&MonitoringKind>) -> Text {
    let Some(wanted) = choice.monitoring(&MonitoringKind::ListenIn) else {
        return say!("pick-first");
    };
    if choice.has_left().is_some() {
        return Text::default();
    }
    let in_force = choice.parts().all(|state| state.kind_in_force(&wanted));
    let kind = asked.or(in_force.as_ref()).unwrap_or(&wanted.kind);
    let Some(forecast) = choice.forecast(kind) else {
        return Text::default();
    };
    let ends = ends(choice, &forecast);
    let others = choice.others_there();
    let sentences = texts::forecast(&forecast, choice.who(), ends, choice.time_limit());
    texts::append(sentences, others)
}

/// What ends, or is requested again with other options, as a text.
fn ends(choice: Choice, forecast: &Forecast) -> Text {
    match &forecast.effect {
        Effect::Ends(active) | Effect::InForce { active, .. } => {
            texts::in_force(active, choice.parts().name_of_monitored(active))
        }
        Effect::Begins | Effect::EndsUnrecognised => Text::default(),
    }
}

/// The question of the confirmation.
fn question(choice: Choice, kind: &MonitoringKind) -> Text {
    let Some(forecast) = choice.forecast(kind) else {
        return Text::default();
    };
    let ends = ends(choice, &forecast);
    let others = choice.others_there();
    let sentences = texts::confirm(kind, &forecast.effect, choice.who(), ends);
    texts::append(sentences, others)
}
