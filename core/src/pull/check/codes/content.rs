//! Findings about downloads.

use super::{Code, error, note, warning};

pub(crate) const DOWNLOAD_REFUSED: Code = error(
    "download-refused",
    "Filed cannot download a file that is in the list.",
    "Serve every listed file, with the credentials of the other calls.",
);
pub(crate) const DOWNLOAD_LENGTH_MISSING: Code = error(
    "download-length-missing",
    "Without Content-Length Filed cannot tell a whole file from one that broke off.",
    "Send Content-Length with downloads.",
);
pub(crate) const DOWNLOAD_SHORT: Code = error(
    "download-short",
    "Fewer bytes come than announced; Filed refuses the file.",
    "Send the whole file, and list its real size.",
);
pub(crate) const DOWNLOAD_LONG: Code = error(
    "download-long",
    "More bytes come than the list says; Filed refuses the file.",
    "List the file's real size.",
);
pub(crate) const DOWNLOAD_MIME: Code = error(
    "download-mime-differs",
    "The download's Content-Type is not the one in the list; Filed picks the wrong reader for the document.",
    "Send the same MIME type in the list and with the download.",
);
pub(crate) const CONTENT_MIME: Code = warning(
    "content-mime-differs",
    "The bytes are of another kind than their MIME type says.",
    "Determine the MIME type from the content.",
);
pub(crate) const DISPOSITION_MISSING: Code = note(
    "disposition-missing",
    "The download does not say its name.",
    "Send `Content-Disposition: attachment` with a name by RFC 6266.",
);
pub(crate) const DISPOSITION_UNSAFE: Code = error(
    "disposition-unsafe",
    "The name in Content-Disposition holds a path or raw bytes: it is refused, or written where it must not be.",
    "Send a bare name; characters beyond ASCII in filename* by RFC 8187.",
);
pub(crate) const HEAD_DIFFERS: Code = error(
    "head-differs",
    "HEAD says something else than GET; Filed plans its download with wrong numbers.",
    "Answer HEAD with the headers of GET.",
);
pub(crate) const RANGE_IGNORED: Code = error(
    "range-ignored",
    "An interrupted download starts anew each time; large files never arrive.",
    "Honour Range with 206 and Content-Range.",
);
pub(crate) const RANGE_WRONG: Code = error(
    "range-wrong",
    "The bytes of a range are not those of the file there; a resumed download is corrupt.",
    "Send exactly the bytes Content-Range names.",
);
pub(crate) const RANGE_BEYOND: Code = warning(
    "range-beyond",
    "A range beyond the end is not answered with 416; Filed cannot tell that it has everything.",
    "Answer 416 with `Content-Range: bytes */LENGTH`.",
);
pub(crate) const IF_RANGE_IGNORED: Code = error(
    "if-range-ignored",
    "A part is sent although the file is another one now; old and new bytes are mixed.",
    "Send the whole file with 200 when If-Range does not name the current tag.",
);
pub(crate) const DOWNLOAD_UNSTABLE: Code = error(
    "download-unstable",
    "The same file has other bytes at each download; Filed cannot verify it.",
    "Serve the stored bytes as they are.",
);
