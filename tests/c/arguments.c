/* What a caller may get wrong: NULL, text that is not UTF-8, sizes, arrays, JSON. Sends nothing. */

#include "check.h"

static filed_client *offline_client(void) {
    filed_config *config = filed_config_new();
    filed_client *client = NULL;
    CHECK_OK(filed_config_set_api_key(config, "key"));
    CHECK_OK(filed_config_set_source_platform(config, "c-tests"));
    CHECK_OK(filed_config_set_gateway_url(config, "http://127.0.0.1:9/graphql"));
    CHECK_OK(filed_config_set_upload_url(config, "http://127.0.0.1:9/upload"));
    CHECK_OK(filed_client_new(config, &client));
    filed_config_free(config);
    return client;
}

static void every_free_accepts_null(void) {
    filed_artifact_free(NULL);
    filed_artifact_iterator_free(NULL);
    filed_cancel_free(NULL);
    filed_client_free(NULL);
    filed_client_report_free(NULL);
    filed_client_report_iterator_free(NULL);
    filed_config_free(NULL);
    filed_connection_free(NULL);
    filed_connection_iterator_free(NULL);
    filed_error_free(NULL);
    filed_event_free(NULL);
    filed_file_report_free(NULL);
    filed_file_report_iterator_free(NULL);
    filed_import_status_free(NULL);
    filed_job_free(NULL);
    filed_platform_client_free(NULL);
    filed_platform_client_iterator_free(NULL);
    filed_platform_file_free(NULL);
    filed_platform_file_iterator_free(NULL);
    filed_push_free(NULL);
    filed_report_free(NULL);
    filed_sent_file_free(NULL);
    filed_string_free(NULL);
    filed_uploaded_file_free(NULL);
    filed_user_free(NULL);
    filed_user_iterator_free(NULL);
    filed_work_free(NULL);
    filed_work_iterator_free(NULL);
    filed_workspace_free(NULL);
    filed_cancel_now(NULL);
    filed_client_close(NULL);
    filed_push_cancel(NULL);
}

static void getters_given_null_answer_with_nothing(void) {
    CHECK(filed_error_code(NULL) == FILED_OK);
    CHECK(filed_error_message(NULL) == NULL);
    CHECK(filed_error_graphql_count(NULL) == 0);
    CHECK(filed_error_graphql_message(NULL, 0) == NULL);
    CHECK(filed_user_id(NULL) == NULL);
    CHECK(filed_work_artifact(NULL, 0) == NULL);
    CHECK(filed_uploaded_file_size(NULL) == FILED_SIZE_UNKNOWN);
    CHECK(filed_report_failed_file(NULL, 0) == NULL);
    CHECK(filed_event_error(NULL) == NULL);
    CHECK(filed_push_job_id(NULL) == NULL);
    CHECK(filed_push_journal_path(NULL) == NULL);
}

static void null_is_refused_and_the_argument_named(filed_client *client) {
    filed_user *user = NULL;
    filed_push *push = NULL;
    filed_error *error;
    CHECK_CODE(filed_client_me(NULL, &user), FILED_ERROR_INVALID_ARGUMENT);
    error = CHECK_FAILS(filed_client_me(client, NULL), FILED_ERROR_INVALID_ARGUMENT);
    CHECK(strstr(filed_error_message(error), "user") != NULL);
    CHECK_TEXT(filed_error_operation(error), "filed_client_me");
    filed_error_free(error);
    CHECK_CODE(filed_push_open(client, NULL, &push), FILED_ERROR_INVALID_ARGUMENT);
    CHECK_CODE(filed_config_set_api_key(NULL, "key"), FILED_ERROR_INVALID_ARGUMENT);
    CHECK_CODE(filed_client_new(NULL, &client), FILED_ERROR_INVALID_ARGUMENT);
    CHECK_CODE(filed_deep_link("slug", NULL, NULL), FILED_ERROR_INVALID_ARGUMENT);
    CHECK_CODE(filed_push_progress(NULL, NULL), FILED_ERROR_INVALID_ARGUMENT);
    CHECK_CODE(filed_token_set(NULL, "x"), FILED_ERROR_INVALID_ARGUMENT);
}

static void a_failed_call_leaves_null_behind(filed_client *client) {
    filed_job *job = (filed_job *)(void *)&job;
    CHECK_CODE(filed_job_create(client, NULL, "name", &job), FILED_ERROR_INVALID_ARGUMENT);
    CHECK(job == NULL);
}

static void text_that_is_not_utf8_is_refused(filed_client *client) {
    const char *broken = "caf\xe9";
    const char *emails[2] = {"a@example.com", "\xff"};
    filed_uploaded_file *file = NULL;
    filed_user_iterator *users = NULL;
    filed_error *error;
    char *link = NULL;
    CHECK_CODE(filed_deep_link(broken, "x", &link), FILED_ERROR_INVALID_ARGUMENT);
    CHECK(link == NULL);
    CHECK_CODE(filed_upload_file(client, broken, NULL, &file), FILED_ERROR_INVALID_ARGUMENT);
    error = CHECK_FAILS(filed_workspace_add_users(client, "w", emails, 2, &users),
                        FILED_ERROR_INVALID_ARGUMENT);
    CHECK(strstr(filed_error_message(error), "emails[1]") != NULL);
    filed_error_free(error);
}

static void a_size_that_is_none_is_refused(filed_client *client) {
    filed_push_options options = FILED_PUSH_OPTIONS_INIT;
    filed_push *push = NULL;
    uint32_t sizes[4] = {0, 3, sizeof options + 1, 0xCCCCCCCCu};
    int index;
    for (index = 0; index < 4; ++index) {
        filed_error *error;
        options.size = sizes[index];
        error = CHECK_FAILS(filed_push_open(client, &options, &push), FILED_ERROR_INVALID_ARGUMENT);
        CHECK(strstr(filed_error_message(error), "FILED_PUSH_OPTIONS_INIT") != NULL);
        filed_error_free(error);
    }
}

/* What a newer program passes: this version's struct and something behind it. */
static void a_larger_struct_must_be_zero_beyond_ours(filed_client *client) {
    struct {
        filed_push_options options;
        uint64_t future;
    } newer = {FILED_PUSH_OPTIONS_INIT, 1};
    filed_push *push = NULL;
    filed_error *error;
    newer.options.size = sizeof newer;
    error =
        CHECK_FAILS(filed_push_open(client, &newer.options, &push), FILED_ERROR_INVALID_ARGUMENT);
    CHECK(strstr(filed_error_message(error), "upgrade") != NULL);
    filed_error_free(error);
    newer.future = 0;
    error =
        CHECK_FAILS(filed_push_open(client, &newer.options, &push), FILED_ERROR_INVALID_ARGUMENT);
    CHECK(strstr(filed_error_message(error), "connection_id") != NULL);
    filed_error_free(error);
}

/* What an older program passes: the rest of the struct is not its own memory. */
static void a_smaller_struct_has_zeros_where_it_ends(filed_client *client) {
    filed_push_options options = FILED_PUSH_OPTIONS_INIT;
    filed_push *push = NULL;
    options.connection_id = "connection";
    options.size = (uint32_t)((const char *)&options.workspace_id - (const char *)&options);
    options.workspace_id = (const char *)(uintptr_t)1;
    CHECK_CODE(filed_push_open(client, &options, &push), FILED_ERROR_INVALID_ARGUMENT);
}

static void initialisers_are_zero_but_for_the_size(void) {
    const filed_file file = FILED_FILE_INIT;
    const filed_progress progress = FILED_PROGRESS_INIT;
    filed_file zeros;
    filed_progress none;
    memset(&zeros, 0, sizeof zeros);
    memset(&none, 0, sizeof none);
    zeros.size = (uint32_t)sizeof zeros;
    none.size = (uint32_t)sizeof none;
    CHECK(memcmp(&file, &zeros, sizeof file) == 0);
    CHECK(memcmp(&progress, &none, sizeof none) == 0);
}

static void arrays_and_json_are_checked(filed_client *client) {
    filed_work_iterator *works = NULL;
    filed_connection *connection = NULL;
    filed_platform_client_iterator *clients = NULL;
    filed_new_work work = FILED_NEW_WORK_INIT;
    char *answer = NULL;
    filed_error *error;
    CHECK_CODE(filed_job_add_works(client, "job", NULL, 2, &works), FILED_ERROR_INVALID_ARGUMENT);
    work.name = "planted name";
    error = CHECK_FAILS(filed_job_add_works(client, "job", &work, 1, &works),
                        FILED_ERROR_INVALID_ARGUMENT);
    CHECK(strstr(filed_error_message(error), "works[0].external_id") != NULL);
    CHECK(strstr(filed_error_message(error), "planted") == NULL);
    filed_error_free(error);
    error = CHECK_FAILS(filed_connection_start(client, "w", "p", "{planted", &connection),
                        FILED_ERROR_INVALID_ARGUMENT);
    CHECK(strstr(filed_error_message(error), "planted") == NULL);
    filed_error_free(error);
    CHECK_CODE(filed_platform_clients(client, "w", "c", "[]", &clients),
               FILED_ERROR_INVALID_ARGUMENT);
    CHECK_CODE(filed_client_graphql(client, "{ me { id } }", "7", &answer),
               FILED_ERROR_INVALID_ARGUMENT);
}

static void names_of_numbers(void) {
    CHECK_TEXT(filed_push_state_name(FILED_PUSH_WATCHING), "watching");
    CHECK_TEXT(filed_item_state_name(FILED_ITEM_UPLOADED), "uploaded");
    CHECK_TEXT(filed_event_kind_name(FILED_EVENT_PUSH_DONE), "push_done");
    CHECK(filed_push_state_name(4711) == NULL);
}

static void versions_and_links(void) {
    char *link = NULL;
    CHECK(filed_abi_version() == FILED_ABI_VERSION);
    CHECK_TEXT(filed_version(), FILED_EXPECTED_VERSION);
    CHECK_OK(filed_deep_link("smith-firm", "connect/tax-software", &link));
    CHECK_TEXT(
        link, "https://app.filed.com/sign-in?deep_link=%2Fw%2Fsmith-firm%2Fconnect%2Ftax-software");
    filed_string_free(link);
    CHECK_CODE(filed_deep_link("a/../b", "", &link), FILED_ERROR_INVALID_ARGUMENT);
}

int main(void) {
    filed_client *client = offline_client();
    every_free_accepts_null();
    getters_given_null_answer_with_nothing();
    null_is_refused_and_the_argument_named(client);
    a_failed_call_leaves_null_behind(client);
    text_that_is_not_utf8_is_refused(client);
    a_size_that_is_none_is_refused(client);
    a_larger_struct_must_be_zero_beyond_ours(client);
    a_smaller_struct_has_zeros_where_it_ends(client);
    initialisers_are_zero_but_for_the_size();
    arrays_and_json_are_checked(client);
    names_of_numbers();
    versions_and_links();
    filed_client_free(client);
    return 0;
}
