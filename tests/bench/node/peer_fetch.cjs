'use strict'
// The script a competent user writes with Node's own fetch.

const { openAsBlob } = require('node:fs')
const path = require('node:path')
const { queries, serveScript, settings } = require('./bench.cjs')

let headers = settings.platform

async function answered(response) {
  if (!response.ok) throw new Error(`HTTP ${response.status}`)
  return await response.json()
}

async function call(query, variables) {
  const response = await fetch(settings.gateway, {
    method: 'POST',
    headers: { ...headers, 'content-type': 'application/json' },
    body: JSON.stringify({ query, variables }),
  })
  return (await answered(response)).data
}

async function upload(file) {
  const form = new FormData()
  form.set('file', await openAsBlob(file, { type: 'application/pdf' }), path.basename(file))
  return await answered(await fetch(settings.upload, { method: 'POST', headers, body: form }))
}

async function logIn() {
  headers = settings.platform
  const { loginViaPersonalApiToken } = await call(queries.login, { k: settings.apiKey })
  headers = { ...headers, authorization: `Bearer ${loginViaPersonalApiToken.accessToken}` }
}

async function main() {
  await logIn()
  await serveScript({ logIn, call, upload })
}

main()
