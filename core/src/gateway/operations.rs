//! The operations as Rust types, made from the documents in `core/graphql/` and checked against
//! `schema.graphql` while compiling, and the one table of what sending each of them twice does.

use graphql_client::GraphQLQuery;

use crate::http::Class;

/// An operation of the gateway.
pub(crate) trait Operation: GraphQLQuery {
    /// What sending it twice would do.
    const CLASS: Class;
}

type Date = String;
#[allow(clippy::upper_case_acronyms, reason = "the schema's name")]
type JSON = serde_json::Value;
// Open sets: a value the documentation does not list must not break an answer.
type Role = String;
type WorkspaceType = String;

macro_rules! operations {
    ($($(#[$when:meta])* $name:ident $file:tt $class:ident;)*) => {
        $(
            $(#[$when])*
            #[derive(GraphQLQuery)]
            #[graphql(
                schema_path = "graphql/schema.graphql",
                query_path = $file,
                extern_enums("Role", "WorkspaceType"),
                skip_serializing_none
            )]
            pub(crate) struct $name;

            $(#[$when])*
            impl Operation for $name {
                const CLASS: Class = Class::$class;
            }
        )*
    };
}

operations! {
    LoginViaPersonalApiToken "graphql/login.graphql" Read;
    Me "graphql/me.graphql" Read;
    CreateWorkspace "graphql/create_workspace.graphql" Effect;
    AddUsersToWorkspace "graphql/add_users_to_workspace.graphql" Resumable;
    StartProviderConnection "graphql/start_provider_connection.graphql" Effect;
    CollectProviderConnection "graphql/collect_provider_connection.graphql" Effect;
    GetWorkspaceConnections "graphql/get_workspace_connections.graphql" Read;
    CreateConnectionJob "graphql/create_connection_job.graphql" OrphanTolerant;
    CreateJobWorks "graphql/create_job_works.graphql" Effect;
    CreateJobWorkArtifacts "graphql/create_job_work_artifacts.graphql" Effect;
    ListJobWorks "graphql/list_job_works.graphql" Read;
    GetConnectionClients "graphql/get_connection_clients.graphql" Read;
    GetClientFiles "graphql/get_client_files.graphql" Read;
    UploadConnectionFile "graphql/upload_connection_file.graphql" Effect;
    // Documented, and covered by `ListJobWorks`: kept to be checked against the schema.
    #[cfg(test)]
    #[allow(dead_code, reason = "compiling it is the check")]
    GetJobWorks "graphql/get_job_works.graphql" Read;
    #[cfg(test)]
    #[allow(dead_code, reason = "compiling it is the check")]
    GetJobWorksByConnectionJob "graphql/get_job_works_by_connection_job.graphql" Read;
    #[cfg(test)]
    #[allow(dead_code, reason = "compiling it is the check")]
    GetJobWorkArtifactStatus "graphql/get_job_work_artifact_status.graphql" Read;
    #[cfg(test)]
    #[allow(dead_code, reason = "compiling it is the check")]
    InitiateTaxPrepsImport "graphql/initiate_tax_preps_import.graphql" Effect;
}

/// The mutation that initiates the import has a document of the wire profile, not one of these.
pub(crate) const INITIATE: Class = Class::Effect;

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    /// Every document takes part in the table, and so was checked while this was compiled.
    #[test]
    fn no_document_is_left_unchecked() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/graphql");
        let files: BTreeSet<String> = std::fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .filter(|name| name != "schema.graphql")
            .collect();
        let table = include_str!("operations.rs");
        let listed = table
            .split('"')
            .filter_map(|text| text.strip_prefix("graphql/"));
        let listed: BTreeSet<String> = listed
            .filter(|name| name.ends_with(".graphql") && *name != "schema.graphql")
            .map(str::to_owned)
            .collect();
        assert_eq!(files, listed);
    }
}
