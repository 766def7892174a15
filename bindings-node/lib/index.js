'use strict'
// What `filed-sdk` exports. The ES module beside this one exports the same objects.

const native = require('./native.js')
const { bridge, run } = require('./bridge.js')
const { field, fields, text, time } = require('./check.js')
const { Client } = require('./client.js')
const { ErrorCodes, FiledError, internalError } = require('./errors.js')
const { pull } = require('./pull/index.js')

const SHUTDOWN_MS = 5_000

function deepLink(slug, path) {
  const given = [field(text, slug, 'deepLink', 'slug'), field(text, path ?? '', 'deepLink', 'path')]
  let link
  try {
    link = native.deepLink(...given)
  } catch (thrown) {
    throw internalError('deepLink', thrown)
  }
  if (typeof link === 'string') return link
  throw new FiledError(JSON.parse(link.error))
}

async function shutdown(options) {
  const { timeoutMs = SHUTDOWN_MS } = fields({ timeoutMs: time }, options, 'shutdown')
  return run('shutdown', (call) => bridge.shutdown(call, timeoutMs))
}

module.exports = { Client, ErrorCodes, FiledError, deepLink, pull, shutdown, version: native.version() }
