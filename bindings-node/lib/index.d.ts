/// <reference lib="esnext.disposable" />
//
// The types of `filed-sdk`. All times are milliseconds, all sizes bytes, all instants ISO 8601 text in
// UTC as Filed sent it. Results are frozen; what is absent is `null`.
//
// Methods reject with a {@link FiledError}, or with a `TypeError` (`code: 'INVALID_ARGUMENT'`) when an
// argument is of the wrong type or an option is unknown; nothing was sent then.

export * from './types/client.js'
export * from './codes.js'
export * from './types/common.js'
export * from './types/errors.js'
export * from './types/gateway.js'
export * from './types/pull.js'
export * from './types/pull-check.js'
export * from './types/pull-docs.js'
export * from './types/push.js'
export * from './types/uploads.js'

/**
 * A link that signs a user in and opens `path` in the workspace `slug`; with an empty slug, in the
 * user's own workspace. Nothing is sent.
 */
export declare function deepLink(slug: string, path?: string): string

/**
 * Ends the library's threads in this process, for all its clients and worker threads; resolves to
 * whether everything ended in time (5 000 ms unless told otherwise). A new client starts anew.
 */
export declare function shutdown(options?: { readonly timeoutMs?: number }): Promise<boolean>

/** The version of this library. */
export declare const version: string
