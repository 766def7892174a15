/* Closing, shutting down and forking, with everything still open. */

/* For the processors a thread may run on. */
#define _GNU_SOURCE

#include <dirent.h>
#include <pthread.h>
#include <sched.h>
#include <sys/wait.h>
#include <unistd.h>

#include "calls.h"
#include "check.h"

static int all_hang(const sandbox *filed, int count) {
    char *totals = sandbox_control(filed, "GET", "/totals", NULL);
    const char *counts = strstr(totals, "\"counts\":");
    const char *me = counts == NULL ? NULL : strstr(counts, "\"me\":");
    int come = 0;
    CHECK(me == NULL || sscanf(me, "\"me\":%d", &come) == 1);
    free(totals);
    return come >= count;
}

static void a_closed_client_answers_closed(const sandbox *filed) {
    open_handles all = open_all(filed);
    filed_user *user = NULL;
    CHECK_OK(filed_push_add_client(all.push, "Smith", "client-1", NULL));
    filed_client_close(all.client);
    filed_client_close(all.client);
    CHECK_CODE(filed_client_me(all.client, &user), FILED_ERROR_CLOSED);
    CHECK_CODE(filed_push_commit(all.push, 10000), FILED_ERROR_CLOSED);
    free_all(&all);
}

static void after_shutdown_old_handles_answer_and_new_clients_work(const sandbox *filed) {
    open_handles all = open_all(filed);
    filed_client *client;
    filed_user *user = NULL;
    const char *journal = filed_push_journal_path(all.push);
    CHECK(journal != NULL);
    CHECK_OK(filed_shutdown(10000));
    CHECK_OK(filed_shutdown(10000));
    every_call_answers(&all, FILED_ERROR_SHUT_DOWN);
    /* It was read before, and is lent until the push is freed. */
    CHECK(filed_push_journal_path(all.push) == journal);
    free_all(&all);
    client = sandbox_client(filed);
    CHECK_OK(filed_client_me(client, &user));
    filed_user_free(user);
    filed_client_free(client);
}

/* Whatever it answers, an idle library is not said to be anything else. */
static void idle_every_call_answers_for_itself(const sandbox *filed) {
    open_handles all = open_all(filed);
    int index;
    for (index = 0; index < call_count; ++index) {
        filed_error *error = calls[index].make(&all);
        uint32_t code = filed_error_code(error);
        CHECK(code != FILED_ERROR_INTERNAL && code != FILED_ERROR_SHUT_DOWN);
        CHECK(code != FILED_ERROR_FORKED && code != FILED_ERROR_CLOSED);
        filed_error_free(error);
    }
    free_all(&all);
}

typedef struct waiter {
    const open_handles *all;
    filed_error *error;
} waiter;

static void *wait_for_me(void *user) {
    waiter *waits = user;
    filed_user *nobody = NULL;
    waits->error = filed_client_me(waits->all->client, &nobody);
    return NULL;
}

/* Calls under way get the same answer as those that come later. */
static void busy_calls_are_ended_by_shutdown(const sandbox *filed) {
    open_handles all = open_all(filed);
    waiter waits[8];
    pthread_t threads[8];
    int index;
    free(sandbox_control(filed, "POST", "/faults",
                         "{\"faults\": [{\"on\": \"me\", \"hang_ms\": 600000, \"times\": 0}]}"));
    for (index = 0; index < 8; ++index) {
        waits[index].all = &all;
        CHECK(pthread_create(&threads[index], NULL, wait_for_me, &waits[index]) == 0);
    }
    for (index = 0; index < 1000 && !all_hang(filed, 8); ++index) {
        usleep(10000);
    }
    CHECK_OK(filed_shutdown(10000));
    for (index = 0; index < 8; ++index) {
        CHECK(pthread_join(threads[index], NULL) == 0);
        CHECK_CODE(waits[index].error, FILED_ERROR_SHUT_DOWN);
    }
    every_call_answers(&all, FILED_ERROR_SHUT_DOWN);
    free_all(&all);
    free(sandbox_control(filed, "DELETE", "/faults", NULL));
}

static int64_t linger(void *user, uint8_t *buffer, uint64_t capacity) {
    const int *gate = user;
    char byte;
    (void)buffer, (void)capacity;
    CHECK(write(gate[3], "r", 1) == 1);
    CHECK(read(gate[0], &byte, 1) == 1);
    return 0;
}

typedef struct streamer {
    const open_handles *all;
    int gate[4];
} streamer;

static void *stream(void *user) {
    streamer *streams = user;
    filed_upload_options options = FILED_UPLOAD_OPTIONS_INIT;
    filed_uploaded_file *file = NULL;
    options.file_name = "w2.pdf";
    filed_error_free(filed_upload_stream(streams->all->client, linger, streams->gate,
                                         FILED_SIZE_UNKNOWN, &options, &file));
    CHECK(file == NULL);
    return NULL;
}

/* A function of the host's that does not return: the time is kept, and a later call waits on. */
static void shutdown_is_bounded_and_goes_on_where_it_stopped(const sandbox *filed) {
    open_handles all = open_all(filed);
    streamer streams = {&all, {-1, -1, -1, -1}};
    pthread_t thread;
    char byte;
    CHECK(pipe(streams.gate) == 0 && pipe(streams.gate + 2) == 0);
    CHECK(pthread_create(&thread, NULL, stream, &streams) == 0);
    CHECK(read(streams.gate[2], &byte, 1) == 1);
    CHECK_CODE(filed_shutdown(50), FILED_ERROR_WAIT_TIMED_OUT);
    CHECK_CODE(filed_shutdown(50), FILED_ERROR_WAIT_TIMED_OUT);
    CHECK(write(streams.gate[1], "g", 1) == 1);
    CHECK_OK(filed_shutdown(10000));
    CHECK(pthread_join(thread, NULL) == 0);
    CHECK_OK(filed_shutdown(0));
    free_all(&all);
}

static int threads_of_ours(void) {
    DIR *tasks = opendir("/proc/self/task");
    const struct dirent *task;
    int count = 0;
    CHECK(tasks != NULL);
    while ((task = readdir(tasks)) != NULL) {
        char path[300];
        char name[32] = "";
        FILE *comm;
        snprintf(path, sizeof path, "/proc/self/task/%s/comm", task->d_name);
        comm = fopen(path, "r");
        if (comm != NULL) {
            count += fgets(name, sizeof name, comm) != NULL && strncmp(name, "filed-", 6) == 0;
            fclose(comm);
        }
    }
    closedir(tasks);
    return count;
}

static void threads_are_named_and_come_with_the_first_client(const sandbox *filed) {
    filed_config *config = sandbox_config(filed);
    filed_client *client = NULL;
    cpu_set_t all;
    cpu_set_t one;
    int patience = 1000;
    CHECK(threads_of_ours() == 0);
    /* Two workers even on one processor, so that one busy one does not stop everything, and one
       thread that may block. */
    CHECK(sched_getaffinity(0, sizeof all, &all) == 0);
    CPU_ZERO(&one);
    CPU_SET(sched_getcpu(), &one);
    CHECK(sched_setaffinity(0, sizeof one, &one) == 0);
    CHECK_OK(filed_client_new(config, &client));
    CHECK(sched_setaffinity(0, sizeof all, &all) == 0);
    /* Each names itself once it runs. */
    while (threads_of_ours() < 3 && --patience > 0) {
        usleep(10000);
    }
    CHECK(threads_of_ours() == 3);
    CHECK_OK(filed_shutdown(10000));
    CHECK(threads_of_ours() == 0);
    filed_client_free(client);
    filed_config_free(config);
}

static void *shut_down(void *unused) {
    (void)unused;
    CHECK_OK(filed_shutdown(10000));
    return NULL;
}

static void shutdown_wakes_a_thread_that_waits(const sandbox *filed) {
    open_handles all = open_all(filed);
    filed_event *event = NULL;
    pthread_t thread;
    filed_error *error;
    CHECK(pthread_create(&thread, NULL, shut_down, NULL) == 0);
    do {
        filed_event_free(event);
        error = filed_push_next_event(all.push, 30000, &event);
    } while (error == NULL && event != NULL);
    CHECK_CODE(error, FILED_ERROR_SHUT_DOWN);
    CHECK(pthread_join(thread, NULL) == 0);
    free_all(&all);
}

static void in_a_child_old_handles_answer_and_new_clients_work(const sandbox *filed) {
    open_handles all = open_all(filed);
    filed_user *user = NULL;
    int status = 0;
    pid_t child = fork();
    CHECK(child >= 0);
    if (child == 0) {
        filed_client *client;
        alarm(30);
        every_call_answers(&all, FILED_ERROR_FORKED);
        filed_push_cancel(all.push);
        filed_client_close(all.client);
        free_all(&all);
        client = sandbox_client(filed);
        CHECK_OK(filed_client_me(client, &user));
        filed_user_free(user);
        filed_client_free(client);
        CHECK_OK(filed_shutdown(10000));
        _exit(0);
    }
    CHECK(waitpid(child, &status, 0) == child);
    CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    CHECK_OK(filed_client_me(all.client, &user));
    filed_user_free(user);
    free_all(&all);
}

int main(void) {
    sandbox filed;
    sandbox_start(&filed, "{\"duplicate_scope\": \"off\"}");
    threads_are_named_and_come_with_the_first_client(&filed);
    idle_every_call_answers_for_itself(&filed);
    sandbox_reset(&filed, "{}");
    a_closed_client_answers_closed(&filed);
    after_shutdown_old_handles_answer_and_new_clients_work(&filed);
    shutdown_wakes_a_thread_that_waits(&filed);
    sandbox_reset(&filed, "{}");
    busy_calls_are_ended_by_shutdown(&filed);
    shutdown_is_bounded_and_goes_on_where_it_stopped(&filed);
    in_a_child_old_handles_answer_and_new_clients_work(&filed);
    CHECK(filed_live_handles() == 0);
    sandbox_stop(&filed);
    return 0;
}
