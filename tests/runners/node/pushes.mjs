// The pushes of a scenario, each with the stream of its events.

import { listed, without } from './lists.mjs'
import { unsupported } from './words.mjs'

// How long the last event may take once a step asks for all of them.
const EVENTS_END_MS = 60_000

/** Pushes by name. */
export class Pushes {
  #content
  #pushes = new Map()
  #clients = new Map()

  /** `content` gives the bytes of a step's `from`. */
  constructor(content) {
    this.#content = content
  }

  /** Lets go of every push. */
  async close() {
    for (const watched of this.#pushes.values()) await watched.close()
    this.#pushes.clear()
  }

  /** Opens or resumes a push and begins to collect its events. */
  async open(given, open) {
    const push = await open(without(given, 'push', 'cancelWhen'))
    this.#pushes.set(given.push ?? 'push', new Watched(push, given.cancelWhen))
  }

  /** Carries out one operation on a push. */
  async perform(op, given) {
    const name = given.push ?? 'push'
    const watched = this.#pushes.get(name)
    const rest = without(given, 'push')
    switch (op) {
      case 'push.drop':
        this.#pushes.delete(name)
        return await watched.close()
      case 'push.events':
        return await watched.allEvents()
      case 'push.add_client':
        await this.#addClient(name, watched.push, rest)
        return null
      case 'push.add_file':
      case 'push.add_url':
      case 'push.add_bytes':
        return await this.#add(await this.#client(name, watched.push, given.for), op, without(rest, 'for'))
      case 'push.commit':
      case 'push.wait':
      case 'push.cancel':
      case 'push.progress':
      case 'push.report':
      case 'push.files':
      case 'push.clients':
        return await listed(await watched.push[op.slice('push.'.length)](rest))
      default:
        throw unsupported(op)
    }
  }

  async #addClient(name, push, given) {
    const client = await push.addClient(given)
    this.#clients.set(`${name} ${given.externalId}`, { client, push, given })
    return client
  }

  /** A client added before; after a resume it is added again, which changes nothing. */
  async #client(name, push, externalId) {
    const known = this.#clients.get(`${name} ${externalId}`)
    return known.push === push ? known.client : await this.#addClient(name, push, known.given)
  }

  async #add(client, op, given) {
    if (op === 'push.add_file') return await client.addFile(given)
    if (op === 'push.add_url') return await client.addUrl(given.url, without(given, 'url'))
    return await client.addBytes(await this.#content(given), without(given, 'from'))
  }
}

/** A push and the events it has shown. */
class Watched {
  #events = []
  #when
  #end

  constructor(push, cancelWhen) {
    this.push = push
    this.#when = cancelWhen
    // A push that is let go of may end its stream with an error, which is no event.
    this.#end = this.#collect().catch(() => {})
  }

  /** The events from the first to the last. */
  async allEvents() {
    let timer
    const late = new Promise((_, reject) => {
      timer = setTimeout(() => reject(new Error('the events did not end')), EVENTS_END_MS)
    })
    await Promise.race([this.#end, late]).finally(() => clearTimeout(timer))
    return this.#events.map(({ kind, externalId, clientExternalId, error }) => ({
      kind,
      externalId,
      clientExternalId,
      error,
    }))
  }

  /** Lets go of the push. */
  async close() {
    await this.push.close()
    await this.#end
  }

  async #collect() {
    for await (const event of this.push.events()) {
      this.#events.push(event)
      if (this.#cancels(event)) await this.push.cancel()
    }
  }

  #cancels({ kind }) {
    if (kind !== this.#when?.kind) return false
    return this.#events.filter((event) => event.kind === kind).length === (this.#when.count ?? 1)
  }
}
