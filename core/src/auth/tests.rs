//! Which token goes where, and how often a partner's function is asked. The login itself is tested
//! with the gateway.

use std::pin::Pin;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::*;
use crate::Config;
use crate::config::PartnerTokenSource;

#[derive(Default)]
struct Counting(AtomicUsize);

impl PartnerTokenSource for Counting {
    fn token(&self) -> Pin<Box<dyn Future<Output = Result<SecretString>> + Send + '_>> {
        let number = self.0.fetch_add(1, Ordering::SeqCst) + 1;
        Box::pin(async move { Ok(format!("partner-{number}").into()) })
    }
}

fn partner(token: Option<PartnerToken>) -> Auth {
    let config = Config {
        api_key: Some("key".into()),
        source_platform: Some("tests".into()),
        role: Some(Role::Partner),
        partner_token: token,
        // Nothing listens here: a login would fail.
        gateway_url: Some("http://127.0.0.1:9/".into()),
        upload_url: Some("http://127.0.0.1:9/".into()),
        ..Config::default()
    };
    let settings = Arc::new(config.check().unwrap());
    Auth::new(settings.clone(), Http::new(settings).unwrap())
}

fn refused() -> Error {
    Error::new(ErrorCode::AuthenticationFailed, "refused").with_http_status(401)
}

/// Uses tokens, refusing the first `refusals` of them; what was seen of them.
async fn uses(auth: &Auth, refusals: usize) -> (Result<()>, Vec<String>) {
    let seen = std::sync::Mutex::new(Vec::new());
    let result = auth
        .with_token(Audience::Upload, |token| {
            let mut seen = seen.lock().unwrap();
            seen.push(token.secret.expose_secret().to_owned());
            let refuse = seen.len() <= refusals;
            async move { if refuse { Err(refused()) } else { Ok(()) } }
        })
        .await;
    (result, seen.into_inner().unwrap())
}

#[tokio::test]
async fn a_partner_without_a_token_is_told_so_before_anything_is_sent() {
    let (result, seen) = uses(&partner(None), 0).await;
    let error = result.unwrap_err();
    assert_eq!(error.code(), ErrorCode::RoleMismatch);
    assert!(error.message().contains("FILED_PARTNER_TOKEN"));
    assert!(seen.is_empty());
}

#[tokio::test]
async fn a_function_is_asked_once_and_again_after_a_refusal() {
    let source = Arc::new(Counting::default());
    let auth = partner(Some(PartnerToken::Source(source.clone())));
    assert_eq!(uses(&auth, 0).await.1, ["partner-1"]);
    assert_eq!(uses(&auth, 0).await.1, ["partner-1"]);
    assert_eq!(uses(&auth, 1).await.1, ["partner-1", "partner-2"]);
    let (result, seen) = uses(&auth, 9).await;
    assert_eq!(result.unwrap_err().code(), ErrorCode::AuthenticationFailed);
    assert_eq!(seen, ["partner-2", "partner-3"], "no loop");
}

#[tokio::test]
async fn a_fixed_token_that_is_refused_is_not_tried_again() {
    let auth = partner(Some(PartnerToken::Fixed("planted-jwt".into())));
    let (result, seen) = uses(&auth, 9).await;
    let error = result.unwrap_err();
    assert_eq!(error.code(), ErrorCode::AuthenticationFailed);
    assert_eq!(error.http_status(), Some(401));
    assert!(!format!("{error} {error:?}").contains("planted"));
    assert_eq!(seen.len(), 1);
}

#[tokio::test]
async fn the_access_token_never_goes_to_the_partners_host() {
    let auth = partner(Some(PartnerToken::Fixed("jwt".into())));
    let (_, seen) = uses(&auth, 0).await;
    assert_eq!(seen, ["jwt"], "and no login was needed");
}

#[tokio::test]
async fn an_empty_partner_token_is_refused_here() {
    let (result, _) = uses(&partner(Some(PartnerToken::Fixed("".into()))), 0).await;
    assert_eq!(result.unwrap_err().code(), ErrorCode::AuthenticationFailed);
}
