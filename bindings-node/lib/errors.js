'use strict'
// FiledError, and the two ways in which a wrong argument is told: a TypeError when the type is
// wrong, a FiledError when the type is right and the value is not.

const native = require('./native.js')

/** Every error code with its number, in the order of the numbers. */
const ErrorCodes = Object.freeze(Object.fromEntries(JSON.parse(native.codes())))

const FIELDS = [
  'code',
  'number',
  'operation',
  'httpStatus',
  'graphqlErrors',
  'requestId',
  'attempts',
  'externalId',
  'effect',
  'retryable',
]

class FiledError extends Error {
  constructor(details, options) {
    super(details.message, options)
    for (const field of FIELDS) this[field] = details[field]
    // A path tells of a taxpayer, and an error printed to a log shows every enumerable field.
    Object.defineProperty(this, 'path', { value: details.path ?? null })
  }
}
Object.defineProperty(FiledError.prototype, 'name', { value: 'FiledError' })

/** An error that was found on this side of the bridge. */
function localError(code, operation, message, more = {}) {
  const { cause, ...fields } = more
  const details = {
    code,
    number: ErrorCodes[code],
    message: operation ? `${operation}: ${message}` : message,
    operation: operation ? inSnakeCase(operation) : null,
    httpStatus: null,
    graphqlErrors: [],
    requestId: null,
    attempts: 0,
    externalId: null,
    path: null,
    effect: 'not_applied',
    retryable: false,
    ...fields,
  }
  return new FiledError(details, 'cause' in more ? { cause } : undefined)
}

// Operations have one spelling in every language's errors.
const inSnakeCase = (name) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)

/** A wrong type or an unknown name, in the language's own terms. */
function typeError(message, code = 'INVALID_ARGUMENT') {
  return Object.assign(new TypeError(message), { code })
}

/** What was thrown by the native half itself: always a defect. */
function internalError(operation, cause) {
  return localError('INTERNAL', operation, 'a defect in this library; please report it', { cause })
}

module.exports = { ErrorCodes, FiledError, localError, typeError, internalError }
