//! The machine of a handle: started with the options, and restarted when its address changes.

use std::rc::Rc;

use leptos::prelude::*;
use supervision::Changes;

use super::device::DeviceInUse;
use super::handle::{Inner, ListenInHandle};
use super::options::ListenInOptions;
use crate::control::{Control, Host, Options, is_moment};

/// Starts the machines of a handle.
pub(super) struct Session {
    handle: Rc<Inner>,
    options: ListenInOptions,
    device: DeviceInUse,
    /// Address, and whether it is a SIP Cluster: the options that can't change while a machine runs.
    address: Memo<(String, Option<bool>)>,
}

impl Session {
    pub(super) fn new(options: ListenInOptions, handle: Rc<Inner>) -> Self {
        let (base_url, sip_cluster) = (options.base_url, options.sip_cluster);
        handle.limit.set(Some(options.limit));
        Self {
            device: DeviceInUse::follow(options.device, Rc::downgrade(&handle)),
            handle,
            options,
            address: Memo::new(move |_| (base_url.get(), sip_cluster.get())),
        }
    }

    /// Starts a machine, which ends with the current reactive owner, and tracks the options that need a restart.
    pub(super) fn start(&self, on_change: impl Fn(Changes) + 'static) -> Rc<Control> {
        let (base_url, sip_cluster) = self.address.get();
        let Self {
            handle, options, ..
        } = self;
        // A signal that the application's callbacks read must not cause a restart.
        untrack(|| {
            let callbacks = options.callbacks;
            let host = Host {
                fetch: options.fetch.inner(),
                ..callbacks.host(Rc::downgrade(handle), self.device.clone())
            };
            let options = Options {
                base_url,
                device: self.device.begin(),
                sip_cluster,
                limit_until: options.limit_until.get().filter(is_moment),
            };
            handle.start(options, host, on_change)
        })
    }
}

/// The widget without its view, for applications that have their own: the handle of a machine that starts after the
/// current task and ends with the current reactive owner.
///
/// ```no_run
/// # use leptos::prelude::*;
/// use listen_in::{ListenInOptions, use_listen_in};
///
/// #[component]
/// fn Monitored() -> impl IntoView {
///     let handle = use_listen_in(ListenInOptions::new("/api/v2"));
///     let says = move || handle.with_state(|state| match state.monitoring().active() {
///         Some(monitored) => format!("Monitoring {}", monitored.number.clone().unwrap_or_default()),
///         None => "Nobody is known to be monitored".to_owned(),
///     });
///     view! { <p>{says}</p> }
/// }
/// ```
pub fn use_listen_in(options: ListenInOptions) -> ListenInHandle {
    let handle = ListenInHandle::new();
    let until = options.limit_until;
    let session = Session::new(options, handle.inner().unwrap_or_default());
    Effect::new(move || {
        let control = session.start(|_| ());
        Effect::new(move || {
            if let Some(until) = until.get().filter(is_moment) {
                control.set_limit_until(until);
            }
        });
    });
    handle
}
