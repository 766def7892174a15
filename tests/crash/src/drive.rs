//! One run of a push, through what a host has: the public surface.

use filed_core::push::{Push, PushState, Report};
use filed_core::{Client, Error};

use crate::job::{Done, Failed, Job, Outcome, Way, hurried};
use crate::season;

/// Runs a job to its end.
pub async fn run(job: &Job, client: &Client) -> Outcome {
    let outcome = match job.way {
        Way::Program => program(job, client).await.map(done),
        Way::Resume => again(job, client).await,
        Way::Settle => settle(job, client).await,
    };
    outcome.unwrap_or_else(|error| Outcome::Failed(Failed::from(error)))
}

async fn program(job: &Job, client: &Client) -> Result<Report, Error> {
    let push = open(job, client).await?;
    add_all(job, &push).await?;
    push.commit().await?;
    push.wait(None).await
}

/// Opens the push of a job.
///
/// # Errors
/// As [`Push`] has them.
pub async fn open(job: &Job, client: &Client) -> Result<Push, Error> {
    let open = Push::open_paced(client.clone(), job.options(), hurried());
    client.generation().run(open).await
}

/// Resumes the push of a job by its journal.
///
/// # Errors
/// As [`Push`] has them.
pub async fn resume(job: &Job, client: &Client) -> Result<Push, Error> {
    let resume = Push::resume_paced(client.clone(), job.journal.clone(), hurried());
    client.generation().run(resume).await
}

/// Adds everything: the files of every other client at once, those of the others one by one.
///
/// # Errors
/// As [`Push`] has them.
pub async fn add_all(job: &Job, push: &Push) -> Result<(), Error> {
    let hosted = &job.ready.hosted_url;
    for (c, client) in job.season.clients.iter().enumerate() {
        let key = push.add_client(season::new_client(c)).await?;
        let numbered = client.files.iter().enumerate();
        let mut files: Vec<_> = numbered
            .map(|(f, document)| season::new_file(c, f, *document, &job.folder, hosted))
            .collect();
        if c % 2 == 0 {
            push.add_files(key, std::mem::take(&mut files)).await?;
        }
        for file in files {
            push.add_file(key, file).await?;
        }
    }
    Ok(())
}

async fn again(job: &Job, client: &Client) -> Result<Outcome, Error> {
    let push = resume(job, client).await?;
    if push.progress().state == PushState::Open {
        return Ok(Outcome::Open);
    }
    push.commit().await?;
    push.wait(None).await.map(done)
}

/// The way out of an unknown outcome, in the order a person takes it.
async fn settle(job: &Job, client: &Client) -> Result<Outcome, Error> {
    let push = resume(job, client).await?;
    let Some(id) = push.job_id() else {
        return Ok(Outcome::Open);
    };
    drop(push);
    client.jobs().initiate(&id).await?;
    again(job, client).await
}

fn done(report: Report) -> Outcome {
    Outcome::Done(Done {
        state: report.state.as_str().to_owned(),
        clients: (report.clients.imported, report.clients.failed),
        files: (report.files.imported, report.files.failed),
        notes: report.notes,
    })
}
