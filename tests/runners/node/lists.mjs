// Small functions for arguments and results.

/** A list to its end; anything else as it is. */
export async function listed(result) {
  if (typeof result?.[Symbol.asyncIterator] !== 'function') return result
  const items = []
  for await (const item of result) items.push(item)
  return items
}

export const without = (given, ...names) =>
  Object.fromEntries(Object.entries(given).filter(([name]) => !names.includes(name)))
