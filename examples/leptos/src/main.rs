//! A Leptos application with the component `ListenIn`: a desk for a team lead, with its own buttons.

use leptos::prelude::*;
use listen_in::gws::DeviceId;
use listen_in::supervision::{Audience, LinkPhase, Receipt, Step};
use listen_in::{BeforeRequest, ListenIn, ListenInError, ListenInHandle, MonitorOptions, Notice};

/// The agents to whom this team lead listens most.
const TEAM: [(&str, &str); 3] = [
    ("6001", "Cards"),
    ("6002", "Cards, new since June"),
    ("6003", "Payments"),
];

fn main() {
    mount_to_body(Desk);
}

#[component]
fn Desk() -> impl IntoView {
    let handle = ListenInHandle::new();
    // Set by this page and by the widget.
    let device = RwSignal::new(None::<DeviceId>);
    let is_silent = RwSignal::new(true);
    let connection = RwSignal::new(LinkPhase::Idle);
    let log = RwSignal::new(Vec::<String>::new());

    let before_request = move |request: BeforeRequest| {
        request.audience == Audience::Nobody || !is_silent.get_untracked()
    };
    let on_connection = move |phase: LinkPhase| connection.set(phase);
    let on_receipt = move |receipt: Receipt| {
        if let Some(line) = line(&receipt) {
            log.update(|log| log.insert(0, line));
        }
    };
    view! {
        <header>
            <h1>"Team desk"</h1>
            <p class="phase">{move || connection.get().key()}</p>
        </header>
        <main>
            <section class="desk" aria-labelledby="team">
                <h2 id="team">"My team"</h2>
                <Team handle />
                <label>
                    <input type="checkbox" prop:checked=is_silent
                        on:change=move |event| is_silent.set(event_target_checked(&event)) />
                    " Nobody may hear me"
                </label>
                <MyDevice handle device />
                <h2>"Log"</h2>
                <ol class="log">
                    {move || log.get().into_iter().map(|line| view! { <li>{line}</li> }).collect_view()}
                </ol>
            </section>
            <aside>
                <ListenIn base_url="/api/v2" handle device before_request on_connection on_receipt
                    thresholds="not-ready:10m after-call-work:3m">
                    <Notice slot>
                        <p class="notice">"Calls are monitored for training. Tell your team beforehand."</p>
                    </Notice>
                </ListenIn>
            </aside>
        </main>
    }
}

/// A button for each agent, and the result of the last press.
#[component]
fn Team(handle: ListenInHandle) -> impl IntoView {
    let listen = Action::new_local(move |number: &&'static str| {
        handle.listen_in(MonitorOptions::number(*number).limit(30))
    });
    let stop = Action::new_local(move |&()| handle.stop());
    let monitored =
        Memo::new(move |_| handle.with_state(|state| state.monitoring().active().cloned()));
    let says = move || match (monitored.get(), listen.pending().get()) {
        (_, true) => "Asked, and not confirmed yet".to_owned(),
        (Some(monitored), _) => {
            let number = monitored.number.as_deref().unwrap_or("an agent");
            format!("The device monitors {number}")
        }
        (None, _) => match listen.value().get() {
            Some(Err(error)) => why(&error),
            _ => "Nobody is known to be monitored".to_owned(),
        },
    };
    view! {
        <ul class="team">
            {TEAM.map(|(number, skill)| view! {
                <li>
                    <span>{number} " · " {skill}</span>
                    <button on:click=move |_| { listen.dispatch(number); }>"Hear " {number}</button>
                </li>
            }).collect_view()}
        </ul>
        <p class="says" role="status">{says}</p>
        <button class="stop" disabled=move || monitored.with(Option::is_none)
            on:click=move |_| { stop.dispatch(()); }>"Stop"</button>
    }
}

/// The devices of whoever is signed in, as far as they are known.
#[component]
fn MyDevice(handle: ListenInHandle, device: RwSignal<Option<DeviceId>>) -> impl IntoView {
    let devices = move || {
        handle.with_state(|state| {
            let devices = state.my_device().all().iter();
            devices
                .map(|it| (it.id.clone(), it.phone_number.clone()))
                .collect::<Vec<_>>()
        })
    };
    let option = move |(id, number): (DeviceId, String)| {
        let value = id.to_string();
        let is_used = move || device.get().as_ref() == Some(&id);
        view! { <option value=value selected=is_used>{number}</option> }
    };
    view! {
        <label>
            "I listen with "
            <select on:change=move |event| device.set(Some(DeviceId::new(event_target_value(&event))))>
                {move || devices().into_iter().map(option).collect_view()}
            </select>
        </label>
    }
}

/// The receipts that this desk keeps, as lines.
fn line(receipt: &Receipt) -> Option<String> {
    Some(match &receipt.step {
        Step::Asked(operation) => format!("Asked: {}", operation.name()),
        Step::Prevented(operation) => format!("Prevented: {}", operation.name()),
        Step::Ended { operation, outcome } => match outcome.why() {
            None => format!("Confirmed: {}", operation.name()),
            Some(_) => format!("Not confirmed: {}", operation.name()),
        },
        Step::Joined { .. } => "In a call".to_owned(),
        Step::Left { .. } => "Out of the call".to_owned(),
        _ => return None,
    })
}

fn why(error: &ListenInError) -> String {
    match error {
        ListenInError::Prevented => "Not sent: nobody may hear you".to_owned(),
        other => other.to_string(),
    }
}
