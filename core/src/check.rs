//! Checks of what a host hands in, made before anything is sent. Messages name the argument and
//! never quote its value: it may be a taxpayer's name.

use std::collections::HashSet;

use url::Url;

use crate::config::is_loopback;
use crate::{Error, ErrorCode, Result};

const LONGEST_NAME: usize = 500;
const LONGEST_ID: usize = 255;

/// An error about the argument called `argument`.
pub(crate) fn invalid(argument: &str, problem: &str) -> Error {
    Error::new(
        ErrorCode::InvalidArgument,
        format!("argument `{argument}` {problem}"),
    )
}

/// An id of Filed's: present, of bearable length, without control characters.
pub(crate) fn id(argument: &str, value: &str) -> Result<()> {
    text(argument, value, LONGEST_ID)
}

/// Every id of a list that may be empty.
pub(crate) fn ids(argument: &str, values: &[String]) -> Result<()> {
    values.iter().try_for_each(|value| id(argument, value))
}

/// An id of the caller's.
pub(crate) fn external_id(value: &str) -> Result<()> {
    text("external_id", value, LONGEST_ID)
}

/// The name of a job, a client or a file; `argument` says whose.
pub(crate) fn name(argument: &str, value: &str) -> Result<()> {
    text(argument, value, LONGEST_NAME)
}

/// Text of 1 to `longest` characters without control characters, and not only spaces.
pub(crate) fn text(argument: &str, value: &str, longest: usize) -> Result<()> {
    if value.trim().is_empty() {
        return Err(invalid(argument, "is empty"));
    }
    if value.chars().any(char::is_control) {
        return Err(invalid(argument, "holds a control character"));
    }
    if value.chars().count() > longest {
        return Err(invalid(
            argument,
            &format!("is longer than {longest} characters"),
        ));
    }
    Ok(())
}

/// At least one entry.
pub(crate) fn not_empty<T>(argument: &str, list: &[T]) -> Result<()> {
    match list.is_empty() {
        true => Err(invalid(argument, "is an empty list")),
        false => Ok(()),
    }
}

/// No external id twice within one batch.
pub(crate) fn distinct<'a>(external_ids: impl IntoIterator<Item = &'a str>) -> Result<()> {
    let mut seen = HashSet::new();
    for id in external_ids {
        if !seen.insert(id) {
            return Err(Error::new(
                ErrorCode::DuplicateExternalId,
                "two entries of this batch have the same external id",
            )
            .with_external_id(id));
        }
    }
    Ok(())
}

/// Something that can be an email address. Whether it is one, only sending tells.
pub(crate) fn email(argument: &str, value: &str) -> Result<()> {
    text(argument, value, 320)?;
    let (local, domain) = value.rsplit_once('@').unwrap_or_default();
    if local.is_empty() || domain.is_empty() || value.contains(char::is_whitespace) {
        return Err(invalid(argument, "is not an email address"));
    }
    Ok(())
}

/// A URL that others fetch from or send to: https, or http on loopback.
pub(crate) fn https_url(argument: &str, value: &str) -> Result<Url> {
    text(argument, value, 8192)?;
    let url = Url::parse(value).map_err(|_| invalid(argument, "is not a URL"))?;
    let allowed = match url.scheme() {
        "https" => url.host().is_some(),
        "http" => is_loopback(&url),
        _ => false,
    };
    match allowed {
        true => Ok(url),
        false => Err(invalid(
            argument,
            "must be an https URL; plain http is only for loopback",
        )),
    }
}

/// A tax firm's size as the gateway words it.
pub(crate) fn firm_size(value: &str) -> Result<()> {
    match value {
        "xs" | "sm" | "md" | "lg" | "xl" => Ok(()),
        _ => Err(invalid("firm_size", "must be one of xs, sm, md, lg, xl")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(result: Result<()>) -> String {
        let error = result.expect_err("must be refused");
        assert_eq!(error.code(), ErrorCode::InvalidArgument);
        error.message().to_owned()
    }

    #[test]
    fn texts_are_present_bounded_and_clean() {
        assert!(name("name", "Zoë 🧾").is_ok());
        assert!(name("name", &"é".repeat(500)).is_ok());
        for bad in ["", "  ", "a\nb", "a\u{0}b", &"é".repeat(501)] {
            assert!(refusal(name("name", bad)).contains("`name`"));
        }
        assert!(external_id(&"x".repeat(255)).is_ok());
        assert!(refusal(external_id(&"x".repeat(256))).contains("255"));
        assert!(refusal(ids("ids", &["a".into(), String::new()])).contains("`ids`"));
    }

    #[test]
    fn a_message_never_quotes_the_value() {
        assert!(!refusal(name("name", "Jane\u{7}Doe")).contains("Jane"));
        assert!(!refusal(email("emails", "jane doe@example.com")).contains("jane"));
    }

    #[test]
    fn an_external_id_twice_in_a_batch_is_named() {
        assert!(distinct(["a", "b"]).is_ok());
        let error = distinct(["a", "b", "a"]).unwrap_err();
        assert_eq!(error.code(), ErrorCode::DuplicateExternalId);
        assert_eq!(error.external_id(), Some("a"));
    }

    #[test]
    fn emails_need_two_sides() {
        assert!(email("emails", "a@b.c").is_ok());
        for bad in ["a", "@b", "a@", "a b@c"] {
            refusal(email("emails", bad));
        }
    }

    #[test]
    fn urls_are_https_unless_on_loopback() {
        for good in [
            "https://example.com/x",
            "http://127.0.0.1:1/x",
            "http://[::1]/x",
        ] {
            assert!(https_url("url", good).is_ok(), "{good}");
        }
        for bad in [
            "http://example.com/",
            "ftp://127.0.0.1/",
            "file:///etc",
            "x",
            "",
        ] {
            refusal(https_url("url", bad).map(|_| ()));
        }
    }
}
