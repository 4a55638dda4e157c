/** The rule by which a confirmed copy is replaced (R9), and what is listed when a backup took something back (R5). Pure. */
import { isSame } from './merge-values.ts';
import type { FieldConflict, RecordRef, SupersededChange } from './model.ts';
import type { Copy, ScopeRow, TypeCursor } from './stored.ts';

/** What the rules may ask of the records held. */
export interface HeldCopies {
  copy(ref: RecordRef): Copy | undefined;
  copies(type: string, scope: string): Iterable<Copy>;
  /** It has queued, failed or conflicting changes. */
  hasChanges(ref: RecordRef): boolean;
}

/** A copy is replaced only by one not older in (epoch, version). */
export function canReplace(held: Copy, incoming: Copy): boolean {
  if (held.epoch !== incoming.epoch) return incoming.epoch > held.epoch;
  return incoming.version >= held.version;
}

export const FRESH_CURSOR: TypeCursor = {
  cursor: null,
  position: 0,
  head: 0,
  generation: 0,
  floor: null,
  executed: 0,
};

export function freshScope(id: string): ScopeRow {
  return { id, epoch: null, cursors: {}, nextSeq: 1, synced: false, checkpoint: null };
}

/** Every cursor of the scope is dropped: the next pull starts a cycle of each type. Positions stay for R9's push rule. */
export function withoutCursors(scope: ScopeRow): ScopeRow {
  const cursors = Object.entries(scope.cursors).map(
    ([name, cursor]) => [name, { ...cursor, cursor: null, floor: null, position: 0, executed: 0 }] as const,
  );
  return { ...scope, cursors: Object.fromEntries(cursors), checkpoint: null };
}

/** Lists a copy of a lower epoch that differs from what replaces it, or is dropped: an acknowledged write that a backup lost. */
export function takenBack(
  ref: RecordRef,
  held: Copy | undefined,
  incoming: Copy | undefined,
): Omit<SupersededChange, 'id' | 'at'> | null {
  if (held === undefined || (incoming !== undefined && incoming.epoch === held.epoch)) return null;
  const fields = Object.entries(held.values)
    .map(([field, yours]): FieldConflict => {
      const theirs = incoming?.values[field] ?? null;
      return { field, base: null, yours, theirs, kept: 'THEIRS' };
    })
    .filter(({ yours, theirs }) => incoming === undefined || !isSame(yours, theirs));
  return fields.length === 0 ? null : { ref, reason: 'RESTORED_BACKUP', fields };
}
