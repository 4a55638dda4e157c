import { memoryStorage, type MemoryDatabase } from '../storage/memory-storage.ts';
import type { Manifest } from '../sync/manifest.ts';
import type { RecordRef, VisibleRecord } from '../sync/model.ts';
import { isChange, refKey } from '../sync/outbox.ts';
import { rebase } from '../sync/rebase.ts';
import type { Copy, Segment } from '../sync/stored.ts';

/** I6: what each record must look like by what stands in the database now: its confirmed copy, with the own changes put over it. */
export async function visibleByStorage(
  database: MemoryDatabase,
  manifest: Manifest,
): Promise<readonly VisibleRecord[]> {
  const storage = memoryStorage(database);
  const { counter, changes, scopes } = await storage.snapshot();
  const copies = new Map<string, { ref: RecordRef; copy: Copy | undefined }>();
  await storage.loadRecords(counter, (segments) => segments.forEach((segment) => fold(copies, segment)));
  const edits = changes.filter(isChange);
  for (const { type, scope, id } of edits) {
    const ref = { type, scope, id };
    if (!copies.has(refKey(ref))) copies.set(refKey(ref), { ref, copy: undefined });
  }
  return [...copies.values()].flatMap(({ ref, copy }) => {
    const type = manifest.types[ref.type];
    const own = edits.filter((row) => refKey(row) === refKey(ref));
    const executed = scopes.find(({ id }) => id === ref.scope)?.cursors[ref.type]?.executed ?? 0;
    const visible = type === undefined ? undefined : rebase({ ref, type, copy, changes: own, executed });
    return visible === undefined ? [] : [visible];
  });
}

function fold(
  copies: Map<string, { ref: RecordRef; copy: Copy | undefined }>,
  { type, scope, cleared, copies: added, removed }: Segment,
): void {
  const refOf = (id: string): RecordRef => ({ type, scope, id });
  if (cleared === true)
    for (const [key, { ref }] of copies) if (ref.type === type && ref.scope === scope) copies.delete(key);
  for (const id of removed) copies.delete(refKey(refOf(id)));
  for (const copy of added) copies.set(refKey(refOf(copy.id)), { ref: refOf(copy.id), copy });
}
