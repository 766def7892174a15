/*
 * What a host can do wrong with memory; the tools of the suite `memory` must notice each:
 *
 *     mistakes leak | read-after-free | free-twice | use-after-free
 */

#include <stdio.h>
#include <string.h>

#include "filed.h"

/* Nobody frees them. Several: an old pointer to the last may still lie about on the stack. */
static void leak(void) {
    int count;
    for (count = 0; count < 16; ++count) {
        char *link = NULL;
        filed_error_free(filed_deep_link("firm", "clients", &link));
    }
}

/* The host reads what the library has freed. */
static int read_after_free(void) {
    filed_error *error = filed_deep_link(NULL, NULL, NULL);
    const char *message = filed_error_message(error);
    filed_error_free(error);
    return (int)strlen(message);
}

/* The library is told to free what it has freed. */
static void free_twice(void) {
    filed_config *config = filed_config_new();
    filed_config_free(config);
    filed_config_free(config);
}

/* The library is made to read what it has freed: its own code does, no function of libc. */
static int use_after_free(void) {
    filed_error *error = filed_deep_link(NULL, NULL, NULL);
    filed_error_free(error);
    return (int)filed_error_code(error);
}

int main(int count, char **arguments) {
    const char *mistake = count == 2 ? arguments[1] : "";
    int read = 0;
    if (strcmp(mistake, "leak") == 0) {
        leak();
    } else if (strcmp(mistake, "read-after-free") == 0) {
        read = read_after_free();
    } else if (strcmp(mistake, "free-twice") == 0) {
        free_twice();
    } else if (strcmp(mistake, "use-after-free") == 0) {
        read = use_after_free();
    } else {
        return 2;
    }
    printf("%s: not noticed (%d)\n", mistake, read);
    return 0;
}
