//! What a browser keeps for a page. It may keep nothing: that is no error, only shorter.

use web_sys::Storage;

/// For how long something is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Lasting {
    /// Until the tab is closed.
    Tab,
    /// Until it is removed.
    Browser,
}

/// What is kept by that name.
pub(crate) fn kept(lasting: Lasting, name: &str) -> Option<String> {
    storage(lasting)?.get_item(name).ok().flatten()
}

/// Keeps a text by that name, in place of what was kept; or nothing any more. A full or forbidden
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
    let window = web_sys::window()?;
    // Asking for it throws where cookies are forbidden.
    let storage = match lasting {
        Lasting::Tab => window.session_storage(),
        Lasting::Browser => window.local_storage(),
    };
    storage.ok().flatten()
}
