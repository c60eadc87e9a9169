//! A browser with several tabs that share one connection, and a server.
//!
//! | file | holds |
//! |---|---|
//! | `browser` | the tabs, and time |
//! | `life` | tabs are opened, closed, crash, and are frozen |
//! | `channel`, `lock` | the messages between tabs, and the lock |
//! | `network` | the way to the server |
//! | `listener` | the events that a tab must get |
//! | `storm` | tabs that open and close, freeze and crash, by seed; and the calm after it |

pub mod browser;
mod channel;
mod life;
mod listener;
mod lock;
mod network;
pub(crate) mod storm;

pub use self::browser::Browser;
