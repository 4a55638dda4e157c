import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { entities } from '../domain/index.ts';
import { migrations } from '../domain/migrations/index.ts';
import { Refusal } from '../sync/errors.ts';
import type { Json, ScopeHead, Viewer } from '../sync/model.ts';
import type { OperationRecords } from '../sync/operation-ports.ts';
import { openTestEngine } from '../testing/test-engine.ts';
import type { TestEngine } from '../testing/test-engine.ts';

const TEAM = 'team:1';

let api: TestEngine;
let ada: Viewer;

beforeAll(async () => {
  // Fewer connections than operations at a time: one that needed a second connection would hang.
  api = await openTestEngine({ entities, migrations, poolSize: 2 });
  ada = await api.viewer('ada', { [TEAM]: 'WRITE', catalog: 'READ' });
});

afterAll(() => api.close());

interface Options {
  readonly seq?: number;
  readonly device?: string;
  readonly declared?: readonly string[];
  readonly acknowledged?: number;
  readonly payload?: Json;
}

function operate(work: (records: OperationRecords) => Promise<Json>, options: Options = {}) {
  const { seq, device = 'd1', declared = [], acknowledged = 0, payload = 'payload' } = options;
  const once =
    seq === undefined
      ? undefined
      : { device: { id: device, epoch: undefined, sentAt: 0, acknowledged }, seq };
  return api.engine.operate({ viewer: ada, scope: TEAM, declared, once, payload }, work);
}

const book = (id: string, name = id) => ({ scope: TEAM, id, values: { name } });

async function exists(id: string): Promise<boolean> {
  const [record] = await api.engine.records(ada, 'Notebook', [{ scope: TEAM, id }]);
  return record !== null;
}

it('R32 an error that is no refusal rolls back all and leaves the number open', async () => {
  const failing = operate(
    async (records) => {
      await records.write('Notebook', book('lost'));
      await records.next(TEAM, 'books');
      await records.flush();
      throw new Error('the disk is full');
    },
    { seq: 1 },
  );
  await expect(failing).rejects.toThrow('the disk is full');
  expect(await exists('lost')).toBe(false);
  const again = await operate((records) => records.next(TEAM, 'books'), { seq: 1 });
  expect(again).toMatchObject({ replayed: false, data: 1, error: null });
});

it('R32 a refusal takes back records and numbers, and is what the number stands for', async () => {
  const refusing = async (records: OperationRecords): Promise<Json> => {
    await records.write('Notebook', book('refused'));
    const number = await records.next(TEAM, 'books');
    await records.flush();
    throw new Refusal('RULE_VIOLATED', `not ${number}`, 'name');
  };
  const error = { code: 'RULE_VIOLATED', message: 'not 2', field: 'name' };
  expect(await operate(refusing, { seq: 2 })).toMatchObject({ replayed: false, data: null, error });
  expect(await operate(() => expect.fail('it ran twice'), { seq: 2 })).toMatchObject({
    replayed: true,
    data: null,
    error,
  });
  expect(await exists('refused')).toBe(false);
  expect(await operate((records) => records.next(TEAM, 'books'), { seq: 3 })).toMatchObject({ data: 2 });
});

it('R32 a connection that is lost on the way leaves nothing, and the same number runs again', async () => {
  const client = new pg.Client({ connectionString: api.databaseUrl });
  await client.connect();
  const cut = operate(
    async (records) => {
      await records.write('Notebook', book('cut'));
      await records.flush();
      await client.query(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND state = 'idle in transaction'",
      );
      await records.read('Notebook', [{ scope: TEAM, id: 'other' }]);
      return 'never';
    },
    { seq: 4 },
  );
  await expect(cut).rejects.toMatchObject({ code: 'UNAVAILABLE', retry: 'LATER' });
  await client.end();
  expect(await exists('cut')).toBe(false);
  const again = await operate(async (records) => (await records.write('Notebook', book('cut'))).id, {
    seq: 4,
  });
  expect(again).toMatchObject({ replayed: false, data: 'cut' });
  expect(await exists('cut')).toBe(true);
});

it('R32 a result of more than 64 kB is refused as a whole', async () => {
  const large = operate(
    async (records) => {
      await records.write('Notebook', book('large'));
      return 'x'.repeat(64_001);
    },
    { seq: 5 },
  );
  await expect(large).rejects.toMatchObject({ code: 'TOO_LARGE', retry: 'NEVER' });
  expect(await exists('large')).toBe(false);
});

it('R32 writes the scopes that it declares, and pokes each', async () => {
  const before = new Map((await api.engine.heads(ada)).map(({ id, head }) => [id, head]));
  const pokes: ScopeHead[] = [];
  const unlisten = api.storage.notifier.listen((news) => {
    if (news.head > (before.get(news.scope) ?? 0)) pokes.push(news);
  });
  const product = { scope: 'catalog', id: 'p1', values: { name: 'Tea', price: 1 } };
  const both = async (records: OperationRecords): Promise<Json> => {
    const made = await records.write('Product', product);
    const notebook = await records.write('Notebook', book('both'));
    await records.flush();
    return [made.version, notebook.version];
  };
  await expect(operate(both, { seq: 6 })).rejects.toThrow('add catalog');
  const { data } = await operate(both, { seq: 6, declared: ['catalog'] });
  const heads = new Map((await api.engine.heads(ada)).map(({ id, head }) => [id, head]));
  expect(data).toEqual([heads.get('catalog'), heads.get(TEAM)]);
  await expect.poll(() => pokes.map(({ scope }) => scope).sort()).toEqual(['catalog', TEAM]);
  unlisten();
});

it('R32 a unique value that is taken is a refusal', async () => {
  await api.engine.write(TEAM, [{ type: 'Order', change: { id: 'n1', values: { number: 7 } } }]);
  const taken = await operate(
    async (records) => {
      await records.write('Order', { scope: TEAM, id: 'n2', values: { number: 7 } });
      return 'never';
    },
    { seq: 7 },
  );
  expect(taken).toMatchObject({ data: null, error: { code: 'ALREADY_EXISTS' } });
});

it('R27 R24 refuses references that lead nowhere, and changes of what is gone', async () => {
  const note = (notebookId: string) => ({ scope: TEAM, id: 'note', values: { title: 'T', notebookId } });
  const missing = await operate(async (records) => (await records.write('Note', note('none'))).id);
  expect(missing).toMatchObject({ error: { code: 'MISSING_REFERENCE', field: 'notebookId' } });
  const own = await operate(async (records) => {
    await records.write('Notebook', book('fresh'));
    return (await records.write('Note', note('fresh'))).id;
  });
  expect(own).toMatchObject({ data: 'note', error: null });
  const gone = await operate(async (records) => {
    await records.write('Notebook', { scope: TEAM, id: 'fresh', values: {}, deleted: true });
    return (await records.write('Notebook', book('fresh'))).id;
  });
  expect(gone).toMatchObject({ error: { code: 'GONE' } });
});

it('R13 forgets receipts up to the acknowledged number', async () => {
  await operate(() => Promise.resolve('new'), { seq: 8, acknowledged: 6 });
  const old = await operate(() => Promise.resolve('again'), { seq: 6 });
  expect(old).toMatchObject({ replayed: false, error: { code: 'STALE_SEQ' } });
  expect(await operate(() => Promise.resolve('again'), { seq: 7 })).toMatchObject({ replayed: true });
});

it('R28 operations that lock the same records in opposite orders all end, each once', async () => {
  await operate(async (records) => {
    for (const id of ['x', 'y']) await records.write('Notebook', book(id, '0'));
    return null;
  });
  const add = (first: string, second: string) =>
    operate(async (records) => {
      for (const id of [first, second]) {
        const [record] = await records.read('Notebook', [{ scope: TEAM, id }]);
        await records.write('Notebook', book(id, String(Number(record?.['name']) + 1)));
      }
      return null;
    });
  await Promise.all([add('x', 'y'), add('y', 'x'), add('x', 'y'), add('y', 'x')]);
  const keys = ['x', 'y'].map((id) => ({ scope: TEAM, id }));
  expect(await api.engine.records(ada, 'Notebook', keys)).toMatchObject([{ name: '4' }, { name: '4' }]);
});

it('R32 what an operation wrote has no opponent: the same device and others go on from there', async () => {
  const { data } = await operate(
    async (records) => {
      const record = await records.write('Notebook', book('mine'));
      await records.flush();
      return record.version;
    },
    { seq: 9 },
  );
  const change = { id: 'mine', version: data as number, base: { name: 'mine' }, values: { name: 'yours' } };
  const [result] = await api.engine.write(TEAM, [{ type: 'Notebook', change }]);
  expect(result).toMatchObject({ outcome: 'APPLIED', conflicts: [], record: { name: 'yours' } });
});
