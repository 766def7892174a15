/* Before Filed comes: the check of a platform's API, and the documents. */

#include <sys/stat.h>
#include <unistd.h>

#include "check.h"
#include "exchange.h"

#define KEY "key-of-a-test-firm"
#define BASE "https://ledger.example.com"

/* A folder of clients with one file, and a server over it that says something of itself. */
static filed_pull_server *serve(char *folder, const filed_pull_about *about) {
    filed_pull_options options = FILED_PULL_OPTIONS_INIT;
    filed_pull_key key = FILED_PULL_KEY_INIT;
    filed_pull_server *server = NULL;
    char path[96];
    FILE *file;
    key.caller = "filed";
    key.key = KEY;
    options.keys = &key;
    options.key_count = 1;
    options.rate_per_second = FILED_PULL_NO_RATE_LIMIT;
    options.about = about;
    CHECK(mkdtemp(folder) != NULL);
    snprintf(path, sizeof path, "%s/Grace Hopper", folder);
    CHECK(mkdir(path, 0700) == 0);
    snprintf(path, sizeof path, "%s/Grace Hopper/w2.pdf", folder);
    file = fopen(path, "w");
    CHECK(file != NULL && fputs("%PDF-1.7 the only file", file) >= 0 && fclose(file) == 0);
    CHECK_OK(filed_pull_folder_start(&options, folder, &server));
    return server;
}

static filed_pull_check_options options_of(const char *url) {
    filed_pull_check_options options = FILED_PULL_CHECK_OPTIONS_INIT;
    options.base_url = url;
    options.api_key = KEY;
    return options;
}

static void a_platform_of_ours_passes(const char *url) {
    filed_pull_check_options options = options_of(url);
    filed_pull_check_report *report = NULL;
    CHECK_OK(filed_pull_check(&options, &report));
    if (!filed_pull_check_report_passed(report)) {
        fprintf(stderr, "%s\n", filed_pull_check_report_text(report));
        exit(1);
    }
    CHECK(filed_pull_check_report_requests(report) > 20);
    CHECK(filed_pull_check_report_stopped(report) == NULL);
    CHECK(strstr(filed_pull_check_report_junit(report), "<testcase") != NULL);
    filed_pull_check_report_free(report);
}

static void what_filed_would_trip_over_is_told(const char *url) {
    filed_pull_check_options options = options_of(url);
    filed_pull_check_report *report = NULL;
    const filed_pull_finding *worst;
    options.api_key = "another-key-of-nobody";
    options.read_only = 1;
    CHECK_OK(filed_pull_check(&options, &report));
    CHECK(!filed_pull_check_report_passed(report));
    CHECK(filed_pull_check_report_finding_count(report) > 0);
    worst = filed_pull_check_report_finding(report, 0);
    CHECK_TEXT(filed_pull_finding_severity(worst), "error");
    CHECK(strstr(filed_pull_check_report_text(report), filed_pull_finding_code(worst)) != NULL);
    CHECK(strstr(filed_pull_check_report_json(report), filed_pull_finding_code(worst)) != NULL);
    CHECK(filed_pull_finding_times(worst) > 0);
    CHECK(*filed_pull_finding_check(worst) && *filed_pull_finding_endpoint(worst));
    CHECK(*filed_pull_finding_seen(worst) && *filed_pull_finding_trips(worst));
    CHECK(*filed_pull_finding_mend(worst));
    CHECK(strstr(filed_pull_check_report_json(report), "another-key") == NULL);
    CHECK(filed_pull_check_report_finding(report, 1000) == NULL);
    filed_pull_check_report_free(report);
    options.max_requests = 3;
    options.api_key = KEY;
    CHECK_OK(filed_pull_check(&options, &report));
    CHECK(filed_pull_check_report_stopped(report) != NULL);
    filed_pull_check_report_free(report);
}

static void what_cannot_be_checked(const char *url) {
    filed_pull_check_options options = options_of(url);
    filed_pull_check_report *report = NULL;
    filed_cancel *cancel = filed_cancel_new();
    filed_cancel_now(cancel);
    options.cancel = cancel;
    CHECK_CODE(filed_pull_check(&options, &report), FILED_ERROR_CANCELLED);
    options.cancel = NULL;
    filed_cancel_free(cancel);
    options.client_id = "without-a-secret";
    CHECK_CODE(filed_pull_check(&options, &report), FILED_ERROR_INVALID_ARGUMENT);
    options.client_id = options.api_key = NULL;
    CHECK_CODE(filed_pull_check(&options, &report), FILED_ERROR_INVALID_ARGUMENT);
    options = options_of("ftp://x");
    CHECK_CODE(filed_pull_check(&options, &report), FILED_ERROR_INVALID_ARGUMENT);
    CHECK_CODE(filed_pull_check(NULL, &report), FILED_ERROR_INVALID_ARGUMENT);
    CHECK(report == NULL);
    CHECK(filed_pull_check_report_text(NULL) == NULL && filed_pull_finding_code(NULL) == NULL);
    filed_pull_check_report_free(NULL);
}

static void the_documents_are_filled_in(const filed_pull_about *about, const char *folder) {
    filed_pull_options options = FILED_PULL_OPTIONS_INIT;
    filed_pull_sandbox sandbox = FILED_PULL_SANDBOX_INIT;
    filed_pull_docs *docs = NULL;
    char place[96];
    options.about = about;
    sandbox.api_key = KEY;
    sandbox.client_id = "sandbox";
    sandbox.client_secret = "secret-of-a-sandbox";
    CHECK_OK(filed_pull_docs_make(&options, BASE, &sandbox, &docs));
    CHECK(strstr(filed_pull_docs_openapi(docs), "\"openapi\": \"3.1.0\"") != NULL);
    CHECK(strstr(filed_pull_docs_openapi(docs), "file.created") != NULL);
    CHECK(strstr(filed_pull_docs_openapi(docs), KEY) == NULL);
    CHECK(strstr(filed_pull_docs_markdown(docs), "Grace hands them over.") != NULL);
    CHECK(strstr(filed_pull_docs_markdown(docs), "secret-of-a-sandbox") != NULL);
    CHECK(strstr(filed_pull_docs_html(docs), KEY) != NULL);
    CHECK(strstr(filed_pull_docs_html(docs), BASE) != NULL);
    snprintf(place, sizeof place, "%s/documents", folder);
    CHECK_OK(filed_pull_docs_write(docs, place));
    snprintf(place, sizeof place, "%s/documents/openapi.json", folder);
    CHECK(access(place, R_OK) == 0);
    CHECK_CODE(filed_pull_docs_write(docs, place), FILED_ERROR_FILE_UNREADABLE);
    filed_pull_docs_free(docs);
    CHECK_CODE(filed_pull_docs_make(NULL, "ledger", NULL, &docs), FILED_ERROR_CONFIG_INVALID);
    CHECK_CODE(filed_pull_docs_make(NULL, NULL, NULL, &docs), FILED_ERROR_INVALID_ARGUMENT);
    sandbox.client_secret = NULL;
    CHECK_CODE(filed_pull_docs_make(NULL, BASE, &sandbox, &docs), FILED_ERROR_INVALID_ARGUMENT);
    CHECK(docs == NULL && filed_pull_docs_html(NULL) == NULL);
    filed_pull_docs_free(NULL);
}

int main(void) {
    char folder[] = "/tmp/filed-c-XXXXXX";
    filed_pull_webhook webhook = FILED_PULL_WEBHOOK_INIT;
    filed_pull_about about = FILED_PULL_ABOUT_INIT;
    filed_pull_server *server;
    const char *url;
    reply answer;
    webhook.name = "file.created";
    webhook.description = "When a client uploads a file.";
    about.platform = "Ledger";
    about.contact = "api@ledger.example.com";
    about.credentials = "Grace hands them over.";
    about.webhooks = &webhook;
    about.webhook_count = 1;
    server = serve(folder, &about);
    url = filed_pull_server_url(server);
    answer = exchange(url, "GET", "/docs", "", NULL);
    CHECK(answer.status == 200 && strstr(answer.body, about.credentials) != NULL);
    reply_free(&answer);
    a_platform_of_ours_passes(url);
    what_filed_would_trip_over_is_told(url);
    what_cannot_be_checked(url);
    the_documents_are_filled_in(&about, folder);
    CHECK_OK(filed_pull_server_stop(server, 60000));
    filed_pull_server_free(server);
    CHECK_OK(filed_shutdown(5000));
    return 0;
}
