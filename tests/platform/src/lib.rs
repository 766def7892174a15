//! A practice-management platform as a partner might have built it, with its own paths and its own
//! field names: what the check of the pull API is tried on. In its sound form there is nothing to
//! find; each [`Defect`] breaks one thing, and one alone.
//!
//! It keeps everything in memory, serves on 127.0.0.1 only, and shares no code with the library.

mod access;
mod customers;
mod defect;
mod documents;
mod links;
mod notes;
mod openapi;
mod problem;
mod query;
mod server;
mod store;
mod tus;
mod upload;

pub use defect::Defect;
pub use openapi::{document, mapping};
pub use server::{CLIENT_ID, CLIENT_SECRET, KEY, Platform};
