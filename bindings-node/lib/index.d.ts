/// <reference lib="esnext.disposable" />
//
// The types of `filed-sdk`. All times are milliseconds, all sizes bytes, all instants ISO 8601 text in
// UTC as Filed sent it. Results are frozen; what is absent is `null`.
//
// Methods reject with a {@link FiledError}, or with a `TypeError` (`code: 'INVALID_ARGUMENT'`) when an
// argument is of the wrong type or an option is unknown; nothing was sent then.

import type { ErrorCode } from './codes.js'

export { ErrorCodes } from './codes.js'
export type { ErrorCode } from './codes.js'

/** Any JSON value. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json }

/** A JSON object. */
export type JsonObject = { readonly [key: string]: Json }

/** What every call takes. */
export interface CallOptions {
  /**
   * Ends the call: its request is dropped, and the promise rejects with `CANCELLED`, whose `cause` is
   * the signal's reason. A signal that is aborted already sends nothing.
   */
  readonly signal?: AbortSignal
}

/** A call that waits for something to happen. */
export interface WaitOptions extends CallOptions {
  /** The longest wait in milliseconds; then it rejects with `WAIT_TIMED_OUT`, with nothing cancelled. */
  readonly timeoutMs?: number
}

/** A path on disk, or a `file:` URL. */
export type Path = string | URL

/** Bytes in memory. They are copied before the call returns: the memory may be used again at once. */
export type Bytes = ArrayBufferView | ArrayBufferLike

/** A Web `ReadableStream` of bytes, by its shape. */
export interface ByteStream {
  getReader(): {
    read(): Promise<{ done: boolean; value?: ArrayBufferView | ArrayBuffer | undefined }>
    cancel(reason?: unknown): Promise<unknown>
  }
}

/** A Web stream, a `Blob`, a Node `Readable`, or any async iterable of bytes. */
export type StreamSource =
  ByteStream | { stream(): ByteStream } | AsyncIterable<ArrayBufferView | ArrayBuffer>

// ---------------------------------------------------------------------------------------- errors

/** One entry of a GraphQL answer's `errors`. */
export interface GraphqlError {
  /** Filed's text, shortened, with names and secrets taken out. */
  readonly message: string
  /** Such as `UNAUTHENTICATED`. */
  readonly code: string | null
  /** Where in the answer, such as `createJobWorks.3`. */
  readonly path: string | null
}

/**
 * What failed, on which item, and what to do next. The message names items by their external id only.
 *
 * ```js
 * try {
 *   await push.commit()
 * } catch (error) {
 *   if (error instanceof FiledError && error.code === 'PUSH_INCOMPLETE') await push.report()
 *   else throw error
 * }
 * ```
 */
export declare class FiledError extends Error {
  private constructor()
  readonly name: 'FiledError'
  readonly code: ErrorCode
  /** The code's number, the same in every language. */
  readonly number: number
  /** Such as `jobs.create`. */
  readonly operation: string | null
  /** The HTTP status of the last answer. */
  readonly httpStatus: number | null
  readonly graphqlErrors: readonly GraphqlError[]
  /** The server's id of the last request. */
  readonly requestId: string | null
  /** How many times the request was sent; 0 when nothing was. */
  readonly attempts: number
  /** The client or file concerned. */
  readonly externalId: string | null
  /** The path of the file concerned. Not enumerable, so that it stays out of printed errors. */
  readonly path: string | null
  /** Whether the failed request changed anything at Filed. */
  readonly effect: 'applied' | 'not_applied' | 'unknown'
  /** Whether the same call may succeed when it is simply made again later. */
  readonly retryable: boolean
}

// ---------------------------------------------------------------------------------------- client

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
  /** Uploads at once, 1 to 256. `FILED_MAX_CONCURRENCY`; 16. */
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

// ---------------------------------------------------------------------------------------- gateway

export interface NewWorkspace extends CallOptions {
  /** The firm's display name. */
  readonly displayName: string
  /** Such as the firm's id at your platform. */
  readonly metadata?: Json
  readonly firmSize?: 'xs' | 'sm' | 'md' | 'lg' | 'xl'
}

/** A tax firm's workspace. */
export interface Workspace {
  readonly id: string
  /** URL-friendly name; used in deep links. */
  readonly slug: string
  readonly displayName: string
  /** Such as `active`. */
  readonly status: string
  /** `partner` for workspaces made by partners; an open set. */
  readonly workspaceType: string
}

/** Operations on workspaces: one per tax firm. */
export interface Workspaces {
  /** Creates a workspace; partners only. Not repeated when the answer is lost (`OUTCOME_UNKNOWN`). */
  create(workspace: NewWorkspace): Promise<Workspace>
  /** Adds users by email, at once and without invitation; adding one again changes nothing. */
  addUsers(workspaceId: string, emails: readonly string[], options?: CallOptions): Promise<readonly User[]>
}

/** A firm's connection to a provider. Which fields are set depends on the operation. */
export interface Connection {
  readonly id: string
  readonly workspaceId: string | null
  /** Such as `canopy`. */
  readonly providerKey: string
  /** `active`, `pending`, `failed`, `disconnected`; an open set. */
  readonly status: string
  /** What to do next, typically `collect`; set by start. */
  readonly action: string | null
  readonly displayName: string | null
  /** `practice_management`, `document_management`, `tax_software`; set by list. */
  readonly category: string | null
  /** Set by collect. */
  readonly settings: Json
  readonly createdAt: string | null
  readonly updatedAt: string | null
}

export interface ConnectionInputs extends CallOptions {
  /** Credentials and settings of the firm, such as `apiKey`, `baseUrl`, `firmReferenceId`. */
  readonly inputs?: Json
}

export interface ConnectionFilter extends CallOptions {
  readonly ids?: readonly string[]
  readonly statuses?: readonly string[]
  readonly providerKeys?: readonly string[]
  readonly categories?: readonly string[]
}

/** Operations on provider connections. */
export interface Connections {
  /** Starts a connection; it is `pending` until collected. The key is case-sensitive. */
  start(workspaceId: string, providerKey: string, options?: ConnectionInputs): Promise<Connection>
  /** Lets Filed verify the credentials. A failed verification is an answer whose `status` says so. */
  collect(connectionId: string, options?: ConnectionInputs): Promise<Connection>
  /** The connections of a workspace, read page by page as they are walked. */
  list(workspaceId: string, options?: ConnectionFilter): AsyncIterable<Connection>
  /** Polls until the connection is active, for five minutes unless told otherwise. */
  waitActive(workspaceId: string, connectionId: string, options?: WaitOptions): Promise<Connection>
}

export interface NewJob extends CallOptions {
  readonly connectionId: string
  /** Such as "2024 Tax Season Import". */
  readonly name: string
}

/** A connection job: one import. */
export interface Job {
  readonly id: string
  readonly connectionId: string
  readonly workspaceId: string
  readonly name: string
  /** Such as `pending`, `active`, `completed`; an open set. */
  readonly status: string
  readonly createdAt: string
  readonly updatedAt: string
}

/** A client or tax preparation to add to a job. */
export interface NewWork {
  readonly name: string
  /** Your id for it, unique in your platform. */
  readonly externalId: string
}

/** A work as `jobs.addWorks` returns it; `jobs.works` tells which external id it has. */
export interface CreatedWork {
  /** The job work's id: what artifacts are added to. */
  readonly id: string
  readonly workId: string
  readonly connectionJobId: string
  readonly workspaceId: string
  readonly createdAt: string
  readonly updatedAt: string
}

/** A work of a job, with its artifacts. */
export interface JobWork extends CreatedWork {
  readonly name: string
  readonly externalId: string | null
  /** Progress word; values are not documented. */
  readonly status: string | null
  readonly tag: string | null
  readonly artifacts: readonly Artifact[]
}

export interface WorkFilter extends CallOptions {
  /** Without it, the works of all jobs of the connection. */
  readonly jobId?: string
  /** Job work ids. */
  readonly ids?: readonly string[]
  /** Ids of the underlying works. */
  readonly workIds?: readonly string[]
}

export interface ImportStatus {
  readonly id: string | null
  readonly status: string | null
  readonly metadata: Json
}

/** Operations on connection jobs: one per import. */
export interface Jobs {
  /** Creates a job on an active connection. */
  create(job: NewJob): Promise<Job>
  /** Adds works in one batch; the result's order is not promised to be the input's. */
  addWorks(jobId: string, works: readonly NewWork[], options?: CallOptions): Promise<readonly CreatedWork[]>
  /** The works of a connection or job, each with its artifacts, read page by page. */
  works(workspaceId: string, connectionId: string, options?: WorkFilter): AsyncIterable<JobWork>
  /** Starts the import. Sent once, never repeated (`OUTCOME_UNKNOWN` when the answer was lost). */
  initiate(jobId: string, options?: CallOptions): Promise<ImportStatus>
}

/** A file to attach to a work. */
export interface NewArtifact {
  /** File name or label. */
  readonly name: string
  /** A category such as `w2`, or a MIME type. */
  readonly type: string
  /** An upload's `fileUrl`, or a URL Filed can reach. */
  readonly url?: string | URL
  /** Your id for the file. */
  readonly externalId: string
  readonly metadata?: Json
}

/** A file of a work; `works.addArtifacts` sets only ids, instants and external id. */
export interface Artifact {
  readonly id: string
  readonly artifactId: string
  readonly workArtifactId: string
  readonly externalId: string
  readonly name: string | null
  readonly type: string | null
  readonly status: string | null
  /** Filed's own URL once the file was fetched. */
  readonly uploadedUrl: string | null
  /** What was given at creation, or error details. */
  readonly metadata: Json
  readonly createdAt: string | null
  readonly updatedAt: string | null
}

/** Operations on works: one per client or tax preparation. */
export interface Works {
  /** Attaches files in one batch. `jobWorkId` is the job work's `id`, not its `workId`. */
  addArtifacts(
    jobWorkId: string,
    artifacts: readonly NewArtifact[],
    options?: CallOptions,
  ): Promise<readonly Artifact[]>
}

// ---------------------------------------------------------------------------------------- uploads

export interface UploadOptions extends CallOptions {
  /** The name Filed is told; for a file on disk its own name is the default. */
  readonly fileName?: string
  /** Otherwise decided by name, then by content. */
  readonly mimeType?: string
}

export interface NamedUploadOptions extends UploadOptions {
  readonly fileName: string
}

export interface StreamUploadOptions extends NamedUploadOptions {
  /** Bytes in the stream, when known: another size fails the upload with `SOURCE_FAILED`. */
  readonly size?: number
}

/** A file that Filed's upload host holds. */
export interface UploadedFile {
  /** What an artifact's `url` takes. */
  readonly fileUrl: string
  readonly fileName: string
  readonly mimeType: string
  /** Bytes sent; `null` for an upload by URL. */
  readonly size: number | null
  /** SHA-256 of the bytes sent, lower-case hex; `null` for an upload by URL. */
  readonly sha256: string | null
}

/** File uploads. */
export interface Uploads {
  /** Uploads a file from disk. An error about the file has its path in `error.path`. */
  file(path: Path, options?: UploadOptions): Promise<UploadedFile>
  /** Uploads bytes. */
  bytes(data: Bytes, options: NamedUploadOptions): Promise<UploadedFile>
  /**
   * Uploads a stream at the pace of the network: it is read only as fast as it is sent. It is read once,
   * so an upload that breaks is not repeated. A stream that fails rejects with `SOURCE_FAILED`, whose
   * `cause` is what the stream threw.
   */
  stream(source: StreamSource, options: StreamUploadOptions): Promise<UploadedFile>
  /** Lets Filed fetch a file itself; not for partners. */
  url(url: string | URL, options?: { readonly mimeType?: string } & CallOptions): Promise<UploadedFile>
}

// ---------------------------------------------------------------------------------------- platform

export interface PlatformOptions extends CallOptions {
  /** Agreed per platform; `limit` and `offset` are set by the list itself. */
  readonly options?: JsonObject
}

/** A client of your platform, as Filed sees it through a connection. */
export interface PlatformClient {
  readonly id: string
  readonly name: string | null
  readonly email: string | null
  readonly phone: string | null
  readonly type: string | null
  readonly lastModified: string | null
}

/** A file of a platform client, as Filed sees it through a connection. */
export interface PlatformFile {
  readonly id: string
  readonly fileName: string
  readonly fileSize: number | null
  readonly mimeType: string | null
  readonly downloadUrl: string | null
  readonly dateCreated: string | null
}

export interface FileToSend extends CallOptions {
  /** File name at the platform. */
  readonly fileName: string
  readonly contentType?: string
  /** The platform's tus upload endpoint. */
  readonly tusdEndpoint: string | URL
}

export interface SentFile {
  /** `false` is an answer, not an error: see `message`. */
  readonly success: boolean
  readonly message: string | null
}

/** The platform's own clients and files, seen through a connection. */
export interface Platform {
  clients(workspaceId: string, connectionId: string, options?: PlatformOptions): AsyncIterable<PlatformClient>
  files(
    workspaceId: string,
    connectionId: string,
    clientId: string,
    options?: PlatformOptions,
  ): AsyncIterable<PlatformFile>
  /** Asks Filed to send a file back to the platform; `clientKey` is the client's id there. */
  uploadFile(connectionId: string, clientKey: string, file: FileToSend): Promise<SentFile>
}

// ---------------------------------------------------------------------------------------- push

export interface PushOptions extends CallOptions {
  /** The provider connection to import through; must be active. */
  readonly connectionId: string
  /** The firm's workspace. */
  readonly workspaceId: string
  /** Such as "2024 Tax Season Import". */
  readonly jobName: string
  /** Journal file; an existing one of the same push is continued. Temporary when not given. */
  readonly journal?: Path
  /** Initiate the import of what succeeded even when some clients or files failed. */
  readonly allowPartial?: boolean
  /** What to do when Filed already has an external id from an earlier import; `error`. */
  readonly onExisting?: 'error' | 'adopt'
}

export interface NewClient extends CallOptions {
  /** Client name or label, 1 to 500 characters. */
  readonly name: string
  /** Your id for the client, unique in your platform, 1 to 255 characters. */
  readonly externalId: string
}

/** What is said about a file of a push. */
export interface AboutFile {
  /** Your id for the file, unique within the push, 1 to 255 characters. */
  readonly externalId: string
  /** The name Filed is told; a path's own name is the default, required for bytes. */
  readonly fileName?: string
  /** Otherwise decided by name, then by content. */
  readonly mimeType?: string
  /** The artifact's type, such as `w2`; the MIME type is the default. */
  readonly category?: string
  /** A JSON object: size, dates, anything relevant. */
  readonly metadata?: JsonObject
}

/** A file to add: from disk, from memory, or fetched by Filed itself. */
export type NewFile = AboutFile &
  (
    | { readonly path: Path; readonly data?: undefined; readonly url?: undefined }
    | { readonly data: Bytes; readonly path?: undefined; readonly url?: undefined }
    | { readonly url: string | URL; readonly path?: undefined; readonly data?: undefined }
  )

/** A client of a push. */
export interface PushClient {
  readonly externalId: string
  /**
   * Adds a file. Resolves once the journal holds it; the upload starts by itself. Adding the same file
   * again changes nothing, a different one under the same id rejects with `DUPLICATE_EXTERNAL_ID`. A
   * file that is missing fails by itself, in the report, and the rest goes on.
   */
  addFile(file: NewFile & CallOptions): Promise<void>
  addUrl(url: string | URL, about: AboutFile & CallOptions): Promise<void>
  addBytes(data: Bytes, about: AboutFile & CallOptions): Promise<void>
  /** Adds many files at once, with one write of the journal: all of them or, on an error, none. */
  addFiles(files: readonly NewFile[], options?: CallOptions): Promise<void>
}

export type PushState = 'open' | 'committing' | 'initiated' | 'watching' | 'done' | 'failed' | 'cancelled'

export type ItemState =
  'added' | 'uploading' | 'uploaded' | 'created' | 'attached' | 'imported' | 'failed' | 'cancelled'

export type EventKind =
  | 'job_created'
  | `client_${'added' | 'created' | 'attached' | 'imported' | 'failed' | 'cancelled'}`
  | `file_${'added' | 'uploading' | 'uploaded' | 'attached' | 'imported' | 'failed' | 'cancelled'}`
  | `push_${'committing' | 'initiated' | 'done' | 'failed' | 'cancelled'}`

/** Something that happened to a push, a client or a file. */
export interface PushEvent {
  /** Rises from event to event. */
  readonly sequence: number
  readonly kind: EventKind
  /** The client or file it happened to; `null` for the push itself. */
  readonly externalId: string | null
  /** For a file, the client it belongs to. */
  readonly clientExternalId: string | null
  /** Why, for the failed kinds. */
  readonly error: FiledError | null
}

export interface Counts {
  readonly total: number
  /** Files: uploaded. Clients: created. */
  readonly sent: number
  readonly attached: number
  readonly imported: number
  readonly failed: number
  readonly cancelled: number
}

/** A snapshot of a running push. */
export interface Progress {
  readonly state: PushState
  readonly clients: Counts
  readonly files: Counts
  /** Bytes of all files whose size is known. */
  readonly bytesTotal: number
  /** Bytes on their way or arrived. */
  readonly bytesSent: number
  /** Uploads running now. */
  readonly uploading: number
}

export interface ClientReport {
  /** Its number within the push. */
  readonly key: number
  readonly externalId: string
  readonly state: ItemState
  readonly jobWorkId: string | null
  readonly workId: string | null
  /** Filed's own status word, as last seen. */
  readonly status: string | null
  readonly error: FiledError | null
}

export interface FileReport {
  readonly externalId: string
  readonly clientExternalId: string
  readonly state: ItemState
  /** For files from disk. */
  readonly path: string | null
  /** Bytes sent. */
  readonly size: number | null
  /** SHA-256 of the bytes sent, lower-case hex. */
  readonly sha256: string | null
  readonly mimeType: string | null
  readonly fileUrl: string | null
  readonly artifactId: string | null
  /** Filed's own status word, as last seen. */
  readonly status: string | null
  readonly error: FiledError | null
}

/** The outcome of a push. Failures are listed, everything else is counted. */
export interface Report {
  readonly state: PushState
  readonly jobId: string | null
  readonly clients: Counts
  readonly files: Counts
  readonly bytesSent: number
  readonly failedClients: readonly ClientReport[]
  readonly failedFiles: readonly FileReport[]
  /** What was found out of the ordinary and settled, without names or paths. */
  readonly notes: readonly string[]
}

/**
 * An open push. Everything added is in the journal when its promise resolves, so that the same program
 * run again, or {@link Client.resume}, goes on after a crash.
 */
export interface Push {
  /** Adds a client. Adding the same client again changes nothing. */
  addClient(client: NewClient): Promise<PushClient>
  /**
   * Uploads, attaches, verifies and initiates; resolves once the import was initiated. Rejects with
   * `PUSH_INCOMPLETE` when something failed and `allowPartial` was not asked for. Calling it again
   * continues. Aborting its signal cancels the push, so that nothing is initiated behind your back.
   */
  commit(options?: WaitOptions): Promise<void>
  /** Watches the import until every client and file has ended. */
  wait(options?: WaitOptions): Promise<Report>
  /** Stops. Nothing is initiated afterwards; a journal of your own can be resumed. */
  cancel(): Promise<void>
  /** A snapshot; costs the same at any size. */
  progress(): Progress
  /**
   * The events since the push was opened, until the last one. None is lost when the reader is slow; leaving the loop
   * ends the stream. It may run beside the rest. A loop that the rest of the program waits for ends
   * when the push is at rest and the program has nothing else to do.
   */
  events(options?: CallOptions): AsyncIterableIterator<PushEvent>
  /** What is known now, as {@link Push.wait} gives it at the end. */
  report(options?: CallOptions): Promise<Report>
  /** Every file with its state, in the order added. */
  files(options?: CallOptions): AsyncIterable<FileReport>
  /** Every client with its state, in the order added. */
  clients(options?: CallOptions): AsyncIterable<ClientReport>
  /** The job at Filed, once it was created. */
  readonly jobId: string | null
  /** Where the journal is. */
  readonly journal: string
  /** Lets go of the push as it is: what runs stops, and the journal can be resumed. */
  close(): Promise<void>
  /** As `close`; a push that was not committed is cancelled. */
  [Symbol.asyncDispose](): Promise<void>
}

// ---------------------------------------------------------------------------------------- module

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
