/* Pushes: events by descriptor, failures, cancelling, resuming. */

#include <poll.h>
#include <unistd.h>

#include "check.h"
#include "sandbox.h"

#define MINUTE 60000u

static char folder[] = "/tmp/filed-c-XXXXXX";

static const char *in_folder(const char *name) {
    static char paths[8][256];
    static int used;
    char *path = paths[used++ % 8];
    snprintf(path, sizeof paths[0], "%s/%s", folder, name);
    return path;
}

static const char *make_file(const char *name) {
    const char *path = in_folder(name);
    FILE *out = fopen(path, "wb");
    CHECK(out != NULL && fputs(name, out) >= 0 && fclose(out) == 0);
    return path;
}

static filed_push_options options_for(const sandbox *filed, const char *journal) {
    filed_push_options options = FILED_PUSH_OPTIONS_INIT;
    options.connection_id = sandbox_field(filed, "connection_id");
    options.workspace_id = sandbox_field(filed, "workspace_id");
    options.job_name = "2024 Tax Season Import";
    options.journal_path = journal == NULL ? NULL : in_folder(journal);
    return options;
}

static filed_push *open_push(const sandbox *filed, filed_client *client, const char *journal) {
    filed_push_options options = options_for(filed, journal);
    filed_push *push = NULL;
    CHECK_OK(filed_push_open(client, &options, &push));
    return push;
}

static uint64_t add_client(filed_push *push, const char *external_id) {
    uint64_t key = 0;
    CHECK_OK(filed_push_add_client(push, "John Smith", external_id, &key));
    return key;
}

static void add_path(filed_push *push, uint64_t client, const char *path, const char *id) {
    filed_file file = FILED_FILE_INIT;
    file.path = path;
    file.external_id = id;
    CHECK_OK(filed_push_add_file(push, client, &file));
}

/* Waits with the descriptor alone, and takes without waiting. */
static int count_events_by_descriptor(filed_push *push, uint32_t *last) {
    int64_t descriptor = -1;
    int count = 0;
    uint64_t sequence = 0;
    struct pollfd watched;
    CHECK_OK(filed_push_event_fd(push, &descriptor));
    watched.fd = (int)descriptor;
    watched.events = POLLIN;
    for (;;) {
        filed_event *event = NULL;
        filed_error *error;
        CHECK(poll(&watched, 1, (int)MINUTE) == 1);
        error = filed_push_next_event(push, 0, &event);
        if (error != NULL) {
            /* The descriptor may be a moment ahead of the event. */
            CHECK_CODE(error, FILED_ERROR_WAIT_TIMED_OUT);
            continue;
        }
        if (event == NULL) {
            return count;
        }
        CHECK(filed_event_sequence(event) > sequence);
        sequence = filed_event_sequence(event);
        *last = filed_event_kind(event);
        if (*last == FILED_EVENT_FILE_UPLOADED) {
            CHECK_TEXT(filed_event_client_external_id(event), "client-1");
            CHECK(filed_event_external_id(event) != NULL);
            CHECK(filed_event_error(event) == NULL);
        }
        ++count;
        filed_event_free(event);
    }
}

static void check_files(filed_push *push) {
    filed_file_report_iterator *files = NULL;
    filed_client_report_iterator *clients = NULL;
    filed_client_report *one = NULL;
    int count = 0;
    CHECK_OK(filed_push_files(push, &files));
    for (;;) {
        filed_file_report *file = NULL;
        CHECK_OK(filed_file_report_iterator_next(files, &file));
        if (file == NULL) {
            break;
        }
        ++count;
        CHECK_TEXT(filed_file_report_client_external_id(file), "client-1");
        CHECK(filed_file_report_state(file) == FILED_ITEM_IMPORTED);
        CHECK(filed_file_report_external_id(file) != NULL);
        CHECK(filed_file_report_url(file) != NULL && filed_file_report_artifact_id(file) != NULL);
        CHECK(filed_file_report_status(file) != NULL && filed_file_report_error(file) == NULL);
        CHECK(filed_file_report_mime_type(file) != NULL);
        filed_file_report_free(file);
    }
    CHECK(count == 3);
    filed_file_report_iterator_free(files);
    CHECK_OK(filed_push_clients(push, &clients));
    CHECK_OK(filed_client_report_iterator_next(clients, &one));
    CHECK_TEXT(filed_client_report_external_id(one), "client-1");
    CHECK(filed_client_report_state(one) == FILED_ITEM_IMPORTED);
    CHECK(filed_client_report_job_work_id(one) != NULL);
    CHECK(filed_client_report_work_id(one) != NULL);
    CHECK(filed_client_report_error(one) == NULL);
    filed_client_report_free(one);
    filed_client_report_iterator_free(clients);
}

static void a_push_told_by_its_descriptor(const sandbox *filed, filed_client *client) {
    filed_push *push = open_push(filed, client, "events.filed");
    uint64_t smith = add_client(push, "client-1");
    filed_file files[2] = {FILED_FILE_INIT, FILED_FILE_INIT};
    filed_progress progress = FILED_PROGRESS_INIT;
    filed_report *report = NULL;
    filed_counts counts;
    uint32_t last = 0;
    CHECK(add_client(push, "client-1") == smith);
    files[0].data = (const uint8_t *)"%PDF-1.4";
    files[0].data_length = 8;
    files[0].file_name = "notes.pdf";
    files[0].external_id = "file-1";
    files[0].metadata_json = "{\"pages\":2}";
    files[0].category = "w2";
    files[1].path = make_file("w2.pdf");
    files[1].external_id = "file-2";
    CHECK_OK(filed_push_add_files(push, smith, files, 2));
    add_path(push, smith, make_file("1099.pdf"), "file-3");
    CHECK_TEXT(filed_push_journal_path(push), in_folder("events.filed"));
    CHECK_CODE(filed_push_wait(push, 0, &report), FILED_ERROR_PUSH_STATE);
    CHECK_OK(filed_push_commit_start(push));
    CHECK(count_events_by_descriptor(push, &last) > 10);
    CHECK(last == FILED_EVENT_PUSH_DONE);
    CHECK_OK(filed_push_commit(push, MINUTE));
    CHECK_OK(filed_push_wait(push, MINUTE, &report));
    CHECK(filed_report_state(report) == FILED_PUSH_DONE);
    CHECK_TEXT(filed_report_job_id(report), filed_push_job_id(push));
    filed_report_files(report, &counts);
    CHECK(counts.total == 3 && counts.imported == 3 && counts.failed == 0);
    filed_report_clients(report, &counts);
    CHECK(counts.total == 1 && counts.imported == 1);
    CHECK(filed_report_failed_file_count(report) == 0);
    CHECK(filed_report_failed_client_count(report) == 0);
    CHECK(filed_report_bytes_sent(report) == 8 + strlen("w2.pdf") + strlen("1099.pdf"));
    filed_report_free(report);
    CHECK_OK(filed_push_progress(push, &progress));
    CHECK(progress.size == sizeof progress && progress.state == FILED_PUSH_DONE);
    CHECK(progress.files.imported == 3 && progress.uploading == 0);
    check_files(push);
    filed_push_free(push);
}

static void a_wait_that_is_too_short_loses_nothing(const sandbox *filed, filed_client *client) {
    filed_push *push;
    filed_report *report = NULL;
    sandbox_reset(filed, "{\"import_ms\":400}");
    push = open_push(filed, client, NULL);
    add_path(push, add_client(push, "client-1"), make_file("w2.pdf"), "file-1");
    CHECK_CODE(filed_push_commit(push, 0), FILED_ERROR_WAIT_TIMED_OUT);
    CHECK_CODE(filed_push_wait(push, 1, &report), FILED_ERROR_WAIT_TIMED_OUT);
    CHECK(report == NULL);
    CHECK_OK(filed_push_commit(push, MINUTE));
    CHECK_OK(filed_push_wait(push, FILED_FOREVER, &report));
    filed_report_free(report);
    filed_push_free(push);
}

static void a_file_that_is_gone_is_reported_with_its_path(const sandbox *filed,
                                                          filed_client *client) {
    filed_push *push;
    filed_report *report = NULL;
    const filed_file_report *file;
    const filed_error *why;
    sandbox_reset(filed, "{}");
    push = open_push(filed, client, NULL);
    add_path(push, add_client(push, "client-1"), in_folder("gone.pdf"), "file-1");
    CHECK_CODE(filed_push_commit(push, MINUTE), FILED_ERROR_PUSH_INCOMPLETE);
    CHECK_OK(filed_push_report(push, &report));
    CHECK(filed_report_failed_file_count(report) == 1);
    CHECK(filed_report_failed_file(report, 1) == NULL);
    file = filed_report_failed_file(report, 0);
    CHECK_TEXT(filed_file_report_external_id(file), "file-1");
    CHECK_TEXT(filed_file_report_path(file), in_folder("gone.pdf"));
    CHECK(filed_file_report_state(file) == FILED_ITEM_FAILED);
    CHECK(filed_file_report_size(file) == FILED_SIZE_UNKNOWN);
    CHECK(filed_file_report_blake3(file) == NULL);
    CHECK(filed_file_report_sha256(file) == NULL);
    why = filed_file_report_error(file);
    CHECK(filed_error_code(why) == FILED_ERROR_FILE_NOT_FOUND);
    CHECK_TEXT(filed_error_external_id(why), "file-1");
    CHECK(strstr(filed_error_message(why), "gone.pdf") == NULL);
    CHECK(filed_report_note(report, filed_report_note_count(report)) == NULL);
    filed_report_free(report);
    filed_push_free(push);
}

static void what_may_not_be_added(const sandbox *filed, filed_client *client) {
    filed_push *push = open_push(filed, client, NULL);
    uint64_t smith = add_client(push, "client-1");
    filed_file file = FILED_FILE_INIT;
    CHECK_CODE(filed_push_add_client(push, "Another", "client-1", NULL),
               FILED_ERROR_DUPLICATE_EXTERNAL_ID);
    CHECK_CODE(filed_push_add_client(push, "", "client-2", NULL), FILED_ERROR_INVALID_ARGUMENT);
    file.external_id = "file-1";
    CHECK_CODE(filed_push_add_file(push, smith, &file), FILED_ERROR_INVALID_ARGUMENT);
    file.path = "a.pdf";
    file.url = "https://example.com/a.pdf";
    CHECK_CODE(filed_push_add_file(push, smith, &file), FILED_ERROR_INVALID_ARGUMENT);
    file.url = NULL;
    file.metadata_json = "[1]";
    CHECK_CODE(filed_push_add_file(push, smith, &file), FILED_ERROR_INVALID_ARGUMENT);
    file.metadata_json = NULL;
    CHECK_CODE(filed_push_add_file(push, 4711, &file), FILED_ERROR_INVALID_ARGUMENT);
    filed_push_free(push);
}

static void a_cancelled_push_is_resumed(const sandbox *filed, filed_client *client) {
    filed_push *push;
    filed_push *other = NULL;
    filed_push_options options = options_for(filed, "resumed.filed");
    filed_report *report = NULL;
    filed_event *event = NULL;
    uint32_t last = 0;
    sandbox_reset(filed, "{}");
    push = open_push(filed, client, "resumed.filed");
    add_path(push, add_client(push, "client-1"), make_file("w2.pdf"), "file-1");
    CHECK_CODE(filed_push_open(client, &options, &other), FILED_ERROR_JOURNAL_LOCKED);
    filed_push_cancel(push);
    do {
        CHECK_OK(filed_push_next_event(push, MINUTE, &event));
        if (event != NULL) {
            last = filed_event_kind(event);
        }
        filed_event_free(event);
    } while (event != NULL);
    CHECK_TEXT(filed_event_kind_name(last), "push_cancelled");
    CHECK_OK(filed_push_next_event(push, 0, &event));
    CHECK(event == NULL);
    CHECK_CODE(filed_push_commit(push, MINUTE), FILED_ERROR_CANCELLED);
    filed_push_free(push);
    CHECK_OK(filed_push_resume(client, in_folder("resumed.filed"), &push));
    CHECK_OK(filed_push_commit(push, MINUTE));
    CHECK_OK(filed_push_wait(push, MINUTE, &report));
    CHECK(filed_report_state(report) == FILED_PUSH_DONE);
    filed_report_free(report);
    filed_push_free(push);
    CHECK_CODE(filed_push_resume(client, in_folder("none.filed"), &push), FILED_ERROR_JOURNAL_IO);
}

static void a_push_outlives_the_handle_of_its_client(const sandbox *filed) {
    filed_client *client = sandbox_client(filed);
    filed_push *push;
    filed_report *report = NULL;
    sandbox_reset(filed, "{}");
    push = open_push(filed, client, NULL);
    filed_client_free(client);
    add_path(push, add_client(push, "client-1"), make_file("w2.pdf"), "file-1");
    CHECK_OK(filed_push_commit(push, MINUTE));
    CHECK_OK(filed_push_wait(push, MINUTE, &report));
    filed_report_free(report);
    filed_push_free(push);
}

int main(void) {
    sandbox filed;
    filed_client *client;
    CHECK(mkdtemp(folder) != NULL);
    sandbox_start(&filed, "{}");
    client = sandbox_client(&filed);
    a_push_told_by_its_descriptor(&filed, client);
    a_wait_that_is_too_short_loses_nothing(&filed, client);
    a_file_that_is_gone_is_reported_with_its_path(&filed, client);
    what_may_not_be_added(&filed, client);
    a_cancelled_push_is_resumed(&filed, client);
    a_push_outlives_the_handle_of_its_client(&filed);
    filed_client_free(client);
    sandbox_stop(&filed);
    return 0;
}
