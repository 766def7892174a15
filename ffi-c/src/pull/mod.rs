//! Pulls: Filed asks the host's API for its clients and files, and this serves that API.
//!
//! | module | what lives there |
//! | --- | --- |
//! | `server`, `options` | starting and stopping; addresses, credentials, limits |
//! | `provider` | the table of the host's functions |
//! | `host` | the table as the core's provider: each function on a thread that may block |
//! | `call` | the request a function answers, and how it fails |
//! | `lists`, `query`, `opened`, `notes`, `receiving`, `credential` | what each function is given and where its answer goes |
//! | `threads` | the threads the functions run on |
//! | `check`, `finding` | Filed played against a platform, and what it would trip over |
//! | `docs`, `about` | what Filed reads first, and what it says of the platform |

mod about;
mod call;
mod check;
mod credential;
mod docs;
mod finding;
mod host;
mod lists;
mod notes;
mod opened;
mod options;
mod provider;
mod query;
mod receiving;
mod server;
mod threads;

pub(crate) use about::{filed_pull_about, filed_pull_webhook};
pub(crate) use check::filed_pull_check_options;
pub(crate) use docs::filed_pull_sandbox;
pub(crate) use lists::{filed_pull_client, filed_pull_file};
pub(crate) use notes::filed_pull_new_note;
pub(crate) use options::{filed_pull_key, filed_pull_oauth_client, filed_pull_options};
pub(crate) use provider::filed_pull_provider;
pub(crate) use query::{filed_pull_client_query, filed_pull_file_query};
pub(crate) use receiving::filed_pull_new_file;
