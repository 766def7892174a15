// `${…}` in a step's arguments.

/** A reference that leads nowhere. */
export class Unresolved extends Error {}

/** `value` with every reference replaced by what it stands for. */
export function resolve(value, known) {
  if (Array.isArray(value)) return value.map((item) => resolve(item, known))
  if (value && typeof value === 'object') {
    return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, resolve(item, known)]))
  }
  if (typeof value !== 'string') return value
  const whole = /^\$\{([^}]*)\}$/.exec(value)
  if (whole) return lookUp(whole[1], known)
  return value.replace(/\$\{([^}]*)\}/g, (_, reference) => String(lookUp(reference, known)))
}

function lookUp(reference, known) {
  let found = known
  for (const part of reference.split('.')) {
    if (found === null || typeof found !== 'object' || !Object.hasOwn(found, part)) {
      throw new Unresolved(reference)
    }
    found = found[part]
  }
  return found
}
