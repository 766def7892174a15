//! What is refused before anything is kept, and what the disk has to say.

use std::path::PathBuf;

use bytes::Bytes;
use serde_json::json;

use super::*;

fn client(name: &str, external_id: &str) -> NewClient {
    NewClient {
        name: name.into(),
        external_id: external_id.into(),
    }
}

fn path_file(path: &str) -> NewFile {
    NewFile {
        external_id: "f-1".into(),
        content: FileContent::Path(path.into()),
        file_name: None,
        mime_type: None,
        category: None,
        metadata: None,
    }
}

fn bytes_file(content: &'static [u8]) -> NewFile {
    NewFile {
        content: FileContent::Bytes(Bytes::from_static(content)),
        file_name: Some("a.txt".into()),
        ..path_file("")
    }
}

#[test]
fn clients_have_a_name_and_an_id() {
    assert!(validate_client(&client("Zoë 🧾", "c-1")).is_ok());
    assert!(validate_client(&client(&"é".repeat(500), &"x".repeat(255))).is_ok());
    for (name, id) in [
        ("", "c"),
        ("Jane\nDoe", "c"),
        (&*"é".repeat(501), "c"),
        ("Jane", ""),
        ("Jane", " c"),
        ("Jane", "c\u{a0}"),
        ("Jane", "c\t1"),
        ("Jane", &*"x".repeat(256)),
    ] {
        let error = validate_client(&client(name, id)).unwrap_err();
        assert_eq!(error.code(), ErrorCode::InvalidArgument, "{name:?} {id:?}");
        assert!(!error.message().contains("Jane"));
    }
}

#[test]
fn each_field_of_a_file_is_checked_before_anything_is_kept() {
    use ErrorCode::{FileEmpty, FileNameInvalid, InvalidArgument};
    let table: Vec<(NewFile, ErrorCode)> = vec![
        (path_file(""), InvalidArgument),
        (path_file("a\0b"), FileNameInvalid),
        (path_file(".."), FileNameInvalid),
        (
            NewFile {
                external_id: " f".into(),
                ..path_file("a")
            },
            InvalidArgument,
        ),
        (
            NewFile {
                category: Some(String::new()),
                ..path_file("a")
            },
            InvalidArgument,
        ),
        (
            NewFile {
                category: Some("x".repeat(256)),
                ..path_file("a")
            },
            InvalidArgument,
        ),
        (
            NewFile {
                mime_type: Some("pdf".into()),
                ..path_file("a")
            },
            InvalidArgument,
        ),
        (
            NewFile {
                mime_type: Some("a/b\r\nc".into()),
                ..path_file("a")
            },
            InvalidArgument,
        ),
        (
            NewFile {
                metadata: Some(json!([1])),
                ..path_file("a")
            },
            InvalidArgument,
        ),
        (
            NewFile {
                metadata: Some(json!("x")),
                ..path_file("a")
            },
            InvalidArgument,
        ),
        (
            NewFile {
                metadata: Some(json!({"x": "y".repeat(70_000)})),
                ..path_file("a")
            },
            InvalidArgument,
        ),
        (
            NewFile {
                file_name: Some(String::new()),
                ..path_file("a")
            },
            FileNameInvalid,
        ),
        (
            NewFile {
                file_name: Some("a\r\nb".into()),
                ..path_file("a")
            },
            FileNameInvalid,
        ),
        (
            NewFile {
                file_name: Some("é".repeat(200)),
                ..path_file("a")
            },
            FileNameInvalid,
        ),
        (
            NewFile {
                file_name: Some("../a".into()),
                ..path_file("a")
            },
            FileNameInvalid,
        ),
        (bytes_file(b""), FileEmpty),
        (
            NewFile {
                file_name: None,
                ..bytes_file(b"x")
            },
            InvalidArgument,
        ),
    ];
    for (n, (file, expected)) in table.into_iter().enumerate() {
        let error = check_file(&file).expect_err(&format!("row {n}"));
        assert_eq!(error.code(), expected, "row {n}: {}", error.message());
        assert!(error.path().is_some() || !error.message().is_empty());
    }
}

#[test]
fn urls_are_https_and_hold_no_credentials() {
    let url = |url: &str| NewFile {
        content: FileContent::Url(url.into()),
        ..path_file("")
    };
    assert!(validate_file(&url("https://files.example.com/1.pdf")).is_ok());
    assert!(validate_file(&url("http://127.0.0.1:9/1.pdf")).is_ok());
    for bad in [
        "http://files.example.com/1.pdf",
        "https://user:password@files.example.com/",
        "file:///etc/passwd",
        "not a url",
    ] {
        let error = validate_file(&url(bad)).unwrap_err();
        assert_eq!(error.code(), ErrorCode::InvalidArgument, "{bad}");
        assert!(!error.message().contains("password@"));
    }
}

#[test]
fn a_dry_run_looks_at_the_disk_and_adding_does_not() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    std::fs::write(at("good.pdf"), "x").unwrap();
    std::fs::write(at("empty.pdf"), "").unwrap();
    let file = |path: PathBuf| NewFile {
        content: FileContent::Path(path),
        ..path_file("")
    };
    assert!(validate_file(&file(at("good.pdf"))).is_ok());
    for (path, expected) in [
        (at("none.pdf"), ErrorCode::FileNotFound),
        (at("empty.pdf"), ErrorCode::FileEmpty),
        (folder.path().to_owned(), ErrorCode::FileNotRegular),
    ] {
        let error = validate_file(&file(path.clone())).unwrap_err();
        assert_eq!(error.code(), expected);
        assert_eq!(error.path(), Some(path.as_path()));
        assert_eq!(error.external_id(), Some("f-1"));
        assert!(!error.message().contains(path.to_str().unwrap()));
        assert!(check_file(&file(path)).is_ok());
    }
}

#[cfg(unix)]
#[test]
fn a_path_of_any_bytes_can_be_added_with_a_name() {
    use std::os::unix::ffi::OsStringExt;
    let odd = PathBuf::from(std::ffi::OsString::from_vec(b"/scans/\xff.pdf".to_vec()));
    let file = NewFile {
        content: FileContent::Path(odd.clone()),
        ..path_file("")
    };
    let error = check_file(&file).unwrap_err();
    assert_eq!(error.code(), ErrorCode::FileNameInvalid);
    assert_eq!(error.path(), Some(odd.as_path()));
    let named = NewFile {
        file_name: Some("scan.pdf".into()),
        ..file
    };
    let entry = check_file(&named).unwrap();
    assert_eq!(entry.path.as_deref(), Some(&b"/scans/\xff.pdf"[..]));
}
