/* Every operation of the gateway, one by one, and every getter of its results. */

#include "check.h"
#include "sandbox.h"

static void who_am_i(filed_client *client) {
    filed_user *user = NULL;
    CHECK_OK(filed_client_me(client, &user));
    CHECK_TEXT(filed_user_id(user), "user_1");
    CHECK(strchr(filed_user_email(user), '@') != NULL);
    CHECK_TEXT(filed_user_role(user), "user");
    CHECK(filed_user_name(user) == NULL || filed_user_name(user)[0] != '\0');
    filed_user_free(user);
}

static filed_client *partner(const sandbox *filed) {
    filed_config *config = sandbox_config(filed);
    filed_client *client = NULL;
    CHECK_OK(filed_config_set_api_key(config, sandbox_field(filed, "partner_api_key")));
    CHECK_OK(filed_config_set_role(config, "partner"));
    CHECK_OK(filed_config_set_partner_token(config, sandbox_field(filed, "partner_token")));
    CHECK_OK(filed_config_set_upload_url(config, sandbox_field(filed, "partner_upload_url")));
    CHECK_OK(filed_client_new(config, &client));
    filed_config_free(config);
    return client;
}

static void a_workspace_and_its_users(const sandbox *filed) {
    filed_client *client = partner(filed);
    filed_new_workspace new_workspace = FILED_NEW_WORKSPACE_INIT;
    filed_workspace *workspace = NULL;
    filed_user_iterator *users = NULL;
    filed_user *user = NULL;
    const char *emails[2] = {"one@example.com", "two@example.com"};
    int count = 0;
    new_workspace.display_name = "Smith & Associates";
    new_workspace.metadata_json = "{\"firm\":7}";
    new_workspace.firm_size = "sm";
    CHECK_OK(filed_workspace_create(client, &new_workspace, &workspace));
    CHECK_TEXT(filed_workspace_display_name(workspace), "Smith & Associates");
    CHECK(filed_workspace_slug(workspace)[0] != '\0');
    CHECK(filed_workspace_status(workspace) != NULL);
    CHECK(filed_workspace_type(workspace) != NULL);
    CHECK_OK(filed_workspace_add_users(client, filed_workspace_id(workspace), emails, 2, &users));
    for (;;) {
        CHECK_OK(filed_user_iterator_next(users, &user));
        if (user == NULL) {
            break;
        }
        CHECK_TEXT(filed_user_email(user), emails[count++]);
        filed_user_free(user);
    }
    CHECK(count == 2);
    filed_user_iterator_free(users);
    filed_workspace_free(workspace);
    filed_client_free(client);
}

static void connections(const sandbox *filed, filed_client *client) {
    const char *workspace_id = sandbox_field(filed, "workspace_id");
    const char *statuses[1] = {"active"};
    filed_connection_filter filter = FILED_CONNECTION_FILTER_INIT;
    filed_connection_iterator *list = NULL;
    filed_connection *started = NULL;
    filed_connection *found = NULL;
    filed_cancel *cancel = filed_cancel_new();
    CHECK_OK(filed_connection_start(client, workspace_id, sandbox_field(filed, "provider_key"),
                                    "{\"apiKey\":\"right\"}", &started));
    CHECK_TEXT(filed_connection_status(started), "pending");
    CHECK_TEXT(filed_connection_action(started), "collect");
    CHECK(filed_connection_created_at(started) != NULL);
    CHECK_CODE(filed_connection_wait_active(client, workspace_id, filed_connection_id(started), 50,
                                            NULL, &found),
               FILED_ERROR_WAIT_TIMED_OUT);
    filed_cancel_now(cancel);
    CHECK_CODE(filed_connection_wait_active(client, workspace_id, filed_connection_id(started),
                                            FILED_FOREVER, cancel, &found),
               FILED_ERROR_CANCELLED);
    filed_cancel_free(cancel);
    CHECK_OK(filed_connection_collect(client, filed_connection_id(started), NULL, &found));
    CHECK_TEXT(filed_connection_status(found), "active");
    CHECK(filed_connection_updated_at(found) != NULL);
    filed_connection_free(found);
    CHECK_OK(filed_connection_wait_active(client, workspace_id, filed_connection_id(started), 5000,
                                          NULL, &found));
    CHECK_TEXT(filed_connection_id(found), filed_connection_id(started));
    filed_connection_free(found);
    filter.statuses = statuses;
    filter.status_count = 1;
    CHECK_OK(filed_connection_list(client, workspace_id, &filter, &list));
    CHECK_OK(filed_connection_iterator_next(list, &found));
    CHECK_TEXT(filed_connection_id(found), sandbox_field(filed, "connection_id"));
    CHECK_TEXT(filed_connection_provider_key(found), sandbox_field(filed, "provider_key"));
    CHECK(filed_connection_category(found) != NULL);
    CHECK_TEXT(filed_connection_workspace_id(found), workspace_id);
    CHECK(filed_connection_action(found) == NULL && filed_connection_settings_json(found) == NULL);
    CHECK(filed_connection_display_name(found) == NULL);
    filed_connection_free(found);
    filed_connection_iterator_free(list);
    filed_connection_free(started);
}

static filed_work *the_only_work(const sandbox *filed, filed_client *client, const filed_job *job) {
    const char *jobs[1];
    filed_work_filter filter = FILED_WORK_FILTER_INIT;
    filed_work_iterator *list = NULL;
    filed_work *work = NULL;
    filed_work *end = NULL;
    jobs[0] = filed_job_id(job);
    filter.job_ids = jobs;
    filter.job_id_count = 1;
    CHECK_OK(filed_job_works(client, sandbox_field(filed, "workspace_id"),
                             sandbox_field(filed, "connection_id"), &filter, &list));
    CHECK_OK(filed_work_iterator_next(list, &work));
    CHECK_OK(filed_work_iterator_next(list, &end));
    CHECK(work != NULL && end == NULL);
    filed_work_iterator_free(list);
    return work;
}

static void an_artifact(filed_client *client, const char *job_work_id) {
    filed_new_artifact new_artifact = FILED_NEW_ARTIFACT_INIT;
    filed_artifact_iterator *added = NULL;
    filed_artifact *artifact = NULL;
    filed_upload_options options = FILED_UPLOAD_OPTIONS_INIT;
    filed_uploaded_file *file = NULL;
    options.file_name = "w2.pdf";
    CHECK_OK(filed_upload_bytes(client, (const uint8_t *)"%PDF-1.4", 8, &options, &file));
    new_artifact.name = filed_uploaded_file_file_name(file);
    new_artifact.type = filed_uploaded_file_mime_type(file);
    new_artifact.url = filed_uploaded_file_url(file);
    new_artifact.external_id = "file-1";
    new_artifact.metadata_json = "{\"pages\":2}";
    CHECK_OK(filed_work_add_artifacts(client, job_work_id, &new_artifact, 1, &added));
    CHECK_OK(filed_artifact_iterator_next(added, &artifact));
    CHECK_TEXT(filed_artifact_external_id(artifact), "file-1");
    filed_artifact_free(artifact);
    filed_artifact_iterator_free(added);
    filed_uploaded_file_free(file);
}

static void a_job_by_hand(const sandbox *filed, filed_client *client) {
    filed_new_work new_work = FILED_NEW_WORK_INIT;
    filed_job *job = NULL;
    filed_work_iterator *created = NULL;
    filed_work *work = NULL;
    filed_import_status *status = NULL;
    const filed_artifact *artifact;
    CHECK_OK(filed_job_create(client, sandbox_field(filed, "connection_id"), "By hand", &job));
    CHECK_TEXT(filed_job_connection_id(job), sandbox_field(filed, "connection_id"));
    CHECK_TEXT(filed_job_workspace_id(job), sandbox_field(filed, "workspace_id"));
    CHECK_TEXT(filed_job_name(job), "By hand");
    CHECK_TEXT(filed_job_status(job), "pending");
    CHECK(filed_job_created_at(job) != NULL && filed_job_updated_at(job) != NULL);
    new_work.name = "John Smith - 2024 Tax Return";
    new_work.external_id = "client-1";
    CHECK_OK(filed_job_add_works(client, filed_job_id(job), &new_work, 1, &created));
    CHECK_OK(filed_work_iterator_next(created, &work));
    CHECK(filed_work_name(work) == NULL && filed_work_artifact_count(work) == 0);
    an_artifact(client, filed_work_id(work));
    filed_work_free(work);
    filed_work_iterator_free(created);

    work = the_only_work(filed, client, job);
    CHECK_TEXT(filed_work_name(work), "John Smith - 2024 Tax Return");
    CHECK_TEXT(filed_work_external_id(work), "client-1");
    CHECK_TEXT(filed_work_job_id(work), filed_job_id(job));
    CHECK_TEXT(filed_work_workspace_id(work), sandbox_field(filed, "workspace_id"));
    CHECK(filed_work_work_id(work) != NULL && filed_work_status(work) != NULL);
    CHECK(filed_work_tag(work) == NULL);
    CHECK(filed_work_created_at(work) != NULL && filed_work_updated_at(work) != NULL);
    CHECK(filed_work_artifact_count(work) == 1);
    CHECK(filed_work_artifact(work, 1) == NULL);
    artifact = filed_work_artifact(work, 0);
    CHECK_TEXT(filed_artifact_name(artifact), "w2.pdf");
    CHECK_TEXT(filed_artifact_type(artifact), "application/pdf");
    CHECK(strstr(filed_artifact_metadata_json(artifact), "\"pages\":2") != NULL);
    CHECK(filed_artifact_id(artifact) != NULL && filed_artifact_artifact_id(artifact) != NULL);
    CHECK(filed_artifact_work_artifact_id(artifact) != NULL);
    CHECK(filed_artifact_status(artifact) != NULL);
    CHECK(filed_artifact_created_at(artifact) != NULL);
    CHECK(filed_artifact_updated_at(artifact) != NULL);
    filed_work_free(work);

    CHECK_OK(filed_job_initiate(client, filed_job_id(job), &status));
    CHECK_TEXT(filed_import_status_id(status), filed_job_id(job));
    CHECK(filed_import_status_status(status) != NULL);
    filed_import_status_free(status);
    CHECK_CODE(filed_job_initiate(client, filed_job_id(job), NULL), FILED_ERROR_REQUEST_REJECTED);
    filed_job_free(job);
}

static void the_platform(const sandbox *filed, filed_client *client) {
    const char *workspace_id = sandbox_field(filed, "workspace_id");
    const char *connection_id = sandbox_field(filed, "connection_id");
    filed_platform_client_iterator *clients = NULL;
    filed_platform_client *found = NULL;
    filed_platform_file_iterator *files = NULL;
    filed_platform_file *file = NULL;
    filed_file_to_send to_send = FILED_FILE_TO_SEND_INIT;
    filed_sent_file *sent = NULL;
    CHECK_OK(filed_platform_clients(client, workspace_id, connection_id, NULL, &clients));
    CHECK_OK(filed_platform_client_iterator_next(clients, &found));
    CHECK(found != NULL && filed_platform_client_name(found) != NULL);
    CHECK_OK(filed_platform_files(client, workspace_id, connection_id,
                                  filed_platform_client_id(found), "{}", &files));
    CHECK_OK(filed_platform_file_iterator_next(files, &file));
    CHECK(file != NULL && filed_platform_file_file_name(file) != NULL);
    CHECK(filed_platform_file_id(file) != NULL);
    CHECK(filed_platform_file_file_size(file) >= FILED_SIZE_UNKNOWN);
    to_send.file_name = "return.pdf";
    to_send.content_type = "application/pdf";
    to_send.tusd_endpoint = "https://platform.example.com/files";
    CHECK_OK(filed_platform_upload_file(client, connection_id, filed_platform_client_id(found),
                                        &to_send, &sent));
    CHECK(filed_sent_file_success(sent) == 1);
    filed_sent_file_free(sent);
    filed_platform_file_free(file);
    filed_platform_file_iterator_free(files);
    filed_platform_client_free(found);
    filed_platform_client_iterator_free(clients);
}

static void raw_graphql(filed_client *client) {
    char *answer = NULL;
    CHECK_OK(filed_client_graphql(client, "query { me { id } }", NULL, &answer));
    CHECK_TEXT(answer, "{\"data\":{\"me\":{\"id\":\"user_1\"}},\"errors\":[]}");
    filed_string_free(answer);
    CHECK_OK(filed_client_graphql(client, "query { nonsense }", "{}", &answer));
    CHECK(strstr(answer, "\"errors\":[{") != NULL);
    filed_string_free(answer);
}

int main(void) {
    sandbox filed;
    filed_client *client;
    sandbox_start(&filed, "{}");
    client = sandbox_client(&filed);
    who_am_i(client);
    a_workspace_and_its_users(&filed);
    connections(&filed, client);
    a_job_by_hand(&filed, client);
    the_platform(&filed, client);
    raw_graphql(client);
    filed_client_free(client);
    sandbox_stop(&filed);
    return 0;
}
