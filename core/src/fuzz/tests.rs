//! What fuzzing found, and what it began with, read again; and damage by chance.

use std::path::PathBuf;

use super::TARGETS;
use super::journal;

#[test]
fn everything_that_is_kept_is_read_as_promised() {
    let corpora = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/fuzz/corpus"));
    for (name, target) in TARGETS {
        let folder = corpora.join(name);
        let mut kept: Vec<PathBuf> = std::fs::read_dir(&folder)
            .unwrap_or_else(|e| panic!("{}: {e}", folder.display()))
            .map(|entry| entry.unwrap().path())
            .collect();
        kept.sort();
        assert!(kept.len() >= 3, "{name} has nothing to begin with");
        for input in &kept {
            println!("{}", input.display());
            target(&std::fs::read(input).unwrap());
        }
        println!("{name}: {} inputs", kept.len());
    }
}

#[test]
fn a_journal_damaged_anywhere_is_damage_and_no_defect() {
    let mut chance = fastrand::Rng::with_seed(4);
    for _ in 0..200 {
        let patches = chance.usize(1..6);
        let mut data = vec![1];
        for _ in 0..patches {
            data.extend(chance.u32(..).to_le_bytes());
            data.push(chance.u8(..));
        }
        journal(&data);
    }
}
