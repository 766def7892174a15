//! Access tokens of the gateway and the partners' upload tokens: minting, expiry.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::json;
use std::time::Duration;
use tokio::time::Instant;

use super::{Account, World};
use crate::settings::Settings;

#[derive(Debug)]
pub(super) struct AccessToken {
    account: Account,
    dies: Instant,
}

impl World {
    pub(crate) fn mint_access_token(&mut self, account: Account, settings: &Settings) -> String {
        let life = Duration::from_millis(settings.token_ttl_ms);
        let token = jwt("access", settings.token_exp_claim.then_some(life));
        self.access_tokens.insert(
            token.clone(),
            AccessToken {
                account,
                dies: Instant::now() + life,
            },
        );
        token
    }

    pub(crate) fn mint_partner_token(&mut self, settings: &Settings) -> String {
        let life = Duration::from_millis(settings.partner_token_ttl_ms);
        let token = jwt("partner-upload", Some(life));
        self.accept_partner_token(token.clone(), settings);
        token
    }

    /// Lets a partner token live from now on.
    pub(crate) fn accept_partner_token(&mut self, token: String, settings: &Settings) {
        let life = Duration::from_millis(settings.partner_token_ttl_ms);
        self.partner_tokens.insert(token, Instant::now() + life);
    }

    /// The account of a live access token.
    pub(crate) fn account(&self, token: &str) -> Option<Account> {
        let found = self.access_tokens.get(token)?;
        (Instant::now() < found.dies).then_some(found.account)
    }

    pub(crate) fn is_access_token(&self, token: &str) -> bool {
        self.access_tokens.contains_key(token)
    }

    pub(crate) fn is_partner_token(&self, token: &str) -> bool {
        self.partner_tokens.contains_key(token)
    }

    pub(crate) fn partner_token_lives(&self, token: &str) -> bool {
        self.partner_tokens
            .get(token)
            .is_some_and(|dies| Instant::now() < *dies)
    }

    pub(crate) fn expire_access_tokens(&mut self) {
        let now = Instant::now();
        self.access_tokens
            .values_mut()
            .for_each(|token| token.dies = now);
    }

    pub(crate) fn expire_partner_tokens(&mut self) {
        let now = Instant::now();
        self.partner_tokens
            .values_mut()
            .for_each(|dies| *dies = now);
    }
}

/// A string with the looks of a signed JSON web token; the sandbox only ever compares it.
pub(crate) fn jwt(scope: &str, life: Option<Duration>) -> String {
    let now = jiff::Timestamp::now();
    let mut claims = json!({
        "jti": uuid::Uuid::new_v4().to_string(),
        "scope": scope,
        "iat": now.as_second(),
    });
    if let Some(life) = life {
        let seconds = i64::try_from(life.as_millis().div_ceil(1000)).unwrap_or(i64::MAX);
        claims["exp"] = now.as_second().saturating_add(seconds).into();
    }
    let encode = |text: &str| URL_SAFE_NO_PAD.encode(text);
    let header = encode(r#"{"alg":"HS256","typ":"JWT"}"#);
    let signature = URL_SAFE_NO_PAD.encode(
        [
            uuid::Uuid::new_v4().into_bytes(),
            uuid::Uuid::new_v4().into_bytes(),
        ]
        .concat(),
    );
    format!("{header}.{}.{signature}", encode(&claims.to_string()))
}
