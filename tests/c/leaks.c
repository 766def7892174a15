/* Gives nothing back: what the tools of the suite memory must notice. */

#include "filed.h"

int main(void) {
    filed_config_new();
    return filed_live_handles() == 1 ? 0 : 1;
}
