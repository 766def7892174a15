// Great uploads in little memory. Slow: FILED_TEST_LONG=1 runs them.

import assert from 'node:assert/strict'
import { open, mkdtemp, rm } from 'node:fs/promises'
import { createReadStream } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { after, before, test } from 'node:test'

import { Sandbox } from './support/sandbox.mjs'

const GIB = 2 ** 30
const skip = !process.env.FILED_TEST_LONG && 'FILED_TEST_LONG is not set'

let sandbox, client, folder, place
before(async () => {
  if (skip) return
  sandbox = await Sandbox.start('--settings', '{"upload_discard": true}')
  client = sandbox.client()
  folder = await mkdtemp(path.join(tmpdir(), 'filed-node-'))
  place = path.join(folder, 'great.bin')
  const file = await open(place, 'w')
  await file.truncate(2 * GIB)
  await file.close()
  await client.uploads.bytes(new Uint8Array(1 << 20), { fileName: 'warm.bin' })
})
after(async () => {
  if (skip) return
  await sandbox.stop()
  await rm(folder, { recursive: true })
})

/** The most resident memory above idle while `work` runs. */
async function growth(work) {
  const idle = process.memoryUsage().rss
  let most = idle
  const timer = setInterval(() => (most = Math.max(most, process.memoryUsage().rss)), 20)
  await work()
  clearInterval(timer)
  return (most - idle) / 2 ** 20
}

test('a file of 2 GiB takes less than 64 MiB', { skip }, async () => {
  const grown = await growth(async () => {
    const uploaded = await client.uploads.file(place)
    assert.equal(uploaded.size, 2 * GIB)
  })
  assert.ok(grown < 64, `${grown} MiB`)
})

test('a stream of 2 GiB takes less than 64 MiB', { skip }, async () => {
  const grown = await growth(async () => {
    const uploaded = await client.uploads.stream(createReadStream(place), {
      fileName: 'great.bin',
      size: 2 * GIB,
    })
    assert.equal(uploaded.size, 2 * GIB)
  })
  assert.ok(grown < 64, `${grown} MiB`)
})
