import type { RecordRef, SyncEngine, VisibleRecord, WriteInput, WriteResult } from '../../sync/model.ts';
import type { Begun, DeviceFact, Shown, ShownRecord } from './events.ts';

export interface NotedPageOptions {
  /** No other page of its device has that name. */
  readonly name: string;
  readonly sync: SyncEngine;
  readonly note: (fact: DeviceFact) => void;
  /** Called before an answer QUEUED is noted. */
  readonly beforeQueued?: (change: string, scope: string) => Promise<void>;
}

/** A person at a page, in this process or in a browser: what is written, answered and shown is noted for the checker. */
export class NotedPage {
  private writes = 0;

  constructor(private readonly options: NotedPageOptions) {}

  async write(inputs: readonly (WriteInput & RecordRef)[]): Promise<readonly WriteResult[]> {
    const { sync, note, beforeQueued } = this.options;
    const begun = inputs.map((input) => this.begun(input));
    begun.forEach(note);
    const results = await sync.write(inputs);
    for (const [at, { write, scope }] of begun.entries()) {
      const result = results[at];
      if (result?.outcome === 'QUEUED') {
        await beforeQueued?.(result.change, scope);
        note({ kind: 'queued', write, change: result.change });
      } else note({ kind: 'refused', write });
    }
    return results;
  }

  /** Reads these records. */
  look(refs: readonly RecordRef[]): void {
    for (const scope of new Set(refs.map((ref) => ref.scope))) this.show(scope, refs);
  }

  /** Reads all that there are. */
  lookAtAll(): void {
    const { sync } = this.options;
    const lists = Object.keys(sync.manifest.types).map((type) => sync.list({ type, limit: 1_000_000 }));
    const refs = lists.flatMap((list) => (list.status === 'ready' ? list.value : []));
    const all = lists.every(({ status }) => status === 'ready') ? ({ isAll: true } as const) : {};
    for (const { id } of sync.status().scopes) this.show(id, refs, all);
  }

  /** What waits or was refused. (The list of conflicts names no changes: one that is in conflict counts as not listed.) */
  list(): void {
    const { sync, note } = this.options;
    const pending = sync.pending().map(({ change }) => ({ change, place: 'pending' }) as const);
    const failed = sync.failed().map(({ change }) => ({ change, place: 'failed' }) as const);
    note({ kind: 'listed', listed: [...pending, ...failed] });
  }

  private begun(input: WriteInput & RecordRef): Begun {
    const { type, scope, id, values, deleted } = input;
    const { name: tab, sync } = this.options;
    const shown = sync.read(input)?.values ?? {};
    const base = Object.fromEntries(Object.entries(shown).filter(([field]) => field in values));
    const more = deleted === undefined ? {} : { deleted };
    const write = `${tab}-w${++this.writes}`;
    return { kind: 'begun', tab, write, scope, type, id, values, base, ...more };
  }

  private show(scope: string, refs: readonly RecordRef[], all: Pick<Shown, 'isAll'> = {}): void {
    const { name: tab, sync, note } = this.options;
    const records = refs.filter((ref) => ref.scope === scope).flatMap((ref) => sync.read(ref) ?? []);
    note({ kind: 'shown', tab, scope, records: records.map(seenRecord), ...all });
  }
}

function seenRecord({ type, id, version, deletedAt, values, state }: VisibleRecord): ShownRecord {
  return { type, id, version, deleted: deletedAt !== null, values, state };
}
