//! The defects that can be planted, and which finding each must lead to.

macro_rules! defects {
    ($($variant:ident $name:literal $finding:literal $about:literal,)*) => {
        /// One thing the platform gets wrong.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Defect {
            $(#[doc = $about] $variant,)*
        }

        impl Defect {
            /// Every defect there is.
            pub const ALL: &[Self] = &[$(Self::$variant,)*];

            /// Its name on the command line.
            #[must_use]
            pub fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }

            /// The code of the finding that names it.
            #[must_use]
            pub fn finding(self) -> &'static str {
                match self { $(Self::$variant => $finding,)* }
            }

            /// What the platform does wrong.
            #[must_use]
            pub fn about(self) -> &'static str {
                match self { $(Self::$variant => $about,)* }
            }
        }
    };
}

defects! {
    OpenToAll "open-to-all" "auth-none-accepted" "Answers without credentials.",
    AnyKey "any-key" "auth-wrong-accepted" "Takes any key.",
    WrongAuthStatus "wrong-auth-status" "auth-wrong-status" "Answers wrong credentials with 404.",
    KeyInQuery "key-in-query" "auth-query-undocumented" "Takes the key in the query, undocumented.",
    EternalToken "eternal-token" "token-no-expiry" "Issues tokens without an end.",
    AnySecret "any-secret" "token-wrong-secret-accepted" "Issues tokens for any secret.",
    NoRateLimits "no-rate-limits" "rate-limits-undeclared" "Declares no rate limits.",
    MissingField "missing-field" "field-missing" "Leaves out the customer's type.",
    WrongType "wrong-type" "field-type" "Sends a size as text.",
    UnreadableDate "unreadable-date" "date-format" "Writes dates as no standard does.",
    DuplicateIds "duplicate-ids" "id-twice" "Lists one customer twice in a page.",
    UnstableIds "unstable-ids" "ids-unstable" "Gives other ids at each reading.",
    TotalLies "total-lies" "total-wrong" "Counts one document too many.",
    PagingSkips "paging-skips" "page-skips" "Loses a customer between two pages.",
    PagingRepeats "paging-repeats" "page-repeats" "Repeats the last customer of a page.",
    PagingEndless "paging-endless" "paging-endless" "Gives the same cursor for ever.",
    PagingShifts "paging-shifts" "paging-shifts" "Puts new documents first under an offset.",
    LimitIgnored "limit-ignored" "page-limit-ignored" "Sends everything in one page.",
    EtagNever304 "etag-never-304" "etag-ignored" "Ignores If-None-Match.",
    EtagAlways304 "etag-always-304" "etag-stale" "Answers 304 to any If-None-Match.",
    ErrorAsSuccess "error-as-success" "error-as-success" "Answers errors with 200.",
    FailsOnUnknown "fails-on-unknown" "server-error" "Answers an unknown id with 500.",
    StackTrace "stack-trace" "error-leaks" "Sends a stack trace with an error.",
    HtmlErrors "html-errors" "error-not-json" "Sends errors as HTML.",
    NoContentLength "no-content-length" "download-length-missing" "Downloads without Content-Length.",
    WrongMime "wrong-mime" "download-mime-differs" "Downloads everything as text/html.",
    Truncated "truncated" "download-short" "Downloads less than the list says.",
    HeadDiffers "head-differs" "head-differs" "Answers HEAD with another length.",
    RangeIgnored "range-ignored" "range-ignored" "Sends the whole file for a range.",
    RangeShifted "range-shifted" "range-wrong" "Sends the bytes after the range.",
    UnsafeName "unsafe-name" "disposition-unsafe" "Puts a path into Content-Disposition.",
    LinkForEver "link-for-ever" "signed-url-outlives" "Serves links after their end.",
    LinkForgeable "link-forgeable" "signed-url-forgeable" "Does not sign a link's end.",
    NoteNotReturned "note-not-returned" "note-incomplete" "Answers a note without its text.",
    NoteTwice "note-twice" "idempotency-ignored" "Keeps a note twice for one key.",
    NoteLimitIgnored "note-limit-ignored" "note-limit-ignored" "Takes notes of any length.",
    UploadWithoutId "upload-without-id" "upload-incomplete" "Answers an upload without an id.",
    UploadAltered "upload-altered" "upload-altered" "Loses the last byte of an upload.",
    UploadLost "upload-lost" "upload-not-listed" "Forgets uploads.",
    TusUnversioned "tus-unversioned" "tus-resumable-missing" "Leaves out Tus-Resumable.",
    TusWrongOffset "tus-wrong-offset" "tus-offset-wrong" "Reports one byte too many.",
    TusTakesAnyOffset "tus-takes-any-offset" "tus-conflict-accepted" "Appends at a wrong offset.",
}

impl std::str::FromStr for Defect {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        let found = Self::ALL.iter().find(|defect| defect.name() == name);
        found
            .copied()
            .ok_or_else(|| format!("no defect is called `{name}`"))
    }
}
