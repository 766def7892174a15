//! Strings on their way out: NUL-terminated, owned by the handle they are read from.

use std::borrow::Cow;
use std::ffi::{CStr, CString, c_char};
use std::path::Path;

use crate::handle;

/// A string C can read.
pub(crate) struct Text(Cow<'static, CStr>);

impl Text {
    /// One that needs no memory.
    pub const fn fixed(text: &'static CStr) -> Self {
        Text(Cow::Borrowed(text))
    }

    /// Borrowed by the caller for as long as the handle lives.
    pub fn as_ptr(&self) -> *const c_char {
        self.0.as_ptr()
    }

    /// Handed over to the caller, who gives it to `filed_string_free`.
    pub fn into_raw(self) -> *mut c_char {
        handle::handed_over();
        self.0.into_owned().into_raw()
    }
}

impl From<&str> for Text {
    // C would end the string at a NUL; a server that sends one gets the replacement character.
    fn from(text: &str) -> Self {
        let text = CString::new(text.replace('\0', "\u{fffd}"));
        Text(Cow::Owned(text.unwrap_or_default()))
    }
}

impl From<String> for Text {
    fn from(text: String) -> Self {
        Text(Cow::Owned(CString::new(text).unwrap_or_else(|e| {
            let text = String::from_utf8_lossy(&e.into_vec()).replace('\0', "\u{fffd}");
            CString::new(text).unwrap_or_default()
        })))
    }
}

impl From<&Path> for Text {
    // Paths came in as UTF-8; one that did not is shown as well as it can be.
    fn from(path: &Path) -> Self {
        Text::from(path.to_string_lossy().into_owned())
    }
}

impl From<&serde_json::Value> for Text {
    fn from(value: &serde_json::Value) -> Self {
        Text::from(value.to_string())
    }
}

/// A string that may be missing: NULL in C.
pub(crate) trait OptionalText {
    fn as_ptr_or_null(&self) -> *const c_char;
}

impl OptionalText for Option<Text> {
    fn as_ptr_or_null(&self) -> *const c_char {
        self.as_ref().map_or(std::ptr::null(), Text::as_ptr)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_nul_inside_does_not_cut_the_string() {
        for text in [Text::from("a\0b"), Text::from("a\0b".to_owned())] {
            let seen = unsafe { CStr::from_ptr(text.as_ptr()) };
            assert_eq!(seen.to_str(), Ok("a\u{fffd}b"));
        }
    }
}
