// Pushes a folder: each sub-folder is a client, each file in it a document.
//
//     node push_folder.mjs FOLDER CONNECTION WORKSPACE JOB_NAME JOURNAL
//
// Settings come from the FILED_* variables. Run again after a crash, it goes on where it stopped.

import { readdir } from 'node:fs/promises'
import path from 'node:path'

import { Client } from '../../bindings-node/lib/index.mjs'

const [folder, connectionId, workspaceId, jobName, journal] = process.argv.slice(2)
if (!journal) {
  console.error('usage: node push_folder.mjs FOLDER CONNECTION WORKSPACE JOB_NAME JOURNAL')
  process.exit(2)
}

function show({ files }) {
  console.log(`${files.total} files: ${files.sent} sent, ${files.imported} imported, ${files.failed} failed`)
}

async function showProgress(push) {
  for await (const event of push.events()) {
    if (event.kind === 'file_uploaded' || event.kind === 'file_imported') show(push.progress())
    if (event.error) console.error(`${event.externalId}: ${event.error.message}`)
  }
}

const client = new Client()
const push = await client.push({ connectionId, workspaceId, jobName, journal })
const shown = showProgress(push)
for (const entry of await readdir(folder, { withFileTypes: true })) {
  if (!entry.isDirectory()) continue
  const added = await push.addClient({ name: entry.name, externalId: entry.name })
  const names = await readdir(path.join(folder, entry.name))
  await added.addFiles(
    names.map((name) => ({ path: path.join(folder, entry.name, name), externalId: `${entry.name}/${name}` })),
  )
}
await push.commit()
const report = await push.wait({ timeoutMs: 3_600_000 })
await shown
show(push.progress())
for (const file of report.failedFiles) console.error(`${file.externalId}: ${file.error?.message}`)
process.exitCode = report.failedFiles.length === 0 ? 0 : 1
