//! What goes over the wire: the contract's resources with everything that a real server sends
//! beside them, in the shapes of the version that is emulated, with the oddities of captured
//! traffic. A client must live with all of it.
//!
//! | module | holds |
//! |---|---|
//! | [`style`] | which version's shapes, and the oddities, each in one place |
//! | [`device`], [`call`] | these two |
//! | `directory` | people and what belongs to them |
//! | [`message`] | the messages on `/v2/me/devices` and `/v2/me/calls` |

mod directory;

pub mod call;
pub mod device;
pub mod message;
pub mod style;

pub use self::call::Call;
pub use self::device::Device;
pub use self::directory::{Channel, Feature, User};
pub use self::message::on_the_wire;
pub use self::style::{Dialect, Style};
