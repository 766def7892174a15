/* Closing, shutting down and forking, with everything still open. */

#include <pthread.h>
#include <sys/wait.h>
#include <unistd.h>

#include "check.h"
#include "sandbox.h"

typedef struct open_handles {
    filed_client *client;
    filed_push *push;
    filed_connection_iterator *connections;
} open_handles;

static open_handles open_all(const sandbox *filed) {
    open_handles all = {NULL, NULL, NULL};
    filed_push_options options = FILED_PUSH_OPTIONS_INIT;
    filed_event *event = NULL;
    all.client = sandbox_client(filed);
    options.connection_id = sandbox_field(filed, "connection_id");
    options.workspace_id = sandbox_field(filed, "workspace_id");
    options.job_name = "Import";
    CHECK_OK(filed_push_open(all.client, &options, &all.push));
    CHECK_OK(filed_connection_list(all.client, options.workspace_id, NULL, &all.connections));
    CHECK_CODE(filed_push_next_event(all.push, 0, &event), FILED_ERROR_WAIT_TIMED_OUT);
    return all;
}

static void every_call_answers(const open_handles *all, uint32_t code) {
    filed_user *user = NULL;
    filed_connection *connection = NULL;
    filed_report *report = NULL;
    filed_event *event = NULL;
    filed_progress progress = FILED_PROGRESS_INIT;
    CHECK_CODE(filed_client_me(all->client, &user), code);
    CHECK_CODE(filed_connection_iterator_next(all->connections, &connection), code);
    CHECK_CODE(filed_push_add_client(all->push, "Smith", "client-1", NULL), code);
    CHECK_CODE(filed_push_commit(all->push, 1000), code);
    CHECK_CODE(filed_push_wait(all->push, 1000, &report), code);
    CHECK_CODE(filed_push_report(all->push, &report), code);
    CHECK_CODE(filed_push_next_event(all->push, 1000, &event), code);
    CHECK_CODE(filed_push_progress(all->push, &progress), code);
}

static void free_all(open_handles *all) {
    filed_connection_iterator_free(all->connections);
    filed_push_free(all->push);
    filed_client_free(all->client);
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
    CHECK_OK(filed_shutdown(10000));
    CHECK_OK(filed_shutdown(10000));
    every_call_answers(&all, FILED_ERROR_SHUT_DOWN);
    free_all(&all);
    client = sandbox_client(filed);
    CHECK_OK(filed_client_me(client, &user));
    filed_user_free(user);
    filed_client_free(client);
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
    error = filed_push_next_event(all.push, 30000, &event);
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
    sandbox_start(&filed, "{}");
    a_closed_client_answers_closed(&filed);
    after_shutdown_old_handles_answer_and_new_clients_work(&filed);
    shutdown_wakes_a_thread_that_waits(&filed);
    in_a_child_old_handles_answer_and_new_clients_work(&filed);
    sandbox_stop(&filed);
    return 0;
}
