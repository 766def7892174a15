//! Where a client or a file of a push stands, as a number and as a word.

use std::ffi::c_char;

use filed_core::push::ItemState;

use crate::guard::guard;

/// In the journal.
pub const FILED_ITEM_ADDED: u32 = 1;
/// A file on its way.
pub const FILED_ITEM_UPLOADING: u32 = 2;
/// A file the upload host holds.
pub const FILED_ITEM_UPLOADED: u32 = 3;
/// A client whose work exists.
pub const FILED_ITEM_CREATED: u32 = 4;
/// Attached at Filed.
pub const FILED_ITEM_ATTACHED: u32 = 5;
/// Imported; terminal.
pub const FILED_ITEM_IMPORTED: u32 = 6;
/// Failed; terminal.
pub const FILED_ITEM_FAILED: u32 = 7;
/// Ended by Filed; terminal.
pub const FILED_ITEM_CANCELLED: u32 = 8;

/// The word for one of `FILED_ITEM_...`, such as `added`; NULL for another number. Never to be
/// freed.
#[unsafe(no_mangle)]
pub extern "C" fn filed_item_state_name(state: u32) -> *const c_char {
    guard("filed_item_state_name", || {
        Ok(match state {
            FILED_ITEM_ADDED => c"added",
            FILED_ITEM_UPLOADING => c"uploading",
            FILED_ITEM_UPLOADED => c"uploaded",
            FILED_ITEM_CREATED => c"created",
            FILED_ITEM_ATTACHED => c"attached",
            FILED_ITEM_IMPORTED => c"imported",
            FILED_ITEM_FAILED => c"failed",
            FILED_ITEM_CANCELLED => c"cancelled",
            _ => return Ok(std::ptr::null()),
        }
        .as_ptr())
    })
}

/// The number C knows a state by.
pub(crate) fn number(state: ItemState) -> u32 {
    match state {
        ItemState::Added => FILED_ITEM_ADDED,
        ItemState::Uploading => FILED_ITEM_UPLOADING,
        ItemState::Uploaded => FILED_ITEM_UPLOADED,
        ItemState::Created => FILED_ITEM_CREATED,
        ItemState::Attached => FILED_ITEM_ATTACHED,
        ItemState::Imported => FILED_ITEM_IMPORTED,
        ItemState::Failed => FILED_ITEM_FAILED,
        ItemState::Cancelled => FILED_ITEM_CANCELLED,
    }
}

#[cfg(test)]
mod tests {
    use std::ffi::CStr;

    use super::*;

    #[test]
    fn names_are_the_words_of_every_language() {
        use ItemState::*;
        for state in [
            Added, Uploading, Uploaded, Created, Attached, Imported, Failed, Cancelled,
        ] {
            let name = unsafe { CStr::from_ptr(filed_item_state_name(number(state))) };
            assert_eq!(name.to_str(), Ok(state.as_str()));
        }
        assert!(filed_item_state_name(0).is_null());
    }
}
