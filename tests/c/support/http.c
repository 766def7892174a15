#include "http.h"

#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static int connect_to(const char *url, const char **path) {
    struct sockaddr_in address;
    int port = 0;
    int used = 0;
    int descriptor;
    if (sscanf(url, "http://127.0.0.1:%d%n", &port, &used) != 1) {
        return -1;
    }
    *path = url[used] == '\0' ? "/" : url + used;
    memset(&address, 0, sizeof address);
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons((unsigned short)port);
    descriptor = socket(AF_INET, SOCK_STREAM, 0);
    if (descriptor >= 0 && connect(descriptor, (struct sockaddr *)&address, sizeof address) != 0) {
        close(descriptor);
        return -1;
    }
    return descriptor;
}

static int send_all(int descriptor, const void *data, size_t length) {
    const char *next = data;
    while (length > 0) {
        ssize_t sent = send(descriptor, next, length, MSG_NOSIGNAL);
        if (sent <= 0) {
            return 0;
        }
        next += sent;
        length -= (size_t)sent;
    }
    return 1;
}

static char *receive_all(int descriptor) {
    size_t length = 0;
    size_t capacity = 65536;
    char *text = malloc(capacity);
    while (text != NULL) {
        ssize_t got = recv(descriptor, text + length, capacity - length - 1, 0);
        if (got <= 0) {
            text[length] = '\0';
            break;
        }
        length += (size_t)got;
        if (capacity - length < 2) {
            char *larger = realloc(text, capacity *= 2);
            if (larger == NULL) {
                free(text);
            }
            text = larger;
        }
    }
    return text;
}

/* HTTP/1.0: the body ends where the connection does, in one piece. */
char *http_call(const char *method, const char *url, const char *content_type, const void *body,
                size_t length, int *status) {
    char head[1024];
    const char *path = NULL;
    char *answer = NULL;
    char *content;
    int size;
    int descriptor = connect_to(url, &path);
    if (descriptor < 0) {
        return NULL;
    }
    size = snprintf(head, sizeof head,
                    "%s %s HTTP/1.0\r\nhost: 127.0.0.1\r\ncontent-type: %s\r\n"
                    "content-length: %lu\r\n\r\n",
                    method, path, content_type == NULL ? "application/octet-stream" : content_type,
                    (unsigned long)length);
    if (size > 0 && (size_t)size < sizeof head && send_all(descriptor, head, (size_t)size) &&
        send_all(descriptor, body, length)) {
        answer = receive_all(descriptor);
    }
    close(descriptor);
    content = answer == NULL ? NULL : strstr(answer, "\r\n\r\n");
    if (content == NULL || sscanf(answer, "HTTP/%*s %d", status) != 1) {
        free(answer);
        return NULL;
    }
    memmove(answer, content + 4, strlen(content + 4) + 1);
    return answer;
}
