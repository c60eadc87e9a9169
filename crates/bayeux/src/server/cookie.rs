//! The cookie with which a server recognises the sessions of one browser. The machine chooses its
//! value.
//!
//! Source: the CometD reference, *Java server configuration*, `browserCookie…`.

use core::fmt::Write;

/// The cookie's name and attributes. As is CometD's default, it applies to all paths (`Path=/`),
/// and scripts can't read it (`HttpOnly`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BrowserCookie {
    /// `browserCookieName`. Default `BAYEUX_BROWSER`.
    pub name: String,
    /// `browserCookieSecure`: it is not sent without TLS. Default no.
    pub secure: bool,
    /// `browserCookieSameSite`. Default none, which browsers treat as `Lax`.
    pub same_site: Option<SameSite>,
}

/// The requests from pages of other sites with which a cookie is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SameSite {
    /// None.
    Strict,
    /// Navigation from the other page to this site.
    Lax,
    /// All.
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
            // Writing to a string can't fail, and the attribute has the names of the variants.
            let _ = write!(header, "; SameSite={same_site:?}");
        }
        if self.secure {
            header.push_str("; Secure");
        }
        header
    }
}
