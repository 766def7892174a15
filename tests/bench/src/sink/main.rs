//! The server every uploader is measured against: takes requests, counts them and throws the bytes
//! away. One blocking thread per connection, since nothing is cheaper: the measurements must show
//! the clients, not this.
//!
//! Prints one line of JSON with its addresses when it is ready and ends with its standard input.
//! How requests are read is in `request`, what is answered in `answer`.

mod answer;
#[path = "../counts.rs"]
mod counts;
mod request;
mod secure;

use std::io::{Read, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Result;
use clap::Parser;
use request::{Connection, Wire};

/// Takes uploads and calls, and throws them away.
#[derive(Parser)]
struct Arguments {
    /// Where the certificate of its own authority is written.
    #[arg(long)]
    authority: PathBuf,
    /// How long answers under `/late/` wait, milliseconds.
    #[arg(long, default_value_t = 30)]
    late: u64,
}

fn main() -> Result<()> {
    let arguments = Arguments::parse();
    let late = Duration::from_millis(arguments.late);
    let tls = secure::config(&arguments.authority)?;
    let plain = listen(move |stream| serve(stream, late))?;
    let secure = listen(move |stream| {
        // A client that breaks off its handshake has its own error to tell.
        if let Ok(stream) = secure::accept(stream, tls.clone()) {
            serve(stream, late);
        }
    })?;
    let ready = serde_json::json!({
        "plain": format!("http://127.0.0.1:{plain}"),
        "tls": format!("https://127.0.0.1:{secure}"),
    });
    println!("{ready}");
    std::io::stdout().flush()?;
    // Whoever started this holds the other end.
    std::io::copy(&mut std::io::stdin(), &mut std::io::sink())?;
    Ok(())
}

/// Serves every connection to a port of its own, each on its own thread.
fn listen(serve: impl Fn(TcpStream) + Send + Sync + 'static) -> Result<u16> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let port = listener.local_addr()?.port();
    let serve = Arc::new(serve);
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let serve = serve.clone();
            std::thread::spawn(move || {
                // Without it an answer in two writes could wait for an acknowledgement.
                if stream.set_nodelay(true).is_ok() {
                    serve(stream);
                }
            });
        }
    });
    Ok(port)
}

/// Answers requests until the client goes away; what it does wrong ends the connection.
fn serve(stream: impl Wire, late: Duration) {
    let mut connection = Connection::new(stream);
    while let Ok(Some(request)) = connection.next() {
        if request.path.starts_with("/late/") {
            std::thread::sleep(late);
        }
        let text = answer::to(&request);
        if connection.answer(&text).is_err() {
            return;
        }
    }
}

impl<T: Read + std::io::Write> Wire for T {}
