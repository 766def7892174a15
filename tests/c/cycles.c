/*
 * Opens and closes a client over and over; memory stays where it was:
 *
 *     cycles ROUNDS     with FILED_... variables, PLACE_CONNECTION and PLACE_WORKSPACE
 *
 * Every hundredth also asks something and opens a push. Prints by how many KiB the resident memory
 * grew after the first tenth.
 */

#include <unistd.h>

#include "check.h"

static long resident(void) {
    FILE *statm = fopen("/proc/self/statm", "r");
    long size = 0;
    long pages = 0;
    CHECK(statm != NULL && fscanf(statm, "%ld %ld", &size, &pages) == 2);
    fclose(statm);
    return pages * (sysconf(_SC_PAGESIZE) / 1024);
}

static void ask(const filed_client *client) {
    filed_push_options options = FILED_PUSH_OPTIONS_INIT;
    filed_push *push = NULL;
    filed_user *user = NULL;
    filed_error *error = filed_push_resume(client, "no-such-journal.filed", &push);
    CHECK(error != NULL);
    filed_error_free(error);
    CHECK_OK(filed_client_me(client, &user));
    filed_user_free(user);
    options.connection_id = getenv("PLACE_CONNECTION");
    options.workspace_id = getenv("PLACE_WORKSPACE");
    options.job_name = "Import";
    CHECK_OK(filed_push_open(client, &options, &push));
    CHECK_OK(filed_push_add_client(push, "Smith", "client-1", NULL));
    filed_push_free(push);
}

int main(int argc, char **argv) {
    filed_config *config = filed_config_from_env();
    int rounds = argc > 1 ? atoi(argv[1]) : 1000;
    long before = 0;
    int round;
    for (round = 0; round < rounds; ++round) {
        filed_client *client = NULL;
        if (round == rounds / 10) {
            before = resident();
        }
        CHECK_OK(filed_client_new(config, &client));
        if (round % 100 == 0) {
            ask(client);
        }
        filed_client_free(client);
    }
    printf("%ld\n", resident() - before);
    filed_config_free(config);
    CHECK(filed_live_handles() == 0);
    CHECK_OK(filed_shutdown(10000));
    return 0;
}
