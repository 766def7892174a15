//! Whoever has no right to it gets nothing: no byte of a file and no client's name.

use anyhow::{Context as _, Result, ensure};
use serde_json::Value;

use super::program::{KEY, Program, Provider};
use super::season::Season;
use crate::http;
use crate::tally::Tally;

/// Lies beside the folder of clients, and hidden in it.
const BESIDE: &str = "what no client may have";

/// What stands for an id and leads nowhere.
const TRICKS: &[&str] = &[
    "..",
    "..%2f..%2fbeside.txt",
    "../../beside.txt",
    "%2e%2e%2fbeside.txt",
    "..%5cbeside.txt",
    "..%252fbeside.txt",
    "%c0%ae%c0%ae%c0%afbeside.txt",
    ".hidden.txt",
    ".filed",
    "%00",
    "%ff",
    "%0d%0aX-Injected:%20yes",
    "*",
];

pub fn run(tally: &mut Tally, program: &Program, season: &Season) -> Result<()> {
    let what = format!(
        "{}: to strangers and by tricks, no byte and no name gets out",
        program.language
    );
    tally.check(&what, nothing(program, season)).map(drop)
}

fn nothing(program: &Program, season: &Season) -> Result<()> {
    std::fs::write(season.folder.with_file_name("beside.txt"), BESIDE)?;
    std::fs::write(season.folder.join(".hidden.txt"), BESIDE)?;
    let provider = program.start(&season.folder, &season.state, 0)?;
    let (client, file) = known(&provider, 0)?;
    let doors = [
        ("GET", "clients".to_owned()),
        ("GET", format!("clients/{client}/files")),
        ("GET", format!("files/{file}/download")),
        ("HEAD", format!("files/{file}/download")),
        ("POST", format!("clients/{client}/notes")),
        ("POST", format!("clients/{client}/files")),
        ("POST", format!("clients/{client}/files/tus")),
    ];
    let almost = &KEY[..KEY.len() - 1];
    let bearer = format!("Bearer {almost}");
    let wrong: [&[(&str, &str)]; 4] = [
        &[],
        &[("x-api-key", almost)],
        &[("authorization", &bearer)],
        &[("x-api-key", "")],
    ];
    for (method, path) in &doors {
        for headers in wrong {
            refused(&provider, method, path, headers, &[401])?;
        }
    }
    for trick in TRICKS {
        for id in [
            (*trick).to_owned(),
            format!("{client}%2f{trick}"),
            format!("{trick}%2f{file}"),
        ] {
            let key = [("x-api-key", KEY)];
            let paths = [
                format!("clients/{id}/files"),
                format!("files/{id}/download"),
                format!("files/{id}/download?expires=4102444800&signature=AAAA"),
            ];
            for path in paths {
                refused(&provider, "GET", &path, &key, &[400, 403, 404])?;
            }
        }
    }
    drop(provider);
    signed(program, season)
}

/// Another client's signed URL opens nothing.
fn signed(program: &Program, season: &Season) -> Result<()> {
    let more = ["--signed-urls", "60"];
    let provider = program.start_with(&season.folder, &season.state, 0, &more)?;
    let (client, file) = known(&provider, 0)?;
    let (_, other) = known(&provider, 1)?;
    let files = ask(&provider, &format!("clients/{client}/files"))?;
    let url = files["data"][0]["downloadUrl"].as_str();
    let url = url.context("no download URL")?;
    let opened = http::call("GET", url, &[], b"")?;
    ensure!(opened.status == 200, "a signed URL: {}", opened.status);
    let path = url.split_once("/api/v1/").map(|(_, path)| path);
    let path = path.context("a URL of another server")?;
    let theirs = path.replace(&file, &other);
    ensure!(theirs != path, "the URL does not name its file");
    refused(&provider, "GET", &theirs, &[], &[403])?;
    // A key beside it does not mend it.
    refused(&provider, "GET", &theirs, &[("x-api-key", KEY)], &[403])
}

/// A client by its place in the list, and its first file.
fn known(provider: &Provider, at: usize) -> Result<(String, String)> {
    let id = |page: &Value, at: usize| {
        let id = page["data"][at]["id"].as_str();
        Ok::<_, anyhow::Error>(id.context("an empty list")?.to_owned())
    };
    let client = id(&ask(provider, "clients")?, at)?;
    let file = id(&ask(provider, &format!("clients/{client}/files"))?, 0)?;
    Ok((client, file))
}

fn ask(provider: &Provider, path: &str) -> Result<Value> {
    let url = format!("{}/api/v1/{path}", provider.url);
    http::json("GET", &url, &[("x-api-key", KEY)], &Value::Null)
}

fn refused(
    provider: &Provider,
    method: &str,
    path: &str,
    headers: &[(&str, &str)],
    statuses: &[u16],
) -> Result<()> {
    let url = format!("{}/api/v1/{path}", provider.url);
    let answer = http::call(method, &url, headers, b"")?;
    ensure!(
        statuses.contains(&answer.status),
        "{method} {path}: {}",
        answer.status
    );
    let all = answer.text();
    // Every name of the season has the second, every form and document begins with the third.
    for secret in [BESIDE, "Ünï", "%PDF", "X-Injected"] {
        ensure!(!all.contains(secret), "{method} {path} tells: {all}");
    }
    Ok(())
}
