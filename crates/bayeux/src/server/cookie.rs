//! The cookie by which a server knows the sessions of one browser. The machine says which value to
//! set; what else stands in the header is said here.
//!
//! Source: the CometD reference, *Java server configuration*, `browserCookie…`.

use core::fmt;
use core::time::Duration;

/// The cookie's name and attributes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BrowserCookie {
    /// `browserCookieName`. Default `BAYEUX_BROWSER`.
    pub name: String,
    /// `browserCookieDomain`. Default none: the host alone.
    pub domain: Option<String>,
    /// `browserCookiePath`. Default `/`.
    pub path: Option<String>,
    /// `browserCookieMaxAge`, in whole seconds. Default none: until the browser ends.
    pub max_age: Option<Duration>,
    /// `browserCookieHttpOnly`: scripts can't read it. Default yes.
    pub http_only: bool,
    /// `browserCookieSecure`: it is not sent without TLS. Default no.
    ///
    /// Assumption: as CometD's server for Node.js, it is then always marked so; the Java server
    /// leaves the mark out on requests that came without TLS.
    pub secure: bool,
    /// `browserCookieSameSite`. Default none, which browsers take for `Lax`.
    pub same_site: Option<SameSite>,
    /// `browserCookiePartitioned`: one for each page that embeds ours. Default no.
    pub partitioned: bool,
}

/// With which requests from pages of other sites a cookie is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SameSite {
    /// With none.
    Strict,
    /// When the other page leads to ours.
    Lax,
    /// With all.
    None,
}

impl Default for BrowserCookie {
    fn default() -> Self {
        Self {
            name: "BAYEUX_BROWSER".to_owned(),
            domain: None,
            path: Some("/".to_owned()),
            max_age: None,
            http_only: true,
            secure: false,
            same_site: None,
            partitioned: false,
        }
    }
}

impl BrowserCookie {
    /// The value of the header `Set-Cookie`.
    ///
    /// ```
    /// # use bayeux::server::{BrowserCookie, SameSite};
    /// let cookie = BrowserCookie { same_site: Some(SameSite::Lax), ..BrowserCookie::default() };
    /// assert_eq!(cookie.header("b7"), "BAYEUX_BROWSER=b7; Path=/; HttpOnly; SameSite=Lax");
    /// ```
    pub fn header(&self, value: &str) -> String {
        let mut header = format!("{}={value}", self.name);
        let mut add = |attribute: fmt::Arguments<'_>| {
            header.push_str("; ");
            header.push_str(&attribute.to_string());
        };
        if let Some(domain) = &self.domain {
            add(format_args!("Domain={domain}"));
        }
        if let Some(path) = &self.path {
            add(format_args!("Path={path}"));
        }
        if let Some(max_age) = self.max_age {
            add(format_args!("Max-Age={}", max_age.as_secs()));
        }
        if self.http_only {
            add(format_args!("HttpOnly"));
        }
        if let Some(same_site) = self.same_site {
            let word = match same_site {
                SameSite::Strict => "Strict",
                SameSite::Lax => "Lax",
                SameSite::None => "None",
            };
            add(format_args!("SameSite={word}"));
        }
        if self.secure {
            add(format_args!("Secure"));
        }
        if self.partitioned {
            add(format_args!("Partitioned"));
        }
        header
    }
}
