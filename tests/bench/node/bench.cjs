'use strict'
// What the Node contenders share: settings, and a line of work at a time on standard input. A
// contender says `ready`, then for each line does the work it names and says `done`, with numbers of
// its own after it. It is measured from outside.

const { monitorEventLoopDelay } = require('node:perf_hooks')
const readline = require('node:readline')

const env = process.env

const settings = {
  gateway: env.FILED_GATEWAY_URL,
  upload: env.FILED_UPLOAD_URL,
  apiKey: env.FILED_API_KEY,
  platform: { 'source-platform': env.FILED_SOURCE_PLATFORM },
  atOnce: Number(env.FILED_MAX_CONCURRENCY),
}

const queries = {
  me: 'query Me { me { id email name role } }',
  login: 'mutation L($k: String!) { loginViaPersonalApiToken(token: $k) { accessToken } }',
  createJob: `mutation J($c: ID!, $n: String!) {
    createConnectionJob(connectionId: $c, jobName: $n) { id } }`,
  createWorks: `mutation W($j: ID!, $i: [CreateJobWorksInput!]!) {
    createJobWorks(connectionJobId: $j, inputs: $i) { id workId } }`,
  createArtifacts: `mutation A($w: ID!, $i: [CreateJobWorkArtifactsInput!]!) {
    createJobWorkArtifacts(jobWorkId: $w, inputs: $i) { id artifactId } }`,
  initiate: 'mutation I($j: ID!) { initiateTaxPrepsImport(connectionJobId: $j) { id status } }',
}

// Works in one mutation, as the documentation advises.
const BATCH = 50

function* paths(folder, count) {
  for (let n = 0; n < count; n++) yield `${folder}/${String(n).padStart(6, '0')}.pdf`
}

// Works on so many items at once, and watches how late the loop gets round to its timers.
async function together(atOnce, items, work) {
  const delay = monitorEventLoopDelay({ resolution: 5 })
  delay.enable()
  const worker = async () => {
    for (const item of items) await work(item)
  }
  await Promise.all(Array.from({ length: atOnce }, worker))
  delay.disable()
  // What the monitor counts includes its own interval.
  return { loop_ms: Math.max(0, delay.percentile(99) / 1e6 - 5) }
}

function firm(job, clients, files, folder) {
  const every = [...paths(folder, clients * files)]
  return Array.from({ length: clients }, (_, n) => ({
    key: `${job}/${n}`,
    name: `Client ${n}`,
    paths: every.slice(n * files, (n + 1) * files),
  }))
}

// The push as a script does it, with whatever sends a call and a file.
async function pushBy(script, [clients, files, atOnce, job, , connection, , folder]) {
  await script.logIn()
  const all = firm(job, Number(clients), Number(files), folder)
  const created = await script.call(queries.createJob, { c: connection, n: job })
  const j = created.createConnectionJob.id
  const inputs = all.map(({ key, name }) => ({ name, externalId: key }))
  for (let at = 0; at < inputs.length; at += BATCH) {
    const i = inputs.slice(at, at + BATCH)
    const { createJobWorks } = await script.call(queries.createWorks, { j, i })
    createJobWorks.forEach((work, n) => (all[at + n].work = work.id))
  }
  const files_ = all.flatMap((client) => client.paths.map((path) => ({ client, path })))
  await together(Number(atOnce), files_.values(), async ({ client, path }) => {
    const { fileName, mimeType, fileUrl } = await script.upload(path)
    const artifact = { name: fileName, type: mimeType, url: fileUrl, externalId: `${client.key}/${path}` }
    client.inputs = [...(client.inputs ?? []), artifact]
    if (client.inputs.length < client.paths.length) return
    await script.call(queries.createArtifacts, { w: client.work, i: client.inputs })
  })
  await script.call(queries.initiate, { j })
}

// Does what it is told until standard input ends.
async function serve(work) {
  console.log('ready')
  for await (const line of readline.createInterface({ input: process.stdin })) {
    const [name, ...words] = line.split(' ')
    const numbers = await work[name](...words)
    const told = Object.entries(numbers ?? {}).map(([key, number]) => `${key}=${number}`)
    console.log(['done', ...told].join(' '))
  }
}

// The work of a script that can log in and send a call and a file.
function serveScript(script) {
  return serve({
    uploads: (count, atOnce, folder) => together(Number(atOnce), paths(folder, Number(count)), script.upload),
    async calls(count) {
      for (let n = 0; n < Number(count); n++) await script.call(queries.me, {})
    },
    push: (...words) => pushBy(script, words),
  })
}

module.exports = { firm, paths, queries, serve, serveScript, settings, together }
