#include "sandbox.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "check.h"
#include "http.h"

static void read_line(int descriptor, char *line, size_t capacity) {
    size_t length = 0;
    while (length + 1 < capacity && read(descriptor, line + length, 1) == 1 &&
           line[length] != '\n') {
        ++length;
    }
    line[length] = '\0';
}

void sandbox_start(sandbox *started, const char *settings) {
    int ends[2];
    CHECK(pipe(ends) == 0);
    started->process = fork();
    CHECK(started->process >= 0);
    if (started->process == 0) {
        dup2(ends[1], STDOUT_FILENO);
        close(ends[0]);
        close(ends[1]);
        execl(FILED_SANDBOX, FILED_SANDBOX, "--settings", settings, "--max-seconds", "900",
              (char *)NULL);
        _exit(127);
    }
    close(ends[1]);
    read_line(ends[0], started->ready, sizeof started->ready);
    close(ends[0]);
    CHECK(strstr(started->ready, "\"ready\"") != NULL);
}

/* The ready object is flat and has no escapes in its strings. */
const char *sandbox_field(const sandbox *started, const char *name) {
    static char fields[64][512];
    static int used;
    char pattern[64];
    char *field = fields[used++ % 64];
    const char *found;
    snprintf(pattern, sizeof pattern, "\"%s\":\"", name);
    found = strstr(started->ready, pattern);
    CHECK(found != NULL);
    CHECK(sscanf(found + strlen(pattern), "%511[^\"]", field) == 1);
    return field;
}

char *sandbox_control(const sandbox *started, const char *method, const char *path,
                      const char *body) {
    char url[512];
    char *answer;
    int status = 0;
    snprintf(url, sizeof url, "%s%s", sandbox_field(started, "control_url"), path);
    answer =
        http_call(method, url, "application/json", body, body == NULL ? 0 : strlen(body), &status);
    CHECK(answer != NULL);
    CHECK(status >= 200 && status < 300);
    return answer;
}

void sandbox_reset(const sandbox *started, const char *settings) {
    free(sandbox_control(started, "POST", "/reset", settings));
}

filed_config *sandbox_config(const sandbox *started) {
    filed_config *config = filed_config_new();
    CHECK(config != NULL);
    CHECK_OK(filed_config_set_api_key(config, sandbox_field(started, "api_key")));
    CHECK_OK(filed_config_set_source_platform(config, "c-tests"));
    CHECK_OK(filed_config_set_gateway_url(config, sandbox_field(started, "gateway_url")));
    CHECK_OK(filed_config_set_upload_url(config, sandbox_field(started, "upload_url")));
    return config;
}

filed_client *sandbox_client(const sandbox *started) {
    filed_config *config = sandbox_config(started);
    filed_client *client = NULL;
    CHECK_OK(filed_client_new(config, &client));
    CHECK(client != NULL);
    filed_config_free(config);
    return client;
}

void sandbox_stop(sandbox *started) {
    int status = 0;
    CHECK(kill(started->process, SIGTERM) == 0);
    CHECK(waitpid(started->process, &status, 0) == started->process);
}
