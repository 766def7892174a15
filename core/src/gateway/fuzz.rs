//! The gateway's answers, for fuzzing.

use secrecy::SecretString;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::operations::{CreateJobWorks, ListJobWorks, Me, Operation};
use super::protocol::Protocol;
use super::redact::Cleaner;
use crate::Error;
use crate::http::{Answer, Class};
use crate::wire::ErrorWords;

/// Reads an answer as that of a query, a list, a mutation and a document of the caller's own;
/// returns the errors it leads to.
pub(crate) fn read_answer(answer: &Answer) -> Vec<Error> {
    [
        read::<<Me as graphql_client::GraphQLQuery>::ResponseData>(answer, Me::CLASS),
        read::<<ListJobWorks as graphql_client::GraphQLQuery>::ResponseData>(answer, Class::Read),
        read::<<CreateJobWorks as graphql_client::GraphQLQuery>::ResponseData>(
            answer,
            Class::Effect,
        ),
        read::<Value>(answer, Class::OrphanTolerant),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn read<T: DeserializeOwned>(answer: &Answer, class: Class) -> Option<Error> {
    let input = json!({"name": "Jane Doe", "externalId": "client-1"});
    let secrets = [SecretString::from("secret-token-of-the-caller")];
    let protocol = Protocol {
        words: &ErrorWords::default(),
        class,
        cleaner: &|| Cleaner::new(&input, &secrets),
    };
    match protocol.outcome::<T>(answer) {
        Ok(outcome) => outcome.error,
        Err(failure) => Some(failure.into_error(class)),
    }
}
