// Uploads from files, memory and streams of every kind.

import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { Readable } from 'node:stream'
import { after, before, beforeEach, test } from 'node:test'

import { blake3 } from './support/blake3.mjs'
import { Sandbox, failure, until } from './support/sandbox.mjs'

const MIB = 1 << 20
const content = randomBytes(3 * MIB + 17)
const hash = blake3(content)

let sandbox, client, folder, place
before(async () => {
  sandbox = await Sandbox.start()
  folder = await mkdtemp(path.join(tmpdir(), 'filed-node-'))
  place = path.join(folder, 'scan.pdf')
  await writeFile(place, content)
})
after(async () => {
  await rm(folder, { recursive: true })
  await sandbox.stop()
})
beforeEach(async () => {
  await sandbox.reset()
  client = sandbox.client()
})

async function* pieces(size) {
  for (let start = 0; start < content.length; start += size) yield content.subarray(start, start + size)
}

const webStream = (source) => Readable.toWeb(Readable.from(source, { objectMode: true }))

const sources = {
  'a Web stream': () => webStream(pieces(70_000)),
  'a Web byte stream': () => new Blob([content]).stream(),
  'a Blob': () => new Blob([content]),
  'a Node stream': () => createReadStream(place),
  'an async generator': () => pieces(1_000_003),
  'one great chunk': () => pieces(content.length),
  'many small chunks': () => pieces(997),
  'chunks as ArrayBuffers': async function* () {
    for await (const piece of pieces(100_000)) yield new Uint8Array(piece).buffer
  },
}

for (const [what, source] of Object.entries(sources)) {
  for (const size of [undefined, content.length]) {
    test(`${what} is uploaded${size ? ' with its size' : ''}`, async () => {
      const uploaded = await client.uploads.stream(source(), { fileName: 'scan.pdf', size })
      assert.deepEqual([uploaded.size, uploaded.blake3], [content.length, hash])
      const [stored] = (await sandbox.state()).uploads
      assert.equal(stored.blake3, hash)
      assert.equal(stored.chunked, size === undefined)
    })
  }
}

test('a file, bytes and a URL are uploaded', async () => {
  const file = await client.uploads.file(place)
  assert.deepEqual([file.fileName, file.mimeType, file.blake3], ['scan.pdf', 'application/pdf', hash])
  const bytes = await client.uploads.bytes(content, { fileName: 'b.bin', mimeType: 'application/x-b' })
  assert.deepEqual([bytes.mimeType, bytes.blake3], ['application/x-b', hash])
  const shared = new Uint8Array(new SharedArrayBuffer(4))
  assert.equal((await client.uploads.bytes(shared, { fileName: 'shared.bin' })).size, 4)
  const hosted = await fetch(`${sandbox.ready.control_url}/hosted/a.pdf`, { method: 'POST', body: content })
  assert.ok(hosted.ok)
  const url = await client.uploads.url(`${sandbox.ready.hosted_url}/a.pdf`, { mimeType: 'application/pdf' })
  assert.equal(url.blake3, null)
  assert.equal((await sandbox.state()).uploads.at(-1).blake3, hash)
})

test('an error about a file has its path in a field that is not printed', async () => {
  const gone = path.join(folder, 'John Smith.pdf')
  const error = await failure(client.uploads.file(gone))
  assert.equal(error.code, 'FILE_NOT_FOUND')
  assert.equal(error.path, gone)
  assert.ok(!Object.keys(error).includes('path'))
  assert.ok(!error.stack.includes('John Smith'))
})

test('a stream that fails is the cause', async () => {
  const mine = new Error('the scanner is out of paper')
  async function* broken() {
    yield content.subarray(0, MIB)
    throw mine
  }
  const failing = [broken(), webStream(broken()), Readable.from(broken())]
  for (const source of failing) {
    const error = await failure(client.uploads.stream(source, { fileName: 'a.bin' }))
    assert.equal(error.code, 'SOURCE_FAILED')
    assert.equal(error.cause, mine)
  }
  assert.deepEqual((await sandbox.state()).uploads, [])
})

test('a stream that lies about its size or its type fails', async () => {
  for (const size of [content.length - 1, content.length + 1]) {
    const error = await failure(client.uploads.stream(pieces(100_000), { fileName: 'a.bin', size }))
    assert.equal(error.code, 'SOURCE_FAILED')
  }
  const text = await failure(client.uploads.stream(Readable.from(['text']), { fileName: 'a.txt' }))
  assert.equal(text.code, 'SOURCE_FAILED')
  assert.match(text.cause.message, /chunk of the stream must be a Uint8Array.*not a string/)
  const none = await failure(client.uploads.stream('text', { fileName: 'a.txt' }))
  assert.match(none.message, /stream must be a ReadableStream/)
})

test('a stream is read only as fast as it is sent', async () => {
  await sandbox.reset({ upload_bytes_per_second: 4 * MIB })
  let read = 0
  async function* counted() {
    for (let n = 0; n < 64; n++) {
      read += MIB
      yield new Uint8Array(MIB)
    }
  }
  const controller = new AbortController()
  const source = counted()
  const upload = failure(
    client.uploads.stream(source, { fileName: 'a.bin', size: 64 * MIB, signal: controller.signal }),
  )
  await until(async () => (await sandbox.arrived('upload')) > 0, 'the upload began')
  await until(() => read >= 8 * MIB, 'some of it was read')
  assert.ok(read <= 32 * MIB, `${read / MIB} MiB were read ahead`)
  controller.abort()
  assert.equal((await upload).code, 'CANCELLED')
  await until(async () => (await sandbox.underWay()) === 0, 'the upload is gone')
  assert.equal((await source.next()).done, true, 'the source was told to stop')
})

test('a source that waits for ever is left when the upload ends', async () => {
  const cancelled = []
  const stuck = new ReadableStream({ pull: () => new Promise(() => {}), cancel: () => cancelled.push('web') })
  const readable = new Readable({ read() {}, destroy: (_, done) => done(cancelled.push('node')) })
  for (const source of [stuck, readable]) {
    const signal = AbortSignal.timeout(100)
    assert.equal(
      (await failure(client.uploads.stream(source, { fileName: 'a.bin', signal }))).code,
      'CANCELLED',
    )
  }
  await until(() => cancelled.length === 2, 'both were told')
})

test('roles: a partner uploads with its token, the wrong pairing is refused here', async () => {
  const partner = sandbox.client(sandbox.partner())
  await partner.uploads.bytes(content, { fileName: 'a.bin' })
  assert.equal((await sandbox.state()).uploads[0].host, 'partner')
  const error = await failure(partner.uploads.url('https://x.example/a.pdf'))
  assert.equal(error.code, 'ROLE_MISMATCH')
})

test('a function gives partner tokens, and again after a refusal', async () => {
  let asked = 0
  const partnerToken = async () => {
    asked++
    return (await sandbox.control('POST', '/partner-token')).partner_token
  }
  const partner = sandbox.client(sandbox.partner({ partnerToken }))
  await partner.uploads.bytes(content, { fileName: 'a.bin' })
  await sandbox.control('POST', '/expire-tokens', { partner: true })
  await partner.uploads.bytes(content, { fileName: 'b.bin' })
  assert.equal(asked, 2)
})

test('a token function that fails is the cause', async () => {
  const mine = new Error('the vault is closed')
  const failing = [
    () => Promise.reject(mine),
    () => {
      throw mine
    },
  ]
  for (const partnerToken of failing) {
    const partner = sandbox.client(sandbox.partner({ partnerToken }))
    const error = await failure(partner.uploads.bytes(content, { fileName: 'a.bin' }))
    assert.equal(error.code, 'CALLBACK_FAILED')
    assert.equal(error.cause, mine)
  }
  const wrong = sandbox.client(sandbox.partner({ partnerToken: () => 7 }))
  const error = await failure(wrong.uploads.bytes(content, { fileName: 'a.bin' }))
  assert.match(error.cause.message, /partnerToken must give a string.*not a number/)
  assert.deepEqual((await sandbox.state()).uploads, [])
})
