//! The interface of `<listen-in>` for a page, in one table. The descriptions for editors and frameworks and the tables
//! in the documents are generated from it; a test compares it with the sources.
//!
//! Descriptions are Markdown; the first sentence is used alone where space is short.
//!
//! | file | holds |
//! |---|---|
//! | `script` | attributes, properties, methods, events |
//! | `looks` | slots, parts, custom properties, states |
//! | `codes` | error codes |

mod codes;
mod looks;
mod script;
#[cfg(test)]
mod truth;

pub(crate) use self::codes::CODES;
pub(crate) use self::looks::{PARTS, PROPERTIES as CUSTOM_PROPERTIES, SLOTS, STATES};
pub(crate) use self::script::{ATTRIBUTES, EVENTS, METHODS, PROPERTIES};

/// The element.
pub(crate) const TAG: &str = "listen-in";
/// Its class.
pub(crate) const CLASS: &str = "ListenInElement";
/// A description.
pub(crate) const ABOUT: &str = "A panel with which a contact-centre supervisor listens in to an agent's calls, coaches \
                                and barges in, over Genesys Web Services v2.";

/// An attribute, and the property that reflects it.
#[derive(Debug)]
pub(crate) struct Attribute {
    pub(crate) name: &'static str,
    pub(crate) property: &'static str,
    /// The type of the property's values, in TypeScript.
    pub(crate) accepts: &'static str,
    /// The allowed values; empty: any text.
    pub(crate) values: &'static [&'static str],
    pub(crate) default: Option<&'static str>,
    pub(crate) about: &'static str,
}

/// A property without an attribute.
#[derive(Debug)]
pub(crate) struct Property {
    pub(crate) name: &'static str,
    /// Its type in TypeScript, without that for absent values.
    pub(crate) of: &'static str,
    pub(crate) is_readonly: bool,
    pub(crate) about: &'static str,
}

/// A method.
#[derive(Debug)]
pub(crate) struct Method {
    pub(crate) name: &'static str,
    /// Name, type, and whether it is optional.
    pub(crate) parameters: &'static [(&'static str, &'static str, bool)],
    pub(crate) gives: &'static str,
    pub(crate) about: &'static str,
}

/// An event.
#[derive(Debug)]
pub(crate) struct Event {
    pub(crate) name: &'static str,
    /// The type of its detail, in TypeScript.
    pub(crate) detail: &'static str,
    pub(crate) about: &'static str,
}

/// A custom property.
#[derive(Debug)]
pub(crate) struct CustomProperty {
    pub(crate) name: &'static str,
    /// Its syntax, as in `@property`.
    pub(crate) syntax: &'static str,
    pub(crate) light: &'static str,
    /// The default in the dark, if it differs.
    pub(crate) dark: Option<&'static str>,
    pub(crate) about: &'static str,
}

impl CustomProperty {
    /// The default as in the style sheets.
    pub(crate) fn default(&self) -> String {
        match self.dark {
            Some(dark) => format!("light-dark({}, {dark})", self.light),
            None => self.light.to_owned(),
        }
    }
}

/// A slot, a part, a state or a code: a name and a description.
pub(crate) type Named = (&'static str, &'static str);

/// The first sentence of a description.
pub(crate) fn summary(about: &str) -> &str {
    match about.find(". ") {
        Some(end) => &about[..end],
        None => about.trim_end_matches('.'),
    }
}
