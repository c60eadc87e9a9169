//! A browser with several tabs that share one connection, and a server.
//!
//! | file | holds |
//! |---|---|
//! | `browser` | the tabs, what passes between them, and the way to the server |
//! | `lock` | the one lock of all tabs |
//! | `listener` | what a tab must be told |
//! | `storm` | tabs that come and go, freeze and crash, by seed; and the calm after it |

pub mod browser;
mod listener;
mod lock;
pub(crate) mod storm;

pub use self::browser::Browser;
