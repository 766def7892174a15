// The operations of a scenario's steps.

import { readFile } from 'node:fs/promises'
import path from 'node:path'

import { Client, deepLink } from '../../../bindings-node/lib/index.mjs'
import { listed, without } from './lists.mjs'
import { Pushes } from './pushes.mjs'
import { resolve } from './references.mjs'
import { camel, inCamelCase, unsupported, words } from './words.mjs'

/** How each operation takes a step's arguments; what is not taken by position is an option. */
const POSITIONS = {
  'workspaces.addUsers': ['workspaceId', 'emails'],
  'connections.start': ['workspaceId', 'providerKey'],
  'connections.collect': ['connectionId'],
  'connections.list': ['workspaceId'],
  'connections.waitActive': ['workspaceId', 'connectionId'],
  'workspaces.create': [],
  'jobs.create': [],
  'jobs.addWorks': ['jobId', 'works'],
  'jobs.works': ['workspaceId', 'connectionId'],
  'jobs.initiate': ['jobId'],
  'works.addArtifacts': ['jobWorkId', 'artifacts'],
  'uploads.file': ['path'],
  'uploads.url': ['url'],
  'platform.clients': ['workspaceId', 'connectionId'],
  'platform.files': ['workspaceId', 'connectionId', 'clientId'],
  'platform.uploadFile': ['connectionId', 'clientKey'],
}

/** Clients and pushes of one scenario, and what can be done with them. */
export class Operations {
  #control
  #folder
  #known
  #settings
  #clients = new Map()
  #pushes

  constructor(control, folder, known, settings) {
    this.#control = control
    this.#folder = folder
    this.#known = known
    this.#settings = settings
    this.#pushes = new Pushes((given) => this.#content(given))
  }

  /** Lets go of everything that is still open. */
  async close() {
    await this.#pushes.close()
    for (const client of this.#clients.values()) await client.close()
  }

  /** Carries out one operation; its result as JSON. */
  async perform(op, given) {
    if (op === 'control') return await this.#controlCall(given)
    if (op === 'client.new') return void this.#clients.set(given.name, this.#newClient(given.config ?? {}))
    if (op.startsWith('push.') && op !== 'push.open') {
      return words(await this.#pushes.perform(op, inCamelCase(given)))
    }
    if (op === 'deep_link') return deepLink(given.slug, given.path)
    const { client: name, ...rest } = given
    return words(await this.#onClient(this.#client(name), op, inCamelCase(rest)))
  }

  async #onClient(client, op, given) {
    switch (op) {
      case 'push.open':
        return await this.#pushes.open(given, (options) => client.push(options))
      case 'resume':
        return await this.#pushes.open(given, ({ journal }) => client.resume(journal))
      case 'client.close':
        return await client.close()
      case 'me':
        return await client.me()
      case 'graphql': {
        const { data, errors } = await client.graphql(given.document, given.variables)
        return { data, errors }
      }
      case 'uploads.bytes':
        return await client.uploads.bytes(await this.#content(given), without(given, 'from'))
      case 'uploads.stream': {
        const stream = chunks(await this.#content(given), given.failAfter)
        return await client.uploads.stream(stream, without(given, 'from', 'failAfter'))
      }
      default:
        return await call(client, op, given)
    }
  }

  #content(given) {
    return readFile(path.join(this.#folder, given.from))
  }

  async #controlCall(given) {
    if (!('from' in given)) return await this.#control.call(given.method, given.path, given.body)
    const type = given.content_type ?? 'application/octet-stream'
    return await this.#control.send(given.method, given.path, await this.#content(given), type)
  }

  #client(name = '') {
    if (name === '' && !this.#clients.has('')) this.#clients.set('', this.#newClient({}))
    return this.#clients.get(name)
  }

  #newClient(config) {
    const { gateway_url, upload_url, api_key } = this.#known
    const defaults = { gateway_url, upload_url, api_key, source_platform: 'scenario' }
    const given = resolve({ ...defaults, ...this.#settings, ...config }, this.#known)
    const { partnerTokenFrom: tokens, ...settings } = inCamelCase(given)
    if (tokens) settings.partnerToken = async () => (tokens.length > 1 ? tokens.shift() : tokens[0])
    return new Client(settings)
  }
}

async function call(client, op, given) {
  const positions = POSITIONS[camel(op)]
  if (!positions) throw unsupported(op)
  const [noun, verb] = camel(op).split('.')
  const options = without(given, ...positions)
  const result = await client[noun][verb](...positions.map((name) => given[name]), options)
  return await listed(result)
}

/** A stream of the content that may fail after so many bytes. */
async function* chunks(content, failAfter) {
  const end = failAfter ?? content.length
  for (let at = 0; at < end; at += 65_536) yield content.subarray(at, Math.min(end, at + 65_536))
  if (failAfter !== undefined) throw new Error('planned failure')
}
