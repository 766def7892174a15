/*
 * The column "forked child" of docs/lifecycle.md, with everything under way in the parent:
 *
 *     forks ROUNDS     forks so many children, one after the other
 *     forks --list     names the calls that are made in them
 */

#include <pthread.h>
#include <sys/wait.h>
#include <unistd.h>

#include "calls.h"
#include "check.h"

/* What one child may take, in seconds; a hang is what is looked for. */
#define LIMIT 60

static volatile int over;

typedef struct busy {
    const filed_config *config;
    const open_handles *all;
} busy;

static void *upload_on(void *user) {
    static uint8_t data[256 * 1024];
    const busy *host = user;
    filed_upload_options options = FILED_UPLOAD_OPTIONS_INIT;
    options.file_name = "w2.pdf";
    while (!over) {
        filed_uploaded_file *file = NULL;
        CHECK_OK(filed_upload_bytes(host->all->client, data, sizeof data, &options, &file));
        filed_uploaded_file_free(file);
    }
    return NULL;
}

/* Keeps journals opening, being written and closing. */
static void *push_on(void *user) {
    const busy *host = user;
    filed_push_options options = FILED_PUSH_OPTIONS_INIT;
    options.connection_id = host->all->connection_id;
    options.workspace_id = host->all->workspace_id;
    options.job_name = "Import";
    while (!over) {
        filed_push *push = NULL;
        int index;
        CHECK_OK(filed_push_open(host->all->client, &options, &push));
        for (index = 0; index < 20 && !over; ++index) {
            char id[32];
            snprintf(id, sizeof id, "client-%d", index);
            CHECK_OK(filed_push_add_client(push, "Smith", id, NULL));
        }
        filed_push_free(push);
    }
    return NULL;
}

static void *open_on(void *user) {
    const busy *host = user;
    while (!over) {
        filed_client *client = NULL;
        CHECK_OK(filed_client_new(host->config, &client));
        filed_client_free(client);
    }
    return NULL;
}

static void push_anew(const sandbox *filed) {
    static const uint8_t data[] = "%PDF-1.4 a form";
    open_handles fresh = {0};
    filed_push_options options = FILED_PUSH_OPTIONS_INIT;
    filed_file file = FILED_FILE_INIT;
    filed_report *report = NULL;
    filed_user *user = NULL;
    uint64_t key = 0;
    char id[64];
    fresh.client = sandbox_client(filed);
    CHECK_OK(filed_client_me(fresh.client, &user));
    filed_user_free(user);
    options.connection_id = sandbox_field(filed, "connection_id");
    options.workspace_id = sandbox_field(filed, "workspace_id");
    options.job_name = "Import";
    CHECK_OK(filed_push_open(fresh.client, &options, &fresh.push));
    snprintf(id, sizeof id, "client-of-%d", (int)getpid());
    CHECK_OK(filed_push_add_client(fresh.push, "Smith", id, &key));
    file.external_id = "file-1";
    file.file_name = "w2.pdf";
    file.data = data;
    file.data_length = sizeof data;
    CHECK_OK(filed_push_add_file(fresh.push, key, &file));
    CHECK_OK(filed_push_commit(fresh.push, 30000));
    CHECK_OK(filed_push_wait(fresh.push, 30000, &report));
    filed_report_free(report);
    filed_push_free(fresh.push);
    filed_client_free(fresh.client);
}

static void be_a_child(const sandbox *filed, open_handles *all, int round) {
    alarm(LIMIT);
    every_call_answers(all, FILED_ERROR_FORKED);
    CHECK(filed_push_job_id(all->push) == NULL);
    filed_push_cancel(all->push);
    filed_client_close(all->client);
    if (round % 3 != 0) {
        free_all(all);
    }
    push_anew(filed);
    if (round % 4 < 2) {
        CHECK_OK(filed_shutdown(10000));
    }
    if (round % 2 == 0) {
        exit(0);
    }
    _exit(0);
}

static void children_answer_and_work_anew(const sandbox *filed, open_handles *all, int rounds) {
    int round;
    for (round = 0; round < rounds; ++round) {
        int status = 0;
        pid_t child = fork();
        CHECK(child >= 0);
        if (child == 0) {
            be_a_child(filed, all, round);
        }
        CHECK(waitpid(child, &status, 0) == child);
        if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
            fprintf(stderr, "child %d of %d: %s %d\n", round, rounds,
                    WIFEXITED(status) ? "exit" : "signal",
                    WIFEXITED(status) ? WEXITSTATUS(status) : WTERMSIG(status));
            exit(1);
        }
    }
}

/* A child of a process that never used the library has nothing to be told. */
static void a_fork_before_first_use_is_nothing_special(const sandbox *filed) {
    int status = 0;
    pid_t child = fork();
    CHECK(child >= 0);
    if (child == 0) {
        alarm(LIMIT);
        push_anew(filed);
        exit(0);
    }
    CHECK(waitpid(child, &status, 0) == child);
    CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

static void list(void) {
    int index;
    for (index = 0; index < call_count; ++index) {
        puts(calls[index].name);
    }
}

int main(int argc, char **argv) {
    void *(*const work[])(void *) = {upload_on, upload_on, push_on, push_on, open_on};
    pthread_t threads[sizeof work / sizeof *work];
    sandbox filed;
    open_handles all;
    filed_config *config;
    busy host;
    size_t index;
    int rounds = argc > 1 ? atoi(argv[1]) : 20;
    if (argc > 1 && strcmp(argv[1], "--list") == 0) {
        list();
        return 0;
    }
    sandbox_start(&filed, "{\"upload_bytes_per_second\": 1000000, \"import_ms\": 20, "
                          "\"duplicate_scope\": \"off\", \"upload_discard\": true}");
    a_fork_before_first_use_is_nothing_special(&filed);
    all = open_all(&filed);
    config = sandbox_config(&filed);
    host.config = config;
    host.all = &all;
    for (index = 0; index < sizeof work / sizeof *work; ++index) {
        CHECK(pthread_create(&threads[index], NULL, work[index], &host) == 0);
    }
    children_answer_and_work_anew(&filed, &all, rounds);
    over = 1;
    for (index = 0; index < sizeof work / sizeof *work; ++index) {
        CHECK(pthread_join(threads[index], NULL) == 0);
    }
    /* What children did with the handles has harmed nothing here. */
    {
        filed_report *report = NULL;
        CHECK_OK(filed_push_commit(all.push, 30000));
        CHECK_OK(filed_push_wait(all.push, 30000, &report));
        filed_report_free(report);
    }
    free_all(&all);
    filed_config_free(config);
    CHECK(filed_live_handles() == 0);
    CHECK_OK(filed_shutdown(10000));
    sandbox_stop(&filed);
    printf("%d children\n", rounds);
    return 0;
}
