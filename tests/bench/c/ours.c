/*
 * Ours from C: a thread for each upload that is under way, one call per file.
 */

#include "bench.h"

#include <filed.h>
#include <pthread.h>
#include <stdatomic.h>

static filed_client *client;

static void check(filed_error *error) {
    if (error != NULL) {
        fail(filed_error_message(error));
    }
}

struct uploads {
    atomic_long next;
    long count;
    const char *folder;
};

static void *upload_some(void *shared) {
    struct uploads *uploads = shared;
    for (;;) {
        long number = atomic_fetch_add(&uploads->next, 1);
        if (number >= uploads->count) {
            return NULL;
        }
        char path[MOST_TEXT];
        path_of(path, sizeof path, uploads->folder, number);
        filed_uploaded_file *file = NULL;
        check(filed_upload_file(client, path, NULL, &file));
        filed_uploaded_file_free(file);
    }
}

static void upload_all(char **words) {
    struct uploads uploads = {0, atol(words[1]), words[3]};
    long at_once = atol(words[2]);
    pthread_t *threads = calloc((size_t)at_once, sizeof *threads);
    for (long index = 0; index < at_once; ++index) {
        if (pthread_create(&threads[index], NULL, upload_some, &uploads) != 0) {
            fail("no thread");
        }
    }
    for (long index = 0; index < at_once; ++index) {
        pthread_join(threads[index], NULL);
    }
    free(threads);
}

static void call(long count) {
    for (long index = 0; index < count; ++index) {
        filed_user *user = NULL;
        check(filed_client_me(client, &user));
        filed_user_free(user);
    }
}

static void push_all(char **words) {
    long clients = atol(words[1]), files = atol(words[2]);
    filed_push_options options = FILED_PUSH_OPTIONS_INIT;
    options.job_name = words[4];
    options.journal_path = words[5];
    options.connection_id = words[6];
    options.workspace_id = words[7];
    filed_push *push = NULL;
    check(filed_push_open(client, &options, &push));
    filed_file *batch = calloc((size_t)files, sizeof *batch);
    char(*texts)[2][1024] = calloc((size_t)files, sizeof *texts);
    for (long number = 0; number < clients; ++number) {
        char name[64], id[256];
        snprintf(name, sizeof name, "Client %ld", number);
        snprintf(id, sizeof id, "%s/%ld", words[4], number);
        uint64_t key = 0;
        check(filed_push_add_client(push, name, id, &key));
        for (long file = 0; file < files; ++file) {
            char *path = texts[file][0], *file_id = texts[file][1];
            path_of(path, sizeof texts[file][0], words[8], number * files + file);
            snprintf(file_id, sizeof texts[file][1], "%s/%ld", id, file);
            batch[file] = (filed_file)FILED_FILE_INIT;
            batch[file].path = path;
            batch[file].external_id = file_id;
        }
        check(filed_push_add_files(push, key, batch, (uint64_t)files));
    }
    free(texts);
    free(batch);
    check(filed_push_commit(push, 600000));
    filed_push_free(push);
}

static void work(int count, char **words) {
    if (count == 4 && strcmp(words[0], "uploads") == 0) {
        upload_all(words);
    } else if (count == 2 && strcmp(words[0], "calls") == 0) {
        call(atol(words[1]));
    } else if (count == 9 && strcmp(words[0], "push") == 0) {
        push_all(words);
    } else {
        fail("unknown work");
    }
}

int main(void) {
    filed_config *config = filed_config_from_env();
    check(filed_client_new(config, &client));
    filed_config_free(config);
    call(1);
    serve(work);
    filed_client_free(client);
    return 0;
}
