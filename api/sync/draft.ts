import type { RowWrite, StoredRow } from './ports.ts';
import type { RecordState } from './record-state.ts';

interface DraftRecord {
  readonly type: string;
  readonly id: string;
  /** The version it was read at; null: it was absent. */
  readonly was: number | null;
  readonly stored: RecordState | null;
  state: RecordState | null;
}

/** The records of one push as they stand between its changes; what was altered is written once, at the end (R10). */
export class Draft {
  private readonly records = new Map<string, DraftRecord>();
  private journal: (() => void)[] = [];

  constructor(rows: ReadonlyMap<string, readonly StoredRow[]> = new Map()) {
    for (const [type, stored] of rows) {
      this.load(type, stored);
    }
  }

  /** Takes in rows as they are stored. */
  load(type: string, rows: readonly StoredRow[]): void {
    for (const { id, ...state } of rows) {
      this.records.set(keyOf(type, id), { type, id, was: state.version, stored: state, state });
    }
  }

  get(type: string, id: string): RecordState | null {
    return this.records.get(keyOf(type, id))?.state ?? null;
  }

  set(type: string, id: string, state: RecordState | null): void {
    const record = this.records.get(keyOf(type, id)) ?? { type, id, was: null, stored: null, state: null };
    this.records.set(keyOf(type, id), record);
    const before = record.state;
    this.journal.push(() => {
      record.state = before;
    });
    record.state = state;
  }

  /** Forgets how to undo what happened so far. */
  checkpoint(): void {
    this.journal = [];
  }

  /** Back to the last checkpoint. */
  undo(): void {
    for (const step of this.journal.reverse()) {
      step();
    }
    this.journal = [];
  }

  /** Altered records, in the order in which the push first named them. */
  writes(): readonly { readonly type: string; readonly row: RowWrite }[] {
    const writes: { readonly type: string; readonly row: RowWrite }[] = [];
    for (const { type, id, was, stored, state } of this.records.values()) {
      if (state !== null && state !== stored) {
        const { createdAt, updatedAt, deletedAt, values, clocks } = state;
        writes.push({ type, row: { id, was, createdAt, updatedAt, deletedAt, values, clocks } });
      }
    }
    return writes;
  }
}

export function keyOf(type: string, id: string): string {
  return `${type} ${id}`;
}
