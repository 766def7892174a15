//! Who a request comes from: the platform's own credentials, wrong ones, or nobody.

use http::HeaderValue;
use http::header::{AUTHORIZATION, HeaderName};
use secrecy::{ExposeSecret as _, SecretString};

use super::document::Document;
use super::mapping::{AuthMapping, KeyPlace};
use super::request::Request;
use crate::Result;
use crate::check::invalid;

/// Who a request comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Caller {
    /// Whoever the credentials are of.
    Known,
    /// Somebody with credentials that are almost right.
    Stranger,
    /// Nobody.
    Nobody,
}

/// A credential and where it goes.
pub(super) struct Pass {
    place: KeyPlace,
    secret: SecretString,
}

impl Pass {
    /// An API key, at the place the mapping or the document names.
    pub(super) fn key(
        secret: SecretString,
        auth: &AuthMapping,
        document: Option<&Document>,
    ) -> Result<Self> {
        let documented = || document.and_then(|document| document.key_places().into_iter().next());
        let place = auth.api_key.clone().or_else(documented).ok_or_else(|| {
            invalid(
                "mapping",
                "says nothing about where the API key goes, and neither does the document",
            )
        })?;
        Ok(Self { place, secret })
    }

    /// An access token.
    pub(super) fn token(secret: SecretString) -> Self {
        Self {
            place: KeyPlace::Bearer,
            secret,
        }
    }

    /// Puts the credential, or one that is almost it, into a request.
    pub(super) fn put(&self, request: &mut Request, caller: Caller) -> Result<()> {
        let secret = match caller {
            Caller::Known => self.secret.expose_secret().to_owned(),
            Caller::Stranger => almost(self.secret.expose_secret()),
            Caller::Nobody => return Ok(()),
        };
        let header = |text: &str| -> Result<HeaderValue> {
            let mut value = HeaderValue::try_from(text)
                .map_err(|_| invalid("credentials", "cannot be sent in a header"))?;
            value.set_sensitive(true);
            Ok(value)
        };
        match &self.place {
            KeyPlace::Bearer => {
                request
                    .headers
                    .insert(AUTHORIZATION, header(&format!("Bearer {secret}"))?);
            }
            KeyPlace::Header(name) => {
                let name = HeaderName::try_from(name.as_str())
                    .map_err(|_| invalid("mapping", "names a header that cannot be"))?;
                request.headers.insert(name, header(&secret)?);
            }
            KeyPlace::Query(name) => {
                request.url.query_pairs_mut().append_pair(name, &secret);
            }
        }
        Ok(())
    }

    /// The credential under all names a query may have for it, except the documented one.
    pub(super) fn put_into_query(&self, request: &mut Request, document: Option<&Document>) {
        let documented = document.map(Document::key_places).unwrap_or_default();
        for name in [
            "api_key",
            "apiKey",
            "apikey",
            "key",
            "access_token",
            "token",
        ] {
            if !documented.contains(&KeyPlace::Query(name.to_owned())) {
                request
                    .url
                    .query_pairs_mut()
                    .append_pair(name, self.secret.expose_secret());
            }
        }
    }
}

/// The same but for the last character: whoever compares carelessly takes it.
fn almost(secret: &str) -> String {
    let mut wrong = secret.to_owned();
    let last = wrong.pop();
    wrong.push(if last == Some('x') { 'y' } else { 'x' });
    wrong
}
