/* What an error tells, and configuration that cannot be used. */

#include "check.h"
#include "sandbox.h"

static void a_missing_setting_is_named(void) {
    filed_config *config = filed_config_new();
    filed_client *client = NULL;
    filed_error *error = CHECK_FAILS(filed_client_new(config, &client), FILED_ERROR_CONFIG_MISSING);
    CHECK_TEXT(filed_error_name(error), "CONFIG_MISSING");
    CHECK(strstr(filed_error_message(error), "FILED_API_KEY") != NULL);
    CHECK(filed_error_operation(error) == NULL);
    CHECK_TEXT(filed_error_effect(error), "not_applied");
    CHECK(filed_error_http_status(error) == 0);
    CHECK(filed_error_attempts(error) == 0);
    CHECK(filed_error_retryable(error) == 0);
    CHECK(filed_error_request_id(error) == NULL);
    CHECK(filed_error_external_id(error) == NULL);
    CHECK(filed_error_path(error) == NULL);
    CHECK(filed_error_graphql_count(error) == 0);
    filed_error_free(error);
    filed_config_free(config);
}

static void wrong_settings_are_refused(const sandbox *filed) {
    filed_config *config = sandbox_config(filed);
    filed_client *client = NULL;
    CHECK_CODE(filed_config_set_role(config, "owner"), FILED_ERROR_CONFIG_INVALID);
    CHECK_OK(filed_config_set_timeout_ms(config, 0));
    CHECK_CODE(filed_client_new(config, &client), FILED_ERROR_CONFIG_INVALID);
    CHECK_OK(filed_config_set_timeout_ms(config, 60000));
    CHECK_OK(filed_config_set_connect_timeout_ms(config, 10000));
    CHECK_OK(filed_config_set_stall_timeout_ms(config, 30000));
    CHECK_OK(filed_config_set_max_concurrency(config, 257));
    CHECK_CODE(filed_client_new(config, &client), FILED_ERROR_CONFIG_INVALID);
    CHECK_OK(filed_config_set_max_concurrency(config, 4));
    CHECK_OK(filed_config_set_max_attempts(config, 2));
    CHECK_OK(filed_config_set_gateway_url(config, "http://example.com/graphql"));
    CHECK_CODE(filed_client_new(config, &client), FILED_ERROR_CONFIG_INVALID);
    CHECK_OK(filed_config_set_gateway_url(config, sandbox_field(filed, "gateway_url")));
    CHECK_OK(filed_config_set_proxy(config, "no proxy"));
    CHECK_CODE(filed_client_new(config, &client), FILED_ERROR_CONFIG_INVALID);
    CHECK_OK(filed_config_set_proxy(config, NULL));
    CHECK_OK(filed_config_set_ca_bundle(config, "/no/such/bundle.pem"));
    CHECK_CODE(filed_client_new(config, &client), FILED_ERROR_CONFIG_INVALID);
    CHECK_OK(filed_config_set_ca_bundle(config, NULL));
    CHECK_OK(filed_config_set_wire_profile(config, "/no/such/profile.json"));
    CHECK_CODE(filed_client_new(config, &client), FILED_ERROR_WIRE_PROFILE_INVALID);
    CHECK_OK(filed_config_set_wire_profile(config, NULL));
    CHECK_OK(filed_config_set_partner_token(config, "jwt"));
    CHECK_CODE(filed_client_new(config, &client), FILED_ERROR_ROLE_MISMATCH);
    CHECK_OK(filed_config_set_partner_token(config, NULL));
    CHECK(client == NULL);
    CHECK_OK(filed_client_new(config, &client));
    filed_client_free(client);
    filed_config_free(config);
}

static void settings_come_from_the_environment_when_asked(const sandbox *filed) {
    filed_config *config = filed_config_from_env();
    filed_client *client = NULL;
    filed_user *user = NULL;
    setenv("FILED_API_KEY", "wrong", 1);
    setenv("FILED_SOURCE_PLATFORM", "c-tests", 1);
    setenv("FILED_GATEWAY_URL", sandbox_field(filed, "gateway_url"), 1);
    CHECK_OK(filed_config_set_api_key(config, sandbox_field(filed, "api_key")));
    CHECK_OK(filed_client_new(config, &client));
    CHECK_OK(filed_client_me(client, &user));
    filed_user_free(user);
    filed_client_free(client);
    setenv("FILED_MAX_ATTEMPTS", "many", 1);
    CHECK_CODE(filed_client_new(config, &client), FILED_ERROR_CONFIG_INVALID);
    unsetenv("FILED_MAX_ATTEMPTS");
    filed_config_free(config);
}

static void an_answer_with_errors_tells_all_of_them(const sandbox *filed, filed_client *client) {
    filed_job *job = NULL;
    filed_error *error;
    error = CHECK_FAILS(filed_job_create(client, "no-such-connection", "Name", &job),
                        FILED_ERROR_NOT_FOUND);
    CHECK(job == NULL);
    CHECK_TEXT(filed_error_operation(error), "jobs.create");
    CHECK(filed_error_attempts(error) == 1);
    CHECK(filed_error_graphql_count(error) == 1);
    CHECK(filed_error_graphql_message(error, 0) != NULL);
    CHECK_TEXT(filed_error_graphql_code(error, 0), "NOT_FOUND");
    CHECK_TEXT(filed_error_graphql_path(error, 0), "createConnectionJob");
    CHECK(filed_error_graphql_message(error, 1) == NULL);
    CHECK(filed_error_graphql_code(error, 1) == NULL);
    CHECK(filed_error_graphql_path(error, UINT64_MAX) == NULL);
    filed_error_free(error);
    CHECK_CODE(filed_job_create(client, sandbox_field(filed, "pending_connection_id"), "N", &job),
               FILED_ERROR_CONNECTION_NOT_ACTIVE);
}

static void an_http_answer_tells_status_request_and_attempts(const sandbox *filed) {
    filed_config *config = sandbox_config(filed);
    filed_client *client = NULL;
    filed_job *job = NULL;
    filed_error *error;
    CHECK_OK(filed_config_set_max_attempts(config, 2));
    CHECK_OK(filed_client_new(config, &client));
    free(sandbox_control(filed, "POST", "/faults",
                         "{\"faults\":[{\"on\":\"createConnectionJob\",\"times\":0,"
                         "\"status\":503,\"headers\":{\"x-request-id\":\"request-1\"}}]}"));
    error = CHECK_FAILS(filed_job_create(client, sandbox_field(filed, "connection_id"), "N", &job),
                        FILED_ERROR_SERVER_ERROR);
    CHECK(filed_error_http_status(error) == 503);
    CHECK(filed_error_attempts(error) == 2);
    CHECK(filed_error_retryable(error) == 1);
    CHECK_TEXT(filed_error_request_id(error), "request-1");
    filed_error_free(error);
    filed_client_free(client);
    filed_config_free(config);
}

static void a_lost_answer_says_so(const sandbox *filed, filed_client *client) {
    filed_import_status *status = NULL;
    filed_job *job = NULL;
    filed_error *error;
    sandbox_reset(filed, "{}");
    CHECK_OK(filed_job_create(client, sandbox_field(filed, "connection_id"), "N", &job));
    free(sandbox_control(filed, "POST", "/faults",
                         "{\"faults\":[{\"on\":\"initiateTaxPrepsImport\",\"reset\":true,"
                         "\"effect\":true}]}"));
    error = CHECK_FAILS(filed_job_initiate(client, filed_job_id(job), &status),
                        FILED_ERROR_OUTCOME_UNKNOWN);
    CHECK_TEXT(filed_error_effect(error), "unknown");
    filed_error_free(error);
    filed_job_free(job);
}

static void a_file_that_fails_has_its_path_in_a_field(filed_client *client) {
    filed_uploaded_file *file = NULL;
    filed_error *error;
    error = CHECK_FAILS(filed_upload_file(client, "/no/such/planted.pdf", NULL, &file),
                        FILED_ERROR_FILE_NOT_FOUND);
    CHECK_TEXT(filed_error_path(error), "/no/such/planted.pdf");
    CHECK(strstr(filed_error_message(error), "planted") == NULL);
    filed_error_free(error);
    CHECK_CODE(filed_upload_file(client, "/", NULL, &file), FILED_ERROR_FILE_NOT_REGULAR);
}

static void a_refused_key_and_a_dead_server(const sandbox *filed) {
    filed_config *config = sandbox_config(filed);
    filed_client *client = NULL;
    filed_user *user = NULL;
    CHECK_OK(filed_config_set_api_key(config, "wrong"));
    CHECK_OK(filed_config_set_max_attempts(config, 1));
    CHECK_OK(filed_client_new(config, &client));
    CHECK_CODE(filed_client_me(client, &user), FILED_ERROR_AUTHENTICATION_FAILED);
    filed_client_free(client);
    CHECK_OK(filed_config_set_gateway_url(config, "http://127.0.0.1:1/graphql"));
    CHECK_OK(filed_client_new(config, &client));
    CHECK_CODE(filed_client_me(client, &user), FILED_ERROR_CONNECT_FAILED);
    filed_client_free(client);
    filed_config_free(config);
}

int main(void) {
    sandbox filed;
    filed_client *client;
    sandbox_start(&filed, "{}");
    client = sandbox_client(&filed);
    a_missing_setting_is_named();
    wrong_settings_are_refused(&filed);
    settings_come_from_the_environment_when_asked(&filed);
    an_answer_with_errors_tells_all_of_them(&filed, client);
    an_http_answer_tells_status_request_and_attempts(&filed);
    a_lost_answer_says_so(&filed, client);
    a_file_that_fails_has_its_path_in_a_field(client);
    a_refused_key_and_a_dead_server(&filed);
    filed_client_free(client);
    sandbox_stop(&filed);
    return 0;
}
