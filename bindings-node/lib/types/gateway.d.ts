// Operations of the gateway and what they return.

import type { User } from './client.js'
import type { CallOptions, Json, JsonObject, WaitOptions } from './common.js'

export interface NewWorkspace extends CallOptions {
  /** The firm's display name. */
  readonly displayName: string
  /** Such as the firm's id at your platform. */
  readonly metadata?: Json
  readonly firmSize?: 'xs' | 'sm' | 'md' | 'lg' | 'xl'
}

/** A tax firm's workspace. */
export interface Workspace {
  readonly id: string
  /** URL-friendly name; used in deep links. */
  readonly slug: string
  readonly displayName: string
  /** Such as `active`. */
  readonly status: string
  /** `partner` for workspaces made by partners; an open set. */
  readonly workspaceType: string
}

/** Operations on workspaces: one per tax firm. */
export interface Workspaces {
  /** Creates a workspace; partners only. Not repeated when the answer is lost (`OUTCOME_UNKNOWN`). */
  create(workspace: NewWorkspace): Promise<Workspace>
  /** Adds users by email, at once and without invitation; adding one again changes nothing. */
  addUsers(workspaceId: string, emails: readonly string[], options?: CallOptions): Promise<readonly User[]>
}

/** A firm's connection to a provider. Which fields are set depends on the operation. */
export interface Connection {
  readonly id: string
  readonly workspaceId: string | null
  /** Such as `canopy`. */
  readonly providerKey: string
  /** `active`, `pending`, `failed`, `disconnected`; an open set. */
  readonly status: string
  /** What to do next, typically `collect`; set by start. */
  readonly action: string | null
  readonly displayName: string | null
  /** `practice_management`, `document_management`, `tax_software`; set by list. */
  readonly category: string | null
  /** Set by collect. */
  readonly settings: Json
  readonly createdAt: string | null
  readonly updatedAt: string | null
}

export interface ConnectionInputs extends CallOptions {
  /** Credentials and settings of the firm, such as `apiKey`, `baseUrl`, `firmReferenceId`. */
  readonly inputs?: Json
}

export interface ConnectionFilter extends CallOptions {
  readonly ids?: readonly string[]
  readonly statuses?: readonly string[]
  readonly providerKeys?: readonly string[]
  readonly categories?: readonly string[]
}

/** Operations on provider connections. */
export interface Connections {
  /** Starts a connection; it is `pending` until collected. The key is case-sensitive. */
  start(workspaceId: string, providerKey: string, options?: ConnectionInputs): Promise<Connection>
  /** Lets Filed verify the credentials. A failed verification is an answer whose `status` says so. */
  collect(connectionId: string, options?: ConnectionInputs): Promise<Connection>
  /** The connections of a workspace, read page by page as they are walked. */
  list(workspaceId: string, options?: ConnectionFilter): AsyncIterable<Connection>
  /** Polls until the connection is active, for five minutes unless told otherwise. */
  waitActive(workspaceId: string, connectionId: string, options?: WaitOptions): Promise<Connection>
}

export interface NewJob extends CallOptions {
  readonly connectionId: string
  /** Such as "2024 Tax Season Import". */
  readonly name: string
}

/** A connection job: one import. */
export interface Job {
  readonly id: string
  readonly connectionId: string
  readonly workspaceId: string
  readonly name: string
  /** Such as `pending`, `active`, `completed`; an open set. */
  readonly status: string
  readonly createdAt: string
  readonly updatedAt: string
}

/** A client or tax preparation to add to a job. */
export interface NewWork {
  readonly name: string
  /** Your id for it, unique in your platform. */
  readonly externalId: string
}

/** A work as `jobs.addWorks` returns it; `jobs.works` tells which external id it has. */
export interface CreatedWork {
  /** The job work's id: what artifacts are added to. */
  readonly id: string
  readonly workId: string
  readonly connectionJobId: string
  readonly workspaceId: string
  readonly createdAt: string
  readonly updatedAt: string
}

/** A work of a job, with its artifacts. */
export interface JobWork extends CreatedWork {
  readonly name: string
  readonly externalId: string | null
  /** Progress word; values are not documented. */
  readonly status: string | null
  readonly tag: string | null
  readonly artifacts: readonly Artifact[]
}

export interface WorkFilter extends CallOptions {
  /** Without it, the works of all jobs of the connection. */
  readonly jobId?: string
  /** Job work ids. */
  readonly ids?: readonly string[]
  /** Ids of the underlying works. */
  readonly workIds?: readonly string[]
}

export interface ImportStatus {
  readonly id: string | null
  readonly status: string | null
  readonly metadata: Json
}

/** Operations on connection jobs: one per import. */
export interface Jobs {
  /** Creates a job on an active connection. */
  create(job: NewJob): Promise<Job>
  /** Adds works in one batch; the result's order is not promised to be the input's. */
  addWorks(jobId: string, works: readonly NewWork[], options?: CallOptions): Promise<readonly CreatedWork[]>
  /** The works of a connection or job, each with its artifacts, read page by page. */
  works(workspaceId: string, connectionId: string, options?: WorkFilter): AsyncIterable<JobWork>
  /** Starts the import. Sent once, never repeated (`OUTCOME_UNKNOWN` when the answer was lost). */
  initiate(jobId: string, options?: CallOptions): Promise<ImportStatus>
}

/** A file to attach to a work. */
export interface NewArtifact {
  /** File name or label. */
  readonly name: string
  /** A category such as `w2`, or a MIME type. */
  readonly type: string
  /** An upload's `fileUrl`, or a URL Filed can reach. */
  readonly url?: string | URL
  /** Your id for the file. */
  readonly externalId: string
  readonly metadata?: Json
}

/** A file of a work; `works.addArtifacts` sets only ids, instants and external id. */
export interface Artifact {
  readonly id: string
  readonly artifactId: string
  readonly workArtifactId: string
  readonly externalId: string
  readonly name: string | null
  readonly type: string | null
  readonly status: string | null
  /** Filed's own URL once the file was fetched. */
  readonly uploadedUrl: string | null
  /** What was given at creation, or error details. */
  readonly metadata: Json
  readonly createdAt: string | null
  readonly updatedAt: string | null
}

/** Operations on works: one per client or tax preparation. */
export interface Works {
  /** Attaches files in one batch. `jobWorkId` is the job work's `id`, not its `workId`. */
  addArtifacts(
    jobWorkId: string,
    artifacts: readonly NewArtifact[],
    options?: CallOptions,
  ): Promise<readonly Artifact[]>
}

export interface PlatformOptions extends CallOptions {
  /** Agreed per platform; `limit` and `offset` are set by the list itself. */
  readonly options?: JsonObject
}

/** A client of your platform, as Filed sees it through a connection. */
export interface PlatformClient {
  readonly id: string
  readonly name: string | null
  readonly email: string | null
  readonly phone: string | null
  readonly type: string | null
  readonly lastModified: string | null
}

/** A file of a platform client, as Filed sees it through a connection. */
export interface PlatformFile {
  readonly id: string
  readonly fileName: string
  readonly fileSize: number | null
  readonly mimeType: string | null
  readonly downloadUrl: string | null
  readonly dateCreated: string | null
}

export interface FileToSend extends CallOptions {
  /** File name at the platform. */
  readonly fileName: string
  readonly contentType?: string
  /** The platform's tus upload endpoint. */
  readonly tusdEndpoint: string | URL
}

export interface SentFile {
  /** `false` is an answer, not an error: see `message`. */
  readonly success: boolean
  readonly message: string | null
}

/** The platform's own clients and files, seen through a connection. */
export interface Platform {
  clients(workspaceId: string, connectionId: string, options?: PlatformOptions): AsyncIterable<PlatformClient>
  files(
    workspaceId: string,
    connectionId: string,
    clientId: string,
    options?: PlatformOptions,
  ): AsyncIterable<PlatformFile>
  /** Asks Filed to send a file back to the platform; `clientKey` is the client's id there. */
  uploadFile(connectionId: string, clientKey: string, file: FileToSend): Promise<SentFile>
}
