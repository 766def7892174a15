//! What a sandbox is made of: the parts that stay (`Fixed`) and the parts a reset replaces
//! (`Epoch`). A request keeps the epoch it began in, so a late one never touches a newer state.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};

use anyhow::Context as _;
use bytes::Bytes;
use serde_json::Value;
use tempfile::TempDir;

use crate::faults::FaultPlan;
use crate::graphql::GatewaySchema;
use crate::ledger::Ledger;
use crate::limiter::Bucket;
use crate::pull::{self, Platforms};
use crate::ready::Ready;
use crate::settings::Settings;
use crate::state::World;

/// The parts of a sandbox that stay for its whole life.
pub(crate) struct Fixed {
    pub(crate) ready: Ready,
    pub(crate) data_dir: PathBuf,
    pub(crate) http: reqwest::Client,
    pub(crate) schema: GatewaySchema,
    pub(crate) base_settings: Settings,
}

impl Fixed {
    pub(crate) fn files_url(&self) -> String {
        format!("{}/files", self.ready.base_url)
    }
}

/// The parts of a sandbox a reset replaces.
pub(crate) struct Epoch {
    pub(crate) fixed: Arc<Fixed>,
    settings: RwLock<Arc<Settings>>,
    world: Mutex<World>,
    pub(crate) faults: FaultPlan,
    pub(crate) ledger: Arc<Ledger>,
    hosted: Mutex<HashMap<String, Hosted>>,
    bucket: Mutex<Bucket>,
    files: TempDir,
    pub(crate) platforms: Platforms,
    prepared_return: Mutex<Bytes>,
}

/// A file the control endpoint put up for fetching.
#[derive(Clone, Debug)]
pub(crate) struct Hosted {
    pub(crate) content_type: Option<String>,
    pub(crate) bytes: Bytes,
}

impl Epoch {
    fn new(fixed: Arc<Fixed>, settings: Settings) -> anyhow::Result<Self> {
        let files = tempfile::Builder::new()
            .prefix("uploads-")
            .tempdir_in(&fixed.data_dir)
            .context("cannot make a directory for uploads")?;
        let mut world = World::seeded(fixed.files_url());
        world.accept_partner_token(fixed.ready.partner_token.clone(), &settings);
        Ok(Self {
            settings: RwLock::new(Arc::new(settings)),
            world: Mutex::new(world),
            faults: FaultPlan::default(),
            ledger: Arc::new(Ledger::new()),
            hosted: Mutex::default(),
            bucket: Mutex::default(),
            files,
            platforms: Platforms::default(),
            prepared_return: Mutex::new(pull::prepared_return()),
            fixed,
        })
    }

    pub(crate) fn world(&self) -> MutexGuard<'_, World> {
        self.world.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn settings(&self) -> Arc<Settings> {
        Arc::clone(&self.settings.read().unwrap_or_else(PoisonError::into_inner))
    }

    pub(crate) fn change_settings(&self, patch: &Value) -> anyhow::Result<Arc<Settings>> {
        let mut current = self
            .settings
            .write()
            .unwrap_or_else(PoisonError::into_inner);
        *current = Arc::new(current.merged(patch)?);
        Ok(Arc::clone(&current))
    }

    /// Whether the rate limit, if there is one, lets a request through.
    pub(crate) fn lets_through(&self, settings: &Settings) -> bool {
        let mut bucket = self.bucket.lock().unwrap_or_else(PoisonError::into_inner);
        settings
            .rate_limit
            .as_ref()
            .is_none_or(|limit| bucket.take(limit))
    }

    pub(crate) fn host(&self, name: String, file: Hosted) {
        self.hosted
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(name, file);
    }

    pub(crate) fn hosted(&self, name: &str) -> Option<Hosted> {
        self.hosted
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .get(name)
            .cloned()
    }

    /// What `uploadConnectionFile` sends to a registered platform.
    pub(crate) fn prepared_return(&self) -> Bytes {
        self.prepared_return
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    pub(crate) fn prepare_return(&self, bytes: Bytes) {
        *self
            .prepared_return
            .lock()
            .unwrap_or_else(PoisonError::into_inner) = bytes;
    }

    /// Where the bytes of an upload are kept.
    pub(crate) fn stored_path(&self, upload_id: &str) -> PathBuf {
        self.files.path().join(upload_id)
    }
}

/// A running sandbox, seen from its request handlers.
pub(crate) struct Hub {
    pub(crate) fixed: Arc<Fixed>,
    live: RwLock<Arc<Epoch>>,
}

impl Hub {
    pub(crate) fn new(fixed: Fixed) -> anyhow::Result<Self> {
        let fixed = Arc::new(fixed);
        let epoch = Epoch::new(Arc::clone(&fixed), fixed.base_settings.clone())?;
        Ok(Self {
            fixed,
            live: RwLock::new(Arc::new(epoch)),
        })
    }

    pub(crate) fn epoch(&self) -> Arc<Epoch> {
        Arc::clone(&self.live.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Forgets everything and begins again with the start settings and the given ones over them.
    pub(crate) fn reset(&self, patch: &Value) -> anyhow::Result<()> {
        let settings = self.fixed.base_settings.merged(patch)?;
        let fresh = Arc::new(Epoch::new(Arc::clone(&self.fixed), settings)?);
        *self.live.write().unwrap_or_else(PoisonError::into_inner) = fresh;
        Ok(())
    }
}
