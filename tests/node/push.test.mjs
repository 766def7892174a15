// The push from Node: adding, watching, committing, cancelling, resuming.

import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { after, afterEach, before, beforeEach, test } from 'node:test'

import { blake3 } from './support/blake3.mjs'
import { Sandbox, collect, failure, until } from './support/sandbox.mjs'

let sandbox, client, folder
before(async () => (sandbox = await Sandbox.start()))
after(() => sandbox.stop())
beforeEach(async () => {
  await sandbox.reset()
  client = sandbox.client()
  folder = await mkdtemp(path.join(tmpdir(), 'filed-node-'))
})
afterEach(async () => {
  await client.close()
  await rm(folder, { recursive: true })
})

const open = (more = {}) =>
  client.push({
    connectionId: sandbox.ready.connection_id,
    workspaceId: sandbox.ready.workspace_id,
    jobName: 'Season',
    ...more,
  })

async function file(name, data) {
  const place = path.join(folder, name)
  await writeFile(place, data)
  return place
}

test('clients and files of every kind are imported, byte for byte', async () => {
  const scan = randomBytes(300_001)
  const notes = Buffer.from('box,amount\n1,52000\n')
  const place = await file('w2.pdf', scan)
  await fetch(`${sandbox.ready.control_url}/hosted/1099.pdf`, {
    method: 'POST',
    body: 'by url',
    headers: { 'content-type': 'application/pdf' },
  })
  const push = await open({ journal: path.join(folder, 'season.filed') })
  assert.equal(push.journal, path.join(folder, 'season.filed'))
  const kinds = collect(push.events()).then((events) => events.map((event) => event.kind))
  const smith = await push.addClient({ name: 'John Smith', externalId: 'client-1' })
  const doe = await push.addClient({ name: 'Jane Doe', externalId: 'client-2' })
  await smith.addFile({ path: pathToFileURL(place), externalId: 'file-1', metadata: { page_count: 2 } })
  await smith.addBytes(notes, { fileName: 'notes.csv', externalId: 'file-2' })
  await doe.addUrl(`${sandbox.ready.hosted_url}/1099.pdf`, { externalId: 'file-3', category: '1099' })
  await doe.addFiles([
    { data: new Uint8Array(scan).buffer, fileName: 'copy.bin', externalId: 'file-4' },
    { path: place, externalId: 'file-5', mimeType: 'application/x-scan' },
  ])
  await push.commit()
  assert.match(push.jobId, /^job_/)
  const report = await push.wait({ timeoutMs: 20_000 })
  assert.equal(report.state, 'done')
  assert.deepEqual(report.failedFiles, [])
  assert.equal(report.files.imported, 5)
  assert.ok(Object.isFrozen(report.clients))

  const { artifacts } = await sandbox.state()
  const stored = Object.fromEntries(artifacts.map((artifact) => [artifact.external_id, artifact]))
  assert.equal(stored['file-1'].blake3, blake3(scan))
  assert.equal(stored['file-2'].blake3, blake3(notes))
  assert.equal(stored['file-4'].blake3, blake3(scan))
  assert.equal(stored['file-1'].metadata.page_count, 2)
  assert.equal(stored['file-3'].type, '1099')
  assert.equal(stored['file-5'].type, 'application/x-scan')

  const files = await collect(push.files())
  assert.deepEqual(
    files.map((entry) => [entry.externalId, entry.clientExternalId, entry.state]),
    [
      ['file-1', 'client-1', 'imported'],
      ['file-2', 'client-1', 'imported'],
      ['file-3', 'client-2', 'imported'],
      ['file-4', 'client-2', 'imported'],
      ['file-5', 'client-2', 'imported'],
    ],
  )
  assert.equal((await collect(push.clients())).length, 2)
  assert.equal(push.progress().state, 'done')
  assert.equal((await kinds).at(-1), 'push_done')
})

test('adding the same again changes nothing, another under its id is refused', async () => {
  const push = await open()
  const smith = await push.addClient({ name: 'John Smith', externalId: 'client-1' })
  await push.addClient({ name: 'John Smith', externalId: 'client-1' })
  await smith.addBytes(Buffer.from('a'), { fileName: 'a.txt', externalId: 'file-1' })
  await smith.addBytes(Buffer.from('a'), { fileName: 'a.txt', externalId: 'file-1' })
  const error = await failure(push.addClient({ name: 'Somebody Else', externalId: 'client-1' }))
  assert.equal(error.code, 'DUPLICATE_EXTERNAL_ID')
  assert.equal(error.externalId, 'client-1')
  assert.equal(push.progress().clients.total, 1)
  assert.equal(push.progress().files.total, 1)
  await push.cancel()
})

test('the bytes are copied: the memory may be used again at once', async () => {
  const push = await open()
  const smith = await push.addClient({ name: 'John Smith', externalId: 'client-1' })
  const data = randomBytes(100_000)
  const hash = blake3(data)
  const added = smith.addBytes(data, { fileName: 'a.bin', externalId: 'file-1' })
  data.fill(0)
  await added
  await push.commit()
  assert.equal((await sandbox.state()).uploads[0].blake3, hash)
})

test('what a file must have', async () => {
  const push = await open()
  const smith = await push.addClient({ name: 'John Smith', externalId: 'client-1' })
  const refused = async (file, message) => {
    const error = await failure(smith.addFile(file))
    assert.match(error.message, message)
    assert.equal(error.code, 'INVALID_ARGUMENT')
  }
  await refused({ externalId: 'f' }, /give exactly one of path, data, url/)
  await refused({ externalId: 'f', path: 'a', url: 'b' }, /give exactly one of/)
  await refused({ path: 'a' }, /externalId is missing/)
  await refused({ path: 'a', externalId: '' }, /external_id/)
  await refused({ path: 'a\ud800', externalId: 'f' }, /path holds an unpaired surrogate/)
  await refused({ path: 'a', externalId: 'f', metadata: [1] }, /metadata/)
  await refused({ data: 'text', externalId: 'f' }, /data must be a Uint8Array or ArrayBuffer, not a string/)
  await refused({ path: new URL('https://x.example/'), externalId: 'f' }, /path must be a file: URL/)
  const second = await failure(smith.addFiles([{ path: 'a', externalId: 'f' }, { externalId: 'g' }]))
  assert.match(second.message, /files\[1\]: give exactly one of/)
  assert.equal(push.progress().files.total, 0)
  await push.cancel()
})

test('a file that is gone fails alone; the commit says so and initiates nothing', async () => {
  const push = await open()
  const smith = await push.addClient({ name: 'John Smith', externalId: 'client-1' })
  await smith.addFile({ path: path.join(folder, 'gone.pdf'), externalId: 'file-1' })
  await smith.addBytes(Buffer.from('here'), { fileName: 'here.txt', externalId: 'file-2' })
  const events = collect(push.events())
  const error = await failure(push.commit())
  assert.equal(error.code, 'PUSH_INCOMPLETE')
  const [failed] = (await push.report()).failedFiles
  assert.equal(failed.externalId, 'file-1')
  assert.equal(failed.error.code, 'FILE_NOT_FOUND')
  assert.equal(failed.error.path, path.join(folder, 'gone.pdf'))
  assert.ok(!String(failed.error.stack).includes('gone.pdf'))
  const told = (await events).find((event) => event.kind === 'file_failed')
  assert.equal(told.error.code, 'FILE_NOT_FOUND')
  assert.equal(told.clientExternalId, 'client-1')
  assert.equal((await sandbox.state()).jobs[0]?.initiate_calls ?? 0, 0)
})

test('events can be read by many, and left', async () => {
  const push = await open()
  const all = collect(push.events())
  const smith = await push.addClient({ name: 'John Smith', externalId: 'client-1' })
  for await (const event of push.events()) {
    assert.equal(event.kind, 'client_added')
    break
  }
  const waiting = push.events()
  const first = await waiting.next()
  assert.equal(first.value.externalId, 'client-1')
  const last = push.events()
  await last.return()
  assert.deepEqual(await last.next(), { done: true, value: undefined })
  await smith.addBytes(Buffer.from('a'), { fileName: 'a.txt', externalId: 'file-1' })
  await push.commit()
  await push.wait({ timeoutMs: 20_000 })
  const events = await all
  assert.equal(events.at(-1).kind, 'push_done')
  assert.ok(events.every((event, n) => n === 0 || event.sequence > events[n - 1].sequence))
})

test('a signal ends a wait for events', async () => {
  const push = await open()
  const controller = new AbortController()
  const events = failure(collect(push.events({ signal: controller.signal })))
  controller.abort()
  assert.equal((await events).code, 'CANCELLED')
  await push.cancel()
})

test('an aborted commit initiates nothing, and the journal goes on from there', async () => {
  const journal = path.join(folder, 'season.filed')
  const push = await open({ journal })
  const smith = await push.addClient({ name: 'John Smith', externalId: 'client-1' })
  await sandbox.fault({ on: 'upload', delay_ms: 60_000 })
  await smith.addFile({ path: await file('a.txt', 'content'), externalId: 'file-1' })
  const controller = new AbortController()
  const commit = failure(push.commit({ signal: controller.signal }))
  await until(async () => (await sandbox.arrived('upload')) > 0, 'the upload is under way')
  controller.abort()
  assert.equal((await commit).code, 'CANCELLED')
  await collect(push.events())
  assert.equal(push.progress().state, 'cancelled')
  await push.close()

  const again = await client.resume(journal)
  await again.commit()
  const report = await again.wait({ timeoutMs: 20_000 })
  assert.equal(report.state, 'done')
  const { jobs, artifacts } = await sandbox.state()
  assert.equal(jobs.filter((job) => job.initiated === 1).length, 1)
  assert.equal(artifacts.length, 1)
})

test('a wait that takes too long cancels nothing', async () => {
  await sandbox.reset({ import_ms: 60_000 })
  const push = await open()
  const smith = await push.addClient({ name: 'John Smith', externalId: 'client-1' })
  await smith.addBytes(Buffer.from('a'), { fileName: 'a.txt', externalId: 'file-1' })
  await push.commit({ timeoutMs: 20_000 })
  assert.equal((await failure(push.wait({ timeoutMs: 100 }))).code, 'WAIT_TIMED_OUT')
  const controller = new AbortController()
  const wait = failure(push.wait({ signal: controller.signal }))
  controller.abort()
  assert.equal((await wait).code, 'CANCELLED')
  assert.equal(push.progress().state, 'watching')
})

test('a closed push says so and frees its journal', async () => {
  const journal = path.join(folder, 'season.filed')
  const push = await open({ journal })
  await push.addClient({ name: 'John Smith', externalId: 'client-1' })
  await push.close()
  assert.equal((await failure(push.commit())).code, 'CLOSED')
  assert.throws(() => push.progress(), { code: 'CLOSED' })
  const again = await client.resume(journal)
  assert.equal(again.progress().clients.total, 1)
  await again.close()
})

test('a push that is left without a commit is cancelled', { skip: !Symbol.asyncDispose }, async () => {
  const journal = path.join(folder, 'season.filed')
  const push = await open({ journal })
  await push.addClient({ name: 'John Smith', externalId: 'client-1' })
  await push[Symbol.asyncDispose]()
  assert.equal((await failure(push.commit())).code, 'CLOSED')
  assert.ok((await sandbox.state()).jobs.every((job) => job.initiate_calls === 0))
})

test('opening tells what is wrong before anything is created', async () => {
  // A push of the test before may still be winding down: its job has another name.
  const jobName = 'Refused'
  const connectionId = sandbox.ready.pending_connection_id
  const inactive = await failure(open({ connectionId, jobName }))
  assert.equal(inactive.code, 'CONNECTION_NOT_ACTIVE')
  assert.equal((await failure(open({ jobName: '' }))).code, 'INVALID_ARGUMENT')
  assert.equal((await failure(open({ onExisting: 'replace', jobName }))).code, 'INVALID_ARGUMENT')
  const none = await failure(client.resume(path.join(folder, 'nothing.filed')))
  assert.match(none.code, /^JOURNAL_/)
  const { jobs } = await sandbox.state()
  assert.deepEqual(
    jobs.filter((job) => job.name === jobName || job.name === ''),
    [],
  )
})
