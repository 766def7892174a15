/*
 * A program of the first days: compiled with an old header, linked against nothing but that
 * header's functions, and run with the library of today. It does the main job and what goes with
 * it, and says at the end what it saw. Settings come from FILED_... variables:
 *
 *     program CONNECTION WORKSPACE, in a folder with scans/w2.pdf
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "filed.h"

#define MINUTE 60000

static void need(int holds, const char *what) {
    if (!holds) {
        fprintf(stderr, "not so: %s\n", what);
        exit(1);
    }
}

static void succeed(filed_error *error, const char *what) {
    if (error != NULL) {
        fprintf(stderr, "%s: %s: %s\n", what, filed_error_name(error), filed_error_message(error));
        filed_error_free(error);
        exit(1);
    }
}

static void who_am_i(const filed_client *client) {
    filed_user *user = NULL;
    succeed(filed_client_me(client, &user), "filed_client_me");
    need(strlen(filed_user_id(user)) > 0, "a user has an id");
    filed_user_free(user);
}

static void upload(const filed_client *client) {
    static const uint8_t bytes[] = "%PDF-1.4 in memory";
    filed_upload_options options = FILED_UPLOAD_OPTIONS_INIT;
    filed_uploaded_file *file = NULL;
    filed_error *error;
    options.file_name = "";
    error = filed_upload_bytes(client, bytes, sizeof bytes - 1, &options, &file);
    need(filed_error_code(error) == FILED_ERROR_FILE_NAME_INVALID, "an empty name is refused");
    need(strstr(filed_error_message(error), "file_name") != NULL, "the message says so");
    filed_error_free(error);
    options.file_name = "memory.pdf";
    succeed(filed_upload_bytes(client, bytes, sizeof bytes - 1, &options, &file), "upload");
    need(filed_uploaded_file_size(file) == (int64_t)sizeof bytes - 1, "the size is known");
    need(filed_uploaded_file_url(file) != NULL, "it has a URL");
    filed_uploaded_file_free(file);
}

static filed_push *push(const filed_client *client, const char *connection, const char *workspace) {
    filed_push_options options = FILED_PUSH_OPTIONS_INIT;
    filed_file files[2] = {FILED_FILE_INIT, FILED_FILE_INIT};
    filed_push *push = NULL;
    uint64_t smith = 0;
    options.connection_id = connection;
    options.workspace_id = workspace;
    options.job_name = "2024 Tax Season Import";
    options.journal_path = "season.filed";
    succeed(filed_push_open(client, &options, &push), "filed_push_open");
    succeed(filed_push_add_client(push, "John Smith", "client-1", &smith), "add_client");
    files[0].external_id = "file-1";
    files[0].path = "scans/w2.pdf";
    files[0].metadata_json = "{\"pages\": 2}";
    files[1].external_id = "file-2";
    files[1].data = (const uint8_t *)"%PDF-1.4 notes";
    files[1].data_length = 14;
    files[1].file_name = "notes.pdf";
    succeed(filed_push_add_files(push, smith, files, 2), "add_files");
    succeed(filed_push_commit_start(push), "filed_push_commit_start");
    return push;
}

static int events(filed_push *push) {
    filed_event *event = NULL;
    uint64_t last = 0;
    int count = 0;
    for (;;) {
        succeed(filed_push_next_event(push, MINUTE, &event), "filed_push_next_event");
        if (event == NULL) {
            return count;
        }
        need(filed_event_sequence(event) > last, "events come in order");
        need(filed_event_kind_name(filed_event_kind(event)) != NULL, "every kind has a word");
        last = filed_event_sequence(event);
        filed_event_free(event);
        ++count;
    }
}

static void report(filed_push *push) {
    filed_progress progress = FILED_PROGRESS_INIT;
    filed_report *report = NULL;
    filed_counts files;
    succeed(filed_push_wait(push, MINUTE, &report), "filed_push_wait");
    succeed(filed_push_progress(push, &progress), "filed_push_progress");
    filed_report_files(report, &files);
    need(filed_report_state(report) == FILED_PUSH_DONE, "the push is done");
    need(progress.state == FILED_PUSH_DONE && progress.files.total == 2, "progress agrees");
    need(files.imported == 2 && files.failed == 0, "both files are imported");
    need(filed_report_job_id(report) != NULL, "there was a job");
    filed_report_free(report);
}

int main(int argc, char **argv) {
    filed_config *config = filed_config_from_env();
    filed_client *client = NULL;
    filed_push *pushed;
    int seen;
    need(argc == 3, "usage: program CONNECTION WORKSPACE");
    need(filed_abi_version() == FILED_ABI_VERSION, "the library has this header's ABI");
    succeed(filed_client_new(config, &client), "filed_client_new");
    who_am_i(client);
    upload(client);
    pushed = push(client, argv[1], argv[2]);
    seen = events(pushed);
    report(pushed);
    filed_push_free(pushed);
    filed_client_free(client);
    filed_config_free(config);
    succeed(filed_shutdown(MINUTE), "filed_shutdown");
    printf("library %s: %d events, 2 files imported\n", filed_version(), seen);
    return 0;
}
