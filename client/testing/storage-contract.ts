/**
 * What every storage must guarantee, as plain functions: no test framework is imported, so that the same list runs in Node, in a
 * browser page and over a storage of your own.
 */
import type { SyncStorage, WriteTransaction } from '../sync/storage-port.ts';
import type { Copy, Meta, MetaKey, OutboxRow, ScopeRow, Segment } from '../sync/stored.ts';

/** `fresh`: an empty database. The function it gives opens it, again and again, as further tabs would. */
export interface ContractSubject {
  fresh(): Promise<() => Promise<SyncStorage>>;
}

/** What a case compares with: `expect(actual).toEqual(expected)` of any test framework. */
export interface Assert {
  equal(actual: unknown, expected: unknown, message?: string): void;
}

/** One guarantee. `run` rejects when a storage does not keep it. */
export interface ContractCase {
  readonly title: string;
  run(subject: ContractSubject, assert: Assert): Promise<void>;
}

/** The guarantees of `SyncStorage`, for a test each. */
export const storageContract: readonly ContractCase[] = [
  {
    title: 'a completed write is there in the next snapshot, in another tab too',
    async run(subject, assert) {
      const open = await subject.fresh();
      const [one, two] = [await open(), await open()];
      await one.write('strict', async (tx) => {
        tx.putChange(row('c1', 1));
        tx.putScope(scope('s'));
        tx.putMeta('paused', true);
        tx.putHistory({ ...lost('h1'), order: 1 });
        await Promise.resolve();
      });
      const snapshot = await two.snapshot();
      assert.equal(snapshot.counter, 1);
      assert.equal(snapshot.changes, [row('c1', 1)]);
      assert.equal(snapshot.scopes, [scope('s')]);
      assert.equal(snapshot.meta, { paused: true });
      assert.equal(snapshot.history, [{ ...lost('h1'), order: 1 }]);
      await close(one, two);
    },
  },
  {
    title: 'every small value is there for a tab that opens later, and for one that lags',
    async run(subject, assert) {
      const open = await subject.fresh();
      const one = await open();
      const meta: Meta = {
        device: 'd',
        fence: 1,
        heartbeat: 2,
        lease: null,
        shapes: { T: 'x' },
        paused: true,
        viewer: { id: 'u', scopes: [] },
        closed: ['s'],
        verified: { at: { s: 'now' }, repairs: [] },
        answers: [],
        complete: true,
        asked: 3,
        answered: { asked: 3, problem: null },
        lastPulledAt: 'a',
        lastPushedAt: 'b',
        live: { phase: 'idle' },
        leaving: true,
      };
      await one.write('strict', (tx) =>
        done(() => {
          for (const key of Object.keys(meta) as MetaKey[]) tx.putMeta(key, meta[key]);
        }),
      );
      const two = await open();
      assert.equal((await two.snapshot()).meta, meta);
      assert.equal((await two.changesSince(0)).meta, meta);
      await close(one, two);
    },
  },
  {
    title: 'I13 a throw inside a write stores nothing and takes no number',
    async run(subject, assert) {
      const open = await subject.fresh();
      const storage = await open();
      const failure = new Error('stop');
      const seen = await storage
        .write('strict', async (tx) => {
          tx.putChange(row('c1', 1));
          tx.appendRecords(segment(['a']));
          await tx.change('c1');
          throw failure;
        })
        .catch((error: unknown) => error);
      assert.equal(seen === failure, true);
      assert.equal(await storage.snapshot(), {
        counter: 0,
        meta: {},
        scopes: [],
        changes: [],
        history: [],
        ahead: [],
      });
      assert.equal(await records(storage), []);
      await close(storage);
    },
  },
  {
    title: 'I13 what was written ahead stays until a transaction takes it over, and stays when that fails',
    async run(subject, assert) {
      const open = await subject.fresh();
      const [one, two] = [await open(), await open()];
      const ahead = { key: 'k1', rows: [row('c1', 1)] };
      await one.writeAhead(ahead);
      assert.equal((await two.snapshot()).ahead, [ahead]);
      assert.equal(await two.writtenAhead(), [ahead]);
      assert.equal((await two.snapshot()).counter, 0);
      const take = (failure: Error | null) =>
        two.write(
          'strict',
          async (tx) => {
            const found = await tx.ahead('k1');
            for (const left of found?.rows ?? []) tx.putChange(left);
            tx.deleteAhead('k1');
            if (failure !== null) throw failure;
            return found?.key;
          },
          'engineAndAhead',
        );
      await take(new Error('stop')).catch(() => undefined);
      assert.equal(await one.writtenAhead(), [ahead]);
      assert.equal((await take(null)).value, 'k1');
      assert.equal((await take(null)).value, undefined);
      const { changes, ahead: left } = await one.snapshot();
      assert.equal([changes, left, await one.writtenAhead()], [[row('c1', 1)], [], []]);
      await close(one, two);
    },
  },
  {
    title: 'a transaction reads its own writes',
    async run(subject, assert) {
      const open = await subject.fresh();
      const storage = await open();
      const { value } = await storage.write('relaxed', async (tx) => {
        tx.putMeta('fence', 7);
        tx.putChange(row('c1', 1));
        tx.putChange(row('c2', 2));
        tx.deleteChange('c2');
        const last = await tx.lastChange('s');
        return [await tx.meta('fence'), last?.change, await tx.change('c2'), await tx.scope('none')];
      });
      assert.equal(value, [7, 'c1', undefined, undefined]);
      await close(storage);
    },
  },
  {
    title: 'rows of a scope come by order, from an order on, up to a limit',
    async run(subject, assert) {
      const open = await subject.fresh();
      const storage = await open();
      const { value } = await storage.write('strict', async (tx) => {
        for (const order of [30, 10, 20]) tx.putChange(row(`c${order}`, order));
        tx.putChange({ ...row('other', 15), scope: 'z' });
        const all = await tx.changes('s', 0, 10);
        const some = await tx.changes('s', 20, 1);
        const last = await tx.lastChange('s');
        return [all.map((found) => found.change), some.map((found) => found.change), last?.change];
      });
      assert.equal(value, [['c10', 'c20', 'c30'], ['c20'], 'c30']);
      await close(storage);
    },
  },
  {
    title: 'writes of two tabs happen one after another and take rising numbers',
    async run(subject, assert) {
      const open = await subject.fresh();
      const tabs = [await open(), await open()];
      const add = async (tx: WriteTransaction): Promise<number> => {
        const fence = ((await tx.meta('fence')) ?? 0) + 1;
        await tx.scope('s');
        tx.putMeta('fence', fence);
        return fence;
      };
      const jobs = Array.from({ length: 20 }, (_, index) =>
        (tabs[index % 2] as SyncStorage).write('relaxed', add),
      );
      const results = await Promise.all(jobs);
      const values = results.map((result) => result.value).sort((a, b) => a - b);
      assert.equal(
        values,
        Array.from({ length: 20 }, (_, index) => index + 1),
      );
      assert.equal(
        results.every((result) => result.counter === result.value),
        true,
      );
      await close(...tabs);
    },
  },
  {
    title: 'a tab that lags reads exactly what was touched since, as it stands now',
    async run(subject, assert) {
      const open = await subject.fresh();
      const [one, two] = [await open(), await open()];
      await one.write('strict', (tx) => done(() => [tx.putChange(row('c1', 1)), tx.putScope(scope('gone'))]));
      const { counter } = await one.write('strict', (tx) => done(() => tx.putChange(row('c2', 2))));
      await one.write('relaxed', (tx) =>
        done(() => {
          tx.deleteChange('c1');
          tx.deleteScope('gone');
          tx.putChange(row('c3', 3));
          tx.putMeta('paused', true);
          tx.appendRecords(segment(['a', 'b']));
          tx.tellSettled({ ref: REF, change: 'c1', outcome: 'APPLIED', conflicts: [], error: null });
        }),
      );
      const since = await two.changesSince(counter);
      assert.equal(since.counter, 3);
      assert.equal(
        since.changes.map((found) => found.change),
        ['c3'],
      );
      assert.equal(since.removedChanges, ['c1']);
      assert.equal(since.removedScopes, ['gone']);
      assert.equal(since.meta, { paused: true });
      assert.equal(since.history, null);
      assert.equal(
        since.settled.map((settled) => settled.change),
        ['c1'],
      );
      assert.equal(since.segments, [segment(['a', 'b'])]);
      assert.equal((await two.changesSince(3)).changes, []);
      await close(one, two);
    },
  },
  {
    title: 'confirmed records come back in log order, large pages in slices',
    async run(subject, assert) {
      const open = await subject.fresh();
      const storage = await open();
      const ids = Array.from({ length: 1_100 }, (_, index) => `r${index}`);
      await storage.write('relaxed', (tx) => done(() => tx.appendRecords(segment(ids))));
      await storage.write('relaxed', (tx) =>
        done(() => tx.appendRecords({ type: 'T', scope: 's', copies: [copy('r0', 9)], removed: ['r1'] })),
      );
      const found = await records(storage);
      assert.equal(found.length, 1_099);
      assert.equal(found.find((record) => record.id === 'r0')?.version, 9);
      await close(storage);
    },
  },
  {
    title: 'folding changes neither what is loaded nor what a tab that lags a little reads',
    async run(subject, assert) {
      const open = await subject.fresh();
      const storage = await open();
      const early = Array.from({ length: 200 }, (_, index) => `early${index}`);
      await storage.write('relaxed', (tx) => done(() => tx.appendRecords(segment(early))));
      await storage.write('relaxed', (tx) =>
        done(() => tx.appendRecords({ type: 'T', scope: 's', copies: [], removed: ['early7'] })),
      );
      for (let version = 1; version <= 700; version++) {
        await storage.write('relaxed', (tx) =>
          done(() => {
            const removed = version % 10 === 0 ? [`r${(version + 3) % 7}`] : [];
            tx.appendRecords({ type: 'T', scope: 's', copies: [copy(`r${version % 7}`, version)], removed });
          }),
        );
        if (version === 350) await storage.compact();
      }
      const before = await records(storage);
      assert.equal(before.length, 205);
      const recent = await storage.changesSince(690);
      await storage.compact();
      assert.equal(await records(storage), before);
      assert.equal(await storage.changesSince(690), recent);
      const old = await storage.changesSince(2);
      assert.equal(old.reload || old.segments.length > 0, true);
      await close(storage);
    },
  },
  {
    title: 'a small area for others keeps text by key and takes no number',
    async run(subject, assert) {
      const open = await subject.fresh();
      const [one, two] = [await open(), await open()];
      assert.equal(await one.keyValue.getItem('k'), null);
      await one.keyValue.setItem('k', 'text');
      assert.equal(await two.keyValue.getItem('k'), 'text');
      await one.keyValue.removeItem('k');
      assert.equal(await two.keyValue.getItem('k'), null);
      assert.equal((await one.snapshot()).counter, 0);
      await close(one, two);
    },
  },
  {
    title: 'I25 after destroy nothing is left, and other tabs are told and write no more',
    async run(subject, assert) {
      const open = await subject.fresh();
      const [one, two] = [await open(), await open()];
      await one.write('strict', (tx) => done(() => tx.putChange(row('c1', 1))));
      const told = (): Promise<void> => new Promise((resolve) => two.onGone(resolve));
      const early = told();
      await one.destroy();
      await early;
      // Whoever asks only now is told, too.
      await told();
      const failure = await two
        .write('strict', (tx) => done(() => tx.putChange(row('c2', 2))))
        .catch((error: unknown) => error as { code?: string; reason?: string });
      assert.equal('reason' in failure ? failure.reason : 'stored', 'GONE');
      await close(two);
    },
  },
];

const REF = { type: 'T', scope: 's', id: 'a' } as const;

function done(work: () => unknown): Promise<void> {
  work();
  return Promise.resolve();
}

async function close(...storages: readonly SyncStorage[]): Promise<void> {
  for (const storage of storages) await storage.close();
}

/** What a replica that applies the segments in order would hold. */
async function records(storage: SyncStorage): Promise<readonly Copy[]> {
  const held = new Map<string, Copy>();
  const isWhole = await storage.loadRecords(Infinity, (segments) => {
    for (const { copies, removed, cleared } of segments) {
      if (cleared === true) held.clear();
      for (const id of removed) held.delete(id);
      for (const found of copies) held.set(found.id, found);
    }
  });
  if (!isWhole) throw new Error('the log was rewritten while it was read');
  return [...held.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
}

function segment(ids: readonly string[]): Segment {
  return { type: 'T', scope: 's', copies: ids.map((id) => copy(id, 1)), removed: [] };
}

function copy(id: string, version: number): Copy {
  const at = '2026-01-31T12:00:00.000Z';
  const stamps = { createdAt: at, updatedAt: at, deletedAt: null };
  return { id, version, epoch: 'e1', cycle: 1, executed: 0, ...stamps, values: { title: id } };
}

function row(change: string, order: number): OutboxRow {
  return {
    change,
    order,
    type: 'T',
    scope: 's',
    id: 'a',
    state: 'pending',
    values: { title: change },
    base: { title: '' },
    wasDeleted: false,
    version: null,
    epoch: null,
    editedAt: 1,
    firstEditedAt: 1,
    seq: null,
    device: null,
    frozen: null,
  };
}

function scope(id: string): ScopeRow {
  return { id, epoch: null, cursors: {}, nextSeq: 1, synced: false, checkpoint: null };
}

function lost(id: string) {
  return { id, ref: REF, at: '2026-01-31T12:00:00.000Z', reason: 'SUPERSEDED', fields: [] } as const;
}
