//! 200 downloads at once of a file of 20 MiB: the provider's memory, beside nginx with the same file
//! in the same run.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use serde_json::Value;

use super::program::{KEY, Program, most_memory};
use crate::setup::debian;
use crate::tally::Tally;
use crate::{http, place, run};

const AT_ONCE: usize = 200;
const SIZE: usize = 20 << 20;
/// What the provider may hold at most.
const MOST: u64 = 200 << 20;

pub fn run(tally: &mut Tally, program: &Program) -> Result<()> {
    if !cfg!(target_os = "linux") {
        return tally.skip(
            "200 downloads at once",
            "memory is read from /proc, on Linux alone",
        );
    }
    let root = place::target()?.join("pull").join("load");
    if root.exists() {
        std::fs::remove_dir_all(&root)?;
    }
    let (folder, state) = (root.join("clients"), root.join("state"));
    std::fs::create_dir_all(folder.join("One client"))?;
    std::fs::create_dir_all(&state)?;
    let bytes: Arc<[u8]> = (0..SIZE).map(|at| (at * 131 % 255) as u8).collect();
    std::fs::write(folder.join("One client").join("large.bin"), &bytes)?;
    let provider = program.start(&folder, &state, 0)?;
    let took = downloads(&download_url(&provider.url)?, &bytes)?;
    let memory = provider.most_memory()?;
    tally.line(&figure("our server, debug build", took, memory))?;
    drop(provider);
    match nginx(&root, &folder.join("One client"), &bytes) {
        Ok((took, memory)) => tally.line(&figure("nginx", took, memory))?,
        Err(error) => tally.skip("nginx beside it", &format!("{error:#}"))?,
    }
    let failures = match memory < MOST {
        true => Vec::new(),
        false => vec![format!("{} MiB", memory >> 20)],
    };
    let what = format!(
        "{AT_ONCE} downloads of {} MiB at once take less than {} MiB",
        SIZE >> 20,
        MOST >> 20
    );
    tally.verdict(&what, &failures).map(drop)
}

fn figure(what: &str, took: Duration, memory: u64) -> String {
    let rate = (AT_ONCE * (SIZE >> 20)) as f64 / took.as_secs_f64();
    format!(
        "  {what:<24} {:>6.1} s  {rate:>6.0} MiB/s  {:>4} MiB of memory",
        took.as_secs_f64(),
        memory >> 20
    )
}

fn download_url(url: &str) -> Result<String> {
    let ask = |path: &str| {
        http::json(
            "GET",
            &format!("{url}/api/v1/{path}"),
            &[("x-api-key", KEY)],
            &Value::Null,
        )
    };
    let id = |page: &Value| {
        page["data"][0]["id"]
            .as_str()
            .map(ToOwned::to_owned)
            .context("an empty list")
    };
    let client = id(&ask("clients")?)?;
    let file = id(&ask(&format!("clients/{client}/files"))?)?;
    Ok(format!("{url}/api/v1/files/{file}/download"))
}

/// Downloads a file many times at once, comparing every byte.
fn downloads(url: &str, bytes: &Arc<[u8]>) -> Result<Duration> {
    let started = Instant::now();
    let threads = (0..AT_ONCE).map(|_| {
        let (url, bytes) = (url.to_owned(), Arc::clone(bytes));
        std::thread::Builder::new()
            .stack_size(256 * 1024)
            .spawn(move || download(&url, &bytes))
    });
    let threads = threads.collect::<std::io::Result<Vec<_>>>()?;
    for thread in threads {
        let ended = thread
            .join()
            .map_err(|_| anyhow::anyhow!("a download panicked"))?;
        ended?;
    }
    Ok(started.elapsed())
}

fn download(url: &str, wanted: &[u8]) -> Result<()> {
    let (host, path) = http::place(url)?;
    let mut stream = TcpStream::connect(host)?;
    stream.set_read_timeout(Some(Duration::from_secs(120)))?;
    write!(
        stream,
        "GET {path} HTTP/1.0\r\nhost: {host}\r\nx-api-key: {KEY}\r\n\r\n"
    )?;
    let mut buffer = vec![0; 128 * 1024];
    let mut got = stream.read(&mut buffer)?;
    let head = buffer[..got]
        .windows(4)
        .position(|four| four == b"\r\n\r\n");
    let head = head.context("no answer")? + 4;
    ensure!(
        buffer.get(9..12) == Some(&b"200"[..]),
        "{}",
        String::from_utf8_lossy(&buffer[..head])
    );
    buffer.copy_within(head..got, 0);
    got -= head;
    let mut at = 0;
    loop {
        ensure!(
            wanted.get(at..at + got) == Some(&buffer[..got]),
            "other bytes after {at}"
        );
        at += got;
        got = stream.read(&mut buffer)?;
        if got == 0 {
            break;
        }
    }
    ensure!(at == wanted.len(), "{at} of {} bytes", wanted.len());
    Ok(())
}

/// The same from nginx; its memory is that of all its processes.
fn nginx(root: &Path, files: &Path, bytes: &Arc<[u8]>) -> Result<(Duration, u64)> {
    const PROGRAM: &str = "/usr/sbin/nginx";
    debian::need("nginx", || Path::new(PROGRAM).exists())?;
    let port = std::net::TcpListener::bind(("127.0.0.1", 0))?
        .local_addr()?
        .port();
    let place = root.join("nginx");
    std::fs::create_dir_all(&place)?;
    let here = place.display();
    // As root its workers would become somebody who may not read the folder.
    let config = format!(
        "daemon off; pid {here}/pid; error_log {here}/error.log; worker_processes 2;\n\
         events {{ worker_connections 1024; }}\n\
         http {{ access_log off; sendfile on; client_body_temp_path {here}/body; proxy_temp_path {here}/proxy;\n\
         fastcgi_temp_path {here}/fastcgi; uwsgi_temp_path {here}/uwsgi; scgi_temp_path {here}/scgi;\n\
         server {{ listen 127.0.0.1:{port}; root {}; }} }}\n",
        files.parent().context("the files are nowhere")?.display()
    );
    let config = match is_root()? {
        true => format!("user root;\n{config}"),
        false => config,
    };
    std::fs::write(place.join("nginx.conf"), config)?;
    let mut command = run::command(PROGRAM)?;
    command
        .arg("-e")
        .arg(place.join("error.log"))
        .arg("-c")
        .arg(place.join("nginx.conf"));
    let server = Nginx(command.stdout(Stdio::null()).spawn()?);
    listening(port)?;
    let took = downloads(
        &format!("http://127.0.0.1:{port}/One%20client/large.bin"),
        bytes,
    )?;
    Ok((took, server.memory()?))
}

fn is_root() -> Result<bool> {
    Ok(run::demand(run::command("id")?.arg("-u"))?.trim() == "0")
}

fn listening(port: u16) -> Result<()> {
    let started = Instant::now();
    while TcpStream::connect(("127.0.0.1", port)).is_err() {
        ensure!(
            started.elapsed() < Duration::from_secs(10),
            "nginx does not listen"
        );
        std::thread::sleep(Duration::from_millis(20));
    }
    Ok(())
}

struct Nginx(Child);

impl Nginx {
    fn memory(&self) -> Result<u64> {
        let master = self.0.id();
        let children = format!("/proc/{master}/task/{master}/children");
        let children = std::fs::read_to_string(children).context("nginx is gone")?;
        let mut all = most_memory(master)?;
        for worker in children.split_whitespace() {
            all += most_memory(worker.parse()?)?;
        }
        Ok(all)
    }
}

impl Drop for Nginx {
    fn drop(&mut self) {
        // SIGQUIT would let the master end its workers; on SIGKILL they see the master gone.
        let mut end = std::process::Command::new("kill");
        // Already gone is as good as ended.
        let _ = end.args(["-QUIT", &self.0.id().to_string()]).status();
        let _ = self.0.wait();
    }
}
