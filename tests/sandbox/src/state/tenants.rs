//! Workspaces, their users and their connections.

use serde_json::Value;

use super::{Account, Connection, Moment, Refusal, SentFile, User, Workspace, World};
use crate::settings::Settings;

const FIRM_SIZES: [&str; 5] = ["xs", "sm", "md", "lg", "xl"];

impl World {
    pub(crate) fn sees(&self, account: Account, workspace_id: &str) -> bool {
        self.workspaces
            .get(workspace_id)
            .is_some_and(|workspace| workspace.creator.is_none_or(|creator| creator == account))
    }

    pub(crate) fn create_workspace(
        &mut self,
        account: Account,
        display_name: &str,
        metadata: Option<Value>,
        firm_size: Option<String>,
    ) -> Result<Workspace, Refusal> {
        if account != Account::Partner {
            return Err(Refusal::new(
                "FORBIDDEN",
                "only a partner account creates workspaces",
            ));
        }
        if display_name.trim().is_empty() {
            return Err(Refusal::input("displayName must not be empty"));
        }
        if firm_size
            .as_deref()
            .is_some_and(|size| !FIRM_SIZES.contains(&size))
        {
            return Err(Refusal::input("firmSize must be one of xs, sm, md, lg, xl"));
        }
        let workspace = Workspace {
            id: self.next_id("workspace"),
            slug: self.free_slug(&slug(display_name)),
            display_name: display_name.to_owned(),
            status: "active".into(),
            metadata,
            firm_size,
            creator: Some(account),
        };
        self.workspaces
            .insert(workspace.id.clone(), workspace.clone());
        Ok(workspace)
    }

    fn free_slug(&self, wanted: &str) -> String {
        let taken = |slug: &str| self.workspaces.values().any(|known| known.slug == slug);
        if !taken(wanted) {
            return wanted.to_owned();
        }
        let mut number = 2_u64;
        while taken(&format!("{wanted}-{number}")) {
            number += 1;
        }
        format!("{wanted}-{number}")
    }

    pub(crate) fn add_users(
        &mut self,
        account: Account,
        workspace_id: &str,
        emails: &[String],
    ) -> Result<Vec<User>, Refusal> {
        self.need_workspace(account, workspace_id)?;
        if emails.is_empty() {
            return Err(Refusal::input("userEmails must not be empty"));
        }
        if let Some(at) = emails.iter().position(|email| !is_email(email)) {
            return Err(Refusal::input(format!(
                "userEmails[{at}] is not an email address"
            )));
        }
        Ok(emails
            .iter()
            .map(|email| self.add_user(workspace_id, email))
            .collect())
    }

    fn add_user(&mut self, workspace_id: &str, email: &str) -> User {
        let known = self
            .users
            .values_mut()
            .find(|user| user.email.eq_ignore_ascii_case(email));
        if let Some(user) = known {
            if !user.workspace_ids.iter().any(|id| id == workspace_id) {
                user.workspace_ids.push(workspace_id.to_owned());
            }
            return user.clone();
        }
        let user = User {
            id: self.next_id("user"),
            email: email.to_owned(),
            name: None,
            workspace_ids: vec![workspace_id.to_owned()],
        };
        self.users.insert(user.id.clone(), user.clone());
        user
    }

    fn need_workspace(&self, account: Account, id: &str) -> Result<(), Refusal> {
        if self.sees(account, id) {
            Ok(())
        } else {
            Err(Refusal::not_found("workspace", id))
        }
    }

    pub(crate) fn connection(&self, account: Account, id: &str) -> Result<&Connection, Refusal> {
        self.connections
            .get(id)
            .filter(|connection| self.sees(account, &connection.workspace_id))
            .ok_or_else(|| Refusal::not_found("connection", id))
    }

    pub(crate) fn active_connection(
        &self,
        account: Account,
        id: &str,
    ) -> Result<&Connection, Refusal> {
        let connection = self.connection(account, id)?;
        if connection.state == "active" {
            return Ok(connection);
        }
        let state = &connection.state;
        Err(Refusal::new(
            "CONNECTION_NOT_ACTIVE",
            format!("connection {id} is {state}, not active"),
        ))
    }

    pub(crate) fn start_connection(
        &mut self,
        account: Account,
        workspace_id: &str,
        provider_key: &str,
        inputs: Option<Value>,
        settings: &Settings,
    ) -> Result<Connection, Refusal> {
        self.need_workspace(account, workspace_id)?;
        let Some(category) = settings.provider_keys.get(provider_key) else {
            return Err(Refusal::input(
                "providerKey is not known; upper and lower case matter",
            ));
        };
        need_object("inputs", inputs.as_ref())?;
        let now = Moment::now();
        let connection = Connection {
            id: self.next_id("connection"),
            workspace_id: workspace_id.to_owned(),
            provider_key: provider_key.to_owned(),
            category: category.clone(),
            state: "pending".into(),
            action: Some("collect".into()),
            display_name: Some(provider_key.to_owned()),
            settings: None,
            inputs,
            verification: None,
            created: now,
            updated: now,
        };
        self.connections
            .insert(connection.id.clone(), connection.clone());
        Ok(connection)
    }

    pub(crate) fn collect_connection(
        &mut self,
        account: Account,
        id: &str,
        inputs: Option<Value>,
        verification: Option<Result<(), String>>,
        settings: &Settings,
    ) -> Result<Connection, Refusal> {
        self.connection(account, id)?;
        need_object("inputs", inputs.as_ref())?;
        let Some(connection) = self.connections.get_mut(id) else {
            return Err(Refusal::not_found("connection", id));
        };
        let wrong_key = |inputs: &Value| inputs.get("apiKey").is_some_and(|key| key == "wrong");
        let refused = match &verification {
            Some(outcome) => outcome.is_err(),
            None => connection.inputs.as_ref().is_some_and(wrong_key),
        };
        connection.verification = verification;
        connection.state = if refused {
            "failed".into()
        } else {
            settings.collect_result.clone()
        };
        connection.action = None;
        connection.settings = inputs;
        connection.updated = Moment::now();
        Ok(connection.clone())
    }

    /// Whether a file can be sent at all, before a platform is asked.
    pub(crate) fn check_file(&self, account: Account, sent: &SentFile) -> Result<(), Refusal> {
        self.active_connection(account, &sent.connection_id)?;
        if sent.file_name.trim().is_empty() {
            return Err(Refusal::input("file.fileName must not be empty"));
        }
        if !is_http(&sent.tusd_endpoint) {
            return Err(Refusal::input(
                "file.tusdEndpoint must be an http or https URL",
            ));
        }
        Ok(())
    }

    /// Writes a file down and says at which place.
    pub(crate) fn record_file(&mut self, sent: SentFile) -> usize {
        self.sent_files.push(sent);
        self.sent_files.len() - 1
    }
}

/// Whether a text is an absolute http or https URL.
pub(super) fn is_http(text: &str) -> bool {
    url::Url::parse(text).is_ok_and(|url| matches!(url.scheme(), "http" | "https"))
}

fn need_object(name: &str, value: Option<&Value>) -> Result<(), Refusal> {
    match value {
        None | Some(Value::Null | Value::Object(_)) => Ok(()),
        Some(_) => Err(Refusal::input(format!("{name} must be an object"))),
    }
}

fn is_email(text: &str) -> bool {
    text.split_once('@')
        .is_some_and(|(name, host)| !name.is_empty() && !host.is_empty())
}

/// Lower-case words joined by hyphens; signs such as `&` are dropped.
fn slug(display_name: &str) -> String {
    let words = display_name
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty());
    let slug = words.collect::<Vec<_>>().join("-").to_lowercase();
    if slug.is_empty() {
        "workspace".into()
    } else {
        slug
    }
}

#[cfg(test)]
mod tests {
    use super::slug;

    #[test]
    fn a_slug_is_lower_case_words_joined_by_hyphens() {
        assert_eq!(
            slug("Smith & Associates Tax Firm"),
            "smith-associates-tax-firm"
        );
        assert_eq!(slug("&&&"), "workspace");
    }
}
