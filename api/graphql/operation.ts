import { syncedOptions } from '../entity/synced.ts';
import type { OwnFields } from '../entity/synced.ts';
import type { SyncedRecord } from '../entity/synced-record.ts';
import type { Json, RecordView, Values, Viewer } from '../sync/model.ts';
import type { OperationRecords } from '../sync/operation-ports.ts';

type EntityClass<T extends SyncedRecord> = new () => T;

/**
 * What a mutation marked with `@ExactlyOnce` does its work with: `@Ctx('operation') operation: Operation`. Everything
 * happens in one transaction. Scopes default to the type's fixed one, else to the operation's.
 *
 * Throw a `Refusal` to refuse for good: what was written is rolled back, and the refusal is what a repeated request is
 * told. Any other error rolls back, too, and the request may be sent again.
 */
export interface Operation {
  readonly viewer: Viewer;
  /** What the mutation's argument `scope` names, the viewer's own when it is absent. */
  readonly scope: string;
  /**
   * Live records in the order of the ids, null for one that is absent or deleted; they stay locked until the end. Ask
   * for several at once: two operations then take their locks in one order.
   */
  read<T extends SyncedRecord>(
    type: EntityClass<T>,
    ids: readonly string[],
    scope?: string,
  ): Promise<readonly (T | null)[]>;
  /**
   * Creates or changes a record; a field left out stays as it is. Fields that clients may not set are allowed. The
   * answer can be returned: it becomes the record as the whole operation leaves it.
   *
   * @throws Refusal for values, references and rules as a client's change would be refused
   */
  write<T extends SyncedRecord>(
    type: EntityClass<T>,
    values: { readonly id: string } & Partial<OwnFields<T>>,
    scope?: string,
  ): Promise<T>;
  /** Deletes a record. @throws Refusal GONE when there is none */
  delete<T extends SyncedRecord>(type: EntityClass<T>, id: string, scope?: string): Promise<void>;
  /** The next of 1, 2, 3 … of this name in the scope, without gaps: given back when the operation is refused. */
  next(name: string, scope?: string): Promise<number>;
}

/** Types and default scopes over the engine's records. */
export class RunningOperation implements Operation {
  constructor(private readonly records: OperationRecords) {}

  get viewer(): Viewer {
    return this.records.viewer;
  }

  get scope(): string {
    return this.records.scope;
  }

  async read<T extends SyncedRecord>(type: EntityClass<T>, ids: readonly string[], scope?: string) {
    const place = this.placeOf(type, scope);
    const found = await this.records.read(
      type.name,
      ids.map((id) => ({ scope: place, id })),
    );
    return found as readonly (RecordView | null)[] as readonly unknown[] as readonly (T | null)[];
  }

  async write<T extends SyncedRecord>(
    type: EntityClass<T>,
    { id, ...values }: { readonly id: string } & Partial<OwnFields<T>>,
    scope?: string,
  ) {
    const change = { scope: this.placeOf(type, scope), id, values: withoutGaps(values) };
    return (await this.records.write(type.name, change)) as unknown as T;
  }

  async delete<T extends SyncedRecord>(type: EntityClass<T>, id: string, scope?: string): Promise<void> {
    await this.records.write(type.name, { scope: this.placeOf(type, scope), id, values: {}, deleted: true });
  }

  next(name: string, scope?: string): Promise<number> {
    return this.records.next(scope ?? this.scope, name);
  }

  /** Writes what the method has changed; afterwards its answer shows the records as they are stored. */
  finish(): Promise<void> {
    return this.records.flush();
  }

  private placeOf(type: EntityClass<SyncedRecord>, scope: string | undefined): string {
    return scope ?? syncedOptions(type)?.scope ?? this.scope;
  }
}

/** An optional property given as undefined means the same as one left out. */
function withoutGaps(values: object): Values {
  return Object.fromEntries(
    Object.entries(values as Record<string, Json | undefined>).filter(
      (entry): entry is [string, Json] => entry[1] !== undefined,
    ),
  );
}
