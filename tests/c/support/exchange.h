/* HTTP exchanges with a pull server on this machine, a step at a time: a test may stop in between. */

#ifndef SUPPORT_EXCHANGE_H
#define SUPPORT_EXCHANGE_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/* An answer. `head` has its headers in lower case, `body` ends with a NUL that is not counted. */
typedef struct reply {
    int status;
    char *head;
    char *body;
    size_t length;
} reply;

/* Connects to `url` and sends a request's head; `headers` are whole lines, or "". Gives the socket. */
int exchange_open(const char *url, const char *method, const char *path, const char *headers);

/* Sends a part of the body; 0 when the other side no longer takes it. */
int exchange_send(int connection, const void *data, size_t length);

/* Reads `length` bytes, or fewer when the connection ends. */
size_t exchange_read(int connection, void *data, size_t length);

/* Reads the answer to its end and closes the socket. */
reply exchange_reply(int connection);

/* All of it at once; a `body` of NULL is none. To be freed with reply_free. */
reply exchange(const char *url, const char *method, const char *path, const char *headers,
               const char *body);

void reply_free(reply *answer);

#ifdef __cplusplus
}
#endif

#endif
