//! The GraphQL document of a request: what it asks for, and the renamed initiate mutation.

use async_graphql::Name;
use async_graphql::parser::types::{
    ExecutableDocument, Field, OperationType, Selection, SelectionSet,
};

use crate::settings::Settings;

/// Default name of the mutation that initiates the import.
pub(crate) const INITIATE: &str = "initiateTaxPrepsImport";
/// Default name of its argument.
pub(crate) const INITIATE_ARGUMENT: &str = "connectionJobId";
const LOGIN: &str = "loginViaPersonalApiToken";

/// What a document asks for.
pub(crate) struct Asked {
    /// One word for the ledger and for faults.
    pub(crate) operation: String,
    /// Whether it is a login and nothing else.
    pub(crate) only_login: bool,
}

pub(crate) fn asked(document: &ExecutableDocument) -> Asked {
    let mut roots = Vec::new();
    for (_, operation) in document.operations.iter() {
        fields(&operation.node.selection_set.node, document, &mut roots);
    }
    let only_login = !roots.is_empty()
        && roots
            .iter()
            .all(|field| matches!(name(field), LOGIN | "__typename"));
    let operation = match roots.iter().find(|field| name(field) != "__typename") {
        Some(field) if name(field) == "me" => deepest(field, document),
        Some(field) => name(field).to_owned(),
        None => "graphql".to_owned(),
    };
    Asked {
        operation,
        only_login,
    }
}

fn name(field: &Field) -> &str {
    field.name.node.as_str()
}

/// The fields of a selection, those of its fragments included.
fn fields<'d>(set: &'d SelectionSet, document: &'d ExecutableDocument, into: &mut Vec<&'d Field>) {
    fields_within(set, document, into, 0);
}

fn fields_within<'d>(
    set: &'d SelectionSet,
    document: &'d ExecutableDocument,
    into: &mut Vec<&'d Field>,
    depth: usize,
) {
    // Fragments may refer to each other in a circle; validation refuses that only later.
    const DEEPEST_FRAGMENTS: usize = 32;
    if depth > DEEPEST_FRAGMENTS {
        return;
    }
    for selection in &set.items {
        match &selection.node {
            Selection::Field(field) => into.push(&field.node),
            Selection::InlineFragment(inline) => {
                fields_within(&inline.node.selection_set.node, document, into, depth + 1);
            }
            Selection::FragmentSpread(spread) => {
                if let Some(found) = document.fragments.get(&spread.node.fragment_name.node) {
                    fields_within(&found.node.selection_set.node, document, into, depth + 1);
                }
            }
        }
    }
}

/// Which of the lists below `me` a query is after.
fn deepest(me: &Field, document: &ExecutableDocument) -> String {
    const PATH: [&[&str]; 4] = [
        &["workspaces"],
        &["connections"],
        &["jobWorks", "clients"],
        &["files"],
    ];
    let mut asked = "me";
    let mut level = vec![me];
    for wanted in PATH {
        let mut next = Vec::new();
        for field in &level {
            fields(&field.selection_set.node, document, &mut next);
        }
        next.retain(|field| wanted.contains(&name(field)));
        let Some(found) = next.first() else { break };
        asked = match name(found) {
            "workspaces" => "me",
            found => found,
        };
        level = next;
    }
    asked.to_owned()
}

/// Gives the renamed initiate mutation its default name; false when the document uses the default
/// name although another is in force.
pub(crate) fn restore_initiate(document: &mut ExecutableDocument, settings: &Settings) -> bool {
    if settings.initiate_field == INITIATE && settings.initiate_argument == INITIATE_ARGUMENT {
        return true;
    }
    let operations = match &mut document.operations {
        async_graphql::parser::types::DocumentOperations::Single(one) => vec![one],
        async_graphql::parser::types::DocumentOperations::Multiple(many) => {
            many.values_mut().collect()
        }
    };
    let mutations = operations
        .into_iter()
        .filter(|operation| operation.node.ty == OperationType::Mutation);
    let mut known = true;
    for operation in mutations {
        for selection in &mut operation.node.selection_set.node.items {
            if let Selection::Field(field) = &mut selection.node {
                known &= restore_field(&mut field.node, settings);
            }
        }
    }
    known
}

fn restore_field(field: &mut Field, settings: &Settings) -> bool {
    if name(field) != settings.initiate_field {
        return name(field) != INITIATE;
    }
    if field.alias.is_none() {
        field.alias = Some(field.name.clone());
    }
    field.name.node = Name::new(INITIATE);
    let mut known = true;
    for (argument, _) in &mut field.arguments {
        if argument.node.as_str() == settings.initiate_argument {
            argument.node = Name::new(INITIATE_ARGUMENT);
        } else {
            known &= argument.node.as_str() != INITIATE_ARGUMENT;
        }
    }
    known
}
