// Wrong arguments and settings: each is refused with what a reader needs, and nothing is sent.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'

import { Client, ErrorCodes, FiledError, deepLink } from '../../bindings-node/lib/index.mjs'
import { Sandbox, failure } from './support/sandbox.mjs'

const HALF = 'half\ud800'

let sandbox, client
before(async () => {
  sandbox = await Sandbox.start()
  client = sandbox.client()
})
after(() => sandbox.stop())

async function sentNothing() {
  assert.deepEqual((await sandbox.state()).requests, [])
}

const refusals = [
  [
    'a missing field',
    () => client.jobs.create({ name: 'x' }),
    TypeError,
    /jobs\.create: connectionId is missing/,
  ],
  [
    'a wrong type',
    () => client.jobs.create({ connectionId: 7, name: 'x' }),
    TypeError,
    /connectionId must be a string, not a number/,
  ],
  [
    'an unknown name',
    () => client.jobs.create({ connectionId: 'c', nam: 'x' }),
    TypeError,
    /nam is not known; known are: connectionId, name/,
  ],
  ['no object', () => client.jobs.create('c'), TypeError, /options must be an object, not a string/],
  [
    'a field of an item',
    () => client.jobs.addWorks('j', [{ name: 'a', externalId: 'b' }, { name: 1 }]),
    TypeError,
    /works\[1\]\.name must be a string/,
  ],
  [
    'no list',
    () => client.workspaces.addUsers('w', 'a@b.c'),
    TypeError,
    /emails must be an array, not a string/,
  ],
  [
    'a list with a hole',
    () => client.workspaces.addUsers('w', [null]),
    TypeError,
    /emails\[0\] must be a string/,
  ],
  ['a signal that is none', () => client.me({ signal: {} }), TypeError, /signal must be an AbortSignal/],
  [
    'a function as JSON',
    () => client.connections.start('w', 'p', { inputs: () => 1 }),
    TypeError,
    /inputs must be JSON, not a function/,
  ],
  [
    'half a character',
    () => client.jobs.create({ connectionId: 'c', name: HALF }),
    FiledError,
    /name holds an unpaired surrogate/,
  ],
  [
    'half a character in JSON',
    () => client.connections.start('w', 'p', { inputs: { a: [HALF] } }),
    FiledError,
    /inputs holds an unpaired surrogate/,
  ],
  [
    'half a character in a key',
    () => client.connections.start('w', 'p', { inputs: { [HALF]: 1 } }),
    FiledError,
    /inputs holds an unpaired surrogate/,
  ],
  [
    'a circle',
    () => client.connections.start('w', 'p', { inputs: circle() }),
    FiledError,
    /inputs is not JSON/,
  ],
  [
    'a bigint',
    () => client.connections.start('w', 'p', { inputs: [1n] }),
    FiledError,
    /inputs holds a bigint/,
  ],
  [
    'a number without end',
    () => client.connections.start('w', 'p', { inputs: Infinity }),
    FiledError,
    /inputs holds a number that is not finite/,
  ],
  [
    'JSON that is too deep',
    () => client.connections.start('w', 'p', { inputs: deep(500) }),
    FiledError,
    /nested too deeply/,
  ],
  [
    'a negative time',
    () => client.connections.waitActive('w', 'c', { timeoutMs: -1 }),
    FiledError,
    /timeoutMs must be 0 or more/,
  ],
  ['an empty id', () => client.jobs.create({ connectionId: '', name: 'x' }), FiledError, /connection_id/],
  ['an empty list', () => client.jobs.addWorks('j', []), FiledError, /works/],
]

function circle() {
  const inputs = {}
  inputs.inputs = inputs
  return inputs
}

function deep(levels) {
  let value = 1
  for (let level = 0; level < levels; level++) value = [value]
  return value
}

for (const [what, attempt, type, message] of refusals) {
  test(`${what} is refused, and nothing is sent`, async () => {
    const error = await failure(attempt())
    assert.ok(error instanceof type, `${error.name}: ${error.message}`)
    assert.match(error.message, message)
    assert.equal(error.code, 'INVALID_ARGUMENT')
    await sentNothing()
  })
}

test('a list refuses its arguments when it is made', () => {
  assert.throws(() => client.connections.list(7), /workspaceId must be a string/)
  assert.throws(() => client.jobs.works('w', 'c', { job: 'j' }), /job is not known/)
})

const settings = [
  ['an unknown one', { apiKeyy: 'k' }, TypeError, 'CONFIG_INVALID', /apiKeyy is not known/],
  ['a wrong type', { maxAttempts: '3' }, TypeError, 'CONFIG_INVALID', /maxAttempts must be a number/],
  ['a missing one', { apiKey: undefined }, FiledError, 'CONFIG_MISSING', /FILED_API_KEY.*`apiKey`/],
  ['one out of bounds', { maxConcurrency: 257 }, FiledError, 'CONFIG_INVALID', /1 to 256.*`maxConcurrency`/],
  ['a time of nothing', { stallTimeoutMs: 0 }, FiledError, 'CONFIG_INVALID', /`stallTimeoutMs`/],
  ['a role that is none', { role: 'admin' }, FiledError, 'CONFIG_INVALID', /`role`/],
  ['plain http', { gatewayUrl: 'http://example.com/' }, FiledError, 'CONFIG_INVALID', /https.*`gatewayUrl`/],
  ['a token without its role', { partnerToken: 'jwt' }, FiledError, 'ROLE_MISMATCH', /role/],
  ['a profile that is not there', { wireProfile: '/nowhere.json' }, FiledError, 'WIRE_PROFILE_INVALID', /./],
]

for (const [what, given, type, code, message] of settings) {
  test(`a setting: ${what} is refused`, async () => {
    let error
    try {
      new Client(sandbox.settings(given))
    } catch (thrown) {
      error = thrown
    }
    assert.ok(error instanceof type, String(error))
    assert.equal(error.code, code)
    assert.match(error.message, message)
    assert.ok(!JSON.stringify(error).includes(sandbox.ready.api_key))
    await sentNothing()
  })
}

test('a link that leaves its workspace is refused', () => {
  assert.throws(() => deepLink('a', '../b'), { code: 'INVALID_ARGUMENT' })
  assert.throws(() => deepLink('a', HALF), { code: 'INVALID_ARGUMENT' })
  assert.throws(() => deepLink(), TypeError)
})

test('the codes are those of every language', () => {
  assert.equal(ErrorCodes.INVALID_ARGUMENT, 100)
  assert.equal(ErrorCodes.CALLBACK_FAILED, 901)
  assert.ok(Object.isFrozen(ErrorCodes))
})
