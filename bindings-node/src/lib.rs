//! The native half of `filed-sdk`. The other half, in `lib/`, checks arguments, holds every promise
//! and shapes the public API; this half only starts work in `filed-core` and hands back what came
//! of it.
//!
//! Nothing here holds a JavaScript value except the one function that wakes the event loop. A call
//! is a number chosen by the JavaScript side; its answer is a JSON text that names the number. All
//! answers of one environment go through one queue, and one wake fetches all that are there.
//!
//! | module | what lives there |
//! | --- | --- |
//! | `bridge` | the queue, the calls that run, the wake |
//! | `outcome` | answers as JSON texts |
//! | `config`, `token` | settings; the partner token from a function of the host |
//! | `client`, `gateway` | the client and its plain operations |
//! | `pager` | lists, a page at a time |
//! | `upload`, `sink` | uploads; chunks of a stream on their way to one |
//! | `push`, `entry`, `events`, `report` | the push |
//! | `pull` | the API that Filed pulls from, answered by functions of the host |
//! | `shape` | results with the names JavaScript expects |

mod bridge;
mod client;
mod config;
mod entry;
mod events;
mod gateway;
mod outcome;
mod pager;
mod pull;
mod push;
mod report;
mod shape;
mod sink;
mod token;
mod upload;

use napi::bindgen_prelude::Either;
use napi_derive::napi;

use outcome::Failure;

/// The version of the library.
#[napi(catch_unwind)]
pub fn version() -> &'static str {
    filed_core::VERSION
}

/// Every error code as `[name, number]`, in the order of the numbers.
#[napi(catch_unwind)]
pub fn codes() -> String {
    let rows: Vec<_> = filed_core::ErrorCode::ALL
        .iter()
        .map(|row| (row.name, row.number))
        .collect();
    outcome::text(&rows)
}

/// A link into the web application, or why there is none.
#[napi(catch_unwind)]
pub fn deep_link(slug: String, path: String) -> Either<String, Failure> {
    match filed_core::deep_link(&slug, &path) {
        Ok(link) => Either::A(link),
        Err(e) => Either::B(Failure::new(&e)),
    }
}
