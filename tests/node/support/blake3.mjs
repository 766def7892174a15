// What is expected as the hash of some content, by another implementation than ours.

import { blake3 as digest } from '../../../bindings-node/node_modules/@noble/hashes/blake3.js'

/** BLAKE3 of these bytes, lower-case hex. */
export const blake3 = (data) => Buffer.from(digest(data)).toString('hex')
