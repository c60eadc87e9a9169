//! The cookie by which a server knows the sessions of one browser. The machine decides its value.
//!
//! Source: the CometD reference, *Java server configuration*, `browserCookie…`.

use core::fmt::Write;

/// The cookie's name and attributes. It is for all paths (`Path=/`), and scripts can't read it
/// (`HttpOnly`), as is CometD's default.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BrowserCookie {
    /// `browserCookieName`. Default `BAYEUX_BROWSER`.
    pub name: String,
    /// `browserCookieSecure`: it is not sent without TLS. Default no.
    pub secure: bool,
    /// `browserCookieSameSite`. Default none, which browsers take for `Lax`.
    pub same_site: Option<SameSite>,
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
            secure: false,
            same_site: None,
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
        let mut header = format!("{}={value}; Path=/; HttpOnly", self.name);
        if let Some(same_site) = self.same_site {
            // A string takes everything, and the attribute has the names of the variants.
            let _ = write!(header, "; SameSite={same_site:?}");
        }
        if self.secure {
            header.push_str("; Secure");
        }
        header
    }
}
