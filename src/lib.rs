//! **listen-in**: a widget with which a contact-centre supervisor listens in to an agent's calls
//! over Genesys Web Services (GWS) v2.
//!
//! In a page it is the custom element `<listen-in base-url="/api/v2">`, whose class is JavaScript
//! (`npm/listen-in.js`). In a Leptos application it is the component [`ListenIn`].
//!
//! | folder | holds |
//! |---|---|
//! | `browser` | carries out what [`supervision::Machine`] decides: requests, timer, page life |
//! | `view` | what a supervisor sees |
//! | `element` | `<listen-in>` and its events |
//! | `language` | the language that the page asks for, loaded and shown |
//! | `reactive` | Leptos' signals, of which Leptos has one type |
//! | `widget` | the three put together |

#![forbid(unsafe_code)]

mod browser;
mod element;
mod language;
mod reactive;
mod view;
mod widget;

pub use element::{Host, ListenIn, Mounted, mount, style};
pub use widget::Options;
