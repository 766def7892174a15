'use strict'
// The provider's functions, called when the native half asks for an answer.

const { bridge, freeze, onQuestion } = require('../bridge.js')
const { kindOf } = require('../check.js')
const { typeError } = require('../errors.js')
const { refusal } = require('./errors.js')
const shapes = require('./shapes.js')
const { Incoming, Outgoing, outgoingOf } = require('./streams.js')

const REQUIRED = ['listClients', 'listFiles', 'openFile', 'addNote', 'receiveFile']

// What each function is given, and the shape of what it gives.
const METHODS = {
  listClients: [(given) => [given], shapes.clients],
  listFiles: [({ clientId, query }) => [clientId, query], shapes.files],
  openFile: [({ fileId }) => [fileId], shapes.opened],
  addNote: [({ clientId, note }) => [clientId, note], shapes.note],
  receiveFile: [({ clientId, file, content }) => [clientId, file, new Incoming(content)], shapes.file],
  authenticate: [(given) => [given], shapes.caller],
}

const providers = new Map()
const asked = new Map()
let last = 0

/** A provider that the native half knows by a number. */
class Provider {
  #functions
  #onError
  #warned = false

  constructor(functions, onError) {
    for (const name of REQUIRED) {
      if (typeof functions[name] !== 'function') {
        throw typeError(`pull.serve: provider.${name} must be a function, not ${kindOf(functions[name])}`)
      }
    }
    this.#functions = functions
    this.#onError = onError
    this.authenticates = typeof functions.authenticate === 'function'
    this.number = ++last
    providers.set(this.number, this)
  }

  forget() {
    providers.delete(this.number)
  }

  /** The value of a function's answer: `ok`, or `error`. */
  async answer({ method, caller, given }, signal) {
    const [arrange, shape] = METHODS[method]
    const args = arrange(freeze(given))
    const context = method === 'authenticate' ? [] : [Object.freeze({ caller, signal })]
    try {
      const result = await this.#functions[method](...args, ...context)
      return { ok: shape(result, `pull: the result of ${method}`) }
    } catch (thrown) {
      const ours = (signal.aborted && thrown === signal.reason) || args.some((arg) => arg?.broken === thrown)
      return { error: ours ? { code: 'FAILED' } : this.refused(thrown, method) }
    }
  }

  /** What Filed is told; anything else is the host's business. */
  refused(thrown, method) {
    const known = refusal(thrown)
    if (known) return known
    this.#tell(thrown, method)
    return { code: 'FAILED' }
  }

  #tell(thrown, method) {
    if (this.#onError) return void this.#onError(thrown, Object.freeze({ method }))
    if (this.#warned) return
    this.#warned = true
    process.emitWarning(`pull: ${method} failed; give pull.serve an onError to learn why`, 'FiledWarning')
  }
}

async function answerCall(question, request) {
  const provider = providers.get(request.provider)
  if (!provider) return void bridge.answer(question, undefined)
  const controller = new AbortController()
  asked.set(question, controller)
  const answer = await provider.answer(request, controller.signal)
  asked.delete(question)
  const stream = answer.ok?.open ? streamed(answer, provider) : null
  if (!bridge.answer(question, JSON.stringify(answer))) stream?.stop()
}

/** Puts a stream's number in its place. */
function streamed(answer, provider) {
  const { open, skips, source, ...rest } = answer.ok
  const stream = new Outgoing({ open, skips, source }, (thrown) => provider.refused(thrown, 'openFile'))
  answer.ok = { ...rest, stream: stream.number }
  return stream
}

async function answerStream(question, { stream: number, method, offset }) {
  const stream = outgoingOf(number)
  if (!stream) return void bridge.answer(question, undefined)
  if (method === 'skip') return void bridge.answer(question, JSON.stringify({ ok: stream.skip(offset) }))
  try {
    const piece = await stream.next()
    if (piece) bridge.answerBytes(question, piece)
    else bridge.answer(question, JSON.stringify({ ok: null }))
  } catch (thrown) {
    bridge.answer(question, JSON.stringify({ error: stream.onError(thrown) }))
  }
}

onQuestion('pull', (question, request) =>
  request.stream === undefined ? answerCall(question, request) : answerStream(question, request),
)
onQuestion('gone', (question) => {
  asked.get(question)?.abort()
  asked.delete(question)
})
onQuestion('stop', (number) => outgoingOf(number)?.stop())

module.exports = { Provider }
