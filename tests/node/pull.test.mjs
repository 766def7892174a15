// The pull server over functions of a host: what Filed sees of functions that answer, fail, are slow, or
// stream; what the functions see of Filed; starting and stopping.

import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { createReadStream } from 'node:fs'
import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises'
import net from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { Readable } from 'node:stream'
import { after, before, test } from 'node:test'
import { Worker } from 'node:worker_threads'

import { FiledError, pull } from '../../bindings-node/lib/index.mjs'
import { failure, root, until } from './support/sandbox.mjs'

const MIB = 1 << 20
const GREAT = 64 * MIB
const KEY = 'key-of-a-test-firm'
const library = path.join(root, 'bindings-node', 'lib', 'index.mjs')

const piece = Uint8Array.from({ length: MIB }, (_, at) => at * 31 + (at >> 12))
const great = createHash('sha256')
for (let n = 0; n < GREAT / MIB; n++) great.update(piece)
const GREAT_SHA256 = great.digest('hex')

let folder, place
before(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'filed-node-'))
  place = path.join(folder, 'scan.pdf')
  await writeFile(place, 'on disk')
})
after(() => rm(folder, { recursive: true }))

async function* greatContent() {
  for (let n = 0; n < GREAT / MIB; n++) yield piece
}

const about = (id, size) => ({ id, name: 'café.bin', size, dateModified: new Date(0) })

/** A provider whose functions can be replaced one by one. */
const provider = (functions) => ({
  listClients: () => [{ id: 'client-1', name: 'Ada Lovelace', lastModified: new Date(0) }],
  listFiles: () => [about('great', GREAT)],
  openFile: (id) => ({ file: about(id, GREAT), content: greatContent() }),
  addNote: () => ({ id: 'note-1' }),
  receiveFile: () => about('return', 0),
  ...functions,
})

/** Serves while `use` runs; gives what `onError` was told. */
async function serving(functions, use, options = {}) {
  const told = []
  const server = await pull.serve(provider(functions), {
    keys: [{ caller: 'filed', key: KEY }],
    onError: (error, { method }) => told.push([method, error]),
    ...options,
  })
  const call = (where, init = {}) =>
    fetch(`${server.url}/api/v1${where}`, { ...init, headers: { 'x-api-key': KEY, ...init.headers } })
  try {
    await use(call, server, told)
  } finally {
    await server.close()
  }
  return told
}

const problem = async (answer) => {
  const { code, detail } = await answer.json()
  return { status: answer.status, code, detail }
}

test('lists are answered, and pages of the host are gone through', async () => {
  const seen = []
  const functions = {
    listClients(query, { caller }) {
      seen.push({ ...query, caller })
      const next = query.cursor ? null : 'second'
      return { items: [{ id: query.cursor ?? 'first', name: 'N' }], next, total: 2 }
    },
    listFiles: (clientId) => [{ ...about('f', 1), metadata: { taxYear: 2025, of: clientId } }],
  }
  await serving(functions, async (call) => {
    const first = await (await call('/clients?limit=1&sort=-name&modifiedSince=2026-01-01T00:00:00Z')).json()
    assert.deepEqual(first.data, [{ id: 'first', name: 'N' }])
    assert.equal(first.pagination.total, 2)
    const cursor = encodeURIComponent(first.pagination.nextCursor)
    const rest = `/clients?limit=1&sort=-name&modifiedSince=2026-01-01T00:00:00Z&cursor=${cursor}`
    assert.equal((await (await call(rest)).json()).data[0].id, 'second')
    const files = await (await call('/clients/client-1/files')).json()
    assert.deepEqual(files.data[0].metadata, { taxYear: 2025, of: 'client-1' })
    assert.equal(files.data[0].mimeType, 'application/octet-stream')
  })
  assert.equal(seen[0].caller, 'filed')
  assert.deepEqual([seen[0].limit, seen[0].sort, seen[0].type], [1, '-name', null])
  assert.equal(seen[1].cursor, 'second')
})

test('functions fail in words that Filed is told, and in others that it is not', async () => {
  const failures = {
    gone: () => new pull.NotFound(),
    wrong: () => new pull.Invalid('Not in this season.'),
    closed: () => new pull.Forbidden(),
    later: () => new pull.Unavailable('maintenance', { retryAfterMs: 7000 }),
    coded: () => Object.assign(new Error('x'), { code: 'NOT_FOUND' }),
    broken: () => new Error('the disk of Ada Lovelace burns'),
  }
  const functions = {
    listFiles(clientId) {
      if (clientId === 'shapeless') return [{ id: 'f', name: 'n', size: -1 }]
      if (clientId === 'nothing') return undefined
      throw failures[clientId]()
    },
  }
  const told = await serving(functions, async (call) => {
    const asked = async (id) => problem(await call(`/clients/${id}/files`))
    assert.equal((await asked('gone')).code, 'CLIENT_NOT_FOUND')
    assert.equal((await asked('coded')).code, 'CLIENT_NOT_FOUND')
    const wrong = await asked('wrong')
    assert.deepEqual([wrong.status, wrong.detail], [422, 'Not in this season.'])
    assert.equal((await asked('closed')).status, 403)
    const later = await call('/clients/later/files')
    assert.deepEqual([later.status, later.headers.get('retry-after')], [503, '7'])
    for (const id of ['broken', 'shapeless', 'nothing']) {
      const answer = await call(`/clients/${id}/files`)
      assert.equal(answer.status, 500)
      assert.doesNotMatch(await answer.text(), /Ada|disk|size/)
    }
  })
  assert.deepEqual(
    told.map(([method]) => method),
    ['listFiles', 'listFiles', 'listFiles'],
  )
  assert.match(told[0][1].message, /burns/)
  assert.match(told[1][1].message, /result of listFiles\[0\]\.size/)
  assert.match(told[2][1].message, /result of listFiles must be an object/)
})

test('without credentials nothing is answered, and a function may know more of them', async () => {
  const authenticate = ({ apiKey }) =>
    apiKey === 'from-the-database' ? { id: 'small-firm', scopes: ['clients.read'] } : null
  await serving({ authenticate }, async (call, server) => {
    assert.equal((await fetch(`${server.url}/api/v1/clients`)).status, 401)
    const as = (key, where) => call(where, { headers: { 'x-api-key': key } })
    assert.equal((await as(KEY, '/clients')).status, 200)
    assert.equal((await as('from-the-database', '/clients')).status, 200)
    assert.equal((await as('from-the-database', '/clients/client-1/files')).status, 403)
    assert.equal((await as('guessed', '/clients')).status, 401)
  })
})

test('a slow function slows only its own request, and is told when it is given up', async () => {
  let given
  const listFiles = (id, query, { signal }) =>
    new Promise((resolve, reject) => {
      given = signal
      signal.addEventListener('abort', () => reject(signal.reason))
    })
  const options = { limits: { providerMs: 1500 } }
  const slow = async (call) => {
    const waiting = call('/clients/client-1/files')
    for (let n = 0; n < 50; n++) assert.equal((await call('/clients')).status, 200)
    assert.equal(given.aborted, false)
    assert.equal((await problem(await waiting)).code, 'PROVIDER_TIMEOUT')
    await until(() => given.aborted, 'the function was told')
  }
  await serving({ listFiles }, slow, options)
})

const contents = {
  'a path': () => ({ path: place }),
  'a Buffer': () => Buffer.from('on disk'),
  'a Blob': () => new Blob(['on disk']),
  'a Web stream': () => new Blob(['on disk']).stream(),
  'a Node stream': () => createReadStream(place),
  'an async iterable': () => Readable.from([Buffer.from('on '), Buffer.from('disk')]),
  'a function': () => (start) => createReadStream(place, { start }),
}

for (const [what, content] of Object.entries(contents)) {
  test(`a download is read from ${what}, whole and in part`, async () => {
    const openFile = (id) => ({ file: about(id, 7), version: '1', content: content() })
    await serving({ openFile }, async (call) => {
      const whole = await call('/files/f/download')
      assert.equal(await whole.text(), 'on disk')
      assert.match(whole.headers.get('content-disposition'), /filename\*=UTF-8''caf%C3%A9\.bin/)
      const part = await call('/files/f/download', { headers: { range: 'bytes=3-' } })
      assert.deepEqual([part.status, await part.text()], [206, 'disk'])
    })
  })
}

test('a great download streams, and stops the stream when it is hung up on', async () => {
  let stopped = 0
  let read = 0
  const openFile = (id) => ({
    file: about(id, GREAT),
    content: (async function* () {
      try {
        for await (const chunk of greatContent()) {
          read += chunk.length
          yield chunk
        }
      } finally {
        stopped++
      }
    })(),
  })
  await serving({ openFile }, async (call) => {
    const hash = createHash('sha256')
    for await (const chunk of (await call('/files/great/download')).body) hash.update(chunk)
    assert.equal(hash.digest('hex'), GREAT_SHA256)
    await until(() => stopped === 1, 'the stream has ended')
    read = 0
    const controller = new AbortController()
    const answer = await call('/files/great/download', { signal: controller.signal })
    await answer.body.getReader().read()
    controller.abort()
    await until(() => stopped === 2, 'the stream was stopped')
    assert.ok(read < GREAT, 'it was read no faster than it was sent')
  })
})

test('a download that fails on the way does not look whole', async () => {
  async function* broken() {
    yield piece
    throw new Error('the tape is torn')
  }
  const openFile = (id) => ({ file: about(id, GREAT), content: broken() })
  const told = await serving({ openFile }, async (call) => {
    await assert.rejects(async () => (await call('/files/great/download')).arrayBuffer())
  })
  assert.match(told[0][1].message, /torn/)
})

test('a great file is received at the pace of the function', async () => {
  let hash
  const receiveFile = async (clientId, file, content, { caller }) => {
    hash = createHash('sha256')
    let size = 0
    for await (const chunk of content) {
      hash.update(chunk)
      size += chunk.length
    }
    assert.deepEqual(
      [clientId, file.name, file.mimeType, caller],
      ['client-1', 'ü.pdf', 'application/pdf', 'filed'],
    )
    return { id: 'return', name: file.name, size, mimeType: file.mimeType }
  }
  const told = await serving({ receiveFile }, async (call) => {
    const answer = await call('/clients/client-1/files?name=%C3%BC.pdf', {
      method: 'POST',
      headers: { 'content-type': 'application/pdf' },
      body: Readable.toWeb(Readable.from(greatContent())),
      duplex: 'half',
    })
    const { file, sha256 } = await answer.json()
    assert.deepEqual([answer.status, file.size, sha256], [201, GREAT, GREAT_SHA256])
    assert.equal(hash.digest('hex'), GREAT_SHA256)
  })
  assert.deepEqual(told, [])
})

test('a transfer that breaks throws where it is read', async () => {
  let thrown
  let begun = false
  const receiveFile = async (clientId, file, content) => {
    try {
      for await (const chunk of content) begun = chunk.length > 0
    } catch (error) {
      thrown = error
      throw error
    }
  }
  await serving({ receiveFile }, async (call, server) => {
    const { port } = new URL(server.url)
    const socket = net.connect(Number(port), '127.0.0.1')
    socket.write(
      `POST /api/v1/clients/c/files HTTP/1.1\r\nhost: x\r\nx-api-key: ${KEY}\r\n` +
        'content-type: application/pdf\r\ncontent-length: 1000000\r\n\r\nthe beginning',
    )
    await until(() => begun, 'the function reads')
    socket.destroy()
    await until(() => thrown, 'reading has thrown')
    assert.ok(thrown instanceof FiledError)
    assert.equal(thrown.code, 'SOURCE_FAILED')
  })
})

test('a note is added', async () => {
  let added
  const addNote = (clientId, note) => {
    added = { clientId, ...note }
    return { id: 'note-7', dateCreated: '2026-03-01T12:00:00Z' }
  }
  await serving({ addNote }, async (call) => {
    const answer = await call('/clients/client-1/notes', {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'idempotency-key': 'once' },
      body: JSON.stringify({ text: 'Ready.', format: 'markdown' }),
    })
    const note = await answer.json()
    assert.deepEqual([answer.status, note.id, note.text], [201, 'note-7', 'Ready.'])
  })
  const expected = { clientId: 'client-1', text: 'Ready.', format: 'markdown', category: null, author: null }
  assert.deepEqual(added, { ...expected, idempotencyKey: 'once' })
})

test('closing finishes a transfer, or cuts it off', async () => {
  for (const timeoutMs of [30_000, 100]) {
    const go = {}
    go.on = new Promise((resolve) => (go.now = resolve))
    async function* content() {
      yield piece
      await go.on
      yield piece
    }
    const openFile = (id) => ({ file: about(id, 2 * MIB), content: content() })
    await serving({ openFile }, async (call, server) => {
      const answer = await call('/files/f/download')
      const reader = answer.body.getReader()
      await reader.read()
      const closing = server.close({ timeoutMs })
      if (timeoutMs < 1000) {
        assert.equal(await closing, false)
        await assert.rejects(async () => {
          while (!(await reader.read()).done) continue
        })
      } else {
        go.now()
        let size = 0
        for (let next; !(next = await reader.read()).done;) size += next.value.length
        assert.ok(size > MIB)
        assert.equal(await closing, true)
      }
    })
  }
})

test('a folder is served', async () => {
  const firm = await mkdtemp(path.join(tmpdir(), 'filed-node-'))
  await mkdir(path.join(firm, 'Grace Hopper'))
  await writeFile(path.join(firm, 'Grace Hopper', 'w2.pdf'), '%PDF-1.4')
  const keys = [{ caller: 'filed', key: KEY, scopes: ['clients.read'] }]
  const server = await pull.serve(pull.folder(firm), { keys })
  const headers = { 'x-api-key': KEY }
  const clients = await (await fetch(`${server.url}/api/v1/clients`, { headers })).json()
  assert.equal(clients.data[0].name, 'Grace Hopper')
  assert.equal(await server.close(), true)
  assert.equal(await server.close(), true, 'a second time there is nothing to do')
  assert.equal((await failure(pull.serve(pull.folder(path.join(firm, 'none'))))).code, 'FILE_NOT_FOUND')
  await rm(firm, { recursive: true })
})

test('what cannot be served is refused with its field', async () => {
  const refused = async (given, options) => {
    const error = await failure(pull.serve(given, options))
    return [error.code, error.message]
  }
  assert.match((await refused(null))[1], /provider must be an object, not missing/)
  assert.match((await refused({ listClients() {} }))[1], /provider\.listFiles must be a function/)
  assert.match((await refused(provider(), { prot: 1 }))[1], /prot is not known/)
  assert.match((await refused(provider(), { keys: [{ caller: 'filed' }] }))[1], /keys\[0\]\.key is missing/)
  for (const options of [
    { host: '0.0.0.0' },
    { host: 'somewhere' },
    { port: 70_000 },
    { keys: [{ caller: 'filed', key: 'short' }] },
    { keys: [{ caller: 'filed', key: KEY, scopes: ['everything'] }] },
    { tls: { certificates: '/nonexistent', key: '/nonexistent' } },
  ]) {
    assert.equal((await refused(provider(), options))[0], 'CONFIG_INVALID', JSON.stringify(options))
  }
})

test('without onError a warning says that something failed, and not what', async () => {
  const warned = once(process, 'warning')
  const listClients = () => {
    throw new Error('Ada Lovelace')
  }
  await serving({ listClients }, async (call) => assert.equal((await call('/clients')).status, 500), {
    onError: undefined,
  })
  const [warning] = await warned
  assert.match(warning.message, /listClients failed/)
  assert.doesNotMatch(warning.message, /Ada/)
})

/** Runs a program that serves with `server`; gives how it ended. */
function run(program) {
  const source = `import { pull, shutdown } from ${JSON.stringify(library)}
    const provider = { listClients: () => [], listFiles: () => [], openFile() {}, addNote() {}, receiveFile() {} }
    const server = await pull.serve(provider)
    ${program}`
  return new Promise((resolve) => {
    const options = { timeout: 30_000 }
    execFile(process.execPath, ['--input-type=module', '-e', source], options, (error, stdout) =>
      resolve([error ? error.code : 0, stdout]),
    )
  })
}

test('a server keeps the program alive until it is closed, or the library is shut down', async () => {
  const later = (what) => `setTimeout(async () => { console.log('alive'); ${what} }, 300)`
  assert.deepEqual(await run(later('await server.close()')), [0, 'alive\n'])
  assert.deepEqual(await run(later('await shutdown()')), [0, 'alive\n'])
  assert.deepEqual(await run(later('process.exit(7)')), [7, 'alive\n'])
})

test('a worker that is terminated takes its server along', async () => {
  const worker = new Worker(
    `const { parentPort, workerData } = require('node:worker_threads')
     import(workerData.library).then(async ({ pull }) => {
       const provider = { listClients: () => [], listFiles: () => [], openFile() {}, addNote() {}, receiveFile() {} }
       const server = await pull.serve(provider, { keys: [{ caller: 'filed', key: workerData.key }] })
       parentPort.postMessage(server.url)
     })`,
    { eval: true, workerData: { library, key: KEY } },
  )
  const [url] = await once(worker, 'message')
  const ask = () => fetch(`${url}/api/v1/clients`, { headers: { 'x-api-key': KEY } })
  assert.equal((await ask()).status, 200)
  await worker.terminate()
  await until(
    () =>
      ask().then(
        () => false,
        () => true,
      ),
    'nobody listens any more',
  )
})

test('the example serves a folder, takes a note and a file', async () => {
  const firm = await mkdtemp(path.join(tmpdir(), 'filed-node-'))
  await mkdir(path.join(firm, 'Grace Hopper'))
  const program = path.join(root, 'examples', 'node', 'pull_folder.mjs')
  const child = execFile(process.execPath, [program, '--folder', firm, '--key', KEY])
  const [line] = await once(child.stdout, 'data')
  const api = `${JSON.parse(line).url}/api/v1/clients`
  const headers = { 'x-api-key': KEY }
  const { data } = await (await fetch(api, { headers })).json()
  const client = `${api}/${data[0].id}`
  const note = { method: 'POST', body: '{"text":"Ready."}' }
  const json = { ...headers, 'content-type': 'application/json' }
  assert.equal((await fetch(`${client}/notes`, { ...note, headers: json })).status, 201)
  const pdf = { ...headers, 'content-type': 'application/pdf' }
  const sent = await fetch(`${client}/files?name=r.pdf`, { method: 'POST', body: '%PDF', headers: pdf })
  assert.equal(sent.status, 201)
  assert.equal(await (await fetch(sent.headers.get('location'), { headers })).text(), '%PDF')
  assert.equal(await readFile(path.join(firm, 'Grace Hopper', 'From Filed', 'r.pdf'), 'utf8'), '%PDF')
  assert.equal((await readdir(path.join(firm, 'Grace Hopper', '.filed', 'notes'))).length, 1)
  child.kill('SIGTERM')
  assert.deepEqual(await once(child, 'exit'), [0, null])
  await rm(firm, { recursive: true })
})
