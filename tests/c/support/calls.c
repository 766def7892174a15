#include "calls.h"

#include <stdlib.h>
#include <string.h>

#include "check.h"

#define MAKE(name) static filed_error *name(const open_handles *all)

static const uint8_t data[] = "%PDF-1.4 a form";

MAKE(client_me) {
    filed_user *user = NULL;
    filed_error *error = filed_client_me(all->client, &user);
    filed_user_free(user);
    return error;
}

MAKE(client_graphql) {
    char *answer = NULL;
    filed_error *error = filed_client_graphql(all->client, "{ me { id } }", NULL, &answer);
    filed_string_free(answer);
    return error;
}

MAKE(workspace_create) {
    filed_new_workspace fresh = FILED_NEW_WORKSPACE_INIT;
    filed_workspace *workspace = NULL;
    filed_error *error;
    fresh.display_name = "Firm";
    error = filed_workspace_create(all->client, &fresh, &workspace);
    filed_workspace_free(workspace);
    return error;
}

MAKE(workspace_add_users) {
    const char *const emails[] = {"a@example.com"};
    filed_user_iterator *users = NULL;
    filed_error *error =
        filed_workspace_add_users(all->client, all->workspace_id, emails, 1, &users);
    filed_user_iterator_free(users);
    return error;
}

MAKE(user_iterator_next) {
    filed_user *user = NULL;
    filed_error *error = filed_user_iterator_next(all->users, &user);
    filed_user_free(user);
    return error;
}

MAKE(connection_start) {
    filed_connection *connection = NULL;
    filed_error *error =
        filed_connection_start(all->client, all->workspace_id, "drake", "{}", &connection);
    filed_connection_free(connection);
    return error;
}

MAKE(connection_collect) {
    filed_connection *connection = NULL;
    filed_error *error =
        filed_connection_collect(all->client, all->connection_id, NULL, &connection);
    filed_connection_free(connection);
    return error;
}

MAKE(connection_list) {
    filed_connection_iterator *list = NULL;
    filed_error *error = filed_connection_list(all->client, all->workspace_id, NULL, &list);
    filed_connection_iterator_free(list);
    return error;
}

MAKE(connection_iterator_next) {
    filed_connection *connection = NULL;
    filed_error *error = filed_connection_iterator_next(all->connections, &connection);
    filed_connection_free(connection);
    return error;
}

MAKE(connection_wait_active) {
    filed_connection *connection = NULL;
    filed_error *error = filed_connection_wait_active(all->client, all->workspace_id,
                                                      all->connection_id, 1000, NULL, &connection);
    filed_connection_free(connection);
    return error;
}

MAKE(job_create) {
    filed_job *job = NULL;
    filed_error *error = filed_job_create(all->client, all->connection_id, "Import", &job);
    filed_job_free(job);
    return error;
}

MAKE(job_add_works) {
    filed_new_work fresh = FILED_NEW_WORK_INIT;
    filed_work_iterator *works = NULL;
    filed_error *error;
    fresh.name = "Smith";
    fresh.external_id = "work-1";
    error = filed_job_add_works(all->client, "job", &fresh, 1, &works);
    filed_work_iterator_free(works);
    return error;
}

MAKE(job_works) {
    filed_work_iterator *works = NULL;
    filed_error *error =
        filed_job_works(all->client, all->workspace_id, all->connection_id, NULL, &works);
    filed_work_iterator_free(works);
    return error;
}

MAKE(work_iterator_next) {
    filed_work *work = NULL;
    filed_error *error = filed_work_iterator_next(all->works, &work);
    filed_work_free(work);
    return error;
}

MAKE(job_initiate) {
    return filed_job_initiate(all->client, "job", NULL);
}

MAKE(work_add_artifacts) {
    filed_new_artifact fresh = FILED_NEW_ARTIFACT_INIT;
    filed_artifact_iterator *artifacts = NULL;
    filed_error *error;
    fresh.name = "w2.pdf";
    fresh.external_id = "artifact-1";
    fresh.type = "w2";
    error = filed_work_add_artifacts(all->client, "work", &fresh, 1, &artifacts);
    filed_artifact_iterator_free(artifacts);
    return error;
}

MAKE(artifact_iterator_next) {
    filed_artifact *artifact = NULL;
    filed_error *error = filed_artifact_iterator_next(all->artifacts, &artifact);
    filed_artifact_free(artifact);
    return error;
}

MAKE(platform_clients) {
    filed_platform_client_iterator *list = NULL;
    filed_error *error = filed_platform_clients(all->client, all->workspace_id, all->connection_id,
                                                NULL, &list);
    filed_platform_client_iterator_free(list);
    return error;
}

MAKE(platform_client_iterator_next) {
    filed_platform_client *client = NULL;
    filed_error *error = filed_platform_client_iterator_next(all->platform_clients, &client);
    filed_platform_client_free(client);
    return error;
}

MAKE(platform_files) {
    filed_platform_file_iterator *list = NULL;
    filed_error *error = filed_platform_files(all->client, all->workspace_id, all->connection_id,
                                              "client", NULL, &list);
    filed_platform_file_iterator_free(list);
    return error;
}

MAKE(platform_file_iterator_next) {
    filed_platform_file *file = NULL;
    filed_error *error = filed_platform_file_iterator_next(all->platform_files, &file);
    filed_platform_file_free(file);
    return error;
}

MAKE(platform_upload_file) {
    filed_file_to_send file = FILED_FILE_TO_SEND_INIT;
    filed_sent_file *sent = NULL;
    filed_error *error;
    file.tusd_endpoint = "https://files.example.com/tus";
    file.file_name = "return.pdf";
    error = filed_platform_upload_file(all->client, all->connection_id, "client", &file, &sent);
    filed_sent_file_free(sent);
    return error;
}

MAKE(upload_file) {
    filed_uploaded_file *file = NULL;
    filed_error *error = filed_upload_file(all->client, "/etc/hostname", NULL, &file);
    filed_uploaded_file_free(file);
    return error;
}

MAKE(upload_bytes) {
    filed_upload_options options = FILED_UPLOAD_OPTIONS_INIT;
    filed_uploaded_file *file = NULL;
    filed_error *error;
    options.file_name = "w2.pdf";
    error = filed_upload_bytes(all->client, data, sizeof data, &options, &file);
    filed_uploaded_file_free(file);
    return error;
}

static int64_t read_nothing(void *user, uint8_t *buffer, uint64_t capacity) {
    (void)user, (void)buffer, (void)capacity;
    return -1;
}

MAKE(upload_stream) {
    filed_upload_options options = FILED_UPLOAD_OPTIONS_INIT;
    filed_uploaded_file *file = NULL;
    filed_error *error;
    options.file_name = "w2.pdf";
    error = filed_upload_stream(all->client, read_nothing, NULL, FILED_SIZE_UNKNOWN, &options,
                                &file);
    filed_uploaded_file_free(file);
    return error;
}

MAKE(upload_url) {
    filed_uploaded_file *file = NULL;
    filed_error *error =
        filed_upload_url(all->client, "https://files.example.com/w2.pdf", NULL, &file);
    filed_uploaded_file_free(file);
    return error;
}

MAKE(push_open) {
    filed_push_options options = FILED_PUSH_OPTIONS_INIT;
    filed_push *push = NULL;
    filed_error *error;
    options.connection_id = all->connection_id;
    options.workspace_id = all->workspace_id;
    options.job_name = "Import";
    error = filed_push_open(all->client, &options, &push);
    filed_push_free(push);
    return error;
}

MAKE(push_resume) {
    filed_push *push = NULL;
    filed_error *error = filed_push_resume(all->client, "no-such-journal.filed", &push);
    filed_push_free(push);
    return error;
}

MAKE(push_add_client) {
    return filed_push_add_client(all->push, "Smith", "client-1", NULL);
}

static filed_file form(void) {
    filed_file file = FILED_FILE_INIT;
    file.external_id = "file-1";
    file.file_name = "w2.pdf";
    file.data = data;
    file.data_length = sizeof data;
    return file;
}

MAKE(push_add_file) {
    filed_file file = form();
    return filed_push_add_file(all->push, 1, &file);
}

MAKE(push_add_files) {
    filed_file file = form();
    return filed_push_add_files(all->push, 1, &file, 1);
}

MAKE(push_commit) {
    return filed_push_commit(all->push, 1000);
}

MAKE(push_commit_start) {
    return filed_push_commit_start(all->push);
}

MAKE(push_wait) {
    filed_report *report = NULL;
    filed_error *error = filed_push_wait(all->push, 1000, &report);
    filed_report_free(report);
    return error;
}

MAKE(push_report) {
    filed_report *report = NULL;
    filed_error *error = filed_push_report(all->push, &report);
    filed_report_free(report);
    return error;
}

MAKE(push_progress) {
    filed_progress progress = FILED_PROGRESS_INIT;
    return filed_push_progress(all->push, &progress);
}

MAKE(push_next_event) {
    filed_event *event = NULL;
    filed_error *error = filed_push_next_event(all->push, 1000, &event);
    filed_event_free(event);
    return error;
}

static void ignore(void *user, const filed_event *event) {
    (void)user, (void)event;
}

MAKE(push_dispatch_events) {
    return filed_push_dispatch_events(all->push, 1000, ignore, NULL, NULL);
}

MAKE(push_event_fd) {
    int64_t descriptor = -1;
    return filed_push_event_fd(all->push, &descriptor);
}

MAKE(push_clients) {
    filed_client_report_iterator *list = NULL;
    filed_error *error = filed_push_clients(all->push, &list);
    filed_client_report_iterator_free(list);
    return error;
}

MAKE(client_report_iterator_next) {
    filed_client_report *report = NULL;
    filed_error *error = filed_client_report_iterator_next(all->clients, &report);
    filed_client_report_free(report);
    return error;
}

MAKE(push_files) {
    filed_file_report_iterator *list = NULL;
    filed_error *error = filed_push_files(all->push, &list);
    filed_file_report_iterator_free(list);
    return error;
}

MAKE(file_report_iterator_next) {
    filed_file_report *report = NULL;
    filed_error *error = filed_file_report_iterator_next(all->files, &report);
    filed_file_report_free(report);
    return error;
}

#define CALL(name) {"filed_" #name, name}

const known_call calls[] = {
    CALL(client_me),
    CALL(client_graphql),
    CALL(workspace_create),
    CALL(workspace_add_users),
    CALL(user_iterator_next),
    CALL(connection_start),
    CALL(connection_collect),
    CALL(connection_list),
    CALL(connection_iterator_next),
    CALL(connection_wait_active),
    CALL(job_create),
    CALL(job_add_works),
    CALL(job_works),
    CALL(work_iterator_next),
    CALL(job_initiate),
    CALL(work_add_artifacts),
    CALL(artifact_iterator_next),
    CALL(platform_clients),
    CALL(platform_client_iterator_next),
    CALL(platform_files),
    CALL(platform_file_iterator_next),
    CALL(platform_upload_file),
    CALL(upload_file),
    CALL(upload_bytes),
    CALL(upload_stream),
    CALL(upload_url),
    CALL(push_open),
    CALL(push_resume),
    CALL(push_add_client),
    CALL(push_add_file),
    CALL(push_add_files),
    CALL(push_commit),
    CALL(push_commit_start),
    CALL(push_wait),
    CALL(push_report),
    CALL(push_progress),
    CALL(push_next_event),
    CALL(push_dispatch_events),
    CALL(push_event_fd),
    CALL(push_clients),
    CALL(client_report_iterator_next),
    CALL(push_files),
    CALL(file_report_iterator_next),
};

const int call_count = sizeof calls / sizeof *calls;

/* A list of artifacts and one of users are answers of calls. */
static void open_answers(open_handles *all) {
    filed_new_work fresh = FILED_NEW_WORK_INIT;
    filed_new_artifact form_of = FILED_NEW_ARTIFACT_INIT;
    const char *const emails[] = {"a@example.com"};
    filed_job *job = NULL;
    filed_work_iterator *works = NULL;
    filed_work *work = NULL;
    fresh.name = "Smith";
    fresh.external_id = "opened";
    form_of.name = "w2.pdf";
    form_of.external_id = "opened";
    form_of.type = "w2";
    CHECK_OK(filed_job_create(all->client, all->connection_id, "Import", &job));
    CHECK_OK(filed_job_add_works(all->client, filed_job_id(job), &fresh, 1, &works));
    CHECK_OK(filed_work_iterator_next(works, &work));
    CHECK_OK(filed_work_add_artifacts(all->client, filed_work_id(work), &form_of, 1,
                                      &all->artifacts));
    CHECK_OK(filed_workspace_add_users(all->client, all->workspace_id, emails, 1, &all->users));
    filed_work_free(work);
    filed_work_iterator_free(works);
    filed_job_free(job);
}

open_handles open_all(const sandbox *filed) {
    open_handles all = {0};
    filed_push_options options = FILED_PUSH_OPTIONS_INIT;
    all.client = sandbox_client(filed);
    all.workspace_id = strdup(sandbox_field(filed, "workspace_id"));
    all.connection_id = strdup(sandbox_field(filed, "connection_id"));
    options.workspace_id = all.workspace_id;
    options.connection_id = all.connection_id;
    options.job_name = "Import";
    CHECK_OK(filed_push_open(all.client, &options, &all.push));
    CHECK_OK(filed_push_add_client(all.push, "Jones", "client-0", NULL));
    CHECK_OK(filed_connection_list(all.client, all.workspace_id, NULL, &all.connections));
    CHECK_OK(filed_job_works(all.client, all.workspace_id, all.connection_id, NULL, &all.works));
    CHECK_OK(filed_platform_clients(all.client, all.workspace_id, all.connection_id, NULL,
                                    &all.platform_clients));
    CHECK_OK(filed_platform_files(all.client, all.workspace_id, all.connection_id, "client", NULL,
                                  &all.platform_files));
    CHECK_OK(filed_push_clients(all.push, &all.clients));
    CHECK_OK(filed_push_files(all.push, &all.files));
    open_answers(&all);
    return all;
}

void every_call_answers(const open_handles *all, uint32_t code) {
    int index;
    for (index = 0; index < call_count; ++index) {
        filed_error *error = calls[index].make(all);
        if (filed_error_code(error) != code) {
            fprintf(stderr, "%s answers %s instead of code %u\n", calls[index].name,
                    error == NULL ? "success" : filed_error_name(error), (unsigned)code);
            exit(1);
        }
        filed_error_free(error);
    }
}

void free_all(open_handles *all) {
    filed_file_report_iterator_free(all->files);
    filed_client_report_iterator_free(all->clients);
    filed_platform_file_iterator_free(all->platform_files);
    filed_platform_client_iterator_free(all->platform_clients);
    filed_artifact_iterator_free(all->artifacts);
    filed_work_iterator_free(all->works);
    filed_connection_iterator_free(all->connections);
    filed_user_iterator_free(all->users);
    filed_push_free(all->push);
    filed_client_free(all->client);
    free(all->workspace_id);
    free(all->connection_id);
}
