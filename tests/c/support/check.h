/* Checks of the C and C++ tests: the first that fails says what it saw and ends the program. */

#ifndef SUPPORT_CHECK_H
#define SUPPORT_CHECK_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "filed.h"

#define CHECK(condition)                                                            \
    do {                                                                            \
        if (!(condition)) {                                                         \
            fprintf(stderr, "%s:%d: not so: %s\n", __FILE__, __LINE__, #condition); \
            exit(1);                                                                \
        }                                                                           \
    } while (0)

#define CHECK_OK(call) check_ok((call), __FILE__, __LINE__, #call)

/* The call fails with this code and nothing else is of interest. */
#define CHECK_CODE(call, code) filed_error_free(CHECK_FAILS(call, code))

/* As CHECK_CODE, and gives the error. */
#define CHECK_FAILS(call, code) check_fails((call), (code), __FILE__, __LINE__, #call)

#define CHECK_TEXT(text, expected) check_text((text), (expected), __FILE__, __LINE__, #text)

static inline void check_ok(filed_error *error, const char *file, int line, const char *call) {
    if (error != NULL) {
        const char *path = filed_error_path(error);
        fprintf(stderr, "%s:%d: %s: %s: %s (%s)\n", file, line, call, filed_error_name(error),
                filed_error_message(error), path == NULL ? "" : path);
        exit(1);
    }
}

static inline filed_error *check_fails(filed_error *error, uint32_t code, const char *file,
                                       int line, const char *call) {
    if (error == NULL || filed_error_code(error) != code) {
        fprintf(stderr, "%s:%d: %s: %s %s instead of code %u\n", file, line, call,
                error == NULL ? "success" : filed_error_name(error),
                error == NULL ? "" : filed_error_message(error), (unsigned)code);
        exit(1);
    }
    return error;
}

static inline void check_text(const char *text, const char *expected, const char *file, int line,
                              const char *expression) {
    if (text == NULL || expected == NULL ? text != expected : strcmp(text, expected) != 0) {
        fprintf(stderr, "%s:%d: %s is \"%s\", not \"%s\"\n", file, line, expression,
                text == NULL ? "(NULL)" : text, expected == NULL ? "(NULL)" : expected);
        exit(1);
    }
}

#endif
