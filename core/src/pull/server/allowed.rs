//! The extractors that stand first in every handler: who calls, whether that is allowed, and
//! whether it is one request too many.

use std::marker::PhantomData;
use std::net::IpAddr;
use std::sync::{Arc, OnceLock};
use std::time::Instant;

use axum::extract::FromRequestParts;
use http::header::AUTHORIZATION;
use http::request::Parts;
use jiff::Timestamp;
use secrecy::SecretString;

use super::app::App;
use crate::pull::auth::rates::{Key, Left};
use crate::pull::auth::{Presented, Scope, token};
use crate::pull::problem::{Code, Problem};
use crate::pull::{Caller, Credential};

/// Where a request came from.
#[derive(Debug, Clone, Copy)]
pub struct Peer(pub IpAddr);

/// What is left of the rate after this request, once that is known.
#[derive(Clone, Default)]
pub struct Tab(Arc<OnceLock<Left>>);

impl Tab {
    pub fn left(&self) -> Option<Left> {
        self.0.get().copied()
    }
}

/// A caller who may do what `N` needs.
pub struct Allowed<N>(pub Caller, pub PhantomData<N>);

/// Anybody, within the rate of an address.
pub struct Anybody;

/// What a handler needs.
pub trait Needs {
    const SCOPE: Scope;
}

macro_rules! needs {
    ($($name:ident),*) => {
        $(
            #[doc = concat!("Needs `Scope::", stringify!($name), "`.")]
            pub struct $name;
            impl Needs for $name {
                const SCOPE: Scope = Scope::$name;
            }
        )*
    };
}

needs!(ClientsRead, FilesRead, NotesWrite, FilesWrite);

impl<N: Needs> FromRequestParts<Arc<App>> for Allowed<N> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Problem> {
        let caller = caller(parts, app).await?;
        if !caller.scopes.contains(&N::SCOPE) {
            let text = format!("The scope {} is needed.", N::SCOPE.as_str());
            return Err(Problem::new(Code::InsufficientScope).saying(text));
        }
        Ok(Self(caller, PhantomData))
    }
}

impl FromRequestParts<Arc<App>> for Anybody {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Problem> {
        charge(parts, app.rates.address(peer(parts))).map(|()| Self)
    }
}

/// Who calls, by the credentials in the headers.
pub async fn caller(parts: &Parts, app: &App) -> Result<Caller, Problem> {
    let address = peer(parts);
    not_locked_out(app, address)?;
    let found = match shown(parts)? {
        None => Err(Problem::new(Code::CredentialsMissing)),
        Some(secret) => recognise(app, &secret).await,
    };
    match found {
        Ok(caller) => {
            app.lock_out.passed(address);
            charge(parts, app.rates.take(Key::Caller(caller.id.clone())))?;
            Ok(caller)
        }
        Err(problem) => {
            charge(parts, app.rates.address(address))?;
            if problem.code() == Code::CredentialsInvalid {
                app.lock_out.failed(address, Instant::now());
            }
            Err(problem)
        }
    }
}

/// Refuses an address that guessed too often.
pub fn not_locked_out(app: &App, address: IpAddr) -> Result<(), Problem> {
    match app.lock_out.left(address, Instant::now()) {
        None => Ok(()),
        Some(left) => Err(Problem::new(Code::LockedOut).retry_after(left)),
    }
}

/// The address at the other end; one that is not known counts as one.
pub fn peer(parts: &Parts) -> IpAddr {
    let unknown = IpAddr::from([0, 0, 0, 0]);
    parts
        .extensions
        .get::<Peer>()
        .map_or(unknown, |peer| peer.0)
}

/// Notes what is left, and refuses a request that was one too many.
pub fn charge(parts: &Parts, left: Option<Left>) -> Result<(), Problem> {
    let Some(left) = left else { return Ok(()) };
    if let Some(tab) = parts.extensions.get::<Tab>() {
        // A request is charged once; a second charge would only be less exact.
        let _ = tab.0.set(left);
    }
    match left.wait {
        None => Ok(()),
        Some(wait) => Err(Problem::new(Code::RateLimited).retry_after(wait)),
    }
}

/// The key or token in the headers. Two different ones are none.
fn shown(parts: &Parts) -> Result<Option<SecretString>, Problem> {
    let mut found = None;
    let keys = parts.headers.get_all("x-api-key").iter();
    let bearers = parts.headers.get_all(AUTHORIZATION).iter();
    let given = keys
        .map(|value| value.to_str().ok())
        .chain(bearers.map(|value| value.to_str().ok().and_then(bearer)));
    for text in given {
        let text = text.ok_or_else(|| Problem::new(Code::CredentialsInvalid))?;
        if found.replace(text).is_some_and(|other| other != text) {
            return Err(Problem::new(Code::CredentialsInvalid));
        }
    }
    Ok(found.map(|text| SecretString::from(text.to_owned())))
}

fn bearer(value: &str) -> Option<&str> {
    let (scheme, token) = value.split_once(' ')?;
    scheme
        .eq_ignore_ascii_case("bearer")
        .then(|| token.trim_start_matches(' '))
}

async fn recognise(app: &App, secret: &SecretString) -> Result<Caller, Problem> {
    use secrecy::ExposeSecret;
    let text = secret.expose_secret();
    if token::is_one(text) {
        return match token::read(&app.seal, text, Timestamp::now()) {
            token::Shown::Caller(caller) => Ok(caller),
            token::Shown::Expired => Err(Problem::new(Code::TokenExpired)),
            token::Shown::Wrong => Err(Problem::new(Code::CredentialsInvalid)),
        };
    }
    authenticate(app, &Presented::ApiKey(secret.clone())).await
}

/// Asks the provider who shows this.
pub async fn authenticate(app: &App, presented: &Presented) -> Result<Caller, Problem> {
    let credential = Credential::new(presented, &app.keys);
    app.ask(
        Code::CredentialsInvalid,
        app.provider.authenticate(&credential),
    )
    .await?
    .ok_or_else(|| Problem::new(Code::CredentialsInvalid))
}
