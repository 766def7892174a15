//! How long a token lives, when it says so: a JWT with `exp`. Any other token is opaque and lives
//! until it is refused. Nothing is verified here; that is the server's business.

use std::time::Duration;

use jiff::Timestamp;
use serde::Deserialize;

/// Life left, as of when the token came.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Lifetime(Option<Duration>);

#[derive(Deserialize)]
struct Claims {
    exp: f64,
    iat: Option<f64>,
}

impl Lifetime {
    #[cfg(test)]
    pub fn known(life: Option<Duration>) -> Self {
        Self(life)
    }

    /// Reads a token that just came. Its own `iat` is trusted more than the local clock.
    pub fn of(token: &str) -> Self {
        Self(claims(token).and_then(|claims| {
            let now = Timestamp::now().as_duration().as_secs_f64();
            let seconds = claims.exp - claims.iat.unwrap_or(now);
            Duration::try_from_secs_f64(seconds)
                .ok()
                .filter(|life| *life >= Duration::from_secs(1))
                .map(|life| life.min(Duration::from_secs(365 * 24 * 3600)))
        }))
    }

    /// When a fifth of the life is left.
    pub fn renew_after(self) -> Option<Duration> {
        self.0.map(|life| life.mul_f64(0.8))
    }

    pub fn ends_after(self) -> Option<Duration> {
        self.0
    }
}

fn claims(token: &str) -> Option<Claims> {
    let mut parts = token.split('.');
    let (_, payload, _) = (parts.next()?, parts.next()?, parts.next()?);
    let json = zeroize::Zeroizing::new(base64url(payload)?);
    serde_json::from_slice(&json).ok()
}

fn base64url(text: &str) -> Option<Vec<u8>> {
    use base64::Engine;
    base64::engine::general_purpose::URL_SAFE_NO_PAD
        .decode(text.trim_end_matches('='))
        .ok()
}

#[cfg(test)]
mod tests {
    use base64::Engine;

    use super::*;

    fn jwt(claims: &str) -> String {
        let encode = |text: &str| base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(text);
        format!("{}.{}.sig", encode(r#"{"alg":"HS256"}"#), encode(claims))
    }

    #[test]
    fn a_jwt_tells_its_life_whatever_the_local_clock_says() {
        let life = Lifetime::of(&jwt(r#"{"iat":1000,"exp":1600,"sub":"x"}"#));
        assert_eq!(life.ends_after(), Some(Duration::from_secs(600)));
        assert_eq!(life.renew_after(), Some(Duration::from_secs(480)));
    }

    #[test]
    fn without_iat_the_local_clock_decides() {
        let exp = Timestamp::now().as_second() + 100;
        let left = Lifetime::of(&jwt(&format!(r#"{{"exp":{exp}}}"#)));
        let seconds = left.ends_after().unwrap().as_secs_f64();
        assert!((95.0..=100.0).contains(&seconds), "{seconds}");
    }

    #[test]
    fn everything_else_is_opaque() {
        let tokens = [
            "opaque".to_owned(),
            "a.b.c".to_owned(),
            jwt("{}"),
            jwt("not json"),
            jwt(r#"{"exp":"soon"}"#),
            jwt(r#"{"iat":1000,"exp":900}"#),
            jwt(r#"{"exp":1e300,"iat":-1e300}"#),
        ];
        for token in tokens {
            assert_eq!(Lifetime::of(&token).ends_after(), None, "{token}");
        }
    }
}
