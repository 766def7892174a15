// The same in TypeScript, checked strictly with the package's own types.

import { Client, FiledError, type FileReport, type Report } from 'filed-sdk'

async function pushed(client: Client, ids: readonly string[]): Promise<Report> {
  const [connectionId = '', workspaceId = '', jobName = ''] = ids
  const push = await client.push({ connectionId, workspaceId, jobName })
  const amber = await push.addClient({ name: 'Amber Lindqvist', externalId: 'client-1' })
  await amber.addFile({ path: 'scans/Amber Lindqvist/w2.pdf', externalId: 'file-1' })
  // @ts-expect-error: a file needs an external id
  await amber.addFile({ path: 'none.pdf' }).catch(() => undefined)
  await push.commit()
  return push.wait({ timeoutMs: 60_000 })
}

try {
  const report = await pushed(new Client(), process.argv.slice(2))
  const failed: readonly FileReport[] = report.failedFiles
  if (report.files.imported !== 1 || failed.length > 0) process.exitCode = 1
} catch (error) {
  if (error instanceof FiledError) console.error(error.code)
  throw error
}
