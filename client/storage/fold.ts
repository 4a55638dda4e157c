/** Folding the log: many small rows become few large ones, and copies that later ones made void go away. Pure. */
import type { Copy, Segment } from '../sync/stored.ts';
import type { LogRow } from './tables.ts';

/** Copies in a segment that a fold writes; a row with at least half as many is left alone. */
export const SEGMENT_COPIES = 250;
const SMALL = SEGMENT_COPIES / 2;

export interface Fold {
  readonly remove: readonly LogRow[];
  readonly put: readonly LogRow[];
}

/** Of a row that cannot be read nothing: what it held is fetched again when it is missed, and the app starts without it. */
export function parseSegments(row: LogRow): readonly Segment[] {
  if (row.segments === '') return [];
  try {
    const parsed: unknown = JSON.parse(row.segments);
    return Array.isArray(parsed) ? parsed.filter(isSegment) : [];
  } catch {
    return [];
  }
}

function isSegment(value: Partial<Segment> | null): value is Segment {
  return Array.isArray(value?.copies) && Array.isArray(value.removed);
}

export function weightOf(segments: readonly Segment[]): number {
  return segments.reduce((sum, segment) => sum + segment.copies.length + segment.removed.length, 0);
}

/** Runs of small rows become large rows at the place of the run's last one; order in the log stays. */
export function foldRuns(rows: readonly LogRow[]): Fold {
  const folds: Fold[] = [];
  let run: LogRow[] = [];
  for (const row of [...rows, undefined]) {
    if (row !== undefined && row.weight < SMALL) {
      run.push(row);
      continue;
    }
    if (run.length > 1) folds.push(foldAll(run, false));
    run = [];
  }
  return { remove: folds.flatMap((fold) => fold.remove), put: folds.flatMap((fold) => fold.put) };
}

/** `isWhole`: the rows reach back to the log's beginning, so that removals have nothing left to remove. */
export function foldAll(rows: readonly LogRow[], isWhole: boolean): Fold {
  const last = rows.at(-1);
  if (last === undefined) return { remove: [], put: [] };
  const groups = new Map<string, Group>();
  for (const row of rows) for (const segment of parseSegments(row)) groupOf(groups, segment).add(segment);
  const segments = [...groups.values()].flatMap((group) => group.segments(isWhole));
  const touched = isWhole ? NOTHING : union(rows);
  const put = (segments.length === 0 ? [[]] : segments.map((segment) => [segment])).map((list, index) => ({
    counter: last.counter,
    part: last.part + index,
    segments: list.length === 0 ? '' : JSON.stringify(list),
    weight: weightOf(list),
    ...(index === 0 ? touched : NOTHING),
  }));
  return { remove: rows, put };
}

const NOTHING = { changes: [], scopes: [], meta: [], history: false, settled: [] } as const;

function union(rows: readonly LogRow[]): Omit<LogRow, 'counter' | 'part' | 'segments' | 'weight'> {
  return {
    changes: [...new Set(rows.flatMap((row) => row.changes))],
    scopes: [...new Set(rows.flatMap((row) => row.scopes))],
    meta: [...new Set(rows.flatMap((row) => row.meta))],
    history: rows.some((row) => row.history),
    settled: rows.flatMap((row) => row.settled).slice(-SEGMENT_COPIES),
  };
}

function groupOf(groups: Map<string, Group>, segment: Segment): Group {
  const key = `${segment.type}\n${segment.scope}`;
  const known = groups.get(key);
  if (known !== undefined) return known;
  const group = new Group(segment.type, segment.scope);
  groups.set(key, group);
  return group;
}

/** What a run of segments of one type and scope comes to. */
class Group {
  private isCleared = false;
  private readonly copies = new Map<string, Copy>();
  private readonly removed = new Set<string>();

  constructor(
    private readonly type: string,
    private readonly scope: string,
  ) {}

  add(segment: Segment): void {
    if (segment.cleared === true) {
      this.isCleared = true;
      this.copies.clear();
      this.removed.clear();
    }
    for (const id of segment.removed) {
      this.copies.delete(id);
      this.removed.add(id);
    }
    for (const copy of segment.copies) {
      this.copies.set(copy.id, copy);
      this.removed.delete(copy.id);
    }
  }

  segments(isWhole: boolean): readonly Segment[] {
    const { type, scope } = this;
    const isCleared = this.isCleared && !isWhole;
    const removed = isWhole ? [] : [...this.removed];
    const copies = [...this.copies.values()];
    const list: Segment[] = [];
    for (let start = 0; start < copies.length; start += SEGMENT_COPIES) {
      list.push({ type, scope, copies: copies.slice(start, start + SEGMENT_COPIES), removed: [] });
    }
    if (!isCleared && removed.length === 0) return list;
    return [{ type, scope, ...(isCleared ? { cleared: true } : {}), copies: [], removed }, ...list];
  }
}
