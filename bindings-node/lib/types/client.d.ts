// The client and its settings.

import type { CallOptions, Json, JsonObject, Path } from './common.js'
import type { GraphqlError } from './errors.js'
import type { Connections, Jobs, Platform, Works, Workspaces } from './gateway.js'
import type { Push, PushOptions } from './push.js'
import type { Uploads } from './uploads.js'

/** Settings. What is not given is taken from the variable, then from the default. */
export interface ClientOptions {
  /** API key from Filed. `FILED_API_KEY`; required. */
  readonly apiKey?: string
  /** Your name, sent as `source-platform`. `FILED_SOURCE_PLATFORM`; required. */
  readonly sourcePlatform?: string
  /** `FILED_ROLE`; `customer`. */
  readonly role?: 'customer' | 'partner'
  /**
   * Partner JWT for uploads, or a function that gives a fresh one. It is called on this thread, before
   * the first upload and after a refusal; when it fails, the upload fails with `CALLBACK_FAILED`, whose
   * `cause` is what it threw. `FILED_PARTNER_TOKEN`; required for partners.
   */
  readonly partnerToken?: string | (() => string | Promise<string>)
  /** `FILED_GATEWAY_URL`; `https://gateway.filed.com/graphql`. */
  readonly gatewayUrl?: string | URL
  /** `FILED_UPLOAD_URL`; by role. */
  readonly uploadUrl?: string | URL
  /**
   * The most uploads at once, 1 to 256. `FILED_MAX_CONCURRENCY`. Without it the number adapts: it
   * begins at 16 and stays between 4 and 64.
   */
  readonly maxConcurrency?: number
  /** Time for one attempt, not counting a moving body. `FILED_TIMEOUT` (seconds); 60 000. */
  readonly timeoutMs?: number
  /** Time to connect. `FILED_CONNECT_TIMEOUT` (seconds); 10 000. */
  readonly connectTimeoutMs?: number
  /** Time a transfer may stand still. `FILED_STALL_TIMEOUT` (seconds); 30 000. */
  readonly stallTimeoutMs?: number
  /** Attempts of one request, 1 to 20. `FILED_MAX_ATTEMPTS`; 5. */
  readonly maxAttempts?: number
  /** PEM file of further authorities to trust. `FILED_CA_BUNDLE`. */
  readonly caBundle?: Path
  /** Otherwise `HTTPS_PROXY` and `NO_PROXY`. */
  readonly proxy?: string | URL
  /** JSON file of what the public documentation does not pin down. `FILED_WIRE_PROFILE`. */
  readonly wireProfile?: Path
}

/**
 * A connection to Filed for one account. Nothing is sent before the first call, and the process is
 * kept alive only while calls are waiting.
 *
 * ```js
 * const client = new Client({ apiKey, sourcePlatform: 'acme-practice' })
 * const push = await client.push({ connectionId, workspaceId, jobName: '2024 Tax Season Import' })
 * const smith = await push.addClient({ name: 'John Smith - 2024 Tax Return', externalId: 'client-12345' })
 * await smith.addFile({ path: 'scans/w2.pdf', externalId: 'file-12345' })
 * await push.commit()
 * const report = await push.wait({ timeoutMs: 3_600_000 })
 * ```
 */
export declare class Client {
  /**
   * @throws {FiledError} `CONFIG_MISSING`, `CONFIG_INVALID`, `ROLE_MISMATCH` or `WIRE_PROFILE_INVALID`,
   * naming the setting and how to give it.
   */
  constructor(options?: ClientOptions)
  readonly workspaces: Workspaces
  readonly connections: Connections
  readonly jobs: Jobs
  readonly works: Works
  readonly uploads: Uploads
  readonly platform: Platform
  /** The user the API key belongs to. */
  me(options?: CallOptions): Promise<User>
  /**
   * Sends a GraphQL document. A query is retried, a mutation is sent once. Errors inside the answer are
   * part of the result.
   */
  graphql(document: string, variables?: JsonObject, options?: CallOptions): Promise<GraphqlAnswer>
  /**
   * Opens a push: an open group of clients and files that is then committed. Rejects with
   * `CONNECTION_NOT_ACTIVE`, `NOT_FOUND` or a journal error before anything is created at Filed.
   */
  push(options: PushOptions): Promise<Push>
  /** Goes on with the push a journal tells of. */
  resume(journal: Path, options?: CallOptions): Promise<Push>
  /** Ends everything that runs; later calls reject with `CLOSED`. Journals can be resumed. */
  close(): Promise<void>
  [Symbol.asyncDispose](): Promise<void>
}

export interface GraphqlAnswer {
  readonly data: Json
  readonly errors: readonly GraphqlError[]
  readonly requestId: string | null
}

/** The user an API key belongs to, or a user added to a workspace. */
export interface User {
  readonly id: string
  readonly email: string
  readonly name: string | null
  /** Such as `user`; an open set. */
  readonly role: string
}
