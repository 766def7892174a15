/*
 * The program a competent user writes with libcurl's multi interface: a handle for each request that
 * is under way, all driven from one thread, connections kept.
 */

#include "bench.h"

#include <curl/curl.h>

static const char *gateway, *upload_url;
static struct curl_slist *json_headers, *upload_headers;
static CURL *caller;

/* One request: its handle, its body, its answer, and the file it is for. */
struct slot {
    CURL *handle;
    curl_mime *mime;
    char answer[MOST_TEXT];
    size_t length;
    long number;
};

static void curl_ok(CURLcode code) {
    if (code != CURLE_OK) {
        fail(curl_easy_strerror(code));
    }
}

static size_t keep(char *data, size_t size, size_t count, void *user) {
    struct slot *slot = user;
    size_t length = size * count;
    if (slot->length + length >= sizeof slot->answer) {
        return 0;
    }
    memcpy(slot->answer + slot->length, data, length);
    slot->length += length;
    slot->answer[slot->length] = 0;
    return length;
}

static CURL *handle(void) {
    CURL *made = curl_easy_init();
    const char *authority = getenv("FILED_CA_BUNDLE");
    if (authority != NULL) {
        curl_easy_setopt(made, CURLOPT_CAINFO, authority);
    }
    curl_easy_setopt(made, CURLOPT_WRITEFUNCTION, keep);
    curl_easy_setopt(made, CURLOPT_FAILONERROR, 1L);
    curl_easy_setopt(made, CURLOPT_UPLOAD_BUFFERSIZE, 256L * 1024);
    return made;
}

/* The text of a field of a flat JSON object, copied to `value`. */
static void field(const char *json, const char *name, char *value, size_t size) {
    char key[64];
    snprintf(key, sizeof key, "\"%s\":\"", name);
    const char *start = strstr(json, key);
    if (start == NULL) {
        fail("an answer without the field it must have");
    }
    start += strlen(key);
    size_t length = strcspn(start, "\"");
    if (length >= size) {
        fail("an answer that is too long");
    }
    memcpy(value, start, length);
    value[length] = 0;
}

static void call(const char *body, struct slot *slot) {
    slot->length = 0;
    curl_easy_setopt(caller, CURLOPT_URL, gateway);
    curl_easy_setopt(caller, CURLOPT_HTTPHEADER, json_headers);
    curl_easy_setopt(caller, CURLOPT_POSTFIELDS, body);
    curl_easy_setopt(caller, CURLOPT_WRITEDATA, slot);
    curl_ok(curl_easy_perform(caller));
    if (strstr(slot->answer, "\"errors\"") != NULL) {
        fail(slot->answer);
    }
}

/* The headers of every request, and what else is to be among them. */
static void set_headers(const char *another) {
    char platform[512];
    snprintf(platform, sizeof platform, "source-platform: %s", setting("FILED_SOURCE_PLATFORM"));
    curl_slist_free_all(upload_headers);
    curl_slist_free_all(json_headers);
    upload_headers = curl_slist_append(NULL, platform);
    json_headers = curl_slist_append(NULL, platform);
    json_headers = curl_slist_append(json_headers, "content-type: application/json");
    if (another != NULL) {
        json_headers = curl_slist_append(json_headers, another);
        upload_headers = curl_slist_append(upload_headers, another);
    }
}

static void log_in(void) {
    static struct slot slot;
    char body[MOST_TEXT], token[MOST_TEXT / 2], header[MOST_TEXT];
    set_headers(NULL);
    const char *query = "mutation L($k: String!) { loginViaPersonalApiToken(token: $k) { accessToken } }";
    snprintf(body, sizeof body, "{\"query\":\"%s\",\"variables\":{\"k\":\"%s\"}}", query,
             setting("FILED_API_KEY"));
    call(body, &slot);
    field(slot.answer, "accessToken", token, sizeof token);
    snprintf(header, sizeof header, "authorization: Bearer %s", token);
    set_headers(header);
}

static void begin(CURLM *multi, struct slot *slot, const char *folder, long number) {
    char path[MOST_TEXT];
    path_of(path, sizeof path, folder, number);
    if (slot->handle == NULL) {
        slot->handle = handle();
    }
    curl_mime_free(slot->mime);
    slot->mime = curl_mime_init(slot->handle);
    curl_mimepart *part = curl_mime_addpart(slot->mime);
    curl_mime_name(part, "file");
    curl_ok(curl_mime_filedata(part, path));
    curl_mime_type(part, "application/pdf");
    slot->number = number;
    slot->length = 0;
    curl_easy_setopt(slot->handle, CURLOPT_URL, upload_url);
    curl_easy_setopt(slot->handle, CURLOPT_HTTPHEADER, upload_headers);
    curl_easy_setopt(slot->handle, CURLOPT_MIMEPOST, slot->mime);
    curl_easy_setopt(slot->handle, CURLOPT_WRITEDATA, slot);
    curl_easy_setopt(slot->handle, CURLOPT_PRIVATE, slot);
    curl_multi_add_handle(multi, slot->handle);
}

/* Sends `count` files, so many at once; tells of each answer. */
static void upload_all(long count, long at_once, const char *folder, void (*sent)(struct slot *)) {
    static CURLM *multi;
    static struct slot *slots;
    if (multi == NULL) {
        multi = curl_multi_init();
        curl_multi_setopt(multi, CURLMOPT_MAXCONNECTS, at_once);
        slots = calloc((size_t)at_once, sizeof *slots);
    }
    long next = 0, left = count;
    for (; next < count && next < at_once; ++next) {
        begin(multi, &slots[next], folder, next);
    }
    while (left > 0) {
        int running = 0, queued = 0;
        curl_multi_perform(multi, &running);
        CURLMsg *message;
        while ((message = curl_multi_info_read(multi, &queued)) != NULL) {
            struct slot *slot = NULL;
            curl_ok(message->data.result);
            curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &slot);
            curl_multi_remove_handle(multi, slot->handle);
            sent(slot);
            --left;
            if (next < count) {
                begin(multi, slot, folder, next++);
            }
        }
        if (left > 0) {
            curl_multi_poll(multi, NULL, 0, 1000, NULL);
        }
    }
}

static void has_url(struct slot *slot) {
    char url[1024];
    field(slot->answer, "fileUrl", url, sizeof url);
}

/* The push: what is known of each file, and the whole of it. */
struct artifact {
    char url[256], name[128], type[64];
};
static struct artifact *artifacts;

static void note(struct slot *slot) {
    struct artifact *artifact = &artifacts[slot->number];
    field(slot->answer, "fileUrl", artifact->url, sizeof artifact->url);
    field(slot->answer, "fileName", artifact->name, sizeof artifact->name);
    field(slot->answer, "mimeType", artifact->type, sizeof artifact->type);
}

/* Creates works in batches of fifty, as the documentation advises; their ids in order. */
static char (*create_works(const char *job, const char *job_id, long clients))[64] {
    char(*ids)[64] = calloc((size_t)clients, sizeof *ids);
    static struct slot slot;
    static char body[64 * 1024];
    for (long at = 0; at < clients; at += 50) {
        long end = at + 50 < clients ? at + 50 : clients;
        int used = snprintf(body, sizeof body,
                            "{\"query\":\"mutation W($j: ID!, $i: [CreateJobWorksInput!]!) { "
                            "createJobWorks(connectionJobId: $j, inputs: $i) { id } }\","
                            "\"variables\":{\"j\":\"%s\",\"i\":[",
                            job_id);
        for (long number = at; number < end; ++number) {
            used += snprintf(body + used, sizeof body - (size_t)used,
                             "%s{\"name\":\"Client %ld\",\"externalId\":\"%s/%ld\"}",
                             number == at ? "" : ",", number, job, number);
        }
        snprintf(body + used, sizeof body - (size_t)used, "]}}");
        call(body, &slot);
        const char *answer = slot.answer;
        for (long number = at; number < end; ++number) {
            answer = strstr(answer, "\"id\":\"");
            if (answer == NULL) {
                fail("fewer works than asked for");
            }
            field(answer, "id", ids[number], sizeof ids[number]);
            answer += strlen("\"id\":\"");
        }
    }
    return ids;
}

static void attach(const char *job, const char *work, long client, long files) {
    static struct slot slot;
    static char body[64 * 1024];
    int used = snprintf(body, sizeof body,
                        "{\"query\":\"mutation A($w: ID!, $i: [CreateJobWorkArtifactsInput!]!) { "
                        "createJobWorkArtifacts(jobWorkId: $w, inputs: $i) { id } }\","
                        "\"variables\":{\"w\":\"%s\",\"i\":[",
                        work);
    for (long file = 0; file < files; ++file) {
        const struct artifact *artifact = &artifacts[client * files + file];
        used += snprintf(body + used, sizeof body - (size_t)used,
                         "%s{\"name\":\"%s\",\"type\":\"%s\",\"url\":\"%s\",\"externalId\":"
                         "\"%s/%ld/%ld\"}",
                         file == 0 ? "" : ",", artifact->name, artifact->type, artifact->url, job,
                         client, file);
    }
    snprintf(body + used, sizeof body - (size_t)used, "]}}");
    call(body, &slot);
}

static void push_all(char **words) {
    static struct slot slot;
    char body[MOST_TEXT], job_id[64];
    long clients = atol(words[1]), files = atol(words[2]);
    const char *job = words[4];
    log_in();
    snprintf(body, sizeof body,
             "{\"query\":\"mutation J($c: ID!, $n: String!) { createConnectionJob(connectionId: $c, "
             "jobName: $n) { id } }\",\"variables\":{\"c\":\"%s\",\"n\":\"%s\"}}",
             words[6], job);
    call(body, &slot);
    field(slot.answer, "id", job_id, sizeof job_id);
    char(*works)[64] = create_works(job, job_id, clients);
    artifacts = calloc((size_t)(clients * files), sizeof *artifacts);
    upload_all(clients * files, atol(words[3]), words[8], note);
    for (long client = 0; client < clients; ++client) {
        attach(job, works[client], client, files);
    }
    snprintf(body, sizeof body,
             "{\"query\":\"mutation I($j: ID!) { initiateTaxPrepsImport(connectionJobId: $j) { id } "
             "}\",\"variables\":{\"j\":\"%s\"}}",
             job_id);
    call(body, &slot);
    free(artifacts);
    free(works);
}

static void work(int count, char **words) {
    if (count == 4 && strcmp(words[0], "uploads") == 0) {
        upload_all(atol(words[1]), atol(words[2]), words[3], has_url);
    } else if (count == 2 && strcmp(words[0], "calls") == 0) {
        static struct slot slot;
        for (long index = 0; index < atol(words[1]); ++index) {
            call("{\"query\":\"query Me { me { id email name role } }\",\"variables\":{}}", &slot);
        }
    } else if (count == 9 && strcmp(words[0], "push") == 0) {
        push_all(words);
    } else {
        fail("unknown work");
    }
}

int main(void) {
    curl_global_init(CURL_GLOBAL_ALL);
    gateway = setting("FILED_GATEWAY_URL");
    upload_url = setting("FILED_UPLOAD_URL");
    caller = handle();
    log_in();
    serve(work);
    return 0;
}
