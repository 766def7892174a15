/*
 * Programs built with an older and with a newer header than the library: every struct with a
 * `size`, ended early and continued. Each lies right before a page that cannot be read, so that a
 * library that looks further than the caller's size crashes.
 *
 *     callers CONNECTION WORKSPACE, with settings in FILED_... variables
 */

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "filed.h"

enum { OLDEST = 8, FUTURE = 16, PAGE = 4096 };

static filed_client *client;
static filed_push *push;
static uint64_t smith;
static uint8_t *page_end;

static void need(int holds, const char *record, const char *what) {
    if (!holds) {
        fprintf(stderr, "%s: not so: %s\n", record, what);
        exit(1);
    }
}

/* Room for one struct whose last byte is the last that can be read. */
static void *at_the_edge(uint32_t size) {
    memset(page_end - PAGE, 0, PAGE);
    memcpy(page_end - size, &size, sizeof size);
    return page_end - size;
}

/* What a call answered, as text: "0", or code and message. */
static const char *answer(filed_error *error) {
    static char texts[4][512];
    static int used;
    char *text = texts[used++ % 4];
    snprintf(text, sizeof texts[0], "%u %s", (unsigned)filed_error_code(error),
             error == NULL ? "" : filed_error_message(error));
    filed_error_free(error);
    return text;
}

static filed_error *new_workspace(const void *record) {
    filed_workspace *made = NULL;
    filed_error *error = filed_workspace_create(client, record, &made);
    filed_workspace_free(made);
    return error;
}

static filed_error *connection_filter(const void *record) {
    filed_connection_iterator *found = NULL;
    filed_error *error = filed_connection_list(client, "workspace_123456", record, &found);
    filed_connection_iterator_free(found);
    return error;
}

static filed_error *new_work(const void *record) {
    filed_work_iterator *added = NULL;
    filed_error *error = filed_job_add_works(client, "job", record, 1, &added);
    filed_work_iterator_free(added);
    return error;
}

static filed_error *work_filter(const void *record) {
    filed_work_iterator *found = NULL;
    filed_error *error = filed_job_works(client, "w", "c", record, &found);
    filed_work_iterator_free(found);
    return error;
}

static filed_error *new_artifact(const void *record) {
    filed_artifact_iterator *added = NULL;
    filed_error *error = filed_work_add_artifacts(client, "work", record, 1, &added);
    filed_artifact_iterator_free(added);
    return error;
}

static filed_error *file_to_send(const void *record) {
    filed_sent_file *sent = NULL;
    filed_error *error = filed_platform_upload_file(client, "c", "key", record, &sent);
    filed_sent_file_free(sent);
    return error;
}

static filed_error *push_options(const void *record) {
    filed_push *opened = NULL;
    filed_error *error = filed_push_open(client, record, &opened);
    filed_push_free(opened);
    return error;
}

static filed_error *upload_options(const void *record) {
    filed_uploaded_file *file = NULL;
    filed_error *error = filed_upload_bytes(client, (const uint8_t *)"x", 1, record, &file);
    filed_uploaded_file_free(file);
    return error;
}

static filed_error *file(const void *record) {
    return filed_push_add_file(push, smith, record);
}

static const struct {
    const char *name;
    uint32_t size;
    filed_error *(*call)(const void *);
} RECORDS[] = {
    {"filed_new_workspace", sizeof(filed_new_workspace), new_workspace},
    {"filed_connection_filter", sizeof(filed_connection_filter), connection_filter},
    {"filed_new_work", sizeof(filed_new_work), new_work},
    {"filed_work_filter", sizeof(filed_work_filter), work_filter},
    {"filed_new_artifact", sizeof(filed_new_artifact), new_artifact},
    {"filed_file_to_send", sizeof(filed_file_to_send), file_to_send},
    {"filed_push_options", sizeof(filed_push_options), push_options},
    {"filed_upload_options", sizeof(filed_upload_options), upload_options},
    {"filed_file", sizeof(filed_file), file},
};

/* With nothing set, callers of every age get the same answer. */
static void a_struct_of_any_age_is_understood(int index) {
    const char *name = RECORDS[index].name;
    uint32_t size = RECORDS[index].size;
    const char *today = answer(RECORDS[index].call(at_the_edge(size)));
    const char *older = answer(RECORDS[index].call(at_the_edge(OLDEST)));
    const char *newer = answer(RECORDS[index].call(at_the_edge(size + FUTURE)));
    uint8_t *unknown = at_the_edge(size + FUTURE);
    need(strstr(today, ".size") == NULL, name, "today's size is accepted");
    need(strcmp(today, older) == 0, name, "what an older caller does not have is a default");
    need(strcmp(today, newer) == 0, name, "what a newer caller does not use does no harm");
    unknown[size + FUTURE - 1] = 1;
    newer = answer(RECORDS[index].call(unknown));
    need(strncmp(newer, "100 ", 4) == 0 && strstr(newer, name) != NULL, name,
         "a field this library does not have is refused");
}

/* Two files side by side, each as large as its caller's header says, both taken. */
static void arrays_have_the_callers_stride(void) {
    enum { OLDER = offsetof(filed_file, url), NEWER = sizeof(filed_file) + FUTURE };
    const uint32_t strides[2] = {OLDER, NEWER};
    const char *ids[4] = {"older-1", "older-2", "newer-1", "newer-2"};
    filed_progress progress = FILED_PROGRESS_INIT;
    int index;
    for (index = 0; index < 4; index += 2) {
        uint32_t stride = strides[index / 2];
        uint8_t *both = (uint8_t *)at_the_edge(2 * stride);
        int item;
        for (item = 0; item < 2; ++item) {
            filed_file one;
            memset(&one, 0, sizeof one);
            one.size = stride;
            one.external_id = ids[index + item];
            one.path = "scans/w2.pdf";
            memcpy(both + (size_t)item * stride, &one,
                   stride < sizeof one ? stride : sizeof one);
        }
        need(strcmp(answer(filed_push_add_files(push, smith, (filed_file *)both, 2)), "0 ") == 0,
             "filed_file[]", "both files are added");
    }
    need(filed_push_progress(push, &progress) == NULL && progress.files.total == 4, "filed_file[]",
         "four files are there");
}

/* What the library writes ends where the caller's struct does. */
static void a_result_fits_its_caller(void) {
    filed_progress *older = at_the_edge(OLDEST);
    uint8_t *newer;
    need(filed_push_progress(push, older) == NULL, "filed_progress", "an older one is filled");
    need(older->size == OLDEST && older->state == FILED_PUSH_OPEN, "filed_progress",
         "as far as it goes");
    newer = at_the_edge(sizeof(filed_progress) + FUTURE);
    newer[sizeof(filed_progress)] = 1;
    need(filed_push_progress(push, (filed_progress *)newer) == NULL, "filed_progress",
         "a newer one is filled");
    need(newer[sizeof(filed_progress)] == 0, "filed_progress", "and cleared where we know nothing");
}

static void begin(char **argv) {
    filed_config *config = filed_config_from_env();
    filed_push_options options = FILED_PUSH_OPTIONS_INIT;
    uint8_t *pages = mmap(NULL, 2 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    need(pages != MAP_FAILED && mprotect(pages + PAGE, PAGE, PROT_NONE) == 0, "pages", "are there");
    page_end = pages + PAGE;
    need(filed_client_new(config, &client) == NULL, "filed_client", "is made");
    options.connection_id = argv[1];
    options.workspace_id = argv[2];
    options.job_name = "2024 Tax Season Import";
    need(filed_push_open(client, &options, &push) == NULL, "filed_push", "is opened");
    need(filed_push_add_client(push, "John Smith", "client", &smith) == NULL, "client", "is added");
    filed_config_free(config);
}

int main(int argc, char **argv) {
    int count = (int)(sizeof RECORDS / sizeof RECORDS[0]);
    int index;
    need(argc == 3, "usage", "callers CONNECTION WORKSPACE");
    begin(argv);
    for (index = 0; index < count; ++index) {
        a_struct_of_any_age_is_understood(index);
    }
    arrays_have_the_callers_stride();
    a_result_fits_its_caller();
    filed_push_cancel(push);
    filed_push_free(push);
    filed_client_free(client);
    printf("%d structs, from callers of every age\n", count + 1);
    return 0;
}
