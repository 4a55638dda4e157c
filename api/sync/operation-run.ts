import { BARE_CHANGE } from './bare-change.ts';
import { checkChange } from './check-change.ts';
import { Draft } from './draft.ts';
import { Refusal, SyncError } from './errors.ts';
import { MergeBudget } from './merge/merge-field.ts';
import type { ChangeError, EntityModel, RecordKey, RecordView, Values, Viewer } from './model.ts';
import type {
  OperationChange,
  OperationRecords,
  OperationRequest,
  OperationScopes,
  OperationTransaction,
} from './operation-ports.ts';
import type { Clock } from './ports.ts';
import { viewOf } from './push-answer.ts';
import type { Edit, RecordState } from './record-state.ts';
import { changedValues, referencesOf } from './references.ts';
import { resolve } from './resolve.ts';

export interface OperationParts {
  readonly entities: ReadonlyMap<string, EntityModel>;
  readonly clock: Clock;
  readonly request: OperationRequest;
  readonly scopes: OperationScopes;
  readonly transaction: OperationTransaction;
}

type View = { -readonly [K in keyof RecordView]: RecordView[K] };

/** The records of one run of an operation: read and locked as they are asked for, written together at the end. */
export class OperationRun implements OperationRecords {
  /** Heads of the scopes that were written, for the pokes. */
  readonly heads = new Map<string, number>();
  private readonly drafts = new Map<string, Draft>();
  private readonly loaded = new Set<string>();
  /** What `write` handed out: it follows the record until the operation ends. */
  private readonly views = new Map<string, View>();
  private readonly budget: MergeBudget;
  private readonly receivedAt: number;
  private isFlushed = false;

  constructor(private readonly parts: OperationParts) {
    this.budget = new MergeBudget(parts.clock);
    this.receivedAt = parts.clock.now();
  }

  get viewer(): Viewer {
    return this.parts.request.viewer;
  }

  get scope(): string {
    return this.parts.request.scope;
  }

  async read(type: string, keys: readonly RecordKey[]): Promise<readonly (RecordView | null)[]> {
    await this.load(type, keys);
    return keys.map(({ scope, id }) => {
      const state = this.draft(scope).get(type, id);
      return state === null || state.deletedAt !== null ? null : viewOf({ scope, id }, state);
    });
  }

  async write(type: string, change: OperationChange): Promise<RecordView> {
    const { scope, id } = change;
    const entity = this.entity(type);
    this.assertWritable(scope);
    await this.load(type, [change]);
    const state = this.draft(scope).get(type, id);
    const after = this.resolve(entity, state, change);
    if (after === null) {
      throw new Refusal('GONE', `There is no ${type} ${id} to delete.`);
    }
    await this.assertReferences(entity, changedValues(state?.values ?? null, after.values), scope);
    this.draft(scope).set(type, id, after);
    return this.show(type, { scope, id }, after);
  }

  next(scope: string, name: string): Promise<number> {
    this.assertWritable(scope);
    return this.parts.transaction.next(scope, name);
  }

  async flush(): Promise<void> {
    if (this.isFlushed) {
      return;
    }
    this.isFlushed = true;
    for (const scope of [...this.drafts.keys()].sort()) {
      const writes = this.draft(scope).writes();
      if (writes.length > 0) {
        const { head } = await this.parts.transaction.in(scope).store(writes);
        this.heads.set(scope, head);
        writes.forEach(({ type, row: { id } }, at) => {
          this.settle(type, { scope, id }, head - writes.length + at + 1);
        });
      }
    }
  }

  /** Reads what is not read yet: one query per scope, locked in the order of ids where it may be written. */
  private async load(type: string, keys: readonly RecordKey[]): Promise<void> {
    this.entity(type);
    const fresh = keys.filter(({ scope, id }) => !this.loaded.has(keyOf(type, { scope, id })));
    const { readable, writable } = this.parts.scopes;
    for (const scope of [...new Set(fresh.map((key) => key.scope))].sort()) {
      if (!readable.includes(scope)) {
        throw new SyncError('SCOPE_FORBIDDEN', 'NEVER', 'You have no access to this scope.');
      }
      const ids = fresh.filter((key) => key.scope === scope).map(({ id }) => id);
      const lock = writable.includes(scope) && !this.isFlushed;
      const rows = await this.parts.transaction.in(scope).rows(type, [...new Set(ids)], lock);
      this.draft(scope).load(type, rows);
      ids.forEach((id) => this.loaded.add(keyOf(type, { scope, id })));
    }
  }

  private resolve(entity: EntityModel, state: RecordState | null, change: OperationChange) {
    const { scope, id, values, deleted } = change;
    if (deleted === undefined && state?.deletedAt) {
      throw new Refusal('GONE', `The ${entity.name} ${id} was deleted.`);
    }
    const error = checkChange(entity, { ...BARE_CHANGE, id, values, deleted }, { scope, ...TRUSTED });
    if (error !== null) {
      throw toRefusal(error);
    }
    const edit = this.editOf(state, change);
    const resolution = resolve({ entity, budget: this.budget }, state, edit);
    switch (resolution.kind) {
      case 'refused':
        throw toRefusal(resolution.error);
      case 'conflict':
        throw new SyncError('INTERNAL', 'LATER', 'An operation met a conflict on a row that it had locked.');
      case 'accepted':
        return resolution.state;
    }
  }

  /** The rows are locked: what is there is what the operation saw. */
  private editOf(state: RecordState | null, { values, deleted }: OperationChange): Edit {
    const { viewer, once } = this.parts.request;
    return {
      values,
      base: state?.values ?? {},
      version: state?.version ?? 'none',
      deleted,
      time: this.receivedAt,
      user: viewer.id,
      device: once?.device.id ?? '',
      receivedAt: new Date(this.receivedAt).toISOString(),
    };
  }

  /** R27, for records of this operation as for stored ones. */
  private async assertReferences(entity: EntityModel, values: Values, scope: string): Promise<void> {
    for (const { type, scope: target, id, field } of referencesOf(entity.fields, values, scope)) {
      const drafted = this.draft(target).get(type, id);
      const isThere =
        drafted === null
          ? (await this.parts.transaction.in(target).existing(type, target, [id])).length > 0
          : drafted.deletedAt === null;
      if (!isThere) {
        throw new Refusal('MISSING_REFERENCE', `${field} names no ${type} that exists.`, field);
      }
    }
  }

  private show(type: string, key: RecordKey, state: RecordState): RecordView {
    const view: View = Object.assign(this.views.get(keyOf(type, key)) ?? {}, viewOf(key, state));
    this.views.set(keyOf(type, key), view);
    return view;
  }

  /** The record has its version now. */
  private settle(type: string, key: RecordKey, version: number): void {
    const state = this.draft(key.scope).get(type, key.id);
    if (state !== null) {
      const settled = { ...state, version };
      this.draft(key.scope).load(type, [{ id: key.id, ...settled }]);
      this.show(type, key, settled);
    }
  }

  private draft(scope: string): Draft {
    const draft = this.drafts.get(scope) ?? new Draft();
    this.drafts.set(scope, draft);
    return draft;
  }

  private entity(type: string): EntityModel {
    const entity = this.parts.entities.get(type);
    if (entity === undefined) {
      throw new Error(`There is no synced type ${type}.`);
    }
    return entity;
  }

  private assertWritable(scope: string): void {
    if (this.isFlushed) {
      throw new Error('The operation has written already: write before its method returns.');
    }
    if (!this.parts.scopes.writable.includes(scope)) {
      throw new Error(`An operation declares the scopes it writes: add ${scope} to its @ExactlyOnce.`);
    }
  }
}

function toRefusal({ code, message, field }: ChangeError): Refusal {
  return new Refusal(code, message, field);
}

const TRUSTED = { isTrusted: true, needsSeq: false };

function keyOf(type: string, { scope, id }: RecordKey): string {
  return `${type} ${scope} ${id}`;
}
