// What every operation takes.

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
