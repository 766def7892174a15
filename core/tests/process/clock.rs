//! A clock that is set, and a machine that sleeps, in the middle of a push. The test stands in front
//! of the C library's `clock_gettime`.

use std::io::{BufRead, BufReader};
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use filed_core::push::EventKind;
use serde_json::json;

use crate::child::{
    assert_exactly_once, child, client, ends_well, in_a_child, open, sandbox, start,
};
use crate::support::{add_season_in, seen};

/// How far the wall clock is off.
static SECONDS: AtomicI64 = AtomicI64::new(0);

type ClockGettime = unsafe extern "C" fn(libc::clockid_t, *mut libc::timespec) -> libc::c_int;

/// As the C library's, with a wall clock that can be set.
///
/// # Safety
/// As there.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn clock_gettime(
    clock: libc::clockid_t,
    time: *mut libc::timespec,
) -> libc::c_int {
    // SAFETY: the name is a C string.
    let real = unsafe { libc::dlsym(libc::RTLD_NEXT, c"clock_gettime".as_ptr()) };
    assert!(!real.is_null());
    // SAFETY: the C library's function has this type.
    let real: ClockGettime = unsafe { std::mem::transmute(real) };
    // SAFETY: the caller's own arguments, handed on.
    let outcome = unsafe { real(clock, time) };
    if outcome == 0 && clock == libc::CLOCK_REALTIME {
        // SAFETY: it was written to just now.
        unsafe { (*time).tv_sec += SECONDS.load(Ordering::SeqCst) };
    }
    outcome
}

/// Files that take a while, and tokens that do not last that long.
fn slow() -> serde_json::Value {
    json!({"upload_bytes_per_second": 20_000, "token_ttl_ms": 1500})
}

fn set(hours: i64) {
    let before = std::time::SystemTime::now();
    SECONDS.fetch_add(hours * 3600, Ordering::SeqCst);
    let now = std::time::SystemTime::now();
    assert_ne!(now > before, hours < 0, "the clock was not set");
}

#[tokio::test]
async fn a_clock_that_is_set_by_hours_changes_nothing() {
    let Some(ready) = child() else {
        let name = "clock::a_clock_that_is_set_by_hours_changes_nothing";
        let sandbox = in_a_child(name, slow()).await;
        return assert_exactly_once(&sandbox, 16, 64);
    };
    let client = client(&ready);
    let folder = tempfile::tempdir().unwrap();
    let journal = folder.path().join("season.filed");
    let push = open(&client, &ready, journal).await.unwrap();
    add_season_in(folder.path(), &push, 16, 4).await;
    for (files, hours) in [(4, 9), (8, -20), (12, 9)] {
        seen(&push, EventKind::FileUploaded, files).await;
        set(hours);
    }
    push.commit().await.unwrap();
    assert_eq!(push.wait(None).await.unwrap().files.imported, 64);
}

#[tokio::test]
async fn a_machine_that_sleeps_goes_on_where_it_stopped() {
    let name = "clock::a_machine_that_sleeps_goes_on_where_it_stopped";
    let Some(ready) = child() else {
        let sandbox = sandbox(slow()).await;
        let asleep = start(name, &sandbox);
        tokio::task::spawn_blocking(|| put_to_sleep(asleep))
            .await
            .unwrap();
        return assert_exactly_once(&sandbox, 16, 64);
    };
    let client = client(&ready);
    let folder = tempfile::tempdir().unwrap();
    let journal = folder.path().join("season.filed");
    let push = open(&client, &ready, journal).await.unwrap();
    add_season_in(folder.path(), &push, 16, 4).await;
    seen(&push, EventKind::FileUploaded, 6).await;
    println!("\nin the middle");
    push.commit().await.unwrap();
    assert_eq!(push.wait(None).await.unwrap().files.imported, 64);
}

/// Stops the process in the middle, for longer than its tokens last.
fn put_to_sleep(mut child: std::process::Child) {
    let mut said = BufReader::new(child.stdout.take().unwrap());
    let mut line = String::new();
    while line.trim() != "in the middle" {
        line.clear();
        assert_ne!(said.read_line(&mut line).unwrap(), 0, "it ended too early");
    }
    let process = i32::try_from(child.id()).unwrap();
    // SAFETY: numbers; the process is ours and not waited for yet.
    assert_eq!(unsafe { libc::kill(process, libc::SIGSTOP) }, 0);
    std::thread::sleep(Duration::from_secs(3));
    // SAFETY: as above.
    assert_eq!(unsafe { libc::kill(process, libc::SIGCONT) }, 0);
    child.stdout = Some(said.into_inner());
    ends_well(child);
}
