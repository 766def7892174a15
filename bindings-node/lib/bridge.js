'use strict'
// The JavaScript end of the bridge: calls that wait for their answer, by number. One wake of the
// event loop settles every answer that has come. A module is loaded once in each worker thread, so
// each has a bridge of its own.

const native = require('./native.js')
const { onAbort } = require('./abort.js')
const { FiledError, internalError, localError } = require('./errors.js')

const calls = new Map()
const tokenSources = new Map()
const questions = new Map([['token', giveToken]])
const bridge = new native.Bridge(deliver)
let lastCall = 0
let lastSource = 0
let holding = 0

function deliver() {
  for (const [number, kind, content] of JSON.parse(bridge.drain())) {
    if (questions.has(kind)) questions.get(kind)(number, content)
    else calls.get(number)?.settle({ [kind]: content })
  }
}

/** A call to the native half. It keeps the process alive while it waits, unless it is `idle`. */
class Call {
  #resolve
  #number = ++lastCall
  #forget
  #held = false

  constructor({ signal, idle = false }) {
    this.outcome = new Promise((resolve) => (this.#resolve = resolve))
    calls.set(this.#number, this)
    this.#forget = onAbort(signal, () => this.end({ aborted: signal }))
    if (!idle) this.hold()
  }

  /** Lets the native half start it; `start` gets its number. */
  start(start) {
    try {
      start(this.#number)
    } catch (thrown) {
      this.settle({ thrown })
    }
    return this
  }

  /** Gives it up: what was started is dropped. */
  end(outcome) {
    if (!calls.has(this.#number)) return
    bridge.cancel(this.#number)
    this.settle(outcome)
  }

  hold() {
    if (this.#held || !calls.has(this.#number)) return
    this.#held = true
    if (++holding === 1) bridge.hold()
  }

  settle(outcome) {
    if (!calls.delete(this.#number)) return
    this.#forget()
    if (this.#held && --holding === 0) bridge.release()
    this.#resolve(outcome)
  }
}

/** Runs a call and gives its result, frozen. */
async function run(operation, start, { signal, causes } = {}) {
  try {
    if (signal?.aborted) throw cancelled(operation, signal, 'not_applied')
    return resultOf(operation, await new Call({ signal }).start(start).outcome, causes)
  } catch (error) {
    // Where the caller waits is worth more than where the answer came in.
    Error.captureStackTrace(error, run)
    throw error
  }
}

/** The result of a settled call, or its error thrown. */
function resultOf(operation, outcome, causes) {
  if ('ok' in outcome) return freeze(outcome.ok)
  if (outcome.error) throw toError(outcome.error, causes)
  if (outcome.aborted) throw cancelled(operation, outcome.aborted, 'unknown')
  throw internalError(operation, outcome.thrown)
}

/** A FiledError from what the native half tells; `causes` knows what the host's functions threw. */
function toError(details, causes) {
  const cause = causes?.(details.code)
  return new FiledError(details, cause && { cause: cause.thrown })
}

function cancelled(operation, signal, effect) {
  return localError('CANCELLED', operation, 'cancelled by its signal', { cause: signal.reason, effect })
}

function freeze(value) {
  if (typeof value !== 'object' || value === null) return value
  for (const inner of Object.values(value)) freeze(inner)
  return Object.freeze(value)
}

/** Registers a function that gives partner tokens; the number is what the native half knows. */
function addTokenSource(source) {
  tokenSources.set(++lastSource, source)
  return lastSource
}

const dropTokenSource = (number) => tokenSources.delete(number)

async function giveToken(question, source) {
  const token = await tokenSources.get(source)?.()
  bridge.answer(question, token)
}

/** What answers questions of a kind; it must not throw. */
const onQuestion = (kind, answer) => void questions.set(kind, answer)

module.exports = {
  Call,
  addTokenSource,
  bridge,
  cancelled,
  dropTokenSource,
  freeze,
  onQuestion,
  resultOf,
  run,
  toError,
}
