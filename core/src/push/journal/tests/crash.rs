//! A power cut at any moment: what was answered is there, what was not is there whole or not at
//! all.

use super::*;

fn copy(from: &Path, to: &Path, log_bytes: Option<usize>) {
    std::fs::copy(from, to).unwrap();
    let side = |path: &Path| {
        let mut name = path.as_os_str().to_owned();
        name.push("-wal");
        std::path::PathBuf::from(name)
    };
    let log = std::fs::read(side(from)).unwrap();
    let kept = log_bytes.unwrap_or(log.len()).min(log.len());
    std::fs::write(side(to), &log[..kept]).unwrap();
}

#[tokio::test]
async fn a_copy_of_the_files_holds_everything_that_was_answered() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("push.filed");
    let journal = journal(&path).await;
    let key = journal.run(|db| client(db, "c-1")).await.unwrap();
    for n in 1..=50_u64 {
        journal
            .run(move |db| file(db, key, &format!("f-{n}")))
            .await
            .unwrap();
        if n % 10 == 0 {
            let image = folder.path().join(format!("image-{n}"));
            copy(&path, &image, None);
            let opened = Journal::open(Some(image), Expect::Existing).await.unwrap();
            assert_eq!(opened.tally().files.total, n);
        }
    }
}

#[tokio::test]
async fn a_log_cut_anywhere_gives_a_whole_number_of_transactions() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("push.filed");
    let journal = journal(&path).await;
    let key = journal.run(|db| client(db, "c-1")).await.unwrap();
    for n in 0..8 {
        // A pair in each transaction: half of one must never show.
        let pair = move |db: &Db| {
            file(db, key, &format!("f-{n}-a"))?;
            file(db, key, &format!("f-{n}-b"))
        };
        journal.run(pair).await.unwrap();
    }
    let log = std::fs::metadata(folder.path().join("push.filed-wal")).unwrap();
    let length = usize::try_from(log.len()).unwrap();
    let mut seen = std::collections::BTreeSet::new();
    for cut in (0..=length).step_by(length / 97) {
        let image = folder.path().join(format!("image-{cut}"));
        copy(&path, &image, Some(cut));
        let opened = Journal::open(Some(image), Expect::Existing).await.unwrap();
        let tally = opened.tally();
        assert_eq!(tally.files.total % 2, 0, "half a transaction at byte {cut}");
        assert_tally(&opened).await;
        seen.insert(tally.files.total);
    }
    assert!(
        seen.len() > 4,
        "the cuts fell between transactions: {seen:?}"
    );
}
