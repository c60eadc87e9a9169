//! What a contact centre and the server before it are like. A script may want another.

use crate::wire::Style;
use crate::world::WorldConfig;

/// What a contact centre and the server before it are like.
#[derive(Clone, Debug)]
pub(crate) struct Centre {
    /// The contact centre.
    pub(crate) world: WorldConfig,
    /// In which shapes the server sends what it sends.
    pub(crate) style: Style,
    /// Whether what T-Server refuses is accepted first, and then fails with an `ErrorMessage`.
    pub(crate) late_refusals: bool,
}
