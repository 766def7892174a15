//! Tokens: single-flight login and renewal, and the partner's own token. How requests travel is in
//! `http`.

mod flight;
mod lifetime;
mod login;

use std::future::Future;
use std::sync::Arc;

use secrecy::{ExposeSecret, SecretString};

use crate::config::{PartnerToken, Role, Settings};
use crate::http::Http;
use crate::{Error, ErrorCode, Result};
use flight::Flight;
pub(crate) use flight::Token;
use lifetime::Lifetime;

/// What a token is needed for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Audience {
    Gateway,
    /// The upload host of the client's role.
    Upload,
}

/// Hands out tokens that are valid as far as anyone knows. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Auth(Arc<Inner>);

struct Inner {
    http: Http,
    settings: Arc<Settings>,
    access: Flight,
    partner: Flight,
}

impl Auth {
    pub fn new(settings: Arc<Settings>, http: Http) -> Self {
        Self(Arc::new(Inner {
            http,
            settings,
            access: Flight::default(),
            partner: Flight::default(),
        }))
    }

    /// Does `work` with a token. When the token is refused it is renewed, once for everybody who
    /// was refused it, and `work` is done again, once.
    ///
    /// # Errors
    /// That of `work`; `AUTHENTICATION_FAILED` when no token is to be had; `ROLE_MISMATCH` for a
    /// partner without a partner token.
    pub async fn with_token<T, F>(
        &self,
        audience: Audience,
        mut work: impl FnMut(Token) -> F,
    ) -> Result<T>
    where
        F: Future<Output = Result<T>>,
    {
        let token = self.token(audience).await?;
        match work(token.clone()).await {
            Err(error) if error.code() == ErrorCode::AuthenticationFailed => {
                // Seldom: in a box, it adds nothing to the size of every request.
                let again = async {
                    let fresh = self.renewed(audience, &token, error).await?;
                    work(fresh).await
                };
                Box::pin(again).await
            }
            result => result,
        }
    }

    /// Every secret known now, for cleaning texts that come from a server.
    pub fn secrets(&self) -> Vec<SecretString> {
        let mut secrets = vec![self.0.settings.api_key.clone()];
        let held = [&self.0.access, &self.0.partner];
        secrets.extend(held.iter().filter_map(|flight| flight.current()));
        secrets
    }

    async fn token(&self, audience: Audience) -> Result<Token> {
        match self.partner_token(audience)? {
            None => self.0.access.token(None, || Box::pin(self.log_in())).await,
            Some(token) => self.0.partner.token(None, || Box::pin(ask(token))).await,
        }
    }

    async fn renewed(&self, audience: Audience, refused: &Token, error: Error) -> Result<Token> {
        match self.partner_token(audience)? {
            None => {
                let login = || Box::pin(self.log_in());
                self.0.access.token(Some(refused), login).await
            }
            // The same token again would be refused again.
            Some(PartnerToken::Fixed(_)) => Err(partner_token_refused(&error)),
            Some(token) => self.0.partner.token(Some(refused), || ask(token)).await,
        }
    }

    /// The partner token when it is the one to use, `None` for the access token.
    fn partner_token(&self, audience: Audience) -> Result<Option<&PartnerToken>> {
        let settings = &self.0.settings;
        if audience == Audience::Gateway || settings.role == Role::Customer {
            return Ok(None);
        }
        settings.partner_token.as_ref().map(Some).ok_or_else(|| {
            Error::new(
                ErrorCode::RoleMismatch,
                "partners upload with a partner token: pass `partner_token` or set \
                 FILED_PARTNER_TOKEN",
            )
        })
    }

    async fn log_in(&self) -> Result<(SecretString, Lifetime)> {
        let token = login::log_in(&self.0.http, &self.0.settings).await?;
        let lifetime = Lifetime::of(token.expose_secret());
        Ok((token, lifetime))
    }
}

async fn ask(token: &PartnerToken) -> Result<(SecretString, Lifetime)> {
    let token = match token {
        PartnerToken::Fixed(token) => token.clone(),
        PartnerToken::Source(source) => source.token().await?,
    };
    if token.expose_secret().is_empty() {
        return Err(Error::new(
            ErrorCode::AuthenticationFailed,
            "partner_token (FILED_PARTNER_TOKEN) is empty",
        ));
    }
    let lifetime = Lifetime::of(token.expose_secret());
    Ok((token, lifetime))
}

fn partner_token_refused(cause: &Error) -> Error {
    let mut error = Error::new(
        ErrorCode::AuthenticationFailed,
        "the partner token was refused: give a valid one as `partner_token` \
         (FILED_PARTNER_TOKEN), or a function that returns a fresh one",
    )
    .with_attempts(cause.attempts())
    .with_graphql_errors(cause.graphql_errors().to_vec())
    .with_request_id(cause.request_id().map(str::to_owned));
    if let Some(status) = cause.http_status() {
        error = error.with_http_status(status);
    }
    error
}

/// Reads how long a token lives, for fuzzing.
#[cfg(any(test, feature = "fuzz"))]
pub(crate) fn life_of(token: &str) {
    let life = lifetime::Lifetime::of(token);
    assert!(life.renew_after() <= life.ends_after());
}

#[cfg(test)]
mod tests;
