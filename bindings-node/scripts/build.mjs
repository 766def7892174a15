// Builds the native half with cargo and puts it where lib/native.js looks for it.
// FILED_PROFILE names the cargo profile (dev). CARGO_TARGET_DIR is honoured.

import { execFileSync } from 'node:child_process'
import { copyFileSync, renameSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import path from 'node:path'

const here = fileURLToPath(new URL('..', import.meta.url))
const profile = process.env.FILED_PROFILE ?? 'dev'
const { platform, arch } = process

const library = { win32: 'filed_node.dll', darwin: 'libfiled_node.dylib' }[platform] ?? 'libfiled_node.so'
const musl = platform === 'linux' && !process.report.getReport().header.glibcVersionRuntime
const target = { linux: `linux-${arch}-${musl ? 'musl' : 'gnu'}`, win32: `win32-${arch}-msvc` }[platform]

execFileSync('cargo', ['build', '--package', 'filed-node', '--profile', profile], {
  cwd: here,
  stdio: 'inherit',
})

const metadata = execFileSync('cargo', ['metadata', '--format-version=1', '--no-deps'], {
  cwd: here,
  maxBuffer: 1 << 26,
})
const built = path.join(JSON.parse(metadata).target_directory, profile === 'dev' ? 'debug' : profile, library)
const placed = path.join(here, `filed-sdk.${target ?? `${platform}-${arch}`}.node`)
// A process that has the old one loaded keeps it: the file is replaced, not written over.
copyFileSync(built, `${placed}.new`)
renameSync(`${placed}.new`, placed)
console.log(path.basename(placed))
