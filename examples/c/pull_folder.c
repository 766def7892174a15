/*
 * A platform of one's own that Filed pulls from: every folder in DIR is a client, every file below it
 * one of its files. What the library asks is answered by the six functions of a table.
 *
 *     pull_folder --folder DIR --key KEY [--state DIR] [--port N] [--client ID:SECRET]
 *                 [--signed-urls SECONDS] [--unlimited]
 *
 * Prints {"url":"..."} when it is ready, and ends on SIGTERM or SIGINT when the transfers have.
 * (filed_pull_folder_start does all of this in one call; this shows how a provider is made.)
 */

#define _POSIX_C_SOURCE 200809L

#include <dirent.h>
#include <filed.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define MOST_PATH 4096
#define GRACE_MS 10000

/* What the functions share. Nothing of it changes, so that many threads may use it at once. */
typedef struct platform {
    const char *root;
} platform;

/* An id that tells nothing of the name: a hash of where the thing is below the root. A server of
 * many firms would take the keys of its database. */
static void make_id(char id[18], char kind, const char *place) {
    uint64_t hash = 14695981039346656037u;
    for (; *place != '\0'; ++place) {
        hash = (hash ^ (unsigned char)*place) * 1099511628211u;
    }
    snprintf(id, 18, "%c%016" PRIx64, kind, hash);
}

static void make_time(char text[32], time_t moment) {
    struct tm parts;
    gmtime_r(&moment, &parts);
    strftime(text, 32, "%Y-%m-%dT%H:%M:%SZ", &parts);
}

static const char *mime_type(const char *name) {
    static const char *const known[][2] = {{".pdf", "application/pdf"}, {".png", "image/png"},
                                           {".jpg", "image/jpeg"},      {".txt", "text/plain"},
                                           {".csv", "text/csv"},        {".json", "application/json"}};
    const char *ending = strrchr(name, '.');
    for (size_t index = 0; ending != NULL && index < sizeof known / sizeof *known; ++index) {
        if (strcmp(ending, known[index][0]) == 0) {
            return known[index][1];
        }
    }
    return "application/octet-stream";
}

static int join(char path[MOST_PATH], const char *folder, const char *name) {
    return snprintf(path, MOST_PATH, "%s/%s", folder, name) < MOST_PATH;
}

/* What is found on a walk; a number other than 0 ends it, and is its result. */
typedef int32_t (*visitor)(void *context, const char *path, const char *place, const struct stat *about);

/* Visits the folders in `folder`, or, with `files`, the files at any depth below it. Hidden entries and links
 * are left out. */
static int32_t walk(const char *root, const char *folder, int files, visitor visit, void *context) {
    DIR *entries = opendir(folder);
    struct dirent *entry;
    int32_t result = 0;
    if (entries == NULL) {
        return FILED_PULL_FAILED;
    }
    while (result == 0 && (entry = readdir(entries)) != NULL) {
        char path[MOST_PATH];
        struct stat about;
        if (entry->d_name[0] == '.' || !join(path, folder, entry->d_name) || lstat(path, &about) != 0) {
            continue;
        }
        if (S_ISDIR(about.st_mode) && files) {
            result = walk(root, path, files, visit, context);
        } else if (files ? S_ISREG(about.st_mode) : S_ISDIR(about.st_mode)) {
            result = visit(context, path, path + strlen(root) + 1, &about);
        }
    }
    closedir(entries);
    return result;
}

static int32_t checked(filed_error *error) {
    int failed = error != NULL;
    filed_error_free(error);
    return failed ? FILED_PULL_FAILED : 0;
}

static int32_t add_client(void *context, const char *path, const char *place, const struct stat *about) {
    filed_pull_client client = FILED_PULL_CLIENT_INIT;
    char id[18];
    (void)path;
    (void)about;
    make_id(id, 'c', place);
    client.id = id;
    client.name = place;
    return checked(filed_pull_client_list_add(context, &client));
}

static int32_t list_clients(void *user, filed_pull_call *call, const filed_pull_client_query *query,
                            filed_pull_client_list *clients) {
    const platform *here = user;
    (void)call;
    (void)query; /* All are listed; the library filters, sorts and cuts pages. */
    return walk(here->root, here->root, 0, add_client, clients);
}

/* Looking for what has an id. */
typedef struct search {
    const char *id;
    char kind;
    char path[MOST_PATH];
    char place[MOST_PATH];
    struct stat about;
    int found;
} search;

static int32_t compare(void *context, const char *path, const char *place, const struct stat *about) {
    search *wanted = context;
    char id[18];
    make_id(id, wanted->kind, place);
    if (strcmp(id, wanted->id) != 0) {
        return 0;
    }
    snprintf(wanted->path, sizeof wanted->path, "%s", path);
    snprintf(wanted->place, sizeof wanted->place, "%s", place);
    wanted->about = *about;
    wanted->found = 1;
    return 1;
}

static int find(const platform *here, char kind, const char *id, search *wanted) {
    wanted->id = id;
    wanted->kind = kind;
    wanted->found = 0;
    walk(here->root, here->root, kind == 'f', compare, wanted);
    return wanted->found;
}

/* A description of a file; `texts` holds what it points to. */
typedef struct file_texts {
    char id[18];
    char modified[32];
} file_texts;

static filed_pull_file describe(file_texts *texts, const char *place, const struct stat *about) {
    filed_pull_file file = FILED_PULL_FILE_INIT;
    make_id(texts->id, 'f', place);
    make_time(texts->modified, about->st_mtime);
    file.id = texts->id;
    file.name = strrchr(place, '/') + 1;
    file.mime_type = mime_type(file.name);
    file.file_size = (uint64_t)about->st_size;
    file.date_modified = texts->modified;
    return file;
}

static int32_t add_file(void *context, const char *path, const char *place, const struct stat *about) {
    file_texts texts;
    filed_pull_file file = describe(&texts, place, about);
    (void)path;
    return checked(filed_pull_file_list_add(context, &file));
}

static int32_t list_files(void *user, filed_pull_call *call, const char *client_id,
                          const filed_pull_file_query *query, filed_pull_file_list *files) {
    const platform *here = user;
    search client;
    (void)call;
    (void)query;
    if (!find(here, 'c', client_id, &client)) {
        return FILED_PULL_NOT_FOUND;
    }
    return walk(here->root, client.path, 1, add_file, files);
}

static int32_t open_file(void *user, filed_pull_call *call, const char *file_id,
                         filed_pull_opened *opened) {
    search wanted;
    file_texts texts;
    filed_pull_file file;
    (void)call;
    if (!find(user, 'f', file_id, &wanted)) {
        return FILED_PULL_NOT_FOUND;
    }
    file = describe(&texts, wanted.place, &wanted.about);
    if (checked(filed_pull_opened_set_file(opened, &file, NULL)) != 0) {
        return FILED_PULL_FAILED;
    }
    return checked(filed_pull_opened_set_path(opened, wanted.path));
}

/* Makes a file of a new name in a folder below a client's; gives a descriptor, or a negative number. */
static int create(const char *client, const char *folder, const char *pattern, char path[MOST_PATH]) {
    char place[MOST_PATH];
    if (!join(place, client, folder)) {
        return -1;
    }
    /* One level after the other; what is there already stays. */
    for (char *slash = place + strlen(client) + 1; (slash = strchr(slash, '/')) != NULL; ++slash) {
        *slash = '\0';
        mkdir(place, 0700);
        *slash = '/';
    }
    mkdir(place, 0700);
    return join(path, place, pattern) ? mkstemp(path) : -1;
}

/* Writes all, or fails. */
static int write_all(int descriptor, const void *data, size_t length) {
    const char *next = data;
    while (length > 0) {
        ssize_t written = write(descriptor, next, length);
        if (written < 0) {
            return 0;
        }
        next += written;
        length -= (size_t)written;
    }
    return 1;
}

static int32_t add_note(void *user, filed_pull_call *call, const char *client_id,
                        const filed_pull_new_note *note, filed_pull_kept_note *kept) {
    search client;
    char path[MOST_PATH];
    int descriptor;
    int whole;
    (void)call;
    if (!find(user, 'c', client_id, &client)) {
        return FILED_PULL_NOT_FOUND;
    }
    descriptor = create(client.path, ".filed/notes", "note-XXXXXX", path);
    if (descriptor < 0) {
        return FILED_PULL_FAILED;
    }
    whole = write_all(descriptor, note->text, strlen(note->text));
    if (close(descriptor) != 0 || !whole) {
        unlink(path);
        return FILED_PULL_FAILED;
    }
    return checked(filed_pull_kept_note_set(kept, strrchr(path, '/') + 1, NULL));
}

/* Copies the content to `descriptor`; whether all of it arrived. */
static int copy(filed_pull_incoming *content, int descriptor) {
    uint8_t buffer[65536];
    int64_t count;
    while ((count = filed_pull_incoming_read(content, buffer, sizeof buffer)) > 0) {
        if (!write_all(descriptor, buffer, (size_t)count)) {
            return 0;
        }
    }
    return count == 0 && fsync(descriptor) == 0;
}

/* Gives the file its name, or one with a number when that is taken. */
static int settle(const char *part, const char *client, const char *name, char path[MOST_PATH]) {
    for (int number = 1; number < 1000; ++number) {
        int length = number == 1 ? snprintf(path, MOST_PATH, "%s/From Filed/%s", client, name)
                                 : snprintf(path, MOST_PATH, "%s/From Filed/%d %s", client, number, name);
        if (length >= MOST_PATH) {
            return 0;
        }
        if (link(part, path) == 0) {
            return unlink(part) == 0;
        }
        if (access(path, F_OK) != 0) {
            return 0;
        }
    }
    return 0;
}

static int32_t receive_file(void *user, filed_pull_call *call, const char *client_id,
                            const filed_pull_new_file *new_file, filed_pull_incoming *content,
                            filed_pull_kept_file *kept) {
    const platform *here = user;
    search client;
    struct stat about;
    file_texts texts;
    filed_pull_file file;
    char part[MOST_PATH];
    char path[MOST_PATH];
    int descriptor;
    int whole;
    if (!find(here, 'c', client_id, &client)) {
        return FILED_PULL_NOT_FOUND;
    }
    if (new_file->name[0] == '.') {
        checked(filed_pull_call_explain(call, "The file name must not begin with a dot."));
        return FILED_PULL_INVALID;
    }
    descriptor = create(client.path, "From Filed", ".part-XXXXXX", part);
    if (descriptor < 0) {
        return FILED_PULL_FAILED;
    }
    whole = copy(content, descriptor);
    if (close(descriptor) != 0 || !whole || !settle(part, client.path, new_file->name, path) ||
        stat(path, &about) != 0) {
        unlink(part);
        return FILED_PULL_FAILED;
    }
    file = describe(&texts, path + strlen(here->root) + 1, &about);
    return checked(filed_pull_kept_file_set(kept, &file));
}

/* The settings of the command line; 0 when they cannot be understood. */
static int read_arguments(int argc, char **argv, filed_pull_options *options, filed_pull_key *key,
                          filed_pull_oauth_client *client, const char **folder) {
    static char listen[32] = "127.0.0.1:0";
    options->listen = listen;
    for (int index = 1; index < argc; ++index) {
        const char *name = argv[index];
        char *value = index + 1 < argc ? argv[index + 1] : NULL;
        if (strcmp(name, "--unlimited") == 0) {
            options->rate_per_second = FILED_PULL_NO_RATE_LIMIT;
            options->max_failures = UINT32_MAX;
            continue;
        }
        if (value == NULL) {
            return 0;
        }
        ++index;
        if (strcmp(name, "--folder") == 0) {
            *folder = value;
        } else if (strcmp(name, "--key") == 0) {
            key->key = value;
            options->key_count = 1;
        } else if (strcmp(name, "--state") == 0) {
            options->state_dir = value;
        } else if (strcmp(name, "--port") == 0) {
            snprintf(listen, sizeof listen, "127.0.0.1:%s", value);
        } else if (strcmp(name, "--signed-urls") == 0) {
            options->signed_url_lifetime_ms = strtoull(value, NULL, 10) * 1000;
        } else if (strcmp(name, "--client") == 0 && strchr(value, ':') != NULL) {
            client->id = value;
            client->secret = strchr(value, ':') + 1;
            *strchr(value, ':') = '\0';
            options->oauth_client_count = 1;
        } else {
            return 0;
        }
    }
    return *folder != NULL && options->key_count + options->oauth_client_count > 0;
}

static int fail(filed_error *error) {
    fprintf(stderr, "%s: %s\n", filed_error_name(error), filed_error_message(error));
    filed_error_free(error);
    return 1;
}

int main(int argc, char **argv) {
    platform here = {NULL};
    filed_pull_provider provider = FILED_PULL_PROVIDER_INIT;
    filed_pull_options options = FILED_PULL_OPTIONS_INIT;
    filed_pull_key key = FILED_PULL_KEY_INIT;
    filed_pull_oauth_client client = FILED_PULL_OAUTH_CLIENT_INIT;
    filed_pull_server *server = NULL;
    filed_error *error;
    sigset_t signals;
    int signal_number;
    key.caller = "filed";
    options.keys = &key;
    options.oauth_clients = &client;
    if (!read_arguments(argc, argv, &options, &key, &client, &here.root)) {
        fprintf(stderr, "usage: pull_folder --folder DIR --key KEY\n");
        return 2;
    }
    /* Before any thread starts, so that all leave these signals to sigwait below. */
    sigemptyset(&signals);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGINT);
    pthread_sigmask(SIG_BLOCK, &signals, NULL);
    provider.user = &here;
    provider.list_clients = list_clients;
    provider.list_files = list_files;
    provider.open_file = open_file;
    provider.add_note = add_note;
    provider.receive_file = receive_file;
    if ((error = filed_pull_server_start(&options, &provider, &server)) != NULL) {
        return fail(error);
    }
    printf("{\"url\":\"%s\"}\n", filed_pull_server_url(server));
    fflush(stdout);
    sigwait(&signals, &signal_number);
    error = filed_pull_server_stop(server, GRACE_MS);
    filed_pull_server_free(server);
    return error == NULL ? 0 : fail(error);
}
