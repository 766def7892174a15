'use strict'
// `pull.check`: Filed, played against any platform's pull API.

const { bridge, run } = require('../bridge.js')
const { field, fields, flag, path, record, required, signal, text, time, url, whole } = require('../check.js')

const OPTIONS = {
  apiKey: text,
  oauthClient: record({ id: required(text), secret: required(text) }),
  document: text,
  mapping: text,
  caBundle: path,
  writes: flag,
  clientId: text,
  requests: whole,
  timeMs: time,
  clients: whole,
  files: whole,
}

async function check(baseUrl, options) {
  const operation = 'pull.check'
  const place = field(url, baseUrl, operation, 'baseUrl')
  const { signal: stop, ...given } = fields({ ...OPTIONS, signal }, options, operation)
  const args = JSON.stringify({ baseUrl: place, ...given })
  return await run(operation, (call) => bridge.pullCheck(call, args), { signal: stop })
}

module.exports = { check }
