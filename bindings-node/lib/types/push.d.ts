// The push: what is added, what is learnt.

import type { Bytes, CallOptions, JsonObject, Path, WaitOptions } from './common.js'
import type { FiledError } from './errors.js'

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
   * again changes nothing, a different one under the same id rejects with `DUPLICATE_EXTERNAL_ID`, and
   * one that was sent with other content with `FILE_CHANGED`. A file that is missing fails by itself,
   * in the report, and the rest goes on.
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
  /** BLAKE3 of the bytes sent, lower-case hex. */
  readonly blake3: string | null
  /**
   * SHA-256 of the bytes sent, lower-case hex, of a file that an earlier version of the library sent:
   * those kept no BLAKE3.
   */
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
  /**
   * Adds a client. Resolves once the journal holds it: a kill takes nothing back, and a power cut at
   * most what was added within a tenth of a second, until the push is committed. Adding the same
   * client again changes nothing.
   */
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
