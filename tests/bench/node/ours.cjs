'use strict'
// Ours: one promise per file.

// Built for the bench; elsewhere it is `filed-sdk`.
const { Client } = require(process.env.BENCH_SDK)
const { firm, paths, serve, together } = require('./bench.cjs')

async function main() {
  const client = new Client()
  await client.me()
  await serve({
    uploads: (count, atOnce, folder) =>
      together(Number(atOnce), paths(folder, Number(count)), (path) => client.uploads.file(path)),
    async calls(count) {
      for (let n = 0; n < Number(count); n++) await client.me()
    },
    async push(clients, files, _atOnce, jobName, journal, connectionId, workspaceId, folder) {
      const push = await client.push({ connectionId, workspaceId, jobName, journal })
      for (const { key, name, paths } of firm(jobName, Number(clients), Number(files), folder)) {
        const added = await push.addClient({ name, externalId: key })
        await added.addFiles(paths.map((path) => ({ path, externalId: `${key}/${path}` })))
      }
      await push.commit()
      await push.close()
    },
  })
}

main()
