// The types and the objects: what one has, the other has.

import assert from 'node:assert/strict'
import { readFileSync, readdirSync } from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import { after, before, test } from 'node:test'

import * as filed from '../../bindings-node/lib/index.mjs'
import { Sandbox, root } from './support/sandbox.mjs'

const library = path.join(root, 'bindings-node')
const ts = createRequire(path.join(library, 'package.json'))('typescript')
const types = path.join(library, 'lib', 'types')
const declared = readdirSync(types).flatMap((name) => {
  const text = readFileSync(path.join(types, name), 'utf8')
  return [...ts.createSourceFile(name, text, ts.ScriptTarget.Latest, true).statements]
})

/** The names of a declared class's or interface's members; symbols in brackets. */
function members(name) {
  const found = declared.find((statement) => statement.name?.text === name)
  assert.ok(found, `${name} is declared`)
  return sorted(found.members.filter((member) => member.name).map((member) => member.name.getText()))
}

/** The names of a declared object's properties. */
function properties(name) {
  const variables = declared.flatMap((statement) => statement.declarationList?.declarations ?? [])
  const found = variables.find((variable) => variable.name.text === name)
  return sorted(found.type.members.map((member) => member.name.getText()))
}

/** The names an object has of its own and from its class. */
function has(object) {
  const prototype = Object.getPrototypeOf(object)
  const keys = [...Reflect.ownKeys(object), ...Reflect.ownKeys(prototype)]
  const names = keys.map((key) =>
    typeof key === 'symbol' ? `[Symbol.${key.description.split('.').at(-1)}]` : key,
  )
  return sorted(names.filter((name) => name !== 'constructor'))
}

const sorted = (names) => [...new Set(names)].sort()

let sandbox, client, push, added, server
before(async () => {
  sandbox = await Sandbox.start()
  client = sandbox.client()
  push = await client.push({
    connectionId: sandbox.ready.connection_id,
    workspaceId: sandbox.ready.workspace_id,
    jobName: 'Season',
  })
  added = await push.addClient({ name: 'John Smith', externalId: 'client-1' })
  const nothing = () => []
  const functions = { openFile: nothing, addNote: nothing, receiveFile: nothing }
  server = await filed.pull.serve({ listClients: nothing, listFiles: nothing, ...functions })
})
after(async () => {
  await server.close()
  await client.close()
  await sandbox.stop()
})

const objects = {
  Client: () => client,
  Workspaces: () => client.workspaces,
  Connections: () => client.connections,
  Jobs: () => client.jobs,
  Works: () => client.works,
  Uploads: () => client.uploads,
  Platform: () => client.platform,
  Push: () => push,
  PushClient: () => added,
  PullServer: () => server,
  PullFolder: () => filed.pull.folder('clients'),
}

for (const [name, object] of Object.entries(objects)) {
  test(`${name} has what its type says, and no more`, () => {
    assert.deepEqual(has(object()), members(name))
  })
}

test('an error has what its type says, and no more', () => {
  let error
  try {
    filed.deepLink('a b')
  } catch (thrown) {
    error = thrown
  }
  const own = has(error).filter((name) => !['stack', 'message'].includes(name))
  assert.deepEqual(own, members('FiledError'))
})

test('progress has what its type says, and no more', () => {
  assert.deepEqual(sorted(Object.keys(push.progress())), members('Progress'))
  assert.deepEqual(sorted(Object.keys(push.progress().files)), members('Counts'))
})

test('results have what their types say, and no more', async () => {
  const report = await push.report()
  assert.deepEqual(sorted(Object.keys(report)), members('Report'))
  for await (const entry of push.clients())
    assert.deepEqual(sorted(Object.keys(entry)), members('ClientReport'))
  assert.deepEqual(sorted(Object.keys(await client.me())), members('User'))
  for await (const event of push.events()) {
    assert.deepEqual(sorted(Object.keys(event)), members('PushEvent'))
    break
  }
})

test('what is told of pulls has what its types say, and no more', async () => {
  assert.deepEqual(sorted(Object.keys(filed.pull)), properties('pull'))
  assert.deepEqual(sorted(Object.keys(await filed.pull.docs('https://x.example'))), members('PullDocs'))
  const report = await filed.pull.check(server.url, { apiKey: 'a-key-that-is-wrong' })
  assert.deepEqual(sorted(Object.keys(report)), members('PullReport'))
  assert.deepEqual(sorted(Object.keys(report.findings[0])), members('PullFinding'))
})

test('the codes have the names and numbers of the types', () => {
  const text = readFileSync(path.join(library, 'lib', 'codes.d.ts'), 'utf8')
  const rows = [...text.matchAll(/readonly ([A-Z_]+): (\d+)/g)].map(([, name, number]) => [
    name,
    Number(number),
  ])
  assert.deepEqual(Object.fromEntries(rows), { ...filed.ErrorCodes })
})
