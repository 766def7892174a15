/* Every call that can fail and is made on a client, a push or a list: for tests of what each does
 * in a state of the library. `cargo xtask test fork` compares the table with the header. */

#ifndef SUPPORT_CALLS_H
#define SUPPORT_CALLS_H

#include "sandbox.h"

typedef struct open_handles {
    filed_client *client;
    filed_push *push;
    filed_user_iterator *users;
    filed_connection_iterator *connections;
    filed_work_iterator *works;
    filed_artifact_iterator *artifacts;
    filed_platform_client_iterator *platform_clients;
    filed_platform_file_iterator *platform_files;
    filed_client_report_iterator *clients;
    filed_file_report_iterator *files;
    char *workspace_id;
    char *connection_id;
} open_handles;

typedef struct known_call {
    const char *name;
    filed_error *(*make)(const open_handles *all);
} known_call;

extern const known_call calls[];
extern const int call_count;

/* A client, a push with one client, and a list of every kind, all open. */
open_handles open_all(const sandbox *filed);

/* Makes each call and checks that it answers `code`. */
void every_call_answers(const open_handles *all, uint32_t code);

void free_all(open_handles *all);

#endif
