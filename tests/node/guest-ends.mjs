// Programs that end in the middle of things; `cargo xtask test loops` runs each many times.
//
//     node guest-ends.mjs KIND [ROUNDS]     with FILED_* and PLACE_* variables

import assert from 'node:assert/strict'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { Worker, isMainThread, parentPort, workerData } from 'node:worker_threads'

const data = new Uint8Array(500_000)
const { PLACE_CONNECTION: connectionId, PLACE_WORKSPACE: workspaceId } = process.env
const place = { connectionId, workspaceId }
// Only workers load the addon in the kind `workers`: it is theirs to load and unload.
const load = () => import('../../bindings-node/lib/index.mjs')

/** Starts uploads and waits until their bodies are on their way. */
async function uploadsUnderWay(client, count) {
  await Promise.all(
    Array.from(
      { length: count },
      () =>
        new Promise((begun) => {
          async function* chunks() {
            begun()
            for (;;) yield data
          }
          client.uploads.stream(chunks(), { fileName: 'x.bin' }).catch(() => {})
        }),
    ),
  )
}

async function processExit() {
  const { Client } = await load()
  await uploadsUnderWay(new Client(), 4)
  process.exit(7)
}

async function openPush() {
  const { Client } = await load()
  const push = await new Client().push({ ...place, jobName: 'Season' })
  const smith = await push.addClient({ name: 'John Smith', externalId: `c-${process.pid}` })
  for (let n = 0; n < 4; n++) await smith.addBytes(data, { fileName: 'x.bin', externalId: `f${n}` })
  for await (const event of push.events()) if (event.kind === 'file_uploading') break
  process.exit(7)
}

/** Workers that come and go, every other one stopped in the middle of uploads. */
async function workers(rounds) {
  for (let round = 0; round < rounds; round++) {
    const worker = new Worker(fileURLToPath(import.meta.url), { workerData: { linger: round % 2 === 0 } })
    const exit = once(worker, 'exit')
    const [word] = await once(worker, 'message')
    assert.equal(word, 'user_1')
    if (round % 2 === 0) await worker.terminate()
    else assert.deepEqual(await exit, [0])
  }
  process.exit(7)
}

async function inWorker() {
  const { Client } = await load()
  const client = new Client()
  const { id } = await client.me()
  if (workerData.linger) await uploadsUnderWay(client, 2)
  parentPort.postMessage(id)
}

const kinds = { 'process-exit': processExit, 'open-push': openPush, workers }
if (isMainThread) await kinds[process.argv[2]](Number(process.argv[3]))
else await inWorker()
