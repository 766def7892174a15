// Uploads.

import type { Bytes, CallOptions, Path, StreamSource } from './common.js'

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
  /** BLAKE3 of the bytes sent, lower-case hex; `null` for an upload by URL. */
  readonly blake3: string | null
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
