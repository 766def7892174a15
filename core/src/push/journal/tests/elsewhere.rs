//! Clients that other jobs hold: refused all of them, however many, and no others.

use super::*;
use crate::ErrorCode;
use crate::push::journal::adopt::Standing;
use crate::push::journal::elsewhere;

fn hold(db: &Db, job: &str, external_id: &str) -> Step<()> {
    let work = Standing {
        external_id: external_id.into(),
        job_work_id: format!("work of {external_id}"),
        work_id: String::new(),
        status: None,
        artifacts: Vec::new(),
    };
    elsewhere::keep(db, job, &work, false)
}

fn refuse_all(db: &Db) -> Step<()> {
    let mut after = Some(String::new());
    while let Some(last) = after {
        after = elsewhere::refuse(db, &last)?;
    }
    Ok(())
}

fn message(db: &Db, key: Key) -> Step<Option<String>> {
    let error = clients::failure(db, key)?;
    Ok(error.map(|error| {
        assert_eq!(error.code(), ErrorCode::ExternalIdExists);
        error.message().to_owned()
    }))
}

#[tokio::test]
async fn more_than_a_step_of_clients_is_refused_and_nobody_else() {
    let journal = temporary().await;
    let failed = journal
        .run(|db| {
            elsewhere::begin(db)?;
            for n in 0..450 {
                client(db, &format!("c-{n}"))?;
                hold(db, "job-1", &format!("c-{n}"))?;
            }
            client(db, "nobody's")?;
            elsewhere::complete(db, &[])?;
            assert!(elsewhere::any_waiting(db)?);
            refuse_all(db)?;
            assert!(!elsewhere::any_waiting(db)?);
            Ok(db.tally().clients.failed)
        })
        .await
        .unwrap();
    assert_eq!(failed, 450);
    assert_tally(&journal).await;
}

#[tokio::test]
async fn what_was_found_last_counts_and_what_is_gone_is_forgotten() {
    let journal = temporary().await;
    journal
        .run(|db| {
            elsewhere::begin(db)?;
            hold(db, "job-1", "stays")?;
            hold(db, "job-1", "goes")?;
            elsewhere::complete(db, &[])?;
            elsewhere::begin(db)?;
            hold(db, "job-2", "stays")?;
            elsewhere::complete(db, &["job-2".into()])?;
            let (stays, goes) = (client(db, "stays")?, client(db, "goes")?);
            // Without a job of its own the push does not know yet which are others'.
            assert_eq!(message(db, stays)?, None);
            refuse_all(db)?;
            let text = message(db, stays)?.unwrap();
            assert!(
                text.contains("job `job-2`, whose import has begun"),
                "{text}"
            );
            assert_eq!(message(db, goes)?, None);
            Ok(())
        })
        .await
        .unwrap();
}
