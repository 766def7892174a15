//! Findings about lists: their fields, their pages, their tags.

use super::{Code, error, warning};

pub(crate) const LIST_REFUSED: Code = error(
    "list-refused",
    "Filed cannot read the list.",
    "Answer with 200 and the documented JSON.",
);
pub(crate) const FIELD_MISSING: Code = error(
    "field-missing",
    "A field that the documentation promises is not there; Filed's import of the item fails.",
    "Send the field, or document it as optional.",
);
pub(crate) const FIELD_TYPE: Code = error(
    "field-type",
    "A field has another type than documented; Filed cannot read the item.",
    "Send the documented type, or correct the documentation.",
);
pub(crate) const DATE_FORMAT: Code = error(
    "date-format",
    "Filed cannot read the date, and so cannot tell what has changed.",
    "Write dates as RFC 3339, such as 2025-01-15T09:00:00Z.",
);
pub(crate) const SCHEMA: Code = warning(
    "schema",
    "An answer is not as its documented schema says.",
    "Correct the answer or the schema.",
);
pub(crate) const ID_TWICE: Code = error(
    "id-twice",
    "Two items of a page have one id; Filed keeps one of them.",
    "Give every item an id of its own, and list it once.",
);
pub(crate) const IDS_UNSTABLE: Code = error(
    "ids-unstable",
    "An item's id changes from reading to reading; Filed imports everything again each time.",
    "Use an id that stays with the item for good.",
);
pub(crate) const PAGE_SKIPS: Code = error(
    "page-skips",
    "Items are lost between pages; Filed never sees them.",
    "Begin each page right after the last item of the one before, in a fixed order.",
);
pub(crate) const PAGE_REPEATS: Code = error(
    "page-repeats",
    "Items come on two pages; Filed may import them twice.",
    "Begin each page right after the last item of the one before, in a fixed order.",
);
pub(crate) const PAGING_SHIFTS: Code = error(
    "paging-shifts",
    "A file that is added while Filed pages makes others come twice or not at all.",
    "Add new items at the end of the default order, or page by cursor.",
);
pub(crate) const PAGING_ENDLESS: Code = error(
    "paging-endless",
    "The list never ends; Filed's import does not either.",
    "Give no next page after the last item, and never the same cursor twice.",
);
pub(crate) const PAGE_LIMIT_IGNORED: Code = warning(
    "page-limit-ignored",
    "A page holds more items than asked for; large firms run into time-outs and memory limits.",
    "Honour the page size.",
);
pub(crate) const TOTAL_WRONG: Code = error(
    "total-wrong",
    "The total is not the number of items; Filed believes that items are missing.",
    "Count what the list shows, or leave the total out.",
);
pub(crate) const CURSOR_GARBAGE: Code = warning(
    "cursor-garbage-accepted",
    "A cursor that was never issued is taken; a truncated one would silently start anew.",
    "Answer a cursor that is not yours with 400.",
);
pub(crate) const ETAG_IGNORED: Code = warning(
    "etag-ignored",
    "An ETag is sent but If-None-Match is not honoured; Filed reads everything again at each look.",
    "Answer 304 when the tag is the current one.",
);
pub(crate) const ETAG_STALE: Code = error(
    "etag-stale",
    "304 is answered to a tag that is not the current one; Filed never sees changes.",
    "Compare If-None-Match with the current tag.",
);
