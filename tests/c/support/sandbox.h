/* A simulated Filed as a child process. */

#ifndef SUPPORT_SANDBOX_H
#define SUPPORT_SANDBOX_H

#include <sys/types.h>

#include "filed.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct sandbox {
    pid_t process;
    /* The line it printed when it was ready: a JSON object. */
    char ready[8192];
} sandbox;

/* Starts one; ends the program when that fails. `settings` is JSON. */
void sandbox_start(sandbox *started, const char *settings);

/* A string of the ready object, in a buffer that lives until the program ends. */
const char *sandbox_field(const sandbox *started, const char *name);

/* Calls the control endpoint with a JSON body; the answer is to be freed with free(). Ends the
 * program when it is refused. */
char *sandbox_control(const sandbox *started, const char *method, const char *path,
                      const char *body);

/* Forgets all state, and sets up again with these settings. */
void sandbox_reset(const sandbox *started, const char *settings);

/* Settings for the customer's account, to be freed by the caller. */
filed_config *sandbox_config(const sandbox *started);

/* A client for the customer's account, to be freed by the caller. */
filed_client *sandbox_client(const sandbox *started);

/* Ends the process. */
void sandbox_stop(sandbox *started);

#ifdef __cplusplus
}
#endif

#endif
