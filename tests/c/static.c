/* A program that links the static library: it starts, calls, and ends. */

#include "check.h"

int main(void) {
    filed_config *config = filed_config_new();
    filed_client *client = NULL;
    CHECK_OK(filed_config_set_api_key(config, "key"));
    CHECK_OK(filed_config_set_source_platform(config, "c-tests"));
    CHECK_OK(filed_client_new(config, &client));
    filed_client_free(client);
    filed_config_free(config);
    CHECK_OK(filed_shutdown(10000));
    return 0;
}
