//! Carries out what the machine decides: requests, the one timer, the life of the page. Nothing
//! here decides anything, and nothing here shows anything.
//!
//! | file | holds |
//! |---|---|
//! | `driver` | the run loop around [`supervision::Machine`] |
//! | `http` | one HTTP request |
//! | `clock` | time |
//! | `ticker` | the timer for displayed times |
//! | `tabs` | the way to the other tabs |
//! | `page` | page life: hidden, frozen, restored, online again |
//! | `language` | the languages that a page asks for, and the files with translations |
//! | `storage` | the browser's storage |
//! | `site` | whether a browser may keep cookies from the API |

mod clock;
mod driver;
mod http;
mod language;
mod page;
mod site;
mod storage;
mod tabs;
mod ticker;

pub(crate) use self::clock::{now, wall};
pub(crate) use self::driver::{Dispatch, Driver};
pub(crate) use self::http::Fetch;
#[cfg(feature = "element")]
pub(crate) use self::language::locate_locales;
pub(crate) use self::language::{LanguageObserver, languages_at, locale};
pub(crate) use self::page::absolute;
pub(crate) use self::storage::{Lasting, keep, kept};
pub(crate) use self::ticker::Ticker;
