//! Region *My device*: the telephone the supervisor listens with.

use gws::device::TelephonyNetwork;
use gws::{Device, DeviceId, Toggle};
use leptos::prelude::*;
use supervision::Presence;

use super::desk::DeskHandle;
use super::icon::{Icon, icon};
use super::parts::Parts;
use super::pieces::{strong, text};
use super::words;

pub(super) fn region(parts: Parts, desk: DeskHandle) -> impl IntoView {
    let fact = move |name: &'static str, value: fn(&Device) -> String| {
        let value = text(move || {
            let value = parts.person.with(|person| person.device().map(value));
            value.unwrap_or_else(|| "–".to_owned())
        });
        view! { class = "li",
            <div><dt>{name}</dt><dd>{value}</dd></div>
        }
    };
    let state_icon = move || {
        parts
            .person
            .with(|person| Icon::of_device(person.device().and_then(|d| d.device_state.as_ref())))
    };
    let who = text(move || {
        parts.person.with(|person| match &person.me {
            Some(me) => me.name(),
            None => "My device".to_owned(),
        })
    });
    view! { class = "li",
        <section class="device" aria-label="My device">
            <div class="line">
                {icon(Signal::derive(state_icon))}
                {strong(who)}
                {move || chooser(parts, desk)}
            </div>
            <dl>
                {fact("Number", number)}
                {fact("Device", |device| {
                    let state = device.device_state.as_ref();
                    state.map_or("Unknown", |state| state.as_str()).to_owned()
                })}
                {fact("State", |device| words::presence(&Presence::of(device)))}
                {fact("Do not disturb", |device| toggle(device.do_not_disturb.as_ref()))}
                {fact("Forwarding", |device| match &device.forward_to {
                    Some(to) => format!("To {to}"),
                    None => "Off".to_owned(),
                })}
                {fact("Network", |device| network(device.telephony_network.as_ref()))}
            </dl>
        </section>
    }
}

/// Lets a supervisor with several devices choose; with one there is nothing to choose.
fn chooser(parts: Parts, desk: DeskHandle) -> Option<impl IntoView> {
    let (devices, chosen) = parts
        .person
        .with(|state| (state.devices.clone(), state.device.clone()));
    if devices.len() < 2 {
        return None;
    }
    let options: Vec<_> = devices
        .iter()
        .map(|device| {
            let is_chosen = Some(&device.id) == chosen.as_ref();
            view! { class = "li",
                <option value=device.id.to_string() selected=is_chosen>{number(device)}</option>
            }
        })
        .collect();
    let choose = move |event| {
        let id = DeviceId::new(event_target_value(&event));
        desk.ask(|desk| desk.choose_device(id));
    };
    Some(view! { class = "li",
        <select aria-label="Device to listen with" on:change=choose>{options}</select>
    })
}

fn number(device: &Device) -> String {
    if device.phone_number.is_empty() {
        device.id.to_string()
    } else {
        device.phone_number.clone()
    }
}

fn toggle(toggle: Option<&Toggle>) -> String {
    toggle.map_or("–", |toggle| toggle.as_str()).to_owned()
}

fn network(network: Option<&TelephonyNetwork>) -> String {
    network.map_or("–", |network| network.as_str()).to_owned()
}
