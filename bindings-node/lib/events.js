'use strict'
// The events of a push as an async iterator: one crossing for each batch.
//
// Waiting for an event does not keep the process alive while the push is at rest, because then no
// event can come by itself. When the program has nothing else to do either, the iteration ends,
// where it would otherwise wait for ever or the process would end in the middle of it.

const { Call, cancelled, resultOf } = require('./bridge.js')

const BATCH = 256
// How long a push may be at rest before the iteration ends: with everything done that can be done
// before a commit, only for events to arrive; with something left, for a server that is slow.
const GRACE_MS = 100
const STUCK_MS = 5_000
const LOOK_MS = 50

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

  /** The program has nothing else to do: hold it while the push still moves, else end. */
  idle() {
    this.#call.hold()
    this.#watch(this.#call, performance.now())
  }

  #watch(call, restingSince) {
    setTimeout(() => {
      if (call !== this.#call || !waiting.has(this)) return
      const progress = this.#progress()
      const since = isMoving(progress) ? performance.now() : restingSince
      const patience = isComplete(progress) ? GRACE_MS : STUCK_MS
      if (performance.now() - since < patience) this.#watch(call, since)
      else this.#stop()
    }, LOOK_MS)
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
function isMoving({ state, uploading }) {
  return uploading > 0 || (state !== 'open' && state !== 'initiated')
}

/** Whether everything is done that is done before a commit. */
function isComplete({ clients, files }) {
  return [clients, files].every(({ sent, failed, total }) => sent + failed >= total)
}

module.exports = { EventStream }
