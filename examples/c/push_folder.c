/*
 * Pushes a folder with one sub-folder per client, and shows how far it is:
 *
 *     push_folder FOLDER CONNECTION_ID WORKSPACE_ID JOB_NAME JOURNAL
 *
 * Settings come from FILED_... variables. Run again after it was stopped, it goes on where it was.
 */

#define _POSIX_C_SOURCE 200809L

#include <dirent.h>
#include <filed.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define HOUR 3600000u

static void check(filed_error *error) {
    if (error != NULL) {
        fprintf(stderr, "%s: %s\n", filed_error_name(error), filed_error_message(error));
        filed_error_free(error);
        exit(1);
    }
}

static char *joined(const char *first, char between, const char *second) {
    size_t size = strlen(first) + strlen(second) + 2;
    char *text = malloc(size);
    if (text == NULL) {
        abort();
    }
    snprintf(text, size, "%s%c%s", first, between, second);
    return text;
}

static int is_hidden(const struct dirent *entry) {
    return entry->d_name[0] != '.';
}

/* Every file of one client's folder; the external id is "client/file". */
static void add_files(filed_push *push, uint64_t client, const char *folder, const char *name) {
    struct dirent **entries = NULL;
    int count = scandir(folder, &entries, is_hidden, alphasort);
    for (int index = 0; index < count; ++index) {
        char *path = joined(folder, '/', entries[index]->d_name);
        char *external_id = joined(name, '/', entries[index]->d_name);
        filed_file file = FILED_FILE_INIT;
        file.path = path;
        file.external_id = external_id;
        check(filed_push_add_file(push, client, &file));
        free(external_id);
        free(path);
        free(entries[index]);
    }
    free(entries);
}

static void add_clients(filed_push *push, const char *folder) {
    struct dirent **entries = NULL;
    int count = scandir(folder, &entries, is_hidden, alphasort);
    for (int index = 0; index < count; ++index) {
        const char *name = entries[index]->d_name;
        char *path = joined(folder, '/', name);
        struct stat about;
        if (stat(path, &about) == 0 && S_ISDIR(about.st_mode)) {
            uint64_t client = 0;
            check(filed_push_add_client(push, name, name, &client));
            add_files(push, client, path, name);
        }
        free(path);
        free(entries[index]);
    }
    free(entries);
}

static void show_progress(const filed_push *push) {
    filed_progress progress = FILED_PROGRESS_INIT;
    check(filed_push_progress(push, &progress));
    printf("%llu files: %llu sent, %llu imported, %llu failed\n",
           (unsigned long long)progress.files.total, (unsigned long long)progress.files.sent,
           (unsigned long long)progress.files.imported, (unsigned long long)progress.files.failed);
    fflush(stdout);
}

static void follow(const filed_push *push) {
    for (;;) {
        filed_event *event = NULL;
        check(filed_push_next_event(push, HOUR, &event));
        if (event == NULL) {
            return;
        }
        uint32_t kind = filed_event_kind(event);
        filed_event_free(event);
        if (kind == FILED_EVENT_FILE_UPLOADED || kind == FILED_EVENT_FILE_IMPORTED ||
            kind == FILED_EVENT_FILE_FAILED) {
            show_progress(push);
        }
    }
}

static int report_failures(const filed_report *report) {
    uint64_t count = filed_report_failed_file_count(report);
    for (uint64_t index = 0; index < count; ++index) {
        const filed_file_report *file = filed_report_failed_file(report, index);
        const filed_error *error = filed_file_report_error(file);
        fprintf(stderr, "%s: %s: %s\n", filed_file_report_external_id(file),
                filed_error_name(error), filed_error_message(error));
    }
    return count > 0;
}

int main(int argc, char **argv) {
    if (argc != 6) {
        fprintf(stderr, "usage: %s FOLDER CONNECTION_ID WORKSPACE_ID JOB_NAME JOURNAL\n", argv[0]);
        return 2;
    }
    filed_config *config = filed_config_from_env();
    filed_client *client = NULL;
    filed_push *push = NULL;
    filed_report *report = NULL;
    filed_push_options options = FILED_PUSH_OPTIONS_INIT;
    options.connection_id = argv[2];
    options.workspace_id = argv[3];
    options.job_name = argv[4];
    options.journal_path = argv[5];
    check(filed_client_new(config, &client));
    check(filed_push_open(client, &options, &push));
    add_clients(push, argv[1]);
    check(filed_push_commit_start(push));
    follow(push);
    check(filed_push_wait(push, HOUR, &report));
    int failed = report_failures(report);
    filed_report_free(report);
    filed_push_free(push);
    filed_client_free(client);
    filed_config_free(config);
    return failed;
}
