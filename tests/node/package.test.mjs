// The package as its users get it: packed, installed in an empty folder, imported, required, typed.

import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { after, before, test } from 'node:test'

import { Sandbox, root } from './support/sandbox.mjs'

const source = path.join(root, 'bindings-node')
let sandbox, folder

before(async () => {
  sandbox = await Sandbox.start()
  folder = await mkdtemp(path.join(tmpdir(), 'filed-node-'))
  const packed = npm(source, 'pack', '--json', '--pack-destination', folder)
  const [{ filename }] = JSON.parse(packed)
  await writeFile(path.join(folder, 'package.json'), '{ "private": true, "type": "module" }')
  npm(folder, 'install', '--offline', '--no-audit', '--no-fund', `./${filename}`)
})
after(async () => {
  await sandbox.stop()
  await rm(folder, { recursive: true })
})

function npm(cwd, ...args) {
  return execFileSync('npm', args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })
}

/** Runs a program in the folder, with the sandbox's settings. */
async function run(name, program, variables = {}) {
  await writeFile(path.join(folder, name), program)
  const env = { ...process.env, ...sandbox.variables, ...variables }
  const { status, stdout, stderr } = spawnSync(process.execPath, [name], {
    cwd: folder,
    env,
    encoding: 'utf8',
  })
  assert.equal(status, 0, stderr)
  return stdout
}

test('it holds what it needs and nothing else', async () => {
  const [{ files }] = JSON.parse(npm(source, 'pack', '--dry-run', '--json'))
  const odd = files
    .map((file) => file.path)
    .filter((name) => !/^(lib\/|README\.md|package\.json|filed-sdk\.)/.test(name))
  assert.deepEqual(odd, [])
  const lock = await readFile(path.join(source, 'package-lock.json'), 'utf8')
  assert.ok(!lock.includes('"resolved"'), 'the lock file names no registry')
})

test('it is imported and required, as the same objects', async () => {
  const imported = await run(
    'a.mjs',
    `
    import * as filed from 'filed-sdk'
    import { createRequire } from 'node:module'
    const required = createRequire(import.meta.url)('filed-sdk')
    console.log(Object.keys(filed).sort().join() === Object.keys(required).sort().join())
    console.log(Object.keys(required).every((name) => filed[name] === required[name]))
    console.log((await new filed.Client().me()).id)`,
  )
  assert.equal(imported, 'true\ntrue\nuser_1\n')
  const required = await run(
    'b.cjs',
    `
    const { Client } = require('filed-sdk')
    new Client().me().then((user) => console.log(user.id))`,
  )
  assert.equal(required, 'user_1\n')
})

test('the main job runs as it is documented', async () => {
  const documented = await readFile(path.join(root, 'bindings-node', 'README.md'), 'utf8')
  const [, program] = /```js\n([\s\S]*?)```/.exec(documented)
  await mkdir(path.join(folder, 'scans'))
  await writeFile(path.join(folder, 'scans', 'w2.pdf'), '%PDF-1.7 of John Smith')
  await sandbox.reset()
  await run('main.mjs', program)
  const { jobs, artifacts } = await sandbox.state()
  assert.equal(jobs[0].initiated, 1)
  assert.equal(artifacts[0].status, 'uploaded')
})

test('events may be waited for in the middle of a program, where nothing more can come', async () => {
  await sandbox.reset()
  const { connection_id, workspace_id, api_key } = sandbox.ready
  const printed = await run(
    'sequence.mjs',
    `
    const [apiKey, connectionId, workspaceId] = ${JSON.stringify([api_key, connection_id, workspace_id])}
    const { signal } = new AbortController()
    ${MAIN_JOB}
    console.log(report.state)`,
  )
  const lines = printed.trim().split('\n')
  assert.ok(lines.includes('file_uploaded file-12345'), printed)
  assert.equal(lines.at(-1), 'done')
})

const MAIN_JOB = `
import { Client } from 'filed-sdk'
const client = new Client({ apiKey, sourcePlatform: 'acme-practice' })
const push = await client.push({ connectionId, workspaceId, jobName: '2024 Tax Season Import', journal: 'season.filed2' })
const smith = await push.addClient({ name: 'John Smith - 2024 Tax Return', externalId: 'client-12345' })
await smith.addFile({ path: 'scans/w2.pdf', externalId: 'file-12345' })
for await (const event of push.events()) console.log(event.kind, event.externalId)   // may run beside the rest
await push.commit({ signal })
const report = await push.wait({ timeoutMs: 3_600_000, signal })
`

test('its types hold for modules of both kinds, and the typed example runs', async () => {
  const typed = path.join(folder, 'typed')
  await mkdir(path.join(typed, 'cjs'), { recursive: true })
  await mkdir(path.join(folder, 'node_modules', '@types'), { recursive: true })
  for (const name of ['node', '../undici-types']) {
    const to = path.join(folder, 'node_modules', '@types', name)
    await symlink(path.join(source, 'node_modules', '@types', name), to)
  }
  await cp(path.join(root, 'examples/node/partner_onboarding.mts'), path.join(typed, 'example.mts'))
  await cp(path.join(root, 'tests/node/types.ts'), path.join(typed, 'types.mts'))
  await cp(path.join(root, 'tests/node/types.ts'), path.join(typed, 'types.cts'))
  const options = ['--strict', '--noUncheckedIndexedAccess', '--module', 'nodenext', '--target', 'es2023']
  const compiler = path.join(source, 'node_modules', 'typescript', 'bin', 'tsc')
  const files = ['example.mts', 'types.mts', 'types.cts']
  const compiled = spawnSync(process.execPath, [compiler, ...options, '--types', 'node', ...files], {
    cwd: typed,
    encoding: 'utf8',
  })
  assert.equal(compiled.status, 0, compiled.stdout)

  await sandbox.reset()
  const partner = sandbox.partner()
  const env = {
    ...process.env,
    ...sandbox.variables,
    FILED_API_KEY: partner.apiKey,
    FILED_UPLOAD_URL: partner.uploadUrl,
    FILED_PARTNER_TOKEN: partner.partnerToken,
    PROVIDER_KEY: sandbox.ready.provider_key,
  }
  const ran = spawnSync(process.execPath, ['example.mjs'], { cwd: typed, env, encoding: 'utf8' })
  assert.equal(ran.status, 0, ran.stderr)
  assert.match(ran.stdout, /^John Smith 1 https:/)
})

test('the folder example pushes each sub-folder as a client', async () => {
  await sandbox.reset()
  const firm = path.join(folder, 'firm')
  for (const name of ['smith', 'doe']) {
    await mkdir(path.join(firm, name), { recursive: true })
    await writeFile(path.join(firm, name, 'w2.pdf'), `%PDF-1.7 of ${name}`)
  }
  const { connection_id, workspace_id } = sandbox.ready
  const program = path.join(root, 'examples/node/push_folder.mjs')
  const args = [program, firm, connection_id, workspace_id, 'Season', path.join(folder, 'folder.filed')]
  const env = { ...process.env, ...sandbox.variables }
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { env, encoding: 'utf8' })
  assert.equal(status, 0, stderr)
  assert.match(stdout, /2 files: 2 sent, 2 imported, 0 failed\n$/)
})

test('a missing addon is told with the platform', async () => {
  const copy = path.join(folder, 'without')
  await cp(path.join(folder, 'node_modules', 'filed-sdk'), copy, {
    recursive: true,
    filter: (name) => !name.endsWith('.node'),
  })
  const { status, stderr } = spawnSync(process.execPath, ['-e', "require('./lib')"], {
    cwd: copy,
    encoding: 'utf8',
  })
  assert.equal(status, 1)
  assert.match(stderr, new RegExp(`filed-sdk has no native addon for ${process.platform}-${process.arch}`))
})
