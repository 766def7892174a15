'use strict'
// The push: an open group of clients and files that is committed, imported and watched.

const {
  bytes,
  field,
  fields,
  json,
  listOf,
  path,
  record,
  required,
  signal,
  text,
  time,
  url,
} = require('./check.js')
const { onAbort } = require('./abort.js')
const { freeze } = require('./bridge.js')
const { internalError, localError, typeError } = require('./errors.js')
const { EventStream } = require('./events.js')
const { List } = require('./list.js')

const ABOUT = {
  externalId: required(text),
  fileName: text,
  mimeType: text,
  category: text,
  metadata: json,
}
const FILE = { ...ABOUT, path, url, data: bytes }
const CONTENT = ['path', 'data', 'url']

/** Opens a push: `open` starts the call and gives the native push, which the answer fills. */
async function openPush(session, operation, open, stop) {
  let native
  await session.run(operation, (call) => (native = open(call)), stop)
  return new Push(session, native)
}

class Push {
  #session
  #native
  #settled = false
  #closed = false
  #streams = new Set()

  constructor(session, native) {
    this.#session = session
    this.#native = native
  }

  async addClient(client) {
    const operation = 'push.addClient'
    const shape = { name: required(text), externalId: required(text), signal }
    const { signal: stop, ...args } = fields(shape, client, operation)
    const start = (call) => this.#native.addClient(call, JSON.stringify(args))
    const key = await this.#session.run(operation, start, stop)
    return new PushClient(this.#session, this.#native, key, args.externalId)
  }

  async commit(options) {
    const given = fields({ timeoutMs: time, signal }, options, 'push.commit')
    const start = (call) => this.#native.commit(call, given.timeoutMs)
    // The engine works on by itself: without this, an aborted commit could still initiate.
    const forget = given.signal?.aborted ? () => {} : onAbort(given.signal, () => this.#native.cancel())
    try {
      await this.#session.run('push.commit', start, given.signal)
      this.#settled = true
    } finally {
      forget()
    }
  }

  async wait(options) {
    const given = fields({ timeoutMs: time, signal }, options, 'push.wait')
    const start = (call) => this.#native.wait(call, given.timeoutMs)
    return this.#report(await this.#session.run('push.wait', start, given.signal))
  }

  async report(options) {
    const given = fields({ signal }, options, 'push.report')
    const start = (call) => this.#native.report(call)
    return this.#report(await this.#session.run('push.report', start, given.signal))
  }

  async cancel() {
    this.#settled = true
    sound('push.cancel', () => this.#native.cancel())
  }

  progress() {
    return freeze(JSON.parse(this.#get('push.progress', () => this.#native.progress())))
  }

  events(options) {
    const given = fields({ signal }, options, 'push.events')
    const events = this.#get('push.events', () => this.#native.events())
    const stream = new EventStream(this.#session, events, {
      progress: () => this.progress(),
      signal: given.signal,
      onEnd: () => this.#streams.delete(stream),
    })
    this.#streams.add(stream)
    return stream
  }

  files(options) {
    return this.#list('push.files', () => this.#native.files(), options)
  }

  clients(options) {
    return this.#list('push.clients', () => this.#native.clients(), options)
  }

  get jobId() {
    return this.#get('push.jobId', () => this.#native.jobId())
  }

  get journal() {
    return this.#get('push.journal', () => this.#native.journal())
  }

  async close() {
    this.#closed = true
    for (const stream of this.#streams) stream.return()
    sound('push.close', () => this.#native.close())
  }

  /** Leaving without a commit is giving up: nothing is initiated. */
  static async dispose(push) {
    if (!push.#settled) await push.cancel()
    await push.close()
  }

  #get(operation, get) {
    if (this.#closed) {
      throw localError('CLOSED', operation, 'this push was closed: resume it from its journal')
    }
    return sound(operation, get)
  }

  #list(operation, open, options) {
    const given = fields({ signal }, options, operation)
    const shape = (item) => this.#item(item)
    return new List(this.#session, operation, open, { signal: given.signal, shape })
  }

  #item(item) {
    return Object.freeze({ ...item, error: this.#session.error(item.error) })
  }

  #report(report) {
    const items = (list) => Object.freeze(list.map((item) => this.#item(item)))
    const { failedClients, failedFiles } = report
    return Object.freeze({
      ...report,
      failedClients: items(failedClients),
      failedFiles: items(failedFiles),
    })
  }
}

class PushClient {
  #session
  #native
  #key

  constructor(session, native, key, externalId) {
    this.#session = session
    this.#native = native
    this.#key = key
    this.externalId = externalId
    Object.freeze(this)
  }

  async addFile(file) {
    const { signal: stop, ...given } = fields({ ...FILE, signal }, file, 'push.addFile')
    return await this.#add('push.addFile', [given], stop, () => 'push.addFile: ')
  }

  async addUrl(from, about) {
    const { signal: stop, ...given } = fields({ ...ABOUT, signal }, about, 'push.addUrl')
    given.url = field(url, from, 'push.addUrl', 'url')
    return await this.#add('push.addUrl', [given], stop)
  }

  async addBytes(data, about) {
    const { signal: stop, ...given } = fields({ ...ABOUT, signal }, about, 'push.addBytes')
    given.data = field(bytes, data, 'push.addBytes', 'data')
    return await this.#add('push.addBytes', [given], stop)
  }

  async addFiles(files, options) {
    const given = fields({ signal }, options, 'push.addFiles')
    const list = field(listOf(record(FILE)), files, 'push.addFiles', 'files')
    return await this.#add('push.addFiles', list, given.signal, (index) => `push.addFiles: files[${index}]: `)
  }

  async #add(operation, files, stop, at) {
    if (at) files.forEach((file, index) => oneContent(file, at(index)))
    const data = []
    const entries = files.map((file) => (file.data ? { ...file, data: data.push(file.data) - 1 } : file))
    const start = (call) => this.#native.addFiles(call, this.#key, JSON.stringify(entries), data)
    await this.#session.run(operation, start, stop)
  }
}

/** What the native half does at once. It throws nothing but its own defects. */
function sound(operation, work) {
  try {
    return work()
  } catch (thrown) {
    throw internalError(operation, thrown)
  }
}

function oneContent(file, at) {
  const given = CONTENT.filter((name) => name in file)
  if (given.length !== 1) throw typeError(`${at}give exactly one of ${CONTENT.join(', ')}`)
}

if (Symbol.asyncDispose) {
  Push.prototype[Symbol.asyncDispose] = function () {
    return Push.dispose(this)
  }
}

module.exports = { Push, PushClient, openPush }
