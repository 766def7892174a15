//! The other direction: Filed asks a platform. A connection whose `inputs` name a `baseUrl` on the
//! loopback is called for real: its clients and files are listed, files downloaded, notes posted,
//! and prepared returns sent by tus. Everything here is a reader of the pull API's documentation,
//! as Filed's engineers would be.

mod caller;
mod credentials;
mod download;
mod everything;
mod listing;
mod notes;
mod platforms;
mod send;
mod tus;

pub(crate) use caller::Platform;
pub(crate) use everything::everything;
pub(crate) use listing::{RemoteClient, RemoteFile};
pub(crate) use notes::Note;
pub(crate) use platforms::{Platforms, prepared_return};
pub(crate) use send::{begin, transfer};
