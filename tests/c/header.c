/* The header by itself, as strictly as the language of this file's compilation allows. */

#include "filed.h"

int header_compiles(void) {
    filed_push_options options = FILED_PUSH_OPTIONS_INIT;
    return options.size == sizeof options;
}
