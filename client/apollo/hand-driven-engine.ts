import { manifest } from '../generated/manifest.ts';
import type { Values } from '../sync/manifest.ts';
import type {
  ListQuery,
  LocalAnswer,
  RecordRef,
  RecordState,
  SyncEngine,
  SyncStatus,
  VisibleChanges,
  VisibleRecord,
  WriteInput,
  WriteResult,
} from '../sync/model.ts';
import { cacheId } from './cache-id.ts';

const AT = '2026-01-31T12:00:00.000Z';

/** What the Apollo layer needs of an engine, moved by hand. */
export class HandDrivenEngine {
  readonly manifest = manifest;
  readonly ownScope = 'user:ada';
  readonly records = new Map<string, VisibleRecord>();
  readonly #listeners = new Set<(changes: VisibleChanges) => void>();
  readonly #statusListeners = new Set<(status: SyncStatus) => void>();
  #waiters: (() => void)[] = [];
  state: 'ready' | 'loading' | 'NEVER_SYNCED' = 'ready';
  pulls = 0;
  #status: SyncStatus = {
    phase: 'idle',
    pulling: false,
    pushing: false,
    online: true,
    pending: 0,
    inFlight: 0,
    failed: 0,
    conflicts: 0,
    waiting: 0,
    oldestPendingAt: null,
    lastPulledAt: null,
    lastPushedAt: null,
    nextRetryAt: null,
    progress: null,
    scopes: [],
    storage: 'memory',
    leader: true,
    error: null,
  };

  get engine(): SyncEngine {
    return this as unknown as SyncEngine;
  }

  // eslint-disable-next-line max-params
  show(type: string, id: string, values: Values, more: Partial<VisibleRecord> = {}): void {
    const ref = { type, id, scope: more.scope ?? this.ownScope };
    const before = this.records.get(cacheId(ref));
    const record: VisibleRecord = {
      version: 1,
      createdAt: AT,
      updatedAt: AT,
      deletedAt: null,
      state: 'SYNCED',
      ...before,
      ...ref,
      ...more,
      values: { ...before?.values, ...values },
    };
    this.records.set(cacheId(ref), record);
    this.tell({ records: [ref], types: [type] });
  }

  setState(state: 'ready' | 'loading' | 'NEVER_SYNCED'): void {
    this.state = state;
    this.tell({ records: [], types: ['Note', 'Notebook'] });
    if (state === 'loading') return;
    for (const waiter of this.#waiters.splice(0)) waiter();
  }

  mark(type: string, id: string, state: RecordState): void {
    this.show(type, id, {}, { state });
  }

  tell(changes: VisibleChanges): void {
    for (const listener of this.#listeners) listener(changes);
  }

  setStatus(change: Partial<SyncStatus>): void {
    this.#status = { ...this.#status, ...change };
    for (const listener of this.#statusListeners) listener(this.#status);
  }

  status = (): SyncStatus => this.#status;
  setWaiting = (waiting: number): void => this.setStatus({ waiting });
  requestPull = (): void => void this.pulls++;
  stop = (): Promise<void> => Promise.resolve();
  conflicts = (): [] => [];
  failed = (): [] => [];

  onChange = (listener: (changes: VisibleChanges) => void): (() => void) => {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  };

  onStatus = (listener: (status: SyncStatus) => void): (() => void) => {
    this.#statusListeners.add(listener);
    return () => void this.#statusListeners.delete(listener);
  };

  ready = (): Promise<void> =>
    this.state === 'loading' ? new Promise((resolve) => this.#waiters.push(resolve)) : Promise.resolve();

  read = (ref: RecordRef): VisibleRecord | undefined => this.records.get(cacheId(ref));

  single = (type: string, id: string, scope: string = this.ownScope): LocalAnswer<VisibleRecord | null> => {
    const record = this.read({ type, id, scope });
    return this.#answer(record?.deletedAt === null ? record : null);
  };

  list = ({ type, limit = 50 }: ListQuery): LocalAnswer<readonly RecordRef[]> =>
    this.#answer(this.#live(type).slice(0, limit));

  count = ({ type }: { type: string }): LocalAnswer<number> => this.#answer(this.#live(type).length);

  write = (inputs: readonly WriteInput[]): Promise<readonly WriteResult[]> => {
    const results = inputs.map(({ type, id, scope = this.ownScope, values, deleted }): WriteResult => {
      const ref = { type, id, scope };
      if (values['title'] === 'too long') {
        const error = { code: 'BAD_INPUT', message: 'too long', field: 'title' } as const;
        return { outcome: 'REJECTED', ref, error };
      }
      this.show(type, id, values, { scope, state: 'PENDING', deletedAt: deleted === true ? AT : null });
      const record = this.read(ref);
      if (record === undefined) throw new Error('lost');
      return { outcome: 'QUEUED', ref, change: `change-${id}`, record };
    });
    return Promise.resolve(results);
  };

  #live(type: string): readonly VisibleRecord[] {
    return [...this.records.values()].filter((record) => record.type === type && record.deletedAt === null);
  }

  #answer<T>(value: T): LocalAnswer<T> {
    if (this.state === 'ready') return { status: 'ready', value };
    if (this.state === 'loading') return { status: 'loading' };
    return { status: 'error', code: 'NEVER_SYNCED', message: 'never synced' };
  }
}
