//! Where requests go: the configured address, or the same on another host if the server advises so
//! and the application trusts that host.
//!
//! | advice | client |
//! |---|---|
//! | `hosts` | when it handshakes again, MAY try them in order, unless it is at one of them |
//!
//! Source: Bayeux 1.0, *advice*.

use std::collections::VecDeque;

use crate::exchange::Endpoint;

/// Where requests go.
#[derive(Debug)]
pub(super) struct Address {
    url: String,
    append_message_type: bool,
    trusted: Vec<String>,
    /// Hosts to try, one a handshake, until one grants a session.
    candidates: VecDeque<String>,
}

impl Address {
    pub(super) fn new(url: String, append_message_type: bool, trusted: Vec<String>) -> Self {
        Self {
            url,
            append_message_type,
            trusted,
            candidates: VecDeque::new(),
        }
    }

    /// The whole address for a request.
    pub(super) fn of(&self, endpoint: Endpoint) -> String {
        let path = self
            .host()
            .map_or(self.url.as_str(), |(_, end)| &self.url[end..]);
        let last = path.rsplit('/').next().unwrap_or_default();
        if !self.append_message_type || path.contains(['?', '#']) || last.contains('.') {
            return self.url.clone();
        }
        let stem = match endpoint {
            Endpoint::Base => self.url.as_str(),
            _ => self.url.trim_end_matches('/'),
        };
        format!("{stem}{}", endpoint.suffix())
    }

    /// Takes the server's word on where to go next.
    pub(super) fn advise(&mut self, hosts: &[String]) {
        let Some((begin, end)) = self.host() else {
            return;
        };
        let here = &self.url[begin..end];
        if hosts.iter().any(|host| host == here) {
            return;
        }
        let is_trusted = |host: &&String| self.trusted.contains(host);
        self.candidates = hosts.iter().filter(is_trusted).cloned().collect();
        if !self.candidates.is_empty() {
            // Should none of them answer, the last resort is where it was well before.
            self.candidates.push_back(here.to_owned());
        }
    }

    /// A handshake is about to leave.
    pub(super) fn next_host(&mut self) {
        if let (Some(host), Some((begin, end))) = (self.candidates.pop_front(), self.host()) {
            self.url.replace_range(begin..end, &host);
        }
    }

    /// A session was granted: this is the host to stay at.
    pub(super) fn settle(&mut self) {
        self.candidates.clear();
    }

    fn host(&self) -> Option<(usize, usize)> {
        host(&self.url)
    }
}

/// Where the host stands in an absolute address.
fn host(url: &str) -> Option<(usize, usize)> {
    let begin = url.find("://")? + 3;
    let rest = &url[begin..];
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    Some((begin, begin + end))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(url: &str) -> Address {
        Address::new(
            url.to_owned(),
            true,
            vec!["b:81".to_owned(), "c".to_owned()],
        )
    }

    #[test]
    fn the_type_of_message_is_appended_where_there_is_a_plain_path() {
        let check = |url: &str, expect: &str| {
            assert_eq!(at(url).of(Endpoint::Connect), expect);
        };
        check("http://a/cometd", "http://a/cometd/connect");
        check("http://a/cometd/", "http://a/cometd/connect");
        check("/api/v2/notifications", "/api/v2/notifications/connect");
        check("http://a.example", "http://a.example/connect");
        check("http://a/cometd?x=1", "http://a/cometd?x=1");
        check("http://a/cometd#x", "http://a/cometd#x");
        check("http://a/cometd.php", "http://a/cometd.php");
        check("http://a/v1.0/cometd", "http://a/v1.0/cometd/connect");
    }

    #[test]
    fn commands_go_to_the_address_as_it_is() {
        assert_eq!(
            at("http://a/cometd/").of(Endpoint::Base),
            "http://a/cometd/"
        );
    }

    #[test]
    fn nothing_is_appended_if_that_is_not_wanted() {
        let address = Address::new("/cometd".to_owned(), false, Vec::new());
        assert_eq!(address.of(Endpoint::Handshake), "/cometd");
    }

    #[test]
    fn advised_hosts_are_tried_in_order_and_the_old_one_last() {
        let mut address = at("http://a/cometd");
        address.advise(&["c".to_owned(), "evil".to_owned(), "b:81".to_owned()]);
        let mut tried = Vec::new();
        for _ in 0..4 {
            address.next_host();
            tried.push(address.of(Endpoint::Base));
        }
        let expected = [
            "http://c/cometd",
            "http://b:81/cometd",
            "http://a/cometd",
            "http://a/cometd",
        ];
        assert_eq!(tried, expected);
    }

    #[test]
    fn a_host_that_is_listed_is_not_left() {
        let mut address = at("http://a/cometd");
        address.advise(&["c".to_owned(), "a".to_owned()]);
        address.next_host();
        assert_eq!(address.of(Endpoint::Base), "http://a/cometd");
    }

    #[test]
    fn a_host_nobody_trusts_is_never_asked() {
        let mut address = at("http://a/cometd");
        address.advise(&["evil".to_owned()]);
        address.next_host();
        assert_eq!(address.of(Endpoint::Base), "http://a/cometd");
    }
}
