//! Reading JSON tolerantly: first whole, into a [`Document`], and then by asking its [`Node`]s for
//! what is needed. A field of an unexpected kind is as good as absent; numbers and strings stand for
//! one another. Only what makes a resource meaningless, such as a missing id, is an error.
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
//! There is one reader for whatever comes, where deriving one for each type would give a widget
//! that counts its kilobytes a copy each. For the same reason it goes through the text by itself, and
//! reads whole numbers only: serde_json has several kinds of everything, words for each error, and a
//! table of powers of ten for floating-point numbers.
//!
//! | module | holds |
//! |---|---|
//! | `scanner` | going through a text, value by value |
//! | `document` | reading a text into a flat list: one allocation, borrowing from the text |
//! | `node` | asking |
//! | `elements` | a long list, an element at a time |
//! | `quoted` | writing a string |

#![forbid(unsafe_code)]

mod document;
mod elements;
mod node;
mod quoted;
mod scanner;

pub use document::Document;
pub use elements::Elements;
pub use node::{Node, Read, Unreadable};
pub use quoted::quoted;
pub use scanner::Scanner;

/// The example in the README.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
