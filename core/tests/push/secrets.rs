//! What a push says never holds a name, a path, a key or a token; the journal never a token.

use filed_core::push::{NewClient, NewFile, OnExisting, PushOptions};
use serde_json::json;

use crate::support::*;

const SURNAME: &str = "Zyxwvutson";
const FOLDER: &str = "qqfolderqq";
const SCAN: &str = "ppscanpp";

#[tokio::test]
async fn planted_names_paths_and_secrets_show_nowhere() {
    let settings = json!({
        "poison_external_ids": ["poison"],
        "fail_artifacts": ["broken"]
    });
    let world = world_with(settings, |config| config).await;
    let folder = world.folder.path().join(FOLDER);
    std::fs::create_dir(&folder).unwrap();
    let path = folder.join(format!("{SCAN}.pdf"));
    std::fs::write(&path, document(SCAN)).unwrap();
    let echo = format!(
        "cannot take {SURNAME} with {SCAN}.pdf from {}",
        path.display()
    );
    world.plan(json!({"on": "upload", "match": "refused", "status": 422, "body": echo}));
    world.plan(json!({
        "on": "createJobWorkArtifacts", "match": "unlucky", "times": 0,
        "graphql_error": {"code": "BAD_USER_INPUT", "message": echo}
    }));
    let options = PushOptions {
        allow_partial: true,
        on_existing: OnExisting::Adopt,
        ..world.options()
    };
    let push = world.push_with(options).await.unwrap();
    let mut said = Vec::new();
    for (n, id) in ["poison", "good"].into_iter().enumerate() {
        let new = NewClient {
            name: format!("{SURNAME} {n}"),
            external_id: id.into(),
        };
        let key = push.add_client(new).await.unwrap();
        if id == "poison" {
            push.add_file(key, file("orphan", &path)).await.unwrap();
            continue;
        }
        for id in ["fine", "broken", "unlucky"] {
            push.add_file(key, file(id, &path)).await.unwrap();
        }
        let refused = NewFile {
            file_name: Some(format!("refused-{SCAN}.pdf")),
            ..file("refused", &path)
        };
        push.add_file(key, refused).await.unwrap();
        let gone = folder.join(format!("{SCAN}-gone.pdf"));
        push.add_file(key, file("gone", &gone)).await.unwrap();
        let again = NewFile {
            category: Some("w2".into()),
            ..file("fine", &path)
        };
        let error = push.add_file(key, again).await.unwrap_err();
        said.push(format!("{error} {error:?}"));
    }
    push.commit().await.unwrap();
    let report = push.wait(None).await.unwrap();
    assert_eq!(report.failed_clients.len(), 1);
    assert_eq!(report.failed_files.len(), 5, "{:?}", report.failed_files);
    assert!(
        report
            .failed_files
            .iter()
            .all(|f| f.error.as_ref().unwrap().path().is_some())
    );

    let errors = report
        .failed_clients
        .iter()
        .map(|c| c.error.clone())
        .chain(report.failed_files.iter().map(|f| f.error.clone()));
    for error in errors.flatten() {
        said.push(format!("{error} {error:?} {:?}", error.graphql_errors()));
    }
    for event in all_events(&push).await {
        said.push(format!("{event:?}"));
    }
    said.push(format!("{:?} {push:?} {:?}", report.notes, world.client));
    let secrets = [world.ready().api_key.as_str(), "eyJ"];
    for text in &said {
        for planted in [SURNAME, FOLDER, SCAN].iter().chain(&secrets) {
            assert!(!text.contains(planted), "{planted} in {text}");
        }
    }

    let mut kept = Vec::new();
    for entry in std::fs::read_dir(world.folder.path()).unwrap() {
        let path = entry.unwrap().path();
        if path.to_string_lossy().contains("season.filed") {
            kept.extend(std::fs::read(path).unwrap());
        }
    }
    let holds = |text: &str| kept.windows(text.len()).any(|w| w == text.as_bytes());
    assert!(holds(SURNAME), "the sweep looks at the right bytes");
    for secret in secrets {
        assert!(!holds(secret), "a secret is in the journal");
    }
    let content = document(SCAN);
    assert!(!holds(std::str::from_utf8(&content[..200]).unwrap()));
}
