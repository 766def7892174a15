'use strict'
// `pull.docs`: the documents of a pull API, ready to be sent to Filed.

const { bridge, run } = require('../bridge.js')
const { field, fields, record, required, text, url } = require('../check.js')
const { SETTINGS } = require('./settings.js')

const { about, limits, signedUrlsMs, tokenLifetimeMs } = SETTINGS
const OPTIONS = {
  about,
  limits,
  signedUrlsMs,
  tokenLifetimeMs,
  apiKey: text,
  oauthClient: record({ id: required(text), secret: required(text) }),
}

async function docs(baseUrl, options) {
  const operation = 'pull.docs'
  const place = field(url, baseUrl, operation, 'baseUrl')
  const { apiKey, oauthClient, ...settings } = fields(OPTIONS, options, operation)
  const args = JSON.stringify({ baseUrl: place, apiKey, oauthClient, settings })
  return await run(operation, (call) => bridge.pullDocs(call, args))
}

module.exports = { docs }
