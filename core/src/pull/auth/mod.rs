//! Who may do what: [`Scope`]s, the [`Caller`] behind a credential, and the configured keys.

mod keys;
pub(super) mod lockout;
pub(super) mod rates;
pub(super) mod seal;
pub(super) mod token;

use secrecy::SecretString;

pub(super) use keys::Keys;

/// What a caller may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Scope {
    /// List clients.
    ClientsRead,
    /// List and download files.
    FilesRead,
    /// Put notes on clients.
    NotesWrite,
    /// Send files.
    FilesWrite,
}

impl Scope {
    /// All of them.
    pub const ALL: [Self; 4] = [
        Self::ClientsRead,
        Self::FilesRead,
        Self::NotesWrite,
        Self::FilesWrite,
    ];

    /// The word on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::ClientsRead => "clients.read",
            Self::FilesRead => "files.read",
            Self::NotesWrite => "notes.write",
            Self::FilesWrite => "files.write",
        }
    }

    /// What it allows, in words.
    pub(super) fn meaning(self) -> &'static str {
        match self {
            Self::ClientsRead => "List clients.",
            Self::FilesRead => "List and download files.",
            Self::NotesWrite => "Post notes.",
            Self::FilesWrite => "Send files.",
        }
    }
}

impl std::str::FromStr for Scope {
    type Err = crate::Error;

    fn from_str(text: &str) -> crate::Result<Self> {
        Self::ALL
            .into_iter()
            .find(|scope| scope.as_str() == text)
            .ok_or_else(|| super::config::invalid("a scope is none of the four there are"))
    }
}

/// Who calls, as the credentials showed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller {
    /// The name the configuration or the provider gave it; no secret.
    pub id: String,
    /// What it may do.
    pub scopes: Vec<Scope>,
}

/// What a caller showed, and whom the configuration knows.
pub struct Credential<'a> {
    presented: &'a Presented,
    known: &'a Keys,
}

/// The two kinds of credential.
pub(super) enum Presented {
    ApiKey(SecretString),
    OauthClient { id: String, secret: SecretString },
}

impl<'a> Credential<'a> {
    pub(super) fn new(presented: &'a Presented, known: &'a Keys) -> Self {
        Self { presented, known }
    }

    /// The key, when it is an API key.
    pub fn api_key(&self) -> Option<&SecretString> {
        match self.presented {
            Presented::ApiKey(key) => Some(key),
            Presented::OauthClient { .. } => None,
        }
    }

    /// `client_id` and `client_secret`, when an OAuth 2.0 client asks for a token.
    pub fn oauth_client(&self) -> Option<(&str, &SecretString)> {
        match self.presented {
            Presented::ApiKey(_) => None,
            Presented::OauthClient { id, secret } => Some((id, secret)),
        }
    }

    /// Whom the configuration knows under these credentials. Takes the same time whether or not
    /// there is one.
    pub fn configured(&self) -> Option<Caller> {
        self.known.find(self.presented)
    }
}
