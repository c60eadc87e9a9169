//! What is sent: the contract's resources with everything that a real server sends beside them, in
//! the shapes of the version that is emulated and with the oddities of captured traffic, as functions
//! of what somebody sees of the [`world`](crate::world).
//!
//! | module | holds |
//! |---|---|
//! | [`style`] | which version's shapes, and the oddities, each in one place |
//! | [`device`], [`call`] | these two |
//! | `user` | users, their channels, the features of the contact centre |
//! | `directory` | agent groups, and the entries of the directory |
//! | [`message`] | the messages on `/v2/me/devices`, `/v2/me/calls`, `/v2/me/channels` |

mod directory;
mod user;

pub mod call;
pub mod device;
pub mod message;
pub mod style;

pub use self::call::Call;
pub use self::device::Device;
pub use self::directory::{Contact, ContactPerson, Group, WholeGroup};
pub use self::message::on_the_wire;
pub use self::style::{Dialect, Format, Style};
pub use self::user::{Channel, Feature, User};
