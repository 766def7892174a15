//! `If-None-Match` and `If-Range`.

use http::HeaderMap;
use http::header::{IF_NONE_MATCH, IF_RANGE};
use jiff::Timestamp;
use jiff::fmt::rfc2822::DateTimeParser;

/// Whether the caller has this version already (RFC 9110, 13.1.2: weak comparison).
pub fn has(headers: &HeaderMap, etag: &str) -> bool {
    let strong = |tag: &str| tag.trim().trim_start_matches("W/") == etag;
    headers
        .get_all(IF_NONE_MATCH)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .any(|value| value.trim() == "*" || value.split(',').any(strong))
}

/// Whether a range may be answered with a part: there is no condition, or it holds (RFC 9110,
/// 13.1.5: strong comparison).
pub fn range_holds(headers: &HeaderMap, etag: Option<&str>, modified: Option<Timestamp>) -> bool {
    let Some(condition) = headers.get(IF_RANGE) else {
        return true;
    };
    let Ok(condition) = condition.to_str() else {
        return false;
    };
    match condition.starts_with(['"', 'W']) && condition.contains('"') {
        true => Some(condition) == etag,
        // To the second, as the header is; a date is as good as a strong validator here, since a
        // file that changed within its second has another tag and callers get both.
        false => DateTimeParser::new()
            .parse_timestamp(condition)
            .is_ok_and(|date| modified.is_some_and(|m| m.as_second() == date.as_second())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn header(name: http::HeaderName, value: &str) -> HeaderMap {
        HeaderMap::from_iter([(name, value.parse().unwrap())])
    }

    #[test]
    fn a_known_tag_matches_weakly_and_in_a_list() {
        for value in ["\"a\"", "W/\"a\"", "\"b\", \"a\"", "*"] {
            assert!(has(&header(IF_NONE_MATCH, value), "\"a\""), "{value}");
        }
        assert!(!has(&header(IF_NONE_MATCH, "\"b\""), "\"a\""));
        assert!(!has(&HeaderMap::new(), "\"a\""));
    }

    #[test]
    fn a_range_holds_for_the_same_tag_or_second_only() {
        let time: Timestamp = "2026-02-11T09:30:00.5Z".parse().unwrap();
        let holds = |value| range_holds(&header(IF_RANGE, value), Some("\"a\""), Some(time));
        assert!(holds("\"a\""));
        assert!(holds("Wed, 11 Feb 2026 09:30:00 GMT"));
        for other in ["\"b\"", "W/\"a\"", "Wed, 11 Feb 2026 09:30:01 GMT", "junk"] {
            assert!(!holds(other), "{other}");
        }
        assert!(range_holds(&HeaderMap::new(), None, None));
    }
}
