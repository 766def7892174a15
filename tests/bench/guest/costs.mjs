// What the library costs a host in Node; one JSON object.

import { readFileSync, readdirSync } from 'node:fs'
import { createRequire } from 'node:module'
import { monitorEventLoopDelay, performance } from 'node:perf_hooks'
import { setTimeout as pause } from 'node:timers/promises'

const require = createRequire(import.meta.url)
const { Client } = require(process.env.BENCH_SDK)
const { PLACE_CONNECTION: connectionId, PLACE_WORKSPACE: workspaceId } = process.env
const place = { connectionId, workspaceId, jobName: 'Season' }
const data = new Uint8Array(20_000)
const UPLOADS = 2_000
const COMPLETIONS = 10_000

function threadsOfOurs() {
  const tasks = readdirSync('/proc/self/task')
  const names = tasks.map((task) => readFileSync(`/proc/self/task/${task}/comm`, 'utf8'))
  return names.filter((name) => name.startsWith('filed-')).length
}

async function idleCpu() {
  const began = performance.now()
  const before = process.cpuUsage()
  await pause(3000)
  const { user, system } = process.cpuUsage(before)
  return (user + system) / (performance.now() - began)
}

function callUs(push) {
  const rounds = 100_000
  const began = performance.now()
  for (let n = 0; n < rounds; n++) push.jobId
  return ((performance.now() - began) * 1000) / rounds
}

async function roundTripUs(push) {
  const rounds = 2_000
  const began = performance.now()
  for (let n = 0; n < rounds; n++) await push.addClient({ name: 'John Smith', externalId: 'c0' })
  return ((performance.now() - began) * 1000) / rounds
}

/** While 2,000 uploads run, started as a program would: some at a time. */
async function loopDelay(client) {
  let left = UPLOADS
  const lane = async () => {
    while (left-- > 0) await client.uploads.bytes(data, { fileName: 'x.bin' })
  }
  const histogram = monitorEventLoopDelay({ resolution: 2 })
  histogram.enable()
  await Promise.all(Array.from({ length: 64 }, lane))
  histogram.disable()
  // What is recorded is the time between two looks, which is the resolution when nothing is late.
  return Math.max(0, histogram.percentile(99) / 1e6 - 2)
}

/** How often the event loop was woken for 10,000 results. */
async function wakes(push) {
  const { bridge } = require(`${process.env.BENCH_SDK}/lib/bridge.js`)
  let count = 0
  const drain = bridge.drain
  bridge.drain = function () {
    count++
    return drain.call(this)
  }
  const calls = Array.from({ length: COMPLETIONS }, (_, n) =>
    push.addClient({ name: 'John Smith', externalId: `w${n}` }),
  )
  await Promise.all(calls)
  delete bridge.drain
  return count
}

async function cancelMs(client) {
  const push = await client.push(place)
  const smith = await push.addClient({ name: 'John Smith', externalId: 'c1' })
  for (let n = 0; n < 16; n++) {
    // The sandbox never answers an upload of this name.
    await smith.addBytes(data, { fileName: 'slow.bin', externalId: `f${n}` })
  }
  const commit = push.commit().then(
    () => 'done',
    (error) => error.code,
  )
  await pause(50)
  const began = performance.now()
  await push.cancel()
  const end = await commit
  if (end !== 'CANCELLED') throw new Error(`the commit ended with ${end}`)
  return performance.now() - began
}

const client = new Client()
const numbers = { loop_delay_p99_ms: await loopDelay(client) }
const push = await client.push(place)
numbers.threads = threadsOfOurs()
numbers.idle_cpu_ms_per_s = await idleCpu()
numbers.call_us = callUs(push)
numbers.round_trip_us = await roundTripUs(push)
numbers.wakes_per_10000 = await wakes(push)
numbers.cancel_ms = await cancelMs(client)
await client.close()
console.log(JSON.stringify(numbers))
