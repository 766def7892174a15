// The documents of a pull API.

import type { PullLimits } from './pull.js'

/** What the documents say of the platform. Everybody may read it: no secrets. */
export interface PullAbout {
  /** The platform's name. */
  readonly platform?: string
  /** Where Filed's engineers ask when something is unclear. */
  readonly contact?: string
  /** How Filed comes by credentials, in a sentence or two. */
  readonly credentials?: string
  /** Webhooks of the platform: when each is sent, and what with. */
  readonly webhooks?: readonly { readonly name: string; readonly description: string }[]
}

/** What to fill in. The other settings are those of the server. */
export interface PullDocsOptions {
  readonly about?: PullAbout
  /** An API key of a sandbox with made-up clients. */
  readonly apiKey?: string
  /** An OAuth 2.0 client of such a sandbox. */
  readonly oauthClient?: { readonly id: string; readonly secret: string }
  readonly tokenLifetimeMs?: number
  readonly signedUrlsMs?: number
  readonly limits?: PullLimits
}

/** The documents. Where credentials of a sandbox were given, the Markdown and the page hold them. */
export interface PullDocs {
  /** OpenAPI 3.1, as JSON. */
  readonly openapi: string
  /** Everything in words, with a table of each item Filed asks for and where it is answered. */
  readonly markdown: string
  /** The same as one page that loads nothing. */
  readonly html: string
}
