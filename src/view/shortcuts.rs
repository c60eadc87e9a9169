//! Keyboard shortcuts that an embedder sets for the main actions. None by default. A key presses the button
//! itself, including its confirmation and obstacles. `help` lists all shortcuts.

use std::cell::RefCell;
use std::rc::Rc;

use crate::reactive::NodeRef;
use crate::view::markup::{Markup, view};
use tolerant_json::text;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlDialogElement, HtmlElement, KeyboardEvent};

use super::Limits;
use super::parts::Parts;
use super::pieces::{Button, effect, id, listen, unique};
use super::texts::{BadAttribute, Message, Mistake, Text, message, say};
use super::{focus, keys, pieces};

/// The action of a shortcut.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Action {
    ListenIn,
    Stop,
    Answer,
    Mute,
    Help,
}

static ACTIONS: [Action; 5] = [
    Action::ListenIn,
    Action::Stop,
    Action::Answer,
    Action::Mute,
    Action::Help,
];

impl Action {
    fn name(self) -> &'static str {
        match self {
            Self::ListenIn => "listen-in",
            Self::Stop => "stop",
            Self::Answer => "answer",
            Self::Mute => "mute",
            Self::Help => "help",
        }
    }

    /// The parts of the buttons that it presses: the one that is visible.
    fn parts(self) -> &'static [&'static str] {
        match self {
            Self::ListenIn => &["listen-in"],
            Self::Stop => &["stop"],
            Self::Answer => &["answer"],
            Self::Mute => &["mute-me", "unmute-me"],
            Self::Help => &[],
        }
    }

    fn label(self) -> Message<0> {
        match self {
            Self::ListenIn => message!("listen-in"),
            Self::Stop => message!("stop-monitoring"),
            Self::Answer => message!("answer"),
            Self::Mute => message!("shortcut-mute"),
            Self::Help => message!("shortcut-help"),
        }
    }
}

/// A shortcut: an action and its key.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Shortcut {
    action: Action,
    keys: Keys,
}

/// A key with its modifiers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Keys {
    ctrl: bool,
    alt: bool,
    shift: bool,
    meta: bool,
    /// A character, or `f1` to `f24`; in lower case.
    key: String,
}

/// The shortcuts that are not accepted.
pub(crate) fn bad(text: &str) -> Vec<BadAttribute> {
    parse(text).1
}

/// Parses `listen-in=Alt+L stop=Alt+S answer=Alt+A mute=Alt+M help=?`, or some of these. Invalid ones are
/// left out.
fn parse(text: &str) -> (Vec<Shortcut>, Vec<BadAttribute>) {
    let (mut shortcuts, mut bad) = (Vec::<Shortcut>::new(), Vec::new());
    for item in text.split_ascii_whitespace() {
        let shortcut = text::split_once(item, "=").and_then(|(name, keys)| {
            let action = *ACTIONS.iter().find(|action| action.name() == name)?;
            let keys = Keys::parse(keys)?;
            Some(Shortcut { action, keys })
        });
        let Some(shortcut) = shortcut else {
            bad.push(Mistake::Shortcut.in_value(item));
            continue;
        };
        let is_double =
            |other: &Shortcut| other.keys == shortcut.keys || other.action == shortcut.action;
        if shortcut.keys.are_taken() || shortcuts.iter().any(is_double) {
            bad.push(Mistake::ShortcutTaken.in_value(item));
        } else {
            shortcuts.push(shortcut);
        }
    }
    (shortcuts, bad)
}

impl Keys {
    fn parse(text: &str) -> Option<Self> {
        let (held, key) = match text::rsplit_once(text, "+") {
            Some((held, key)) => (held, key),
            None => ("", text),
        };
        let mut keys = Self::default();
        for name in text::split(held, "+").filter(|_| !held.is_empty()) {
            let held = match name {
                "Ctrl" | "Control" => &mut keys.ctrl,
                "Alt" => &mut keys.alt,
                "Shift" => &mut keys.shift,
                "Meta" => &mut keys.meta,
                _ => return None,
            };
            *held = true;
        }
        let mut characters = key.chars();
        let is_accepted = match (characters.next()?, characters.as_str()) {
            (_, "") => true,
            ('F', number) => text::number(number).is_some_and(|number| matches!(number, 1..=24)),
            _ => false,
        };
        keys.key = key.to_ascii_lowercase();
        is_accepted.then_some(keys)
    }

    /// Whether these keys edit text, or are reserved by browsers for pages, tabs and windows.
    fn are_taken(&self) -> bool {
        match self.key.as_str() {
            key if keys::is_among("a c v x y z n t w q r", key) => self.ctrl || self.meta,
            "f4" => self.ctrl || self.alt,
            key => keys::is_among("f5 f6 f11 f12", key),
        }
    }

    /// Whether these keys type nothing.
    fn type_nothing(&self) -> bool {
        self.ctrl || self.alt || self.meta || self.key.len() > 1
    }

    fn are_of(&self, event: &KeyboardEvent) -> bool {
        let held = (event.ctrl_key(), event.alt_key(), event.meta_key());
        if held != (self.ctrl, self.alt, self.meta) || event.get_modifier_state("AltGraph") {
            return false;
        }
        let is_alphanumeric = self.key.bytes().all(|it| it.is_ascii_alphanumeric());
        // Whether a symbol needs Shift depends on the keyboard.
        if event.shift_key() != self.shift && (is_alphanumeric || self.shift) {
            return false;
        }
        let (key, place) = (event.key(), event.code());
        if key.eq_ignore_ascii_case(&self.key) {
            return true;
        }
        // With Alt or Shift, or on keyboards without Latin letters, the key has another character: then its position
        // counts. A key with another letter or digit is another key.
        let is_another = matches!(key.as_bytes(), [byte] if byte.is_ascii_alphanumeric());
        let place = place
            .strip_prefix("Key")
            .or_else(|| place.strip_prefix("Digit"));
        !is_another && place.is_some_and(|place| place.eq_ignore_ascii_case(&self.key))
    }

    /// The value of `aria-keyshortcuts`, and a text for people.
    fn written(&self) -> Text {
        let held = [
            (self.ctrl, "Control+"),
            (self.alt, "Alt+"),
            (self.shift, "Shift+"),
            (self.meta, "Meta+"),
        ];
        let mut written = String::new();
        for (is_held, name) in held {
            if is_held {
                written.push_str(name);
            }
        }
        written.push_str(&self.key.to_ascii_uppercase());
        written.into()
    }
}

/// Listens in the whole page, and announces the keys on the buttons. Returns
/// the list of shortcuts.
pub(super) fn keep(panel: NodeRef, parts: Parts) -> Markup {
    let shortcuts = Rc::new(RefCell::new(Vec::new()));
    let in_use = Rc::clone(&shortcuts);
    listen(pieces::page(), "keydown", move |event| {
        let Some(event) = event.dyn_ref::<KeyboardEvent>() else {
            return;
        };
        // The page has already used this key.
        if event.default_prevented() || event.repeat() || keys::is_composed(event) {
            return;
        }
        let meant = |shortcut: &&Shortcut| {
            let keys = &shortcut.keys;
            keys.are_of(event) && (keys.type_nothing() || !is_typed(event))
        };
        let action = in_use.borrow().iter().find(meant).map(|it| it.action);
        let (Some(action), Some(panel)) = (action, panel.get_untracked()) else {
            return;
        };
        event.prevent_default();
        match (action, list(&panel)) {
            (Action::Help, Some(list)) if list.open() => list.close(),
            // Nothing else can be used while the list is shown.
            (_, Some(list)) if list.open() => {}
            // It fails only if the list is not in the page, where nobody sees it.
            (Action::Help, Some(list)) => drop(list.show_modal()),
            (action, _) => press(&panel, action, parts),
        }
    });
    effect(move || {
        let Some(panel) = panel.get() else {
            return;
        };
        let now = parts.limits(set);
        for &action in &ACTIONS {
            let keys = now.iter().find(|shortcut| shortcut.action == action);
            for part in action.parts() {
                if let Some(button) = focus::any_button(&panel, part) {
                    // The attribute's name is valid.
                    let _ = match keys {
                        Some(it) => button.set_attribute("aria-keyshortcuts", &it.keys.written()),
                        None => button.remove_attribute("aria-keyshortcuts"),
                    };
                }
            }
        }
        shortcuts.replace(now);
    });
    view(panel, parts)
}

/// The embedder's shortcuts.
fn set(limits: &Limits) -> Vec<Shortcut> {
    parse(&limits.shortcuts).0
}

fn view(panel: NodeRef, parts: Parts) -> Markup {
    let rows = pieces::list(move || {
        let mut rows = Vec::new();
        for Shortcut { action, keys } in parts.limits(set) {
            let row = view! {
                <dt text=action.label()></dt><dd>{keys.written()}</dd>
            };
            rows.push(row);
        }
        rows
    });
    let close = Button::new(message!("close"), "close", move || {
        if let Some(list) = panel.get_untracked().and_then(|panel| list(&panel)) {
            list.close();
        }
    });
    let title_id = id("shortcuts", unique());
    view! {
        <dialog class="shortcuts" part="shortcuts" aria-labelledby=title_id.clone()>
            <h2 id=title_id text=message!("shortcuts")></h2>
            <dl>{rows}</dl>
            {close.view()}
        </dialog>
    }
}

/// The list of shortcuts.
fn list(panel: &HtmlElement) -> Option<HtmlDialogElement> {
    let dialog = panel.query_selector("dialog").ok()??;
    Some(dialog.unchecked_into())
}

fn press(panel: &HtmlElement, action: Action, parts: Parts) {
    let mut buttons = action.parts().iter();
    let button = buttons.find_map(|part| focus::button(panel, part));
    let in_the_way = match &button {
        None => Some(say!("obstacle-other")),
        Some(button) if button.get_attribute("aria-disabled").as_deref() == Some("true") => button
            .next_element_sibling()
            .and_then(|reason| reason.text_content())
            .map(Text::from),
        Some(_) => None,
    };
    match (in_the_way, button) {
        (Some(reason), _) => parts.announce(reason),
        (None, Some(button)) => button.unchecked_into::<HtmlElement>().click(),
        (None, None) => {}
    }
}

/// Whether the key may type into a field, in this widget or elsewhere.
fn is_typed(event: &KeyboardEvent) -> bool {
    const FIELDS: &str =
        "input:not([type=radio], [type=checkbox], [type=button]), textarea, select,
        [role=textbox], [role=searchbox], [role=combobox], [role=spinbutton]";
    // The focus of an element that can't have it is in its closed shadow root.
    const WITHOUT_FOCUS: &str = ":not(body, html, [tabindex])";
    let target = event.composed_path().get(0);
    let is = |selector| {
        let element = target.dyn_ref::<Element>();
        element.is_some_and(|element| element.matches(selector).unwrap_or(false))
    };
    let html = target.dyn_ref::<HtmlElement>();
    is(FIELDS)
        || html.is_some_and(|html| {
            html.is_content_editable() || html.tab_index() < 0 && is(WITHOUT_FOCUS)
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test;

    #[track_caller]
    fn check(text: &str, shortcuts: &[(&str, &str)], bad: &[BadAttribute]) {
        let (found, found_bad) = parse(text);
        let found = found.iter().map(|it| (it.action.name(), it.keys.written()));
        let expect = shortcuts
            .iter()
            .map(|(name, keys)| (*name, Text::from(*keys)));
        assert!(found.eq(expect), "{text}: {:?}", parse(text).0);
        assert_eq!(found_bad, bad, "{text}");
    }

    #[test]
    fn keys_are_parsed_with_their_modifiers() {
        check("", &[], &[]);
        check(
            "listen-in=Alt+L stop=Ctrl+Shift+s\n answer=Meta+F2 mute=m help=?",
            &[
                ("listen-in", "Alt+L"),
                ("stop", "Control+Shift+S"),
                ("answer", "Meta+F2"),
                ("mute", "M"),
                ("help", "?"),
            ],
            &[],
        );
    }

    #[test]
    fn an_invalid_shortcut_is_reported_and_left_out() {
        for text in [
            "listen-in",
            "dance=Alt+L",
            "stop=",
            "stop=Hyper+L",
            "stop=Enter",
            "stop=F25",
        ] {
            check(text, &[], &[Mistake::Shortcut.in_value(text)]);
        }
        let bad = [Mistake::Shortcut.in_value("stop")];
        check("stop answer=Alt+A", &[("answer", "Alt+A")], &bad);
    }

    #[test]
    fn keys_already_in_use_are_reported_and_left_out() {
        for second in ["stop=Alt+l", "listen-in=Alt+S"] {
            let bad = [Mistake::ShortcutTaken.in_value(second)];
            check(
                &format!("listen-in=Alt+L {second}"),
                &[("listen-in", "Alt+L")],
                &bad,
            );
        }
        for text in [
            "mute=Ctrl+C",
            "mute=Control+w",
            "mute=Meta+t",
            "mute=Alt+F4",
            "mute=F5",
        ] {
            check(text, &[], &[Mistake::ShortcutTaken.in_value(text)]);
        }
        check("mute=Alt+C", &[("mute", "Alt+C")], &[]);
    }
}
