//! Whom to listen to, and how: the agent, scope and calls, a sentence that says what will happen,
//! and the button. Nothing that was chosen is lost when something fails.

use core::sync::atomic::{AtomicU32, Ordering};

use gws::{DeviceId, Mode, Scope};
use leptos::prelude::*;
use supervision::{Monitoring, Operation};

use super::desk::DeskHandle;
use super::parts::Parts;
use super::pieces::{Button, Look, flag, line, text};
use super::{picker, words};

/// What a supervisor has chosen.
#[derive(Clone, Copy)]
pub(super) struct Choice {
    pub(super) target: RwSignal<Option<DeviceId>>,
    scope: RwSignal<Scope>,
    mode: RwSignal<Mode>,
}

pub(super) fn form(parts: Parts, desk: DeskHandle) -> impl IntoView {
    let choice = Choice {
        target: RwSignal::new(None),
        scope: RwSignal::new(Scope::Call),
        mode: RwSignal::new(Mode::AllCalls),
    };
    let uid = unique();
    let obstacle = move || {
        parts.connection.track();
        parts.person.track();
        parts.monitoring.track();
        let target = choice.target.get();
        let (scope, mode) = (choice.scope.get(), choice.mode.get());
        parts
            .request
            .with(|state| state.listen_in_obstacle(target.as_ref(), &scope, &mode))
    };
    let reason = text(move || obstacle().as_ref().map(words::obstacle).unwrap_or_default());
    // The place of the forecast: nothing moves when there is a problem to tell.
    let problem = text(move || problem_line(parts));
    // Another choice is another attempt: what is said of the last one goes, but nothing else.
    Effect::new(move |before: Option<()>| {
        choice.target.track();
        choice.scope.track();
        choice.mode.track();
        if before.is_some() && !untrack(|| problem.with(String::is_empty)) {
            desk.ask(|desk| desk.dismiss_problem());
        }
    });
    let submit = move || {
        if untrack(obstacle).is_none()
            && let Some(target) = choice.target.get_untracked()
        {
            let (scope, mode) = (choice.scope.get_untracked(), choice.mode.get_untracked());
            desk.ask(|desk| desk.listen_in(target, scope, mode));
        }
    };
    let reason_id = format!("listen-in-reason-{uid}");
    let listen_in = Button {
        look: Look::Primary,
        is_off: flag(move || obstacle().is_some()),
        described_by: Some(reason_id.clone()),
        ..Button::new("Listen in", "listen-in", submit)
    };
    view! { class = "li",
        <div class="choice" part="choice">
            {picker::combobox(parts, desk, choice, uid)}
            {radios("Scope", uid, choice.scope, [Scope::Call, Scope::Agent], words::scope)}
            {radios("Calls", uid, choice.mode, [Mode::AllCalls, Mode::NextCall], words::mode)}
            <div class="outlook">
                {line("problem", problem)}
                <p class="forecast" class:absent=flag(move || !problem.with(String::is_empty))>
                    {text(move || forecast(parts, choice))}
                </p>
            </div>
            <div class="line">
                {listen_in.view()}
                <span class="reason" id=reason_id>{reason}</span>
            </div>
        </div>
    }
}

fn problem_line(parts: Parts) -> String {
    parts.request.with(|asked| match &asked.problem {
        Some(problem) => match &problem.operation {
            Operation::ListenIn { target, .. } => {
                words::problem(problem, &parts.name_of(Some(target), None))
            }
            _ => String::new(),
        },
        None => String::new(),
    })
}

/// A group of two native radio buttons: Tab enters on the checked one, arrows move and select.
fn radios<T>(
    label: &'static str,
    uid: u32,
    value: RwSignal<T>,
    options: [T; 2],
    word: fn(&T) -> &str,
) -> impl IntoView
where
    T: Clone + PartialEq + Send + Sync + 'static,
{
    let name = format!("listen-in-{label}-{uid}");
    let options: Vec<_> = options
        .into_iter()
        .map(|option| {
            let text = word(&option).to_owned();
            let is_checked = {
                let option = option.clone();
                flag(move || value.with(|value| *value == option))
            };
            view! { class = "li",
                <label class="radio">
                    <input type="radio" name=name.clone() prop:checked=is_checked
                        on:change=move |_| value.set(option.clone()) />
                    <span>{text}</span>
                </label>
            }
        })
        .collect();
    let label_id = format!("{name}-label");
    view! { class = "li",
        <div class="field" role="radiogroup" aria-labelledby=label_id>
            <span class="label" id=label_id.clone()>{label}</span>
            <span class="radios">{options}</span>
        </div>
    }
}

fn forecast(parts: Parts, choice: Choice) -> String {
    let Some(target) = choice.target.get() else {
        return "Pick an agent to see what will happen.".to_owned();
    };
    let entry = parts
        .directory
        .with(|directory| directory.entry(&target).cloned());
    let name = entry
        .as_ref()
        .map_or("this agent", |entry| entry.name.as_str());
    let presence = entry.as_ref().map(|entry| &entry.presence);
    let sentence = choice.scope.with(|scope| {
        choice
            .mode
            .with(|mode| words::forecast(name, presence, scope, mode))
    });
    let replaced = parts.monitoring.with(|monitoring| match monitoring {
        Monitoring::Active(active) if active.target.as_ref() != Some(&target) => {
            Some(parts.name_of(active.target.as_ref(), active.number.as_deref()))
        }
        _ => None,
    });
    match replaced {
        Some(other) => format!("{sentence} Monitoring of {other} will end."),
        None => sentence,
    }
}

/// A number for the ids of this widget: in a page without shadow roots there may be several.
fn unique() -> u32 {
    static NEXT: AtomicU32 = AtomicU32::new(1);
    NEXT.fetch_add(1, Ordering::Relaxed)
}
