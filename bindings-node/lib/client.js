'use strict'
// Client: the way in.

const {
  field,
  fields,
  flag,
  jsonObject,
  kindOf,
  oneOf,
  path,
  required,
  signal,
  text,
  time,
  url,
  whole,
} = require('./check.js')
const { typeError } = require('./errors.js')
const { Connections, Jobs, Platform, Works, Workspaces } = require('./nouns.js')
const { openPush } = require('./push.js')
const { Session } = require('./session.js')
const { Uploads } = require('./uploads.js')

const SETTINGS = {
  apiKey: text,
  sourcePlatform: text,
  role: text,
  partnerToken,
  gatewayUrl: url,
  uploadUrl: url,
  maxConcurrency: count,
  timeoutMs: time,
  connectTimeoutMs: time,
  stallTimeoutMs: time,
  maxAttempts: count,
  caBundle: path,
  proxy: url,
  wireProfile: path,
}

const PUSH = {
  connectionId: required(text),
  workspaceId: required(text),
  jobName: required(text),
  journal: path,
  allowPartial: flag,
  onExisting: oneOf('error', 'adopt'),
  signal,
}

function partnerToken(value, at) {
  if (typeof value === 'function') return value
  if (typeof value === 'string') return text(value, at)
  throw typeError(`${at} must be a string or a function, not ${kindOf(value)}`)
}

// The largest number the native half takes; the limits themselves are checked there.
function count(value, at) {
  return Math.min(whole(value, at), 0xffff_ffff)
}

class Client {
  #session

  constructor(options) {
    this.#session = new Session(settings(options))
    this.workspaces = new Workspaces(this.#session)
    this.connections = new Connections(this.#session)
    this.jobs = new Jobs(this.#session)
    this.works = new Works(this.#session)
    this.uploads = new Uploads(this.#session)
    this.platform = new Platform(this.#session)
    Object.freeze(this)
  }

  async me(options) {
    const given = fields({ signal }, options, 'me')
    return await this.#session.call('me', {}, given.signal)
  }

  async graphql(document, variables, options) {
    const given = fields({ signal }, options, 'graphql')
    const args = {
      document: field(text, document, 'graphql', 'document'),
      variables: jsonObject(variables ?? {}, 'graphql: variables'),
    }
    return await this.#session.call('graphql', args, given.signal)
  }

  async push(options) {
    const { signal, ...args } = fields(PUSH, options, 'push')
    const open = (call) => this.#session.native.push(call, JSON.stringify(args))
    return await openPush(this.#session, 'push', open, signal)
  }

  async resume(journal, options) {
    const given = fields({ signal }, options, 'resume')
    const from = field(path, journal, 'resume', 'journal')
    return await openPush(
      this.#session,
      'resume',
      (call) => this.#session.native.resume(call, from),
      given.signal,
    )
  }

  async close() {
    this.#session.close()
  }
}

// What is wrong with a setting has the code that tells of settings.
function settings(options) {
  try {
    return fields(SETTINGS, options, 'Client')
  } catch (error) {
    if (error instanceof TypeError) throw typeError(error.message, 'CONFIG_INVALID')
    throw error
  }
}

if (Symbol.asyncDispose) {
  Client.prototype[Symbol.asyncDispose] = Client.prototype.close
}

module.exports = { Client }
