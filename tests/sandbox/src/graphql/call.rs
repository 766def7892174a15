//! What a resolver knows about the request it serves.

use std::sync::{Arc, MutexGuard};

use async_graphql::{Context, Error, ErrorExtensions as _};

use crate::hub::Epoch;
use crate::pull::Platform;
use crate::settings::Settings;
use crate::state::{Account, Refusal, World};

/// One authenticated request.
#[derive(Clone)]
pub(crate) struct Call {
    pub(crate) epoch: Arc<Epoch>,
    /// Absent only in a login.
    pub(crate) account: Option<Account>,
    /// Only so many inputs of a batch take effect.
    pub(crate) apply_first: Option<usize>,
    pub(crate) settings: Arc<Settings>,
}

impl Call {
    pub(super) fn of<'c>(context: &Context<'c>) -> async_graphql::Result<&'c Self> {
        context.data::<Self>()
    }

    pub(super) fn world(&self) -> MutexGuard<'_, World> {
        self.epoch.world()
    }

    pub(super) fn account(&self) -> Result<Account, Refusal> {
        self.account
            .ok_or_else(|| Refusal::new("UNAUTHENTICATED", "an access token is needed"))
    }

    /// The registered platform behind a connection, when there is one.
    pub(super) fn platform(&self, connection_id: &str) -> Result<Option<Arc<Platform>>, Refusal> {
        let account = self.account()?;
        let connection = self.world().connection(account, connection_id)?.clone();
        let platform = self.epoch.platforms.of(&self.epoch, &connection);
        platform.map_err(|error| Refusal::input(format!("{error:#}")))
    }

    /// Cuts a batch to the part a fault lets take effect.
    pub(super) fn cut<I>(&self, mut inputs: Vec<I>) -> Vec<I> {
        inputs.truncate(self.apply_first.unwrap_or(usize::MAX));
        inputs
    }

    pub(super) fn effect(&self, operation: &str) {
        self.epoch.ledger.effect(operation);
    }
}

impl From<Refusal> for Error {
    fn from(refusal: Refusal) -> Self {
        Error::new(refusal.message).extend_with(|_, values| values.set("code", refusal.code))
    }
}
