#include "platform.h"

#include <time.h>

platform *firm_new(void) {
    platform *firm = calloc(1, sizeof *firm);
    CHECK(firm != NULL && pthread_mutex_init(&firm->lock, NULL) == 0);
    CHECK(pthread_cond_init(&firm->changed, NULL) == 0);
    return firm;
}

void add(platform *firm, int *number) {
    pthread_mutex_lock(&firm->lock);
    ++*number;
    pthread_cond_broadcast(&firm->changed);
    pthread_mutex_unlock(&firm->lock);
}

void wait_until(platform *firm, const int *number, int value) {
    struct timespec deadline;
    clock_gettime(CLOCK_REALTIME, &deadline);
    deadline.tv_sec += PATIENCE / 1000;
    pthread_mutex_lock(&firm->lock);
    while (*number < value) {
        CHECK(pthread_cond_timedwait(&firm->changed, &firm->lock, &deadline) == 0);
    }
    pthread_mutex_unlock(&firm->lock);
}

static int32_t list_clients(void *user, filed_pull_call *call, const filed_pull_client_query *query,
                            filed_pull_client_list *clients) {
    filed_pull_client client = FILED_PULL_CLIENT_INIT;
    (void)user;
    CHECK_TEXT(filed_pull_call_caller(call), "filed");
    CHECK(query->size >= sizeof *query && query->limit > 0);
    CHECK_TEXT(query->sort, query->type == NULL ? "id" : "-name");
    client.id = "client-1";
    client.name = "Ada Lovelace";
    client.last_modified = "2026-02-11T09:30:00Z";
    CHECK_OK(filed_pull_client_list_add(clients, &client));
    if (query->type != NULL) {
        CHECK_OK(filed_pull_client_list_set_page(
            clients, query->cursor == NULL ? "second" : NULL, 2));
    }
    client.name = NULL;
    CHECK_CODE(filed_pull_client_list_add(clients, &client), FILED_ERROR_INVALID_ARGUMENT);
    client.name = "x";
    client.last_modified = "yesterday";
    CHECK_CODE(filed_pull_client_list_add(clients, &client), FILED_ERROR_INVALID_ARGUMENT);
    return FILED_PULL_OK;
}

static int32_t list_files(void *user, filed_pull_call *call, const char *client_id,
                          const filed_pull_file_query *query, filed_pull_file_list *files) {
    platform *firm = user;
    filed_pull_file file = FILED_PULL_FILE_INIT;
    CHECK(query->limit > 0);
    if (strcmp(client_id, "slow") == 0) {
        add(firm, &firm->slow_waits);
        wait_until(firm, &firm->slow_may_go, 1);
    } else if (strcmp(client_id, "invalid") == 0) {
        CHECK_OK(filed_pull_call_explain(call, "Not in this season."));
        return FILED_PULL_INVALID;
    } else if (strcmp(client_id, "unavailable") == 0) {
        CHECK_OK(filed_pull_call_retry_after_ms(call, 7000));
        return FILED_PULL_UNAVAILABLE;
    } else if (strcmp(client_id, "forbidden") == 0) {
        return FILED_PULL_FORBIDDEN;
    } else if (strcmp(client_id, "failing") == 0) {
        CHECK_OK(filed_pull_call_explain(call, "disk on fire"));
        return -17;
    } else if (strcmp(client_id, "client-1") != 0) {
        return FILED_PULL_NOT_FOUND;
    }
    file.id = "great";
    file.name = "caf\xc3\xa9.bin";
    file.file_size = GREAT;
    file.metadata_json = "{\"taxYear\":2025}";
    CHECK_OK(filed_pull_file_list_add(files, &file));
    return FILED_PULL_OK;
}

/* Content whose byte at any place is known. */
typedef struct source {
    platform *firm;
    uint64_t at;
    uint64_t fail_at;
    int wait_at_half;
} source;

unsigned char byte_at(uint64_t at) {
    return (unsigned char)(at * 31 + (at >> 12));
}

static int64_t read_source(void *user, uint8_t *buffer, uint64_t capacity) {
    source *from = user;
    uint64_t count = GREAT - from->at < capacity ? GREAT - from->at : capacity;
    uint64_t index;
    if (from->wait_at_half && from->at >= GREAT / 2) {
        from->wait_at_half = 0;
        add(from->firm, &from->firm->slow_waits);
        wait_until(from->firm, &from->firm->slow_may_go, 1);
    }
    if (from->fail_at != 0 && from->at >= from->fail_at) {
        return -1;
    }
    for (index = 0; index < count; ++index) {
        buffer[index] = byte_at(from->at + index);
    }
    from->at += count;
    return (int64_t)count;
}

static int32_t skip_source(void *user, uint64_t offset) {
    ((source *)user)->at = offset;
    return 0;
}

static void release_source(void *user) {
    source *from = user;
    add(from->firm, &from->firm->released);
    free(from);
}

static int32_t open_file(void *user, filed_pull_call *call, const char *file_id,
                         filed_pull_opened *opened) {
    platform *firm = user;
    filed_pull_file file = FILED_PULL_FILE_INIT;
    source *from;
    (void)call;
    file.id = file_id;
    file.name = "caf\xc3\xa9.bin";
    file.file_size = GREAT;
    if (strcmp(file_id, "small") == 0) {
        file.file_size = 5;
        CHECK_OK(filed_pull_opened_set_file(opened, &file, "1"));
        CHECK_OK(filed_pull_opened_set_bytes(opened, (const uint8_t *)"hello", 5));
        return FILED_PULL_OK;
    }
    if (strcmp(file_id, "forgotten") == 0) {
        CHECK_CODE(filed_pull_opened_set_path(opened, "/nonexistent"), FILED_ERROR_FILE_NOT_FOUND);
        CHECK_CODE(filed_pull_opened_set_path(opened, "/"), FILED_ERROR_FILE_UNREADABLE);
        return FILED_PULL_OK;
    }
    if (strncmp(file_id, "great", 5) != 0) {
        return FILED_PULL_NOT_FOUND;
    }
    from = calloc(1, sizeof *from);
    CHECK(from != NULL);
    from->firm = firm;
    from->fail_at = strcmp(file_id, "great-broken") == 0 ? GREAT / 2 : 0;
    from->wait_at_half = strcmp(file_id, "great-slow") == 0;
    add(firm, &firm->opened);
    CHECK_OK(filed_pull_opened_set_file(opened, &file, "1"));
    CHECK_OK(filed_pull_opened_set_stream(opened, read_source,
                                          strcmp(file_id, "great-unskipped") == 0 ? NULL
                                                                                  : skip_source,
                                          release_source, from));
    return FILED_PULL_OK;
}

static int32_t add_note(void *user, filed_pull_call *call, const char *client_id,
                        const filed_pull_new_note *note, filed_pull_kept_note *kept) {
    platform *firm = user;
    (void)call;
    CHECK_TEXT(client_id, "client-1");
    CHECK(note->format == FILED_PULL_NOTE_MARKDOWN && note->author == NULL);
    CHECK_TEXT(note->category, "review");
    CHECK_TEXT(note->idempotency_key, "once");
    snprintf(firm->note, sizeof firm->note, "%s", note->text);
    CHECK_CODE(filed_pull_kept_note_set(kept, "note-1", "today"), FILED_ERROR_INVALID_ARGUMENT);
    CHECK_OK(filed_pull_kept_note_set(kept, "note-1", NULL));
    return FILED_PULL_OK;
}

static int32_t receive_file(void *user, filed_pull_call *call, const char *client_id,
                            const filed_pull_new_file *new_file, filed_pull_incoming *content,
                            filed_pull_kept_file *kept) {
    static const size_t capacity = 100000;
    platform *firm = user;
    filed_pull_file file = FILED_PULL_FILE_INIT;
    uint8_t *buffer = malloc(capacity);
    uint64_t total = 0;
    int64_t count;
    (void)call;
    CHECK_TEXT(client_id, "client-1");
    CHECK_TEXT(new_file->name, "return.pdf");
    CHECK_TEXT(new_file->mime_type, "application/pdf");
    CHECK(filed_pull_incoming_read(content, NULL, 1) < 0);
    add(firm, &firm->opened);
    while ((count = filed_pull_incoming_read(content, buffer, capacity)) > 0) {
        int64_t index;
        for (index = 0; index < count; ++index) {
            CHECK(buffer[index] == byte_at(total + (uint64_t)index));
        }
        total += (uint64_t)count;
    }
    CHECK(filed_pull_incoming_read(content, buffer, capacity) == count);
    free(buffer);
    if (count < 0) {
        add(firm, &firm->broken);
        return FILED_PULL_FAILED;
    }
    firm->received = total;
    add(firm, &firm->kept);
    file.id = "return";
    file.name = new_file->name;
    file.mime_type = new_file->mime_type;
    file.file_size = total;
    CHECK_OK(filed_pull_kept_file_set(kept, &file));
    return FILED_PULL_OK;
}

int32_t authenticate(void *user, filed_pull_call *call,
                            const filed_pull_credential *credential, filed_pull_caller *caller) {
    const char *key = filed_pull_credential_api_key(credential);
    (void)user;
    (void)call;
    CHECK(filed_pull_credential_client_id(credential) == NULL);
    CHECK(filed_pull_credential_client_secret(credential) == NULL);
    if (filed_pull_caller_set_configured(caller, credential)) {
        return FILED_PULL_OK;
    }
    if (strcmp(key, "key-from-the-database") == 0) {
        CHECK_CODE(filed_pull_caller_set(caller, "filed", "everything"), FILED_ERROR_CONFIG_INVALID);
        CHECK_OK(filed_pull_caller_set(caller, "filed", "clients.read"));
    }
    return FILED_PULL_OK;
}

static void release_provider(void *user) {
    platform *firm = user;
    add(firm, &firm->provider_released);
}

filed_pull_provider provider_of(platform *firm) {
    filed_pull_provider provider = FILED_PULL_PROVIDER_INIT;
    provider.user = firm;
    provider.release = release_provider;
    provider.list_clients = list_clients;
    provider.list_files = list_files;
    provider.open_file = open_file;
    provider.add_note = add_note;
    provider.receive_file = receive_file;
    return provider;
}
