'use strict'
// Streams between a provider's functions and the native half, a chunk at a time in both directions.

const { bridge, run } = require('../bridge.js')
const { piecesOf } = require('../source.js')

const outgoing = new Map()
let last = 0

/** A content that the native half reads; `open` gives its source at a byte. */
class Outgoing {
  #open
  #start = 0
  #source = null
  #pieces = null

  constructor({ open, skips, source = null }, onError) {
    this.#open = open
    this.skips = skips
    this.onError = onError
    this.#source = source
    this.number = ++last
    outgoing.set(this.number, this)
  }

  skip(offset) {
    if (this.skips) this.#start = offset
    return this.skips
  }

  /** The next piece, or nothing at the end. */
  async next() {
    this.#source ??= await this.#open(this.#start)
    if (!outgoing.has(this.number)) this.stop()
    for (;;) {
      const piece = this.#pieces?.next()
      if (piece && !piece.done) return piece.value
      const { done, value } = await this.#source.next()
      if (done) return undefined
      this.#pieces = piecesOf(value)
    }
  }

  stop() {
    outgoing.delete(this.number)
    this.#source?.stop()
  }
}

const outgoingOf = (number) => outgoing.get(number)

/** The content of a file that comes in, read at the pace of whoever iterates. */
class Incoming {
  #number
  #over = false
  /** What reading has thrown, when the transfer broke. */
  broken = null

  constructor(number) {
    this.#number = number
  }

  async next() {
    if (this.#over) return { done: true, value: undefined }
    let call
    const read = (number) => {
      call = number
      bridge.pullRead(number, this.#number)
    }
    try {
      this.#over = !(await run('pull.receiveFile', read))
    } catch (error) {
      this.#over = true
      this.broken = error
      throw error
    }
    return this.#over ? { done: true, value: undefined } : { done: false, value: bridge.takeChunk(call) }
  }

  async return() {
    this.#over = true
    return { done: true, value: undefined }
  }

  [Symbol.asyncIterator]() {
    return this
  }
}

module.exports = { Incoming, Outgoing, outgoingOf }
