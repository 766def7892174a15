// Names and results in the words all runners use: snake_case, JSON of others as it is.

import { FiledError } from '../../../bindings-node/lib/index.mjs'

// Fields whose content is not the library's.
const OPAQUE = ['metadata', 'settings', 'data', 'inputs', 'options', 'variables']

const snake = (name) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
export const camel = (name) => name.replace(/_([a-z])/g, (_, letter) => letter.toUpperCase())

/** A result as JSON. */
export const words = (value) => renamed(value, snake)

/** A step's arguments as the library takes them. */
export const inCamelCase = (value) => renamed(value, camel)

function renamed(value, rename) {
  if (value instanceof FiledError) return errorWords(value)
  if (Array.isArray(value)) return value.map((item) => renamed(item, rename))
  if (!value || typeof value !== 'object') return value
  const entries = Object.entries(value).map(([name, item]) => [
    rename(name),
    OPAQUE.includes(name) ? item : renamed(item, rename),
  ])
  return Object.fromEntries(entries)
}

/** An error with every field. */
export function errorWords(error) {
  if (!(error instanceof FiledError)) return { code: error.word ?? 'FOREIGN', message: String(error) }
  const { code, message, operation, httpStatus, externalId, path, effect, retryable, attempts } = error
  return {
    code,
    message,
    operation,
    http_status: httpStatus,
    external_id: externalId,
    path,
    effect,
    retryable,
    attempts,
  }
}

/** An operation this runner does not know. */
export const unsupported = (op) =>
  Object.assign(new Error(`unknown operation ${op}`), { word: 'UNSUPPORTED' })
