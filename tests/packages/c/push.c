/* C89: pushes one document of one client. Settings come from FILED_... variables.
 *
 *     push CONNECTION_ID WORKSPACE_ID JOB_NAME
 */

#include <filed.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void check(filed_error *error) {
    if (error != NULL) {
        fprintf(stderr, "%s: %s\n", filed_error_name(error), filed_error_message(error));
        filed_error_free(error);
        exit(1);
    }
}

int main(int argc, char **argv) {
    filed_config *config = filed_config_from_env();
    filed_client *client = NULL;
    filed_push *push = NULL;
    filed_report *report = NULL;
    uint64_t amber = 0;
    filed_push_options options = FILED_PUSH_OPTIONS_INIT;
    filed_file file = FILED_FILE_INIT;
    filed_counts counts;

    if (argc != 4 || filed_abi_version() != FILED_ABI_VERSION) {
        return 2;
    }
    options.connection_id = argv[1];
    options.workspace_id = argv[2];
    options.job_name = argv[3];
    check(filed_client_new(config, &client));
    check(filed_push_open(client, &options, &push));
    check(filed_push_add_client(push, "Amber Lindqvist", "client-1", &amber));
    file.path = "scans/Amber Lindqvist/w2.pdf";
    file.external_id = "file-1";
    check(filed_push_add_file(push, amber, &file));
    check(filed_push_commit(push, 60000));
    check(filed_push_wait(push, 60000, &report));
    memset(&counts, 0, sizeof counts);
    filed_report_files(report, &counts);
    printf("%s: %lu imported, %lu failed\n", filed_version(), (unsigned long)counts.imported,
           (unsigned long)counts.failed);
    filed_report_free(report);
    filed_push_free(push);
    filed_client_free(client);
    filed_config_free(config);
    check(filed_shutdown(10000));
    return counts.imported == 1 && counts.failed == 0 ? 0 : 1;
}
