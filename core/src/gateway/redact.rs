//! Cleans texts that come from a server of what the caller sent: servers echo their input, and a
//! message ends up in logs. Ids stay, since they are what an error is found by.

use std::collections::HashSet;

use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;

const HIDDEN: &str = "…";
const LONGEST_INPUT: usize = 4096;
const LONGEST: usize = 300;

/// Keys whose values are ids or words of the API: shown.
const SHOWN: &[&str] = &[
    "id",
    "ids",
    "statuses",
    "providerKey",
    "providerKeys",
    "categories",
    "firmSize",
    "field",
    "order",
    "limit",
    "offset",
    "type",
    "contentType",
];
/// Keys whose values are names of people or of their files: each word of them is hidden as well.
const NAMES: &[&str] = &["name", "fileName"];

/// Knows what must not be shown.
#[derive(Default)]
pub(crate) struct Cleaner {
    whole: Vec<String>,
    words: HashSet<String>,
}

impl Cleaner {
    /// What `variables` hold besides ids, and the secrets.
    pub fn new(variables: &Value, secrets: &[SecretString]) -> Self {
        let mut cleaner = Self::default();
        cleaner.collect("", variables);
        let secrets = secrets
            .iter()
            .map(|secret| secret.expose_secret().to_owned());
        cleaner.whole.extend(secrets);
        cleaner.whole.retain(|text| !text.trim().is_empty());
        // A value may hold another: the longest go first.
        cleaner
            .whole
            .sort_by_key(|text| std::cmp::Reverse(text.len()));
        cleaner.whole.dedup();
        cleaner
    }

    fn collect(&mut self, key: &str, value: &Value) {
        match value {
            Value::String(text) if !shown(key) => {
                if NAMES.contains(&key) {
                    let words = text.split(|c: char| !c.is_alphanumeric());
                    let words = words.filter(|word| word.chars().count() > 2);
                    self.words.extend(words.map(str::to_lowercase));
                }
                self.whole.push(text.clone());
            }
            Value::Array(items) => items.iter().for_each(|item| self.collect(key, item)),
            Value::Object(fields) => {
                fields
                    .iter()
                    .for_each(|(key, value)| self.collect(key, value));
            }
            _ => {}
        }
    }

    /// `text` without control characters, without what is hidden, and short.
    pub fn clean(&self, text: &str) -> String {
        let mut text: String = text.chars().take(LONGEST_INPUT).map(printable).collect();
        for hidden in &self.whole {
            text = replace(&text, hidden);
        }
        let text = self.hide_words(&text);
        match text.char_indices().nth(LONGEST) {
            Some((end, _)) => format!("{}{HIDDEN}", &text[..end]),
            None => text,
        }
    }

    fn hide_words(&self, text: &str) -> String {
        let mut cleaned = String::with_capacity(text.len());
        let mut rest = text;
        while !rest.is_empty() {
            let word_end = rest
                .find(|c: char| !c.is_alphanumeric())
                .unwrap_or(rest.len());
            let (word, tail) = rest.split_at(word_end);
            match self.words.contains(&word.to_lowercase()) {
                true => cleaned.push_str(HIDDEN),
                false => cleaned.push_str(word),
            }
            let gap = tail.find(char::is_alphanumeric).unwrap_or(tail.len());
            let (separator, next) = tail.split_at(gap);
            cleaned.push_str(separator);
            rest = next;
        }
        cleaned
    }
}

fn shown(key: &str) -> bool {
    SHOWN.contains(&key) || key.ends_with("Id") || key.ends_with("Ids")
}

fn printable(c: char) -> char {
    // Direction marks can make a log line read as something else.
    let misleading =
        matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    if c.is_control() || misleading { ' ' } else { c }
}

/// Replaces `hidden`, in any case; a very short one only where it stands alone, since it would
/// otherwise be found inside innocent words.
fn replace(text: &str, hidden: &str) -> String {
    let hidden: String = hidden.chars().map(printable).collect();
    let (lower, needle) = (text.to_lowercase(), hidden.to_lowercase());
    if lower.len() != text.len() {
        // Lower case changed the length of some letter, so positions do not carry over.
        return text.replace(&hidden, HIDDEN);
    }
    let alone = needle.chars().count() < 4;
    let mut cleaned = String::with_capacity(text.len());
    let mut from = 0;
    for (at, _) in lower.match_indices(&needle) {
        let end = at + needle.len();
        let whole = text.is_char_boundary(at) && text.is_char_boundary(end);
        if !whole || (alone && !stands_alone(text, at, end)) {
            continue;
        }
        cleaned.push_str(&text[from..at]);
        cleaned.push_str(HIDDEN);
        from = end;
    }
    cleaned.push_str(&text[from..]);
    cleaned
}

fn stands_alone(text: &str, at: usize, end: usize) -> bool {
    let before = text[..at].chars().next_back();
    let after = text[end..].chars().next();
    !before.is_some_and(char::is_alphanumeric) && !after.is_some_and(char::is_alphanumeric)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn cleaner() -> Cleaner {
        let variables = json!({
            "connectionJobId": "job_1",
            "inputs": [
                {"name": "Zoë Müller - 2024", "externalId": "client-7"},
                {"name": "Li", "externalId": "client-8", "metadata": {"ssn": "123-45-6789"}},
            ],
        });
        Cleaner::new(&variables, &["key-abc".into()])
    }

    #[test]
    fn names_and_secrets_go_ids_stay() {
        let text = "zoë müller - 2024 (client-7) of job_1 refused for key-abc, ssn 123-45-6789";
        assert_eq!(
            cleaner().clean(text),
            "… (client-7) of job_1 refused for …, ssn …"
        );
    }

    #[test]
    fn part_of_a_name_goes_too() {
        assert_eq!(
            cleaner().clean("no such client: Müller, Zoë"),
            "no such client: …, …"
        );
    }

    #[test]
    fn a_short_name_goes_only_where_it_stands_alone() {
        assert_eq!(
            cleaner().clean("Li is listed as LI; limit 5"),
            "… is listed as …; limit 5"
        );
    }

    #[test]
    fn control_characters_and_direction_marks_go() {
        assert_eq!(cleaner().clean("a\r\nb\u{202e}c\u{0}"), "a  b c ");
    }

    #[test]
    fn long_texts_are_cut_at_a_character() {
        let cut = cleaner().clean(&"é".repeat(100_000));
        assert_eq!(cut.chars().count(), LONGEST + 1);
    }

    proptest::proptest! {
        #[test]
        fn whatever_was_sent_is_never_shown(
            name in "[\\PC\u{130}\u{df}]{4,20}", before in ".{0,20}", after in ".{0,20}"
        ) {
            let cleaner = Cleaner::new(&json!({"inputs": [{"name": name}]}), &[]);
            let shown = cleaner.clean(&format!("{before} {name} {after}"));
            let trace: String = name.chars().map(printable).collect();
            proptest::prop_assert!(trace.trim().is_empty() || !shown.contains(&trace));
        }
    }
}
