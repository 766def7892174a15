//! The two upload hosts and the files they keep. Credentials here, bodies in the modules below.

mod body;
mod by_url;
mod disposition;
mod multipart;
mod serve;
mod store;

use std::sync::Arc;

use axum::Extension;
use axum::body::Body;
use axum::extract::State;
use axum::response::Response;
use http::HeaderMap;
use http::header::CONTENT_TYPE;
use serde_json::json;

pub(crate) use serve::{file, hosted};
pub(crate) use store::{Sink, Stored};

use crate::answer::Answer;
use crate::faults::{self, Delivery, Fault, FaultPlan, Moment, Request};
use crate::gateway::{Gate, bearer};
use crate::hub::{Epoch, Hub};
use crate::ledger::OpenLine;
use crate::server::{Ending, Line};
use crate::settings::Settings;
use crate::state::{Account, Upload, UploadHost};
use body::Source;

/// A file that has come in whole and is not yet known to the simulated Filed.
pub(crate) struct Received {
    id: String,
    file_name: String,
    mime_type: String,
    stored: Stored,
}

/// Everything an upload request needs on its way.
struct Visit {
    epoch: Arc<Epoch>,
    settings: Arc<Settings>,
    host: UploadHost,
    by_url: bool,
    headers: HeaderMap,
    line: Line,
}

pub(crate) async fn customer(
    State(hub): State<Arc<Hub>>,
    Extension(line): Extension<Line>,
    headers: HeaderMap,
    body: Body,
) -> Response {
    handle(&hub, UploadHost::Customer, line, headers, body).await
}

pub(crate) async fn partner(
    State(hub): State<Arc<Hub>>,
    Extension(line): Extension<Line>,
    headers: HeaderMap,
    body: Body,
) -> Response {
    handle(&hub, UploadHost::Partner, line, headers, body).await
}

async fn handle(
    hub: &Hub,
    host: UploadHost,
    line: Line,
    headers: HeaderMap,
    body: Body,
) -> Response {
    let epoch = hub.epoch();
    let name = if host == UploadHost::Partner {
        "partner-upload"
    } else {
        "upload"
    };
    let mut entry = epoch.ledger.open(name, &headers);
    let visit = Visit {
        settings: epoch.settings(),
        by_url: !is_multipart(&headers),
        epoch,
        host,
        headers,
        line,
    };
    entry.operation(visit.operation());
    let delivery = visit.serve(&mut entry, body).await;
    faults::send(delivery, &visit.line, entry).await
}

fn is_multipart(headers: &HeaderMap) -> bool {
    headers
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|value| value.trim().to_ascii_lowercase().starts_with("multipart/"))
}

impl Visit {
    fn operation(&self) -> &'static str {
        if self.by_url { "uploadByUrl" } else { "upload" }
    }

    fn strike(&self, plan: &FaultPlan, text: &str, moment: Moment) -> Option<Fault> {
        plan.strike(Request {
            operation: self.operation(),
            is_graphql: false,
            text,
            moment,
        })
    }

    async fn serve(&self, entry: &mut OpenLine, body: Body) -> Delivery {
        let early = self.strike(&self.epoch.faults, "", Moment::Arrival);
        if let Some(fault) = &early {
            entry.faulty();
            if let Some(delivery) = self.at_arrival(fault).await {
                return delivery;
            }
        }
        let mut source = Source::new(body, &self.settings, self.line.clone(), early.as_ref());
        let gate = Gate::check(&self.epoch, &self.settings, &self.headers);
        let refused = match gate {
            Some(gate) => Some(gate.answer(|status, _, message| Answer::refused(status, message))),
            None => self.refuse(),
        };
        if let Some(refused) = refused {
            source.drain().await;
            return faults::enact(early.as_ref(), self.operation(), |_| async { refused }).await;
        }
        let (received, late) = self.receive(source, early.is_none()).await;
        if late.is_some() {
            entry.faulty();
        }
        let fault = early.or(late);
        if fault.as_ref().is_some_and(|fault| fault.expire_tokens) {
            self.expire_tokens();
        }
        let refused = self
            .refuse()
            .filter(|_| fault.as_ref().is_some_and(|f| f.expire_tokens));
        let received = match refused {
            Some(refused) => Err(refused),
            None => received,
        };
        faults::enact(fault.as_ref(), self.operation(), |_| async {
            received.map_or_else(|refused| refused, |received| self.keep(received))
        })
        .await
    }

    /// What a fault does before the body is looked at, when it does something then.
    async fn at_arrival(&self, fault: &Fault) -> Option<Delivery> {
        if fault.expire_tokens {
            self.expire_tokens();
        }
        if let Some(early) = &fault.early_answer {
            tokio::time::sleep(std::time::Duration::from_millis(fault.delay_ms)).await;
            self.line.linger();
            return Some(early.answer().into());
        }
        (fault.reset && !fault.applies()).then_some(Delivery::End(Ending::Reset))
    }

    async fn receive(
        &self,
        source: Source,
        look_for_fault: bool,
    ) -> (Result<Received, Answer>, Option<Fault>) {
        let mut late = None;
        let strike = |text: &str| {
            if look_for_fault {
                late = self.strike(&self.epoch.faults, text, Moment::Named);
            }
            late.clone()
        };
        let received = if self.by_url {
            by_url::receive(self, source, strike).await
        } else {
            multipart::receive(self, source, strike).await
        };
        (received, late)
    }

    fn expire_tokens(&self) {
        let mut world = self.epoch.world();
        match self.host {
            UploadHost::Partner => world.expire_partner_tokens(),
            UploadHost::Customer | UploadHost::Url => world.expire_access_tokens(),
        }
    }

    /// Whose credential does not open this host.
    fn refuse(&self) -> Option<Answer> {
        let Some(token) = bearer(&self.headers) else {
            return Some(Answer::refused(401, "a bearer token is needed"));
        };
        let world = self.epoch.world();
        match self.host {
            UploadHost::Partner if world.partner_token_lives(&token) => None,
            UploadHost::Partner if world.is_access_token(&token) => Some(Answer::refused(
                403,
                "partners upload with their partner token",
            )),
            UploadHost::Partner => Some(Answer::refused(
                401,
                "the partner token is wrong or expired",
            )),
            _ => match world.account(&token) {
                Some(Account::Customer) => None,
                Some(Account::Partner) => Some(Answer::refused(
                    403,
                    "partners must use the partner upload host",
                )),
                None if world.is_partner_token(&token) => Some(Answer::refused(
                    403,
                    "customers upload with their access token",
                )),
                None => Some(Answer::refused(401, "the access token is wrong or expired")),
            },
        }
    }

    /// Makes a received file known and answers with its URL.
    fn keep(&self, mut received: Received) -> Answer {
        if let Err(error) = received.stored.keep() {
            return Answer::refused(500, &format!("{error:#}"));
        }
        let file_url = format!(
            "{}/{}/{}",
            self.epoch.fixed.files_url(),
            received.id,
            disposition::in_path(&received.file_name)
        );
        let number = |name: &str| self.headers.get(name)?.to_str().ok()?.parse().ok();
        let upload = Upload {
            id: received.id,
            host: if self.by_url {
                UploadHost::Url
            } else {
                self.host
            },
            file_url,
            file_name: received.file_name,
            mime_type: received.mime_type,
            size: received.stored.size,
            blake3: received.stored.blake3,
            chunked: !self.headers.contains_key("content-length"),
            content_length: number("content-length"),
            stored: !self.settings.upload_discard,
        };
        let answer = Answer::json(
            200,
            &json!({
                "fileUrl": upload.file_url,
                "fileName": upload.file_name,
                "mimeType": upload.mime_type,
            }),
        );
        self.epoch.world().uploads.insert(upload.id.clone(), upload);
        self.epoch.ledger.effect(self.operation());
        answer
    }

    /// Id and place for a new file; no place when bytes are not kept.
    fn new_place(&self) -> (String, Option<std::path::PathBuf>) {
        let id = uuid::Uuid::now_v7().simple().to_string();
        let place = (!self.settings.upload_discard).then(|| self.epoch.stored_path(&id));
        (id, place)
    }
}
