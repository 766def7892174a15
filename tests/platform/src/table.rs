//! The sound platform must lead to no finding, and each defective one to the finding that names its
//! defect.

use std::process::ExitCode;

use anyhow::Result;
use filed_core::pull::{CheckCredentials, CheckOptions, Report, check};
use filed_platform::{CLIENT_ID, CLIENT_SECRET, Defect, KEY, Platform, mapping};
use futures_util::{StreamExt as _, stream};

/// Checks that run at once: most of the time of each is waiting for a signed URL to end.
const AT_ONCE: usize = 8;

/// Runs all checks and prints a line for each.
pub async fn run(only: Option<&str>) -> Result<ExitCode> {
    let wanted = |defect: &Defect| only.is_none_or(|part| defect.name().contains(part));
    let defects: Vec<Defect> = Defect::ALL.iter().copied().filter(wanted).collect();
    let all = std::iter::once(None).chain(defects.into_iter().map(Some));
    let mut lines = stream::iter(all).map(look).buffered(AT_ONCE);
    let (mut good, mut bad) = (0, 0);
    while let Some(line) = lines.next().await {
        let (line, report) = line?;
        println!(
            "{} {:<20} {:<28} {}",
            line.mark(),
            line.name,
            line.wanted,
            line.found
        );
        if only.is_some() || !line.good {
            println!("{}", report.to_text());
        }
        if line.good { good += 1 } else { bad += 1 }
    }
    println!("{good} passed, {bad} failed");
    Ok(if bad == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

struct Line {
    name: &'static str,
    wanted: &'static str,
    found: String,
    good: bool,
}

impl Line {
    fn mark(&self) -> &'static str {
        if self.good { "ok  " } else { "FAIL" }
    }
}

async fn look(defect: Option<Defect>) -> Result<(Line, Report)> {
    let platform = Platform::start(defect).await?;
    let mut options = CheckOptions::new(&platform.base_url);
    options.mapping = Some(mapping().to_owned());
    options.credentials = CheckCredentials {
        api_key: Some(KEY.to_owned().into()),
        oauth: Some((CLIENT_ID.to_owned(), CLIENT_SECRET.to_owned().into())),
    };
    let report = check(options).await?;
    let codes: Vec<&str> = report.findings.iter().map(|found| found.code).collect();
    let good = report.stopped.is_none()
        && match defect {
            None => codes.is_empty(),
            Some(defect) => codes.contains(&defect.finding()),
        };
    let line = Line {
        name: defect.map_or("(sound)", Defect::name),
        wanted: defect.map_or("no finding", Defect::finding),
        found: format!(
            "{} requests, {:.1} s: {}",
            report.requests,
            report.took_ms as f64 / 1000.0,
            codes.join(" ")
        ),
        good,
    };
    Ok((line, report))
}
