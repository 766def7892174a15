'use strict'
// Lists as async iterables: one crossing for each page, nothing sent before the first item is asked
// for. Each `for await` reads the list anew.

const { internalError, FiledError } = require('./errors.js')
const { cancelled } = require('./bridge.js')

class List {
  #session
  #operation
  #open
  #signal
  #shape

  /** `open` gives a native pager; `shape` turns what crossed into what the caller gets. */
  constructor(session, operation, open, { signal, shape = (item) => item } = {}) {
    this.#session = session
    this.#operation = operation
    this.#open = open
    this.#signal = signal
    this.#shape = shape
  }

  async *[Symbol.asyncIterator]() {
    if (this.#signal?.aborted) throw cancelled(this.#operation, this.#signal, 'not_applied')
    const pager = opened(this.#operation, this.#open)
    for (;;) {
      const page = await this.#session.run(this.#operation, (call) => pager.next(call), this.#signal)
      if (page === null) return
      for (const item of page) yield this.#shape(item)
    }
  }
}

function opened(operation, open) {
  let pager
  try {
    pager = open()
  } catch (thrown) {
    throw internalError(operation, thrown)
  }
  if ('error' in pager) throw new FiledError(JSON.parse(pager.error))
  return pager
}

module.exports = { List }
