/*
 * What the C contenders share: a line of work at a time on standard input. A contender says `ready`,
 * then for each line does the work it names and says `done`. It is measured from outside.
 */
#ifndef FILED_BENCH_H
#define FILED_BENCH_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MOST_WORDS 16
#define MOST_TEXT 8192

static inline void fail(const char *what) {
    fprintf(stderr, "%s\n", what);
    exit(1);
}

static inline const char *setting(const char *name) {
    const char *value = getenv(name);
    if (value == NULL) {
        fail(name);
    }
    return value;
}

static inline void say(const char *word) {
    puts(word);
    fflush(stdout);
}

/* Does what it is told until standard input ends. */
static inline void serve(void (*work)(int count, char **words)) {
    static char line[MOST_TEXT];
    say("ready");
    while (fgets(line, sizeof line, stdin) != NULL) {
        char *words[MOST_WORDS];
        int count = 0;
        for (char *word = strtok(line, " \n"); word != NULL; word = strtok(NULL, " \n")) {
            if (count == MOST_WORDS) {
                fail("too many words");
            }
            words[count++] = word;
        }
        work(count, words);
        say("done");
    }
}

/* The path of a file to send. */
static inline void path_of(char *path, size_t size, const char *folder, long number) {
    snprintf(path, size, "%s/%06ld.pdf", folder, number);
}

#endif
