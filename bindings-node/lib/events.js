'use strict'
// The events of a push as an async iterator: one crossing for each batch.
//
// Waiting for an event does not keep the process alive while the push is at rest, because then no
// event can come by itself. When the program has nothing else to do either, the iteration ends,
// where it would otherwise wait for ever or the process would end in the middle of it.

const { Call, cancelled, resultOf } = require('./bridge.js')

const BATCH = 256
// Time for events that have happened to arrive before an iteration is ended.
const GRACE_MS = 100

const waiting = new Set()

function onIdle() {
  for (const stream of waiting) stream.idle()
}

class EventStream {
  #session
  #native
  #progress
  #signal
  #onEnd
  #events = []
  #turn = Promise.resolve()
  #call = null
  #done = false

  constructor(session, native, { progress, signal, onEnd }) {
    this.#session = session
    this.#native = native
    this.#progress = progress
    this.#signal = signal
    this.#onEnd = onEnd
  }

  [Symbol.asyncIterator]() {
    return this
  }

  /** The next event. Callers that do not wait for each other are served in turn. */
  next() {
    const turn = this.#turn.then(() => this.#next())
    this.#turn = turn.then(
      () => {},
      () => {},
    )
    return turn
  }

  /** Stops; a call of `next` that waits ends too. */
  async return(value) {
    this.#stop()
    return { done: true, value }
  }

  /** The program has nothing else to do: hold it while the push still works, else end. */
  idle() {
    this.#call.hold()
    if (isBusy(this.#progress())) return
    setTimeout(() => {
      if (waiting.has(this) && !isBusy(this.#progress())) this.#stop()
    }, GRACE_MS)
  }

  async #next() {
    if (!this.#done && this.#events.length === 0) await this.#fetch()
    if (this.#events.length === 0) return { done: true, value: undefined }
    return { done: false, value: this.#events.shift() }
  }

  async #fetch() {
    if (this.#signal?.aborted) throw cancelled('push.events', this.#signal, 'not_applied')
    this.#call = new Call({ signal: this.#signal, idle: true })
    this.#wait(true)
    const outcome = await this.#call.start((call) => this.#native.next(call, BATCH)).outcome
    this.#wait(false)
    if (outcome.stopped) return
    const batch = resultOf('push.events', outcome, this.#session.causes)
    if (batch.length === 0) this.#stop()
    this.#events = batch.map((event) => Object.freeze({ ...event, error: this.#session.error(event.error) }))
  }

  #stop() {
    this.#done = true
    this.#events = []
    this.#call?.end({ stopped: true })
    this.#onEnd()
  }

  #wait(begins) {
    if (begins) waiting.add(this)
    else waiting.delete(this)
    const changed = waiting.size === Number(begins)
    if (changed && begins) process.on('beforeExit', onIdle)
    if (changed && !begins) process.off('beforeExit', onIdle)
  }
}

/** Whether more events will come without the host doing anything. */
function isBusy({ state, clients, files, uploading }) {
  if (state === 'initiated') return false
  if (state !== 'open') return true
  return uploading > 0 || files.sent + files.failed < files.total
}

module.exports = { EventStream }
