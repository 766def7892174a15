// A guest in the host's process: what keeps it alive, what ends it, worker threads.

import assert from 'node:assert/strict'
import { execFile, execFileSync } from 'node:child_process'
import { after, before, beforeEach, test } from 'node:test'
import { Worker } from 'node:worker_threads'
import { once } from 'node:events'
import path from 'node:path'

import { Client, shutdown } from '../../bindings-node/lib/index.mjs'
import { Sandbox, root, until } from './support/sandbox.mjs'

const library = path.join(root, 'bindings-node', 'lib', 'index.mjs')

let sandbox
before(async () => (sandbox = await Sandbox.start()))
after(() => sandbox.stop())
beforeEach(() => sandbox.reset())

/** Runs a program that has `client`; gives how it ended. */
function run(program) {
  const source = `import { Client, FiledError, shutdown } from ${JSON.stringify(library)}
    const client = new Client()
    ${program}`
  const env = { ...process.env, ...sandbox.variables }
  return new Promise((resolve) => {
    const options = { env, timeout: 30_000 }
    execFile(process.execPath, ['--input-type=module', '-e', source], options, (error, stdout, stderr) =>
      resolve({ code: error ? error.code : 0, signal: error?.signal ?? null, stdout, stderr }),
    )
  })
}

test('a program that only loads the library ends', async () => {
  assert.deepEqual(await run(''), { code: 0, signal: null, stdout: '', stderr: '' })
})

test('a program ends by itself once its calls are answered', async () => {
  const { code, stdout } = await run('console.log((await client.me()).id)')
  assert.equal(code, 0)
  assert.equal(stdout, 'user_1\n')
})

test('a call that waits keeps the program alive', async () => {
  await sandbox.fault({ on: 'me', delay_ms: 500 })
  const { code, stdout } = await run('client.me().then((user) => console.log(user.id))')
  assert.equal(code, 0)
  assert.equal(stdout, 'user_1\n')
})

test('a program ends after close', async () => {
  const { code, stdout } = await run(
    'await client.me(); await client.close(); await client.me().catch((e) => console.log(e.code))',
  )
  assert.equal(code, 0)
  assert.equal(stdout, 'CLOSED\n')
})

test('an aborted call no longer keeps the program alive', async () => {
  await sandbox.fault({ on: 'me', hang_ms: 60_000 })
  const { code, stdout } = await run(
    'await client.me({ signal: AbortSignal.timeout(100) }).catch((e) => console.log(e.code))',
  )
  assert.equal(code, 0)
  assert.equal(stdout, 'CANCELLED\n')
})

test('process.exit in the middle of calls ends at once with its code', async () => {
  await sandbox.fault({ on: 'me', hang_ms: 60_000, times: 0 })
  const started = performance.now()
  const { code, stderr } = await run(
    'for (let n = 0; n < 20; n++) client.me(); setTimeout(() => process.exit(7), 200)',
  )
  assert.equal(code, 7)
  assert.equal(stderr, '')
  assert.ok(performance.now() - started < 10_000)
})

test('process.exit in the middle of uploads and a push ends at once with its code', async () => {
  await sandbox.reset({ upload_bytes_per_second: 100_000 })
  const { connection_id: connectionId, workspace_id: workspaceId } = sandbox.ready
  const started = performance.now()
  const { code, stderr } = await run(`
    const data = new Uint8Array(4_000_000)
    async function* source() { for (;;) yield data }
    const push = await client.push(${JSON.stringify({ connectionId, workspaceId, jobName: 'Left' })})
    const added = await push.addClient({ name: 'John Smith', externalId: 'client-1' })
    await added.addBytes(data, { fileName: 'a.bin', externalId: 'file-1' })
    client.uploads.stream(source(), { fileName: 'b.bin' })
    client.uploads.bytes(data, { fileName: 'c.bin' })
    for await (const event of push.events()) if (event.kind === 'file_uploading') break
    setTimeout(() => process.exit(7), 100)`)
  assert.equal(code, 7)
  assert.equal(stderr, '')
  assert.ok(performance.now() - started < 10_000)
})

test('an uncaught error in the middle of calls ends the program as always', async () => {
  await sandbox.fault({ on: 'me', hang_ms: 60_000, times: 0 })
  const { code, stderr } = await run("client.me(); setTimeout(() => { throw new Error('mine') }, 100)")
  assert.equal(code, 1)
  assert.match(stderr, /mine/)
})

test('shutdown ends the threads, and a new client starts anew', async () => {
  const { code, stdout } = await run(`
    await client.me()
    console.log(await shutdown({ timeoutMs: 5000 }))
    await client.me().catch((e) => console.log(e.code))
    console.log((await new Client().me()).id)
    console.log(await shutdown(), await shutdown())`)
  assert.equal(stdout, 'true\nSHUT_DOWN\nuser_1\ntrue true\n')
  assert.equal(code, 0)
})

test('shutdown ends a call that waits', async () => {
  await sandbox.fault({ on: 'me', hang_ms: 60_000 })
  const { code, stdout } = await run(`
    client.me().catch((e) => console.log(e.code))
    await new Promise((resolve) => setTimeout(resolve, 200))
    console.log(await shutdown())`)
  assert.equal(stdout.split('\n').sort().join(' ').trim(), 'SHUT_DOWN true')
  assert.equal(code, 0)
})

const WORKER = `
  const { parentPort, workerData } = require('node:worker_threads')
  import(workerData.library).then(async ({ Client }) => {
    const client = new Client(workerData.settings)
    const user = await client.me()
    if (!workerData.linger) return parentPort.postMessage(user.id)
    for (let n = 0; n < 20; n++) client.me().catch(() => {})
    parentPort.postMessage('waiting')
  })`

const startWorker = (linger) =>
  new Worker(WORKER, { eval: true, workerData: { library, settings: sandbox.settings(), linger } })

test('worker threads have clients of their own and end by themselves', async () => {
  const workers = Array.from({ length: 4 }, () => startWorker(false))
  const ends = workers.map((worker) => Promise.all([once(worker, 'message'), once(worker, 'exit')]))
  for (const [[answer], [code]] of await Promise.all(ends)) {
    assert.equal(answer, 'user_1')
    assert.equal(code, 0)
  }
})

test('a worker that is terminated in the middle of calls takes them along', async () => {
  for (let round = 0; round < 5; round++) {
    await sandbox.reset()
    await sandbox.fault({ on: 'me', skip: 1, hang_ms: 60_000, times: 0 })
    const worker = startWorker(true)
    await once(worker, 'message')
    await until(async () => (await sandbox.underWay()) > 0, 'calls hang')
    await worker.terminate()
    await until(async () => (await sandbox.underWay()) === 0, 'the calls are gone')
  }
  const client = new Client(sandbox.settings())
  await sandbox.reset()
  assert.equal((await client.me()).id, 'user_1', 'the main thread goes on')
})

test('the event loop is never blocked', async () => {
  const client = sandbox.client()
  let longest = 0
  let last = performance.now()
  const timer = setInterval(() => {
    longest = Math.max(longest, performance.now() - last)
    last = performance.now()
  }, 1)
  await Promise.all(Array.from({ length: 300 }, () => client.me()))
  clearInterval(timer)
  assert.ok(longest < 250, `the longest pause was ${longest} ms`)
})

test('a push goes on while the event loop is blocked', async () => {
  await sandbox.reset({ upload_bytes_per_second: 100_000 })
  const push = await sandbox.client().push({
    connectionId: sandbox.ready.connection_id,
    workspaceId: sandbox.ready.workspace_id,
    jobName: 'Season',
  })
  const smith = await push.addClient({ name: 'John Smith', externalId: 'client-1' })
  const data = Buffer.alloc(20_000, 'x')
  for (let n = 0; n < 40; n += 1)
    await smith.addBytes(data, { fileName: `${n}.txt`, externalId: `file-${n}` })
  const committed = push.commit()
  // Blocks this thread until the sandbox, asked by another program, has seen the whole push.
  const watch = `for (;;) {
    const { jobs } = await (await fetch(process.argv[1] + '/state?summary=1')).json()
    if (jobs.some((job) => job.initiated === 1)) break
  }`
  const options = { timeout: 30_000 }
  execFileSync(process.execPath, ['--input-type=module', '-e', watch, sandbox.ready.control_url], options)
  await committed
  const report = await push.wait()
  assert.equal(report.files.imported, 40)
})

test('many answers cross in few wakes', async () => {
  // Answers that have come while the thread was busy are settled together, in one turn.
  const client = sandbox.client()
  await client.me()
  const turns = new Set()
  let turn = 0
  const count = () => {
    turn++
    next = setImmediate(count)
  }
  let next = setImmediate(count)
  const calls = Array.from({ length: 40 }, () => client.me().then(() => turns.add(turn)))
  await until(async () => (await sandbox.arrived('me')) >= 20, 'requests are on their way')
  const busy = performance.now() + 500
  while (performance.now() < busy) continue
  await Promise.all(calls)
  clearImmediate(next)
  assert.ok(turns.size < 40, `${turns.size} turns`)
})
