/*
 * Loads the library, uses it, unloads it, over and over:
 *
 *     loads ROUNDS LIBRARY     with FILED_... variables
 *
 * Knows nothing of it but names: this program is not linked with it.
 */

#include <dlfcn.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CHECK(condition)                                                            \
    do {                                                                            \
        if (!(condition)) {                                                         \
            fprintf(stderr, "%s:%d: not so: %s\n", __FILE__, __LINE__, #condition); \
            exit(1);                                                                \
        }                                                                           \
    } while (0)

typedef struct library {
    void *image;
    const char *(*version)(void);
    void *(*config_from_env)(void);
    void (*config_free)(void *);
    void *(*client_new)(const void *, void **);
    void *(*client_me)(const void *, void **);
    void (*client_free)(void *);
    void (*user_free)(void *);
    void *(*upload_bytes)(const void *, const uint8_t *, uint64_t, const void *, void **);
    void (*error_free)(void *);
    void *(*shutdown)(uint64_t);
} library;

static void find(void *image, const char *name, void *place) {
    void *address = dlsym(image, name);
    CHECK(address != NULL);
    memcpy(place, &address, sizeof address);
}

static library load(const char *path) {
    library it;
    it.image = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    CHECK(it.image != NULL);
    find(it.image, "filed_version", &it.version);
    find(it.image, "filed_config_from_env", &it.config_from_env);
    find(it.image, "filed_config_free", &it.config_free);
    find(it.image, "filed_client_new", &it.client_new);
    find(it.image, "filed_client_me", &it.client_me);
    find(it.image, "filed_client_free", &it.client_free);
    find(it.image, "filed_user_free", &it.user_free);
    find(it.image, "filed_upload_bytes", &it.upload_bytes);
    find(it.image, "filed_error_free", &it.error_free);
    find(it.image, "filed_shutdown", &it.shutdown);
    return it;
}

static int is_loaded(const char *path) {
    void *image = dlopen(path, RTLD_NOW | RTLD_NOLOAD);
    if (image != NULL) {
        dlclose(image);
    }
    return image != NULL;
}

static void *open_client(const library *it) {
    void *config = it->config_from_env();
    void *client = NULL;
    CHECK(config != NULL);
    CHECK(it->client_new(config, &client) == NULL);
    it->config_free(config);
    return client;
}

typedef struct straggler {
    library it;
    void *client;
    pthread_barrier_t begun;
} straggler;

/* Is inside the library while it is unloaded. */
static void *upload(void *user) {
    static const uint8_t data[200000];
    straggler *late = user;
    void *file = NULL;
    pthread_barrier_wait(&late->begun);
    /* Refused for want of a file name, or sent: either way it comes back. */
    late->it.error_free(late->it.upload_bytes(late->client, data, sizeof data, NULL, &file));
    late->it.error_free(late->it.client_me(late->client, &file));
    late->it.user_free(file);
    return NULL;
}

static void use_and_unload(const char *path, int round) {
    library it = load(path);
    void *client = open_client(&it);
    void *user = NULL;
    straggler late;
    pthread_t thread;
    int with_straggler = round % 10 == 0;
    CHECK(it.client_me(client, &user) == NULL);
    it.user_free(user);
    if (with_straggler) {
        late.it = it;
        late.client = client;
        CHECK(pthread_barrier_init(&late.begun, NULL, 2) == 0);
        CHECK(pthread_create(&thread, NULL, upload, &late) == 0);
        pthread_barrier_wait(&late.begun);
    } else {
        it.client_free(client);
    }
    if (round % 3 == 0 && !with_straggler) {
        CHECK(it.shutdown(10000) == NULL);
    }
    CHECK(dlclose(it.image) == 0);
    if (with_straggler) {
        CHECK(pthread_join(thread, NULL) == 0);
        it.client_free(client);
    }
    /* Its threads ran here. */
    CHECK(is_loaded(path));
}

static void unused_it_unloads(const char *path) {
    library it = load(path);
    CHECK(it.version() != NULL);
    it.config_free(it.config_from_env());
    CHECK(dlclose(it.image) == 0);
    CHECK(!is_loaded(path));
}

int main(int argc, char **argv) {
    int round;
    CHECK(argc == 3);
    for (round = 0; round < 10; ++round) {
        unused_it_unloads(argv[2]);
    }
    for (round = 0; round < atoi(argv[1]); ++round) {
        use_and_unload(argv[2], round);
    }
    printf("%d rounds\n", round);
    return 7;
}
