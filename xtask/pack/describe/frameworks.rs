//! Types for the templates of frameworks. `listen-in.d.ts` has the types of properties and events.

use std::fmt::Write as _;

use crate::interface::{ATTRIBUTES, EVENTS, PROPERTIES, TAG};

const DO_NOT_EDIT: &str = "// Written by xtask/pack from its table of the interface.\n";

/// The names of attributes, properties and listeners, as JSX and Svelte write them.
pub(super) fn props() -> String {
    let mut text = DO_NOT_EDIT.to_owned();
    text.push_str(
        "import type { ListenInAttributes, ListenInElement, ListenInEventMap } from \"./listen-in.js\";\n\n\
         /** What `<listen-in>` takes, by property. `null` and `undefined` are what is absent. */\n\
         export interface ListenInProperties {\n",
    );
    let reflected = ATTRIBUTES
        .iter()
        .map(|it| (it.property, it.accepts, it.about));
    let others = PROPERTIES.iter().filter(|it| !it.is_readonly);
    for (name, of, about) in reflected.chain(others.map(|it| (it.name, it.of, it.about))) {
        member(
            &mut text,
            about,
            &format!("{name}?: {of} | null | undefined"),
        );
    }
    text.push_str("}\n\n/** The listeners, named `on` and the event. */\nexport interface ListenInListeners {\n");
    for event in EVENTS {
        let (name, about) = (event.name, event.about);
        let listener = format!(
            "\"on{name}\"?: ((event: ListenInEventMap[\"{name}\"]) => void) | null | undefined"
        );
        member(&mut text, about, &listener);
    }
    text.push_str(
        "}\n\n/** All that can be written at `<listen-in>` in a template. */\n\
         export interface ListenInProps extends Omit<ListenInAttributes, keyof ListenInProperties>, ListenInProperties, \
         ListenInListeners {}\n\nexport type { ListenInElement };\n",
    );
    text
}

pub(super) fn react() -> String {
    format!(
        "{DO_NOT_EDIT}// For React 19: /// <reference types=\"listen-in/react\" />\n\
         import type {{ DetailedHTMLProps, HTMLAttributes }} from \"react\";\n\
         import type {{ ListenInElement, ListenInProps }} from \"./jsx.js\";\n\n\
         declare module \"react\" {{\n  namespace JSX {{\n    interface IntrinsicElements {{\n      \
         \"{TAG}\": DetailedHTMLProps<HTMLAttributes<ListenInElement>, ListenInElement> & ListenInProps;\n    \
         }}\n  }}\n}}\n"
    )
}

pub(super) fn preact() -> String {
    format!(
        "{DO_NOT_EDIT}// For Preact: /// <reference types=\"listen-in/preact\" />\n\
         import type {{ HTMLAttributes }} from \"preact\";\n\
         import type {{ ListenInElement, ListenInProps }} from \"./jsx.js\";\n\n\
         declare module \"preact\" {{\n  namespace JSX {{\n    interface IntrinsicElements {{\n      \
         \"{TAG}\": HTMLAttributes<ListenInElement> & ListenInProps;\n    }}\n  }}\n}}\n"
    )
}

pub(super) fn vue() -> String {
    let mut text = format!(
        "{DO_NOT_EDIT}// For templates of Vue 3: /// <reference types=\"listen-in/vue\" />\n\
         import type {{ DefineComponent }} from \"vue\";\n\
         import type {{ ListenInEventMap }} from \"./listen-in.js\";\n\
         import type {{ ListenInProperties }} from \"./jsx.js\";\n\n\
         /** The listeners, which templates write as `@listen-in-call`. */\ninterface Listeners {{\n"
    );
    for event in EVENTS {
        let name = event.name;
        let listener = format!(
            "on{}?: (event: ListenInEventMap[\"{name}\"]) => void",
            pascal(name)
        );
        member(&mut text, event.about, &listener);
    }
    let _ = write!(
        text,
        "}}\n\ndeclare module \"vue\" {{\n  interface GlobalComponents {{\n    \
         \"{TAG}\": DefineComponent<ListenInProperties & Listeners>;\n  }}\n}}\n"
    );
    text
}

pub(super) fn svelte() -> String {
    format!(
        "{DO_NOT_EDIT}// For Svelte: /// <reference types=\"listen-in/svelte\" />\n\
         import type {{ HTMLAttributes }} from \"svelte/elements\";\n\
         import type {{ ListenInElement, ListenInProps }} from \"./jsx.js\";\n\n\
         declare module \"svelte/elements\" {{\n  interface SvelteHTMLElements {{\n    \
         \"{TAG}\": HTMLAttributes<ListenInElement> & ListenInProps;\n  }}\n}}\n"
    )
}

/// A member of an interface, with its description.
fn member(text: &mut String, about: &str, member: &str) {
    let _ = writeln!(text, "  /** {about} */\n  {member};");
}

/// `ListenInCall` of `listen-in-call`.
fn pascal(name: &str) -> String {
    let capital = |word: &str| {
        let mut letters = word.chars();
        let first = letters.next().map(|it| it.to_ascii_uppercase());
        first.into_iter().chain(letters).collect::<String>()
    };
    name.split('-').map(capital).collect()
}
