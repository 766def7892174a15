//! What an earlier run left half done, made ready to go on from.
//!
//! Nothing of it was lost: uploads that were on their way start again, bytes that lived in memory
//! must be added again, and what failed before the import was initiated gets another try, since
//! whoever resumes has had the chance to mend it. Entries in doubt stay so until they were read
//! back; how often their answers were lost counts anew, but that one was is remembered.

use super::db::Db;
use super::fault::Step;

const HALF_DONE: &str = "
    UPDATE file SET state = 'added' WHERE state = 'uploading';
    UPDATE file SET round = 0, due = 0, held = (kind <> 'bytes') WHERE state = 'added';
    UPDATE client SET attaching = 0, touched = 0 WHERE attaching <> 0 OR touched <> 0;
    UPDATE client SET tries = 1 WHERE tries > 1 AND state = 'added';
    UPDATE file SET tries = 1 WHERE tries > 1 AND state = 'uploaded';
";

const ANOTHER_TRY: &str = "
    UPDATE client SET state = 'added', error = NULL WHERE state = 'failed' AND job_work_id IS NULL;
    UPDATE file SET error = NULL, round = 0, due = 0, held = (kind <> 'bytes'),
        state = CASE WHEN file_url IS NULL THEN 'added' ELSE 'uploaded' END
    WHERE state = 'failed' AND artifact_id IS NULL;
    UPDATE client SET
        pending = (SELECT count(*) FROM file WHERE client_key = client.key AND state = 'added'),
        ready = (SELECT count(*) FROM file WHERE client_key = client.key AND state = 'uploaded');
    UPDATE client SET state = 'created', attached = 0
    WHERE state = 'attached' AND pending + ready > 0;
";

/// Makes the rows ready for another run.
pub(crate) fn recover(db: &Db) -> Step<()> {
    db.sql().execute_batch(HALF_DONE)?;
    let undecided: bool = db.sql().query_row(
        "SELECT EXISTS (SELECT 1 FROM push
                        WHERE state IN ('open', 'committing') AND initiate_sent = 0)",
        [],
        |row| row.get(0),
    )?;
    if undecided {
        db.sql().execute_batch(ANOTHER_TRY)?;
    }
    db.recount()
}
