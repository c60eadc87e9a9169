//! Region *My device*: the telephone the supervisor listens with.

use gws::device::TelephonyNetwork;
use gws::{Device, DeviceId, DeviceState, Toggle};
use leptos::prelude::*;
use supervision::Presence;

use super::commands::Handle;
use super::icon::{Icon, icon};
use super::parts::Parts;
use super::pieces::{flag, label, line, listener, on, strong, text};
use super::texts::{self, BadAttribute, Message, message, say};

/// `bad` are attributes of the page that can't be used.
pub(super) fn region(
    parts: Parts,
    commands: Handle,
    bad: Signal<Vec<BadAttribute>>,
) -> impl IntoView {
    let fact = move |name: Message<0>, value: fn(&Device) -> String| {
        let value = text(move || {
            let value = parts.person.with(|person| person.device().map(value));
            value.unwrap_or_else(|| "–".to_owned())
        });
        view! { class = "li",
            <div><dt>{label(name)}</dt><dd>{value}</dd></div>
        }
    };
    let state_icon = move || {
        parts
            .person
            .with(|person| Icon::of_device(person.device().and_then(|d| d.device_state.as_ref())))
    };
    let who = text(move || {
        parts.person.with(|person| match person.identity().me() {
            Some(me) => me.name(),
            None => say!("my-device"),
        })
    });
    let unknown = text(move || {
        let obstacle = parts.person.with(|person| {
            person.my_device().unknown()?;
            person.stop_obstacle()
        });
        obstacle.as_ref().map(texts::obstacle).unwrap_or_default()
    });
    view! { class = "li",
        <section class="device" aria-label=label(message!("my-device"))>
            <div class="line">
                {icon(state_icon)}
                {strong(who)}
                {chooser(parts, commands)}
            </div>
            {line("problem", unknown)}
            {line("problem", text(move || bad.with(|bad| texts::bad_attributes(bad))))}
            <dl>
                {fact(message!("number"), number)}
                {fact(message!("device"), |device| {
                    device_state(device.device_state.as_ref())
                })}
                {fact(message!("state"), |device| texts::presence(&Presence::of(device)))}
                {fact(message!("do-not-disturb"), |device| toggle(device.do_not_disturb.as_ref()))}
                {fact(message!("forwarding"), |device| match &device.forward_to {
                    Some(to) => say!("forwarding-to", number = texts::isolated(to)),
                    None => say!("off"),
                })}
                {fact(message!("network"), |device| network(device.telephony_network.as_ref()))}
            </dl>
        </section>
    }
}

/// Lets a supervisor with several devices choose; with one there is nothing to choose.
fn chooser(parts: Parts, commands: Handle) -> impl IntoView {
    let options = move || {
        parts.person.with(|person| {
            let option = |device: &Device| {
                let is_chosen = Some(&device.id) == person.my_device().id();
                view! { class = "li",
                    <option value=device.id.to_string() selected=is_chosen>{number(device)}</option>
                }
            };
            let devices = person.my_device().all();
            let nothing_used = person.my_device().id().is_none();
            let choose = nothing_used.then(|| {
                view! { class = "li", <option value="" selected=true>{say!("choose")}</option> }
                    .into_any()
            });
            let devices = devices.iter().map(|device| option(device).into_any());
            choose.into_iter().chain(devices).collect::<Vec<_>>()
        })
    };
    let choose = move |event: &web_sys::Event| {
        let id = event_target_value(event);
        if !id.is_empty() {
            commands.run(|commands| commands.choose_device(DeviceId::new(id)));
        }
    };
    let is_absent = flag(move || {
        parts.person.with(|person| {
            let devices = person.my_device();
            // One that is not the one that was asked for can be chosen, too.
            let choices = devices.all().len() + usize::from(devices.unknown().is_some());
            choices < 2
        })
    });
    view! { class = "li",
        <select aria-label=label(message!("device-to-listen")) class:absent=is_absent use:on=listener(&["change"], choose)>
            {options}
        </select>
    }
}

fn number(device: &Device) -> String {
    texts::isolated(match device.phone_number.as_str() {
        "" => device.id.as_str(),
        number => number,
    })
}

fn device_state(state: Option<&DeviceState>) -> String {
    match state {
        Some(DeviceState::Active) => say!("active"),
        Some(DeviceState::Inactive) => say!("inactive"),
        Some(DeviceState::Other(word)) => word.clone(),
        None => say!("unknown"),
    }
}

fn toggle(toggle: Option<&Toggle>) -> String {
    match toggle {
        Some(Toggle::On) => say!("on"),
        Some(Toggle::Off) => say!("off"),
        Some(Toggle::Other(word)) => word.clone(),
        None => "–".to_owned(),
    }
}

fn network(network: Option<&TelephonyNetwork>) -> String {
    match network {
        Some(TelephonyNetwork::Private) => say!("private"),
        Some(TelephonyNetwork::Public) => say!("public"),
        Some(TelephonyNetwork::Other(word)) => word.clone(),
        None => "–".to_owned(),
    }
}
