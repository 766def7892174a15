//! Arguments as C gives them: pointers, strings, arrays, JSON. Structs with a `size` are in
//! `records`.

use std::ffi::{CStr, c_char};

use crate::failure::{Failure, Result};

use filed_core::{Error, ErrorCode};
use serde_json::{Map, Value};

/// `INVALID_ARGUMENT` about the argument `name`.
pub(crate) fn invalid(name: &str, problem: &str) -> Failure {
    Failure::Boundary(Error::new(
        ErrorCode::InvalidArgument,
        format!("{name} {problem}"),
    ))
}

/// A handle or struct that must be there.
///
/// # Safety
/// NULL or valid for `'a`.
pub(crate) unsafe fn handle<'a, T>(pointer: *const T, name: &str) -> Result<&'a T> {
    unsafe { pointer.as_ref() }.ok_or_else(|| invalid(name, "is NULL"))
}

/// A handle the call changes.
///
/// # Safety
/// NULL or valid for `'a` and used by nobody else meanwhile.
pub(crate) unsafe fn handle_mut<'a, T>(pointer: *mut T, name: &str) -> Result<&'a mut T> {
    unsafe { pointer.as_mut() }.ok_or_else(|| invalid(name, "is NULL"))
}

/// Where a new handle goes. NULL is stored there at once, so that it is never left undefined.
pub(crate) struct Out<'a, T>(&'a mut *mut T);

impl<T> Out<'_, T> {
    pub fn set(self, value: T) {
        *self.0 = crate::handle::hand_over(value);
    }
}

/// # Safety
/// NULL or writable for `'a`.
pub(crate) unsafe fn out<'a, T>(pointer: *mut *mut T, name: &str) -> Result<Out<'a, T>> {
    let Some(place) = (unsafe { pointer.as_mut() }) else {
        return Err(invalid(name, "is NULL: it is where the result goes"));
    };
    *place = std::ptr::null_mut();
    Ok(Out(place))
}

/// A string that must be there.
///
/// # Safety
/// NULL or a NUL-terminated string valid for `'a`.
pub(crate) unsafe fn text<'a>(pointer: *const c_char, name: &str) -> Result<&'a str> {
    unsafe { optional_text(pointer, name) }?.ok_or_else(|| invalid(name, "is NULL"))
}

/// A string that may be NULL.
///
/// # Safety
/// As [`text`].
pub(crate) unsafe fn optional_text<'a>(
    pointer: *const c_char,
    name: &str,
) -> Result<Option<&'a str>> {
    if pointer.is_null() {
        return Ok(None);
    }
    let text = unsafe { CStr::from_ptr(pointer) };
    text.to_str()
        .map(Some)
        .map_err(|_| invalid(name, "is not UTF-8"))
}

/// As [`optional_text`], owned.
///
/// # Safety
/// As [`text`].
pub(crate) unsafe fn optional_string(pointer: *const c_char, name: &str) -> Result<Option<String>> {
    Ok(unsafe { optional_text(pointer, name) }?.map(str::to_owned))
}

/// An array; NULL is an empty one when `count` is 0.
///
/// # Safety
/// NULL or `count` items valid for `'a`.
pub(crate) unsafe fn slice<'a, T>(pointer: *const T, count: u64, name: &str) -> Result<&'a [T]> {
    let count = usize::try_from(count).map_err(|_| invalid(name, "is longer than memory"))?;
    if count == 0 {
        return Ok(&[]);
    }
    if pointer.is_null() {
        return Err(invalid(name, "is NULL but its length is not 0"));
    }
    if count > isize::MAX as usize / size_of::<T>().max(1) {
        return Err(invalid(name, "is longer than memory"));
    }
    Ok(unsafe { std::slice::from_raw_parts(pointer, count) })
}

/// A copy of bytes whose number the caller chose: there may be no memory for it.
///
/// # Safety
/// As [`slice`].
pub(crate) unsafe fn copied(pointer: *const u8, count: u64, name: &str) -> Result<Vec<u8>> {
    let bytes = unsafe { slice(pointer, count, name) }?;
    let mut copy = Vec::new();
    copy.try_reserve_exact(bytes.len())
        .map_err(|_| Failure::NoMemory)?;
    copy.extend_from_slice(bytes);
    Ok(copy)
}

/// An array of strings, none of them NULL.
///
/// # Safety
/// NULL or `count` NUL-terminated strings.
pub(crate) unsafe fn strings(
    pointer: *const *const c_char,
    count: u64,
    name: &str,
) -> Result<Vec<String>> {
    unsafe { slice(pointer, count, name) }?
        .iter()
        .enumerate()
        .map(|(index, item)| {
            let item = unsafe { text(*item, &format!("{name}[{index}]")) }?;
            Ok(item.to_owned())
        })
        .collect()
}

/// JSON text that may be NULL.
///
/// # Safety
/// As [`text`].
pub(crate) unsafe fn json(pointer: *const c_char, name: &str) -> Result<Option<Value>> {
    let Some(text) = (unsafe { optional_text(pointer, name) })? else {
        return Ok(None);
    };
    // The parser's own message may quote the text: it is left out.
    serde_json::from_str(text)
        .map(Some)
        .map_err(|_| invalid(name, "is not JSON"))
}

/// A JSON object that may be NULL.
///
/// # Safety
/// As [`text`].
pub(crate) unsafe fn json_object(
    pointer: *const c_char,
    name: &str,
) -> Result<Option<Map<String, Value>>> {
    match unsafe { json(pointer, name) }? {
        None | Some(Value::Null) => Ok(None),
        Some(Value::Object(object)) => Ok(Some(object)),
        Some(_) => Err(invalid(name, "is not a JSON object")),
    }
}
