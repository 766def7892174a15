//! What a process is told to do, and what it says it came to.

use std::path::PathBuf;
use std::time::Duration;

use filed_core::push::{OnExisting, Pace, PushOptions};
use filed_core::{Client, Config, Error};
use filed_sandbox::Ready;
use serde::{Deserialize, Serialize};

use crate::season::Season;

/// One run of a push.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Job {
    /// The sandbox.
    pub ready: Ready,
    /// Where the documents are.
    pub folder: PathBuf,
    /// Where the journal is.
    pub journal: PathBuf,
    /// What is pushed.
    pub season: Season,
    /// How this run goes about it.
    pub way: Way,
    /// Whether what failed may be left out.
    pub allow_partial: bool,
    /// Whether what exists already is taken as ours.
    pub adopt: bool,
}

/// How a run goes about a push.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Way {
    /// The host's whole program: open, add everything, commit, wait.
    Program,
    /// By the journal alone; an open push is left open.
    Resume,
    /// What a host does whose import's outcome is unknown and who found that it never began:
    /// initiate by hand, then resume.
    Settle,
}

/// What a run came to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Outcome {
    /// The push is done.
    Done(Done),
    /// The push is not committed yet, and only the host's program can do that.
    Open,
    /// An error told of it.
    Failed(Failed),
}

/// What the last report said.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Done {
    /// State of the push.
    pub state: String,
    /// Clients imported, failed.
    pub clients: (u64, u64),
    /// Files imported, failed.
    pub files: (u64, u64),
    /// What was out of the ordinary.
    pub notes: Vec<String>,
}

/// An error as far as it matters here.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failed {
    /// `Display` of the code.
    pub code: String,
    /// What it says.
    pub message: String,
    /// Which call failed.
    pub operation: Option<String>,
    /// Which item.
    pub external_id: Option<String>,
}

impl From<Error> for Failed {
    fn from(error: Error) -> Self {
        Self {
            code: error.code().to_string(),
            message: error.message().to_owned(),
            operation: error.operation().map(str::to_owned),
            external_id: error.external_id().map(str::to_owned),
        }
    }
}

impl Job {
    /// A client of the sandbox.
    ///
    /// # Errors
    /// When the settings cannot be used.
    pub fn client(&self) -> filed_core::Result<Client> {
        Client::new(Config {
            api_key: Some(self.ready.api_key.clone().into()),
            source_platform: Some("crash-tests".into()),
            gateway_url: Some(self.ready.gateway_url.clone()),
            upload_url: Some(self.ready.upload_url.clone()),
            // Generous: a slow machine is no fault of the server.
            timeout: Some(Duration::from_secs(30)),
            ..Config::default()
        })
    }

    /// The push of this job.
    #[must_use]
    pub fn options(&self) -> PushOptions {
        PushOptions {
            connection_id: self.ready.connection_id.clone(),
            workspace_id: self.ready.workspace_id.clone(),
            job_name: "Season".into(),
            journal: Some(self.journal.clone()),
            allow_partial: self.allow_partial,
            on_existing: match self.adopt {
                true => OnExisting::Adopt,
                false => OnExisting::Error,
            },
        }
    }

    /// Waits that are as short as they can be and still mean something.
    #[must_use]
    pub fn pace(&self) -> Pace {
        Pace {
            quiet: Duration::from_millis(5),
            look: Duration::from_millis(15),
            patience: Duration::from_millis(1500),
            evidence: Duration::from_millis(1500),
            poll: Duration::from_millis(15),
            poll_longest: Duration::from_millis(100),
            again: Duration::from_millis(15),
            outage: Duration::from_millis(600),
            // Whoever is killed has no last words.
            grace: Duration::ZERO,
            ..Pace::default()
        }
    }
}
