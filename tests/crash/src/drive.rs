//! One run of a push, through what a host has: the public surface.

use filed_core::push::{Push, PushState, Report};
use filed_core::{Client, Error};

use crate::job::{Done, Failed, Job, Outcome, Way};
use crate::season;

/// Runs a job to its end.
pub async fn run(job: &Job, client: &Client) -> Outcome {
    let outcome = match job.way {
        Way::Program => program(job, client).await,
        Way::Resume => again(job, client).await,
        Way::Settle => settle(job, client).await,
    };
    outcome.unwrap_or_else(|error| Outcome::Failed(Failed::from(error)))
}

/// Runs a job until its push has told of so many events, then forgets everything about it in the
/// middle of whatever it was doing. `None` then.
pub async fn forgotten(job: &Job, client: &Client, events: u64) -> Option<Outcome> {
    let opened = match job.way {
        Way::Program => open(job, client).await,
        Way::Resume | Way::Settle => resume(job, client).await,
    };
    let push = match opened {
        Ok(push) => push,
        Err(error) => return Some(Outcome::Failed(error.into())),
    };
    if job.way != Way::Program && push.progress().state == PushState::Open {
        return Some(Outcome::Open);
    }
    let rest = async {
        if job.way == Way::Program {
            add_all(job, &push).await?;
        }
        finish(&push).await
    };
    let outcome = tokio::select! {
        outcome = rest => outcome,
        () = told(&push, events) => return None,
    };
    Some(outcome.unwrap_or_else(|error| Outcome::Failed(error.into())))
}

/// Returns when a push has told of so many events; never when it ends before.
async fn told(push: &Push, events: u64) {
    let mut stream = push.events();
    for _ in 0..events {
        if !matches!(stream.next().await, Ok(Some(_))) {
            std::future::pending::<()>().await;
        }
    }
}

async fn program(job: &Job, client: &Client) -> Result<Outcome, Error> {
    let push = open(job, client).await?;
    add_all(job, &push).await?;
    finish(&push).await
}

async fn finish(push: &Push) -> Result<Outcome, Error> {
    push.commit().await?;
    push.wait(None).await.map(done)
}

async fn open(job: &Job, client: &Client) -> Result<Push, Error> {
    let open = Push::open_paced(client.clone(), job.options(), job.pace());
    client.generation().run(open).await
}

async fn resume(job: &Job, client: &Client) -> Result<Push, Error> {
    let resume = Push::resume_paced(client.clone(), job.journal.clone(), job.pace());
    client.generation().run(resume).await
}

/// Adds everything: the files of every other client at once, those of the others one by one.
async fn add_all(job: &Job, push: &Push) -> Result<(), Error> {
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
    finish(&push).await
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
