'use strict'
// What a server can be told, and with which types.

const { flag, listOf, path, record, required, text, time, url, whole } = require('../check.js')

const SETTINGS = {
  host: text,
  port: whole,
  publicUrl: url,
  tls: record({ certificates: required(path), key: required(path) }),
  keys: listOf(record({ caller: required(text), key: required(text), scopes: listOf(text) })),
  oauthClients: listOf(record({ id: required(text), secret: required(text), scopes: listOf(text) })),
  tokenLifetimeMs: time,
  signedUrlsMs: time,
  stateDir: path,
  about: record({
    platform: text,
    contact: text,
    credentials: text,
    webhooks: listOf(record({ name: required(text), description: required(text) })),
  }),
  limits: record({
    file: whole,
    providerMs: time,
    stallMs: time,
    connections: whole,
    rate,
    failures: whole,
    lockOutMs: time,
    uploadLifetimeMs: time,
    uploads: whole,
  }),
}

function rate(value, at) {
  if (typeof value === 'boolean') return flag(value, at)
  return record({ perSecond: required(whole), burst: required(whole) })(value, at)
}

module.exports = { SETTINGS }
