'use strict'
// Streams of every kind as one: `next` gives the next chunk, `stop` tells the stream that no more
// is wanted, without waiting for it.

const { kindOf } = require('./check.js')
const { typeError } = require('./errors.js')

// A chunk is copied once on its way; pieces of this size keep that copy small.
const PIECE = 1 << 20

/** The source of a Web ReadableStream, a Blob, a Node Readable or any async iterable. */
function sourceOf(stream, at) {
  if (stream instanceof Blob) return fromWeb(stream.stream())
  if (typeof stream?.getReader === 'function') return fromWeb(stream)
  if (typeof stream?.[Symbol.asyncIterator] === 'function') return fromIterable(stream)
  throw typeError(`${at} must be a ReadableStream, Readable, Blob or async iterable, not ${kindOf(stream)}`)
}

function fromWeb(stream) {
  const reader = stream.getReader()
  return {
    next: () => reader.read(),
    // The reason of a cancelled stream is nobody's business any more; nor is its answer.
    stop: () => void reader.cancel().catch(() => {}),
  }
}

function fromIterable(iterable) {
  const iterator = iterable[Symbol.asyncIterator]()
  return {
    next: () => iterator.next(),
    stop: () => {
      iterable.destroy?.()
      Promise.resolve(iterator.return?.()).catch(() => {})
    },
  }
}

/** A chunk as views of at most one piece each. */
function* piecesOf(chunk) {
  const view = viewOf(chunk)
  for (let start = 0; start < view.length; start += PIECE) yield view.subarray(start, start + PIECE)
}

function viewOf(chunk) {
  if (ArrayBuffer.isView(chunk)) return new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.byteLength)
  if (chunk instanceof ArrayBuffer) return new Uint8Array(chunk)
  throw typeError(`a chunk of the stream must be a Uint8Array or ArrayBuffer, not ${kindOf(chunk)}`)
}

module.exports = { piecesOf, sourceOf }
