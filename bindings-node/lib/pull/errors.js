'use strict'
// How a function of a provider fails, in words that Filed is told.

class PullError extends Error {
  constructor(code, message) {
    super(message)
    this.code = code
  }
}
Object.defineProperty(PullError.prototype, 'name', { value: 'PullError' })

class NotFound extends PullError {
  constructor(message = 'not found') {
    super('NOT_FOUND', message)
  }
}

class Invalid extends PullError {
  constructor(message) {
    super('INVALID', message)
  }
}

class Forbidden extends PullError {
  constructor(message = 'forbidden') {
    super('FORBIDDEN', message)
  }
}

class Unavailable extends PullError {
  constructor(message = 'unavailable', { retryAfterMs = null } = {}) {
    super('UNAVAILABLE', message)
    this.retryAfterMs = retryAfterMs
  }
}

const CODES = ['NOT_FOUND', 'INVALID', 'FORBIDDEN', 'UNAVAILABLE']

/** What Filed is told of what a function threw; nothing of what it does not expect. */
function refusal(thrown) {
  const code = thrown?.code
  if (!CODES.includes(code)) return null
  const said = code === 'INVALID' ? String(thrown.message).toWellFormed() : undefined
  const later = Number.isFinite(thrown.retryAfterMs) ? Math.max(0, thrown.retryAfterMs) : undefined
  return { code, message: said, retryAfterMs: later }
}

module.exports = { Forbidden, Invalid, NotFound, Unavailable, refusal }
