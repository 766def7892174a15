use bytes::Bytes;
use tempfile::TempDir;

use super::*;
use crate::pull::NoteFormat;

fn caller() -> Caller {
    Caller {
        id: "filed".into(),
        scopes: super::super::Scope::ALL.to_vec(),
    }
}

fn two_clients() -> (TempDir, FolderProvider) {
    let root = tempfile::tempdir().unwrap();
    for (path, text) in [
        ("Ada Lovelace/W-2.pdf", "one"),
        ("Ada Lovelace/2025/1099.pdf", "three"),
        ("Ada Lovelace/.hidden", "secret"),
        ("Grace Hopper/W-2.pdf", "four"),
        ("loose.pdf", "not a client's"),
    ] {
        let path = root.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    let provider = FolderProvider::open(root.path()).unwrap();
    (root, provider)
}

async fn clients(provider: &FolderProvider) -> Vec<PullClient> {
    let query = ClientQuery::default();
    match provider.list_clients(&caller(), &query).await.unwrap() {
        Listing::All(mut clients) => {
            clients.sort_by(|a, b| a.name.cmp(&b.name));
            clients
        }
        Listing::Page(_) => panic!("a folder gives everything"),
    }
}

async fn files(provider: &FolderProvider, client: &str) -> Vec<PullFile> {
    let query = FileQuery::default();
    match provider.list_files(&caller(), client, &query).await {
        Ok(Listing::All(mut files)) => {
            files.sort_by(|a, b| a.name.cmp(&b.name));
            files
        }
        _ => panic!("the client is there"),
    }
}

async fn receive(
    provider: &FolderProvider,
    client: &str,
    name: &str,
    key: Option<&str>,
    text: &'static str,
) -> Outcome<PullFile> {
    let file = NewFile {
        name: name.into(),
        mime_type: "application/pdf".into(),
        idempotency_key: key.map(Into::into),
        ..NewFile::default()
    };
    let chunks = futures_util::stream::iter([Ok(Bytes::from(text))]);
    let mut content = Incoming::new(chunks);
    provider
        .receive_file(&caller(), client, file, &mut content)
        .await
}

#[tokio::test]
async fn folders_are_clients_and_what_is_in_them_are_their_files() {
    let (_root, provider) = two_clients();
    let clients = clients(&provider).await;
    let names: Vec<_> = clients.iter().map(|one| one.name.as_str()).collect();
    assert_eq!(names, ["Ada Lovelace", "Grace Hopper"]);
    let files = files(&provider, &clients[0].id).await;
    let names: Vec<_> = files.iter().map(|one| one.name.as_str()).collect();
    assert_eq!(names, ["1099.pdf", "W-2.pdf"]);
    assert_eq!(files[0].metadata["folder"], "2025");
    assert_eq!(
        (files[1].size, files[1].mime_type.as_str()),
        (3, "application/pdf")
    );
}

#[cfg(unix)]
#[tokio::test]
async fn names_that_cannot_be_shown_are_replaced_and_their_files_stay_apart() {
    use std::os::unix::ffi::OsStrExt;
    let (root, provider) = two_clients();
    for name in [&b"scan\xff.pdf"[..], b"scan\xfe.pdf", b"two\nlines.pdf"] {
        let name = std::ffi::OsStr::from_bytes(name);
        std::fs::write(root.path().join("Grace Hopper").join(name), name.as_bytes()).unwrap();
    }
    let clients = clients(&provider).await;
    let files = files(&provider, &clients[1].id).await;
    let names: Vec<_> = files.iter().map(|one| one.name.as_str()).collect();
    let unreadable = "scan\u{fffd}.pdf";
    assert_eq!(
        names,
        ["W-2.pdf", unreadable, unreadable, "two\u{fffd}lines.pdf"]
    );
    let mut ids: Vec<_> = files.iter().map(|one| &one.id).collect();
    ids.dedup();
    assert_eq!(ids.len(), 4);
    for file in &files {
        let opened = provider.open_file(&caller(), &file.id).await.unwrap();
        assert_eq!(opened.file.id, file.id);
        assert_eq!(opened.file.mime_type, "application/pdf");
    }
}

#[tokio::test]
async fn ids_stay_the_same_and_say_nothing() {
    let (root, provider) = two_clients();
    let before = clients(&provider).await;
    let again = FolderProvider::open(root.path()).unwrap();
    assert!(before == clients(&again).await);
    let (other, elsewhere) = two_clients();
    assert!(before[0].id != clients(&elsewhere).await[0].id, "{other:?}");
    assert!(before[0].id.bytes().all(|b| b.is_ascii_hexdigit()));
}

#[tokio::test]
async fn client_json_says_more_than_the_folder_name() {
    let (root, provider) = two_clients();
    let own = root.path().join("Ada Lovelace/.filed");
    std::fs::create_dir(&own).unwrap();
    let about = r#"{"name": "Augusta King", "email": "ada@example.com", "type": "individual"}"#;
    std::fs::write(own.join("client.json"), about).unwrap();
    let client = clients(&provider).await.remove(0);
    assert_eq!(client.name, "Augusta King");
    assert_eq!(client.kind.as_deref(), Some("individual"));
}

#[cfg(unix)]
#[tokio::test]
async fn no_link_leads_out_of_the_folder() {
    let (root, provider) = two_clients();
    let outside = tempfile::tempdir().unwrap();
    std::fs::write(outside.path().join("secret.pdf"), "secret").unwrap();
    let ada = root.path().join("Ada Lovelace");
    let link = |to: PathBuf, name: &str| std::os::unix::fs::symlink(to, ada.join(name)).unwrap();
    link(outside.path().join("secret.pdf"), "link.pdf");
    link(outside.path().to_owned(), "folder");
    std::os::unix::fs::symlink(outside.path(), root.path().join("Client")).unwrap();
    let clients = clients(&provider).await;
    assert_eq!(clients.len(), 2);
    assert_eq!(files(&provider, &clients[0].id).await.len(), 2);

    // A file that a link has replaced since it was listed.
    let id = files(&provider, &clients[0].id).await.remove(1).id;
    std::fs::remove_file(ada.join("W-2.pdf")).unwrap();
    link(outside.path().join("secret.pdf"), "W-2.pdf");
    let opened = provider.open_file(&caller(), &id).await;
    assert_eq!(opened.err(), Some(ProviderError::NotFound));

    // Received files do not go where a link leads either.
    link(outside.path().to_owned(), "From Filed");
    let received = receive(&provider, &clients[0].id, "a.pdf", None, "x").await;
    assert!(received.is_err());
    assert_eq!(std::fs::read_dir(outside.path()).unwrap().count(), 1);
}

#[tokio::test]
async fn path_tricks_in_ids_find_nothing() {
    let (_root, provider) = two_clients();
    let client = clients(&provider).await.remove(0).id;
    for id in [
        "..",
        "../..",
        "Ada Lovelace",
        "/etc",
        "",
        &format!("{client}-../../etc/passwd"),
        &format!("{client}-"),
        &format!("{client}/../{client}"),
    ] {
        let opened = provider.open_file(&caller(), id).await.err();
        assert_eq!(opened, Some(ProviderError::NotFound), "{id}");
        let query = FileQuery::default();
        let listed = provider.list_files(&caller(), id, &query).await.err();
        assert_eq!(listed, Some(ProviderError::NotFound), "{id}");
    }
}

#[tokio::test]
async fn a_note_is_kept_once_for_its_key() {
    let (root, provider) = two_clients();
    let client = clients(&provider).await.remove(0).id;
    let note = |key: Option<&str>| NewNote {
        text: "ready".into(),
        format: NoteFormat::Plain,
        category: None,
        author: None,
        idempotency_key: key.map(Into::into),
    };
    let caller = caller();
    let add = |key| provider.add_note(&caller, &client, note(key));
    let (first, again) = (add(Some("k")).await.unwrap(), add(Some("k")).await.unwrap());
    assert!(first == again);
    assert!(add(None).await.unwrap().id != add(None).await.unwrap().id);
    let notes = root.path().join("Ada Lovelace/.filed/notes");
    assert_eq!(std::fs::read_dir(notes).unwrap().count(), 3);
}

#[tokio::test]
async fn a_received_file_takes_no_other_ones_place() {
    let (root, provider) = two_clients();
    let client = clients(&provider).await.remove(0).id;
    for (key, text) in [(None, "1"), (None, "2"), (Some("k"), "3"), (Some("k"), "3")] {
        receive(&provider, &client, "Return.pdf", key, text)
            .await
            .unwrap();
    }
    let place = root.path().join("Ada Lovelace/From Filed");
    let read = |name: &str| std::fs::read_to_string(place.join(name)).unwrap();
    assert_eq!(read("Return.pdf"), "1");
    assert_eq!(read("Return (2).pdf"), "2");
    assert_eq!(read("Return (3).pdf"), "3");
    assert_eq!(std::fs::read_dir(&place).unwrap().count(), 3);
    let other = receive(&provider, &client, "Return.pdf", Some("k"), "4").await;
    assert!(matches!(other, Err(ProviderError::Invalid(_))));
}

#[tokio::test]
async fn a_transfer_that_broke_leaves_nothing() {
    let (root, provider) = two_clients();
    let client = clients(&provider).await.remove(0).id;
    let chunks = [Ok(Bytes::from("half")), Err(ProviderError::Failed)];
    let mut content = Incoming::new(futures_util::stream::iter(chunks));
    let file = NewFile {
        name: "a.pdf".into(),
        ..NewFile::default()
    };
    let caller = caller();
    let received = provider.receive_file(&caller, &client, file, &mut content);
    assert!(received.await.is_err());
    assert!(!root.path().join("Ada Lovelace/From Filed").exists());
    let incoming = root.path().join(".filed/incoming");
    assert_eq!(std::fs::read_dir(incoming).unwrap().count(), 0);
}
