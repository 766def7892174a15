//! What a test may do to a sandbox. The same functions serve Rust and the HTTP endpoint.

use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use bytes::Bytes;
use serde_json::{Map, Value, json};

use crate::faults::Fault;
use crate::hub::{Hosted, Hub};
use crate::ready::Ready;
use crate::server::Presence;
use crate::settings::Settings;

/// Control over one sandbox; cheap to clone.
#[derive(Clone)]
pub struct Control {
    pub(crate) hub: Arc<Hub>,
    presence: Presence,
}

impl Control {
    pub(crate) fn new(hub: Arc<Hub>, presence: Presence) -> Self {
        Self { hub, presence }
    }

    /// Addresses, keys and seeded ids.
    #[must_use]
    pub fn ready(&self) -> &Ready {
        &self.hub.fixed.ready
    }

    /// Forgets all state, faults and counts; settings become the start settings with `settings`
    /// merged over them. Addresses, keys and seeded ids stay.
    pub fn reset(&self, settings: &Value) -> anyhow::Result<()> {
        self.hub.reset(settings)
    }

    /// The settings in force.
    #[must_use]
    pub fn settings(&self) -> Settings {
        (*self.hub.epoch().settings()).clone()
    }

    /// Merges into the settings.
    pub fn patch_settings(&self, patch: &Value) -> anyhow::Result<Settings> {
        Ok((*self.hub.epoch().change_settings(patch)?).clone())
    }

    /// Plans faults after those already planned: `{"faults":[…]}`, a list, or one fault.
    pub fn add_faults(&self, faults: &Value) -> anyhow::Result<()> {
        let list = match faults.get("faults").unwrap_or(faults) {
            Value::Array(list) => list.clone(),
            one => vec![one.clone()],
        };
        let faults = list
            .into_iter()
            .enumerate()
            .map(|(at, fault)| {
                let read = serde_json::from_value::<Fault>(fault).map_err(anyhow::Error::from);
                read.and_then(Fault::checked)
                    .with_context(|| format!("faults[{at}]"))
            })
            .collect::<anyhow::Result<Vec<_>>>()?;
        self.hub.epoch().faults.add(faults);
        Ok(())
    }

    /// The planned faults, each with `struck`: how often it has struck.
    #[must_use]
    pub fn faults(&self) -> Value {
        let list = self.hub.epoch().faults.list();
        let show = |(fault, struck)| json!({ "fault": fault, "struck": struck });
        json!({ "faults": list.into_iter().map(show).collect::<Vec<Value>>() })
    }

    /// Forgets the planned faults.
    pub fn clear_faults(&self) {
        self.hub.epoch().faults.clear();
    }

    /// Puts up a file for fetching and says under which URL.
    pub fn host_file(&self, name: &str, content_type: Option<&str>, bytes: Bytes) -> String {
        let file = Hosted {
            content_type: content_type.map(ToOwned::to_owned),
            bytes,
        };
        self.hub.epoch().host(name.to_owned(), file);
        format!("{}/{name}", self.ready().hosted_url)
    }

    /// Puts a job into a state, whatever it is doing.
    pub fn force_job(&self, job_id: &str, state: &str) -> anyhow::Result<()> {
        let epoch = self.hub.epoch();
        let mut world = epoch.world();
        let job = world.jobs.get_mut(job_id).context("no such job")?;
        job.forced = Some(state.to_owned());
        Ok(())
    }

    /// Lets all access tokens die, and the partner tokens too if asked.
    pub fn expire_tokens(&self, partner_too: bool) {
        let epoch = self.hub.epoch();
        let mut world = epoch.world();
        world.expire_access_tokens();
        if partner_too {
            world.expire_partner_tokens();
        }
    }

    /// Stops listening for so long: who connects is refused, and connections end as soon as they
    /// are idle. Returns when the absence has begun.
    pub async fn leave(&self, time: Duration) {
        self.presence.leave(time).await;
    }

    /// A fresh partner token.
    #[must_use]
    pub fn partner_token(&self) -> String {
        let epoch = self.hub.epoch();
        let settings = epoch.settings();
        epoch.world().mint_partner_token(&settings)
    }

    /// How much there is, and how much of it twice: an answer of the same size however much the
    /// sandbox holds.
    #[must_use]
    pub fn totals(&self) -> Value {
        let epoch = self.hub.epoch();
        let mut all = epoch.world().totals();
        all.extend(epoch.ledger.snapshot(false));
        Value::Object(all)
    }

    /// The whole state, with or without the list of requests.
    #[must_use]
    pub fn state(&self, with_requests: bool) -> Value {
        let epoch = self.hub.epoch();
        let settings = epoch.settings();
        let mut all: Map<String, Value> = epoch.world().snapshot(&settings);
        all.extend(epoch.ledger.snapshot(with_requests));
        Value::Object(all)
    }
}
