'use strict'
// One listener for each AbortSignal, however many calls share it.

const waiting = new WeakMap()

/** Calls `action` when `signal` aborts; returns what takes that back. */
function onAbort(signal, action) {
  if (!signal) return () => {}
  let actions = waiting.get(signal)
  if (!actions) {
    actions = new Set()
    waiting.set(signal, actions)
    signal.addEventListener('abort', () => fire(signal), { once: true })
  }
  actions.add(action)
  return () => actions.delete(action)
}

function fire(signal) {
  const actions = waiting.get(signal)
  waiting.delete(signal)
  for (const action of actions) action()
}

module.exports = { onAbort }
