//! Connections: accepting them, speaking HTTP/1.1 and HTTP/2 on them, ending them on request.

mod line;
pub(crate) mod tls;

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tokio_rustls::TlsAcceptor;
use tower_service::Service;

use line::Wire;
pub(crate) use line::{Ending, Line};

/// Accepts connections until it is dropped; all connections go with it.
pub(crate) async fn serve(listener: TcpListener, tls: Option<TlsAcceptor>, app: Router) {
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => {
                    connections.spawn(connection(stream, tls.clone(), app.clone()));
                }
                // Out of descriptors, mostly: a moment later some are free again.
                Err(_) => tokio::time::sleep(Duration::from_millis(50)).await,
            },
            Some(_) = connections.join_next() => {}
        }
    }
}

async fn connection(stream: TcpStream, tls: Option<TlsAcceptor>, app: Router) {
    if stream.set_nodelay(true).is_err() {
        return;
    }
    let line = Line::default();
    let wire = Wire::new(stream, line.clone());
    match tls {
        None => speak(wire, line, app).await,
        Some(tls) => {
            if let Ok(wire) = tls.accept(wire).await {
                speak(wire, line, app).await;
            }
        }
    }
}

async fn speak<S>(stream: S, line: Line, app: Router)
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let service_line = line.clone();
    let service = hyper::service::service_fn(move |mut request: http::Request<_>| {
        request.extensions_mut().insert(service_line.clone());
        app.clone().call(request)
    });
    let mut builder = Builder::new(TokioExecutor::new());
    builder.http1().timer(TokioTimer::new());
    builder.http2().timer(TokioTimer::new());
    let builder = Arc::new(builder);
    let connection = builder.serve_connection(TokioIo::new(stream), service);
    tokio::select! {
        // How a connection ended is the client's affair; what was asked is in the ledger.
        _ = connection => {}
        () = line.ended() => {}
    }
}
