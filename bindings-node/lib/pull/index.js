'use strict'
// `pull`: serving the API that Filed pulls from.

const { Call, bridge, cancelled, resultOf, run } = require('../bridge.js')
const { field, fields, kindOf, path, signal, time } = require('../check.js')
const { typeError } = require('../errors.js')
const { check } = require('./check.js')
const { docs } = require('./docs.js')
const { Forbidden, Invalid, NotFound, Unavailable } = require('./errors.js')
const { Provider } = require('./provider.js')
const { SETTINGS } = require('./settings.js')

const CLOSE_MS = 10_000

// A server that nobody has a name for any more goes on, like any server of Node's.
const running = new Set()

function callback(value, at) {
  if (typeof value === 'function') return value
  throw typeError(`${at} must be a function, not ${kindOf(value)}`)
}

class PullFolder {
  constructor(place) {
    this.path = field(path, place, 'pull.folder', 'path')
    Object.freeze(this)
  }
}

const folder = (place) => new PullFolder(place)

async function serve(provider, options) {
  const operation = 'pull.serve'
  const given = fields({ ...SETTINGS, signal, onError: callback }, options, operation)
  const { signal: stop, onError, ...settings } = given
  if (stop?.aborted) throw cancelled(operation, stop, 'not_applied')
  if (provider instanceof PullFolder) return await start({ folder: provider.path, settings }, null, stop)
  if (typeof provider !== 'object' || provider === null) {
    throw typeError(`${operation}: provider must be an object, not ${kindOf(provider)}`)
  }
  const host = new Provider(provider, onError)
  try {
    const { number, authenticates } = host
    return await start({ provider: number, authenticates, settings }, host, stop)
  } catch (error) {
    host.forget()
    throw error
  }
}

async function start(args, host, stop) {
  let native
  const begin = (call) => {
    native = bridge.pullServe(call, JSON.stringify(args))
  }
  try {
    const { url } = await run('pull.serve', begin, { signal: stop })
    return new PullServer(native, url, host)
  } catch (error) {
    // Given up while it started: it may be there already.
    new Call({ idle: true }).start((call) => native?.close(call, 0))
    throw error
  }
}

class PullServer {
  #native
  #host
  // A call that is answered only when the library is shut down under the server.
  #life

  constructor(native, url, host) {
    this.#native = native
    this.#host = host
    this.url = url
    this.#life = new Call({}).start((call) => native.ended(call))
    this.#life.outcome.then(() => this.#forget())
    running.add(this)
    Object.freeze(this)
  }

  async close(options) {
    const { timeoutMs = CLOSE_MS } = fields({ timeoutMs: time }, options, 'pull.close')
    const closing = new Call({}).start((call) => this.#native.close(call, timeoutMs))
    const outcome = await closing.outcome
    this.#life.end({ ok: null })
    return resultOf('pull.close', outcome)
  }

  #forget() {
    running.delete(this)
    this.#host?.forget()
  }
}

if (Symbol.asyncDispose) {
  PullServer.prototype[Symbol.asyncDispose] = async function () {
    await this.close()
  }
}

const pull = Object.freeze({ Forbidden, Invalid, NotFound, Unavailable, check, docs, folder, serve })

module.exports = { pull }
