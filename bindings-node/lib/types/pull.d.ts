// The API that Filed pulls from, served by functions of yours.

import type { CallOptions, Json, Path, StreamSource } from './common.js'
import type { PullCheckOptions, PullReport } from './pull-check.js'
import type { PullAbout, PullDocs, PullDocsOptions } from './pull-docs.js'

/** A time: a `Date`, or text that `Date` understands. */
export type PullTime = Date | string

/** What a caller may do. */
export type PullScope = 'clients.read' | 'files.read' | 'notes.write' | 'files.write'

/** A client, as the platform has it. */
export interface PullClient {
  /** The platform's id: unique, and never given to another client. */
  readonly id: string
  /** Full name of the person or business. */
  readonly name: string
  readonly email?: string | null
  readonly phone?: string | null
  /** Such as `individual` or `business`. */
  readonly type?: string | null
  /** When the client or one of its files last changed. */
  readonly lastModified?: PullTime | null
}

/** A file of a client, as the platform has it. */
export interface PullFile {
  /** The platform's id: unique over all clients, and never given to another file. */
  readonly id: string
  /** File name with its extension, without a path. */
  readonly name: string
  /** Bytes. */
  readonly size: number
  /** `application/octet-stream` when left out. */
  readonly mimeType?: string | null
  /** When the platform got the file. */
  readonly dateCreated?: PullTime | null
  /** When the content last changed. */
  readonly dateModified?: PullTime | null
  /** Whatever else is known of the file. */
  readonly metadata?: { readonly [key: string]: Json } | null
}

/** One page of a list, filtered and in order. */
export interface PullPage<T> {
  readonly items: readonly T[]
  /** What the next page's `cursor` is to be; left out after the last page. Filed sees it encrypted. */
  readonly next?: string | null
  /** How many there are on all pages, when known. */
  readonly total?: number | null
}

/**
 * An array is everything the caller may see: the library filters, sorts and cuts pages; good for some
 * ten thousand. A page is the one that was asked for.
 */
export type PullList<T> = readonly T[] | PullPage<T>

/** What both lists can be asked. */
export interface PullListQuery {
  /** How many at most. */
  readonly limit: number
  /** How many to leave out at the start. */
  readonly offset: number
  /** Where to go on: `next` of an earlier page. */
  readonly cursor: string | null
  /** Only what changed at this time or later, ISO 8601. */
  readonly modifiedSince: string | null
}

/** Which clients are asked for. */
export interface PullClientQuery extends PullListQuery {
  /** In which order, descending with a minus. The id decides between equals. */
  readonly sort: 'id' | '-id' | 'name' | '-name' | 'lastModified' | '-lastModified'
  readonly type: string | null
  /** Only this client. */
  readonly id: string | null
}

/** Which files of a client are asked for. */
export interface PullFileQuery extends PullListQuery {
  /** In which order, descending with a minus. The id decides between equals. */
  readonly sort:
    | 'id'
    | '-id'
    | 'name'
    | '-name'
    | 'size'
    | '-size'
    | 'dateCreated'
    | '-dateCreated'
    | 'dateModified'
    | '-dateModified'
  /** `image/*` is every image. */
  readonly mimeType: string | null
  /** Without its dot. */
  readonly extension: string | null
}

/** The request a function answers. */
export interface PullContext {
  /** Who calls: the name that belongs to the credentials. */
  readonly caller: string
  /** Aborts when the answer is of no use any more: the caller has hung up, or it took too long. */
  readonly signal: AbortSignal
}

/**
 * What a download is read from: a file on disk, which is the fastest and is read without JavaScript;
 * bytes; a stream, which is read only as fast as it is sent; or a function that opens a stream at the
 * byte it is given, so that a download that broke goes on there.
 */
export type PullContent =
  | { readonly path: Path }
  | ArrayBufferView
  | ArrayBufferLike
  | StreamSource
  | ((start: number) => StreamSource | Promise<StreamSource>)

/** A file that was opened for a download. */
export interface PullOpenedFile {
  /** What the list says of it. The size is looked up for a path and for bytes. */
  readonly file: Omit<PullFile, 'size'> & { readonly size?: number }
  readonly content: PullContent
  /**
   * Changes whenever the content does: a hash, a revision. Not needed for a path, nor with
   * `file.dateModified`; without any of these a download that broke starts again from the beginning.
   */
  readonly version?: string | null
}

/** A note to be put on a client. */
export interface PullNewNote {
  /** 1 to 10,000 characters. */
  readonly text: string
  readonly format: 'plain' | 'markdown'
  readonly category: string | null
  readonly author: string | null
  /** The same key for the same client is the same note: answer with the one there is. */
  readonly idempotencyKey: string | null
}

/** A note as the platform keeps it. */
export interface PullKeptNote {
  readonly id: string
  /** Now, when left out. */
  readonly dateCreated?: PullTime | null
}

/** A file that Filed sends. */
export interface PullNewFile {
  /** One component of 1 to 255 characters. Not safe as a path on every system. */
  readonly name: string
  readonly mimeType: string
  /** Bytes, when announced. */
  readonly size: number | null
  readonly description: string | null
  readonly metadata: { readonly [key: string]: Json }
  /** The same key for the same client is the same file: read the content, answer with the one there is. */
  readonly idempotencyKey: string | null
}

/** What a caller shows. Compare it in constant time. */
export type PullCredential =
  | { readonly apiKey: string; readonly clientId: null; readonly clientSecret: null }
  | { readonly apiKey: null; readonly clientId: string; readonly clientSecret: string }

type Maybe<T> = T | Promise<T>

/**
 * A platform's clients and files, as Filed may see them. Functions run side by side on the event loop;
 * a slow one slows and a failing one fails only its own request. They fail with `pull.NotFound`,
 * `pull.Invalid`, `pull.Forbidden` or `pull.Unavailable`, or any error with such a `code`; Filed is told
 * nothing of other errors, which `onError` gets.
 */
export interface PullProvider {
  listClients(query: PullClientQuery, context: PullContext): Maybe<PullList<PullClient>>
  listFiles(clientId: string, query: PullFileQuery, context: PullContext): Maybe<PullList<PullFile>>
  openFile(fileId: string, context: PullContext): Maybe<PullOpenedFile>
  addNote(clientId: string, note: PullNewNote, context: PullContext): Maybe<PullKeptNote>
  /**
   * Reads `content` to its end and only then keeps the file. It is sent only as fast as it is read.
   * When the transfer breaks, reading throws, and nothing may be kept.
   */
  receiveFile(
    clientId: string,
    file: PullNewFile,
    content: AsyncIterable<Uint8Array>,
    context: PullContext,
  ): Maybe<PullFile>
  /** Who has credentials that the options do not know; `null` for nobody. */
  authenticate?(
    credential: PullCredential,
  ): Maybe<{ readonly id: string; readonly scopes?: readonly PullScope[] } | null>
}

/** A folder of clients as a provider; made by `pull.folder`. */
export declare class PullFolder {
  private constructor()
  readonly path: string
}

/** How much is allowed. */
export interface PullLimits {
  /** The largest file that is received, in bytes; 2 GiB. */
  readonly file?: number
  /** The longest a function may take, also for each chunk; 30 s. */
  readonly providerMs?: number
  /** A transfer that moves less than 16 KiB in this time is cut off; 30 s. */
  readonly stallMs?: number
  /** Connections at the same time; 1,024. */
  readonly connections?: number
  /** Requests of one caller, 100 a second and 400 at once; `false` is without limit. */
  readonly rate?: { readonly perSecond: number; readonly burst: number } | false
  /** Wrong credentials in a row from one address before it is locked out; 20. */
  readonly failures?: number
  /** How long it is locked out; 60 s, every further time twice as long. */
  readonly lockOutMs?: number
  /** How long an unfinished upload is kept after its last byte; 24 hours. */
  readonly uploadLifetimeMs?: number
  /** Unfinished uploads of one caller at the same time; 256. */
  readonly uploads?: number
}

/** Where to serve, and who may use it. */
export interface PullServeOptions extends CallOptions {
  /** Address to listen on; `127.0.0.1`. Without `tls`, loopback only. */
  readonly host?: string
  /** 0, the default, takes a free one. */
  readonly port?: number
  /** The URL Filed reaches the server under, when it is another than the address says. */
  readonly publicUrl?: string | URL
  /** PEM files: the certificate with its chain, and its key. */
  readonly tls?: { readonly certificates: Path; readonly key: Path }
  /** API keys of at least 16 characters; all scopes unless told otherwise. */
  readonly keys?: readonly {
    readonly caller: string
    readonly key: string
    readonly scopes?: readonly PullScope[]
  }[]
  /** Clients of the OAuth 2.0 client credentials grant. */
  readonly oauthClients?: readonly {
    readonly id: string
    readonly secret: string
    readonly scopes?: readonly PullScope[]
  }[]
  /** How long an access token lives; 1 hour. */
  readonly tokenLifetimeMs?: number
  /** Puts signed download URLs into lists, which need no credentials and live so long, up to twice. */
  readonly signedUrlsMs?: number
  /** Where unfinished uploads and the server's own secret outlive the process, for one server at a time. */
  readonly stateDir?: Path
  /** What the documents say of the platform. */
  readonly about?: PullAbout
  readonly limits?: PullLimits
  /**
   * Told what a function of the provider threw, and what was wrong with what it gave. Without it, a
   * process warning says once that something failed, and not what: it may name a client.
   */
  readonly onError?: (error: unknown, about: { readonly method: string }) => void
}

/** A server that listens. It keeps the process alive until it is closed. */
export interface PullServer {
  /** The URL that every path of the API is appended to. */
  readonly url: string
  /**
   * Takes no more requests, waits up to `timeoutMs` (10 000) for those that run, and ends; resolves to
   * whether all of them finished.
   */
  close(options?: { readonly timeoutMs?: number }): Promise<boolean>
  [Symbol.asyncDispose](): Promise<void>
}

declare class PullError extends Error {
  readonly code: 'NOT_FOUND' | 'INVALID' | 'FORBIDDEN' | 'UNAVAILABLE'
}

/** The API that Filed pulls from. */
export declare const pull: {
  /** Serves a provider, or a folder. */
  serve(provider: PullProvider | PullFolder, options?: PullServeOptions): Promise<PullServer>
  /**
   * A folder as a provider: every folder in it is a client, every file at any depth one of its files.
   * Notes and received files are kept in it.
   */
  folder(path: Path): PullFolder
  /**
   * Plays Filed against the platform at `baseUrl`, ours or any other, and tells what Filed would trip
   * over. That the platform fails is a finding, no error.
   */
  check(baseUrl: string | URL, options: PullCheckOptions): Promise<PullReport>
  /** The documents of a server that Filed reaches at `baseUrl`, ready to be sent to Filed. */
  docs(baseUrl: string | URL, options?: PullDocsOptions): Promise<PullDocs>
  /** There is no such client or file, or this caller may not know of it. */
  readonly NotFound: new (message?: string) => PullError
  /** The input cannot be used. Filed sees the message: name no client. */
  readonly Invalid: new (message: string) => PullError
  /** The caller may not do this. */
  readonly Forbidden: new (message?: string) => PullError
  /** It may work later, after `retryAfterMs` when that is known. */
  readonly Unavailable: new (message?: string, options?: { readonly retryAfterMs?: number }) => PullError
}
