// The same as CommonJS.
'use strict'

const { Client, version } = require('filed-sdk')

if (version !== require('filed-sdk/package.json').version) throw new Error(`the addon is of ${version}`)

async function main([connectionId, workspaceId, jobName]) {
  const client = new Client()
  const push = await client.push({ connectionId, workspaceId, jobName })
  const amber = await push.addClient({ name: 'Amber Lindqvist', externalId: 'client-1' })
  await amber.addFile({ path: 'scans/Amber Lindqvist/w2.pdf', externalId: 'file-1' })
  await push.commit()
  const report = await push.wait({ timeoutMs: 60_000 })
  if (report.files.imported !== 1 || report.failedFiles.length > 0) process.exitCode = 1
}

main(process.argv.slice(2)).catch((error) => {
  console.error(error)
  process.exitCode = 1
})
