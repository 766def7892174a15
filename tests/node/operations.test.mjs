// Every operation of the gateway against the sandbox: what is sent, and the shape of what comes back.

import assert from 'node:assert/strict'
import { after, before, beforeEach, test } from 'node:test'

import { deepLink, version } from '../../bindings-node/lib/index.mjs'
import { Sandbox, collect, failure } from './support/sandbox.mjs'

let sandbox, client, ids

before(async () => (sandbox = await Sandbox.start()))
after(() => sandbox.stop())
beforeEach(async () => {
  await sandbox.reset()
  client = sandbox.client()
  ids = sandbox.ready
})

test('me tells who the key belongs to', async () => {
  const user = await client.me()
  assert.deepEqual(Object.keys(user), ['id', 'email', 'name', 'role'])
  assert.ok(Object.isFrozen(user))
})

test('a partner creates a workspace and adds users', async () => {
  const partner = sandbox.client(sandbox.partner())
  const metadata = { firm_id: 7, nested: { snake_case: [1.5, null, 'x'] } }
  const workspace = await partner.workspaces.create({ displayName: 'Doe & Co', metadata, firmSize: 'sm' })
  assert.equal(workspace.displayName, 'Doe & Co')
  const users = await partner.workspaces.addUsers(workspace.id, ['a@example.com', 'b@example.com'])
  assert.deepEqual(
    users.map((user) => user.email),
    ['a@example.com', 'b@example.com'],
  )
  const state = await sandbox.state()
  const stored = state.workspaces.find((stored) => stored.id === workspace.id)
  assert.deepEqual(stored.metadata, metadata)
})

test('a connection is started, collected and waited for', async () => {
  const started = await client.connections.start(ids.workspace_id, ids.provider_key, {
    inputs: { apiKey: 'k' },
  })
  assert.equal(started.status, 'pending')
  assert.equal(started.action, 'collect')
  const collected = await client.connections.collect(started.id, { inputs: { firmReferenceId: 'f' } })
  assert.equal(collected.status, 'active')
  const active = await client.connections.waitActive(ids.workspace_id, started.id, { timeoutMs: 5_000 })
  assert.equal(active.id, started.id)
})

test('connections are listed page by page and filtered', async () => {
  const all = await collect(client.connections.list(ids.workspace_id))
  assert.equal(all.length, 3)
  const pending = await collect(client.connections.list(ids.workspace_id, { statuses: ['pending'] }))
  assert.deepEqual(
    pending.map((connection) => connection.id),
    [ids.pending_connection_id],
  )
  assert.equal(pending[0].category, 'practice_management')
})

test('a list can be walked again and left in the middle', async () => {
  const list = client.connections.list(ids.workspace_id)
  for await (const connection of list) {
    assert.ok(connection.id)
    break
  }
  assert.equal((await collect(list)).length, 3)
})

test('works cross pages', async () => {
  const job = await client.jobs.create({ connectionId: ids.connection_id, name: 'Many' })
  const works = Array.from({ length: 230 }, (_, n) => ({ name: `Client ${n}`, externalId: `client-${n}` }))
  for (let start = 0; start < works.length; start += 100) {
    await client.jobs.addWorks(job.id, works.slice(start, start + 100))
  }
  const listed = await collect(client.jobs.works(ids.workspace_id, ids.connection_id, { jobId: job.id }))
  assert.equal(new Set(listed.map((work) => work.externalId)).size, 230)
  assert.ok((await sandbox.arrived('jobWorks')) >= 3)
})

test('an import is made by hand', async () => {
  const job = await client.jobs.create({ connectionId: ids.connection_id, name: 'By hand' })
  assert.equal(job.connectionId, ids.connection_id)
  const [work] = await client.jobs.addWorks(job.id, [{ name: 'John Smith', externalId: 'client-1' }])
  const metadata = { fileSize: 5000, page_count: 2 }
  const url = new URL('https://files.example.com/w2.pdf')
  const [artifact] = await client.works.addArtifacts(work.id, [
    { name: 'w2.pdf', type: 'w2', url, externalId: 'file-1', metadata },
  ])
  assert.equal(artifact.externalId, 'file-1')
  const [listed] = await collect(
    client.jobs.works(ids.workspace_id, ids.connection_id, { jobId: job.id, workIds: [work.workId] }),
  )
  assert.equal(listed.externalId, 'client-1')
  assert.equal(listed.artifacts[0].type, 'w2')
  assert.deepEqual(listed.artifacts[0].metadata, metadata)
  assert.ok(Object.isFrozen(listed.artifacts[0].metadata))
  const status = await client.jobs.initiate(job.id)
  assert.equal(status.id, job.id)
  assert.equal((await sandbox.state()).jobs[0].initiated, 1)
})

test('the platform is seen through a connection', async () => {
  const options = { includeArchived: true }
  const clients = await collect(client.platform.clients(ids.workspace_id, ids.connection_id, { options }))
  assert.ok(clients.length > 0)
  const files = await collect(client.platform.files(ids.workspace_id, ids.connection_id, clients[0].id))
  assert.ok(files.every((file) => typeof file.fileName === 'string'))
  const sent = await client.platform.uploadFile(ids.connection_id, clients[0].id, {
    fileName: 'return.pdf',
    contentType: 'application/pdf',
    tusdEndpoint: 'https://platform.example.com/tus',
  })
  assert.equal(typeof sent.success, 'boolean')
  assert.equal((await sandbox.state()).sent_files.length, 1)
})

test('a raw document gives data and errors', async () => {
  const document = 'query ($id: ID!) { me { workspaces(filters: { ids: [$id] }) { slug } } }'
  const answer = await client.graphql(document, { id: ids.workspace_id })
  assert.equal(answer.data.me.workspaces[0].slug, ids.workspace_slug)
  assert.deepEqual(answer.errors, [])
  const refused = await client.graphql('{ nonsense }')
  assert.equal(refused.errors[0].code, 'GRAPHQL_VALIDATION_FAILED')
})

test('an error of the gateway tells all it knows', async () => {
  const error = await failure(
    client.jobs.create({ connectionId: ids.failed_connection_id, name: 'On a failed connection' }),
  )
  assert.equal(error.name, 'FiledError')
  assert.equal(error.code, 'CONNECTION_NOT_ACTIVE')
  assert.equal(error.number, 505)
  assert.equal(error.operation, 'jobs.create')
  assert.equal(error.attempts, 1)
  assert.equal(error.effect, 'not_applied')
  assert.equal(error.retryable, false)
  assert.equal(error.graphqlErrors[0].code, 'CONNECTION_NOT_ACTIVE')
  assert.match(error.stack, /operations\.test\.mjs/, 'the stack leads to the caller')
})

test('plain values', () => {
  assert.match(version, /^\d+\.\d+\.\d+/)
  assert.equal(
    deepLink('smith-associates-tax-firm', 'connect/tax-software'),
    'https://app.filed.com/sign-in?deep_link=%2Fw%2Fsmith-associates-tax-firm%2Fconnect%2Ftax-software',
  )
  assert.match(deepLink(''), /%2Fw%2Fredirect$/)
})
