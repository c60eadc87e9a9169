//! The CSRF token. Every reply to a GET has `X-CSRF-HEADER`, which names another header, and that
//! header with a token. Every change must send this header. Source: *CSRFProtection*.

/// The token of the session, once a reply has brought one.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Csrf {
    token: Option<(String, String)>,
}

impl Csrf {
    /// The response header that names the one with the token.
    pub const NAMES_HEADER: &str = "x-csrf-header";
    /// The header with the token, unless another one is named.
    pub const TOKEN: &str = "x-csrf-token";

    /// Takes the token from the headers of a reply, if they have one. `header` looks up a header,
    /// whatever its case.
    pub fn learn<'a>(&mut self, header: impl Fn(&str) -> Option<&'a str>) {
        let name = header(Self::NAMES_HEADER).unwrap_or("X-CSRF-TOKEN");
        if let Some(token) = header(name) {
            self.token = Some((name.to_owned(), token.to_owned()));
        }
    }

    /// Forgets the token, because the server refused it.
    pub fn forget(&mut self) {
        self.token = None;
    }

    /// The header to send with a change, as name and value.
    pub fn header(&self) -> Option<(&str, &str)> {
        self.token
            .as_ref()
            .map(|(name, token)| (name.as_str(), token.as_str()))
    }
}
