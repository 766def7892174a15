'use strict'
// Checks of names and types before anything crosses to the native half. What values mean is checked
// there, once for every language. A message names the field and never shows its value.

const { fileURLToPath } = require('node:url')
const { types } = require('node:util')
const { localError, typeError } = require('./errors.js')

const fail = (at, expected, value) => {
  throw typeError(`${at} must be ${expected}, not ${kindOf(value)}`)
}

function kindOf(value) {
  if (value === null || value === undefined) return 'missing'
  if (Array.isArray(value)) return 'an array'
  if (Number.isNaN(value)) return 'NaN'
  const kind = typeof value
  return kind === 'object' ? 'an object' : `a ${kind}`
}

const split = (at) => [at.slice(0, at.indexOf(': ')), at.slice(at.indexOf(': ') + 2)]

function refuse(at, problem) {
  const [operation, field] = split(at)
  throw localError('INVALID_ARGUMENT', operation, `${field} ${problem}`)
}

/** Unicode text: JavaScript strings can hold halves of characters, which nothing else can. */
function text(value, at) {
  if (typeof value !== 'string') fail(at, 'a string', value)
  if (!value.isWellFormed()) refuse(at, 'holds an unpaired surrogate')
  return value
}

/** A path on disk: text or a file: URL. */
function path(value, at) {
  if (!(value instanceof URL)) return text(value, at)
  try {
    return fileURLToPath(value)
  } catch {
    return refuse(at, 'must be a file: URL')
  }
}

/** A URL: text or a URL object. */
const url = (value, at) => text(value instanceof URL ? value.href : value, at)

function flag(value, at) {
  if (typeof value !== 'boolean') fail(at, 'a boolean', value)
  return value
}

function whole(value, at) {
  if (typeof value !== 'number') fail(at, 'a number', value)
  if (!Number.isSafeInteger(value) || value < 0) refuse(at, 'must be a whole number, 0 or more')
  return value
}

/** Milliseconds. */
function time(value, at) {
  if (typeof value !== 'number') fail(at, 'a number of milliseconds', value)
  if (!(value >= 0)) refuse(at, 'must be 0 or more milliseconds')
  // Beyond any wait, and still a whole number everywhere.
  return Math.min(Math.ceil(value), Number.MAX_SAFE_INTEGER)
}

function signal(value, at) {
  if (!(value instanceof AbortSignal)) fail(at, 'an AbortSignal', value)
  return value
}

/** Any JSON value, as a copy. */
function json(value, at) {
  const guard = (key, inner) => {
    if (!key.isWellFormed()) refuse(at, 'holds an unpaired surrogate')
    if (typeof inner === 'string' && !inner.isWellFormed()) refuse(at, 'holds an unpaired surrogate')
    if (typeof inner === 'number' && !Number.isFinite(inner)) refuse(at, 'holds a number that is not finite')
    if (typeof inner === 'bigint') refuse(at, 'holds a bigint, which JSON cannot')
    return inner
  }
  return JSON.parse(stringify(value, guard, at))
}

function stringify(value, guard, at) {
  let written
  try {
    written = JSON.stringify(value, guard)
  } catch (error) {
    if (error.code === 'INVALID_ARGUMENT') throw error
    refuse(at, 'is not JSON: it refers to itself or is nested too deeply')
  }
  if (written === undefined) fail(at, 'JSON', value)
  return written
}

/** A JSON object, as a copy. */
function jsonObject(value, at) {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) fail(at, 'an object', value)
  return json(value, at)
}

/** Bytes, as a view of the caller's memory; the native half copies them before its call returns. */
function bytes(value, at) {
  if (types.isAnyArrayBuffer(value)) return bytes(new Uint8Array(value), at)
  if (!ArrayBuffer.isView(value)) fail(at, 'a Uint8Array or ArrayBuffer', value)
  const view = new Uint8Array(value.buffer, value.byteOffset, value.byteLength)
  // Shared memory may change while it is copied; a slice of it is not shared.
  return types.isSharedArrayBuffer(view.buffer) ? view.slice() : view
}

const oneOf =
  (...words) =>
  (value, at) => {
    if (!words.includes(text(value, at))) refuse(at, `must be one of ${words.join(', ')}`)
    return value
  }

const listOf = (check) => (value, at) => {
  if (!Array.isArray(value)) fail(at, 'an array', value)
  return value.map((item, index) => check(item, `${at}[${index}]`))
}

/** A field that must be there. */
const required = (check) => Object.assign((value, at) => check(value, at), { required: true })

/** An object with these fields and no others; what is null or undefined counts as not given. */
const record = (fields) => (value, at) => {
  const given = value ?? {}
  if (typeof given !== 'object' || Array.isArray(given)) fail(at, 'an object', given)
  for (const name of Object.keys(given)) {
    if (!Object.hasOwn(fields, name)) throw unknownName(at, name, fields)
  }
  const taken = {}
  for (const [name, check] of Object.entries(fields)) {
    const field = given[name]
    if (field !== undefined && field !== null) taken[name] = check(field, inside(at, name))
    else if (check.required) throw typeError(`${inside(at, name)} is missing`)
  }
  return taken
}

// `jobs.create: ` is the operation alone, `jobs.addWorks: works[0]` a field of it.
const inside = (at, name) => (at.endsWith(': ') ? at + name : `${at}.${name}`)

function unknownName(at, name, fields) {
  const known = Object.keys(fields).join(', ')
  return typeError(`${inside(at, name)} is not known; known are: ${known}`)
}

/** The checks of one operation: its positional arguments, then its fields. */
const field = (check, value, operation, name) => {
  if (value === undefined || value === null) throw typeError(`${operation}: ${name} is missing`)
  return check(value, `${operation}: ${name}`)
}

const fields = (shape, value, operation) => {
  if (value === undefined || value === null || (typeof value === 'object' && !Array.isArray(value))) {
    return record(shape)(value, `${operation}: `)
  }
  throw typeError(`${operation}: options must be an object, not ${kindOf(value)}`)
}

module.exports = {
  bytes,
  field,
  fields,
  flag,
  json,
  jsonObject,
  kindOf,
  listOf,
  oneOf,
  path,
  record,
  required,
  signal,
  text,
  time,
  url,
  whole,
}
