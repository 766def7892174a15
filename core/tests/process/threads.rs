//! A process that gets no more threads. The test stands in front of the C library's
//! `pthread_create`: a real limit does not bind a superuser.

use std::ffi::{c_int, c_void};
use std::sync::atomic::{AtomicIsize, Ordering};

use filed_core::upload::UploadOptions;
use filed_core::{Client, ErrorCode};
use serde_json::json;

use crate::child::{assert_exactly_once, child, client, in_a_child, open};
use crate::support::{add_season_in, config};

/// How many more threads there are.
static LEFT: AtomicIsize = AtomicIsize::new(isize::MAX);

type Create = unsafe extern "C" fn(
    *mut libc::pthread_t,
    *const libc::pthread_attr_t,
    extern "C" fn(*mut c_void) -> *mut c_void,
    *mut c_void,
) -> c_int;

/// As the C library's, while there are threads left.
///
/// # Safety
/// As there.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pthread_create(
    thread: *mut libc::pthread_t,
    attributes: *const libc::pthread_attr_t,
    start: extern "C" fn(*mut c_void) -> *mut c_void,
    argument: *mut c_void,
) -> c_int {
    if LEFT.fetch_sub(1, Ordering::SeqCst) <= 0 {
        return libc::EAGAIN;
    }
    // SAFETY: the name is a C string.
    let real = unsafe { libc::dlsym(libc::RTLD_NEXT, c"pthread_create".as_ptr()) };
    assert!(!real.is_null());
    // SAFETY: the C library's function has this type.
    let real: Create = unsafe { std::mem::transmute(real) };
    // SAFETY: the caller's own arguments, handed on.
    unsafe { real(thread, attributes, start, argument) }
}

fn leave(number: isize) {
    LEFT.store(number, Ordering::SeqCst);
}

/// Every number of threads that is too small is an error that says so, and no panic.
fn no_runtime_without_its_threads(config: &filed_core::Config) {
    let most = std::thread::available_parallelism()
        .unwrap()
        .get()
        .clamp(2, 4);
    for number in (0..=most + 1).chain([2 * most + 1]) {
        leave(isize::try_from(number).unwrap());
        let error = Client::new(config.clone()).unwrap_err();
        assert_eq!(error.code(), ErrorCode::OutOfResources, "{number}: {error}");
        assert!(error.message().contains("threads"), "{error}");
        assert!(error.retryable());
    }
    leave(isize::MAX);
}

#[tokio::test]
async fn a_process_without_threads_gets_an_error_and_goes_on_with_those_it_has() {
    let Some(ready) = child() else {
        let name = "threads::a_process_without_threads_gets_an_error_and_goes_on_with_those_it_has";
        let sandbox = in_a_child(name, json!({})).await;
        return assert_exactly_once(&sandbox, 10, 40);
    };
    no_runtime_without_its_threads(&config(&ready));

    let client = client(&ready);
    let folder = tempfile::tempdir().unwrap();
    let journal = |name: &str| folder.path().join(name);
    let push = open(&client, &ready, journal("season")).await.unwrap();
    leave(0);
    let error = open(&client, &ready, journal("another")).await.unwrap_err();
    assert_eq!(error.code(), ErrorCode::OutOfResources, "{error}");
    let path = folder.path().join("w2.pdf");
    std::fs::write(&path, "%PDF").unwrap();
    let uploads = client.uploads();
    uploads.file(&path, UploadOptions::default()).await.unwrap();
    add_season_in(folder.path(), &push, 10, 4).await;
    push.commit().await.unwrap();
    let report = push.wait(None).await.unwrap();
    assert_eq!(report.files.imported, 40);
}
