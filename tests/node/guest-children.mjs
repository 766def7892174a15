// What Node's ways to make processes do while uploads and a push are under way.
//
//     node guest-children.mjs

import assert from 'node:assert/strict'
import { execFile, fork } from 'node:child_process'
import cluster from 'node:cluster'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

import { Client, shutdown } from '../../bindings-node/lib/index.mjs'
import { Sandbox } from './support/sandbox.mjs'

const LIMIT_MS = 120_000
const WORKERS = 4
const data = new Uint8Array(200_000)
const here = fileURLToPath(import.meta.url)

/** A whole push by a client of its own. */
async function pushAnew(place, name) {
  const client = new Client()
  const push = await client.push({ ...place, jobName: 'Season' })
  const smith = await push.addClient({ name: 'John Smith', externalId: name })
  await smith.addBytes(data, { fileName: 'x.txt', externalId: 'f1' })
  await push.commit()
  assert.equal((await push.wait({ timeoutMs: 60_000 })).state, 'done')
  await client.close()
}

/** A child: works, and ends in the middle of uploads. */
async function child() {
  const place = JSON.parse(process.env.PLACE)
  await pushAnew(place, `c-${process.pid}`)
  const client = new Client()
  for (let n = 0; n < 8; n++) client.uploads.bytes(data, { fileName: 'x.bin' }).catch(() => {})
  process.send?.('done')
  setTimeout(() => process.exit(0), 10)
}

const ended = async (one) => assert.deepEqual(await once(one, 'exit'), [0, null])

async function parent() {
  const sandbox = await Sandbox.start()
  await sandbox.reset({
    upload_bytes_per_second: 1_000_000,
    import_ms: 20,
    duplicate_scope: 'off',
  })
  const { connection_id: connectionId, workspace_id: workspaceId } = sandbox.ready
  const place = { connectionId, workspaceId }
  Object.assign(process.env, sandbox.variables, { PLACE: JSON.stringify(place), GUEST_CHILD: '1' })
  const client = new Client()
  const push = await client.push({ ...place, jobName: 'Season' })
  const smith = await push.addClient({ name: 'John Smith', externalId: 'c1' })
  let over = false
  const uploads = Array.from({ length: 4 }, async () => {
    while (!over) await client.uploads.bytes(data, { fileName: 'x.bin' })
  })

  await Promise.all(Array.from({ length: WORKERS }, () => ended(fork(here))))
  const run = promisify(execFile)
  await Promise.all(Array.from({ length: WORKERS }, () => run(process.execPath, [here])))
  cluster.setupPrimary({ exec: here })
  await Promise.all(Array.from({ length: WORKERS }, () => ended(cluster.fork().process)))

  over = true
  await Promise.all(uploads)
  await smith.addBytes(data, { fileName: 'x.txt', externalId: 'f1' })
  await push.commit()
  assert.equal((await push.wait({ timeoutMs: 60_000 })).state, 'done')
  await client.close()
  assert.equal(await shutdown({ timeoutMs: 10_000 }), true)
  await sandbox.stop()
  console.log(`${3 * WORKERS} children: fork, execFile, cluster`)
}

setTimeout(() => {
  console.error('the program hung')
  process.exit(2)
}, LIMIT_MS).unref()
await (process.env.GUEST_CHILD ? child() : parent())
