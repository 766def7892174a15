'use strict'
// Uploads: files, bytes, streams, URLs.

const { cancelled, Call, resultOf } = require('./bridge.js')
const { bytes, field, fields, path, signal, text, url, whole } = require('./check.js')
const { piecesOf, sourceOf } = require('./source.js')

const NAMED = { fileName: text, mimeType: text, signal }

class Uploads {
  #session

  constructor(session) {
    this.#session = session
  }

  async file(from, options) {
    const operation = 'uploads.file'
    const { signal: stop, ...args } = fields({ fileName: text, mimeType: text, signal }, options, operation)
    args.path = field(path, from, operation, 'path')
    return await this.#session.call(operation, args, stop)
  }

  async bytes(data, options) {
    const operation = 'uploads.bytes'
    const { signal: stop, ...args } = fields(NAMED, options, operation)
    const view = field(bytes, data, operation, 'data')
    const start = (call) => this.#session.native.uploadBytes(call, JSON.stringify(args), view)
    return await this.#session.run(operation, start, stop)
  }

  async url(from, options) {
    const operation = 'uploads.url'
    const { signal: stop, ...args } = fields({ mimeType: text, signal }, options, operation)
    args.url = field(url, from, operation, 'url')
    return await this.#session.call(operation, args, stop)
  }

  async stream(stream, options) {
    const operation = 'uploads.stream'
    const { signal: stop, ...args } = fields({ ...NAMED, size: whole }, options, operation)
    if (stop?.aborted) throw cancelled(operation, stop, 'not_applied')
    const feed = new Feed(sourceOf(stream, `${operation}: stream`))
    const upload = new Call({ signal: stop })
    upload.start((call) => feed.into(this.#session.native.uploadStream(call, JSON.stringify(args))))
    const outcome = await upload.outcome
    feed.stop()
    return resultOf(operation, outcome, (code) => feed.cause(code) ?? this.#session.causes(code))
  }
}

/** Carries the chunks of a source to an upload, at the upload's pace. */
class Feed {
  #source
  #failed = null
  #stopped = false

  constructor(source) {
    this.#source = source
  }

  into(sink) {
    this.#carry(sink).then(
      () => sink.end(),
      (thrown) => {
        this.#failed = { thrown }
        sink.fail()
      },
    )
  }

  /** The upload has ended: nothing more is wanted. */
  stop() {
    if (this.#stopped) return
    this.#stopped = true
    this.#source.stop()
  }

  cause(code) {
    return code === 'SOURCE_FAILED' ? this.#failed : null
  }

  async #carry(sink) {
    for (;;) {
      const { done, value } = await this.#source.next()
      if (done || this.#stopped) {
        this.#stopped = true
        return
      }
      for (const piece of piecesOf(value)) if (!(await write(sink, piece))) return
    }
  }
}

async function write(sink, piece) {
  let taken
  const call = new Call({}).start((number) => {
    taken = sink.write(number, piece)
  })
  // Usually there was room, and no answer will come for this call.
  if (typeof taken === 'boolean') call.settle({ ok: taken })
  return resultOf('uploads.stream', await call.outcome)
}

module.exports = { Uploads }
