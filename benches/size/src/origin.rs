//! The crate and the kind of a function, from its name, such as `<supervision::state::State as
//! core::clone::Clone>::clone`. An instance of generic code counts towards the crate that defines the generic code.

use std::fmt;

/// The kind of code that part of a module belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Own,
    Leptos,
    Json,
    Formatting,
    Panics,
    Bindings,
    Collections,
    Core,
    Data,
    Rest,
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Own => "our own code",
            Self::Leptos => "Leptos, its signals and views",
            Self::Json => "JSON",
            Self::Formatting => "formatting",
            Self::Panics => "panics",
            Self::Bindings => "bindings to JavaScript",
            Self::Collections => "allocation, vectors, strings, maps",
            Self::Core => "the rest of core, std and other crates",
            Self::Data => "data: texts, style sheet, tables",
            Self::Rest => "types, imports, exports, tables",
        })
    }
}

/// Parts of names that say more about the kind than the crate does.
const KINDS: [(&str, Kind); 12] = [
    ("core::fmt", Kind::Formatting),
    ("alloc::fmt", Kind::Formatting),
    ("core::num::fmt", Kind::Formatting),
    ("flt2dec", Kind::Formatting),
    ("panic", Kind::Panics),
    ("unwrap_failed", Kind::Panics),
    ("expect_failed", Kind::Panics),
    ("slice_error_fail", Kind::Panics),
    ("slice_index_fail", Kind::Panics),
    ("serde", Kind::Json),
    ("reactive_graph::", Kind::Leptos),
    ("tachys::", Kind::Leptos),
];

/// The crates of a kind.
const CRATES: [(&str, Kind); 26] = [
    ("listen_in", Kind::Own),
    ("supervision", Kind::Own),
    ("bayeux", Kind::Own),
    ("gws", Kind::Own),
    ("leptos", Kind::Leptos),
    ("any_spawner", Kind::Leptos),
    ("guardian", Kind::Leptos),
    ("or_poisoned", Kind::Leptos),
    ("throw_error", Kind::Leptos),
    ("slotmap", Kind::Leptos),
    ("futures_channel", Kind::Leptos),
    ("futures_util", Kind::Leptos),
    ("send_wrapper", Kind::Leptos),
    ("tolerant_json", Kind::Json),
    ("serde_json", Kind::Json),
    ("wasm_bindgen", Kind::Bindings),
    ("wasm_bindgen_futures", Kind::Bindings),
    ("js_sys", Kind::Bindings),
    ("web_sys", Kind::Bindings),
    ("gloo_net", Kind::Bindings),
    ("gloo_events", Kind::Bindings),
    ("gloo_timers", Kind::Bindings),
    ("alloc", Kind::Collections),
    ("hashbrown", Kind::Collections),
    ("indexmap", Kind::Collections),
    ("dlmalloc", Kind::Collections),
];

/// The crate of a function, and its kind.
pub(crate) fn origin(name: &str) -> (&str, Kind) {
    let krate = krate(name);
    let by_name = KINDS.iter().find(|(part, _)| name.contains(part));
    let by_crate = || CRATES.iter().find(|(of, _)| *of == krate);
    let kind = by_name
        .or_else(by_crate)
        .map_or(Kind::Core, |(_, kind)| *kind);
    (krate, kind)
}

/// The crate of the type or, if the type is generic, of the trait.
fn krate(name: &str) -> &str {
    let (of_type, of_trait) = name.split_once(" as ").unwrap_or((name, ""));
    let first = |path: &'_ str| -> usize {
        let path = path.trim_start_matches(['<', '&', '*', '(', '[']);
        path.len()
    };
    for path in [of_type, of_trait] {
        let path = &path[path.len() - first(path)..];
        let path = ["mut ", "dyn ", "const "]
            .iter()
            .fold(path, |path, word| path.strip_prefix(word).unwrap_or(path));
        let end = path.find(|letter: char| !letter.is_alphanumeric() && letter != '_');
        let (krate, rest) = path.split_at(end.unwrap_or(path.len()));
        if rest.starts_with("::") {
            return krate;
        }
    }
    "no crate"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(name: &str, krate: &str, kind: Kind) {
        assert_eq!(origin(name), (krate, kind), "{name}");
    }

    #[test]
    fn a_function_counts_as_its_crate() {
        check("listen_in::view::panel::he06f", "listen_in", Kind::Own);
        check("bayeux::client::Client::handle", "bayeux", Kind::Own);
        check("alloc::vec::Vec<T,A>::extend", "alloc", Kind::Collections);
        check("core::str::count", "core", Kind::Core);
    }

    #[test]
    fn a_method_of_a_trait_counts_as_the_type() {
        check(
            "<gws::device::Device as core::clone::Clone>::clone",
            "gws",
            Kind::Own,
        );
        check(
            "<&mut gws::call::Call as core::clone::Clone>::clone",
            "gws",
            Kind::Own,
        );
    }

    #[test]
    fn a_method_of_a_generic_type_counts_as_the_trait() {
        check(
            "<T as tachys::view::IntoAny>::into_any",
            "tachys",
            Kind::Leptos,
        );
    }

    #[test]
    fn formatting_panics_and_json_are_known_by_their_names() {
        check("<str as core::fmt::Debug>::fmt", "core", Kind::Formatting);
        check("core::panicking::panic_fmt", "core", Kind::Panics);
        check(
            "<bayeux::Message as serde_core::de::Deserialize>::x",
            "bayeux",
            Kind::Json,
        );
        check("__wbindgen_malloc", "no crate", Kind::Core);
    }
}
