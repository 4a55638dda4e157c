/** What an engine is made of. */
import type { Manifest, Values } from './manifest.ts';
import type { QueuedOperation } from './model.ts';
import type {
  BackgroundFlush,
  Clock,
  Host,
  Leadership,
  PokeSource,
  Random,
  TabChannel,
  Timers,
  Transport,
} from './ports.ts';
import type { SyncStorage } from './storage-port.ts';

export interface EnginePorts {
  readonly storage: SyncStorage;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly random: Random;
  readonly transport: Transport;
  readonly pokes: PokeSource;
  readonly host: Host;
  readonly leadership: Leadership;
  readonly channel: TabChannel;
  /** SHA-256 of the text in UTF-8, in hex. Absent where the host has none: then nothing is compared (R33). */
  readonly sha256?: (text: string) => Promise<string>;
  /** Absent: only open pages sync. */
  readonly background?: BackgroundFlush;
}

/** Times in milliseconds. */
export interface EngineOptions {
  /** A push waits this long after the last edit … 300. */
  readonly writeDebounceMs: number;
  /** … and at most this long after the first. 2,000. */
  readonly writeDebounceMaxMs: number;
  /** Edits of one record within this time of the first may become one change. 60,000. */
  readonly coalesceMs: number;
  /** How often the heads are asked for without any poke, jittered by a tenth. 30,000. */
  readonly pollIntervalMs: number;
  /** `requestPull` asks the network at most this often. 1,000. */
  readonly requestThrottleMs: number;
  /** How often the leader shows that it is awake. 5,000. */
  readonly heartbeatMs: number;
  readonly retryBaseMs: number;
  readonly retryCapMs: number;
  /** Changes a push: 500. */
  readonly batchMaxChanges: number;
  /** Bytes of JSON a push: 524,288. */
  readonly batchMaxBytes: number;
  /** Records of a type a page: 1,000. */
  readonly pageLimit: number;
  /** Entries kept in the history: 200. */
  readonly historyMax: number;
}

export const DEFAULT_OPTIONS: EngineOptions = {
  writeDebounceMs: 300,
  writeDebounceMaxMs: 2_000,
  coalesceMs: 60_000,
  pollIntervalMs: 30_000,
  requestThrottleMs: 1_000,
  heartbeatMs: 5_000,
  retryBaseMs: 500,
  retryCapMs: 60_000,
  batchMaxChanges: 500,
  batchMaxBytes: 512 * 1024,
  pageLimit: 1_000,
  historyMax: 200,
};

/** An edit that waits to be sent, as a migration of the app sees it. */
export interface StoredEdit {
  readonly type: string;
  readonly id: string;
  /** The fields that it names, with what they are set to … */
  readonly values: Values;
  /** … and with what the device showed before. */
  readonly base: Values;
}

/** How what the version before stored becomes what this version sends. Absent: nothing of that kind changed. */
export interface Migration {
  readonly edit?: (edit: StoredEdit) => StoredEdit;
  /** A queued mutation: by its `name` it is known what its variables, and its document's text, have become. */
  readonly operation?: (operation: QueuedOperation) => QueuedOperation;
}

/** By the version that each leads to. */
export type Migrations = Readonly<Record<number, Migration>>;

/** How this version of the app reads what earlier ones stored. */
export interface AppSchema {
  /** Rises when a field is renamed or reshaped. */
  readonly version: number;
  readonly migrations: Migrations;
}

/** An app whose fields never changed. */
export const UNCHANGED: AppSchema = { version: 0, migrations: {} };

export interface EngineSetup {
  readonly manifest: Manifest;
  /** Default: version 0, the app never changed. */
  readonly schema?: AppSchema;
  readonly user: { readonly id: string };
  readonly ports: EnginePorts;
  readonly options?: Partial<EngineOptions>;
}
