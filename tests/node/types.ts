// Checked by `tsc --strict`, never run: what must have a type, and what must be refused.

import {
  Client,
  ErrorCodes,
  FiledError,
  deepLink,
  pull,
  shutdown,
  version,
  type ErrorCode,
  type EventKind,
  type FileReport,
  type Job,
  type NewFile,
  type PullProvider,
  type Push,
  type Report,
  type UploadedFile,
  type User,
} from 'filed-sdk'
import { createReadStream } from 'node:fs'

type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false
function same<A, B>(_: Same<A, B>): void {}

export async function everyOperation(client: Client, push: Push, signal: AbortSignal): Promise<void> {
  same<Promise<User>, ReturnType<typeof client.me>>(true)
  const job = await client.jobs.create({ connectionId: 'c', name: 'n', signal })
  same<Job, typeof job>(true)
  for await (const work of client.jobs.works('w', 'c', { jobId: job.id })) same<string, typeof work.id>(true)

  const sources = [createReadStream('a'), new Blob([]), new ReadableStream<Uint8Array>()]
  for (const source of sources) {
    const uploaded = await client.uploads.stream(source, { fileName: 'a.pdf', size: 1, signal })
    same<UploadedFile, typeof uploaded>(true)
  }
  await client.uploads.bytes(Buffer.from('a'), { fileName: 'a.txt' })
  await client.uploads.bytes(new ArrayBuffer(1), { fileName: 'a.txt' })
  await client.uploads.file(new URL('file:///a'))

  const smith = await push.addClient({ name: 'John Smith', externalId: 'client-1' })
  await smith.addFile({ path: 'a.pdf', externalId: 'f', metadata: { pages: [1, null] }, signal })
  await smith.addFiles([
    { url: 'https://x.example/', externalId: 'g' },
    { data: new Uint8Array(1), fileName: 'a', externalId: 'h' },
  ])
  for await (const event of push.events()) same<EventKind, typeof event.kind>(true)
  const report: Report = await push.wait({ timeoutMs: 1, signal })
  const failed: FileReport | undefined = report.failedFiles[0]
  same<FiledError | null | undefined, NonNullable<typeof failed>['error'] | undefined>(true)
  same<boolean, Awaited<ReturnType<typeof shutdown>>>(true)
  same<string, typeof version>(true)
  same<100, typeof ErrorCodes.INVALID_ARGUMENT>(true)
  same<string, ReturnType<typeof deepLink>>(true)
}

export async function aPlatformOfOnesOwn(): Promise<void> {
  const provider: PullProvider = {
    listClients: (query) => [{ id: 'c', name: query.type ?? 'n', lastModified: new Date() }],
    listFiles: async () => ({ items: [{ id: 'f', name: 'n', size: 1 }], next: null, total: 1 }),
    openFile: (id) => ({
      file: { id, name: 'n', size: 1 },
      content: (start) => createReadStream('a', { start }),
    }),
    addNote: () => ({ id: 'n' }),
    async receiveFile(clientId, file, content, { signal }) {
      for await (const chunk of content) same<Uint8Array, typeof chunk>(true)
      if (signal.aborted) throw new pull.Unavailable('later', { retryAfterMs: 1 })
      return { id: clientId, name: file.name, size: 0 }
    },
    authenticate: ({ apiKey }) => (apiKey === 'k' ? { id: 'filed', scopes: ['clients.read'] } : null),
  }
  const server = await pull.serve(provider, { port: 0, limits: { rate: false }, onError: console.error })
  same<boolean, Awaited<ReturnType<typeof server.close>>>(true)
  await pull.serve(pull.folder('clients'), { keys: [{ caller: 'filed', key: 'k' }] })
  // @ts-expect-error a function is missing
  await pull.serve({ listClients: () => [] })
  // @ts-expect-error no such scope
  await pull.serve(provider, { keys: [{ caller: 'filed', key: 'k', scopes: ['everything'] }] })
}

export function whatIsRefused(client: Client, error: FiledError): void {
  // @ts-expect-error an unknown setting
  new Client({ apiKeyy: 'k' })
  // @ts-expect-error a setting of another type
  new Client({ maxAttempts: '3' })
  // @ts-expect-error a token function must give a string
  new Client({ partnerToken: async () => 7 })
  // @ts-expect-error a missing field
  void client.jobs.create({ name: 'n' })
  // @ts-expect-error bytes have no name of their own
  void client.uploads.bytes(new Uint8Array(1))
  // @ts-expect-error results cannot be changed
  void client.me().then((user) => (user.id = 'x'))
  // @ts-expect-error no such code
  const wrong: ErrorCode = 'NO_SUCH_CODE'
  // @ts-expect-error errors are made by the library
  new FiledError()
  // @ts-expect-error one content, not two
  const two: NewFile = { path: 'a', url: 'b', externalId: 'c' }
  switch (error.code) {
    case 'RATE_LIMITED':
    case wrong:
      throw new TypeError(two.externalId)
  }
}
