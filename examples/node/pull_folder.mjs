// A platform of one's own that Filed pulls from: every folder in DIR is a client, every file below it one
// of its files. What the library asks is answered by the functions of an object.
//
//     node pull_folder.mjs --folder DIR --key KEY [--state DIR] [--port N] [--client ID:SECRET]
//                          [--signed-urls SECONDS] [--unlimited]
//
// Prints {"url":"..."} when it is ready, and ends on SIGTERM or SIGINT when the transfers have.
// (`pull.serve(pull.folder(DIR))` does all of this in one call; this shows how a provider is made.)

import { createHash, randomUUID } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { mkdir, link, lstat, readdir, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { pipeline } from 'node:stream/promises'
import { parseArgs } from 'node:util'

import { pull } from '../../bindings-node/lib/index.mjs'

const { values } = parseArgs({
  options: {
    folder: { type: 'string' },
    key: { type: 'string', multiple: true, default: [] },
    state: { type: 'string' },
    port: { type: 'string', default: '0' },
    client: { type: 'string', multiple: true, default: [] },
    'signed-urls': { type: 'string' },
    unlimited: { type: 'boolean', default: false },
  },
})
if (!values.folder || values.key.length + values.client.length === 0) {
  console.error('usage: node pull_folder.mjs --folder DIR --key KEY')
  process.exit(2)
}
const root = path.resolve(values.folder)

const TYPES = {
  '.pdf': 'application/pdf',
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.txt': 'text/plain',
  '.csv': 'text/csv',
  '.json': 'application/json',
}

// An id that tells nothing of the name. A server of many firms would take the keys of its database.
const idOf = (place) => createHash('sha256').update(place).digest('hex').slice(0, 32)

/** The folders in `folder`, or the files at any depth below it, without hidden entries and links. */
async function* walk(folder, files) {
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const place = path.join(folder, entry.name)
    if (entry.name.startsWith('.')) continue
    if (entry.isDirectory() && files) yield* walk(place, files)
    else if (files ? entry.isFile() : entry.isDirectory()) yield place
  }
}

async function find(id, files) {
  for await (const place of walk(root, files)) if (idOf(path.relative(root, place)) === id) return place
  throw new pull.NotFound()
}

async function describe(place) {
  const { size, mtime } = await lstat(place)
  const id = idOf(path.relative(root, place))
  const mimeType = TYPES[path.extname(place)] ?? 'application/octet-stream'
  return { id, name: path.basename(place), size, mimeType, dateModified: mtime }
}

const provider = {
  async listClients() {
    const clients = []
    for await (const place of walk(root, false)) {
      const name = path.basename(place)
      clients.push({ id: idOf(name), name })
    }
    return clients
  },

  async listFiles(clientId) {
    const files = []
    for await (const place of walk(await find(clientId, false), true)) files.push(await describe(place))
    return files
  },

  async openFile(fileId) {
    const place = await find(fileId, true)
    return { file: await describe(place), content: { path: place } }
  },

  async addNote(clientId, note) {
    const folder = path.join(await find(clientId, false), '.filed', 'notes')
    const id = `note-${randomUUID()}`
    await mkdir(folder, { recursive: true })
    await writeFile(path.join(folder, id), note.text)
    return { id }
  },

  async receiveFile(clientId, file, content) {
    if (file.name.startsWith('.')) throw new pull.Invalid('The file name must not begin with a dot.')
    const folder = path.join(await find(clientId, false), 'From Filed')
    const part = path.join(folder, `.${randomUUID()}.part`)
    await mkdir(folder, { recursive: true })
    try {
      await pipeline(content, createWriteStream(part, { flags: 'wx', flush: true }))
      return await describe(await settle(part, folder, file.name))
    } finally {
      await rm(part, { force: true })
    }
  },
}

/** Gives the file its name, or one with a number when that is taken. */
async function settle(part, folder, name) {
  for (let number = 1; ; number++) {
    const place = path.join(folder, number === 1 ? name : `${number} ${name}`)
    try {
      await link(part, place)
      return place
    } catch (error) {
      if (error.code !== 'EEXIST') throw error
    }
  }
}

const server = await pull.serve(provider, {
  port: Number(values.port),
  keys: values.key.map((key) => ({ caller: 'filed', key })),
  oauthClients: values.client.map((pair) => {
    const [id, secret] = pair.split(':')
    return { id, secret }
  }),
  stateDir: values.state,
  signedUrlsMs: values['signed-urls'] && Number(values['signed-urls']) * 1000,
  limits: values.unlimited ? { rate: false, failures: 4_294_967_295 } : {},
  onError: (error, { method }) => console.error(`${method}: ${error.code ?? error.name}`),
})
console.log(JSON.stringify({ url: server.url }))
for (const signal of ['SIGTERM', 'SIGINT']) {
  process.once(signal, async () => {
    process.exitCode = (await server.close()) ? 0 : 1
  })
}
