//! Settings: which are refused, and how.

use super::*;

fn valid() -> Config {
    Config {
        api_key: Some("key".into()),
        source_platform: Some("acme".into()),
        ..Config::default()
    }
}

fn refusal(config: Config) -> (ErrorCode, String) {
    let error = config.check().err().expect("must be refused");
    (error.code(), error.message().to_owned())
}

#[test]
fn a_missing_setting_is_named_with_its_variable() {
    let (code, message) = refusal(Config::default());
    assert_eq!(code, ErrorCode::ConfigMissing);
    assert!(message.contains("api_key") && message.contains("FILED_API_KEY"));
}

#[test]
fn plain_http_is_only_for_loopback() {
    let remote = Config {
        gateway_url: Some("http://example.com/".into()),
        ..valid()
    };
    assert_eq!(refusal(remote).0, ErrorCode::ConfigInvalid);
    for local in [
        "http://127.0.0.1:1/",
        "http://localhost:1/",
        "http://[::1]:1/",
    ] {
        let config = Config {
            gateway_url: Some(local.into()),
            ..valid()
        };
        assert!(config.check().is_ok(), "{local}");
    }
}

#[test]
fn a_role_with_the_other_roles_host_or_token_is_refused() {
    let customer = Config {
        upload_url: Some(PARTNER_UPLOAD_URL.into()),
        ..valid()
    };
    let partner = Config {
        role: Some(Role::Partner),
        upload_url: Some(CUSTOMER_UPLOAD_URL.into()),
        ..valid()
    };
    let token = Config {
        partner_token: Some(PartnerToken::Fixed("jwt".into())),
        ..valid()
    };
    for config in [customer, partner, token] {
        assert_eq!(refusal(config).0, ErrorCode::RoleMismatch);
    }
}

#[test]
fn limits_are_bounded() {
    let none = Config {
        max_concurrency: Some(0),
        ..valid()
    };
    let forever = Config {
        timeout: Some(Duration::ZERO),
        ..valid()
    };
    assert!(refusal(none).1.contains("FILED_MAX_CONCURRENCY"));
    assert!(refusal(forever).1.contains("FILED_TIMEOUT"));
}

#[test]
fn debug_shows_no_secret() {
    let config = Config {
        api_key: Some("planted-key".into()),
        partner_token: Some(PartnerToken::Fixed("planted-jwt".into())),
        proxy: Some("http://user:planted-password@proxy.example.com".into()),
        ..valid()
    };
    assert!(!format!("{config:?}").contains("planted"));
}
