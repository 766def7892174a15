//! [`Flight`]: one token and the one request that gets the next, however many callers wait for it.

use std::future::Future;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use secrecy::SecretString;
use tokio::time::Instant;

use super::lifetime::Lifetime;
use crate::{Error, Result};

/// After a renewal ahead of time failed, the old token is used this long before the next try.
const NEXT_TRY: Duration = Duration::from_secs(10);

/// A token and which one in the row it is.
#[derive(Clone)]
pub(crate) struct Token {
    pub secret: SecretString,
    number: u64,
    renew_at: Option<Instant>,
    ends_at: Option<Instant>,
}

/// The token of one credential.
#[derive(Default)]
pub(super) struct Flight {
    /// Held while a token is asked for: whoever else needs one waits here.
    turn: tokio::sync::Mutex<()>,
    state: Mutex<State>,
    /// Counts the answers, good and bad, so that a waiter knows which came while it waited.
    answers: AtomicU64,
}

#[derive(Default)]
struct State {
    token: Option<Token>,
    /// The last refusal, and the number of that answer.
    failed: Option<(u64, Error)>,
}

impl Flight {
    /// The current token, or a new one from `fetch` when there is none, when it is about to
    /// expire, or when it is the one that was `refused`. Callers that wait for the same answer
    /// share it, also when it is an error.
    pub async fn token<F>(
        &self,
        refused: Option<&Token>,
        fetch: impl FnOnce() -> F,
    ) -> Result<Token>
    where
        F: Future<Output = Result<(SecretString, Lifetime)>>,
    {
        let usable =
            |token: &Token| refused.is_none_or(|old| old.number != token.number) && !token.is_due();
        let seen = self.answers.load(Ordering::Acquire);
        if let Some(token) = self.held().filter(usable) {
            return Ok(token);
        }
        let _turn = self.turn.lock().await;
        if let Some(token) = self.held().filter(usable) {
            return Ok(token);
        }
        if let Some(error) = self.failed_since(seen) {
            return Err(error);
        }
        match fetch().await {
            Ok((secret, lifetime)) => Ok(self.store(secret, lifetime)),
            Err(error) => self.fall_back(refused, error),
        }
    }

    /// The secret held now.
    pub fn current(&self) -> Option<SecretString> {
        self.held().map(|token| token.secret)
    }

    fn held(&self) -> Option<Token> {
        self.state().token.clone()
    }

    fn failed_since(&self, seen: u64) -> Option<Error> {
        let state = self.state();
        let (number, error) = state.failed.as_ref()?;
        (*number > seen).then(|| error.clone())
    }

    fn store(&self, secret: SecretString, lifetime: Lifetime) -> Token {
        let now = Instant::now();
        let token = Token {
            secret,
            number: self.answers.fetch_add(1, Ordering::AcqRel) + 1,
            renew_at: lifetime.renew_after().map(|life| now + life),
            ends_at: lifetime.ends_after().map(|life| now + life),
        };
        let mut state = self.state();
        state.token = Some(token.clone());
        state.failed = None;
        token
    }

    /// A token that is only due, not refused and not expired, outlives a renewal that failed.
    fn fall_back(&self, refused: Option<&Token>, error: Error) -> Result<Token> {
        let number = self.answers.fetch_add(1, Ordering::AcqRel) + 1;
        let mut state = self.state();
        if let Some(token) = &mut state.token
            && refused.is_none_or(|old| old.number != token.number)
            && !token.is_over()
        {
            token.renew_at = Some(Instant::now() + NEXT_TRY);
            return Ok(token.clone());
        }
        state.failed = Some((number, error.clone()));
        Err(error)
    }

    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Token {
    fn is_due(&self) -> bool {
        self.renew_at.is_some_and(|at| at <= Instant::now())
    }

    fn is_over(&self) -> bool {
        self.ends_at.is_some_and(|at| at <= Instant::now())
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::AtomicUsize;

    use secrecy::ExposeSecret;

    use super::*;
    use crate::ErrorCode;

    #[derive(Default)]
    struct Issuer {
        flight: Flight,
        asked: AtomicUsize,
    }

    impl Issuer {
        async fn token(&self, refused: Option<&Token>, life: Option<u64>) -> Result<Token> {
            self.flight.token(refused, || self.issue(life)).await
        }

        async fn issue(&self, life: Option<u64>) -> Result<(SecretString, Lifetime)> {
            let number = self.asked.fetch_add(1, Ordering::SeqCst) + 1;
            tokio::time::sleep(Duration::from_millis(50)).await;
            let lifetime = Lifetime::known(life.map(Duration::from_secs));
            Ok((format!("token-{number}").into(), lifetime))
        }

        async fn refusal(&self, refused: Option<&Token>) -> Result<Token> {
            let refuse = || async {
                self.asked.fetch_add(1, Ordering::SeqCst);
                tokio::time::sleep(Duration::from_millis(50)).await;
                Err(Error::new(ErrorCode::AuthenticationFailed, "no"))
            };
            self.flight.token(refused, refuse).await
        }

        fn asked(&self) -> usize {
            self.asked.load(Ordering::SeqCst)
        }
    }

    async fn all<T: Send + 'static>(work: Vec<impl Future<Output = T> + Send + 'static>) -> Vec<T> {
        futures_util::future::join_all(work.into_iter().map(tokio::spawn))
            .await
            .into_iter()
            .map(|joined| joined.unwrap())
            .collect()
    }

    #[tokio::test(start_paused = true)]
    async fn fifty_callers_with_a_refused_token_cause_one_renewal() {
        let issuer = Arc::new(Issuer::default());
        let first = issuer.token(None, None).await.unwrap();
        let work = (0..50).map(|_| {
            let (issuer, first) = (issuer.clone(), first.clone());
            async move { issuer.token(Some(&first), None).await.unwrap() }
        });
        for token in all(work.collect()).await {
            assert_eq!(token.secret.expose_secret(), "token-2");
        }
        assert_eq!(issuer.asked(), 2);
    }

    #[tokio::test(start_paused = true)]
    async fn callers_that_wait_for_a_refusal_share_it() {
        let issuer = Arc::new(Issuer::default());
        let work = (0..50).map(|_| {
            let issuer = issuer.clone();
            async move { issuer.refusal(None).await.map(|_| ()).unwrap_err() }
        });
        for error in all(work.collect()).await {
            assert_eq!(error.code(), ErrorCode::AuthenticationFailed);
        }
        assert_eq!(issuer.asked(), 1);
        assert!(issuer.token(None, None).await.is_ok(), "a later call asks");
    }

    #[tokio::test(start_paused = true)]
    async fn a_caller_that_goes_away_leaves_its_turn_to_the_next() {
        let issuer = Arc::new(Issuer::default());
        let gone = tokio::time::timeout(Duration::from_millis(10), issuer.token(None, None)).await;
        assert!(gone.is_err());
        assert!(issuer.token(None, None).await.is_ok());
        assert_eq!(issuer.asked(), 2);
    }

    #[tokio::test(start_paused = true)]
    async fn a_token_is_renewed_when_a_fifth_of_its_life_is_left() {
        let issuer = Issuer::default();
        issuer.token(None, Some(100)).await.unwrap();
        tokio::time::advance(Duration::from_secs(79)).await;
        issuer.token(None, Some(100)).await.unwrap();
        assert_eq!(issuer.asked(), 1);
        tokio::time::advance(Duration::from_secs(2)).await;
        issuer.token(None, Some(100)).await.unwrap();
        assert_eq!(issuer.asked(), 2);
    }

    #[tokio::test(start_paused = true)]
    async fn a_renewal_ahead_of_time_may_fail_while_the_token_lasts() {
        let issuer = Issuer::default();
        issuer.token(None, Some(100)).await.unwrap();
        tokio::time::advance(Duration::from_secs(85)).await;
        let kept = issuer.refusal(None).await.unwrap();
        assert_eq!(kept.secret.expose_secret(), "token-1");
        tokio::time::advance(Duration::from_secs(20)).await;
        assert!(issuer.refusal(None).await.is_err(), "expired by now");
    }
}
