//! Uploads by URL: Filed fetches the file itself. What may be asked, and how the request is
//! written in the wire profile's words.

use bytes::Bytes;
use http::HeaderValue;
use serde_json::{Map, Value};
use url::form_urlencoded::Serializer;

use crate::check::{https_url, invalid};
use crate::config::{Role, Settings};
use crate::wire::{UploadWire, UrlEncoding};
use crate::{Error, ErrorCode, Result};

/// Refuses a URL that Filed must not or cannot fetch. The message never holds the URL, which may
/// carry a signature or a taxpayer's name.
///
/// # Errors
/// `INVALID_ARGUMENT`.
pub(crate) fn check(text: &str) -> Result<()> {
    let url = https_url("url", text)?;
    if !url.username().is_empty() || url.password().is_some() {
        return Err(invalid("url", "must not hold a user name or password"));
    }
    Ok(())
}

/// Refuses uploads by URL for partners, for whom they are not documented.
///
/// # Errors
/// `ROLE_MISMATCH`.
pub(crate) fn check_role(settings: &Settings) -> Result<()> {
    if settings.role == Role::Partner && !settings.wire.upload.partner_by_url {
        return Err(Error::new(
            ErrorCode::RoleMismatch,
            "uploads by URL are documented for customers only: send the file itself, or set \
             upload.partner_by_url in the wire profile",
        ));
    }
    Ok(())
}

/// The content type and body of the request.
pub(super) fn encode(
    url: &str,
    mime_type: Option<&str>,
    wire: &UploadWire,
) -> (HeaderValue, Bytes) {
    let mut fields = vec![(wire.url_field.as_str(), url)];
    fields.extend(mime_type.map(|mime_type| (wire.mime_type_field.as_str(), mime_type)));
    match wire.url_encoding {
        UrlEncoding::Json => {
            let object = fields.into_iter().map(|(k, v)| (k.to_owned(), v.into()));
            let object = Value::Object(object.collect::<Map<_, _>>());
            let kind = HeaderValue::from_static("application/json");
            (kind, object.to_string().into())
        }
        UrlEncoding::Form => {
            let form = Serializer::new(String::new()).extend_pairs(fields).finish();
            let kind = HeaderValue::from_static("application/x-www-form-urlencoded");
            (kind, form.into())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_filed_can_fetch_safely_is_accepted() {
        for good in [
            "https://f.example/a.pdf?sig=1",
            "http://127.0.0.1:9/a",
            "http://[::1]/a",
        ] {
            assert!(check(good).is_ok(), "{good}");
        }
        let long = format!("https://f/{}", "a".repeat(9000));
        for bad in [
            "",
            "a.pdf",
            "/a.pdf",
            "http://f.example/a",
            "file:///etc/passwd",
            "ftp://f/a",
            "https://user:secret@f/a",
            "https://user@f/a",
            "data:text/plain,x",
            &long,
        ] {
            let error = check(bad).unwrap_err();
            assert_eq!(error.code(), ErrorCode::InvalidArgument, "{bad}");
            assert!(!error.message().contains("secret"));
        }
    }

    #[test]
    fn both_encodings_carry_the_profiles_names() {
        let mut wire = UploadWire {
            url_field: "fileUrl".into(),
            ..UploadWire::default()
        };
        let (kind, body) = encode("https://f/a?b=c&d=\"", Some("a/b+c"), &wire);
        assert_eq!(kind, "application/json");
        assert_eq!(
            serde_json::from_slice::<Value>(&body).unwrap(),
            serde_json::json!({"fileUrl": "https://f/a?b=c&d=\"", "mimeType": "a/b+c"})
        );
        wire.url_encoding = UrlEncoding::Form;
        let (kind, body) = encode("https://f/a?b=c&d=\"", None, &wire);
        assert_eq!(kind, "application/x-www-form-urlencoded");
        assert_eq!(&body[..], b"fileUrl=https%3A%2F%2Ff%2Fa%3Fb%3Dc%26d%3D%22");
    }
}
