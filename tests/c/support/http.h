/* One HTTP request to a server on this machine; enough for the sandbox's control endpoint. */

#ifndef SUPPORT_HTTP_H
#define SUPPORT_HTTP_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * Sends a request to `url`, which begins with http://127.0.0.1, and gives the answer's body, to be
 * freed with free(), and its status; NULL when there was no answer. `content_type` may be NULL.
 */
char *http_call(const char *method, const char *url, const char *content_type, const void *body,
                size_t length, int *status);

#ifdef __cplusplus
}
#endif

#endif
