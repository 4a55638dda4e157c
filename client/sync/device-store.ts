import { EngineError } from './engine-error.ts';
import { deltaOf, RecordingTransaction, type StoredDelta } from './recording.ts';
import type { Replica } from './replica.ts';
import { FencedError, type Durability, type SyncStorage, type WriteTransaction } from './storage-port.ts';
import type { Meta, Segment } from './stored.ts';

/**
 * Storage and replica kept in step: everything stored, by this tab or another, reaches the replica in the order of the change
 * counter. One operation at a time, so that an older answer never overwrites a newer one in memory.
 */
export class DeviceStore {
  /** This leader's number; null in a tab that does not lead. */
  fence: number | null = null;
  isLoaded = false;
  private seen = 0;
  private tail: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly storage: SyncStorage,
    private readonly replica: Replica,
    private readonly events: {
      /** The replica changed. */
      onApplied(meta: Partial<Meta>): void;
      /** This tab stored something. */
      onStored(): void;
    },
  ) {}

  /** Loads all but the records, so that status and outbox are known. */
  async begin(): Promise<void> {
    await this.inTurn(() => this.loadSmall());
  }

  /** Loads the records in slices. Writes that come meanwhile wait. */
  load(): Promise<void> {
    return this.inTurn(async () => {
      while (!(await this.storage.loadRecords(this.seen, (segments) => this.applySegments(segments)))) {
        this.replica.forget();
        await this.loadSmall();
      }
      this.isLoaded = true;
      this.replica.settleTouched();
      this.events.onApplied({});
    });
  }

  /**
   * One transaction of this tab; resolves after it is durable and shown. `alongside` runs in the same step as the replica takes over
   * what was stored: nobody sees a moment in between.
   */
  commit<T>(
    durability: Durability,
    work: (tx: WriteTransaction) => Promise<T>,
    alongside: () => void = () => undefined,
  ): Promise<T> {
    const guarded = async (tx: WriteTransaction): Promise<T> => {
      if ((await tx.meta('leaving')) === true) throw leaving();
      return work(tx);
    };
    // What is relaxed is no work of a person's.
    return this.transact(durability, durability === 'strict' ? guarded : work, alongside);
  }

  /**
   * The end of a user on this device: once this resolved no tab stores anything more a person wrote. `mayLeave` is asked within that
   * transaction, when this tab knows all that any tab stored; what it throws keeps the user here.
   */
  async leave(mayLeave: () => void): Promise<void> {
    const hasLeft = await this.transact('strict', (tx) => {
      // Another tab stored something meanwhile: it is read before this is tried again.
      if (tx.counter !== this.seen + 1) return Promise.resolve(false);
      mayLeave();
      tx.putMeta('leaving', true);
      return Promise.resolve(true);
    });
    if (!hasLeft) await this.leave(mayLeave);
  }

  private transact<T>(
    durability: Durability,
    work: (tx: WriteTransaction) => Promise<T>,
    alongside: () => void = () => undefined,
  ): Promise<T> {
    return this.inTurn(async () => {
      let recording: RecordingTransaction | undefined;
      const { value, counter } = await this.storage.write(durability, (tx) => {
        recording = new RecordingTransaction(tx);
        return work(recording);
      });
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
    });
  }

  /** A leader's transaction: rejects with `FencedError`, storing nothing, once another tab leads. */
  lead<T>(durability: Durability, work: (tx: WriteTransaction) => Promise<T>): Promise<T> {
    const fence = this.fence;
    return this.commit(durability, async (tx) => {
      if (fence === null || (await tx.meta('fence')) !== fence) {
        throw new FencedError('Another tab leads now');
      }
      return work(tx);
    });
  }

  /** Takes the lead, after `prepare` in the same transaction: every earlier leader's transactions fail from here on. What it stored last is known when this resolves. */
  async takeFence(prepare: (tx: WriteTransaction) => Promise<void>): Promise<void> {
    this.fence = await this.commit('strict', async (tx) => {
      const fence = ((await tx.meta('fence')) ?? 0) + 1;
      tx.putMeta('fence', fence);
      await prepare(tx);
      return fence;
    });
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
      this.replica.forget();
      await this.loadSmall();
    } while (!(await this.storage.loadRecords(this.seen, (segments) => this.applySegments(segments))));
    this.events.onApplied(this.replica.meta);
  }

  private async loadSmall(): Promise<void> {
    const { counter, ...parts } = await this.storage.snapshot();
    this.seen = counter;
    this.applied({ ...NOTHING, ...parts });
  }

  private applySegments(segments: readonly Segment[]): void {
    for (const segment of segments) this.replica.applySegment(segment);
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
