//! The journal's tables, its version, and the words it keeps states as.
//!
//! `WHERE state = '…'` is written with literal words everywhere, so that the partial indexes apply
//! and finding the next work costs the same at any size.

/// Marks a SQLite file as a journal of ours: "FLDJ".
pub(super) const APPLICATION_ID: i32 = 0x464c_444a;

/// Version of the tables: that of [`TABLES`] and one for each migration. A journal of a higher
/// version is refused.
pub(super) const VERSION: i32 = 4;

/// What brings a journal of an older version to the next one: the first entry belongs to version
/// 1. Nothing that an older library wrote about an entry is lost.
pub(super) const MIGRATIONS: &[&str] = &[FROM_1, FROM_2, FROM_3];

/// Version 4 hashes what is sent with BLAKE3; `sha256` is of files that older versions sent.
const FROM_3: &str = "
ALTER TABLE file ADD COLUMN blake3 TEXT;
";

/// Version 3 keeps what stood in other jobs of the connection when the push was compared with it.
///
/// An external id that stands in more than one of them is kept once. `current` is 0 for what was
/// found by an earlier comparison than the one under way.
const FROM_2: &str = "
CREATE TABLE elsewhere (
    external_id TEXT PRIMARY KEY,
    job_id TEXT NOT NULL,
    job_work_id TEXT NOT NULL,
    begun INTEGER NOT NULL,
    current INTEGER NOT NULL DEFAULT 1
) STRICT, WITHOUT ROWID;
";

/// Version 2 knows when it asked, whether it was closed, and whether its job was begun before.
///
/// The instants are milliseconds of the wall clock. `begun` says that the job was taken over after
/// its import had begun. The stage of a session is 0 closed, 1 being opened, 2 open.
/// What made a look for the next work walk through everything is indexed; what was written for the
/// comparison alone is gone. Nothing is ever removed, so the events' sequence rises by itself.
const FROM_1: &str = "
DROP INDEX file_added;
CREATE INDEX file_added ON file (held, round, due, key) WHERE state = 'added';
CREATE INDEX file_put_back ON file (held, due) WHERE state = 'added' AND due > 0;
CREATE INDEX client_unsettled ON client (key) WHERE state IN ('added', 'created');
ALTER TABLE push DROP COLUMN verify_pass;
ALTER TABLE client DROP COLUMN seen;
ALTER TABLE file DROP COLUMN seen;
ALTER TABLE event RENAME TO event_1;
CREATE TABLE event (
    seq INTEGER PRIMARY KEY,
    kind TEXT NOT NULL,
    client_key INTEGER,
    file_key INTEGER,
    error TEXT
) STRICT;
INSERT INTO event SELECT seq, kind, client_key, file_key, error FROM event_1;
DROP TABLE event_1;
ALTER TABLE push ADD COLUMN asked_at INTEGER NOT NULL DEFAULT 0;
ALTER TABLE push ADD COLUMN attached_at INTEGER NOT NULL DEFAULT 0;
ALTER TABLE push ADD COLUMN initiate_at INTEGER NOT NULL DEFAULT 0;
ALTER TABLE push ADD COLUMN begun INTEGER NOT NULL DEFAULT 0;
CREATE TABLE session (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    stage INTEGER NOT NULL
) STRICT;
INSERT INTO session VALUES (1, 0);
";

/// The tables of version 1. They stay as they are: what changes is a migration, which new journals
/// go through as well, so that both kinds end up the same.
pub(super) const TABLES: &str = "
CREATE TABLE push (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    connection_id TEXT NOT NULL,
    workspace_id TEXT NOT NULL,
    job_name TEXT NOT NULL,
    allow_partial INTEGER NOT NULL,
    on_existing TEXT NOT NULL,
    state TEXT NOT NULL DEFAULT 'open',
    job_id TEXT,
    job_in_doubt INTEGER NOT NULL DEFAULT 0,
    verify_pass INTEGER NOT NULL DEFAULT 0,
    works_moved INTEGER NOT NULL DEFAULT 0,
    artifacts_moved INTEGER NOT NULL DEFAULT 0,
    initiate_sent INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE TABLE note (
    id INTEGER PRIMARY KEY,
    text TEXT NOT NULL UNIQUE
) STRICT;

-- pending counts the client's files before they are uploaded, ready those uploaded and not yet
-- attached; touched is when its last file came in, in milliseconds of the running push's clock.
CREATE TABLE client (
    key INTEGER PRIMARY KEY,
    external_id TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    state TEXT NOT NULL DEFAULT 'added',
    in_doubt INTEGER NOT NULL DEFAULT 0,
    tries INTEGER NOT NULL DEFAULT 0,
    job_work_id TEXT,
    work_id TEXT,
    attached INTEGER NOT NULL DEFAULT 0,
    status TEXT,
    error TEXT,
    pending INTEGER NOT NULL DEFAULT 0,
    ready INTEGER NOT NULL DEFAULT 0,
    touched INTEGER NOT NULL DEFAULT 0,
    attaching INTEGER NOT NULL DEFAULT 0,
    seen INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX client_added ON client (in_doubt, key) WHERE state = 'added';
CREATE INDEX client_ready ON client (touched) WHERE state = 'created' AND pending = 0 AND ready > 0;
CREATE INDEX client_settled ON client (key) WHERE state = 'created' AND pending = 0 AND ready = 0;
CREATE INDEX client_attached ON client (key) WHERE state = 'attached';
CREATE INDEX client_failed ON client (key) WHERE state IN ('failed', 'cancelled');

CREATE TABLE file (
    key INTEGER PRIMARY KEY,
    client_key INTEGER NOT NULL REFERENCES client (key),
    external_id TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL,
    path BLOB,
    url TEXT,
    file_name TEXT,
    mime_type TEXT,
    category TEXT,
    metadata TEXT,
    fingerprint TEXT,
    held INTEGER NOT NULL,
    state TEXT NOT NULL DEFAULT 'added',
    in_doubt INTEGER NOT NULL DEFAULT 0,
    tries INTEGER NOT NULL DEFAULT 0,
    round INTEGER NOT NULL DEFAULT 0,
    due INTEGER NOT NULL DEFAULT 0,
    file_url TEXT,
    uploaded_name TEXT,
    uploaded_type TEXT,
    size INTEGER,
    sha256 TEXT,
    artifact_id TEXT,
    status TEXT,
    error TEXT,
    seen INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX file_client ON file (client_key, key);
CREATE INDEX file_added ON file (held, round, key) WHERE state = 'added';
CREATE INDEX file_uploaded ON file (client_key, key) WHERE state = 'uploaded';
CREATE INDEX file_attached ON file (client_key, key) WHERE state = 'attached';
CREATE INDEX file_failed ON file (key) WHERE state IN ('failed', 'cancelled');

CREATE TABLE event (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL,
    client_key INTEGER,
    file_key INTEGER,
    error TEXT
) STRICT;
";

/// States and kinds as the words the journal keeps.
pub(super) mod word {
    use super::super::fault::{Fault, Step};
    use crate::push::entry::OnExisting;
    use crate::push::event::EventKind;
    use crate::push::report::{ItemState, PushState};

    pub fn push_state(text: &str) -> Step<PushState> {
        const PHASES: [PushState; 5] = [
            PushState::Open,
            PushState::Committing,
            PushState::Initiated,
            PushState::Watching,
            PushState::Done,
        ];
        find(&PHASES, |state| state.as_str() == text)
    }

    pub fn item_state(text: &str) -> Step<ItemState> {
        const STATES: [ItemState; 8] = [
            ItemState::Added,
            ItemState::Uploading,
            ItemState::Uploaded,
            ItemState::Created,
            ItemState::Attached,
            ItemState::Imported,
            ItemState::Failed,
            ItemState::Cancelled,
        ];
        find(&STATES, |state| state.as_str() == text)
    }

    pub fn event_kind(text: &str) -> Step<EventKind> {
        find(EventKind::ALL, |kind| kind.as_str() == text)
    }

    pub fn on_existing(policy: OnExisting) -> &'static str {
        match policy {
            OnExisting::Error => "error",
            OnExisting::Adopt => "adopt",
        }
    }

    pub fn on_existing_from(text: &str) -> Step<OnExisting> {
        find(&[OnExisting::Error, OnExisting::Adopt], |policy| {
            on_existing(*policy) == text
        })
    }

    fn find<T: Copy>(all: &[T], matches: impl Fn(&T) -> bool) -> Step<T> {
        all.iter()
            .copied()
            .find(matches)
            .ok_or_else(|| Fault::corrupt("an unknown word for a state"))
    }
}
