//! The sandbox's schema and the client's are two readings of the same documentation: they must
//! say the same.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "what tests share fails loudly"
)]

use std::collections::{BTreeMap, BTreeSet};

use async_graphql::Positioned;
use async_graphql::parser::parse_schema;
use async_graphql::parser::types::{
    FieldDefinition, InputValueDefinition, TypeDefinition, TypeKind, TypeSystemDefinition,
};

const CONTRACT: &str = include_str!("../../../core/graphql/schema.graphql");

/// Every statement of a schema as one line, whatever the order; no descriptions, no directives.
fn statements(sdl: &str) -> BTreeSet<String> {
    let document = parse_schema(sdl).unwrap();
    let types = document
        .definitions
        .into_iter()
        .filter_map(|definition| match definition {
            TypeSystemDefinition::Type(definition) => Some(definition.node),
            TypeSystemDefinition::Schema(_) | TypeSystemDefinition::Directive(_) => None,
        });
    types.flat_map(of_type).collect()
}

fn of_type(definition: TypeDefinition) -> Vec<String> {
    let name = definition.name.node.to_string();
    let (kind, members): (_, Vec<String>) = match definition.kind {
        TypeKind::Scalar => ("scalar", Vec::new()),
        TypeKind::Object(object) => ("type", object.fields.iter().flat_map(of_field).collect()),
        TypeKind::InputObject(input) => ("input", input.fields.iter().map(of_input).collect()),
        TypeKind::Enum(found) => (
            "enum",
            found
                .values
                .iter()
                .map(|value| value.node.value.to_string())
                .collect(),
        ),
        TypeKind::Interface(_) | TypeKind::Union(_) => panic!("{name} is of an unexpected kind"),
    };
    let mut all = vec![format!("{kind} {name}")];
    all.extend(
        members
            .into_iter()
            .map(|member| format!("{kind} {name} {member}")),
    );
    all
}

fn of_field(field: &Positioned<FieldDefinition>) -> Vec<String> {
    let field = &field.node;
    let mut all = vec![format!("{}: {}", field.name, field.ty)];
    let arguments = field.arguments.iter();
    all.extend(arguments.map(|argument| format!("{}({})", field.name, of_input(argument))));
    all
}

fn of_input(input: &Positioned<InputValueDefinition>) -> String {
    let input = &input.node;
    let default = input
        .default_value
        .as_ref()
        .map(|value| format!(" = {value}"));
    format!(
        "{}: {}{}",
        input.name,
        input.ty,
        default.unwrap_or_default()
    )
}

/// What only one of two schemas states.
fn difference(ours: &str, theirs: &str) -> BTreeMap<String, &'static str> {
    let (ours, theirs) = (statements(ours), statements(theirs));
    let only_ours = ours
        .difference(&theirs)
        .map(|line| (line.clone(), "sandbox only"));
    let only_theirs = theirs
        .difference(&ours)
        .map(|line| (line.clone(), "schema.graphql only"));
    only_ours.chain(only_theirs).collect()
}

#[test]
fn the_sandbox_and_the_contract_state_the_same() {
    let found = difference(&filed_sandbox::sdl(), CONTRACT);
    assert!(found.is_empty(), "the schemas differ: {found:#?}");
    assert!(
        statements(CONTRACT).len() > 150,
        "the contract was not read whole"
    );
}

#[test]
fn any_kind_of_difference_is_seen() {
    let changes = [
        ("email: String!", "email: String"),
        (
            "enum Role { # ? enum or scalar\n  user",
            "enum Role {\n  user\n  admin",
        ),
        ("statuses: [String!]", "statuses: [String]"),
        ("(token: String!)", "(token: String)"),
        ("(token: String!)", "(apiKey: String!)"),
        ("scalar Date", "scalar DateTime"),
        ("message: String", "message: String\n  extra: Int"),
        ("  uploadedUrl: String\n", ""),
        ("limit: Int): [JobWork!]!", "limit: Int = 5): [JobWork!]!"),
        ("input SortBy", "type SortBy"),
    ];
    for (from, to) in changes {
        let changed = CONTRACT.replacen(from, to, 1);
        assert_ne!(changed, CONTRACT, "{from} is not in the contract");
        assert!(
            !difference(&changed, CONTRACT).is_empty(),
            "{from} → {to} was not seen"
        );
    }
}
