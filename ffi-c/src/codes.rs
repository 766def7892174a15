//! Error numbers for C. Generated from the core's table by `cargo xtask gen`.

/// No error.
pub const FILED_OK: u32 = 0;

/// An argument is missing, empty, too long or malformed.
///
/// Correct the argument the message names.
pub const FILED_ERROR_INVALID_ARGUMENT: u32 = 100;

/// A required setting was not given.
///
/// Give the setting as an argument or as the variable the message names.
pub const FILED_ERROR_CONFIG_MISSING: u32 = 101;

/// A setting has a value that cannot be used.
///
/// Correct the setting the message names.
pub const FILED_ERROR_CONFIG_INVALID: u32 = 102;

/// Another entry was already added under this external id.
///
/// Give every client and every file an external id of its own.
pub const FILED_ERROR_DUPLICATE_EXTERNAL_ID: u32 = 103;

/// The role and the credential or the upload host do not belong together.
///
/// Customers upload with an API key to the customer host, partners with a partner token to the partner host.
pub const FILED_ERROR_ROLE_MISMATCH: u32 = 104;

/// The wire profile cannot be used.
///
/// Correct the key the message names.
pub const FILED_ERROR_WIRE_PROFILE_INVALID: u32 = 105;

/// The file does not exist.
///
/// Check the path in the error's path field.
pub const FILED_ERROR_FILE_NOT_FOUND: u32 = 200;

/// The file could not be opened or read.
///
/// Check permissions and the disk.
pub const FILED_ERROR_FILE_UNREADABLE: u32 = 201;

/// The file has no content.
///
/// Remove it from the push or replace it.
pub const FILED_ERROR_FILE_EMPTY: u32 = 202;

/// The path names a directory, a device or a pipe.
///
/// Name a regular file.
pub const FILED_ERROR_FILE_NOT_REGULAR: u32 = 203;

/// The file changed after it was added, while it was sent or since.
///
/// Add it again under a new external id, or restore it.
pub const FILED_ERROR_FILE_CHANGED: u32 = 204;

/// The file name cannot be sent.
///
/// Give a file name of 1 to 255 bytes without control characters.
pub const FILED_ERROR_FILE_NAME_INVALID: u32 = 205;

/// The stream or callback that supplies the content failed or gave another size than announced.
///
/// Mend the source and add the file again.
pub const FILED_ERROR_SOURCE_FAILED: u32 = 206;

/// The content lived only in the memory of an earlier process.
///
/// Add the same bytes or stream again under the same external id.
pub const FILED_ERROR_SOURCE_UNAVAILABLE: u32 = 207;

/// No connection could be made.
///
/// Check the network and the URL setting the message names.
pub const FILED_ERROR_CONNECT_FAILED: u32 = 300;

/// The server's certificate was refused or TLS could not be agreed.
///
/// Check the host name and, for a private authority, ca_bundle.
pub const FILED_ERROR_TLS_FAILED: u32 = 301;

/// The proxy could not be used.
///
/// Check the proxy setting.
pub const FILED_ERROR_PROXY_FAILED: u32 = 302;

/// No answer came within the time allowed.
///
/// Try again, or raise the timeout.
pub const FILED_ERROR_TIMED_OUT: u32 = 303;

/// A transfer stopped making progress.
///
/// Try again, or raise stall_timeout.
pub const FILED_ERROR_STALLED: u32 = 304;

/// The connection broke before the whole answer arrived.
///
/// Try again.
pub const FILED_ERROR_CONNECTION_LOST: u32 = 305;

/// The server redirected to a place credentials must not go.
///
/// Correct the URL setting the message names.
pub const FILED_ERROR_REDIRECT_REFUSED: u32 = 306;

/// The answer is larger than any honest answer.
///
/// Check the URL setting; report it to Filed.
pub const FILED_ERROR_RESPONSE_TOO_LARGE: u32 = 307;

/// The credentials were refused.
///
/// Check the API key or partner token: revoked, expired or of another account.
pub const FILED_ERROR_AUTHENTICATION_FAILED: u32 = 400;

/// The account may not do this.
///
/// Check the account's rights and the role setting.
pub const FILED_ERROR_PERMISSION_DENIED: u32 = 401;

/// Filed rejected the request.
///
/// Read the GraphQL errors or the HTTP status in the error.
pub const FILED_ERROR_REQUEST_REJECTED: u32 = 500;

/// No such workspace, connection, job or work.
///
/// Check the id and the account it belongs to.
pub const FILED_ERROR_NOT_FOUND: u32 = 501;

/// Filed asked to slow down for longer than the retries last.
///
/// Try again later.
pub const FILED_ERROR_RATE_LIMITED: u32 = 502;

/// Filed answered with an error of its own after all attempts.
///
/// Try again later.
pub const FILED_ERROR_SERVER_ERROR: u32 = 503;

/// The answer is not of the documented shape.
///
/// Check the URL and the wire profile; report it.
pub const FILED_ERROR_PROTOCOL_ERROR: u32 = 504;

/// The provider connection is not active.
///
/// Collect or renew the connection, then try again.
pub const FILED_ERROR_CONNECTION_NOT_ACTIVE: u32 = 505;

/// Filed already has this external id from an earlier import, or from a run of this push whose journal is gone.
///
/// Use another external id; to go on with a job that was not initiated, open the push with a new journal and on_existing = adopt.
pub const FILED_ERROR_EXTERNAL_ID_EXISTS: u32 = 506;

/// The job no longer accepts works or artifacts, or can no longer be initiated.
///
/// Send what is missing in a new push with a journal of its own.
pub const FILED_ERROR_JOB_CLOSED: u32 = 507;

/// The request may or may not have taken effect.
///
/// Read the state back before doing it again.
pub const FILED_ERROR_OUTCOME_UNKNOWN: u32 = 508;

/// Some clients or files failed, so the import was not initiated.
///
/// Mend or replace what the report names, or open the push with allow_partial.
pub const FILED_ERROR_PUSH_INCOMPLETE: u32 = 600;

/// What Filed holds is not what the journal says was sent, so the import was not initiated.
///
/// Have what is there twice or is not of this push removed at Filed, then resume the push; it compares again.
pub const FILED_ERROR_VERIFY_FAILED: u32 = 601;

/// The request to initiate the import got no answer and nothing shows whether it took effect.
///
/// Look at the job at Filed: if its import has begun, resume the push; if not, initiate the job, then resume. It is never sent twice on our own.
pub const FILED_ERROR_IMPORT_OUTCOME_UNKNOWN: u32 = 602;

/// Filed could not import this file.
///
/// Read the reason in the message and send a mended file in a new push.
pub const FILED_ERROR_IMPORT_FAILED: u32 = 603;

/// The import of this file was cancelled at Filed.
///
/// Send it in a new push if it is still wanted.
pub const FILED_ERROR_IMPORT_TERMINATED: u32 = 604;

/// The push is in a state that does not allow this call.
///
/// Follow the order open, add, commit, wait.
pub const FILED_ERROR_PUSH_STATE: u32 = 605;

/// Another process or push has this journal open.
///
/// Wait for it to end, or use another journal.
pub const FILED_ERROR_JOURNAL_LOCKED: u32 = 700;

/// The file is not a journal or is damaged; it was left as it is.
///
/// Put a sound copy back, or run the push again with a new journal and on_existing = adopt.
pub const FILED_ERROR_JOURNAL_CORRUPT: u32 = 701;

/// The journal was written by a newer version of this library; it was left as it is.
///
/// Upgrade the library.
pub const FILED_ERROR_JOURNAL_VERSION: u32 = 702;

/// The journal could not be read or written.
///
/// Check disk space and permissions, then resume.
pub const FILED_ERROR_JOURNAL_IO: u32 = 703;

/// The journal belongs to a push with another connection, workspace or job name.
///
/// Use one journal per push.
pub const FILED_ERROR_JOURNAL_MISMATCH: u32 = 704;

/// The call or the push was cancelled.
///
/// Resume the push to continue.
pub const FILED_ERROR_CANCELLED: u32 = 800;

/// The client or push was already closed.
///
/// Open a new one.
pub const FILED_ERROR_CLOSED: u32 = 801;

/// The runtime was shut down after this client was made.
///
/// Make a new client.
pub const FILED_ERROR_SHUT_DOWN: u32 = 802;

/// This client was made before the process forked.
///
/// Make a new client in the child process.
pub const FILED_ERROR_FORKED: u32 = 803;

/// What was waited for did not happen in the time given.
///
/// Wait again; nothing was cancelled.
pub const FILED_ERROR_WAIT_TIMED_OUT: u32 = 804;

/// A defect in this library.
///
/// Report it with the message.
pub const FILED_ERROR_INTERNAL: u32 = 900;

/// A function of the host failed.
///
/// Mend the host's function.
pub const FILED_ERROR_CALLBACK_FAILED: u32 = 901;

/// The process has no file descriptors, memory or threads left.
///
/// Let it have more (ulimit), or let it use fewer at once, and try again.
pub const FILED_ERROR_OUT_OF_RESOURCES: u32 = 902;
