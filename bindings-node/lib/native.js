'use strict'
// Finds and loads the native half: beside this package when it was built here, otherwise in the
// package of this platform, which npm installs with this one.

const fs = require('node:fs')
const path = require('node:path')

const { platform, arch } = process

function targets() {
  if (platform === 'linux') return [`linux-${arch}-gnu`, `linux-${arch}-musl`]
  if (platform === 'win32') return [`win32-${arch}-msvc`]
  return [`${platform}-${arch}`]
}

function load() {
  const problems = []
  for (const target of targets()) {
    const beside = path.join(__dirname, '..', `filed-sdk.${target}.node`)
    const place = fs.existsSync(beside) ? beside : `filed-sdk-${target}`
    try {
      return require(place)
    } catch (error) {
      problems.push(error)
    }
  }
  throw new Error(
    `filed-sdk has no native addon for ${targets().join(' or ')} (Node ${process.version}): ` +
      'install the package without --no-optional, or build it with `npm run build`',
    { cause: new AggregateError(problems) },
  )
}

module.exports = load()
