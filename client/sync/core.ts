/** What the parts of one engine share. */
import { withoutCursors } from './copies.ts';
import type { DeviceStore } from './device-store.ts';
import type { AppSchema, EngineOptions, EnginePorts } from './engine-options.ts';
import type { Manifest } from './manifest.ts';
import type { Replica } from './replica.ts';
import type { WriteTransaction } from './storage-port.ts';
import type { HistoryRow, OutboxRow, ViewerScope } from './stored.ts';
import type { SupersededChange } from './model.ts';
import { isChange, refKey } from './outbox.ts';
import { refOf } from './settle.ts';

export interface Core {
  readonly manifest: Manifest;
  readonly ports: EnginePorts;
  readonly options: EngineOptions;
  readonly schema: AppSchema;
  readonly userId: string;
  readonly ownScope: string;
  readonly replica: Replica;
  readonly store: DeviceStore;
}

/** Places taken by one transaction in the outbox or the history: rising over all tabs. */
export const PLACES_A_TRANSACTION = 100_000;

/** The viewer's scopes as last told; before that, the own one. */
export function knownScopes({ replica, ownScope }: Core): readonly ViewerScope[] {
  return replica.meta.viewer?.scopes ?? [{ id: ownScope, access: 'WRITE' }];
}

/** Whether the viewer was told to have this scope no more: nothing of its records may be stored (I22). */
export async function isLostScope(tx: WriteTransaction, scope: string): Promise<boolean> {
  const viewer = await tx.meta('viewer');
  return viewer !== undefined && !viewer.scopes.some(({ id }) => id === scope);
}

/** Scopes that are kept in sync, the own one first. */
export function openScopes(core: Core): readonly string[] {
  const closed = core.replica.meta.closed ?? [];
  const open = knownScopes(core)
    .map((scope) => scope.id)
    .filter((id) => !closed.includes(id));
  return open.sort((a, b) => Number(b === core.ownScope) - Number(a === core.ownScope));
}

/** Puts entries into the history and drops the oldest beyond the limit. */
export function putHistory(
  core: Core,
  tx: WriteTransaction,
  entries: readonly Omit<SupersededChange, 'id' | 'at'>[],
): void {
  const { random, clock } = core.ports;
  const at = new Date(clock.now()).toISOString();
  for (const [index, entry] of entries.entries()) {
    const row: HistoryRow = {
      ...entry,
      id: random.id(),
      at,
      order: tx.counter * PLACES_A_TRANSACTION + index,
    };
    tx.putHistory(row);
  }
  const excess = core.replica.history.size + entries.length - core.options.historyMax;
  if (entries.length === 0 || excess <= 0) return;
  const oldest = [...core.replica.history.values()].sort((a, b) => a.order - b.order).slice(0, excess);
  for (const row of oldest) tx.deleteHistory(row.id);
}

/** A copy flagged missing goes with the last of its changes (R5). */
export function dropOrphans(core: Core, tx: WriteTransaction, gone: readonly OutboxRow[]): void {
  const changes = new Set(gone.map((row) => row.change));
  const seen = new Set<string>();
  for (const row of gone.filter(isChange)) {
    const ref = refOf(row);
    const isLast = core.replica.changesOf(ref).every((change) => changes.has(change.change));
    if (seen.has(refKey(ref)) || !isLast || core.replica.copy(ref)?.missing !== true) continue;
    seen.add(refKey(ref));
    tx.appendRecords({ type: row.type, scope: row.scope, copies: [], removed: [row.id] });
  }
}

/**
 * The next pull of the scope starts a cycle of each type; what has numbers goes out again, byte for byte, once the epoch is known
 * (R10). The outbox is untouched.
 */
export async function dropCursors({ store }: Core, scope: string): Promise<void> {
  await store.lead('relaxed', async (tx) => {
    const stored = await tx.scope(scope);
    if (stored !== undefined) tx.putScope(withoutCursors(stored));
  });
}

/**
 * Somebody else gives numbers on the line on which these were sent: the next ones are given on a new one (R12). What was sent on a line
 * that is given up already says nothing of the one that is in use.
 */
export function giveUpLine(
  { ports, replica }: Core,
  tx: WriteTransaction,
  sent: readonly Pick<OutboxRow, 'device'>[],
): void {
  if (sent.some(({ device }) => device === replica.meta.device)) tx.putMeta('device', ports.random.id());
}
