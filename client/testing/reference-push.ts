/** The changes of one push, one after the other (R10 to R12): the reference server's part. */
import type { Json, Values } from '../sync/manifest.ts';
import type { ChangeError, FieldConflict, Outcome } from '../sync/model.ts';
import { fieldError } from '../sync/validate.ts';
import { decide, undecided, type Edit, type Row, type RuledType, type Wire } from './reference-rules.ts';

const MAX_GROUP_SIZE = 500;
/** The protocol's own names in a change; what is left are values. */
const ENVELOPE = new Set(['id', 'version', 'epoch', 'base', 'seq', 'editedAt', 'group', 'deleted']);

/** One change as it was sent. */
export interface SentChange {
  readonly type: RuledType;
  readonly wire: Wire;
}

/** What is said of a change, beside the record. */
export interface Verdict {
  readonly outcome: Exclude<Outcome, 'QUEUED'>;
  readonly replayed: boolean;
  readonly conflicts: readonly FieldConflict[];
  readonly error: ChangeError | null;
}

/** Where and by whom a push is made, and what there is. */
export interface PushSurroundings {
  readonly scope: string;
  readonly user: string;
  readonly device: string;
  readonly epoch: string;
  /** Server clock, milliseconds. */
  readonly now: number;
  /** The device's clock when it sent. */
  readonly sentAt: number;
  /** A number's verdict that needs no execution: a receipt, a stale number, no access. */
  readonly known: (change: SentChange) => Verdict | null;
  /** A rule of a test's. */
  readonly refuse: (type: string, change: Wire) => ChangeError | null;
  /** The row as it was before the push. */
  readonly stored: (type: string, scope: string, id: string) => Row | undefined;
}

/** Changes in the order of their numbers, on a draft that is written once, at the end. */
export class ReferencePush {
  readonly verdicts = new Map<SentChange, Verdict>();
  private readonly draft = new Map<string, Row | undefined>();
  private readonly conflicted = new Set<string>();

  constructor(private readonly around: PushSurroundings) {}

  execute(changes: readonly SentChange[]): void {
    const groups = new Set<Json>();
    for (const run of runsOf(changes)) {
      const group = run[0]?.wire['group'];
      const isBroken = group !== undefined && (groups.has(group) || run.length > MAX_GROUP_SIZE);
      if (group !== undefined) groups.add(group);
      const before = new Map(this.draft);
      for (const change of run) this.verdicts.set(change, this.judge(change, isBroken));
      if (group !== undefined) this.refuseWhole(run, before);
    }
  }

  /**
   * Altered rows, each once, in the order in which they get their positions. The protocol leaves that order open; it is the real
   * server's, so that the answers of both can be compared: rows that were there by type and id, then new ones as they came.
   */
  altered(): readonly Row[] {
    const { scope, stored } = this.around;
    const rows = [...this.draft.values()].flatMap((row) => {
      const before = row && stored(row.type, scope, String(row.wire['id']));
      return row === undefined || row === before ? [] : [{ row, isNew: before === undefined }];
    });
    const key = ({ row, isNew }: (typeof rows)[number]) =>
      isNew ? '' : `${row.type} ${String(row.wire['id'])}`;
    return rows
      .sort((a, b) => Number(a.isNew) - Number(b.isNew) || (key(a) < key(b) ? -1 : Number(key(a) > key(b))))
      .map(({ row }) => row);
  }

  private judge(change: SentChange, isBroken: boolean): Verdict {
    const known = this.around.known(change);
    if (known !== null) return known;
    if (isBroken) return refused({ code: 'BAD_INPUT', message: 'A group stands together', field: 'group' });
    const { type, wire } = change;
    const error = inputError(change, this.around.scope) ?? this.around.refuse(type.manifest.name, wire);
    return error === null ? this.resolve(change) : refused(error);
  }

  private resolve({ type, wire }: SentChange): Verdict {
    const edit = this.editOf(wire);
    const key = `${type.manifest.name} ${edit.id}`;
    const row = this.row(type.manifest.name, edit.id);
    if (this.conflicted.has(key) && row !== undefined) return conflict(undecided(type.manifest, row, edit));
    const decision = decide(type, row, edit);
    switch (decision.kind) {
      case 'refused':
        return refused(decision.error);
      case 'conflict':
        this.conflicted.add(key);
        return conflict(decision.conflicts);
      case 'accepted': {
        const error = decision.row === row ? null : this.missingReference(type, row, decision.row);
        if (error !== null) return refused(error);
        this.draft.set(key, decision.row);
        return { outcome: decision.outcome, replayed: false, conflicts: decision.conflicts, error: null };
      }
    }
  }

  private editOf(wire: Wire): Edit {
    const { scope, user, device, epoch, now, sentAt } = this.around;
    const { version, deleted, editedAt } = wire;
    const isForeign = version !== undefined && (wire['epoch'] ?? epoch) !== epoch;
    const ago = typeof editedAt === 'string' ? sentAt - Date.parse(editedAt) : 0;
    return {
      ...{ id: String(wire['id']), scope, user, device },
      values: valuesOf(wire),
      base: (wire['base'] ?? {}) as Values,
      version: isForeign ? 'unknown' : version === undefined ? 'none' : Number(version),
      deleted: typeof deleted === 'boolean' ? deleted : undefined,
      // R25: an offset of the device's clock cancels out; nothing happens in the future.
      at: Math.max(0, Math.min(now, now - ago)),
      now: new Date(now).toISOString(),
    };
  }

  private row(type: string, id: string): Row | undefined {
    const key = `${type} ${id}`;
    return this.draft.has(key) ? this.draft.get(key) : this.around.stored(type, this.around.scope, id);
  }

  /** R27: a value that changed names a record that is there. */
  private missingReference(
    type: RuledType,
    before: Row | undefined,
    after: Row | undefined,
  ): ChangeError | null {
    for (const [field, target] of after === undefined ? [] : referencesOf(type, after.wire)) {
      if (JSON.stringify(before?.wire[field]) === JSON.stringify(after?.wire[field])) continue;
      const scope = target.scope ?? this.around.scope;
      const found =
        scope === this.around.scope
          ? this.row(target.type, target.id)
          : this.around.stored(target.type, scope, target.id);
      if (found !== undefined && found.wire['deletedAt'] === null) continue;
      return { code: 'MISSING_REFERENCE', message: `There is no ${target.type} ${target.id}`, field };
    }
    return null;
  }

  /** R11: together or not at all. What only this group named keeps its place in the order, as it does on the real server. */
  private refuseWhole(run: readonly SentChange[], before: Map<string, Row | undefined>): void {
    if (!run.some((change) => hasFailed(this.verdicts.get(change)))) return;
    const { scope, stored } = this.around;
    for (const [key, row] of this.draft) {
      this.draft.set(
        key,
        before.has(key) ? before.get(key) : row && stored(row.type, scope, String(row.wire['id'])),
      );
    }
    for (const change of run) {
      const verdict = this.verdicts.get(change);
      if (verdict === undefined || verdict.replayed || hasFailed(verdict)) continue;
      this.verdicts.set(
        change,
        refused({ code: 'GROUP_REFUSED', message: 'Another of its group was refused', field: null }),
      );
    }
  }
}

/** Refused for good, with this reason. */
export function refused(error: ChangeError): Verdict {
  return { outcome: 'REJECTED', replayed: false, conflicts: [], error };
}

function conflict(conflicts: readonly FieldConflict[]): Verdict {
  return { outcome: 'CONFLICT', replayed: false, conflicts, error: null };
}

function hasFailed(verdict: Verdict | undefined): boolean {
  return verdict?.outcome === 'REJECTED' || verdict?.outcome === 'CONFLICT';
}

function valuesOf(wire: Wire): Values {
  return Object.fromEntries(Object.entries(wire).filter(([name]) => !ENVELOPE.has(name)));
}

/** Consecutive changes of one group; any other change stands alone. */
function runsOf(changes: readonly SentChange[]): readonly (readonly SentChange[])[] {
  const runs: SentChange[][] = [];
  for (const change of changes) {
    const group = change.wire['group'];
    const last = runs.at(-1);
    if (group !== undefined && last?.[0]?.wire['group'] === group) last.push(change);
    else runs.push([change]);
  }
  return runs;
}

/** What can be said by looking at the change alone. */
function inputError({ type: { manifest }, wire }: SentChange, scope: string): ChangeError | null {
  const bad = (field: string | null): ChangeError => ({ code: 'BAD_INPUT', message: 'It is bad', field });
  if (manifest.scope !== undefined && manifest.scope !== scope) return bad(null);
  for (const [name, value] of Object.entries(valuesOf(wire))) {
    const field = manifest.fields[name];
    if (field === undefined) return bad(null);
    if (!field.writable || fieldError(field, value) !== null) return bad(name);
  }
  return null;
}

interface Target {
  readonly type: string;
  readonly scope?: string;
  readonly id: string;
}

/** What a row's fields name, parts of objects included. */
function referencesOf({ manifest }: RuledType, wire: Wire): readonly (readonly [string, Target])[] {
  return Object.entries(manifest.fields).flatMap(([name, field]) => {
    const items = field.list ? ((wire[name] ?? []) as readonly Json[]) : [wire[name] ?? null];
    const parts = Object.entries({ '': field, ...field.fields });
    return items.flatMap((item) =>
      parts.flatMap(([part, { references }]) => {
        const id = part === '' ? item : (item as Wire | null)?.[part];
        return references === undefined || typeof id !== 'string'
          ? []
          : [[name, { ...references, id }] as const];
      }),
    );
  });
}
