//! Region *My device*: the telephone with which the supervisor listens, in one line that opens to the
//! details.

use crate::reactive::RwSignal;
use crate::view::markup::{Markup, view};
use gws::device::TelephonyNetwork;
use gws::{Device, DeviceId, DeviceState, Toggle};
use supervision::Presence;

use super::icon::{Icon, fixed, icon};
use super::parts::Parts;
use super::pieces::{
    chosen, flag, flag_of, id, is_empty, line, list, listener, not, on, strong, text, text_of,
    unique, word,
};
use super::texts::{self, InUse, Message, Mistake, Text, message, say};

pub(super) fn region(parts: Parts, in_use: InUse) -> Markup {
    let fact = move |name: Message<0>, value: fn(&Device) -> Text| {
        let value = text(move || {
            let value = parts.person().with(|person| person.device().map(value));
            value.unwrap_or_else(|| "–".into())
        });
        view! {
            <div><dt text=name></dt><dd>{value}</dd></div>
        }
    };
    let number_of_used = text_of(parts, |parts| {
        let number = parts.person().with(|person| person.device().map(number));
        number.unwrap_or_default()
    });
    // If the device can listen in, there is nothing to say.
    let in_the_way = text_of(parts, |parts| {
        state(parts, |state| match state {
            None | Some(DeviceState::Active) => Text::default(),
            state => device_state(state),
        })
    });
    let unknown = text_of(parts, |parts| {
        let obstacle = parts.person().with(|person| {
            person.my_device().unknown()?;
            person.stop_obstacle()
        });
        obstacle.as_ref().map(texts::obstacle).unwrap_or_default()
    });
    let opened = RwSignal::new(false);
    // If there are devices but none is in use, the supervisor has to choose one.
    let is_open = flag(move || {
        let must_choose = parts.person().with(|person| {
            let devices = person.my_device();
            devices.id().is_none() && !devices.all().is_empty()
        });
        opened.get() || must_choose
    });
    let press = move |_: &web_sys::Event| opened.set(!is_open.get_untracked());
    let details_id = id("device", unique());
    view! {
        <section class="device" aria-label=message!("my-device")>
            <button type="button" class="disclosure" class:has-number=not(is_empty(number_of_used))
                part="device" aria-expanded=word(is_open)
                aria-controls=details_id.clone() use:on=listener("click", press)>
                {icon(parts, |parts| state(parts, Icon::of_device))}
                <span class="label" text=message!("my-device")></span>
                " "
                <bdi>{number_of_used}</bdi>
                " "
                <span>{in_the_way}</span>
                {fixed(Icon::Down)}
            </button>
            {line("problem", unknown)}
            {line("problem", text(move || not_accepted(parts, &in_use)))}
            <div class="details" id=details_id class:absent=not(is_open)>
                <div class="line">
                    {strong(text_of(parts, |parts| {
                        let me = parts.person().with(|person| person.identity().me().map(gws::User::name));
                        me.unwrap_or_default().into()
                    }))}
                    {chooser(parts)}
                </div>
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
            </div>
        </section>
    }
}

/// What the page has set and is not accepted.
fn not_accepted(parts: Parts, in_use: &InUse) -> Text {
    let attributes = parts.limits(|limits| texts::bad_attributes(&limits.bad));
    let keys = in_use.bad();
    if keys.is_empty() {
        return attributes;
    }
    texts::append(
        attributes,
        texts::bad_attributes(&[Mistake::Texts.in_value(keys)]),
    )
}

/// Reads the state of the device in use.
fn state<T>(parts: Parts, read: fn(Option<&DeviceState>) -> T) -> T {
    let person = parts.person();
    person.with(|person| {
        read(
            person
                .device()
                .and_then(|device| device.device_state.as_ref()),
        )
    })
}

/// Lets a supervisor with several devices choose one.
fn chooser(parts: Parts) -> Markup {
    let options = list(move || {
        let mut options = Vec::new();
        let mut option = |id: &str, is_chosen: bool, text: Text| {
            let option = view! { <option value=Text::from(id) selected=is_chosen>{text}</option> };
            options.push(option);
        };
        parts.person().with(|person| {
            let devices = person.my_device();
            if devices.id().is_none() {
                option("", true, say!("choose"));
            }
            for device in devices.all() {
                let is_used = devices.id() == Some(&device.id);
                option(device.id.as_str(), is_used, number(device));
            }
        });
        options
    });
    let choose = move |event: &web_sys::Event| {
        let id = chosen(event);
        if !id.is_empty() {
            parts.run(|commands| commands.choose_device(DeviceId::new(id)));
        }
    };
    let is_absent = flag_of(parts, |parts| {
        parts.person().with(|person| {
            let devices = person.my_device();
            // If an unknown device was requested, even a single device is a choice.
            let choices = devices.all().len() + usize::from(devices.unknown().is_some());
            choices < 2
        })
    });
    view! {
        <select aria-label=message!("device-to-listen") class:absent=is_absent use:on=listener("change", choose)>
            {options}
        </select>
    }
}

fn number(device: &Device) -> Text {
    texts::isolated(match device.phone_number.as_str() {
        "" => device.id.as_str(),
        number => number,
    })
}

fn device_state(state: Option<&DeviceState>) -> Text {
    match state {
        Some(DeviceState::Active) => say!("active"),
        Some(DeviceState::Inactive) => say!("inactive"),
        Some(DeviceState::Other(word)) => (**word).into(),
        None => say!("unknown"),
    }
}

fn toggle(toggle: Option<&Toggle>) -> Text {
    match toggle {
        Some(Toggle::On) => say!("on"),
        Some(Toggle::Off) => say!("off"),
        Some(Toggle::Other(word)) => (**word).into(),
        None => "–".into(),
    }
}

fn network(network: Option<&TelephonyNetwork>) -> Text {
    match network {
        Some(TelephonyNetwork::Private) => say!("private"),
        Some(TelephonyNetwork::Public) => say!("public"),
        Some(TelephonyNetwork::Other(word)) => (**word).into(),
        None => "–".into(),
    }
}
