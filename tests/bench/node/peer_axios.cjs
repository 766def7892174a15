'use strict'
// The script a competent user writes with axios and form-data: connections kept, files streamed.

const { createReadStream } = require('node:fs')
const { stat } = require('node:fs/promises')
const http = require('node:http')
const https = require('node:https')
const path = require('node:path')
const axios = require('axios')
const FormData = require('form-data')
const { queries, serveScript, settings } = require('./bench.cjs')

const kept = { keepAlive: true, maxSockets: settings.atOnce }
const client = axios.create({
  httpAgent: new http.Agent(kept),
  httpsAgent: new https.Agent(kept),
  headers: settings.platform,
  maxBodyLength: Infinity,
  // Otherwise the body is kept in memory to be sent again.
  maxRedirects: 0,
  proxy: false,
})

async function call(query, variables) {
  return (await client.post(settings.gateway, { query, variables })).data.data
}

async function upload(file) {
  const { size } = await stat(file)
  const form = new FormData()
  const about = { filename: path.basename(file), contentType: 'application/pdf', knownLength: size }
  form.append('file', createReadStream(file, { highWaterMark: 256 * 1024 }), about)
  const headers = { ...form.getHeaders(), 'content-length': form.getLengthSync() }
  return (await client.post(settings.upload, form, { headers })).data
}

async function logIn() {
  delete client.defaults.headers.authorization
  const { loginViaPersonalApiToken } = await call(queries.login, { k: settings.apiKey })
  client.defaults.headers.authorization = `Bearer ${loginViaPersonalApiToken.accessToken}`
}

async function main() {
  await logIn()
  await serveScript({ logIn, call, upload })
}

main()
