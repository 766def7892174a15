#include "exchange.h"

#include <ctype.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "check.h"

int exchange_open(const char *url, const char *method, const char *path, const char *headers) {
    struct sockaddr_in address;
    char head[2048];
    int port = 0;
    int size;
    int connection = socket(AF_INET, SOCK_STREAM, 0);
    CHECK(connection >= 0 && sscanf(url, "http://127.0.0.1:%d", &port) == 1);
    memset(&address, 0, sizeof address);
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons((unsigned short)port);
    CHECK(connect(connection, (struct sockaddr *)&address, sizeof address) == 0);
    size = snprintf(head, sizeof head, "%s %s HTTP/1.1\r\nhost: 127.0.0.1\r\nconnection: close\r\n%s\r\n",
                    method, path, headers);
    CHECK(size > 0 && (size_t)size < sizeof head);
    CHECK(exchange_send(connection, head, (size_t)size));
    return connection;
}

int exchange_send(int connection, const void *data, size_t length) {
    const char *next = data;
    while (length > 0) {
        ssize_t sent = send(connection, next, length, MSG_NOSIGNAL);
        if (sent <= 0) {
            return 0;
        }
        next += sent;
        length -= (size_t)sent;
    }
    return 1;
}

size_t exchange_read(int connection, void *data, size_t length) {
    size_t done = 0;
    while (done < length) {
        ssize_t got = recv(connection, (char *)data + done, length - done, 0);
        if (got <= 0) {
            break;
        }
        done += (size_t)got;
    }
    return done;
}

reply exchange_reply(int connection) {
    reply answer = {0, NULL, NULL, 0};
    size_t capacity = 65536;
    size_t got = 0;
    char *all = malloc(capacity + 1);
    char *body;
    char *letter;
    CHECK(all != NULL);
    for (;;) {
        size_t more = exchange_read(connection, all + got, capacity - got);
        got += more;
        if (got < capacity) {
            break;
        }
        capacity *= 2;
        all = realloc(all, capacity + 1);
        CHECK(all != NULL);
    }
    close(connection);
    all[got] = '\0';
    body = strstr(all, "\r\n\r\n");
    if (body == NULL) {
        free(all);
        return answer;
    }
    *body = '\0';
    body += 4;
    CHECK(sscanf(all, "HTTP/1.1 %d", &answer.status) == 1);
    for (letter = all; *letter != '\0'; ++letter) {
        *letter = (char)tolower((unsigned char)*letter);
    }
    answer.head = all;
    answer.body = body;
    answer.length = got - (size_t)(body - all);
    return answer;
}

reply exchange(const char *url, const char *method, const char *path, const char *headers,
               const char *body) {
    char all[1024];
    int connection;
    size_t length = body == NULL ? 0 : strlen(body);
    CHECK(snprintf(all, sizeof all, "%scontent-length: %lu\r\n", headers, (unsigned long)length) <
          (int)sizeof all);
    connection = exchange_open(url, method, path, all);
    CHECK(exchange_send(connection, body, length));
    return exchange_reply(connection);
}

void reply_free(reply *answer) {
    free(answer->head);
    memset(answer, 0, sizeof *answer);
}
