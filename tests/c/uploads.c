/* Uploads from a path, bytes, a read callback and a URL; progress; ending one. */

#include <unistd.h>

#include "check.h"
#include "http.h"
#include "sandbox.h"

#define LENGTH 3000000u
/* BLAKE3 of LENGTH bytes of 'x', as `b3sum` gives it. */
#define HASH "b6a59dfaf1c15135548bfe7f5819d4bdb0408845270d75c05713189098360be5"

typedef struct source {
    uint64_t left;
    uint64_t fail_at;
    int calls;
    filed_cancel *cancel;
    filed_client *client;
} source;

static int64_t read_source(void *user, uint8_t *buffer, uint64_t capacity) {
    source *from = user;
    uint64_t count = from->left < capacity ? from->left : capacity;
    ++from->calls;
    if (from->client != NULL) {
        filed_user *me = NULL;
        CHECK_OK(filed_client_me(from->client, &me));
        filed_user_free(me);
    }
    if (from->cancel != NULL) {
        filed_cancel_now(from->cancel);
    }
    if (from->fail_at != 0 && from->left <= from->fail_at) {
        return -1;
    }
    memset(buffer, 'x', (size_t)count);
    from->left -= count;
    return (int64_t)count;
}

typedef struct meter {
    uint64_t sent;
    int64_t total;
    int calls;
    int stop;
} meter;

static int32_t note(void *user, uint64_t sent, int64_t total) {
    meter *seen = user;
    CHECK(sent >= seen->sent);
    seen->sent = sent;
    seen->total = total;
    ++seen->calls;
    return seen->stop;
}

static uint8_t *content(void) {
    uint8_t *bytes = malloc(LENGTH);
    CHECK(bytes != NULL);
    memset(bytes, 'x', LENGTH);
    return bytes;
}

static void bytes_and_their_progress(filed_client *client) {
    filed_upload_options options = FILED_UPLOAD_OPTIONS_INIT;
    filed_uploaded_file *file = NULL;
    meter seen = {0, 0, 0, 0};
    uint8_t *bytes = content();
    options.file_name = "notes.txt";
    options.mime_type = "text/plain";
    options.progress = note;
    options.user = &seen;
    CHECK_OK(filed_upload_bytes(client, bytes, LENGTH, &options, &file));
    CHECK_TEXT(filed_uploaded_file_file_name(file), "notes.txt");
    CHECK_TEXT(filed_uploaded_file_mime_type(file), "text/plain");
    CHECK(filed_uploaded_file_size(file) == LENGTH);
    CHECK(filed_uploaded_file_url(file)[0] != '\0');
    CHECK_TEXT(filed_uploaded_file_blake3(file), HASH);
    CHECK(seen.calls > 0 && seen.sent >= LENGTH && seen.total == LENGTH);
    filed_uploaded_file_free(file);
    seen.sent = 0;
    seen.stop = 1;
    CHECK_CODE(filed_upload_bytes(client, bytes, LENGTH, &options, &file), FILED_ERROR_CANCELLED);
    free(bytes);
}

static void a_file_from_disk(filed_client *client) {
    char path[] = "/tmp/filed-c-XXXXXX";
    uint8_t *bytes = content();
    int descriptor = mkstemp(path);
    filed_upload_options options = FILED_UPLOAD_OPTIONS_INIT;
    filed_uploaded_file *file = NULL;
    FILE *out = fdopen(descriptor, "wb");
    CHECK(out != NULL && fwrite(bytes, 1, LENGTH, out) == LENGTH && fclose(out) == 0);
    CHECK_OK(filed_upload_file(client, path, NULL, &file));
    CHECK_TEXT(filed_uploaded_file_blake3(file), HASH);
    CHECK_TEXT(filed_uploaded_file_file_name(file), path + strlen("/tmp/"));
    filed_uploaded_file_free(file);
    options.file_name = "caf\xc3\xa9.pdf";
    CHECK_OK(filed_upload_file(client, path, &options, &file));
    CHECK_TEXT(filed_uploaded_file_file_name(file), options.file_name);
    filed_uploaded_file_free(file);
    free(bytes);
    CHECK(unlink(path) == 0);
}

static void a_stream_of_known_and_unknown_size(filed_client *client) {
    filed_upload_options options = FILED_UPLOAD_OPTIONS_INIT;
    filed_uploaded_file *file = NULL;
    int64_t sizes[2] = {LENGTH, FILED_SIZE_UNKNOWN};
    int index;
    options.file_name = "stream.bin";
    for (index = 0; index < 2; ++index) {
        source from = {LENGTH, 0, 0, NULL, NULL};
        CHECK_OK(filed_upload_stream(client, read_source, &from, sizes[index], &options, &file));
        CHECK_TEXT(filed_uploaded_file_blake3(file), HASH);
        filed_uploaded_file_free(file);
    }
}

static void a_read_callback_may_call_the_library(filed_client *client) {
    filed_upload_options options = FILED_UPLOAD_OPTIONS_INIT;
    filed_uploaded_file *file = NULL;
    source from = {10, 0, 0, NULL, NULL};
    from.client = client;
    options.file_name = "stream.bin";
    CHECK_OK(filed_upload_stream(client, read_source, &from, 10, &options, &file));
    filed_uploaded_file_free(file);
}

static void a_stream_that_fails_or_lies_fails_the_upload(filed_client *client) {
    filed_upload_options options = FILED_UPLOAD_OPTIONS_INIT;
    filed_uploaded_file *file = NULL;
    source failing = {LENGTH, LENGTH / 2, 0, NULL, NULL};
    source lying = {10, 0, 0, NULL, NULL};
    source unused = {10, 0, 0, NULL, NULL};
    options.file_name = "stream.bin";
    CHECK_CODE(filed_upload_stream(client, read_source, &failing, LENGTH, &options, &file),
               FILED_ERROR_SOURCE_FAILED);
    CHECK_CODE(filed_upload_stream(client, read_source, &lying, 11, &options, &file),
               FILED_ERROR_SOURCE_FAILED);
    CHECK_CODE(filed_upload_stream(client, read_source, &unused, -2, &options, &file),
               FILED_ERROR_INVALID_ARGUMENT);
    CHECK_CODE(filed_upload_stream(client, NULL, &unused, 10, &options, &file),
               FILED_ERROR_INVALID_ARGUMENT);
    CHECK(unused.calls == 0);
}

static void an_upload_can_be_cancelled(const sandbox *filed, filed_client *client) {
    filed_upload_options options = FILED_UPLOAD_OPTIONS_INIT;
    filed_uploaded_file *file = NULL;
    filed_cancel *cancel = filed_cancel_new();
    source from = {LENGTH, 0, 0, NULL, NULL};
    int calls;
    from.cancel = cancel;
    options.file_name = "stream.bin";
    options.cancel = cancel;
    free(sandbox_control(filed, "POST", "/faults",
                         "{\"faults\":[{\"on\":\"upload\",\"hang_ms\":60000}]}"));
    CHECK_CODE(filed_upload_stream(client, read_source, &from, LENGTH, &options, &file),
               FILED_ERROR_CANCELLED);
    calls = from.calls;
    CHECK_CODE(filed_upload_stream(client, read_source, &from, LENGTH, &options, &file),
               FILED_ERROR_CANCELLED);
    CHECK(from.calls == calls);
    filed_cancel_free(cancel);
    free(sandbox_control(filed, "DELETE", "/faults", NULL));
}

static void filed_fetches_a_url(const sandbox *filed, filed_client *client) {
    filed_upload_options options = FILED_UPLOAD_OPTIONS_INIT;
    filed_uploaded_file *file = NULL;
    char url[512];
    int status = 0;
    char *answer;
    snprintf(url, sizeof url, "%s/hosted/1099.pdf", sandbox_field(filed, "control_url"));
    answer = http_call("POST", url, "application/pdf", "%PDF-1.4", 8, &status);
    CHECK(answer != NULL && status == 200);
    free(answer);
    snprintf(url, sizeof url, "%s/1099.pdf", sandbox_field(filed, "hosted_url"));
    options.mime_type = "application/pdf";
    CHECK_OK(filed_upload_url(client, url, &options, &file));
    CHECK(filed_uploaded_file_url(file)[0] != '\0');
    CHECK(filed_uploaded_file_size(file) == FILED_SIZE_UNKNOWN);
    CHECK(filed_uploaded_file_blake3(file) == NULL);
    CHECK(filed_uploaded_file_sha256(file) == NULL);
    filed_uploaded_file_free(file);
    CHECK_CODE(filed_upload_url(client, "ftp://example.com/x", NULL, &file),
               FILED_ERROR_INVALID_ARGUMENT);
}

static void what_cannot_be_sent(filed_client *client) {
    filed_upload_options options = FILED_UPLOAD_OPTIONS_INIT;
    filed_uploaded_file *file = NULL;
    options.file_name = "empty.pdf";
    CHECK_CODE(filed_upload_bytes(client, NULL, 0, &options, &file), FILED_ERROR_FILE_EMPTY);
    CHECK_CODE(filed_upload_bytes(client, NULL, 1, &options, &file), FILED_ERROR_INVALID_ARGUMENT);
    options.file_name = "a\nb.pdf";
    CHECK_CODE(filed_upload_bytes(client, (const uint8_t *)"x", 1, &options, &file),
               FILED_ERROR_FILE_NAME_INVALID);
}

typedef struct tokens {
    const char *token;
    int asked;
    int released;
} tokens;

static int32_t give_token(void *user, filed_token *token) {
    tokens *from = user;
    ++from->asked;
    if (from->token == NULL) {
        return 7;
    }
    CHECK_OK(filed_token_set(token, from->token));
    return 0;
}

static void release_tokens(void *user) {
    ++((tokens *)user)->released;
}

static void a_partner_token_from_a_callback(const sandbox *filed) {
    tokens from = {NULL, 0, 0};
    filed_config *config = sandbox_config(filed);
    filed_client *client = NULL;
    filed_upload_options options = FILED_UPLOAD_OPTIONS_INIT;
    filed_uploaded_file *file = NULL;
    from.token = sandbox_field(filed, "partner_token");
    CHECK_OK(filed_config_set_api_key(config, sandbox_field(filed, "partner_api_key")));
    CHECK_OK(filed_config_set_role(config, "partner"));
    CHECK_OK(filed_config_set_upload_url(config, sandbox_field(filed, "partner_upload_url")));
    CHECK_OK(filed_config_set_partner_token_callback(config, give_token, release_tokens, &from));
    CHECK_OK(filed_client_new(config, &client));
    options.file_name = "w2.pdf";
    CHECK_OK(filed_upload_bytes(client, (const uint8_t *)"%PDF-1.4", 8, &options, &file));
    CHECK(from.asked == 1);
    filed_uploaded_file_free(file);
    filed_client_free(client);
    from.token = NULL;
    CHECK_OK(filed_client_new(config, &client));
    CHECK_CODE(filed_upload_bytes(client, (const uint8_t *)"%PDF-1.4", 8, &options, &file),
               FILED_ERROR_CALLBACK_FAILED);
    filed_client_free(client);
    CHECK(from.released == 0);
    filed_config_free(config);
    CHECK_OK(filed_shutdown(5000));
    CHECK(from.released == 1);
}

int main(void) {
    sandbox filed;
    filed_client *client;
    sandbox_start(&filed, "{}");
    client = sandbox_client(&filed);
    bytes_and_their_progress(client);
    a_file_from_disk(client);
    a_stream_of_known_and_unknown_size(client);
    a_read_callback_may_call_the_library(client);
    a_stream_that_fails_or_lies_fails_the_upload(client);
    an_upload_can_be_cancelled(&filed, client);
    filed_fetches_a_url(&filed, client);
    what_cannot_be_sent(client);
    filed_client_free(client);
    a_partner_token_from_a_callback(&filed);
    sandbox_stop(&filed);
    return 0;
}
