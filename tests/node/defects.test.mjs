// A panic inside any operation rejects with INTERNAL, and the client goes on.

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { after, before, test } from 'node:test'
import { fileURLToPath } from 'node:url'

import { Client, deepLink, shutdown } from '../../bindings-node/lib/index.mjs'
import { Sandbox, collect, failure, root } from './support/sandbox.mjs'

let sandbox
before(async () => (sandbox = await Sandbox.start()))
after(() => sandbox.stop())

/** Each operation of the table in docs/surface.md, by the name its errors carry. */
async function callsOf(client, place) {
  const { connectionId, workspaceId } = place
  const push = await client.push({ ...place, jobName: 'Season' })
  const smith = await push.addClient({ name: 'John Smith', externalId: 'c1' })
  const data = new Uint8Array(1)
  return {
    client: () => new Client(sandbox.settings()),
    close: () => client.close(),
    me: () => client.me(),
    'workspaces.create': () => client.workspaces.create({ displayName: 'Firm' }),
    'workspaces.add_users': () => client.workspaces.addUsers(workspaceId, ['a@example.com']),
    'connections.start': () => client.connections.start(workspaceId, 'drake'),
    'connections.collect': () => client.connections.collect(connectionId),
    'connections.list': () => collect(client.connections.list(workspaceId)),
    'connections.wait_active': () => client.connections.waitActive(workspaceId, connectionId),
    'jobs.create': () => client.jobs.create({ connectionId, name: 'Import' }),
    'jobs.add_works': () => client.jobs.addWorks('j', [{ name: 'n', externalId: 'e' }]),
    'jobs.works': () => collect(client.jobs.works(workspaceId, connectionId)),
    'jobs.initiate': () => client.jobs.initiate('j'),
    'works.add_artifacts': () =>
      client.works.addArtifacts('w', [
        { name: 'n', type: 'w2', externalId: 'e', url: 'https://example.com/x' },
      ]),
    'uploads.file': () => client.uploads.file(fileURLToPath(import.meta.url)),
    'uploads.bytes': () => client.uploads.bytes(data, { fileName: 'x' }),
    'uploads.stream': () => client.uploads.stream(new Blob([data]), { fileName: 'x' }),
    'uploads.url': () => client.uploads.url('https://files.example.com/x'),
    'platform.clients': () => collect(client.platform.clients(workspaceId, connectionId)),
    'platform.files': () => collect(client.platform.files(workspaceId, connectionId, 'c')),
    'platform.upload_file': () =>
      client.platform.uploadFile(connectionId, 'c', {
        fileName: 'x',
        tusdEndpoint: 'https://files.example.com/x',
      }),
    graphql: () => client.graphql('{ me { id } }'),
    deep_link: () => deepLink('slug', 'path'),
    push: () => client.push({ ...place, jobName: 'Season' }),
    resume: () => client.resume('no-such-journal'),
    'push.add_client': () => push.addClient({ name: 'John Smith', externalId: 'c2' }),
    'push.add_file': () => smith.addBytes(data, { fileName: 'x', externalId: 'f1' }),
    'push.commit': () => push.commit(),
    'push.wait': () => push.wait(),
    'push.cancel': () => push.cancel(),
    'push.progress': () => push.progress(),
    'push.events': () => push.events(),
    'push.report': () => push.report(),
    'push.files': () => collect(push.files()),
    'push.clients': () => collect(push.clients()),
    shutdown: () => shutdown(),
  }
}

/** Operations of the table, the version and the second spelling of opening not counted. */
function rows() {
  const text = readFileSync(path.join(root, 'docs', 'surface.md'), 'utf8')
  const table = text.split('## Operations')[1].split('##')[0]
  return table.match(/^\| (?!operation|---|version|open, asyncio)/gm).length
}

test('a panic in any operation is an internal error', async () => {
  const client = sandbox.client()
  const { connection_id: connectionId, workspace_id: workspaceId } = sandbox.ready
  const calls = await callsOf(client, { connectionId, workspaceId })
  assert.equal(Object.keys(calls).length, rows(), 'nobody forgets to add a call here')
  for (const [name, call] of Object.entries(calls)) {
    process.env.FILED_TEST_PANIC = name
    const error = await failure((async () => call())())
    delete process.env.FILED_TEST_PANIC
    assert.equal(error.code, 'INTERNAL', `${name}: ${error}`)
  }
  assert.equal((await client.me()).id, 'user_1')
})
