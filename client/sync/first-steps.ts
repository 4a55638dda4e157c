import { FRESH_CURSOR } from './copies.ts';
import type { Core } from './core.ts';
import type { Manifest, TypeManifest } from './manifest.ts';
import { migrateOutbox } from './migrate.ts';
import type { WriteTransaction } from './storage-port.ts';
import type { ScopeRow } from './stored.ts';

/**
 * What a new leader sees to, in the transaction that makes it one: a device id, and changes and copies that fit this
 * version of the app.
 */
export async function prepareToLead(core: Core, tx: WriteTransaction): Promise<void> {
  const { manifest, ports, replica } = core;
  if ((await tx.meta('device')) === undefined) tx.putMeta('device', ports.random.id());
  for (const change of replica.unreadable) {
    const row = replica.outbox.get(change);
    if (row !== undefined) tx.putChange(row);
  }
  await migrateOutbox(core, tx);
  const stored = (await tx.meta('shapes')) ?? {};
  const shapes = shapesOf(manifest);
  if (JSON.stringify(stored) === JSON.stringify(shapes)) return;
  tx.putMeta('shapes', shapes);
  const changed = Object.keys(shapes).filter((name) => stored[name] !== shapes[name]);
  for (const { id } of replica.scopes.values()) {
    const scope = await tx.scope(id);
    if (scope !== undefined) tx.putScope(afresh(scope, changed));
  }
}

/** The old copies stay visible until the cycle has replaced them. */
export function afresh(scope: ScopeRow, types: readonly string[]): ScopeRow {
  const cursors = types.map((name) => {
    const cursor = scope.cursors[name] ?? FRESH_CURSOR;
    return [name, { ...cursor, cursor: null, floor: null, position: 0 }] as const;
  });
  return { ...scope, cursors: { ...scope.cursors, ...Object.fromEntries(cursors) }, checkpoint: null };
}

function shapesOf({ types }: Manifest): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.values(types).map((type) => [type.name, shapeOf(type)]));
}

/** Only what a copy holds counts: a new limit or default needs no download. */
function shapeOf({ fields }: TypeManifest): string {
  const parts = Object.entries(fields).map(([name, field]) => {
    const inner = Object.keys(field.fields ?? {}).sort();
    return `${name}:${field.kind}${field.list ? '[]' : ''}${field.nullable ? '?' : ''}${inner.length > 0 ? `{${inner.join()}}` : ''}`;
  });
  return parts.sort().join();
}
