'use strict'
// What a client, its nouns and its pushes share: the native client, and what the host's functions
// threw. Users never see it.

const { addTokenSource, bridge, dropTokenSource, run, toError } = require('./bridge.js')
const { FiledError, internalError } = require('./errors.js')
const { kindOf } = require('./check.js')

// A client that is simply forgotten gives back its function.
const forgotten = new FinalizationRegistry(dropTokenSource)

class Session {
  #source = null
  #failed = null
  /** What turns the native half's error into a FiledError with its cause. */
  causes = (code) => (code === 'CALLBACK_FAILED' ? this.#failed : null)

  constructor(settings) {
    const { partnerToken, ...config } = settings
    if (typeof partnerToken === 'function') this.#source = addTokenSource(this.#guarded(partnerToken))
    else config.partnerToken = partnerToken
    this.native = this.#open({ ...config, tokenSource: this.#source ?? undefined })
    if (this.#source) forgotten.register(this, this.#source)
  }

  /** Starts one of the plain operations. */
  call(operation, args, signal) {
    return this.run(operation, (call) => this.native.call(call, operation, JSON.stringify(args)), signal)
  }

  run(operation, start, signal) {
    return run(operation, start, { signal, causes: this.causes })
  }

  /** An error inside a result. */
  error(details) {
    return details && toError(details, this.causes)
  }

  close() {
    try {
      this.native.close()
    } catch (thrown) {
      throw internalError('close', thrown)
    }
    dropTokenSource(this.#source)
  }

  #open(config) {
    let client
    try {
      client = bridge.open(config)
    } catch (thrown) {
      throw internalError('Client', thrown)
    }
    if (!('error' in client)) return client
    dropTokenSource(this.#source)
    throw new FiledError(withOption(JSON.parse(client.error)))
  }

  // What is kept outside must not keep the session alive.
  #guarded(source) {
    const session = new WeakRef(this)
    return async () => {
      try {
        const token = await source()
        if (typeof token === 'string' && token && token.isWellFormed()) return token
        throw new TypeError(`partnerToken must give a string that is not empty, not ${kindOf(token)}`)
      } catch (thrown) {
        session.deref()?.#note(thrown)
        return undefined
      }
    }
  }

  #note(thrown) {
    this.#failed = { thrown }
  }
}

// The core names a setting in the one spelling all languages share; the option is told beside it.
function withOption(details) {
  const setting = /^setting `([a-z_]+)`/.exec(details.message)?.[1]
  if (!setting) return details
  const camel = setting.replace(/_([a-z])/g, (_, letter) => letter.toUpperCase())
  const option = setting.endsWith('timeout') ? `${camel}Ms` : camel
  return { ...details, message: `${details.message}; in JavaScript it is the option \`${option}\`` }
}

module.exports = { Session }
