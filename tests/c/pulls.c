/* A pull server over a platform in memory, and one over a folder: what Filed sees of functions that
 * answer, fail, are slow, or stream; what the functions see of Filed; starting and stopping. */

#include <sys/stat.h>
#include <unistd.h>

#include "check.h"
#include "exchange.h"
#include "platform.h"

#define KEY "x-api-key: key-of-a-test-firm\r\n"

static filed_pull_server *serve(const filed_pull_provider *provider) {
    filed_pull_options options = FILED_PULL_OPTIONS_INIT;
    filed_pull_key key = FILED_PULL_KEY_INIT;
    filed_pull_server *server = NULL;
    key.caller = "filed";
    key.key = "key-of-a-test-firm";
    options.keys = &key;
    options.key_count = 1;
    CHECK_OK(filed_pull_server_start(&options, provider, &server));
    return server;
}

static void check_reply(const char *url, const char *path, const char *headers, int status,
                        const char *part) {
    reply answer = exchange(url, "GET", path, headers, NULL);
    if (answer.status != status || strstr(answer.body, part) == NULL) {
        fprintf(stderr, "%s: %d %s\n", path, answer.status, answer.body);
        exit(1);
    }
    reply_free(&answer);
}

static void lists_and_what_fails(const char *url) {
    reply answer;
    check_reply(url, "/api/v1/clients", KEY, 200, "\"name\":\"Ada Lovelace\"");
    check_reply(url, "/api/v1/clients", "", 401, "CREDENTIALS_MISSING");
    check_reply(url, "/api/v1/clients", "x-api-key: guessed\r\n", 401, "CREDENTIALS_INVALID");
    check_reply(url, "/api/v1/clients?type=individual&sort=-name", KEY, 200, "\"total\":2");
    check_reply(url, "/api/v1/clients/client-1/files", KEY, 200, "\"taxYear\":2025");
    check_reply(url, "/api/v1/clients/nobody/files", KEY, 404, "CLIENT_NOT_FOUND");
    check_reply(url, "/api/v1/clients/invalid/files", KEY, 422, "Not in this season.");
    check_reply(url, "/api/v1/clients/forbidden/files", KEY, 403, "FORBIDDEN");
    check_reply(url, "/api/v1/files/forgotten/download", KEY, 500, "PROVIDER_FAILED");
    answer = exchange(url, "GET", "/api/v1/clients/unavailable/files", KEY, NULL);
    CHECK(answer.status == 503 && strstr(answer.head, "retry-after: 7") != NULL);
    reply_free(&answer);
    answer = exchange(url, "GET", "/api/v1/clients/failing/files", KEY, NULL);
    CHECK(answer.status == 500 && strstr(answer.body, "fire") == NULL);
    reply_free(&answer);
}

static void a_slow_function_slows_only_its_own_request(platform *firm, const char *url) {
    int waiting = exchange_open(url, "GET", "/api/v1/clients/slow/files", KEY);
    reply answer;
    int round;
    wait_until(firm, &firm->slow_waits, 1);
    for (round = 0; round < 50; ++round) {
        check_reply(url, "/api/v1/clients", KEY, 200, "Ada");
    }
    add(firm, &firm->slow_may_go);
    answer = exchange_reply(waiting);
    CHECK(answer.status == 200);
    reply_free(&answer);
}

static void check_download(const char *url, const char *path, const char *headers, uint64_t from,
                           uint64_t length) {
    reply answer = exchange(url, "GET", path, headers, NULL);
    uint64_t index;
    CHECK(answer.status == (length == GREAT ? 200 : 206) && answer.length == length);
    for (index = 0; index < length; ++index) {
        CHECK((unsigned char)answer.body[index] == byte_at(from + index));
    }
    reply_free(&answer);
}

static void a_download_streams(platform *firm, const char *url) {
    char range[] = KEY "range: bytes=67000000-\r\n";
    reply answer;
    int before = firm->released;
    check_reply(url, "/api/v1/files/small/download", KEY, 200, "hello");
    check_reply(url, "/api/v1/files/nothing/download", KEY, 404, "FILE_NOT_FOUND");
    check_download(url, "/api/v1/files/great/download", KEY, 0, GREAT);
    check_download(url, "/api/v1/files/great/download", range, 67000000, GREAT - 67000000);
    check_download(url, "/api/v1/files/great-unskipped/download", range, 67000000,
                   GREAT - 67000000);
    answer = exchange(url, "GET", "/api/v1/files/great-broken/download", KEY, NULL);
    CHECK(answer.length < GREAT);
    reply_free(&answer);
    wait_until(firm, &firm->released, before + 4);
}

static void a_download_that_is_hung_up_on_is_released(platform *firm, const char *url) {
    char start[4096];
    int before = firm->released;
    int connection = exchange_open(url, "GET", "/api/v1/files/great/download", KEY);
    CHECK(exchange_read(connection, start, sizeof start) == sizeof start);
    close(connection);
    wait_until(firm, &firm->released, before + 1);
}

static int send_great(int connection, uint64_t length) {
    static unsigned char piece[65536];
    uint64_t at;
    size_t index;
    for (at = 0; at < length; at += sizeof piece) {
        for (index = 0; index < sizeof piece; ++index) {
            piece[index] = byte_at(at + index);
        }
        if (!exchange_send(connection, piece, sizeof piece)) {
            return 0;
        }
    }
    return 1;
}

static int open_upload(const char *url) {
    char headers[512];
    snprintf(headers, sizeof headers,
             KEY "content-type: application/pdf\r\ncontent-length: %lu\r\n", (unsigned long)GREAT);
    return exchange_open(url, "POST", "/api/v1/clients/client-1/files?name=return.pdf", headers);
}

static void a_file_is_received(platform *firm, const char *url) {
    int connection = open_upload(url);
    reply answer;
    CHECK(send_great(connection, GREAT));
    answer = exchange_reply(connection);
    CHECK(answer.status == 201 && strstr(answer.body, "\"id\":\"return\"") != NULL);
    CHECK(firm->kept == 1 && firm->received == GREAT);
    reply_free(&answer);
}

static void an_upload_that_breaks_is_not_kept(platform *firm, const char *url) {
    int before = firm->opened;
    int connection = open_upload(url);
    CHECK(send_great(connection, GREAT / 4));
    wait_until(firm, &firm->opened, before + 1);
    close(connection);
    wait_until(firm, &firm->broken, 1);
    CHECK(firm->kept == 1);
}

static void a_note_is_added(platform *firm, const char *url) {
    reply answer = exchange(url, "POST", "/api/v1/clients/client-1/notes",
                            KEY "content-type: application/json\r\nidempotency-key: once\r\n",
                            "{\"text\":\"Ready.\",\"format\":\"markdown\",\"category\":\"review\"}");
    CHECK(answer.status == 201 && strstr(answer.body, "\"id\":\"note-1\"") != NULL);
    CHECK(strstr(answer.body, "\"clientId\":\"client-1\"") != NULL);
    CHECK_TEXT(firm->note, "Ready.");
    reply_free(&answer);
}

static void a_host_can_know_the_credentials_itself(void) {
    platform *firm = firm_new();
    filed_pull_provider provider = provider_of(firm);
    filed_pull_server *server;
    const char *url;
    provider.authenticate = authenticate;
    server = serve(&provider);
    url = filed_pull_server_url(server);
    check_reply(url, "/api/v1/clients", KEY, 200, "Ada");
    check_reply(url, "/api/v1/clients", "x-api-key: key-from-the-database\r\n", 200, "Ada");
    check_reply(url, "/api/v1/clients/client-1/files", "x-api-key: key-from-the-database\r\n", 403,
                "INSUFFICIENT_SCOPE");
    check_reply(url, "/api/v1/clients", "x-api-key: guessed\r\n", 401, "CREDENTIALS_INVALID");
    filed_pull_server_free(server);
    wait_until(firm, &firm->provider_released, 1);
    free(firm);
}

typedef struct stopping {
    filed_pull_server *server;
    uint64_t timeout_ms;
    filed_error *error;
} stopping;

static void *stop(void *user) {
    stopping *how = user;
    how->error = filed_pull_server_stop(how->server, how->timeout_ms);
    return NULL;
}

/* `let_go`: the transfer may finish while the server waits for it. */
static void stopping_a_server(int let_go) {
    platform *firm = firm_new();
    filed_pull_provider provider = provider_of(firm);
    stopping how = {NULL, 0, NULL};
    pthread_t thread;
    int connection;
    how.server = serve(&provider);
    how.timeout_ms = let_go ? PATIENCE : 100;
    connection =
        exchange_open(filed_pull_server_url(how.server), "GET", "/api/v1/files/great-slow/download", KEY);
    if (let_go) {
        char *all = malloc(GREAT + 8192);
        char *body;
        size_t got;
        CHECK(all != NULL);
        got = exchange_read(connection, all, 65536);
        CHECK(pthread_create(&thread, NULL, stop, &how) == 0);
        add(firm, &firm->slow_may_go);
        got += exchange_read(connection, all + got, GREAT + 8192 - got);
        close(connection);
        CHECK(pthread_join(thread, NULL) == 0);
        CHECK_OK(how.error);
        body = strstr(all, "\r\n\r\n");
        CHECK(body != NULL && got - (size_t)(body + 4 - all) == GREAT);
        free(all);
    } else {
        char start[4096];
        CHECK(exchange_read(connection, start, sizeof start) == sizeof start);
        CHECK_CODE(filed_pull_server_stop(how.server, how.timeout_ms), FILED_ERROR_WAIT_TIMED_OUT);
        add(firm, &firm->slow_may_go);
        close(connection);
    }
    CHECK_OK(filed_pull_server_stop(how.server, 0));
    filed_pull_server_free(how.server);
    wait_until(firm, &firm->provider_released, 1);
    CHECK(firm->released == 1);
    free(firm);
}

static void what_cannot_be_started(void) {
    platform *firm = firm_new();
    filed_pull_provider provider = provider_of(firm);
    filed_pull_options options = FILED_PULL_OPTIONS_INIT;
    filed_pull_key key = FILED_PULL_KEY_INIT;
    filed_pull_server *server = NULL;
    options.listen = "somewhere";
    CHECK_CODE(filed_pull_server_start(&options, &provider, &server), FILED_ERROR_INVALID_ARGUMENT);
    CHECK(server == NULL && firm->provider_released == 1);
    options.listen = "0.0.0.0:0";
    CHECK_CODE(filed_pull_server_start(&options, &provider, &server), FILED_ERROR_CONFIG_INVALID);
    options.listen = NULL;
    options.tls_certificate = "/nonexistent";
    CHECK_CODE(filed_pull_server_start(&options, &provider, &server), FILED_ERROR_INVALID_ARGUMENT);
    options.tls_key = "/nonexistent";
    CHECK_CODE(filed_pull_server_start(&options, &provider, &server), FILED_ERROR_CONFIG_INVALID);
    options.tls_certificate = options.tls_key = NULL;
    key.caller = "filed";
    key.key = "short";
    options.keys = &key;
    options.key_count = 1;
    CHECK_CODE(filed_pull_server_start(&options, &provider, &server), FILED_ERROR_CONFIG_INVALID);
    provider.add_note = NULL;
    CHECK_CODE(filed_pull_server_start(NULL, &provider, &server), FILED_ERROR_INVALID_ARGUMENT);
    CHECK(firm->provider_released == 6);
    CHECK_CODE(filed_pull_server_start(NULL, NULL, &server), FILED_ERROR_INVALID_ARGUMENT);
    CHECK_CODE(filed_pull_folder_start(NULL, "/nonexistent", &server), FILED_ERROR_FILE_NOT_FOUND);
    CHECK(filed_pull_server_url(NULL) == NULL);
    filed_pull_server_free(NULL);
    free(firm);
}

static void a_folder_is_served(void) {
    char folder[] = "/tmp/filed-c-XXXXXX";
    char path[64];
    filed_pull_options options = FILED_PULL_OPTIONS_INIT;
    filed_pull_key key = FILED_PULL_KEY_INIT;
    filed_pull_server *server = NULL;
    key.caller = "filed";
    key.key = "key-of-a-test-firm";
    options.keys = &key;
    options.key_count = 1;
    CHECK(mkdtemp(folder) != NULL);
    snprintf(path, sizeof path, "%s/Grace Hopper", folder);
    CHECK(mkdir(path, 0700) == 0);
    CHECK_OK(filed_pull_folder_start(&options, folder, &server));
    check_reply(filed_pull_server_url(server), "/api/v1/clients", KEY, 200, "Grace Hopper");
    CHECK_OK(filed_pull_server_stop(server, PATIENCE));
    filed_pull_server_free(server);
}

int main(void) {
    platform *firm = firm_new();
    filed_pull_provider provider = provider_of(firm);
    filed_pull_server *server = serve(&provider);
    const char *url = filed_pull_server_url(server);
    lists_and_what_fails(url);
    a_slow_function_slows_only_its_own_request(firm, url);
    a_download_streams(firm, url);
    a_download_that_is_hung_up_on_is_released(firm, url);
    a_file_is_received(firm, url);
    an_upload_that_breaks_is_not_kept(firm, url);
    a_note_is_added(firm, url);
    CHECK_OK(filed_pull_server_stop(server, PATIENCE));
    filed_pull_server_free(server);
    wait_until(firm, &firm->provider_released, 1);
    free(firm);
    a_host_can_know_the_credentials_itself();
    stopping_a_server(1);
    stopping_a_server(0);
    what_cannot_be_started();
    a_folder_is_served();
    CHECK_OK(filed_shutdown(5000));
    return 0;
}
