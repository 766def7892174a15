//! What a fresh sandbox holds: the documentation's example workspace and three connections.

use std::collections::HashMap;

use indexmap::IndexMap;

use super::{Account, Connection, Moment, User, Workspace, World};

pub(crate) const WORKSPACE_ID: &str = "workspace_123456";
pub(crate) const WORKSPACE_SLUG: &str = "smith-associates-tax-firm";
pub(crate) const CONNECTION_ID: &str = "connection_789";
pub(crate) const PENDING_CONNECTION_ID: &str = "connection_790";
pub(crate) const FAILED_CONNECTION_ID: &str = "connection_791";
pub(crate) const PROVIDER_KEY: &str = "acme";

/// First number of each kind of id, so that the documentation's examples come out.
pub(super) fn first_id(prefix: &str) -> u64 {
    match prefix {
        "workspace" => 123_457,
        "job" => 123_456,
        "connection" => 792,
        _ => 789,
    }
}

impl World {
    pub(crate) fn seeded(files_url: String) -> Self {
        let mut world = Self {
            ids: HashMap::new(),
            files_url,
            access_tokens: HashMap::new(),
            partner_tokens: HashMap::new(),
            workspaces: IndexMap::new(),
            users: IndexMap::new(),
            connections: IndexMap::new(),
            jobs: IndexMap::new(),
            works: IndexMap::new(),
            works_named: HashMap::new(),
            artifacts: IndexMap::new(),
            uploads: IndexMap::new(),
            sent_files: Vec::new(),
            notes: Vec::new(),
            pulls: Vec::new(),
        };
        world.seed();
        world
    }

    fn seed(&mut self) {
        self.workspaces.insert(
            WORKSPACE_ID.into(),
            Workspace {
                id: WORKSPACE_ID.into(),
                slug: WORKSPACE_SLUG.into(),
                display_name: "Smith & Associates Tax Firm".into(),
                status: "active".into(),
                metadata: None,
                firm_size: Some("md".into()),
                creator: None,
            },
        );
        self.seed_user(
            Account::Customer,
            "user_1",
            "owner@smith-associates.example",
        );
        self.seed_user(Account::Partner, "user_2", "integrations@acme.example");
        self.seed_connection(CONNECTION_ID, "active", None);
        self.seed_connection(PENDING_CONNECTION_ID, "pending", Some("collect"));
        self.seed_connection(FAILED_CONNECTION_ID, "failed", None);
    }

    fn seed_user(&mut self, account: Account, id: &str, email: &str) {
        let name = match account {
            Account::Customer => "Sam Owner",
            Account::Partner => "Acme Integrations",
        };
        self.users.insert(
            id.into(),
            User {
                id: id.into(),
                email: email.into(),
                name: Some(name.into()),
                workspace_ids: vec![WORKSPACE_ID.into()],
            },
        );
    }

    fn seed_connection(&mut self, id: &str, state: &str, action: Option<&str>) {
        let now = Moment::now();
        self.connections.insert(
            id.into(),
            Connection {
                id: id.into(),
                workspace_id: WORKSPACE_ID.into(),
                provider_key: PROVIDER_KEY.into(),
                category: "practice_management".into(),
                state: state.into(),
                action: action.map(Into::into),
                display_name: Some("Acme".into()),
                settings: None,
                inputs: None,
                verification: None,
                created: now,
                updated: now,
            },
        );
    }

    /// The user an account's API key belongs to.
    pub(crate) fn user_of(&self, account: Account) -> Option<&User> {
        match account {
            Account::Customer => self.users.get("user_1"),
            Account::Partner => self.users.get("user_2"),
        }
    }
}
