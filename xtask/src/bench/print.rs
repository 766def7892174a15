//! How benches print: tables with aligned columns, medians with their spread, targets with a
//! verdict.

/// A table; the first row is its head.
pub struct Table(Vec<Vec<String>>);

impl Table {
    pub fn new<const N: usize>(head: [&str; N]) -> Self {
        Self(vec![head.map(str::to_owned).to_vec()])
    }

    pub fn row<const N: usize>(&mut self, cells: [String; N]) {
        self.0.push(cells.to_vec());
    }

    /// The cells, the head first.
    pub fn rows(&self) -> &[Vec<String>] {
        &self.0
    }

    /// The lines, the first column to the left, numbers to the right.
    pub fn lines(&self) -> Vec<String> {
        let columns = self.0.iter().map(Vec::len).max().unwrap_or(0);
        let widths: Vec<usize> = (0..columns)
            .map(|at| {
                let cells = self.0.iter().filter_map(|row| row.get(at));
                cells.map(|cell| cell.chars().count()).max().unwrap_or(0)
            })
            .collect();
        self.0.iter().map(|row| line(row, &widths)).collect()
    }

    pub fn print(&self) {
        self.lines().iter().for_each(|line| println!("{line}"));
    }
}

fn line(row: &[String], widths: &[usize]) -> String {
    let cells = row.iter().zip(widths).enumerate();
    let padded: Vec<String> = cells
        .map(|(at, (cell, width))| match at {
            0 => format!("{cell:<width$}"),
            _ => format!("{cell:>width$}"),
        })
        .collect();
    format!("  {}", padded.join("  ").trim_end())
}

/// Something promised, what was measured, and whether it holds.
pub struct Finding {
    pub what: String,
    pub measured: String,
    pub limit: String,
    pub good: bool,
}

impl Finding {
    /// A number that must stay at or below a limit, with its unit.
    pub fn at_most(what: &str, measured: f64, limit: f64, unit: &str) -> Self {
        Self {
            what: what.to_owned(),
            measured: format!("{}{unit}", figure(measured)),
            limit: format!("at most {}{unit}", figure(limit)),
            good: measured <= limit,
        }
    }

    /// What is wrong, in a line; nothing when it holds.
    pub fn failure(&self) -> Option<String> {
        let Self {
            what,
            measured,
            limit,
            good,
        } = self;
        (!good).then(|| format!("{what}: {measured}, must be {limit}"))
    }
}

/// The findings as a table.
pub fn findings(all: &[Finding]) -> Table {
    let mut table = Table::new(["", "measured", "promised", ""]);
    for finding in all {
        table.row([
            finding.what.clone(),
            finding.measured.clone(),
            finding.limit.clone(),
            if finding.good { "ok" } else { "MISSED" }.to_owned(),
        ]);
    }
    table
}

/// A number with as many digits as it is worth.
pub fn figure(number: f64) -> String {
    match number.abs() {
        size if size >= 100.0 => format!("{number:.0}"),
        size if size >= 10.0 => format!("{number:.1}"),
        _ => format!("{number:.2}"),
    }
}

/// The middle of some numbers, and the least and the most of them.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Spread {
    pub median: f64,
    pub least: f64,
    pub most: f64,
}

impl Spread {
    pub fn of(numbers: &[f64]) -> Option<Self> {
        let mut sorted = numbers.to_vec();
        sorted.sort_by(f64::total_cmp);
        let middle = sorted.len() / 2;
        let median = match sorted.len() % 2 {
            0 => (sorted.get(middle.checked_sub(1)?)? + sorted.get(middle)?) / 2.0,
            _ => *sorted.get(middle)?,
        };
        Some(Self {
            median,
            least: *sorted.first()?,
            most: *sorted.last()?,
        })
    }
}

impl std::fmt::Display for Spread {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let [median, least, most] = [self.median, self.least, self.most].map(figure);
        write!(f, "{median} ({least} to {most})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_aligned_and_targets_judged() {
        let all = [
            Finding::at_most("memory", 17.25, 150.0, " MiB"),
            Finding::at_most("time", 1.2, 1.1, ""),
        ];
        let lines = findings(&all).lines();
        assert_eq!(lines[1], "  memory  17.2 MiB  at most 150 MiB      ok");
        assert_eq!(lines[2], "  time        1.20     at most 1.10  MISSED");
        assert!(all[0].failure().is_none());
        assert_eq!(
            all[1].failure().as_deref(),
            Some("time: 1.20, must be at most 1.10")
        );
    }

    #[test]
    fn the_median_of_an_even_number_is_between_the_middle_two() {
        assert_eq!(Spread::of(&[]), None);
        let spread = Spread::of(&[4.0, 1.0, 2.0, 3.0]).unwrap();
        assert_eq!((spread.median, spread.least, spread.most), (2.5, 1.0, 4.0));
    }
}
