// Nothing that is printed shows a key, a token, a name or a path.

import assert from 'node:assert/strict'
import { inspect } from 'node:util'
import { after, before, test } from 'node:test'

import { Client } from '../../bindings-node/lib/index.mjs'
import { Sandbox, collect, failure } from './support/sandbox.mjs'

const PLANTED = ['planted-key', 'planted-token', 'Planted Taxpayer', 'planted-folder']

let sandbox
before(async () => (sandbox = await Sandbox.start()))
after(() => sandbox.stop())

/** Everything a log could hold of a value. */
function printed(value) {
  const texts = [inspect(value, { depth: 10 }), String(value), JSON.stringify(value)]
  if (value instanceof Error) texts.push(value.message, value.stack)
  return texts.join('\n')
}

function clean(...values) {
  for (const value of values) {
    for (const secret of PLANTED)
      assert.ok(!printed(value).includes(secret), `${secret} in ${printed(value)}`)
  }
}

test('a client shows none of its secrets', () => {
  const customer = new Client(sandbox.settings({ apiKey: 'planted-key' }))
  const partner = new Client(sandbox.partner({ apiKey: 'planted-key', partnerToken: 'planted-token' }))
  clean(customer, partner, inspect(partner, { showHidden: true, depth: 10 }))
})

test('a refused setting is not repeated', () => {
  const refused = [
    { apiKey: 'planted-key with a space' },
    { apiKey: ['planted-key'] },
    { partnerToken: { token: 'planted-token' } },
    { proxy: 'ftp://user:planted-token@proxy.example' },
    { gatewayUrl: 'https://user:planted-token@gateway.example/' },
    { wireProfile: '/planted-folder/profile.json' },
    { caBundle: '/planted-folder/ca.pem' },
  ]
  for (const given of refused) {
    assert.throws(
      () => new Client(sandbox.settings(given)),
      (error) => (clean(error), true),
    )
  }
})

test('errors of calls show no secret, name or path', async () => {
  const stranger = new Client(sandbox.settings({ apiKey: 'planted-key' }))
  const client = sandbox.client()
  const partner = new Client(sandbox.partner({ partnerToken: 'planted-token' }))
  const errors = await Promise.all([
    failure(stranger.me()),
    failure(partner.uploads.bytes(Buffer.from('x'), { fileName: 'Planted Taxpayer.pdf' })),
    failure(client.uploads.file('/planted-folder/Planted Taxpayer.pdf')),
    failure(client.uploads.bytes(Buffer.from('x'), { fileName: 'Planted Taxpayer\n.pdf' })),
    failure(client.jobs.addWorks('no-such-job', [{ name: 'Planted Taxpayer', externalId: 'client-1' }])),
    failure(client.resume('/planted-folder/season.filed')),
  ])
  assert.equal(errors[0].code, 'AUTHENTICATION_FAILED')
  assert.equal(errors[1].code, 'AUTHENTICATION_FAILED')
  clean(...errors)
})

test('a push shows no name or path in events, errors or itself', async () => {
  const client = sandbox.client()
  const push = await client.push({
    connectionId: sandbox.ready.connection_id,
    workspaceId: sandbox.ready.workspace_id,
    jobName: 'Season',
  })
  const added = await push.addClient({ name: 'Planted Taxpayer', externalId: 'client-1' })
  await added.addFile({ path: '/planted-folder/w2.pdf', externalId: 'file-1' })
  const events = collect(push.events())
  const error = await failure(push.commit())
  const [failed] = (await push.report()).failedFiles
  assert.equal(failed.path, '/planted-folder/w2.pdf', 'the path has a field of its own')
  clean(push, added, error, failed.error, push.progress(), await events)
})
