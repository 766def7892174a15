//! File names: what may be sent, and how it is written into a multipart header. What a name says
//! about the content is in `mime`.

use std::borrow::Cow;
use std::path::Path;

use crate::{Error, ErrorCode, Result};

const MAX_BYTES: usize = 255;

/// Refuses a name that no file system would take back: other ends store files under these names.
///
/// # Errors
/// `FILE_NAME_INVALID`, without the name.
pub(crate) fn check(name: &str) -> Result<()> {
    if name.is_empty() {
        return Err(invalid("file_name is empty"));
    }
    if name.len() > MAX_BYTES {
        return Err(invalid("file_name is longer than 255 bytes of UTF-8"));
    }
    if name.chars().any(char::is_control) {
        return Err(invalid("file_name holds a control character"));
    }
    if name.contains(['/', '\\']) || matches!(name, "." | "..") {
        return Err(invalid(
            "file_name is a path: give the last component alone",
        ));
    }
    Ok(())
}

/// The last component of a path, as a name that was checked.
///
/// # Errors
/// `FILE_NAME_INVALID` with the path in its field.
pub(crate) fn of_path(path: &Path) -> Result<String> {
    let last = path
        .file_name()
        .ok_or_else(|| invalid("the path has no file name: give file_name").with_path(path))?;
    let name = last.to_str().ok_or_else(|| {
        invalid("the name on disk is not valid Unicode: give file_name").with_path(path)
    })?;
    check(name).map_err(|e| e.with_path(path))?;
    Ok(name.to_owned())
}

/// The name between the quotes of `filename="…"`, as browsers write it: UTF-8 as it is, and three
/// bytes percent-encoded that would end the value or the header.
pub(super) fn quoted(name: &str) -> Cow<'_, str> {
    if !name.contains(['"', '\r', '\n']) {
        return Cow::Borrowed(name);
    }
    Cow::Owned(
        name.replace('"', "%22")
            .replace('\r', "%0D")
            .replace('\n', "%0A"),
    )
}

fn invalid(message: &str) -> Error {
    Error::new(ErrorCode::FileNameInvalid, message)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_single_component_is_refused() {
        let long = "a".repeat(256);
        for name in [
            "", ".", "..", "a/b", "a\\b", "../x", "a\rb", "a\nb", "a\0b", "a\u{85}b", &long,
        ] {
            let error = check(name).unwrap_err();
            assert_eq!(error.code(), ErrorCode::FileNameInvalid, "{name:?}");
            assert!(name.len() < 3 || !error.message().contains(name));
        }
    }

    #[test]
    fn what_is_legal_stays() {
        let longest = "é".repeat(127) + "a";
        for name in [
            "a",
            "w2.pdf",
            "\u{202e}fdp.exe",
            "🧾 2024.pdf",
            "\"q\".pdf",
            "...",
            &longest,
        ] {
            assert!(check(name).is_ok(), "{name:?}");
        }
    }

    #[test]
    fn a_path_gives_its_last_component_or_an_error_with_the_path() {
        assert_eq!(of_path(Path::new("a/b/w2.pdf")).unwrap(), "w2.pdf");
        let error = of_path(Path::new("a/line\nbreak")).unwrap_err();
        assert_eq!(error.code(), ErrorCode::FileNameInvalid);
        assert_eq!(error.path(), Some(Path::new("a/line\nbreak")));
        assert_eq!(
            of_path(Path::new("/")).unwrap_err().code(),
            ErrorCode::FileNameInvalid
        );
    }

    #[cfg(unix)]
    #[test]
    fn a_name_that_is_not_unicode_is_refused_with_its_path() {
        use std::os::unix::ffi::OsStrExt;
        let path = Path::new(std::ffi::OsStr::from_bytes(b"dir/\xff.pdf"));
        let error = of_path(path).unwrap_err();
        assert_eq!(error.code(), ErrorCode::FileNameInvalid);
        assert_eq!(error.path(), Some(path));
    }

    #[test]
    fn quotes_and_line_ends_cannot_end_the_header() {
        assert_eq!(quoted("a\"b\r\nc"), "a%22b%0D%0Ac");
        assert!(matches!(quoted("plain ünï.pdf"), Cow::Borrowed(_)));
    }
}
