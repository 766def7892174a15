'use strict'
// The operations of the gateway, one class for each noun.

const {
  field,
  fields,
  json,
  jsonObject,
  listOf,
  record,
  required,
  signal,
  text,
  time,
  url,
} = require('./check.js')
const { List } = require('./list.js')

const WORK = record({ name: required(text), externalId: required(text) })

const ARTIFACT = record({
  name: required(text),
  type: required(text),
  url,
  externalId: required(text),
  metadata: json,
})

// Long enough for a person who is asked to sign in somewhere.
const WAIT_ACTIVE_MS = 300_000

class Noun {
  #session

  constructor(session) {
    this.#session = session
  }

  static call(noun, operation, args, signal) {
    return noun.#session.call(operation, args, signal)
  }

  static list(noun, operation, { signal, ...args }) {
    const { native } = noun.#session
    const open = () => native.list(operation, JSON.stringify(args))
    return new List(noun.#session, operation, open, { signal })
  }
}

const { call, list } = Noun

class Workspaces extends Noun {
  async create(workspace) {
    const shape = { displayName: required(text), metadata: json, firmSize: text, signal }
    const { signal: stop, ...args } = fields(shape, workspace, 'workspaces.create')
    return await call(this, 'workspaces.create', args, stop)
  }

  async addUsers(workspaceId, emails, options) {
    const operation = 'workspaces.addUsers'
    const given = fields({ signal }, options, operation)
    const args = {
      workspaceId: field(text, workspaceId, operation, 'workspaceId'),
      emails: field(listOf(text), emails, operation, 'emails'),
    }
    return await call(this, operation, args, given.signal)
  }
}

class Connections extends Noun {
  async start(workspaceId, providerKey, options) {
    const operation = 'connections.start'
    const { signal: stop, ...args } = fields({ inputs: json, signal }, options, operation)
    args.workspaceId = field(text, workspaceId, operation, 'workspaceId')
    args.providerKey = field(text, providerKey, operation, 'providerKey')
    return await call(this, operation, args, stop)
  }

  async collect(connectionId, options) {
    const operation = 'connections.collect'
    const { signal: stop, ...args } = fields({ inputs: json, signal }, options, operation)
    args.connectionId = field(text, connectionId, operation, 'connectionId')
    return await call(this, operation, args, stop)
  }

  list(workspaceId, options) {
    const operation = 'connections.list'
    const texts = listOf(text)
    const shape = { ids: texts, statuses: texts, providerKeys: texts, categories: texts, signal }
    const args = fields(shape, options, operation)
    args.workspaceId = field(text, workspaceId, operation, 'workspaceId')
    return list(this, operation, args)
  }

  async waitActive(workspaceId, connectionId, options) {
    const operation = 'connections.waitActive'
    const given = fields({ timeoutMs: time, signal }, options, operation)
    const args = {
      workspaceId: field(text, workspaceId, operation, 'workspaceId'),
      connectionId: field(text, connectionId, operation, 'connectionId'),
      timeoutMs: given.timeoutMs ?? WAIT_ACTIVE_MS,
    }
    return await call(this, operation, args, given.signal)
  }
}

class Jobs extends Noun {
  async create(job) {
    const shape = { connectionId: required(text), name: required(text), signal }
    const { signal: stop, ...args } = fields(shape, job, 'jobs.create')
    return await call(this, 'jobs.create', args, stop)
  }

  async addWorks(jobId, works, options) {
    const operation = 'jobs.addWorks'
    const given = fields({ signal }, options, operation)
    const args = {
      jobId: field(text, jobId, operation, 'jobId'),
      works: field(listOf(WORK), works, operation, 'works'),
    }
    return await call(this, operation, args, given.signal)
  }

  works(workspaceId, connectionId, options) {
    const operation = 'jobs.works'
    const shape = { jobId: text, ids: listOf(text), workIds: listOf(text), signal }
    const args = fields(shape, options, operation)
    args.workspaceId = field(text, workspaceId, operation, 'workspaceId')
    args.connectionId = field(text, connectionId, operation, 'connectionId')
    return list(this, operation, args)
  }

  async initiate(jobId, options) {
    const given = fields({ signal }, options, 'jobs.initiate')
    const args = { jobId: field(text, jobId, 'jobs.initiate', 'jobId') }
    return await call(this, 'jobs.initiate', args, given.signal)
  }
}

class Works extends Noun {
  async addArtifacts(jobWorkId, artifacts, options) {
    const operation = 'works.addArtifacts'
    const given = fields({ signal }, options, operation)
    const args = {
      jobWorkId: field(text, jobWorkId, operation, 'jobWorkId'),
      artifacts: field(listOf(ARTIFACT), artifacts, operation, 'artifacts'),
    }
    return await call(this, operation, args, given.signal)
  }
}

class Platform extends Noun {
  clients(workspaceId, connectionId, options) {
    const operation = 'platform.clients'
    const args = fields({ options: jsonObject, signal }, options, operation)
    args.workspaceId = field(text, workspaceId, operation, 'workspaceId')
    args.connectionId = field(text, connectionId, operation, 'connectionId')
    return list(this, operation, args)
  }

  files(workspaceId, connectionId, clientId, options) {
    const operation = 'platform.files'
    const args = fields({ options: jsonObject, signal }, options, operation)
    args.workspaceId = field(text, workspaceId, operation, 'workspaceId')
    args.connectionId = field(text, connectionId, operation, 'connectionId')
    args.clientId = field(text, clientId, operation, 'clientId')
    return list(this, operation, args)
  }

  async uploadFile(connectionId, clientKey, file) {
    const operation = 'platform.uploadFile'
    const shape = { fileName: required(text), contentType: text, tusdEndpoint: required(url), signal }
    const { signal: stop, ...args } = fields(shape, file, operation)
    args.connectionId = field(text, connectionId, operation, 'connectionId')
    args.clientKey = field(text, clientKey, operation, 'clientKey')
    return await call(this, operation, args, stop)
  }
}

module.exports = { Connections, Jobs, Platform, Works, Workspaces }
