//! The C ABI: everything `include/filed.h` declares. No logic of its own; what happens is decided
//! in `filed-core`.
//!
//! Every exported function has its body inside [`guard::guard`], which turns a panic into
//! `INTERNAL` and an argument error into an error that names the function. The rules a caller
//! keeps are stated once, at the top of `filed.h`; a function's own comment adds what is special.
//!
//! | module | what lives there |
//! | --- | --- |
//! | `guard`, `failure`, `handle`, `args`, `text`, `records`, `wait` | the vocabulary: boundary, ownership, arguments, strings, versioned structs, blocking |
//! | `error`, `codes` | `filed_error` and its constants (`codes` is generated from the core's table) |
//! | `config`, `partner_token`, `client`, `library` | settings, the client, what belongs to the library as a whole |
//! | `workspaces`, `connections`, `jobs`, `works`, `artifacts`, `platform` | one file per noun of the gateway |
//! | `cancel`, `uploads`, `stream` | uploads and how to end them |
//! | `push`, `entries`, `commit`, `background`, `events`, `event_stream`, `signal`, `progress`, `report`, `client_reports`, `file_reports`, `item_states` | the push |
//! | `pull` | the API that Filed pulls from, served |
//! | `iterator` | lists that page by themselves |
//! | `layout` | nothing that runs: the layout of every struct, asserted for each target |

#![allow(
    non_camel_case_types,
    reason = "the names are C's: every type starts with `filed_`"
)]
#![allow(
    clippy::missing_safety_doc,
    reason = "one contract for all: live handles, NUL-terminated strings, writable results"
)]

mod args;
mod artifacts;
mod background;
mod cancel;
mod client;
mod client_reports;
pub mod codes;
mod commit;
mod config;
mod connections;
mod entries;
mod error;
mod event_stream;
mod events;
mod failure;
mod file_reports;
mod guard;
mod handle;
mod item_states;
mod iterator;
mod jobs;
mod layout;
mod library;
mod partner_token;
mod platform;
mod progress;
mod pull;
mod push;
mod records;
mod report;
mod signal;
mod stream;
mod text;
mod uploads;
mod wait;
mod works;
mod workspaces;
