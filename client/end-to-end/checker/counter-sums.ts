import type { Values } from '../../sync/manifest.ts';
import type { ChangeExecuted, Violation } from './events.ts';
import { isAccepted, nameOf, type HistoryRow, type ServerHistory } from './server-history.ts';

/** What one change adds to a counter: the difference from what its device showed; a creation's from nothing. */
export function addedBy(payload: Values, field: string): number {
  if (payload[field] === undefined) return 0;
  const { base } = payload as { readonly base?: Values };
  return Number(payload[field]) - Number(base?.[field] ?? 0);
}

/** I18: a counter is what it was before and all that the accepted changes behind its row added, each once. */
export class CounterSums {
  readonly violations: Violation[] = [];
  /** By epoch, scope and position. */
  private readonly behind = new Map<string, ChangeExecuted[]>();

  /** @param counters as `Type.field`. */
  constructor(private readonly counters: ReadonlySet<string>) {}

  executed(event: ChangeExecuted): void {
    if (event.payload === undefined || event.position === undefined || !isAccepted(event)) return;
    const key = `${event.epoch} ${event.scope} ${event.position}`;
    this.behind.set(key, [...(this.behind.get(key) ?? []), event]);
  }

  judge(server: ServerHistory): void {
    for (const { start, rows } of server.all()) {
      const state = new Map(start);
      for (const entry of rows) {
        this.judgeRow(state.get(nameOf(entry.row)), entry);
        state.set(nameOf(entry.row), entry);
      }
    }
  }

  private judgeRow(before: HistoryRow | undefined, { row }: HistoryRow): void {
    const changes = this.behind.get(`${row.epoch} ${row.scope} ${row.version}`) ?? [];
    const isNew = row.named === undefined;
    // Written by the server's own code; or by a restoring that made the record anew, of what the device had.
    if (
      changes.length === 0 ||
      (isNew && changes.some((change) => payloadOf(change)['version'] !== undefined))
    )
      return;
    for (const [field, value] of Object.entries(row.values)) {
      if (!this.counters.has(`${row.type}.${field}`)) continue;
      const sums = sumsOf(changes, field, isNew ? 0 : Number(before?.row.values[field]));
      if (sums.includes(Number(value))) continue;
      const message = `${row.scope} ${nameOf(row)}:${row.version} counts ${field} as ${String(value)}, added up it is ${sums.join(' or ')}`;
      this.violations.push({ invariant: 'I18', message });
    }
  }
}

/** What it may come to: a change that lost to a deletion adds nothing, one of which another field lost does. */
function sumsOf(changes: readonly ChangeExecuted[], field: string, before: number): readonly number[] {
  return changes.reduce<readonly number[]>(
    (sums, change) => {
      const more = sums.map((sum) => sum + addedBy(payloadOf(change), field));
      return change.outcome === 'SUPERSEDED' ? [...sums, ...more] : more;
    },
    [before],
  );
}

function payloadOf({ payload = '{}' }: ChangeExecuted): Values {
  return JSON.parse(payload) as Values;
}
