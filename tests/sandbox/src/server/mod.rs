//! Connections: accepting them, speaking HTTP/1.1 and HTTP/2 on them, ending them on request, and being away.

mod line;
mod presence;
mod stay;
pub(crate) mod tls;

use std::pin::pin;
use std::time::Duration;

use axum::Router;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tokio_rustls::TlsAcceptor;
use tower_service::Service as _;

use line::Wire;
pub(crate) use line::{Ending, Line};
pub(crate) use presence::{Absences, Presence, presence};
use stay::Arrival;

/// What every connection is served with.
#[derive(Clone)]
pub(crate) struct Service {
    pub(crate) app: Router,
    pub(crate) tls: Option<TlsAcceptor>,
    pub(crate) presence: Presence,
}

/// Accepts connections until it is dropped; all connections go with it.
pub(crate) async fn serve(mut listener: TcpListener, service: Service, mut absences: Absences) {
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => {
                    connections.spawn(connection(stream, service.clone(), absences.arrival()));
                }
                // Out of descriptors, mostly: a moment later some are free again.
                Err(_) => tokio::time::sleep(Duration::from_millis(50)).await,
            },
            absence = absences.asked() => {
                listener = match absences.stay_away(absence, listener).await {
                    Ok(listener) => listener,
                    // Somebody else has the port now: this sandbox is away for good.
                    Err(_) => return,
                };
            }
            Some(_) = connections.join_next() => {}
        }
    }
}

async fn connection(stream: TcpStream, service: Service, arrival: Arrival) {
    if stream.set_nodelay(true).is_err() {
        return;
    }
    let line = Line::new(service.presence);
    let wire = Wire::new(stream, line.clone());
    match service.tls {
        None => speak(wire, line, service.app, arrival).await,
        Some(tls) => {
            if let Ok(wire) = tls.accept(wire).await {
                speak(wire, line, service.app, arrival).await;
            }
        }
    }
}

async fn speak<S>(stream: S, line: Line, app: Router, arrival: Arrival)
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let service_line = line.clone();
    let (stay, mut left) = arrival.stay();
    let service = hyper::service::service_fn(move |mut request: http::Request<_>| {
        request.extensions_mut().insert(service_line.clone());
        let (busy, answer) = (stay.busy(), app.clone().call(request));
        async move {
            let _busy = busy;
            answer.await
        }
    });
    let mut builder = Builder::new(TokioExecutor::new());
    builder.http1().timer(TokioTimer::new());
    builder.http2().timer(TokioTimer::new());
    let mut connection = pin!(builder.serve_connection(TokioIo::new(stream), service));
    tokio::select! {
        // First, so that an answer that goes out now says that it is the connection's last.
        biased;
        _ = left.changed() => connection.as_mut().graceful_shutdown(),
        // How a connection ended is the client's affair; what was asked is in the ledger.
        _ = connection.as_mut() => return,
        () = line.ended() => return,
    }
    tokio::select! {
        _ = connection => {}
        () = line.ended() => {}
    }
}
