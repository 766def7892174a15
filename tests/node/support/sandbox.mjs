// A sandbox for one test file, and its control endpoint.

import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { setTimeout as pause } from 'node:timers/promises'
import path from 'node:path'

import { Client } from '../../../bindings-node/lib/index.mjs'

export const root = fileURLToPath(new URL('../../..', import.meta.url))
const target = process.env.CARGO_TARGET_DIR ?? path.join(root, 'target')
const program = process.env.FILED_SANDBOX ?? path.join(target, 'debug', 'filed-sandbox')

// A test says what it waits for; this is only when it gives up.
const PATIENCE_MS = 20_000

export class Sandbox {
  #child

  static async start(...options) {
    const sandbox = new Sandbox()
    sandbox.#child = spawn(program, ['--stdin-guard', ...options], { stdio: ['pipe', 'pipe', 'inherit'] })
    const [line] = await once(createInterface(sandbox.#child.stdout), 'line')
    sandbox.ready = JSON.parse(line)
    return sandbox
  }

  async stop() {
    this.#child.stdin.end()
    if (this.#child.exitCode === null) await once(this.#child, 'exit')
  }

  /** A client of this sandbox. */
  client(settings = {}) {
    return new Client(this.settings(settings))
  }

  settings(settings = {}) {
    const { api_key, gateway_url, upload_url } = this.ready
    return {
      apiKey: api_key,
      sourcePlatform: 'node-tests',
      gatewayUrl: gateway_url,
      uploadUrl: upload_url,
      ...settings,
    }
  }

  partner(settings = {}) {
    const { partner_api_key, partner_token, partner_upload_url } = this.ready
    const partner = { role: 'partner', apiKey: partner_api_key, uploadUrl: partner_upload_url }
    return this.settings({ ...partner, partnerToken: partner_token, ...settings })
  }

  /** The FILED_* variables that lead a program here. */
  get variables() {
    const { apiKey, sourcePlatform, gatewayUrl, uploadUrl } = this.settings()
    return {
      FILED_API_KEY: apiKey,
      FILED_SOURCE_PLATFORM: sourcePlatform,
      FILED_GATEWAY_URL: gatewayUrl,
      FILED_UPLOAD_URL: uploadUrl,
    }
  }

  async control(method, at, body) {
    const init = { method }
    if (body !== undefined) {
      init.body = JSON.stringify(body)
      init.headers = { 'content-type': 'application/json' }
    }
    const answer = await fetch(this.ready.control_url + at, init)
    assert.ok(answer.ok, `${method} ${at}: ${answer.status}`)
    return await answer.json()
  }

  reset(settings = {}) {
    return this.control('POST', '/reset', settings)
  }

  fault(...faults) {
    return this.control('POST', '/faults', { faults })
  }

  state() {
    return this.control('GET', '/state')
  }

  /** How many requests of one operation have come. */
  async arrived(operation) {
    return (await this.state()).counts[operation] ?? 0
  }

  /** How many requests have come and not ended. */
  async underWay() {
    const { counts, requests } = await this.state()
    return Object.values(counts).reduce((sum, count) => sum + count, 0) - requests.length
  }
}

/** Waits until `condition` gives something, and gives that. */
export async function until(condition, what) {
  const patience = AbortSignal.timeout(PATIENCE_MS)
  for (;;) {
    const found = await condition()
    if (found) return found
    if (patience.aborted) assert.fail(`waited in vain until ${what}`)
    await pause(10)
  }
}

export async function collect(iterable) {
  const items = []
  for await (const item of iterable) items.push(item)
  return items
}

/** The error a promise rejects with. */
export async function failure(promise) {
  const outcome = await promise.then(
    (value) => ({ value }),
    (error) => ({ error }),
  )
  assert.ok('error' in outcome, 'must be refused')
  return outcome.error
}
