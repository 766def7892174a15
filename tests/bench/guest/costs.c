/* What the library costs a host in C; one JSON object. */

#include <dirent.h>
#include <pthread.h>
#include <time.h>
#include <unistd.h>

#include "check.h"

static double seconds(clockid_t clock) {
    struct timespec now;
    clock_gettime(clock, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
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

#define MOST 200

static void add_files(const filed_push *push, const char *client, const char *name, int count) {
    static const uint8_t data[20000];
    static filed_file files[MOST];
    static char ids[MOST][32];
    uint64_t key = 0;
    int index;
    CHECK_OK(filed_push_add_client(push, "Smith", client, &key));
    for (index = 0; index < count; ++index) {
        filed_file file = FILED_FILE_INIT;
        snprintf(ids[index], sizeof ids[index], "file-%d", index);
        file.external_id = ids[index];
        file.file_name = name;
        file.data = data;
        file.data_length = sizeof data;
        files[index] = file;
    }
    CHECK_OK(filed_push_add_files(push, key, files, (uint64_t)count));
}

static void wait_for_uploads(const filed_push *push, int count) {
    filed_progress progress = FILED_PROGRESS_INIT;
    int patience = 6000;
    do {
        CHECK_OK(filed_push_progress(push, &progress));
        usleep(10000);
    } while (progress.files.sent < (uint64_t)count && --patience > 0);
    CHECK(patience > 0);
    /* What follows the last upload. */
    sleep(1);
}

static double idle_cpu_ms_per_s(void) {
    double wall = seconds(CLOCK_MONOTONIC);
    double cpu = seconds(CLOCK_PROCESS_CPUTIME_ID);
    sleep(3);
    wall = seconds(CLOCK_MONOTONIC) - wall;
    return (seconds(CLOCK_PROCESS_CPUTIME_ID) - cpu) * 1000 / wall;
}

static double call_ns(const filed_push *push) {
    const int rounds = 1000000;
    double began = seconds(CLOCK_MONOTONIC);
    int index;
    for (index = 0; index < rounds; ++index) {
        CHECK(filed_push_journal_path(push) != NULL);
    }
    return (seconds(CLOCK_MONOTONIC) - began) * 1e9 / rounds;
}

static void *wait_on(void *user) {
    CHECK_CODE(filed_push_commit(user, FILED_FOREVER), FILED_ERROR_CANCELLED);
    return NULL;
}

/* From the call to the return of the thread that waits for a commit. */
static double cancel_ms(filed_push *push) {
    pthread_t thread;
    double began;
    /* The sandbox never answers an upload of this name. */
    add_files(push, "cancelled", "slow.bin", 16);
    CHECK(pthread_create(&thread, NULL, wait_on, push) == 0);
    usleep(50000);
    began = seconds(CLOCK_MONOTONIC);
    filed_push_cancel(push);
    CHECK(pthread_join(thread, NULL) == 0);
    return (seconds(CLOCK_MONOTONIC) - began) * 1000;
}

static filed_push *open_push(const filed_client *client) {
    filed_push_options options = FILED_PUSH_OPTIONS_INIT;
    filed_push *push = NULL;
    options.connection_id = getenv("PLACE_CONNECTION");
    options.workspace_id = getenv("PLACE_WORKSPACE");
    options.job_name = "Import";
    CHECK_OK(filed_push_open(client, &options, &push));
    return push;
}

int main(void) {
    filed_config *config = filed_config_from_env();
    filed_client *client = NULL;
    filed_push *push;
    int threads;
    double idle;
    double call;
    double cancel;
    CHECK_OK(filed_client_new(config, &client));
    push = open_push(client);
    add_files(push, "attached", "w2.pdf", MOST);
    wait_for_uploads(push, MOST);
    threads = threads_of_ours();
    idle = idle_cpu_ms_per_s();
    call = call_ns(push);
    filed_push_free(push);
    push = open_push(client);
    cancel = cancel_ms(push);
    filed_push_free(push);
    filed_client_free(client);
    filed_config_free(config);
    printf("{\"threads\": %d, \"idle_cpu_ms_per_s\": %f, \"call_ns\": %f, \"cancel_ms\": %f}\n",
           threads, idle, call, cancel);
    return 0;
}
