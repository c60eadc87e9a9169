//! Whether a browser may withhold cookies from the API because they are third-party cookies.

use js_sys::Array;
use tolerant_json::text::{rsplit_once, split};
use web_sys::{Url, Window};

use crate::property;

/// Whether the page is in a frame of another site, or the API at `url` is another site's.
pub(super) fn is_third_party(url: &str) -> bool {
    let window = property::window();
    // `null` in a sandboxed frame.
    let here = window.origin();
    !is_same_site(url, &here) || is_framed_by_another(&window, &here)
}

fn is_framed_by_another(window: &Window, here: &str) -> bool {
    // The origins of all ancestor frames, which not every Firefox in use has.
    let ancestors = property::read(&window.location(), "ancestorOrigins");
    if ancestors.is_object() {
        let ancestors = property::texts(&Array::from(&ancestors));
        return ancestors.iter().any(|origin| !is_same_site(origin, here));
    }
    // Without it, only pages of the same origin know the address of the outermost frame.
    let top = window.top().ok().flatten();
    top.is_some_and(|top| top.location().origin().as_deref() != Ok(here))
}

/// Whether two addresses are of the same site, in the sense of cookies.
fn is_same_site(one: &str, other: &str) -> bool {
    let (Ok(one), Ok(other)) = (Url::new(one), Url::new(other)) else {
        return false;
    };
    one.protocol() == other.protocol() && site(&one.hostname()) == site(&other.hostname())
}

/// The registrable domain of a host.
///
/// Assumption: the registrable domain is a label before the top-level domain, or before a suffix like
/// `co.uk`. The public suffix list, which browsers have, is larger than the widget.
fn site(host: &str) -> &str {
    const SHARED: &str = "ac co com gov net or org";
    let Some((rest, top)) = rsplit_once(host, ".") else {
        return host;
    };
    if top.bytes().all(|byte| byte.is_ascii_digit()) {
        return host;
    }
    // Where the last label begins.
    let last = |host| rsplit_once(host, ".").map_or(0, |(before, _)| before.len() + 1);
    let mut start = last(rest);
    if top.len() == 2 && start > 0 && split(SHARED, " ").any(|it| it == &rest[start..]) {
        start = last(&rest[..start - 1]);
    }
    &host[start..]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test;

    fn check(host: &str, expect: &str) {
        assert_eq!(site(host), expect, "{host}");
    }

    #[test]
    fn a_site_is_a_registrable_domain() {
        check("example.com", "example.com");
        check("gws.example.com", "example.com");
        check("a.gws.notexample.com", "notexample.com");
        check("desktop.example.co.uk", "example.co.uk");
        check("co.uk", "co.uk");
        check("a.co.de", "a.co.de");
        check("a.example.de", "example.de");
    }

    #[test]
    fn ip_addresses_and_single_names_are_sites_themselves() {
        check("127.0.0.1", "127.0.0.1");
        check("[::1]", "[::1]");
        check("localhost", "localhost");
        check("", "");
    }
}
