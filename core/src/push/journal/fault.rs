//! What a journal command can end with, and how SQLite's errors become codes of ours.

use std::path::Path;

use rusqlite::ErrorCode as Sqlite;

use crate::{Error, ErrorCode};

/// The result of a journal command.
pub(crate) type Step<T> = Result<T, Fault>;

/// Why a journal command failed: the database, or a rule of the push.
#[derive(Debug, Clone)]
pub(crate) enum Fault {
    /// The database could not do it.
    Database(ErrorCode, String),
    /// The command was refused.
    Refused(Error),
}

impl Fault {
    pub fn defect(message: &str) -> Self {
        Fault::Database(ErrorCode::Internal, message.to_owned())
    }

    pub fn corrupt(what: &str) -> Self {
        Fault::Database(
            ErrorCode::JournalCorrupt,
            format!(
                "the journal is damaged ({what}). It was not changed, and nothing was sent. What it \
                 told of may be at Filed: put a sound copy back and resume it, or run the same \
                 program with a new journal and on_existing = adopt, which goes on with the works \
                 and artifacts that are there"
            ),
        )
    }

    /// As the error a caller gets; the journal's path goes into its own field.
    pub fn into_error(self, path: &Path) -> Error {
        match self {
            Fault::Database(code, message) => Error::new(code, message).with_path(path),
            Fault::Refused(error) => error,
        }
    }
}

impl From<Error> for Fault {
    fn from(error: Error) -> Self {
        Fault::Refused(error)
    }
}

impl From<rusqlite::Error> for Fault {
    fn from(error: rusqlite::Error) -> Self {
        let Some(kind) = error.sqlite_error_code() else {
            return match error {
                rusqlite::Error::FromSqlConversionFailure(..)
                | rusqlite::Error::InvalidColumnType(..)
                | rusqlite::Error::IntegralValueOutOfRange(..)
                | rusqlite::Error::Utf8Error(..)
                | rusqlite::Error::QueryReturnedNoRows => {
                    Fault::corrupt("a value is missing or not of its type")
                }
                rusqlite::Error::SqlInputError { .. } => foreign_tables(),
                // Statement texts hold no values, so the message tells nothing about a client.
                other => Fault::Database(ErrorCode::Internal, format!("journal: {other}")),
            };
        };
        match kind {
            Sqlite::DatabaseBusy | Sqlite::DatabaseLocked | Sqlite::FileLockingProtocolFailed => {
                locked()
            }
            Sqlite::NotADatabase => Fault::corrupt("it is not a journal"),
            Sqlite::DatabaseCorrupt => Fault::corrupt("its pages do not fit together"),
            Sqlite::Unknown => foreign_tables(),
            Sqlite::DiskFull => io("the disk is full"),
            Sqlite::ReadOnly => io("the file or its folder cannot be written"),
            Sqlite::CannotOpen => io("the file or its folder cannot be opened"),
            Sqlite::PermissionDenied | Sqlite::AuthorizationForStatementDenied => {
                io("permission was denied")
            }
            Sqlite::SystemIoFailure => io("reading or writing failed"),
            Sqlite::OutOfMemory => {
                Fault::Database(ErrorCode::Internal, "journal: out of memory".into())
            }
            _ => Fault::Database(ErrorCode::Internal, format!("journal: {kind:?}")),
        }
    }
}

/// What SQLite says of a statement that does not fit the tables: ours fit a journal's.
fn foreign_tables() -> Fault {
    Fault::corrupt("its tables are not those of a journal")
}

/// Somebody else has the journal open.
pub(super) fn locked() -> Fault {
    Fault::Database(
        ErrorCode::JournalLocked,
        "another process, or another push of this one, has this journal open and goes on with it; \
         nothing was read or changed here: wait for that one to end (or end it), or give a \
         different push a journal of its own"
            .into(),
    )
}

/// A failure of the disk beneath the journal.
pub(super) fn io(what: &str) -> Fault {
    Fault::Database(
        ErrorCode::JournalIo,
        format!(
            "the journal cannot be read or written: {what}. What was written before stays, and \
             nothing is sent without being written down first: see to the disk, then resume"
        ),
    )
}
