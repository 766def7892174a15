/* A tax firm's platform in memory: a provider whose functions answer, fail, wait or stream as the id
 * they are given says. */

#ifndef SUPPORT_PLATFORM_H
#define SUPPORT_PLATFORM_H

#include <pthread.h>

#include "check.h"

/* Size of the great file, whose bytes are those of `byte_at`. */
#define GREAT ((uint64_t)64 << 20)
/* The longest anything is waited for. */
#define PATIENCE 60000

/* What happened so far, for tests to wait for. */
typedef struct platform {
    pthread_mutex_t lock;
    pthread_cond_t changed;
    int slow_waits;
    int slow_may_go;
    int opened;
    int released;
    int provider_released;
    int kept;
    int broken;
    uint64_t received;
    char note[64];
} platform;

platform *firm_new(void);

/* Counts up, and wakes whoever waits for that. */
void add(platform *firm, int *number);

/* Waits until `*number` is `value` or more. */
void wait_until(platform *firm, const int *number, int value);

unsigned char byte_at(uint64_t at);

/* All functions but `authenticate`. */
filed_pull_provider provider_of(platform *firm);

int32_t authenticate(void *user, filed_pull_call *call, const filed_pull_credential *credential,
                     filed_pull_caller *caller);

#endif
