//! The numbers: kinds of points, and what they came to.

use std::collections::BTreeMap;
use std::time::Duration;

use super::strike::{Moment, Point, Strike};
use super::trial::Trial;

/// One line per kind of point.
#[derive(Debug, Default)]
pub struct Table {
    rows: BTreeMap<(u8, &'static str), Row>,
}

#[derive(Clone, Copy, Debug, Default)]
struct Row {
    points: u64,
    reached: u64,
    double_works: u64,
    double_artifacts: u64,
    missing: u64,
    wrong: u64,
    once: u64,
    by_hand: u64,
    orphans: u64,
    failed: u64,
    took: Duration,
}

impl std::ops::AddAssign for Row {
    fn add_assign(&mut self, other: Self) {
        self.points += other.points;
        self.reached += other.reached;
        self.double_works += other.double_works;
        self.double_artifacts += other.double_artifacts;
        self.missing += other.missing;
        self.wrong += other.wrong;
        self.once += other.once;
        self.by_hand += other.by_hand;
        self.orphans += other.orphans;
        self.failed += other.failed;
        self.took += other.took;
    }
}

impl Table {
    /// Adds a trial.
    pub fn count(&mut self, trial: &Trial) {
        let found = &trial.found;
        let row = Row {
            points: 1,
            reached: trial.reached.into(),
            double_works: found.double_works,
            double_artifacts: found.double_artifacts,
            missing: found.missing_works + found.missing_artifacts,
            wrong: found.wrong + found.strays,
            once: (found.initiated == 1).into(),
            by_hand: trial.by_hand.into(),
            orphans: found.orphans,
            failed: (!trial.faults.is_empty()).into(),
            took: trial.took,
        };
        *self.rows.entry(kind(&trial.point)).or_default() += row;
    }

    /// Prints the table.
    pub fn print(&self) {
        println!(
            "{:<44} {:>6} {:>6} {:>9} {:>9} {:>7} {:>6} {:>9} {:>7} {:>7} {:>6} {:>7}",
            "killed",
            "points",
            "struck",
            "works x2",
            "files x2",
            "missing",
            "wrong",
            "initiated",
            "by hand",
            "orphans",
            "failed",
            "s each"
        );
        let mut sum = Row::default();
        for ((_, kind), row) in &self.rows {
            line(kind, row);
            sum += *row;
        }
        line("all", &sum);
        println!(
            "initiated: exactly once in so many of the points. by hand: the kill came between the \
             note that the\nrequest to initiate is about to leave and the request, or as it left; \
             the library never sends it twice,\nstops with IMPORT_OUTCOME_UNKNOWN with nothing \
             initiated, and goes on when it was initiated by hand.\norphans: jobs without works, \
             never initiated. wrong: bytes, owner or job not as they should be."
        );
    }
}

fn line(kind: &str, row: &Row) {
    println!(
        "{kind:<44} {:>6} {:>6} {:>9} {:>9} {:>7} {:>6} {:>9} {:>7} {:>7} {:>6} {:>7.2}",
        row.points,
        row.reached,
        row.double_works,
        row.double_artifacts,
        row.missing,
        row.wrong,
        row.once,
        row.by_hand,
        row.orphans,
        row.failed,
        row.took.as_secs_f64() / row.points.max(1) as f64
    );
}

fn kind(point: &Point) -> (u8, &'static str) {
    if point.second.is_some() {
        return (11, "twice, the second time while resuming");
    }
    match &point.first {
        Strike::Write { torn: false, .. } => (0, "before a write of the journal"),
        Strike::Write { torn: true, .. } => (1, "in the middle of a write of the journal"),
        Strike::Late { .. } => (9, "before a late write of the journal"),
        Strike::Compared { .. } => (10, "around the request to initiate"),
        Strike::Sync { loss: None, .. } => (2, "before a sync of the journal"),
        Strike::Sync { loss: Some(_), .. } => (3, "before a sync, the power cut"),
        Strike::Request { moment, .. } => match moment {
            Moment::Before => (4, "at a request, before its effect"),
            Moment::Effect => (5, "at a request, between effect and answer"),
            Moment::Answered(_) => (6, "at a request, just after its answer"),
        },
    }
}
