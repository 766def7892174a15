// The files of a scenario.

import { mkdir, symlink, writeFile } from 'node:fs/promises'
import path from 'node:path'

export async function makeFiles(folder, files) {
  for (const [name, content] of Object.entries(files)) {
    const place = path.join(folder, name)
    await mkdir(path.dirname(place), { recursive: true })
    await makeFile(place, content)
  }
}

async function makeFile(place, content) {
  if ('size' in content) await writeFile(place, generated(content.size, content.seed))
  else if ('text' in content) await writeFile(place, content.text)
  else if ('json' in content) await writeFile(place, JSON.stringify(content.json))
  else if ('link' in content) await symlink(content.link, place)
  else if (content.dir) await mkdir(place, { recursive: true })
  else if (!content.missing) throw new Error(`the content of ${place} is of no known kind`)
}

/** `size` bytes of xorshift32, each state lowest byte first. */
function generated(size, seed) {
  const data = Buffer.alloc(Math.ceil(size / 4) * 4)
  let state = seed
  for (let at = 0; at < data.length; at += 4) {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    data.writeInt32LE(state | 0, at)
  }
  return data.subarray(0, size)
}
