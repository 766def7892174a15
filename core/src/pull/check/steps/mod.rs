//! The parts of the check, in the order they run. Each reads what the ones before have learned.

mod access;
mod change;
mod clients;
mod documentation;
mod downloads;
mod files;
mod ids;
mod links;
mod notes;
mod pages;
mod ranges;
mod stored;
mod tags;
mod token;
mod tus;
mod uploads;

use std::future::Future;
use std::pin::Pin;

use super::codes;
use super::options::CheckOptions;
use super::probe::{Broken, Step};
use super::report::{Part, Report};
use super::session::Session;
use crate::Result;

type Running<'s> = Pin<Box<dyn Future<Output = Step> + Send + 's>>;

/// A part: its name, and what it does.
struct Run {
    name: &'static str,
    writes: bool,
    run: for<'s> fn(&'s mut Session) -> Running<'s>,
}

macro_rules! part {
    ($name:literal, $writes:literal, $module:ident) => {
        Run {
            name: $name,
            writes: $writes,
            run: |session| Box::pin($module::run(session)),
        }
    };
}

const PARTS: &[Run] = &[
    part!("documentation", false, documentation),
    part!("clients", false, clients),
    part!("files", false, files),
    part!("credentials", false, access),
    part!("unknown ids", false, ids),
    part!("downloads", false, downloads),
    part!("ranges", false, ranges),
    part!("signed URLs", false, links),
    part!("notes", true, notes),
    part!("uploads", true, uploads),
    part!("tus", true, tus),
    part!("paging under change", true, change),
];

/// Runs all parts and writes the report.
pub(super) async fn run(mut session: Session, options: &CheckOptions) -> Result<Report> {
    let mut checks = Vec::new();
    let mut stopped = None;
    session.findings.begin("token");
    let entered = token::enter(&mut session, options).await?;
    checks.push(part(&mut session, "token", 0));
    match entered {
        Err(broken) => stopped = ended(&mut session, broken),
        Ok(()) => {
            for step in PARTS.iter().filter(|step| options.writes || !step.writes) {
                let before = session.probe.sent;
                session.findings.begin(step.name);
                let outcome = (step.run)(&mut session).await;
                stopped = outcome.err().and_then(|broken| ended(&mut session, broken));
                checks.push(part(&mut session, step.name, before));
                if stopped.is_some() || refused(&session) {
                    break;
                }
            }
        }
    }
    let took = session.probe.started.elapsed().as_millis();
    Ok(Report {
        base_url: session.probe.base.to_string(),
        findings: session.findings.into_sorted(),
        checks,
        requests: session.probe.sent,
        took_ms: u64::try_from(took).unwrap_or(u64::MAX),
        stopped,
    })
}

fn part(session: &mut Session, name: &'static str, before: u32) -> Part {
    Part {
        name,
        requests: session.probe.sent - before,
        skipped: std::mem::take(&mut session.skipped),
    }
}

/// A part that broke off: the check goes on unless a limit is reached.
fn ended(session: &mut Session, broken: Broken) -> Option<String> {
    match broken {
        Broken::Limit(why) => Some(why.to_owned()),
        Broken::NoAnswer(why) => {
            session.findings.add(&codes::NO_ANSWER, "the platform", why);
            None
        }
    }
}

/// Without a way in, the rest says nothing.
fn refused(session: &Session) -> bool {
    session.clients.is_empty() && session.findings.has(&codes::AUTH_REFUSED)
}
