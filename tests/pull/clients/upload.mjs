// Uploads a file with tus-js-client, says after each chunk how far it is, and in the end `done`.
import fs from 'node:fs'
import * as tus from 'tus-js-client'

const [endpoint, key, path] = process.argv.slice(2)
const upload = new tus.Upload(fs.createReadStream(path), {
  endpoint,
  chunkSize: 256 * 1024,
  uploadSize: fs.statSync(path).size,
  retryDelays: Array(60).fill(100),
  headers: { 'X-API-Key': key },
  metadata: { filename: 'npm.pdf', filetype: 'application/pdf' },
  onChunkComplete: (_size, accepted) => console.log(String(accepted)),
  onSuccess: () => console.log('done'),
  onError: (error) => {
    console.error(String(error))
    process.exitCode = 1
  },
})
upload.start()
