'use strict'
// What a provider's functions give, checked before it crosses: names, types and times.

const { bytes, jsonObject, kindOf, listOf, path, record, required, text, whole } = require('../check.js')
const { localError, typeError } = require('../errors.js')
const { sourceOf } = require('../source.js')

/** A Date, or text that Date understands, as ISO 8601. */
function moment(value, at) {
  const date = new Date(value instanceof Date ? value : text(value, at))
  if (Number.isNaN(date.getTime())) throw localError('INVALID_ARGUMENT', null, `${at} is not a time`)
  return date.toISOString()
}

const CLIENT = {
  id: required(text),
  name: required(text),
  email: text,
  phone: text,
  type: text,
  lastModified: moment,
}

const ABOUT = {
  id: required(text),
  name: required(text),
  mimeType: text,
  dateCreated: moment,
  dateModified: moment,
  metadata: jsonObject,
}

const withType = (file) => ({ mimeType: 'application/octet-stream', ...file })

const client = record(CLIENT)
const file = (value, at) => withType(record({ ...ABOUT, size: required(whole) })(value, at))
const openedFile = (value, at) => withType(record({ ...ABOUT, size: whole })(value, at))

/** An array is everything; otherwise a page. */
const list = (item) => (value, at) => {
  if (Array.isArray(value)) return { items: listOf(item)(value, at) }
  const shape = { items: required(listOf(item)), next: text, total: whole }
  const { items, ...page } = object(shape, value, at)
  return { items, page }
}

/** A result that must be an object. */
function object(shape, value, at) {
  if (typeof value !== 'object' || value === null)
    throw typeError(`${at} must be an object, not ${kindOf(value)}`)
  return record(shape)(value, at)
}

const any = (value) => value

/** The file that was opened, and how its content is read: `path`, or `open` which gives a source. */
function opened(value, at) {
  const given = object({ file: required(openedFile), content: required(any), version: text }, value, at)
  const { content, ...about } = given
  const inner = `${at}.content`
  if (isPath(content)) {
    const onDisk = record({ path: required(path) })(content, inner)
    return { ...about, file: { size: 0, ...about.file }, path: onDisk.path }
  }
  if (isBytes(content)) {
    const data = bytes(content, inner)
    const from = (start) => sourceOf(once(data.subarray(start)), inner)
    return { ...about, file: { ...about.file, size: data.length }, open: from, skips: true }
  }
  if (content instanceof Blob) {
    const from = (start) => sourceOf(content.slice(start), inner)
    return { ...about, file: { ...about.file, size: content.size }, open: from, skips: true }
  }
  if (about.file.size === undefined) throw typeError(`${at}.file.size is missing`)
  if (typeof content === 'function') {
    const from = async (start) => sourceOf(await content(start), inner)
    return { ...about, open: from, skips: true }
  }
  const source = sourceOf(content, inner)
  return { ...about, open: () => source, skips: false, source }
}

const isBytes = (value) =>
  ArrayBuffer.isView(value) || value instanceof ArrayBuffer || value instanceof SharedArrayBuffer

// Streams have paths of their own, such as those of node:fs.
const isPath = (value) =>
  typeof value === 'object' &&
  value !== null &&
  'path' in value &&
  typeof value.getReader !== 'function' &&
  typeof value[Symbol.asyncIterator] !== 'function'

async function* once(data) {
  yield data
}

const note = (value, at) => object({ id: required(text), dateCreated: moment }, value, at)

function caller(value, at) {
  if (value === null || value === undefined) return null
  return object({ id: required(text), scopes: listOf(text) }, value, at)
}

module.exports = { caller, clients: list(client), file, files: list(file), note, object, opened }
