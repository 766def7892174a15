// The error type.

import type { ErrorCode } from '../codes.js'

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
