//! Which pages of other origins may use the API, and whether their browsers send cookies.
//! The names are those of GWS's option `crossOriginSettings` (*CORS filter*, *CSRFProtection*).

use std::fmt;
use std::str::FromStr;

use axum::http::HeaderName;
use clap::ValueEnum;

/// GWS's option `crossOriginSettings`. By default no other origin may use the API.
#[derive(Clone, Debug)]
pub struct CrossOriginSettings {
    /// `allowedOrigins`: origins whose pages may use the API. Default none.
    pub allowed_origins: Vec<OriginPattern>,
    /// `allowedHeaders`: the headers that a page may send. The default is GWS's own and lacks
    /// `X-CSRF-TOKEN` (*CSRFProtection* 8.6), so that a page of another origin can't change
    /// anything until the name is added, or CSRF protection is off.
    pub allowed_headers: Vec<HeaderName>,
}

impl Default for CrossOriginSettings {
    fn default() -> Self {
        let headers = [
            "x-requested-with",
            "content-type",
            "accept",
            "origin",
            "cookie",
            "authorization",
            "ssid",
            "surl",
            "contactcenterid",
        ];
        Self {
            allowed_origins: Vec::new(),
            allowed_headers: headers.map(HeaderName::from_static).to_vec(),
        }
    }
}

impl CrossOriginSettings {
    /// Whether pages of other origins can read but not change anything, because they may not send
    /// the CSRF token.
    pub fn withholds_csrf_token(&self) -> bool {
        !self.allowed_origins.is_empty()
            && !self
                .allowed_headers
                .iter()
                .any(|name| name.as_str() == "x-csrf-token")
    }
}

/// An origin, such as `https://desktop.example`, or all below a domain: `https://*.example`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OriginPattern {
    /// Including the colon and the slashes.
    scheme: &'static str,
    host: Host,
    /// Including the colon; empty for the scheme's default.
    port: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Host {
    Exactly(String),
    /// Ends like this, with something before it.
    Below(String),
}

impl OriginPattern {
    /// Whether a page of `origin` may use the API.
    pub fn allows(&self, origin: &str) -> bool {
        let Some((scheme, host, port)) = split(origin) else {
            return false;
        };
        let host_fits = match &self.host {
            Host::Exactly(name) => *name == host,
            Host::Below(domain) => host.len() > domain.len() && host.ends_with(domain.as_str()),
        };
        scheme == self.scheme && host_fits && port == self.port
    }
}

impl FromStr for OriginPattern {
    type Err = NotAnOrigin;

    fn from_str(text: &str) -> Result<Self, NotAnOrigin> {
        let error = || NotAnOrigin(text.to_owned());
        let (scheme, host, port) = split(text).ok_or_else(error)?;
        let host = match host.strip_prefix('*') {
            Some(domain) if domain.len() > 1 && domain.starts_with('.') => {
                Host::Below(domain.to_owned())
            }
            Some(_) => return Err(error()),
            None => Host::Exactly(host.clone()),
        };
        let (Host::Exactly(name) | Host::Below(name)) = &host;
        let fit = |byte: u8| byte.is_ascii_alphanumeric() || b"-._[]:".contains(&byte);
        if !name.bytes().all(fit) {
            return Err(error());
        }
        Ok(Self { scheme, host, port })
    }
}

impl fmt::Display for OriginPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.host {
            Host::Exactly(name) => write!(f, "{}{name}{}", self.scheme, self.port),
            Host::Below(domain) => write!(f, "{}*{domain}{}", self.scheme, self.port),
        }
    }
}

/// Scheme, host and port, in lower case; the scheme's default port is left out.
fn split(origin: &str) -> Option<(&'static str, String, String)> {
    let origin = origin.to_ascii_lowercase();
    let (scheme, own_port) = match origin.split_once("://")?.0 {
        "http" => ("http://", ":80"),
        "https" => ("https://", ":443"),
        _ => return None,
    };
    let rest = &origin[scheme.len()..];
    // The colons of an IPv6 address are inside its brackets.
    let (host, port) = match rest.rfind(':') {
        Some(colon) if !rest[colon..].contains(']') => rest.split_at(colon),
        _ => (rest, ""),
    };
    let number = port.strip_prefix(':').map(str::parse::<u16>);
    if host.is_empty() || matches!(number, Some(Err(_))) {
        return None;
    }
    let port = if port == own_port { "" } else { port };
    Some((scheme, host.to_owned(), port.to_owned()))
}

/// An invalid origin.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "'{0}' is not an origin: a scheme, a host and perhaps a port, such as \
     http://localhost:3000, or all below a domain, such as https://*.example.com"
)]
pub struct NotAnOrigin(String);

/// The requests to which browsers add the emulator's cookies (the cookie attribute `SameSite`).
/// Other ports of the same host are the same site; `localhost` and `127.0.0.1` are different sites.
///
/// Assumption: GWS's cookies are `Lax`, the browsers' default.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum SameSite {
    /// Requests of pages of the same site, and links from others.
    #[default]
    Lax,
    /// Requests of any page. Browsers accept such cookies only if `Secure`, and over plain HTTP
    /// from this machine only; Safari does not.
    None,
}

impl SameSite {
    /// The attributes of a cookie.
    pub(crate) fn attributes(self) -> &'static str {
        match self {
            Self::Lax => "SameSite=Lax",
            Self::None => "SameSite=None; Secure",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(pattern: &str, origin: &str, expect: bool) {
        let pattern: OriginPattern = pattern.parse().expect("an origin");
        assert_eq!(pattern.allows(origin), expect, "{pattern} and {origin}");
    }

    #[test]
    fn an_origin_is_its_scheme_its_host_and_its_port() {
        check("http://localhost:3000", "http://localhost:3000", true);
        check("http://localhost:3000", "http://localhost:3001", false);
        check("http://localhost:3000", "https://localhost:3000", false);
        check(
            "https://Desktop.example:443",
            "https://desktop.example",
            true,
        );
        check("http://[::1]:8080", "http://[::1]:8080", true);
        check("http://[::1]", "http://[::1]:8080", false);
        check("http://localhost", "null", false);
    }

    #[test]
    fn a_star_matches_everything_below_a_domain_but_not_the_domain() {
        check("https://*.example.com", "https://desktop.example.com", true);
        check("https://*.example.com", "https://a.b.example.com", true);
        check("https://*.example.com", "https://example.com", false);
        check("https://*.example.com", "https://.example.com", false);
        check("https://*.example.com", "https://badexample.com", false);
        check("https://*.example.com", "http://desktop.example.com", false);
    }

    #[test]
    fn an_invalid_origin_is_refused() {
        for text in [
            "",
            "*",
            "localhost",
            "http://",
            "http://*",
            "http://*.",
            "http://*example.com",
            "http://localhost/",
            "http://localhost:port",
            "http://a b",
            "ftp://localhost",
        ] {
            let error = text.parse::<OriginPattern>().expect_err(text);
            assert!(error.to_string().contains("is not an origin"));
        }
    }
}
