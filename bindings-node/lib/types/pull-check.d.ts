// The check of a platform's pull API.

import type { CallOptions, Path } from './common.js'

/** How to get in, and how far to go. One of `apiKey` and `oauthClient` must be there. */
export interface PullCheckOptions extends CallOptions {
  readonly apiKey?: string
  readonly oauthClient?: { readonly id: string; readonly secret: string }
  /** The platform's OpenAPI document, JSON or YAML; asked for when left out. */
  readonly document?: string
  /** Which of its operations is which, JSON or YAML; without it the platform is one of ours. */
  readonly mapping?: string
  /** More certificate authorities, a PEM file. */
  readonly caBundle?: Path
  /** Whether to post notes and send small files, which are not removed: use a test firm. `true`. */
  readonly writes?: boolean
  /** The client that is written to; the first one listed when left out. */
  readonly clientId?: string
  /** The most requests; 2,000. */
  readonly requests?: number
  /** The longest time for everything; 5 minutes. */
  readonly timeMs?: number
  /** The most clients whose files are listed; 100. */
  readonly clients?: number
  /** The most files that are downloaded; 50. */
  readonly files?: number
}

/** One thing Filed would trip over. It holds no client's name, no file's name, no credential. */
export interface PullFinding {
  /** Stable, such as `range-ignored`. */
  readonly code: string
  /** Worth knowing; works until something else goes wrong; an import would fail, lose or expose something. */
  readonly severity: 'note' | 'warning' | 'error'
  /** Which part of the check made it, such as `downloads`. */
  readonly check: string
  /** Such as `GET /api/v1/clients`. */
  readonly endpoint: string
  /** What was seen, the first time. */
  readonly seen: string
  /** How often. */
  readonly times: number
  /** What Filed would trip over. */
  readonly trips: string
  /** How to mend it. */
  readonly mend: string
}

/** What the check tried and what it found. */
export interface PullReport {
  /** Whether everything was tried and no error was found; warnings and notes are allowed. */
  readonly passed: boolean
  readonly baseUrl: string
  /** The worst first. */
  readonly findings: readonly PullFinding[]
  /** The parts of the check in the order they ran, and what could not be tried in each. */
  readonly checks: readonly {
    readonly name: string
    readonly requests: number
    readonly skipped: readonly string[]
  }[]
  readonly requests: number
  readonly tookMs: number
  /** Why the check ended before its end, when it did. */
  readonly stopped: string | null
  /** The report for people. */
  readonly words: string
  /** The report for programs, the same in every language. */
  readonly json: string
  /** The report as JUnit XML: a test case per part, a failure per finding. */
  readonly junit: string
}
