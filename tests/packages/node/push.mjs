// Pushes one document of one client with the installed package, as an ES module.
//
//     node push.mjs CONNECTION_ID WORKSPACE_ID JOB_NAME

import { Client } from 'filed-sdk'

const [connectionId, workspaceId, jobName] = process.argv.slice(2)
const client = new Client()
const push = await client.push({ connectionId, workspaceId, jobName })
const amber = await push.addClient({ name: 'Amber Lindqvist', externalId: 'client-1' })
await amber.addFile({ path: 'scans/Amber Lindqvist/w2.pdf', externalId: 'file-1' })
await push.commit()
const report = await push.wait({ timeoutMs: 60_000 })
console.log(`${process.version}: ${report.files.imported} imported`)
if (report.files.imported !== 1 || report.failedFiles.length > 0) process.exitCode = 1
