// The same from a worker thread, whose addon is loaded there and in the main thread.

import { Worker } from 'node:worker_threads'
import { shutdown } from 'filed-sdk'

const worker = new Worker(new URL('push.mjs', import.meta.url), { argv: process.argv.slice(2) })
process.exitCode = await new Promise((resolve, reject) => {
  worker.once('error', reject)
  worker.once('exit', resolve)
})
if (!(await shutdown())) throw new Error('the library has threads that do not end')
