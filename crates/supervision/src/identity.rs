//! Who is signed in, as far as the server says.

use gws::User;

/// Who the supervisor is.
#[derive(Clone, Debug, Default)]
pub struct Identity {
    me: Option<User>,
    standing: Standing,
    needed: Option<SignInNeed>,
}

/// Whether the server knows who we are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Standing {
    /// Nothing was asked for.
    #[default]
    Idle,
    /// It is being found out.
    Asking,
    /// Yes.
    Known,
    /// No.
    Unknown,
}

/// How the server let us know that a sign-in is needed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignInNeed {
    /// It does not know who we are.
    NotSignedIn,
    /// GWS itself refuses to say (HTTP 403 in its own form): the session may have ended, or a permission
    /// is missing.
    Forbidden,
    /// A web page came in place of data: most likely one to sign in on.
    WebPage,
    /// We were sent to another address: most likely one to sign in at.
    Redirected,
    /// It wants a password that the browser would ask for in a dialog of its own (`Basic`, `Digest`,
    /// `Negotiate`, `NTLM`). It is asked again only when a person wants it.
    PasswordDialog,
}

/// What came of learning who is signed in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Person {
    /// Nobody was known before.
    First,
    /// The same as before.
    Same,
    /// Somebody else.
    Another,
}

impl Identity {
    /// Who is signed in; none until the server has said so.
    pub fn me(&self) -> Option<&User> {
        self.me.as_ref()
    }

    /// Why a sign-in is needed, while it is.
    pub fn sign_in_needed(&self) -> Option<SignInNeed> {
        self.needed
    }

    pub(crate) fn standing(&self) -> Standing {
        self.standing
    }

    /// It is being found out. That a sign-in is needed remains true until the server says otherwise.
    pub(crate) fn ask(&mut self) {
        if self.standing != Standing::Unknown {
            self.standing = Standing::Asking;
        }
    }

    /// The server has said who it is.
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

    /// The server wants us to sign in. Whoever was signed in stays known: what is shown is theirs
    /// until somebody else signs in.
    pub(crate) fn needs_sign_in(&mut self, need: SignInNeed) {
        self.standing = Standing::Unknown;
        self.needed = Some(need);
    }

    /// Nothing is asked for any more.
    pub(crate) fn rest(&mut self) {
        self.standing = Standing::Idle;
        self.needed = None;
    }
}
