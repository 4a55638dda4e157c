import { EngineError } from './engine-error.ts';
import { deltaOf, RecordingTransaction, type KnownRows, type StoredDelta } from './recording.ts';
import type { Replica } from './replica.ts';
import { FencedError, type Durability, type SyncStorage, type WriteTransaction } from './storage-port.ts';
import type { AheadRow, Meta, OutboxRow } from './stored.ts';

/** Stores what was written ahead under a key, and takes it away. */
type Recovery = (tx: WriteTransaction, key: string) => Promise<void>;

interface Around {
  readonly area?: 'engine' | 'engineAndAhead';
  readonly ahead?: AheadRow;
  readonly alongside?: () => void;
}

/** A database that refuses so often in a row is broken, and so is what it says. */
const TAKE_BACK_TRIES = 10;

/** Asked together with what `work` asks; a throw undoes what it put. */
function unlessLeaving<T>(work: (tx: WriteTransaction) => Promise<T>): (tx: WriteTransaction) => Promise<T> {
  return async (tx) => {
    const [isLeaving, value] = await Promise.all([tx.meta('leaving'), work(tx)]);
    if (isLeaving === true) throw leaving();
    return value;
  };
}

/**
 * Storage and replica kept in step: everything stored, by this tab or another, reaches the replica in the order of the change
 * counter. One operation at a time, so that an older answer never overwrites a newer one in memory.
 */
export class DeviceStore {
  /** This leader's number; null in a tab that does not lead. */
  fence: number | null = null;
  isLoaded = false;
  private seen = 0;
  private left: readonly AheadRow[] = [];
  /** What this tab wrote ahead and is about to store itself. */
  private readonly underWay = new Set<string>();
  private tail: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly storage: SyncStorage,
    private readonly replica: Replica,
    private readonly events: {
      /** The replica changed. */
      onApplied(meta: Partial<Meta>): void;
      /** Some of the records are loaded. */
      onSlice(): void;
      /** This tab stored something. */
      onStored(): void;
    },
  ) {}

  /** Loads all but the records, so that status and outbox are known. */
  async begin(): Promise<void> {
    await this.inTurn(() => this.loadSmall());
  }

  /** Loads the records in slices, then recovers what was left ahead. Writes that come meanwhile wait. */
  load(recover: Recovery): Promise<void> {
    return this.inTurn(async () => {
      this.replica.beginLoading();
      while (!(await this.loadRecords())) {
        this.forget();
        await this.loadSmall();
      }
      await this.recoverAll(recover);
      this.isLoaded = true;
      this.replica.endLoading();
      this.events.onApplied({});
    });
  }

  /** One transaction of this tab; resolves after it is durable and shown. */
  commit<T>(durability: Durability, work: (tx: WriteTransaction) => Promise<T>): Promise<T> {
    // What is relaxed is no work of a person's.
    const guarded = durability === 'strict' ? unlessLeaving(work) : work;
    return this.inTurn(() => this.transact(durability, guarded));
  }

  /**
   * A transaction that takes over `row`, which is put on the disk at once and out of turn: it is safe although this page goes away
   * before `work` has read anything, and durable when this resolves. `work` may ask whether it was put there. `alongside` runs in the
   * same step as the replica takes over what was stored: nobody sees a moment in between.
   */
  async commitAhead(
    row: AheadRow,
    work: (tx: WriteTransaction, isAhead: () => boolean) => Promise<readonly string[]>,
    alongside: () => void,
  ): Promise<readonly string[]> {
    let isStored = false;
    this.underWay.add(row.key);
    const before = this.seen;
    const isAhead = this.storage.writeAhead(row).then(
      () => (isStored = true),
      () => false,
    );
    return this.inTurn(async () => {
      try {
        // Should the machine lose this one, it loses with it that `row` was taken over.
        const guarded = unlessLeaving((tx) => work(tx, () => isStored));
        const value = await this.transact('relaxed', guarded, {
          area: 'engineAndAhead',
          // Nobody has stored anything since before it was put there, so nobody has taken it over.
          ...(this.seen === before ? { ahead: row } : {}),
          alongside,
        });
        if (!(await isAhead)) await this.takeBack(row.key);
        return value;
      } catch (error) {
        // Whoever hears that it failed must not find it done: not later, nor by another tab meanwhile.
        const changes = await this.takeBack(row.key);
        if (changes === undefined) throw error;
        alongside();
        return changes;
      } finally {
        this.underWay.delete(row.key);
      }
    });
  }

  /**
   * Hands over what tabs that are gone had written ahead and did not store; false: there was nothing. What was stored for a tab that
   * may only be slow is left for it to see.
   */
  recover(recovery: Recovery): Promise<boolean> {
    return this.inTurn(async () => {
      const ahead = await this.storage.writtenAhead();
      this.left = ahead.filter(({ key, rows }) => rows.length > 0 && !this.underWay.has(key));
      const isAny = this.left.length > 0;
      await this.recoverAll(recovery);
      return isAny;
    });
  }

  /**
   * The end of a user on this device: once this resolved no tab stores anything more a person wrote. `mayLeave` is asked within that
   * transaction, when this tab knows all that any tab stored; what it throws keeps the user here. `onLeft` runs in the same step as the
   * replica takes over that it is so.
   */
  async leave(mayLeave: () => void, onLeft: () => void): Promise<void> {
    let hasLeft = false;
    const mark = (tx: WriteTransaction): Promise<void> => {
      // Another tab stored something meanwhile: it is read before this is tried again.
      hasLeft = tx.counter === this.seen + 1;
      if (hasLeft) {
        mayLeave();
        tx.putMeta('leaving', true);
      }
      return Promise.resolve();
    };
    const alongside = (): void => (hasLeft ? onLeft() : undefined);
    await this.inTurn(() => this.transact('strict', mark, { alongside }));
    if (!hasLeft) await this.leave(mayLeave, onLeft);
  }

  private async transact<T>(
    durability: Durability,
    work: (tx: WriteTransaction) => Promise<T>,
    { area = 'engine', ahead, alongside = () => undefined }: Around = {},
  ): Promise<T> {
    let recording: RecordingTransaction | undefined;
    const { value, counter } = await this.storage.write(
      durability,
      (tx) => {
        recording = new RecordingTransaction(tx, this.known(ahead));
        return work(recording);
      },
      area,
    );
    // A transaction that touched nothing takes no number: the counter is then that of somebody else's last one.
    const isOurs = counter === recording?.counter && counter === this.seen + 1;
    if (counter === this.seen || isOurs) {
      alongside();
      this.seen = counter;
      this.applied(recording?.delta() ?? NOTHING);
    } else {
      // It is stored: that the picture of it is late must not fail it.
      await this.readNews(alongside).catch(alongside);
    }
    this.events.onStored();
    return value;
  }

  private known(ahead: AheadRow | undefined): KnownRows {
    const { meta, scopes, outbox } = this.replica;
    const changes = (): readonly OutboxRow[] => this.replica.changes();
    return { counter: this.seen, meta, scopes, outbox, changes, ...(ahead === undefined ? {} : { ahead }) };
  }

  /**
   * Takes away what was written ahead, and answers with the changes that another tab stored of it. Strict, so that what was stored
   * before it is on the disk too. Tried again and again: a database may refuse once, and work the next time.
   */
  private async takeBack(key: string): Promise<readonly string[] | undefined> {
    let changes: readonly string[] | undefined;
    const take = async (tx: WriteTransaction): Promise<void> => {
      changes = (await tx.ahead(key))?.changes;
      tx.deleteAhead(key);
    };
    for (let tries = 0; tries < TAKE_BACK_TRIES; tries++) {
      const isDone = await this.transact('strict', take, { area: 'engineAndAhead' }).then(
        () => true,
        () => false,
      );
      if (isDone) return changes;
    }
    return undefined;
  }

  private async recoverAll(recovery: Recovery): Promise<void> {
    for (const { key } of this.left) {
      // What cannot be recovered now is still there the next time.
      const work = (tx: WriteTransaction): Promise<void> => recovery(tx, key);
      await this.transact('strict', unlessLeaving(work), { area: 'engineAndAhead' }).catch(() => undefined);
    }
    this.left = [];
  }

  /** A leader's transaction: rejects with `FencedError`, storing nothing, once another tab leads. */
  lead<T>(durability: Durability, work: (tx: WriteTransaction) => Promise<T>): Promise<T> {
    const fence = this.fence;
    return this.commit(durability, async (tx) => {
      if (fence === null || (await tx.meta('fence')) !== fence) {
        throw new FencedError(fence);
      }
      return work(tx);
    });
  }

  /**
   * The number of a new lead, given after `prepare` in the same transaction: every earlier leader's transactions fail from here on. What
   * it stored last is known when this resolves. Whoever still leads then keeps it as `fence`.
   */
  takeFence(prepare: (tx: WriteTransaction) => Promise<void>): Promise<number> {
    return this.commit('strict', async (tx) => {
      const fence = ((await tx.meta('fence')) ?? 0) + 1;
      tx.putMeta('fence', fence);
      await prepare(tx);
      return fence;
    });
  }

  /** The change counter that the replica is at, while that holds all there is. */
  get savedCounter(): number | null {
    return this.isLoaded ? this.seen : null;
  }

  /** Whether the records, and what is visible over them, are now what they were then. To be asked before they are loaded. */
  async areRecordsAsOf(counter: number): Promise<boolean> {
    if (this.left.length > 0) return false;
    if (counter === this.seen) return true;
    const since = await this.storage.changesSince(counter);
    const touched = [since.segments, since.changes, since.removedChanges, since.removedScopes];
    // A cursor says which sent changes the copies hold already.
    const isShifted = since.scopes.length > 0 && this.replica.changes().some((row) => row.seq !== null);
    return (
      since.counter === this.seen && !since.reload && !isShifted && touched.every((list) => list.length === 0)
    );
  }

  /** Reads what other tabs stored. */
  follow(): Promise<void> {
    return this.inTurn(() => this.readNews());
  }

  /** Resolves when nothing that was asked for is under way any more. */
  idle(): Promise<void> {
    return this.inTurn(() => Promise.resolve());
  }

  private async readNews(alongside: () => void = () => undefined): Promise<void> {
    const since = await this.storage.changesSince(this.seen);
    alongside();
    if (since.reload) return this.reload();
    if (since.counter === this.seen) return;
    this.seen = since.counter;
    this.applied(deltaOf(since));
  }

  /** This tab slept so long that the log was folded meanwhile. */
  private async reload(): Promise<void> {
    do {
      this.forget();
      await this.loadSmall();
    } while (!(await this.loadRecords()));
    this.events.onApplied(this.replica.meta);
  }

  private forget(): void {
    this.replica.forget();
    // Of no counter: should loading fail now, what is in memory is known to be nothing.
    this.seen = -1;
  }

  private async loadSmall(): Promise<void> {
    const { counter, ahead, ...parts } = await this.storage.snapshot();
    this.seen = counter;
    this.left = ahead;
    this.applied({ ...NOTHING, ...parts });
  }

  private loadRecords(): Promise<boolean> {
    return this.storage.loadRecords(this.seen, (segments) => {
      for (const segment of segments) this.replica.applySegment(segment);
      this.events.onSlice();
    });
  }

  private applied(delta: StoredDelta): void {
    this.replica.apply(delta);
    this.events.onApplied(delta.meta);
  }

  private inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.tail.then(work);
    this.tail = turn.catch(() => undefined);
    return turn;
  }
}

function leaving(): EngineError {
  return new EngineError('STOPPED', 'NEVER', 'The user is being signed out');
}

const NOTHING: StoredDelta = {
  segments: [],
  changes: [],
  removedChanges: [],
  scopes: [],
  removedScopes: [],
  history: null,
  historyPut: [],
  historyRemoved: [],
  meta: {},
  settled: [],
};
