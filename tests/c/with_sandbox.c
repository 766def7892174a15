/*
 * Runs a program as a user would, in an empty folder with scans/w2.pdf, against a sandbox named by
 * FILED_... variables, and checks that what it pushed has arrived:
 *
 *     with_sandbox EXPECTED PROGRAM [ARGUMENT...]
 *
 * EXPECTED is how many artifacts must be stored. "{connection}", "{workspace}" and "{folder}"
 * stand for themselves in the arguments.
 */

#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "check.h"
#include "sandbox.h"

static char *replaced(const sandbox *filed, char *argument, char *folder) {
    if (strcmp(argument, "{connection}") == 0) {
        return (char *)(uintptr_t)sandbox_field(filed, "connection_id");
    }
    if (strcmp(argument, "{workspace}") == 0) {
        return (char *)(uintptr_t)sandbox_field(filed, "workspace_id");
    }
    return strcmp(argument, "{folder}") == 0 ? folder : argument;
}

static void make_folder(char *folder) {
    FILE *out;
    CHECK(mkdtemp(folder) != NULL && chdir(folder) == 0);
    CHECK(mkdir("scans", 0700) == 0);
    out = fopen("scans/w2.pdf", "wb");
    CHECK(out != NULL && fputs("%PDF-1.4 a form", out) >= 0 && fclose(out) == 0);
}

static int stored(const sandbox *filed) {
    char *state = sandbox_control(filed, "GET", "/state?summary=1", NULL);
    const char *artifacts = strstr(state, "\"artifacts\":");
    int count = 0;
    while (artifacts != NULL && (artifacts = strstr(artifacts, "\"blake3\":\"")) != NULL) {
        ++artifacts;
        ++count;
    }
    free(state);
    return count;
}

int main(int argc, char **argv) {
    char folder[] = "/tmp/filed-c-XXXXXX";
    sandbox filed;
    pid_t child;
    int status = 0;
    int index;
    CHECK(argc > 2);
    sandbox_start(&filed, "{}");
    make_folder(folder);
    for (index = 3; index < argc; ++index) {
        argv[index] = replaced(&filed, argv[index], folder);
    }
    setenv("FILED_API_KEY", sandbox_field(&filed, "api_key"), 1);
    setenv("FILED_SOURCE_PLATFORM", "c-tests", 1);
    setenv("FILED_GATEWAY_URL", sandbox_field(&filed, "gateway_url"), 1);
    setenv("FILED_UPLOAD_URL", sandbox_field(&filed, "upload_url"), 1);
    child = fork();
    CHECK(child >= 0);
    if (child == 0) {
        execv(argv[2], argv + 2);
        _exit(127);
    }
    CHECK(waitpid(child, &status, 0) == child);
    CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    index = stored(&filed);
    sandbox_stop(&filed);
    /* Uploads and artifacts both name a hash. */
    printf("%d hashes at the sandbox\n", index);
    CHECK(index >= atoi(argv[1]));
    return 0;
}
