//! A host that changes its folder, its mask, its environment and its locale while a push runs.

use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;

use filed_core::push::EventKind;
use serde_json::json;

use crate::child::{assert_exactly_once, child, client, in_a_child, open};
use crate::support::{add, file, seen};

/// Adds a client with four files, which it names as they stand.
async fn add_some(push: &filed_core::push::Push, n: usize, folder: &str) {
    let key = add(push, n).await;
    for f in 0..4 {
        let path = PathBuf::from(format!("{folder}file-{n}-{f}.pdf"));
        std::fs::write(&path, format!("%PDF {n} {f}")).unwrap();
        push.add_file(key, file(&format!("file-{n}-{f}"), path))
            .await
            .unwrap();
    }
}

fn change_everything() {
    std::env::set_current_dir("/").unwrap();
    // SAFETY: the number is a mask, and the locale's name a C string.
    unsafe {
        libc::umask(0o777);
        for locale in [c"de_DE.UTF-8", c"tr_TR.UTF-8", c"C"] {
            libc::setlocale(libc::LC_ALL, locale.as_ptr());
        }
    }
    for (name, value) in [
        ("FILED_GATEWAY_URL", "http://127.0.0.1:1/"),
        ("FILED_UPLOAD_URL", "http://127.0.0.1:1/"),
        ("FILED_API_KEY", "another"),
        ("HTTP_PROXY", "http://127.0.0.1:1/"),
        ("http_proxy", "http://127.0.0.1:1/"),
        ("NO_PROXY", ""),
        ("TMPDIR", "/nowhere"),
        ("TZ", "Pacific/Kiritimati"),
        ("LC_ALL", "tr_TR.UTF-8"),
    ] {
        // SAFETY: nothing in this process reads the environment now.
        unsafe { std::env::set_var(name, value) };
    }
}

#[tokio::test]
async fn what_the_host_changes_around_a_push_has_no_effect() {
    let Some(ready) = child() else {
        let name = "surroundings::what_the_host_changes_around_a_push_has_no_effect";
        let sandbox = in_a_child(name, json!({"upload_bytes_per_second": 500})).await;
        return assert_exactly_once(&sandbox, 12, 48);
    };
    let folder = tempfile::tempdir().unwrap();
    std::env::set_current_dir(folder.path()).unwrap();
    let client = client(&ready);
    let push = open(&client, &ready, "season.filed".into()).await.unwrap();
    for n in 0..6 {
        add_some(&push, n, "").await;
    }
    seen(&push, EventKind::FileUploaded, 2).await;
    change_everything();
    for n in 6..12 {
        add_some(&push, n, &format!("{}/", folder.path().display())).await;
    }
    push.commit().await.unwrap();
    assert_eq!(push.wait(None).await.unwrap().files.imported, 48);
    let journal = folder.path().join("season.filed");
    let mode = journal.metadata().unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
}
