//! Tolerant JSON: a text is parsed into a [`Document`], whose [`Node`]s are then asked for values. A
//! field of an unexpected type counts as absent; numbers and strings are interchangeable. Only a
//! missing essential, such as an id, is an error.
//!
//! ```
//! use tolerant_json::Document;
//!
//! let document = Document::parse(r#"{"phoneNumber":5005,"capabilities":["ListenIn",null]}"#)?;
//! let device = document.root();
//! assert_eq!(device.string("phoneNumber"), "5005");
//! assert_eq!(device.some_string("forwardTo"), None);
//! assert_eq!(device.words::<String>("capabilities"), ["ListenIn"]);
//! # Ok::<(), tolerant_json::Unreadable>(())
//! ```
//!
//! There is one parser for all types, because a derived one for each would be repeated code in a
//! widget that counts its kilobytes. For the same reason it does not use serde_json, and reads whole
//! numbers only: serde_json has several variants of each function, a message for each error, and a
//! table of powers of ten for floating-point numbers.
//!
//! | module | holds |
//! |---|---|
//! | `scanner` | goes through a text, value by value |
//! | `document` | parses a text into a flat list: one allocation, borrowing from the text |
//! | `node` | access to values |
//! | `elements` | a long list, one element at a time |
//! | `quoted` | writes a string |
//! | `text` | finds a part of a text, reads and writes a number |

#![forbid(unsafe_code)]

mod document;
mod elements;
mod node;
mod quoted;
mod scanner;
pub mod text;

pub use document::Document;
pub use elements::Elements;
pub use node::{Node, Read, Unreadable};
pub use quoted::quoted;
pub use scanner::Scanner;

/// The example in the README.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
