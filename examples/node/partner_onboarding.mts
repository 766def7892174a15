// A partner makes a firm's workspace, connects its platform and sends one client's document, as it
// comes from another server, without keeping it in memory.
//
// Settings come from the FILED_* variables; PROVIDER_KEY is the partner's own.

import { Client, FiledError, deepLink, type Connection } from 'filed-sdk'

const signal = AbortSignal.timeout(600_000)
const client = new Client({ role: 'partner' })

const workspace = await client.workspaces.create({
  displayName: 'Smith & Associates',
  metadata: { firmId: 'firm-1' },
  firmSize: 'sm',
  signal,
})
await client.workspaces.addUsers(workspace.id, ['owner@smith-associates.example'], { signal })

const started = await client.connections.start(workspace.id, process.env['PROVIDER_KEY'] ?? 'acme', {
  inputs: { apiKey: 'key of the firm' },
})
await client.connections.collect(started.id)
const connection: Connection = await client.connections.waitActive(workspace.id, started.id, { signal })

async function* scan(): AsyncGenerator<Uint8Array> {
  for (const line of ['box,amount\n', '1,52000\n']) yield new TextEncoder().encode(line)
}

const uploaded = await client.uploads.stream(scan(), { fileName: 'w2.csv', signal })
const job = await client.jobs.create({ connectionId: connection.id, name: '2024 Tax Season Import', signal })
const [work] = await client.jobs.addWorks(job.id, [{ name: 'John Smith', externalId: 'client-12345' }])
if (!work) throw new Error('the answer names no work')
await client.works.addArtifacts(work.id, [
  { name: uploaded.fileName, type: uploaded.mimeType, url: uploaded.fileUrl, externalId: 'file-12345' },
])
try {
  await client.jobs.initiate(job.id, { signal })
} catch (error) {
  // Sent once, never again by itself: whether it took effect is for a person to see.
  if (error instanceof FiledError && error.code === 'OUTCOME_UNKNOWN') console.error(error.message)
  else throw error
}
for await (const { name, artifacts } of client.jobs.works(workspace.id, connection.id, { jobId: job.id })) {
  console.log(name, artifacts.length, deepLink(workspace.slug))
}
