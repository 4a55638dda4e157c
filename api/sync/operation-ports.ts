/** What operations of the author's own (R32) need from outside, and what they are to the layers above. */
import type { ChangeError, DeviceInput, Json, RecordKey, RecordView, Values, Viewer } from './model.ts';
import type { DeviceKey, SaveBatch, WriteTransaction } from './ports.ts';

/** What becomes of an operation's number. */
export interface OperationReceipt {
  readonly seq: number;
  readonly hash: string;
  readonly data: Json;
  /** Null: applied. */
  readonly error: ChangeError | null;
}

/** One scope in the transaction of an operation. */
export interface ScopeTransaction extends Pick<WriteTransaction, 'begin' | 'rows' | 'existing'> {
  /** Bumps the scope's counter, which stays locked until the end, and writes the rows; the head after it. */
  store(writes: SaveBatch['writes']): Promise<{ readonly head: number }>;
}

/** One READ COMMITTED transaction over several scopes. */
export interface OperationTransaction {
  in(scope: string): ScopeTransaction;
  /** The receipt of a number; `hash` only tells a push's number from an operation's. */
  receipt(device: DeviceKey, seq: number): Promise<OperationReceipt | null>;
  /**
   * Runs `work` behind a savepoint: when it throws a `Refusal`, everything in it is rolled back before that is thrown
   * on. A constraint that refuses a row becomes a `Refusal`.
   */
  attempt<T>(work: () => Promise<T>): Promise<T>;
  /** The next of 1, 2, 3 … for this scope and name; without gaps, because it is locked until the end. */
  next(scope: string, name: string): Promise<number>;
  /** Stores the receipt and moves the device's number on. */
  settle(device: DeviceKey, acknowledged: number, receipt: OperationReceipt): Promise<void>;
}

/** What row-level security opens to an operation. */
export interface OperationScopes {
  readonly user: string;
  readonly readable: readonly string[];
  readonly writable: readonly string[];
}

export interface OperationStore {
  /** As `Store.write`: one durable transaction, run again from its start when it meets another one (R28). */
  operate<T>(scopes: OperationScopes, work: (transaction: OperationTransaction) => Promise<T>): Promise<T>;
}

/** One operation as received. */
export interface OperationRequest {
  readonly viewer: Viewer;
  /** Where its number counts, and where it writes without declaring it. */
  readonly scope: string;
  /** Other scopes that it declares to write. */
  readonly declared: readonly string[];
  /** With a number it runs exactly once; undefined: each request runs it. */
  readonly once: { readonly device: DeviceInput; readonly seq: number } | undefined;
  /** The request exactly as received: what its receipt is bound to. */
  readonly payload: Json;
}

/** What it answered, now or the first time. */
export interface OperationAnswer {
  readonly epoch: string;
  readonly replayed: boolean;
  /** What `work` answered, at its first run; null when it was refused. */
  readonly data: Json;
  readonly error: ChangeError | null;
}

/** What an operation may do with records while it runs. Everything happens in its transaction. */
export interface OperationRecords {
  readonly viewer: Viewer;
  readonly scope: string;
  /**
   * Live records by key, in the order asked, null for one that is absent or deleted. Those of scopes that the operation
   * writes stay locked until the end: ask for several at once, so that two operations take their locks in one order.
   */
  read(type: string, keys: readonly RecordKey[]): Promise<readonly (RecordView | null)[]>;
  /**
   * Creates or changes a record, fields that clients may not set included; `deleted` deletes or restores it. The answer
   * becomes the record as the whole operation leaves it.
   *
   * @throws Refusal as a change would be refused
   */
  write(type: string, change: OperationChange): Promise<RecordView>;
  next(scope: string, name: string): Promise<number>;
  /** Writes what was changed, counters in sorted order. Afterwards records can only be read. */
  flush(): Promise<void>;
}

export interface OperationChange extends RecordKey {
  readonly values: Values;
  readonly deleted?: boolean | undefined;
}

/** Runs mutations of the app's own exactly once (R32). */
export interface OperationEngine {
  /**
   * Runs an operation of the author's own in one durable transaction, once for each number of a device (R32).
   *
   * @param work may run more than once, but takes effect at most once; its answer is stored, 64 kB at most
   * @throws SyncError EPOCH_CHANGED, TOO_LARGE, and whatever `work` throws beside `Refusal`: nothing is written then
   */
  operate(
    request: OperationRequest,
    work: (records: OperationRecords) => Promise<Json>,
  ): Promise<OperationAnswer>;
}
