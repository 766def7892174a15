//! What must be on the disk before anybody hears of it.

use super::*;
use crate::push::journal::{attach, uploads};

/// Whether a step says that what it wrote must last.
fn lasts<T>(db: &Db, step: impl FnOnce(&Db) -> Step<T>) -> Step<bool> {
    db.take_must_last();
    step(db)?;
    Ok(db.take_must_last())
}

#[tokio::test]
async fn what_is_committed_and_what_filed_would_do_twice_lasts() {
    let journal = temporary().await;
    journal
        .run(|db| {
            // A host does not wait for its disk with each; the works' claim or the commit does.
            assert!(!lasts(db, |db| client(db, "c-1"))?);
            assert!(!lasts(db, |db| file(db, 1, "f-1"))?);
            assert!(lasts(db, head::job_asked)?);
            assert!(lasts(db, |db| head::job_created(db, "job-1"))?);
            assert!(lasts(db, |db| works::claim(db, 1))?, "works are asked for");
            let created = CreatedClient {
                key: 1,
                job_work_id: "jw-1".into(),
                work_id: "w-1".into(),
                status: None,
            };
            works::created(db, &[created])?;
            // An upload that is done again doubles nothing.
            assert!(!lasts(db, |db| uploads::claim(db, 1, 0))?);
            assert!(!lasts(db, |db| uploads::uploaded(db, 1, &sent(1), 0))?);
            assert!(
                lasts(db, |db| attach::take(db, 1, 1))?,
                "artifacts are asked for"
            );
            assert!(lasts(db, head::commit)?);
            assert!(lasts(db, head::commit)?, "the first may still wait");
            assert!(lasts(db, |db| head::initiate_sent(db, true))?);
            Ok(())
        })
        .await
        .unwrap();
}
