// The event loop is on time while the library works. The limit is ten times what a quiet machine
// needs; `cargo xtask bench budgets` holds the real one.

import assert from 'node:assert/strict'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { after, before, test } from 'node:test'

import { Sandbox } from './support/sandbox.mjs'

const UPLOADS = 2_000
const RESOLUTION_MS = 2
const LATE_MS = 200

let sandbox
before(async () => (sandbox = await Sandbox.start('--settings', '{"upload_discard": true}')))
after(() => sandbox.stop())

test('the event loop is on time while 2,000 uploads run', async (context) => {
  const client = sandbox.client()
  const data = new Uint8Array(20_000)
  const histogram = monitorEventLoopDelay({ resolution: RESOLUTION_MS })
  let left = UPLOADS
  const lane = async () => {
    while (left-- > 0) await client.uploads.bytes(data, { fileName: 'x.bin' })
  }
  histogram.enable()
  await Promise.all(Array.from({ length: 64 }, lane))
  histogram.disable()
  const late = histogram.percentile(99) / 1e6 - RESOLUTION_MS
  context.diagnostic(`p99 of the event loop's delay: ${late.toFixed(1)} ms`)
  assert.equal(await sandbox.arrived('upload'), UPLOADS)
  assert.ok(late < LATE_MS, `${late} ms`)
})
