// The ES module: the same objects as the CommonJS one, so that `instanceof` holds across both.

import filed from './index.js'

export const { Client, ErrorCodes, FiledError, deepLink, pull, shutdown, version } = filed
