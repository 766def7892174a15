//! Starting and stopping a sandbox.

use std::path::PathBuf;
use std::sync::Arc;

use anyhow::Context as _;
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::{get, post};
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use crate::control::Control;
use crate::hub::{Fixed, Hub};
use crate::options::{Away, Options};
use crate::ready::Ready;
use crate::server::Service;
use crate::server::tls::{self, Tls};
use crate::settings::Settings;
use crate::{control_http, fetch, gateway, graphql, server, state, upload};

/// A running sandbox; it ends when this is dropped.
pub struct Sandbox {
    control: Control,
    servers: Vec<JoinHandle<()>>,
    _own_data: Option<TempDir>,
}

impl Sandbox {
    /// Starts a sandbox on 127.0.0.1. Each one is independent of all others.
    pub async fn start(options: Options) -> anyhow::Result<Self> {
        let base_settings = match &options.settings {
            Some(patch) => Settings::default().merged(patch)?,
            None => Settings::default(),
        };
        let (data_dir, own_data) = data_dir(options.data_dir.as_ref())?;
        let tls = options.tls.then(tls::make).transpose()?;
        let ca_bundle = write_ca(&options, &data_dir, tls.as_ref())?;
        let listener = TcpListener::bind(("127.0.0.1", options.port))
            .await
            .with_context(|| format!("cannot listen on port {}", options.port))?;
        let scheme = if tls.is_some() { "https" } else { "http" };
        let base_url = format!("{scheme}://{}", listener.local_addr()?);
        let plain = match tls {
            Some(_) => Some(TcpListener::bind(("127.0.0.1", 0)).await?),
            None => None,
        };
        let mut ready = introduce(&base_url, ca_bundle);
        ready.port = listener.local_addr()?.port();
        if let Some(plain) = &plain {
            ready.plain_control_url = format!("http://{}/control", plain.local_addr()?);
        }
        let fixed = Fixed {
            ready,
            data_dir,
            http: fetch::client(tls.as_ref().map(|tls| tls.ca_pem.as_str()))?,
            schema: graphql::schema(),
            base_settings,
        };
        let hub = Arc::new(Hub::new(fixed)?);
        let (presence, absences) = server::presence(options.away);
        let control = Control::new(Arc::clone(&hub), presence.clone());
        let mut servers = Vec::new();
        if let Some(plain) = plain {
            servers.push(control_alone(plain, control.clone()));
        }
        let service = Service {
            app: routes(hub, control.clone()),
            tls: tls.map(|tls| tls.acceptor),
            presence,
        };
        servers.push(tokio::spawn(server::serve(listener, service, absences)));
        Ok(Self {
            control,
            servers,
            _own_data: own_data,
        })
    }

    /// Addresses, keys and seeded ids.
    #[must_use]
    pub fn ready(&self) -> &Ready {
        self.control.ready()
    }

    /// The same functions the control endpoint has.
    #[must_use]
    pub fn control(&self) -> &Control {
        &self.control
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        self.servers.iter().for_each(JoinHandle::abort);
    }
}

fn data_dir(wanted: Option<&PathBuf>) -> anyhow::Result<(PathBuf, Option<TempDir>)> {
    match wanted {
        Some(path) => {
            std::fs::create_dir_all(path).context("cannot make the data directory")?;
            Ok((path.clone(), None))
        }
        None => {
            let own = tempfile::Builder::new()
                .prefix("filed-sandbox-")
                .tempdir()?;
            Ok((own.path().to_owned(), Some(own)))
        }
    }
}

fn write_ca(
    options: &Options,
    data_dir: &std::path::Path,
    tls: Option<&Tls>,
) -> anyhow::Result<Option<PathBuf>> {
    let Some(tls) = tls else { return Ok(None) };
    let path = options
        .ca_out
        .clone()
        .unwrap_or_else(|| data_dir.join("ca.pem"));
    std::fs::write(&path, &tls.ca_pem).context("cannot write the authority's certificate")?;
    Ok(Some(path))
}

fn introduce(base_url: &str, ca_bundle: Option<PathBuf>) -> Ready {
    let key = |role: &str| format!("filed_key_{role}_{}", uuid::Uuid::new_v4().simple());
    Ready {
        event: "ready".into(),
        base_url: base_url.into(),
        gateway_url: format!("{base_url}/graphql"),
        upload_url: format!("{base_url}/upload"),
        partner_upload_url: format!("{base_url}/partner/upload"),
        control_url: format!("{base_url}/control"),
        plain_control_url: format!("{base_url}/control"),
        port: 0,
        hosted_url: format!("{base_url}/hosted"),
        api_key: key("customer"),
        partner_api_key: key("partner"),
        partner_token: state::jwt("partner-upload", None),
        workspace_id: state::WORKSPACE_ID.into(),
        workspace_slug: state::WORKSPACE_SLUG.into(),
        connection_id: state::CONNECTION_ID.into(),
        pending_connection_id: state::PENDING_CONNECTION_ID.into(),
        failed_connection_id: state::FAILED_CONNECTION_ID.into(),
        provider_key: state::PROVIDER_KEY.into(),
        ca_bundle,
        pid: std::process::id(),
    }
}

/// The control endpoint for those who speak no TLS.
fn control_alone(listener: TcpListener, control: Control) -> JoinHandle<()> {
    // Nobody sends this one away.
    let (presence, absences) = server::presence(Away::Refusing);
    let service = Service {
        app: control_http::routes(control),
        tls: None,
        presence,
    };
    tokio::spawn(server::serve(listener, service, absences))
}

fn routes(hub: Arc<Hub>, control: Control) -> Router {
    Router::new()
        .route("/graphql", post(gateway::handle))
        .route("/upload", post(upload::customer))
        .route("/partner/upload", post(upload::partner))
        .route("/files/{id}/{name}", get(upload::file))
        .route("/hosted/{name}", get(upload::hosted))
        .layer(DefaultBodyLimit::disable())
        .with_state(hub)
        .merge(control_http::routes(control))
}
