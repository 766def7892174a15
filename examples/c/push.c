/* The main job in C: one client, one file, from disk to the import. Settings come from FILED_...
 * variables. A program of its own would look at every error; this one looks at the last. */

#include <filed.h>
#include <stdio.h>

int main(void) {
const uint64_t timeout_ms = 60000;
filed_event *event = NULL;
/* begin: the main job */
filed_config *config = filed_config_from_env();
filed_client *client = NULL;
filed_error *err = filed_client_new(config, &client);
filed_push_options options = FILED_PUSH_OPTIONS_INIT;       /* .size first, zeros mean defaults */
options.connection_id = "connection_789"; options.workspace_id = "workspace_123456";
options.job_name = "2024 Tax Season Import"; options.journal_path = "season.filed";
filed_push *push = NULL;
err = filed_push_open(client, &options, &push);
uint64_t smith = 0;
err = filed_push_add_client(push, "John Smith - 2024 Tax Return", "client-12345", &smith);
filed_file file = FILED_FILE_INIT; file.path = "scans/w2.pdf"; file.external_id = "file-12345";
err = filed_push_add_file(push, smith, &file);
err = filed_push_commit(push, timeout_ms);                  /* blocking; or filed_push_commit_start + events */
while ((err = filed_push_next_event(push, timeout_ms, &event)) == NULL && event) {
    printf("%s\n", filed_event_kind_name(filed_event_kind(event))); filed_event_free(event); }
filed_report *report = NULL;
err = filed_push_wait(push, timeout_ms, &report);
/* end: the main job */
    if (err != NULL) {
        fprintf(stderr, "%s: %s\n", filed_error_name(err), filed_error_message(err));
    }
    int failed = err != NULL || filed_report_failed_file_count(report) > 0;
    filed_error_free(err);
    filed_report_free(report);
    filed_push_free(push);
    filed_client_free(client);
    filed_config_free(config);
    return failed;
}
