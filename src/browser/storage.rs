//! The browser's storage. It may be unavailable, which is not an error: things are then remembered
//! for a shorter time.

use web_sys::Storage;

/// How long something is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Lasting {
    /// Until the tab is closed.
    Tab,
    /// Until it is removed.
    Browser,
}

/// The text kept under this name.
pub(crate) fn kept(lasting: Lasting, name: &str) -> Option<String> {
    storage(lasting)?.get_item(name).ok().flatten()
}

/// Keeps a text under this name, replacing the previous one; `None` removes it. A full or forbidden
/// storage keeps nothing.
pub(crate) fn keep(lasting: Lasting, name: &str, text: Option<&str>) {
    if let Some(storage) = storage(lasting) {
        let _ = match text {
            Some(text) => storage.set_item(name, text),
            None => storage.remove_item(name),
        };
    }
}

fn storage(lasting: Lasting) -> Option<Storage> {
    let window = crate::property::window();
    // Accessing the storage throws where cookies are forbidden.
    let storage = match lasting {
        Lasting::Tab => window.session_storage(),
        Lasting::Browser => window.local_storage(),
    };
    storage.ok().flatten()
}
