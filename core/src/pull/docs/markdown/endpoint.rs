//! One endpoint: its parameters, bodies, an example with curl, its answers and errors.

use serde_json::Value;

use super::super::schema::{Field, example, fields, kind};
use super::{Text, cell, yes};

impl<'a> Text<'a> {
    pub(super) fn operation(&mut self, id: &str) {
        let Some((path, method, operation)) = self.find(id) else {
            return;
        };
        self.heading(operation["summary"].as_str().unwrap_or(id));
        let method = method.to_uppercase();
        self.line(&format!("`{method} {path}`\n"));
        self.line(operation["description"].as_str().unwrap_or_default());
        self.credentials(operation);
        self.parameters(operation);
        self.body(operation);
        self.line("\n```sh");
        self.curl(&path, &method, operation);
        self.line("```");
        self.answers(operation);
    }

    fn find(&self, id: &str) -> Option<(String, String, &'a Value)> {
        let document: &'a Value = self.document;
        for (path, item) in document["paths"].as_object()? {
            for (method, operation) in item.as_object()? {
                if operation["operationId"] == id {
                    return Some((path.clone(), method.clone(), operation));
                }
            }
        }
        None
    }

    fn credentials(&mut self, operation: &Value) {
        let ways = operation["security"].as_array();
        let scope = ways
            .into_iter()
            .flatten()
            .find_map(|way| way["oauth2"].get(0)?.as_str());
        self.line(&match scope {
            Some(scope) => format!("\nCredentials: API key or access token, scope `{scope}`."),
            None => "\nNo credentials are needed beforehand.".into(),
        });
    }

    fn parameters(&mut self, operation: &Value) {
        let Some(all) = operation["parameters"]
            .as_array()
            .filter(|all| !all.is_empty())
        else {
            return;
        };
        self.line(
            "\n| parameter | in | type | required | meaning |\n| --- | --- | --- | --- | --- |",
        );
        for one in all {
            let word = |key: &str| one[key].as_str().unwrap_or_default().to_owned();
            let row = format!(
                "| `{}` | {} | {} | {} | {} |",
                word("name"),
                word("in"),
                cell(&kind(&one["schema"], self.document)),
                yes(one["required"] == true),
                cell(&word("description"))
            );
            self.line(&row);
        }
    }

    fn body(&mut self, operation: &Value) {
        let content = operation["requestBody"]["content"].as_object();
        for (media_type, body) in content.into_iter().flatten() {
            self.line(&format!("\nRequest body, `{media_type}`:\n"));
            match fields(&body["schema"], self.document) {
                none if none.is_empty() => self.line("The bytes of the file."),
                rows => self.rows(rows),
            }
        }
    }

    fn rows(&mut self, rows: Vec<Field>) {
        self.line("| field | type | required | meaning |\n| --- | --- | --- | --- |");
        for row in rows {
            self.line(&format!(
                "| `{}` | {} | {} | {} |",
                row.name,
                row.kind,
                yes(row.required),
                cell(&row.meaning)
            ));
        }
    }

    fn curl(&mut self, path: &str, method: &str, operation: &Value) {
        let mut path = path.to_owned();
        let mut lines = Vec::new();
        if operation["security"]
            .as_array()
            .is_some_and(|ways| !ways.is_empty())
        {
            lines.push(format!("-H 'X-API-Key: {}'", self.key));
        }
        for one in operation["parameters"].as_array().into_iter().flatten() {
            let name = one["name"].as_str().unwrap_or_default();
            let shown = match one.get("example") {
                Some(Value::String(text)) => text.clone(),
                Some(other) => other.to_string(),
                None => "6f1c2a".into(),
            };
            if one["in"] == "path" {
                path = path.replace(&format!("{{{name}}}"), &shown);
            } else if one["in"] == "header" && one["required"] == true {
                lines.push(format!("-H '{name}: {shown}'"));
            }
        }
        let content = operation["requestBody"]["content"].as_object();
        if let Some((media_type, body)) = content.and_then(|all| all.iter().next()) {
            lines.extend(match media_type.as_str() {
                "application/json" => vec![
                    "-H 'Content-Type: application/json'".into(),
                    format!("-d '{}'", example(&body["schema"], self.document)),
                ],
                "multipart/form-data" => vec![
                    "-F 'description=Prepared return'".into(),
                    "-F 'file=@Return 2025.pdf;type=application/pdf'".into(),
                ],
                "application/x-www-form-urlencoded" => vec![
                    "-d grant_type=client_credentials".into(),
                    "-d client_id=YOUR_CLIENT_ID -d client_secret=YOUR_CLIENT_SECRET".into(),
                ],
                other => vec![
                    format!("-H 'Content-Type: {other}'"),
                    "--data-binary '@Return 2025.pdf'".into(),
                ],
            });
        }
        let verb = match method {
            "GET" => String::new(),
            "HEAD" => "-I ".into(),
            method => format!("-X {method} "),
        };
        lines.insert(0, format!("curl {verb}'{}{path}'", self.base));
        self.line(&lines.join(" \\\n  "));
    }

    fn answers(&mut self, operation: &Value) {
        let all = operation["responses"].as_object();
        for (status, answer) in all.into_iter().flatten() {
            if !status.starts_with(['2', '3']) {
                continue;
            }
            let text = answer["description"].as_str().unwrap_or_default();
            self.line(&format!("\n**Answer {status}.** {text}.\n"));
            self.headers(answer);
            if answer["content"]["application/json"].is_object() {
                let schema = &answer["content"]["application/json"]["schema"];
                self.rows(fields(schema, self.document));
                let shown = serde_json::to_string_pretty(&example(schema, self.document));
                let shown = shown.unwrap_or_default();
                self.line(&format!(
                    "\n```http\nHTTP/1.1 {status}\nContent-Type: application/json\n\n{shown}\n```"
                ));
            }
        }
        self.line("\n**Errors**, all as problem+json:\n");
        let named = operation["responses"].to_string();
        self.codes(|code| named.contains(&format!("\"{}\"", code.name())));
    }

    fn headers(&mut self, answer: &Value) {
        let names = answer["headers"].as_object().into_iter().flatten();
        let names: Vec<_> = names.map(|(name, _)| format!("`{name}`")).collect();
        if !names.is_empty() {
            self.line(&format!("Headers: {}.\n", names.join(", ")));
        }
    }
}
