#![cfg(target_os = "linux")]

use std::future::poll_fn;
use std::io::Write;
use std::os::unix::fs::symlink;

use super::*;

fn pool() -> Pool {
    Pool::new(4)
}

fn content(size: usize) -> Vec<u8> {
    (0..size).map(|n| (n % 253) as u8).collect()
}

fn written(path: &Path, size: usize) -> PathBuf {
    std::fs::write(path, content(size)).unwrap();
    path.to_owned()
}

async fn next(pass: &mut FilePass) -> Option<Result<Bytes>> {
    poll_fn(|cx| pass.poll_chunk(cx)).await
}

async fn rest(pass: &mut FilePass) -> Result<Vec<u8>> {
    let mut all = Vec::new();
    while let Some(chunk) = next(pass).await {
        all.extend_from_slice(&chunk?);
    }
    Ok(all)
}

fn refusal(path: &Path) -> ErrorCode {
    let error = check(path).unwrap_err();
    assert_eq!(error.path(), Some(path));
    assert!(!error.message().contains("planted"));
    let opened = OpenFile::open(path.to_owned(), &pool())
        .map(|_| ())
        .unwrap_err();
    assert_eq!(opened.code(), error.code());
    error.code()
}

#[test]
fn every_bad_path_has_its_code_and_its_path_in_the_field() {
    let dir = tempfile::tempdir().unwrap();
    let at = |name: &str| dir.path().join(format!("planted-{name}"));
    written(&at("empty"), 0);
    written(&at("file"), 1);
    symlink(at("missing"), at("dangling")).unwrap();
    symlink(at("loop-b"), at("loop-a")).unwrap();
    symlink(at("loop-a"), at("loop-b")).unwrap();
    let fifo = std::ffi::CString::new(at("fifo").to_str().unwrap()).unwrap();
    // SAFETY: the path is a C string that outlives the call.
    assert_eq!(unsafe { libc::mkfifo(fifo.as_ptr(), 0o600) }, 0);
    let _socket = std::os::unix::net::UnixListener::bind(at("socket")).unwrap();

    for (path, code) in [
        (at("missing"), ErrorCode::FileNotFound),
        (at("file").join("below"), ErrorCode::FileNotFound),
        (at("dangling"), ErrorCode::FileNotFound),
        (PathBuf::new(), ErrorCode::FileNotFound),
        (at("loop-a"), ErrorCode::FileUnreadable),
        (at("empty"), ErrorCode::FileEmpty),
        (at("fifo"), ErrorCode::FileNotRegular),
        (at("socket"), ErrorCode::FileNotRegular),
        (dir.path().to_owned(), ErrorCode::FileNotRegular),
        ("/dev/null".into(), ErrorCode::FileNotRegular),
    ] {
        assert_eq!(refusal(&path), code, "{path:?}");
    }
    assert_eq!(check(&at("file")).unwrap(), 1);
}

#[test]
fn a_refused_permission_makes_a_file_unreadable() {
    let denied = io::Error::from(io::ErrorKind::PermissionDenied);
    let error = unreadable(&denied, Path::new("planted"));
    assert_eq!(error.code(), ErrorCode::FileUnreadable);
    assert_eq!(
        error.message(),
        "the file could not be read: permission denied"
    );
}

#[test]
fn a_pipe_that_takes_the_files_place_does_not_block_the_opening() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("fifo");
    let name = std::ffi::CString::new(path.to_str().unwrap()).unwrap();
    // SAFETY: the path is a C string that outlives the call.
    assert_eq!(unsafe { libc::mkfifo(name.as_ptr(), 0o600) }, 0);
    assert!(platform::open(&path).is_ok());
}

/// Every place a file is read from: one where reads from memory work, one where they may not, and
/// one that is told they do not.
async fn in_every_place(size: usize, look: impl AsyncFn(&Path, Arc<OpenFile>)) {
    let target = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target");
    std::fs::create_dir_all(&target).unwrap();
    for (place, blocking) in [
        (&*target, false),
        (&*target, true),
        (Path::new("/dev/shm"), false),
    ] {
        let dir = tempfile::tempdir_in(place).unwrap();
        let path = written(&dir.path().join("file"), size);
        let file = OpenFile::open(path.clone(), &pool()).unwrap();
        file.blocking.store(blocking, Ordering::Relaxed);
        look(&path, Arc::new(file)).await;
    }
}

#[tokio::test]
async fn all_ways_of_reading_give_the_same_bytes() {
    for size in [1, BUFFER, BUFFER + 1, 3 * BUFFER + 7] {
        in_every_place(size, async |_, file| {
            let mut pass = FilePass::new(file, pool());
            assert!(rest(&mut pass).await.unwrap() == content(size), "{size}");
            assert!(next(&mut pass).await.is_none());
        })
        .await;
    }
}

/// Takes the first piece, meddles, and reads on.
async fn meddled(file: Arc<OpenFile>, meddle: impl FnOnce()) -> ErrorCode {
    let path = file.path.clone();
    let mut pass = FilePass::new(file, pool());
    assert_eq!(next(&mut pass).await.unwrap().unwrap().len(), BUFFER);
    meddle();
    let error = rest(&mut pass).await.unwrap_err();
    assert_eq!(error.path(), Some(&*path));
    assert!(next(&mut pass).await.is_none(), "an error ends the content");
    error.code()
}

#[tokio::test]
async fn a_file_that_changes_while_it_is_read_is_noticed() {
    let size = 3 * BUFFER;
    in_every_place(size, async |path, file| {
        let grow = || {
            let mut file = std::fs::OpenOptions::new().append(true).open(path).unwrap();
            file.write_all(b"more").unwrap();
        };
        assert_eq!(meddled(file, grow).await, ErrorCode::FileChanged);
    })
    .await;
    in_every_place(size, async |path, file| {
        let shrink = || {
            let file = std::fs::OpenOptions::new().write(true).open(path).unwrap();
            file.set_len(BUFFER as u64 + 1).unwrap();
        };
        assert_eq!(meddled(file, shrink).await, ErrorCode::FileChanged);
    })
    .await;
    in_every_place(size, async |path, file| {
        let replace = || {
            let other = written(&path.with_extension("new"), size);
            std::fs::rename(other, path).unwrap();
        };
        assert_eq!(meddled(file, replace).await, ErrorCode::FileChanged);
    })
    .await;
    in_every_place(size, async |path, file| {
        let delete = || std::fs::remove_file(path).unwrap();
        assert_eq!(meddled(file, delete).await, ErrorCode::FileChanged);
    })
    .await;
}

#[tokio::test]
async fn content_rewritten_in_place_is_noticed_by_its_time() {
    let dir = tempfile::tempdir().unwrap();
    let path = written(&dir.path().join("file"), BUFFER + 1);
    let file = Arc::new(OpenFile::open(path.clone(), &pool()).unwrap());
    let rewrite = || {
        let file = std::fs::OpenOptions::new().write(true).open(&path).unwrap();
        let later = std::time::SystemTime::now() + std::time::Duration::from_secs(2);
        file.set_modified(later).unwrap();
    };
    assert_eq!(meddled(file, rewrite).await, ErrorCode::FileChanged);
}

#[tokio::test]
async fn a_long_file_is_read_in_the_buffers_of_the_pool() {
    let dir = tempfile::tempdir().unwrap();
    let path = written(&dir.path().join("file"), 40 * BUFFER);
    let pool = pool();
    let file = Arc::new(OpenFile::open(path, &pool).unwrap());
    let mut pass = FilePass::new(file, pool);
    let mut addresses = std::collections::HashSet::new();
    while let Some(chunk) = next(&mut pass).await {
        addresses.insert(chunk.unwrap().as_ptr());
    }
    assert!(addresses.len() <= 3, "{} buffers", addresses.len());
}
