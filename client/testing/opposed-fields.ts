/** Where a change meets a row that says otherwise (R20), and what the type's policy makes of that: the reference server's part. */
import type { Json, TypeManifest } from '../sync/manifest.ts';
import type { FieldConflict } from '../sync/model.ts';

export type Wire = Record<string, Json>;

export interface Row {
  readonly type: string;
  readonly wire: Wire;
  /** Version of each field's last change. */
  readonly changedAt: Record<string, number>;
}

/** The type's own fields that a change names. */
export function namedFields(type: TypeManifest, change: Wire): readonly string[] {
  return Object.keys(type.fields).filter((name) => name in change);
}

/** What the row says otherwise, and who is kept (R20, R22). */
export function conflictsOf(
  type: TypeManifest,
  row: Row | undefined,
  change: Wire,
): readonly FieldConflict[] {
  if (row === undefined) return [];
  const opposed = namedFields(type, change).filter((name) => isOpposed(row, change, name));
  return opposed.map((name) => decided({ type, row, change, name }));
}

function isOpposed(row: Row, change: Wire, name: string): boolean {
  const base = change['base'] as Wire | undefined;
  const theirs = JSON.stringify(row.wire[name]);
  if (theirs === JSON.stringify(change[name])) return false;
  if (base !== undefined && name in base) return theirs !== JSON.stringify(base[name]);
  return (row.changedAt[name] ?? 0) > Number(change['version'] ?? 0);
}

function decided(input: {
  type: TypeManifest;
  row: Row | undefined;
  change: Wire;
  name: string;
}): FieldConflict {
  const { type, row, change, name } = input;
  const base = (change['base'] as Wire | undefined)?.[name] ?? null;
  const kept = type.policy === 'manual' ? 'UNDECIDED' : type.policy === 'serverWins' ? 'THEIRS' : 'YOURS';
  return { field: name, base, yours: change[name] ?? null, theirs: row?.wire[name] ?? null, kept };
}
