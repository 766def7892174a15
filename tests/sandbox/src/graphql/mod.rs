//! The gateway's GraphQL schema: types, resolvers, and its text. HTTP is in `gateway`.

mod call;
pub(crate) mod document;
mod inputs;
mod mutation;
mod query;
mod scalars;
mod types;

pub(crate) use call::Call;

use async_graphql::{EmptySubscription, Schema};

/// The schema the gateway answers with.
pub(crate) type GatewaySchema = Schema<query::Query, mutation::Mutation, EmptySubscription>;

pub(crate) fn schema() -> GatewaySchema {
    Schema::build(query::Query, mutation::Mutation, EmptySubscription).finish()
}

/// The schema as text, with the default names.
#[must_use]
pub fn sdl() -> String {
    schema().sdl()
}
