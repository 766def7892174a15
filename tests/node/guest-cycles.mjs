// Opens and closes a client over and over; prints by how many KiB the resident memory grew in the
// second half: until then V8 is still adding pages to its heap.
//
//     node --expose-gc guest-cycles.mjs ROUNDS     with FILED_* and PLACE_* variables

import assert from 'node:assert/strict'
import { setImmediate as turn } from 'node:timers/promises'

import { Client } from '../../bindings-node/lib/index.mjs'

const { PLACE_CONNECTION: connectionId, PLACE_WORKSPACE: workspaceId } = process.env
const place = { connectionId, workspaceId }
const rounds = Number(process.argv[2])

async function resident() {
  // What JavaScript has let go of is given back when it is collected, and a turn later.
  for (let n = 0; n < 3; n++) {
    globalThis.gc()
    await turn()
  }
  return process.memoryUsage().rss / 1024
}

async function ask(client) {
  assert.equal((await client.me()).id, 'user_1')
  const push = await client.push({ ...place, jobName: 'Season' })
  await push.addClient({ name: 'John Smith', externalId: 'c1' })
  await push.close()
}

let before = 0
for (let round = 0; round < rounds; round++) {
  if (round === rounds / 2) before = await resident()
  const client = new Client()
  if (round % 100 === 0) await ask(client)
  await client.close()
  // As a program would: the collector never runs inside one turn of the event loop.
  if (round % 50 === 0) await turn()
}
console.log(Math.round((await resident()) - before))
