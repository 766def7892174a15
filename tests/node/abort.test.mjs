// AbortSignal: a promise rejects at once, and its request is really gone.

import assert from 'node:assert/strict'
import { after, before, beforeEach, test } from 'node:test'

import { FiledError } from '../../bindings-node/lib/index.mjs'
import { Sandbox, collect, failure, until } from './support/sandbox.mjs'

let sandbox, client, ids
before(async () => (sandbox = await Sandbox.start()))
after(() => sandbox.stop())
beforeEach(async () => {
  await sandbox.reset()
  client = sandbox.client()
  ids = sandbox.ready
})

test('a signal that is aborted already sends nothing', async () => {
  const reason = new Error('not any more')
  const signal = AbortSignal.abort(reason)
  const attempts = [
    client.me({ signal }),
    client.jobs.create({ connectionId: 'c', name: 'n', signal }),
    client.graphql('{ me { id } }', {}, { signal }),
    collect(client.connections.list('w', { signal })),
    client.push({ connectionId: 'c', workspaceId: 'w', jobName: 'n', signal }),
    client.uploads.bytes(new Uint8Array(1), { fileName: 'a.txt', signal }),
    client.uploads.stream(new Blob(['x']), { fileName: 'a.txt', signal }),
  ]
  for (const attempt of attempts) {
    const error = await failure(attempt)
    assert.ok(error instanceof FiledError)
    assert.equal(error.code, 'CANCELLED')
    assert.equal(error.cause, reason)
    assert.equal(error.effect, 'not_applied')
  }
  assert.deepEqual((await sandbox.state()).requests, [])
})

test('an abort ends the request that is under way', async () => {
  await client.me()
  await sandbox.fault({ on: 'me', hang_ms: 60_000 })
  const controller = new AbortController()
  const call = failure(client.me({ signal: controller.signal }))
  await until(async () => (await sandbox.arrived('me')) === 2, 'the request hangs')
  assert.equal(await sandbox.underWay(), 1)
  controller.abort('enough')
  const error = await call
  assert.equal(error.code, 'CANCELLED')
  assert.equal(error.cause, 'enough')
  assert.equal(error.operation, 'me')
  await until(async () => (await sandbox.underWay()) === 0, 'the request is gone')
  assert.equal((await sandbox.state()).requests.at(-1).status, null)
})

test('one signal ends many calls, with one listener', async (t) => {
  const warnings = []
  const note = (warning) => warnings.push(warning)
  process.on('warning', note)
  t.after(() => process.off('warning', note))
  await sandbox.fault({ on: 'me', hang_ms: 60_000, times: 0 })
  const controller = new AbortController()
  const calls = Array.from({ length: 50 }, () => failure(client.me({ signal: controller.signal })))
  await until(async () => (await sandbox.arrived('me')) > 0, 'requests hang')
  controller.abort()
  const errors = await Promise.all(calls)
  assert.ok(errors.every((error) => error.code === 'CANCELLED' && error.cause.name === 'AbortError'))
  assert.deepEqual(warnings, [])
})

test('an abort after the answer changes nothing', async () => {
  const controller = new AbortController()
  const user = await client.me({ signal: controller.signal })
  controller.abort()
  assert.ok(user.id)
})

test('a time-out signal works as any other', async () => {
  await sandbox.fault({ on: 'me', hang_ms: 60_000 })
  const error = await failure(client.me({ signal: AbortSignal.timeout(50) }))
  assert.equal(error.code, 'CANCELLED')
  assert.equal(error.cause.name, 'TimeoutError')
})

test('a wait for a connection ends', async () => {
  const controller = new AbortController()
  const wait = client.connections.waitActive(ids.workspace_id, ids.pending_connection_id, {
    signal: controller.signal,
  })
  const error = failure(wait)
  await until(async () => (await sandbox.arrived('connections')) > 0, 'it was asked for')
  controller.abort()
  assert.equal((await error).code, 'CANCELLED')
  const late = await failure(
    client.connections.waitActive(ids.workspace_id, ids.pending_connection_id, { timeoutMs: 50 }),
  )
  assert.equal(late.code, 'WAIT_TIMED_OUT')
})

test('a list ends between pages', async () => {
  const controller = new AbortController()
  const list = client.connections.list(ids.workspace_id, { signal: controller.signal })
  await sandbox.fault({ on: 'connections', hang_ms: 60_000 })
  const error = failure(collect(list))
  await until(async () => (await sandbox.arrived('connections')) > 0, 'the page hangs')
  controller.abort()
  assert.equal((await error).code, 'CANCELLED')
})

test('closing the client ends its calls', async () => {
  await sandbox.fault({ on: 'me', hang_ms: 60_000 })
  const call = failure(client.me())
  await until(async () => (await sandbox.arrived('me')) > 0, 'the request hangs')
  await client.close()
  assert.equal((await call).code, 'CLOSED')
  assert.equal((await failure(client.me())).code, 'CLOSED')
})
