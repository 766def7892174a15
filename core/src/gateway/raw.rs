//! GraphQL documents of the caller's own.

use graphql_parser::query::{Definition, OperationDefinition, parse_query};
use serde_json::Value;

use crate::gateway::call::Call;
use crate::gateway::{Gateway, GraphqlAnswer};
use crate::http::Class;
use crate::{Error, ErrorCode, Result, check};

const LONGEST: usize = 1 << 20;
/// The parser recurses; deeper than this no document means anything.
const DEEPEST: usize = 200;

impl Gateway {
    /// Sends a document; its errors are part of the answer.
    pub async fn raw(&self, document: String, variables: Value) -> Result<GraphqlAnswer> {
        let class = class(&document)?;
        let variables = match variables {
            Value::Null => Value::Object(serde_json::Map::new()),
            Value::Object(fields) => Value::Object(fields),
            _ => return Err(check::invalid("variables", "must be a JSON object")),
        };
        let call = Call::new(&document, variables, class)?.hiding(literals(&document));
        match self.send::<Value>(&call).await {
            Ok(outcome) => Ok(GraphqlAnswer {
                data: outcome.data,
                errors: outcome
                    .error
                    .map(|e| e.graphql_errors().to_vec())
                    .unwrap_or_default(),
                request_id: outcome.request_id,
            }),
            Err(error) if is_part_of_the_answer(&error) => Ok(GraphqlAnswer {
                data: Value::Null,
                errors: error.graphql_errors().to_vec(),
                request_id: error.request_id().map(str::to_owned),
            }),
            Err(error) => Err(error),
        }
    }
}

/// Errors about the document are the caller's to read; those about the transport are not.
fn is_part_of_the_answer(error: &Error) -> bool {
    use ErrorCode as C;
    !error.graphql_errors().is_empty()
        && !matches!(
            error.code(),
            C::AuthenticationFailed | C::RateLimited | C::ServerError | C::OutcomeUnknown
        )
}

/// What stands between quotes in a document: input, just as the variables are.
fn literals(document: &str) -> Vec<Value> {
    let quoted = document.split('"').skip(1).step_by(2);
    quoted
        .filter(|text| !text.is_empty())
        .map(Value::from)
        .collect()
}

/// A query may be repeated, a mutation not: what a caller's mutation does is not known here.
fn class(document: &str) -> Result<Class> {
    if document.len() > LONGEST || depth(document) > DEEPEST {
        return Err(check::invalid("document", "is too long or too deep"));
    }
    let parsed = parse_query::<&str>(document)
        .map_err(|_| check::invalid("document", "is not a valid GraphQL document"))?;
    let mut operations = parsed
        .definitions
        .iter()
        .filter_map(|definition| match definition {
            Definition::Operation(operation) => Some(operation),
            Definition::Fragment(_) => None,
        });
    match (operations.next(), operations.next()) {
        (Some(OperationDefinition::Mutation(_)), None) => Ok(Class::Effect),
        (Some(OperationDefinition::Subscription(_)), None) => Err(check::invalid(
            "document",
            "is a subscription, which HTTP cannot carry",
        )),
        (Some(_), None) => Ok(Class::Read),
        _ => Err(check::invalid(
            "document",
            "must hold exactly one operation",
        )),
    }
}

/// An upper bound of how deep brackets nest; those inside strings count too.
fn depth(document: &str) -> usize {
    let mut deepest = 0usize;
    let mut current = 0usize;
    for byte in document.bytes() {
        match byte {
            b'{' | b'[' | b'(' => current += 1,
            b'}' | b']' | b')' => current = current.saturating_sub(1),
            _ => {}
        }
        deepest = deepest.max(current);
    }
    deepest
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ErrorCode;

    #[test]
    fn only_what_is_certainly_a_query_may_be_repeated() {
        for query in [
            "{ me { id } }",
            "query A { me { id } }",
            "fragment F on User { id } query { me { ...F } }",
        ] {
            assert_eq!(class(query).unwrap(), Class::Read, "{query}");
        }
        let sneaky = "# query\nmutation M { createWorkspace(input: {}) { id } }";
        assert_eq!(class(sneaky).unwrap(), Class::Effect);
    }

    #[test]
    fn literals_are_taken_for_input() {
        let document = r#"mutation { a(name: "Jane Doe", note: "", more: """Block""") { id } }"#;
        assert_eq!(literals(document), ["Jane Doe", "Block"]);
    }

    #[test]
    fn everything_else_is_refused_before_it_is_sent() {
        let deep = "{ a ".repeat(100_000);
        let two = "query A { a } mutation B { b }";
        for document in ["", "hello", "subscription { a }", two, &deep] {
            let error = class(document).unwrap_err();
            assert_eq!(error.code(), ErrorCode::InvalidArgument);
        }
    }
}
