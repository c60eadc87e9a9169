//! Who is signed in, as far as the server says.

use gws::User;

/// Who the supervisor is.
#[derive(Clone, Debug, Default)]
pub struct Identity {
    me: Option<User>,
    standing: Standing,
    needed: Option<SignInNeed>,
}

/// Whether it is known who is signed in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Standing {
    /// Not asked yet.
    #[default]
    Idle,
    /// Being asked.
    Asking,
    /// Known.
    Known,
    /// Nobody is signed in.
    Unknown,
}

/// How the server indicated that a sign-in is needed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignInNeed {
    /// It says that nobody is signed in.
    NotSignedIn,
    /// GWS itself refuses to say who is signed in (HTTP 403 in its own format): the session may have
    /// ended, or a permission is missing.
    Forbidden,
    /// A web page came instead of data: most likely a sign-in page.
    WebPage,
    /// The request was redirected, most likely to a sign-in page.
    Redirected,
    /// It requires a password for which the browser would show its own dialog (`Basic`, `Digest`,
    /// `Negotiate`, `NTLM`). Only a person can cause another attempt.
    PasswordDialog,
}

/// The result of learning who is signed in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Person {
    /// Nobody was known before.
    First,
    /// The same person as before.
    Same,
    /// Another person.
    Another,
}

impl Identity {
    /// Who is signed in; none until the server has said so.
    pub fn me(&self) -> Option<&User> {
        self.me.as_ref()
    }

    /// Why a sign-in is needed, as long as it is.
    pub fn sign_in_needed(&self) -> Option<SignInNeed> {
        self.needed
    }

    pub(crate) fn standing(&self) -> Standing {
        self.standing
    }

    /// The server is asked. A needed sign-in stays true until the server says otherwise.
    pub(crate) fn ask(&mut self) {
        if self.standing != Standing::Unknown {
            self.standing = Standing::Asking;
        }
    }

    /// The server has said who is signed in.
    pub(crate) fn learn(&mut self, me: User) -> Person {
        let person = match &self.me {
            None => Person::First,
            Some(known) if known.id == me.id => Person::Same,
            Some(_) => Person::Another,
        };
        self.me = Some(me);
        self.standing = Standing::Known;
        self.needed = None;
        person
    }

    /// The server requires a sign-in. Whoever was signed in stays known: the displayed state is theirs
    /// until somebody else signs in.
    pub(crate) fn needs_sign_in(&mut self, need: SignInNeed) {
        self.standing = Standing::Unknown;
        self.needed = Some(need);
    }

    /// Nothing is asked any more.
    pub(crate) fn rest(&mut self) {
        self.standing = Standing::Idle;
        self.needed = None;
    }
}
