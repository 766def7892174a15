//! A host that leaves every signal as the system has it, as programs in C do.

use std::io::IoSlice;

use serde_json::json;
use tokio::io::AsyncWriteExt;
use tokio::net::{TcpListener, TcpStream};

use crate::child::{child, client, in_a_child};

/// Writes to a connection whose other end is gone, as HTTP and TLS do: in several pieces at once,
/// which no flag keeps from raising SIGPIPE.
async fn write_to_nobody() -> std::io::Error {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let mut line = TcpStream::connect(listener.local_addr().unwrap())
        .await
        .unwrap();
    drop(listener.accept().await.unwrap());
    loop {
        let pieces = [IoSlice::new(b"one"), IoSlice::new(b"two")];
        if let Err(error) = line.write_vectored(&pieces).await {
            return error;
        }
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
}

#[tokio::test]
async fn a_connection_that_is_gone_does_not_end_a_host_with_sigpipe() {
    let Some(ready) = child() else {
        let name = "signals::a_connection_that_is_gone_does_not_end_a_host_with_sigpipe";
        in_a_child(name, json!({})).await;
        return;
    };
    // SAFETY: the default action; Rust's own runtime has set another one.
    unsafe { libc::signal(libc::SIGPIPE, libc::SIG_DFL) };
    let client = client(&ready);
    for _ in 0..4 {
        let write = async { Ok(write_to_nobody().await) };
        let error = client.generation().run(write).await.unwrap();
        assert!(
            [
                std::io::ErrorKind::BrokenPipe,
                std::io::ErrorKind::ConnectionReset
            ]
            .contains(&error.kind()),
            "{error}"
        );
    }
    client.me().await.unwrap();
}
