// What helps a platform before Filed comes: the check of its API, and the documents.

import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import { test } from 'node:test'

import { pull } from '../../bindings-node/lib/index.mjs'
import { failure } from './support/sandbox.mjs'

const KEY = 'key-of-a-test-firm'
const BASE = 'https://ledger.example.com'
const about = {
  platform: 'Ledger',
  contact: 'api@ledger.example.com',
  credentials: 'Grace hands them over.',
  webhooks: [{ name: 'file.created', description: 'When a client uploads a file.' }],
}

/** A platform that answers everything with 200 and an error, even to strangers. */
async function defective(use) {
  const server = createServer((request, response) => {
    request.resume()
    response.setHeader('content-type', 'application/json')
    response.end('{"error": "no"}')
  })
  await new Promise((listening) => server.listen(0, '127.0.0.1', listening))
  try {
    return await use(`http://127.0.0.1:${server.address().port}`)
  } finally {
    server.closeAllConnections()
    server.close()
  }
}

/** A platform of ours, with one file and what was sent to it. */
async function ours(use) {
  const sent = []
  const bytes = Buffer.from('%PDF-1.7 the only file')
  const file = { id: 'file-1', name: 'w2.pdf', size: bytes.length, mimeType: 'application/pdf' }
  const all = new Map([['file-1', { file, bytes }]])
  const known = (id) => {
    if (!all.has(id)) throw new pull.NotFound()
    return all.get(id)
  }
  const exists = (id) => {
    if (id !== 'client-1') throw new pull.NotFound()
  }
  const provider = {
    listClients: () => [{ id: 'client-1', name: 'Ada Lovelace' }],
    listFiles(id) {
      exists(id)
      return [...all.values()].map(({ file }) => file)
    },
    openFile: (id) => ({ file: known(id).file, content: known(id).bytes, version: '1' }),
    addNote(id, note) {
      exists(id)
      sent.push(note.text)
      return { id: `note-${sent.length}` }
    },
    async receiveFile(id, { name, mimeType }, content) {
      exists(id)
      const chunks = []
      for await (const chunk of content) chunks.push(chunk)
      const bytes = Buffer.concat(chunks)
      const file = { id: `file-${all.size + 1}`, name, mimeType, size: bytes.length }
      all.set(file.id, { file, bytes })
      sent.push(name)
      return file
    },
  }
  const keys = [{ caller: 'filed', key: KEY }]
  const server = await pull.serve(provider, { keys, limits: { rate: false }, about })
  try {
    return await use(server.url, sent)
  } finally {
    await server.close()
  }
}

test('a defective platform is found out', async () => {
  const report = await defective((url) => pull.check(url, { apiKey: KEY }))
  assert.equal(report.passed, false)
  assert.ok(report.requests > 0 && report.checks.length > 0)
  const [worst] = report.findings
  assert.equal(worst.severity, 'error')
  assert.ok(worst.times > 0 && worst.mend)
  assert.ok(report.words.includes(worst.code))
  assert.equal(JSON.parse(report.json).findings[0].code, worst.code)
  assert.ok(report.junit.includes('<failure'))
  assert.ok(!JSON.stringify(report).includes(KEY))
})

test('a platform of ours passes, and only a check that may write does', async () => {
  await ours(async (url, sent) => {
    const read = await pull.check(url, { apiKey: KEY, writes: false })
    assert.deepEqual([read.passed, sent], [true, []], read.words)
    const whole = await pull.check(new URL(url), { apiKey: KEY, clientId: 'client-1' })
    assert.ok(whole.passed, whole.words)
    assert.ok(sent.length > 1)
  })
})

test('a check ends when told to', async () => {
  const stop = new AbortController()
  const checking = ours(async (url) => {
    const checking = pull.check(url, { apiKey: KEY, signal: stop.signal })
    stop.abort(new Error('enough'))
    return await failure(checking)
  })
  assert.equal((await checking).code, 'CANCELLED')
})

test('what cannot be checked is an error', async () => {
  for (const [url, options, text] of [
    ['ftp://x', { apiKey: KEY }, 'base_url'],
    [BASE, {}, 'credentials'],
    [BASE, { apiKey: KEY, document: '{' }, 'document'],
    [BASE, { apiKey: KEY, mapping: '{' }, 'mapping'],
    [BASE, { apiKey: 7 }, 'apiKey'],
    [BASE, { key: KEY }, 'key'],
  ]) {
    const error = await failure(pull.check(url, options))
    assert.equal(error.code, 'INVALID_ARGUMENT')
    assert.ok(error.message.includes(text), error.message)
  }
})

test('the documents are filled in', async () => {
  const secret = `${KEY}-secret`
  const made = await pull.docs(BASE, { about, apiKey: KEY, oauthClient: { id: 'sandbox', secret } })
  const described = JSON.parse(made.openapi)
  assert.equal(described.openapi, '3.1.0')
  assert.deepEqual(described.servers, [{ url: BASE }])
  assert.deepEqual(described.info.contact, { email: about.contact })
  assert.deepEqual(Object.keys(described.webhooks), ['file.created'])
  for (const text of [made.markdown, made.html]) {
    for (const part of [BASE, 'Ledger', 'Grace hands them over.', KEY, secret]) assert.ok(text.includes(part))
  }
  assert.ok(!made.openapi.includes(KEY))
  assert.equal((await failure(pull.docs('ledger.example.com'))).code, 'CONFIG_INVALID')
})

test('what the server shows is of the platform and holds no secret', async () => {
  const page = await ours(async (url) => (await fetch(`${url}/docs`)).text())
  assert.ok(page.includes('Grace hands them over.'))
  assert.ok(!page.includes(KEY))
})
