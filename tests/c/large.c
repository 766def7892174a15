/* A file of 2 GiB, from disk and from a callback, in less than 64 MiB of memory above idle. Slow:
 * only with FILED_TEST_LONG. */

#include <sys/types.h>
#include <unistd.h>

#include "check.h"
#include "sandbox.h"

#define LENGTH ((int64_t)2 << 30)
#define LIMIT_KIB (64 * 1024)
#define SKIPPED 77

/* A line of /proc/self/status, in KiB. */
static long memory(const char *name) {
    char line[256];
    long kib = -1;
    FILE *status = fopen("/proc/self/status", "r");
    CHECK(status != NULL);
    while (fgets(line, sizeof line, status) != NULL) {
        if (strncmp(line, name, strlen(name)) == 0) {
            CHECK(sscanf(line + strlen(name), ": %ld", &kib) == 1);
        }
    }
    fclose(status);
    CHECK(kib > 0);
    return kib;
}

static int64_t read_zeros(void *user, uint8_t *buffer, uint64_t capacity) {
    int64_t *left = user;
    int64_t count = *left < (int64_t)capacity ? *left : (int64_t)capacity;
    memset(buffer, 0, (size_t)count);
    *left -= count;
    return count;
}

static void check_memory(long idle, const char *what) {
    long above = memory("VmHWM") - idle;
    printf("%s: %ld KiB above idle\n", what, above);
    CHECK(above < LIMIT_KIB);
}

int main(void) {
    char path[] = "/tmp/filed-c-XXXXXX";
    sandbox filed;
    filed_client *client;
    filed_user *user = NULL;
    filed_upload_options options = FILED_UPLOAD_OPTIONS_INIT;
    filed_uploaded_file *file = NULL;
    int64_t left = LENGTH;
    long idle;
    int descriptor;
    if (getenv("FILED_TEST_LONG") == NULL) {
        return SKIPPED;
    }
    descriptor = mkstemp(path);
    CHECK(descriptor >= 0 && ftruncate(descriptor, (off_t)LENGTH) == 0 && close(descriptor) == 0);
    sandbox_start(&filed, "{\"upload_discard\":true}");
    client = sandbox_client(&filed);
    CHECK_OK(filed_client_me(client, &user));
    filed_user_free(user);
    idle = memory("VmRSS");

    CHECK_OK(filed_upload_file(client, path, NULL, &file));
    CHECK(filed_uploaded_file_size(file) == LENGTH);
    filed_uploaded_file_free(file);
    check_memory(idle, "from disk");

    options.file_name = "large.bin";
    CHECK_OK(filed_upload_stream(client, read_zeros, &left, LENGTH, &options, &file));
    CHECK(filed_uploaded_file_size(file) == LENGTH);
    filed_uploaded_file_free(file);
    check_memory(idle, "from a callback");

    CHECK(unlink(path) == 0);
    filed_client_free(client);
    sandbox_stop(&filed);
    return 0;
}
