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
//! | `component` | the Leptos component, its handle, and the same without a view |
//! | `element` | `<listen-in>` and its events (feature `element`) |
//! | `language` | the language that the page asks for, loaded and shown |
//! | `control` | commands to the machine, of the view and of the page |
//! | `widget` | all of it put together |

#![forbid(unsafe_code)]

mod browser;
mod component;
mod control;
#[cfg(feature = "element")]
mod element;
mod language;
mod view;
mod widget;

pub use gws;
pub use supervision;

pub use component::{
    AskedFrom, BeforeRequest, Fetch, ListenIn, ListenInError, ListenInHandle, ListenInOptions,
    Model, MonitorOptions, Notice, Party, RequestEvent, use_listen_in,
};
#[cfg(feature = "element")]
pub use element::{Host, Mounted, locate, mount, style};
