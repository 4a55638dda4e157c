/** What lies in the device's database, as types. Every shape is plain JSON. */
import type { Json, Values } from './manifest.ts';
import type {
  ChangeError,
  FieldConflict,
  QueuedOperation,
  Repair,
  Settlement,
  SupersededChange,
} from './model.ts';

/** A record as the server confirmed it. Type and scope stand on the segment that holds it. */
export interface Copy {
  readonly id: string;
  readonly version: number;
  readonly epoch: string;
  /** Generation of the cycle that delivered it last; 0: none did (R5). */
  readonly cycle: number;
  /** Own changes up to this seq are contained in it (`at.executed`, or the last seq of the push that returned it). */
  readonly executed: number;
  /** The server holds it no more; kept until the last of its changes is settled (R5). */
  readonly missing?: true;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly deletedAt: string | null;
  readonly values: Values;
}

/** A piece of the log of confirmed records: later pieces win over earlier ones. */
export interface Segment {
  readonly type: string;
  readonly scope: string;
  /** All earlier copies of this type and scope are void. */
  readonly cleared?: true;
  readonly copies: readonly Copy[];
  /** Ids whose earlier copies are void. */
  readonly removed: readonly string[];
}

/** `pending` until the server has answered, then gone, or left to a person as `failed` or `conflict`. */
export type ChangeState = 'pending' | 'failed' | 'conflict';

/** What was accepted and is not settled: edits of records and operations, on one number line a scope. */
export type OutboxRow = ChangeRow | OperationRow;

interface QueuedRow {
  readonly change: string;
  /** Place in the outbox; rises with each write, over all tabs. */
  readonly order: number;
  readonly scope: string;
  readonly state: ChangeState;
  /** Device clock of the last and of the first edit in it, milliseconds since 1970. */
  readonly editedAt: number;
  readonly firstEditedAt: number;
  /** Its number, the device it was given for, and the change or operation as JSON text exactly as sent. */
  readonly seq: number | null;
  readonly device: string | null;
  readonly frozen: string | null;
  /** How far the wall clock was set since `frozen` was made, milliseconds: its times are still in the clock of then (R25). */
  readonly clockSetMs?: number;
  readonly error?: ChangeError;
  readonly failedAt?: number;
  /** Version of the app's own schema that wrote it; absent: 0. */
  readonly schema?: number;
}

/** One locally accepted edit of a record. Without `seq` it may still be coalesced; with one it never alters (I9). */
export interface ChangeRow extends QueuedRow {
  readonly operation?: undefined;
  readonly type: string;
  readonly id: string;
  readonly values: Values;
  /** For every edited field, what the device showed just before this edit. */
  readonly base: Values;
  readonly deleted?: boolean;
  /** Whether the record was shown as deleted just before; the base of `deleted`. */
  readonly wasDeleted: boolean;
  /** The confirmed version held; null on the change that creates, 0 for an edit of an unconfirmed creation. */
  readonly version: number | null;
  readonly epoch: string | null;
  readonly group?: string;
  readonly conflicts?: readonly FieldConflict[];
}

/** A mutation of the app's own, kept until the server has run it (R32). Nothing but a migration alters it. */
export interface OperationRow extends QueuedRow {
  readonly operation: QueuedOperation;
}

/** Rows that a tab put on the disk before it stored them in a transaction. They are left behind when it dies in between. */
export interface AheadRow {
  readonly key: string;
  readonly rows: readonly OutboxRow[];
  /** Set by another tab that stored them in its stead: the changes that carry them now. */
  readonly changes?: readonly string[];
}

/** Where the device stands in one type of one scope. */
export interface TypeCursor {
  /** Null: nothing pulled yet, or the cursor was dropped; the next pull starts a cycle. */
  readonly cursor: string | null;
  readonly position: number;
  readonly head: number;
  /** Number of the running or last cycle. */
  readonly generation: number;
  /** Set while a cycle runs. */
  readonly floor: number | null;
  /** All own changes up to this seq are contained in the copies of this type. */
  readonly executed: number;
}

/** Where the device stands in one scope. */
export interface ScopeRow {
  readonly id: string;
  /** Null until the first answer (R9). */
  readonly epoch: string | null;
  readonly cursors: Readonly<Record<string, TypeCursor>>;
  /** The next number of this scope. Never goes down, not for a new device id either. */
  readonly nextSeq: number;
  /** A checkpoint was reached once: lists can be answered. */
  readonly synced: boolean;
  /** Head at the last checkpoint; a poll that shows the same asks for nothing. */
  readonly checkpoint: number | null;
}

/** An entry of the history, and its place in it. */
export interface HistoryRow extends SupersededChange {
  /** Place in the list, newest last. */
  readonly order: number;
}

/** Small values of the database by name. */
export interface Meta {
  /** This installation's id, sent as `device.id`. */
  readonly device: string;
  /** The leader's number: a transaction of a leader holds only while this is its own. */
  readonly fence: number;
  /** Raised by the leader while it is awake. */
  readonly heartbeat: number;
  /** Who leads, and until when (wall clock, milliseconds), where the host has no Web Locks. Null: nobody. */
  readonly lease: { readonly owner: string; readonly untilMs: number } | null;
  /** Each type's fields as the copies were stored with; one that differs is pulled afresh. */
  readonly shapes: Readonly<Record<string, string>>;
  readonly paused: boolean;
  /** The user is being signed out: nothing is accepted any more, and what is here is to be deleted. */
  readonly leaving: boolean;
  readonly viewer: { readonly id: string; readonly scopes: readonly ViewerScope[] };
  /** Scopes that the app closed. */
  readonly closed: readonly string[];
  readonly lastPulledAt: string;
  readonly lastPushedAt: string;
  /** Every open scope reached a checkpoint once: lists over all of them are answered from then on. */
  readonly complete: boolean;
  /** Raised by a tab that does not lead and asks to catch up; the leader answers by the same number. */
  readonly asked: number;
  readonly answered: { readonly asked: number; readonly problem: string | null };
  /** When each scope was last compared with the server's digest, or first seen, and what differed (R33). */
  readonly verified: { readonly at: Readonly<Record<string, string>>; readonly repairs: readonly Repair[] };
  /** How the last few operations ended that were applied: their rows are gone, and a page opened later may ask (R32). */
  readonly answers: readonly Settlement[];
  /** What the leader last said of itself, for the status in other tabs. */
  readonly live: Json;
}

/** A scope that the server said the viewer has. */
export interface ViewerScope {
  readonly id: string;
  readonly access: 'READ' | 'WRITE';
}

/** Names of the small values that stand in the database beside the rows. */
export type MetaKey = keyof Meta;
export type { Settlement };
