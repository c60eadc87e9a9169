//! Resources and messages as JSON: the contract's resources with all properties of a real server, in
//! the shapes of the emulated version and with the oddities of captured traffic. All are functions of
//! snapshots of the [`world`](crate::world).
//!
//! | module | holds |
//! |---|---|
//! | [`style`] | versions and oddities |
//! | [`device`], [`call`] | devices, calls |
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
