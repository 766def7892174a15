//! Findings about notes and uploads.

use super::{Code, error, warning};

pub(crate) const NOTE_REFUSED: Code = error(
    "note-refused",
    "Filed cannot post a note.",
    "Take the documented body, and answer 201 with the note.",
);
pub(crate) const NOTE_INCOMPLETE: Code = error(
    "note-incomplete",
    "The answer lacks the note's id or text; Filed cannot tell that it was kept.",
    "Answer with the whole note.",
);
pub(crate) const IDEMPOTENCY_IGNORED: Code = error(
    "idempotency-ignored",
    "A repeated request makes a second note, although the documentation promises otherwise.",
    "Keep the answer under its Idempotency-Key and give it again.",
);
pub(crate) const NOTE_EMPTY: Code = warning(
    "note-empty-accepted",
    "A note without text is taken.",
    "Answer it with 400 or 422.",
);
pub(crate) const NOTE_LIMIT: Code = error(
    "note-limit-ignored",
    "A note longer than documented is taken; it may be cut where nobody looks.",
    "Answer a note that is too long with 400, 413 or 422.",
);
pub(crate) const MALFORMED_ACCEPTED: Code = warning(
    "malformed-accepted",
    "A body that is not JSON is taken.",
    "Answer it with 400.",
);
pub(crate) const UPLOAD_REFUSED: Code = error(
    "upload-refused",
    "Filed cannot send a file back.",
    "Take uploads as documented.",
);
pub(crate) const UPLOAD_INCOMPLETE: Code = error(
    "upload-incomplete",
    "The answer to an upload has no file id; Filed cannot refer to the file.",
    "Answer with the id of the stored file.",
);
pub(crate) const UPLOAD_NOT_LISTED: Code = error(
    "upload-not-listed",
    "An upload was acknowledged and is not among the client's files.",
    "Acknowledge an upload once it is kept, and list it.",
);
pub(crate) const UPLOAD_ALTERED: Code = error(
    "upload-altered",
    "A file comes back with other bytes than were sent.",
    "Keep what was sent, byte for byte.",
);
pub(crate) const TUS_RESUMABLE: Code = error(
    "tus-resumable-missing",
    "tus clients stop at an answer without Tus-Resumable.",
    "Send `Tus-Resumable: 1.0.0` with every answer of the tus endpoints.",
);
pub(crate) const TUS_NO_LOCATION: Code = error(
    "tus-no-location",
    "Without Location an upload cannot begin.",
    "Answer the creation with 201 and Location.",
);
pub(crate) const TUS_OFFSET: Code = error(
    "tus-offset-wrong",
    "Upload-Offset is not the number of bytes kept; a resumed upload is corrupt.",
    "Report exactly what is stored.",
);
pub(crate) const TUS_CONFLICT: Code = error(
    "tus-conflict-accepted",
    "Bytes for another offset are taken; a repeated request corrupts the file.",
    "Answer 409 when Upload-Offset is not the current one.",
);
pub(crate) const TUS_VERSION: Code = warning(
    "tus-version-ignored",
    "A request of another protocol version is taken.",
    "Answer 412 with Tus-Version.",
);
pub(crate) const TUS_TYPE: Code = warning(
    "tus-type-ignored",
    "A PATCH that is no tus body is taken.",
    "Answer 415 unless it is application/offset+octet-stream.",
);
pub(crate) const TUS_TERMINATION: Code = warning(
    "tus-termination",
    "An upload that was terminated is still there.",
    "Answer DELETE with 204, and the upload afterwards with 404 or 410.",
);
