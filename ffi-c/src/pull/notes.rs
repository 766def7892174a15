//! A note on its way to the host.

use std::ffi::c_char;

use filed_core::pull::{NewNote, Note, NoteFormat};
use jiff::Timestamp;

use super::lists::moment;
use super::query::text;
use crate::args;
use crate::error::filed_error;
use crate::guard::guard;
use crate::text::{OptionalText, Text};

/// The text of a note stands for itself.
pub const FILED_PULL_NOTE_PLAIN: u32 = 0;

/// The text of a note is CommonMark.
pub const FILED_PULL_NOTE_MARKDOWN: u32 = 1;

/// A note to be put on a client. Valid until `add_note` returns; a newer library may add fields at
/// the end, as far as `size` says.
#[repr(C)]
pub struct filed_pull_new_note {
    /// Size of this struct.
    pub size: u32,
    /// One of `FILED_PULL_NOTE_...`.
    pub format: u32,
    /// The note itself, 1 to 10,000 characters.
    pub text: *const c_char,
    /// What it is about, or NULL.
    pub category: *const c_char,
    /// Who wrote it, or NULL.
    pub author: *const c_char,
    /// NULL, or a key: the same key for the same client is the same note. A host that has it
    /// already answers with the one it has.
    pub idempotency_key: *const c_char,
}

/// Where `add_note` says what became of the note. Valid until that returns.
pub struct filed_pull_kept_note(Option<(String, Option<Timestamp>)>);

impl filed_pull_kept_note {
    pub fn new() -> Self {
        Self(None)
    }

    /// The note as it is kept, or `None` when the host did not say.
    pub fn finish(self, client_id: String, sent: NewNote) -> Option<Note> {
        let (id, date_created) = self.0?;
        Some(Note {
            id,
            client_id,
            text: sent.text,
            format: sent.format,
            category: sent.category,
            author: sent.author,
            date_created: date_created.unwrap_or_else(Timestamp::now),
        })
    }
}

/// Says that the note is kept: its id at the host, and when it was put on the client, such as
/// `2026-03-01T12:00:00Z`, or NULL for now. Strings are copied.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn filed_pull_kept_note_set(
    note: *mut filed_pull_kept_note,
    id: *const c_char,
    date_created: *const c_char,
) -> *mut filed_error {
    guard("filed_pull_kept_note_set", || {
        let note = unsafe { args::handle_mut(note, "note") }?;
        let id = unsafe { args::text(id, "id") }?.to_owned();
        note.0 = Some((id, unsafe { moment(date_created, "date_created") }?));
        Ok(())
    })
}

/// Calls `function` with the note as C reads it.
pub(super) fn with_note<T>(note: &NewNote, function: impl FnOnce(&filed_pull_new_note) -> T) -> T {
    let content = Text::from(note.text.as_str());
    let category = text(note.category.as_ref());
    let author = text(note.author.as_ref());
    let key = text(note.idempotency_key.as_ref());
    function(&filed_pull_new_note {
        size: size_of::<filed_pull_new_note>() as u32,
        format: match note.format {
            NoteFormat::Plain => FILED_PULL_NOTE_PLAIN,
            NoteFormat::Markdown => FILED_PULL_NOTE_MARKDOWN,
        },
        text: content.as_ptr(),
        category: category.as_ptr_or_null(),
        author: author.as_ptr_or_null(),
        idempotency_key: key.as_ptr_or_null(),
    })
}
