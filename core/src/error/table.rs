//! The one table of error codes. Everything that names a code in any language is generated from
//! it by `cargo xtask gen`.
//!
//! Numbers are grouped by hundreds, explicit, and never reused; 0 means success and is no code.

macro_rules! codes {
    ($($variant:ident = $number:literal, $name:literal, retry: $retry:literal, py: $py:literal,
        $meaning:literal, $remedy:literal;)*) => {
        /// What went wrong. Stable in number and name across versions and languages.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[repr(u32)]
        pub enum ErrorCode {
            $(#[doc = concat!($meaning, ". ", $remedy, ".")] $variant = $number,)*
        }

        impl ErrorCode {
            /// Every code, in the order of its number.
            pub const ALL: &'static [CodeInfo] = &[$(CodeInfo {
                code: ErrorCode::$variant,
                number: $number,
                name: $name,
                retryable: $retry,
                python_base: $py,
                meaning: $meaning,
                remedy: $remedy,
            },)*];

            /// The row of the table for this code.
            pub fn info(self) -> &'static CodeInfo {
                match self { $(ErrorCode::$variant => {
                    const INFO: CodeInfo = CodeInfo {
                        code: ErrorCode::$variant, number: $number, name: $name,
                        retryable: $retry, python_base: $py, meaning: $meaning, remedy: $remedy,
                    };
                    &INFO
                })* }
            }
        }
    };
}

/// A row of the table.
#[derive(Debug, Clone, Copy)]
pub struct CodeInfo {
    /// The code itself.
    pub code: ErrorCode,
    /// Its number in C and in logs.
    pub number: u32,
    /// Its name in every language, `UPPER_CASE`.
    pub name: &'static str,
    /// Whether the same call may succeed when it is simply made again later.
    pub retryable: bool,
    /// The built-in exception a Python user would expect, or empty.
    pub python_base: &'static str,
    /// What it means.
    pub meaning: &'static str,
    /// What the reader can do.
    pub remedy: &'static str,
}

codes! {
    InvalidArgument = 100, "INVALID_ARGUMENT", retry: false, py: "ValueError",
        "An argument is missing, empty, too long or malformed", "Correct the argument the message names";
    ConfigMissing = 101, "CONFIG_MISSING", retry: false, py: "ValueError",
        "A required setting was not given", "Give the setting as an argument or as the variable the message names";
    ConfigInvalid = 102, "CONFIG_INVALID", retry: false, py: "ValueError",
        "A setting has a value that cannot be used", "Correct the setting the message names";
    DuplicateExternalId = 103, "DUPLICATE_EXTERNAL_ID", retry: false, py: "ValueError",
        "Another entry was already added under this external id", "Give every client and every file an external id of its own";
    RoleMismatch = 104, "ROLE_MISMATCH", retry: false, py: "PermissionError",
        "The role and the credential or the upload host do not belong together", "Customers upload with an API key to the customer host, partners with a partner token to the partner host";
    WireProfileInvalid = 105, "WIRE_PROFILE_INVALID", retry: false, py: "ValueError",
        "The wire profile cannot be used", "Correct the key the message names";

    FileNotFound = 200, "FILE_NOT_FOUND", retry: false, py: "FileNotFoundError",
        "The file does not exist", "Check the path in the error's path field";
    FileUnreadable = 201, "FILE_UNREADABLE", retry: false, py: "PermissionError",
        "The file could not be opened or read", "Check permissions and the disk";
    FileEmpty = 202, "FILE_EMPTY", retry: false, py: "ValueError",
        "The file has no content", "Remove it from the push or replace it";
    FileNotRegular = 203, "FILE_NOT_REGULAR", retry: false, py: "ValueError",
        "The path names a directory, a device or a pipe", "Name a regular file";
    FileChanged = 204, "FILE_CHANGED", retry: false, py: "ValueError",
        "The file changed after it was added, while it was sent or since", "Add it again under a new external id, or restore it";
    FileNameInvalid = 205, "FILE_NAME_INVALID", retry: false, py: "ValueError",
        "The file name cannot be sent", "Give a file name of 1 to 255 bytes without control characters";
    SourceFailed = 206, "SOURCE_FAILED", retry: false, py: "",
        "The stream or callback that supplies the content failed or gave another size than announced", "Mend the source and add the file again";
    SourceUnavailable = 207, "SOURCE_UNAVAILABLE", retry: false, py: "",
        "The content lived only in the memory of an earlier process", "Add the same bytes or stream again under the same external id";

    ConnectFailed = 300, "CONNECT_FAILED", retry: true, py: "ConnectionError",
        "No connection could be made", "Check the network and the URL setting the message names";
    TlsFailed = 301, "TLS_FAILED", retry: false, py: "ConnectionError",
        "The server's certificate was refused or TLS could not be agreed", "Check the host name and, for a private authority, ca_bundle";
    ProxyFailed = 302, "PROXY_FAILED", retry: true, py: "ConnectionError",
        "The proxy could not be used", "Check the proxy setting";
    TimedOut = 303, "TIMED_OUT", retry: true, py: "TimeoutError",
        "No answer came within the time allowed", "Try again, or raise the timeout";
    Stalled = 304, "STALLED", retry: true, py: "TimeoutError",
        "A transfer stopped making progress", "Try again, or raise stall_timeout";
    ConnectionLost = 305, "CONNECTION_LOST", retry: true, py: "ConnectionError",
        "The connection broke before the whole answer arrived", "Try again";
    RedirectRefused = 306, "REDIRECT_REFUSED", retry: false, py: "ConnectionError",
        "The server redirected to a place credentials must not go", "Correct the URL setting the message names";
    ResponseTooLarge = 307, "RESPONSE_TOO_LARGE", retry: false, py: "",
        "The answer is larger than any honest answer", "Check the URL setting; report it to Filed";

    AuthenticationFailed = 400, "AUTHENTICATION_FAILED", retry: false, py: "PermissionError",
        "The credentials were refused", "Check the API key or partner token: revoked, expired or of another account";
    PermissionDenied = 401, "PERMISSION_DENIED", retry: false, py: "PermissionError",
        "The account may not do this", "Check the account's rights and the role setting";

    RequestRejected = 500, "REQUEST_REJECTED", retry: false, py: "",
        "Filed rejected the request", "Read the GraphQL errors or the HTTP status in the error";
    NotFound = 501, "NOT_FOUND", retry: false, py: "LookupError",
        "No such workspace, connection, job or work", "Check the id and the account it belongs to";
    RateLimited = 502, "RATE_LIMITED", retry: true, py: "",
        "Filed asked to slow down for longer than the retries last", "Try again later";
    ServerError = 503, "SERVER_ERROR", retry: true, py: "",
        "Filed answered with an error of its own after all attempts", "Try again later";
    ProtocolError = 504, "PROTOCOL_ERROR", retry: false, py: "",
        "The answer is not of the documented shape", "Check the URL and the wire profile; report it";
    ConnectionNotActive = 505, "CONNECTION_NOT_ACTIVE", retry: false, py: "",
        "The provider connection is not active", "Collect or renew the connection, then try again";
    ExternalIdExists = 506, "EXTERNAL_ID_EXISTS", retry: false, py: "",
        "Filed already has this external id from an earlier import, or from a run of this push whose journal is gone", "Use another external id; to go on with a job that was not initiated, open the push with a new journal and on_existing = adopt";
    JobClosed = 507, "JOB_CLOSED", retry: false, py: "",
        "The job no longer accepts works or artifacts, or can no longer be initiated", "Send what is missing in a new push with a journal of its own";
    OutcomeUnknown = 508, "OUTCOME_UNKNOWN", retry: false, py: "",
        "The request may or may not have taken effect", "Read the state back before doing it again";

    PushIncomplete = 600, "PUSH_INCOMPLETE", retry: false, py: "",
        "Some clients or files failed, so the import was not initiated", "Mend or replace what the report names, or open the push with allow_partial";
    VerifyFailed = 601, "VERIFY_FAILED", retry: true, py: "",
        "What Filed holds is not what the journal says was sent, so the import was not initiated", "Have what is there twice or is not of this push removed at Filed, then resume the push; it compares again";
    ImportOutcomeUnknown = 602, "IMPORT_OUTCOME_UNKNOWN", retry: false, py: "",
        "The request to initiate the import got no answer and nothing shows whether it took effect", "Look at the job at Filed: if its import has begun, resume the push; if not, initiate the job, then resume. It is never sent twice on our own";
    ImportFailed = 603, "IMPORT_FAILED", retry: false, py: "",
        "Filed could not import this file", "Read the reason in the message and send a mended file in a new push";
    ImportTerminated = 604, "IMPORT_TERMINATED", retry: false, py: "",
        "The import of this file was cancelled at Filed", "Send it in a new push if it is still wanted";
    PushState = 605, "PUSH_STATE", retry: false, py: "RuntimeError",
        "The push is in a state that does not allow this call", "Follow the order open, add, commit, wait";

    JournalLocked = 700, "JOURNAL_LOCKED", retry: true, py: "OSError",
        "Another process or push has this journal open", "Wait for it to end, or use another journal";
    JournalCorrupt = 701, "JOURNAL_CORRUPT", retry: false, py: "OSError",
        "The file is not a journal or is damaged; it was left as it is", "Put a sound copy back, or run the push again with a new journal and on_existing = adopt";
    JournalVersion = 702, "JOURNAL_VERSION", retry: false, py: "OSError",
        "The journal was written by a newer version of this library; it was left as it is", "Upgrade the library";
    JournalIo = 703, "JOURNAL_IO", retry: false, py: "OSError",
        "The journal could not be read or written", "Check disk space and permissions, then resume";
    JournalMismatch = 704, "JOURNAL_MISMATCH", retry: false, py: "ValueError",
        "The journal belongs to a push with another connection, workspace or job name", "Use one journal per push";

    Cancelled = 800, "CANCELLED", retry: false, py: "",
        "The call or the push was cancelled", "Resume the push to continue";
    Closed = 801, "CLOSED", retry: false, py: "RuntimeError",
        "The client or push was already closed", "Open a new one";
    ShutDown = 802, "SHUT_DOWN", retry: false, py: "RuntimeError",
        "The runtime was shut down after this client was made", "Make a new client";
    Forked = 803, "FORKED", retry: false, py: "RuntimeError",
        "This client was made before the process forked", "Make a new client in the child process";
    WaitTimedOut = 804, "WAIT_TIMED_OUT", retry: true, py: "TimeoutError",
        "What was waited for did not happen in the time given", "Wait again; nothing was cancelled";

    Internal = 900, "INTERNAL", retry: false, py: "RuntimeError",
        "A defect in this library", "Report it with the message";
    CallbackFailed = 901, "CALLBACK_FAILED", retry: false, py: "RuntimeError",
        "A function of the host failed", "Mend the host's function";
    OutOfResources = 902, "OUT_OF_RESOURCES", retry: true, py: "OSError",
        "The process has no file descriptors, memory or threads left", "Let it have more (ulimit), or let it use fewer at once, and try again";
}

impl std::fmt::Display for ErrorCode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.info().name)
    }
}

#[cfg(test)]
mod tests {
    use super::ErrorCode;

    #[test]
    fn numbers_rise_and_names_are_unique() {
        let rows = ErrorCode::ALL;
        assert!(rows.windows(2).all(|w| w[0].number < w[1].number));
        let names: std::collections::HashSet<_> = rows.iter().map(|r| r.name).collect();
        assert_eq!(names.len(), rows.len());
        assert!(
            rows.iter()
                .all(|r| r.code as u32 == r.number && r.number >= 100)
        );
    }
}
