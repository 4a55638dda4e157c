/** I15: what has to wait for a person, because something it builds on was refused. Pure. */
import type { Json, Manifest } from './manifest.ts';
import { isChange, refKey } from './outbox.ts';
import type { ChangeRow, OperationRow, OutboxRow } from './stored.ts';

/**
 * For each held change, the refused (or held) one it waits for: later changes of the same record, changes of its group, changes that
 * reference a record whose creation did not succeed, and operations whose variables name a record with a refused change. Numbered
 * ones are never held: they may have taken effect already. A refused operation holds nothing: what it would have written is unknown.
 *
 * @param rows the outbox by order, all scopes
 */
export function findHeld(rows: readonly OutboxRow[], manifest: Manifest): ReadonlyMap<string, string> {
  const held = new Map<string, string>();
  if (!rows.some((row) => row.state !== 'pending')) return held;
  const blocked: Blocked = { records: new Map(), groups: new Map(), creations: new Map(), ids: new Map() };
  // A held member holds the members of its group that stand before it: repeat until nothing is added.
  for (let size = -1; size !== held.size;) {
    size = held.size;
    for (const row of rows) judge(row, { held, blocked, manifest });
  }
  return held;
}

interface Blocked {
  readonly records: Map<string, string>;
  readonly groups: Map<string, string>;
  /** By type and id: which record a reference means depends on scopes, an id is enough to be careful. */
  readonly creations: Map<string, string>;
  /** By id alone: an operation does not say of which type it speaks. */
  readonly ids: Map<string, string>;
}

interface Judgement {
  readonly held: Map<string, string>;
  readonly blocked: Blocked;
  readonly manifest: Manifest;
}

function judge(row: OutboxRow, { held, blocked, manifest }: Judgement): void {
  if (row.state === 'pending') {
    const holder = row.seq === null ? holderOf(row, blocked, manifest) : undefined;
    if (holder === undefined || holder === row.change) return;
    if (!held.has(row.change)) held.set(row.change, holder);
  }
  if (!isChange(row)) return;
  addTo(blocked.ids, row.id, row.change);
  addTo(blocked.records, refKey(row), row.change);
  if (row.group !== undefined) addTo(blocked.groups, groupKey(row), row.change);
  if (row.version === null) addTo(blocked.creations, `${row.type}\n${row.id}`, row.change);
}

function addTo(map: Map<string, string>, key: string, change: string): void {
  if (!map.has(key)) map.set(key, change);
}

function groupKey(row: ChangeRow): string {
  return `${row.scope}\n${row.group ?? ''}`;
}

function holderOf(row: OutboxRow, blocked: Blocked, manifest: Manifest): string | undefined {
  return isChange(row) ? holderOfChange(row, blocked, manifest) : holderOfOperation(row, blocked);
}

function holderOfOperation({ operation }: OperationRow, { ids }: Blocked): string | undefined {
  if (ids.size === 0) return undefined;
  const named = textsIn(operation.variables).find((text) => ids.has(text));
  return named === undefined ? undefined : ids.get(named);
}

function textsIn(value: Json): readonly string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : [];
}

function holderOfChange(row: ChangeRow, blocked: Blocked, manifest: Manifest): string | undefined {
  const byRecord = blocked.records.get(refKey(row));
  if (byRecord !== undefined) return byRecord;
  const byGroup = row.group === undefined ? undefined : blocked.groups.get(groupKey(row));
  if (byGroup !== undefined || blocked.creations.size === 0) return byGroup;
  return Object.entries(manifest.types[row.type]?.fields ?? {})
    .filter(([name, field]) => field.references !== undefined && name in row.values)
    .flatMap(([name, field]) => idsOf(row.values[name]).map((id) => `${field.references?.type ?? ''}\n${id}`))
    .map((key) => blocked.creations.get(key))
    .find((holder) => holder !== undefined);
}

function idsOf(value: unknown): readonly string[] {
  return (Array.isArray(value) ? value : [value]).filter((item) => typeof item === 'string');
}
