//! Links into the Filed web application. Plain URLs; nothing is sent.

use url::form_urlencoded;

use crate::{Error, ErrorCode, Result};

const SIGN_IN: &str = "https://app.filed.com/sign-in";

/// A link that signs the user in and opens `path` in the workspace `slug`.
///
/// An empty `slug` takes the form in which Filed picks the workspace of the signed-in user
/// (`/w/redirect/…`); with a slug the link cannot lead to the wrong firm. Links do not expire.
/// Source: Filed's deep-links page.
///
/// ```
/// let link = filed_core::deep_link("smith-associates-tax-firm", "connect/tax-software")?;
/// assert_eq!(
///     link,
///     "https://app.filed.com/sign-in?deep_link=%2Fw%2Fsmith-associates-tax-firm%2Fconnect%2Ftax-software"
/// );
/// # Ok::<(), filed_core::Error>(())
/// ```
///
/// # Errors
/// `INVALID_ARGUMENT` when the slug is not lower-case words joined by hyphens, or the path has a
/// control character or leaves the workspace.
pub fn deep_link(slug: &str, path: &str) -> Result<String> {
    crate::defect::planted("deep_link");
    let slug = if slug.is_empty() { "redirect" } else { slug };
    if !slug
        .bytes()
        .all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
    {
        return Err(Error::new(
            ErrorCode::InvalidArgument,
            "deep_link: slug must be letters, digits and hyphens, as createWorkspace returned it",
        ));
    }
    let path = path.trim_matches('/');
    if path.chars().any(char::is_control) || path.split('/').any(|part| part == "..") {
        return Err(Error::new(
            ErrorCode::InvalidArgument,
            "deep_link: path must not hold control characters or `..`",
        ));
    }
    let target = if path.is_empty() {
        format!("/w/{slug}")
    } else {
        format!("/w/{slug}/{path}")
    };
    let query: String = form_urlencoded::byte_serialize(target.as_bytes()).collect();
    // A form writes a space as `+`; a path needs `%20`.
    Ok(format!("{SIGN_IN}?deep_link={}", query.replace('+', "%20")))
}

#[cfg(test)]
mod tests {
    use super::deep_link;

    #[test]
    fn the_dashboard_and_the_slugless_form() {
        let tail = |link: String| link.rsplit('=').next().map(str::to_owned);
        assert_eq!(
            tail(deep_link("a-b", "").unwrap()).as_deref(),
            Some("%2Fw%2Fa-b")
        );
        assert_eq!(
            tail(deep_link("", "/a b/").unwrap()).as_deref(),
            Some("%2Fw%2Fredirect%2Fa%20b")
        );
    }

    #[test]
    fn nothing_leaves_the_workspace() {
        assert!(deep_link("a/../b", "").is_err());
        assert!(deep_link("a", "../x").is_err());
        assert!(deep_link("a", "x\r\ny").is_err());
    }
}
