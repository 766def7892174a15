//! Reading how many tests passed from what test programs print.

use crate::tally::Counts;

/// `cargo test`: the sum of all `test result:` lines.
pub fn cargo(text: &str) -> Option<Counts> {
    let mut all = Counts::default();
    let mut lines = 0;
    for line in text.lines().filter(|line| line.contains("test result: ")) {
        all += Counts {
            passed: before(line, " passed")?,
            failed: before(line, " failed")?,
            skipped: before(line, " ignored")?,
        };
        lines += 1;
    }
    (lines > 0).then_some(all)
}

/// `ctest`: the line that says how many failed out of how many.
pub fn ctest(text: &str) -> Option<Counts> {
    let line = text
        .lines()
        .find(|line| line.contains(" tests failed out of "))?;
    let failed = before(line, " tests failed")?;
    let total: u64 = line.rsplit(' ').next()?.trim().parse().ok()?;
    let skipped = text
        .lines()
        .filter(|line| line.contains("***Skipped"))
        .count() as u64;
    Some(Counts {
        passed: total.saturating_sub(failed + skipped),
        failed,
        skipped,
    })
}

/// `pytest -q`: its last line.
pub fn pytest(text: &str) -> Option<Counts> {
    let is_end = |line: &&str| line.contains(" in ") && line.contains('s');
    let line = text.lines().rev().filter(is_end).find(|line| {
        [" passed", " failed", " error"]
            .iter()
            .any(|word| line.contains(word))
    })?;
    let number = |word: &str| before(line, word).unwrap_or(0);
    Some(Counts {
        passed: number(" passed"),
        failed: number(" failed") + number(" error"),
        skipped: number(" skipped") + number(" deselected"),
    })
}

/// `node --test`: the lines `pass`, `fail`, `skipped` at the end, in any of its reporters.
pub fn node(text: &str) -> Option<Counts> {
    let number = |word: &str| {
        let line = text.lines().rev().find_map(|line| {
            let line = line.trim_start_matches(['#', 'ℹ', ' ']);
            line.strip_prefix(word)?.strip_prefix(' ')
        });
        line?.trim().parse().ok()
    };
    Some(Counts {
        passed: number("pass")?,
        failed: number("fail")? + number("cancelled").unwrap_or(0),
        skipped: number("skipped").unwrap_or(0),
    })
}

/// The number right before a word.
fn before(line: &str, word: &str) -> Option<u64> {
    let head = &line[..line.find(word)?];
    let start = head.rfind(|c: char| !c.is_ascii_digit()).map_or(0, |at| {
        at + head[at..].chars().next().map_or(1, char::len_utf8)
    });
    head[start..].parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counts(passed: u64, failed: u64, skipped: u64) -> Option<Counts> {
        Some(Counts {
            passed,
            failed,
            skipped,
        })
    }

    #[test]
    fn each_program_s_own_words_are_understood() {
        let text = "test result: ok. 12 passed; 0 failed; 1 ignored; 0 measured\n\
                    test result: FAILED. 3 passed; 2 failed; 0 ignored; 0 measured\n";
        assert_eq!(cargo(text), counts(15, 2, 1));
        assert_eq!(
            ctest("92% tests passed, 1 tests failed out of 12\n"),
            counts(11, 1, 0)
        );
        assert_eq!(
            pytest("....\n12 passed, 1 skipped in 3.41s\n"),
            counts(12, 0, 1)
        );
        assert_eq!(
            pytest("=== 1 failed, 12 passed in 3.41s ===\n"),
            counts(12, 1, 0)
        );
        assert_eq!(
            node("# tests 4\n# pass 3\n# fail 1\n# cancelled 0\n# skipped 0\n"),
            counts(3, 1, 0)
        );
        assert_eq!(node("ℹ pass 3\nℹ fail 0\n"), counts(3, 0, 0));
        assert_eq!(cargo("error: could not compile"), None);
    }
}
