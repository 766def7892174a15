/* Events by callback: on the host's thread, never inside the call that starts something, and never
 * in the way of an upload. */

#include <poll.h>
#include <pthread.h>
#include <unistd.h>

#include "check.h"
#include "sandbox.h"

#define FILES 24

typedef struct listener {
    const sandbox *filed;
    pthread_t thread;
    int starting;
    int told;
    int uploads_seen;
    uint32_t last;
} listener;

static int uploads_at(const sandbox *filed) {
    char *totals = sandbox_control(filed, "GET", "/totals", NULL);
    const char *uploads = strstr(totals, "\"uploads\":");
    int count = -1;
    CHECK(uploads != NULL && sscanf(uploads, "\"uploads\":%d", &count) == 1);
    free(totals);
    return count;
}

static void note(void *user, const filed_event *event) {
    listener *ear = user;
    CHECK(pthread_equal(pthread_self(), ear->thread));
    CHECK(!ear->starting);
    ++ear->told;
    ear->last = filed_event_kind(event);
    CHECK(filed_event_sequence(event) > 0);
}

/* Does not return before everything is uploaded. */
static void linger(void *user, const filed_event *event) {
    listener *ear = user;
    int patience = 2000;
    note(user, event);
    while (ear->uploads_seen < FILES && --patience > 0) {
        ear->uploads_seen = uploads_at(ear->filed);
        usleep(10000);
    }
}

static filed_push *open_push(const sandbox *filed, const filed_client *client) {
    filed_push_options options = FILED_PUSH_OPTIONS_INIT;
    filed_push *push = NULL;
    options.connection_id = sandbox_field(filed, "connection_id");
    options.workspace_id = sandbox_field(filed, "workspace_id");
    options.job_name = "Import";
    CHECK_OK(filed_push_open(client, &options, &push));
    return push;
}

static void add_files(const filed_push *push) {
    static const uint8_t data[] = "%PDF-1.4 a form";
    uint64_t key = 0;
    int index;
    CHECK_OK(filed_push_add_client(push, "Smith", "client-1", &key));
    for (index = 0; index < FILES; ++index) {
        filed_file file = FILED_FILE_INIT;
        char id[32];
        snprintf(id, sizeof id, "file-%d", index);
        file.external_id = id;
        file.file_name = "w2.pdf";
        file.data = data;
        file.data_length = sizeof data - 1;
        CHECK_OK(filed_push_add_file(push, key, &file));
    }
}

static void a_slow_callback_delays_no_upload(const sandbox *filed, const filed_client *client) {
    filed_push *push = open_push(filed, client);
    listener ear = {filed, pthread_self(), 0, 0, 0, 0};
    uint64_t count = 0;
    add_files(push);
    CHECK_OK(filed_push_dispatch_events(push, 10000, linger, &ear, &count));
    CHECK(ear.uploads_seen == FILES);
    CHECK(count == (uint64_t)ear.told);
    filed_push_free(push);
}

static void callbacks_run_where_the_host_dispatches(const sandbox *filed,
                                                    const filed_client *client) {
    filed_push *push = open_push(filed, client);
    listener ear = {filed, pthread_self(), 1, 0, 0, 0};
    struct pollfd waiting = {-1, POLLIN, 0};
    uint64_t count = 1;
    int64_t descriptor = -1;
    int calls = 0;
    add_files(push);
    CHECK_OK(filed_push_commit_start(push));
    ear.starting = 0;
    CHECK_OK(filed_push_event_fd(push, &descriptor));
    waiting.fd = (int)descriptor;
    for (;;) {
        CHECK(poll(&waiting, 1, 30000) == 1);
        CHECK_OK(filed_push_dispatch_events(push, 0, note, &ear, &count));
        if (count == 0) {
            break;
        }
        ++calls;
        if (ear.last == FILED_EVENT_PUSH_INITIATED) {
            filed_report *report = NULL;
            CHECK_OK(filed_push_wait(push, 60000, &report));
            filed_report_free(report);
        }
    }
    CHECK(ear.last == FILED_EVENT_PUSH_DONE);
    CHECK(ear.told >= 3 * FILES);
    /* Many events come with one call. */
    CHECK(calls < ear.told);
    CHECK_OK(filed_push_dispatch_events(push, 0, note, &ear, NULL));
    filed_push_free(push);
}

static void nothing_to_tell_is_said_in_time(const sandbox *filed, const filed_client *client) {
    filed_push *push = open_push(filed, client);
    listener ear = {filed, pthread_self(), 0, 0, 0, 0};
    uint64_t count = 1;
    CHECK_CODE(filed_push_dispatch_events(push, 20, note, &ear, &count), FILED_ERROR_WAIT_TIMED_OUT);
    CHECK(count == 0 && ear.told == 0);
    CHECK_CODE(filed_push_dispatch_events(push, 20, NULL, NULL, &count),
               FILED_ERROR_INVALID_ARGUMENT);
    CHECK_CODE(filed_push_dispatch_events(NULL, 20, note, &ear, &count),
               FILED_ERROR_INVALID_ARGUMENT);
    filed_push_free(push);
}

int main(void) {
    sandbox filed;
    filed_client *client;
    sandbox_start(&filed, "{}");
    client = sandbox_client(&filed);
    a_slow_callback_delays_no_upload(&filed, client);
    sandbox_reset(&filed, "{}");
    callbacks_run_where_the_host_dispatches(&filed, client);
    nothing_to_tell_is_said_in_time(&filed, client);
    filed_client_free(client);
    CHECK(filed_live_handles() == 0);
    sandbox_stop(&filed);
    return 0;
}
