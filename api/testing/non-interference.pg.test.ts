import { execute, parse } from 'graphql';
import pg from 'pg';
import { afterAll, expect, it, vi } from 'vitest';
import { entities } from '../domain/index.ts';
import { migrations } from '../domain/migrations/index.ts';
import { buildHoldfastSchema } from '../graphql/build-schema.ts';
import { createFormatError } from '../graphql/format-error.ts';
import { syncDocuments } from '../graphql/sync-documents.ts';
import type { Viewer } from '../sync/model.ts';
import { openTestEngine } from './test-engine.ts';
import type { TestEngine } from './test-engine.ts';

const NOON = Date.parse('2026-01-31T12:00:00.000Z');
const SENT = '2026-01-31T12:00:00.000Z';
const EPOCH = '019c1234abcd-00000000';
const format = createFormatError({ report: () => undefined, newId: () => 'id' });

const open: TestEngine[] = [];
afterAll(async () => {
  for (const engine of open) await engine.close();
});

/** A database that answers the same to the same questions: its clock stands still and its epoch is given. */
async function openTwin(): Promise<TestEngine> {
  const clock = { now: () => NOON, monotonic: () => 0 };
  const twin = await openTestEngine({ entities, migrations, clock });
  open.push(twin);
  const owner = new pg.Client({ connectionString: twin.databaseUrl });
  await owner.connect();
  await owner.query('UPDATE holdfast.epoch SET id = $1', [EPOCH]);
  await owner.end();
  const change = { id: 'tea', values: { name: 'Tea', price: 1, stock: 1_000 } };
  await twin.engine.write('catalog', [{ type: 'Product', change }]);
  return twin;
}

type Ask = (text: string, variables?: Readonly<Record<string, unknown>>) => Promise<string>;

/** Asks as one user and answers the text that would go over the wire. */
function asker({ engine, entities: definitions }: TestEngine, viewer: Viewer): Ask {
  const schema = buildHoldfastSchema({ entities: definitions });
  const heads = () => expect.fail('nobody subscribes');
  return async (text, variableValues = {}) => {
    const contextValue = { viewer, engine, requestId: 'r', heads };
    const { data, errors } = await execute({ schema, document: parse(text), contextValue, variableValues });
    return JSON.stringify({ data, errors: errors?.map((error) => format(error.toJSON(), error)) });
  };
}

const { pull, push, heads } = syncDocuments(
  // Any engine's will do: they are made of the entity classes alone.
  (await openTwin()).entities,
);
const NOTHING = {
  noteChanges: [],
  notebookChanges: [],
  orderChanges: [],
  productChanges: [],
  settingChanges: [],
};

function pushOf(scope: string, changes: Readonly<Record<string, unknown>>) {
  const device = { id: 'phone', sentAt: SENT };
  return { ...NOTHING, scope, device, withDelta: true, ...changes };
}

/** What Ada asks, everything that a device and a person can: ids, devices and values that Ben uses too, and probes at what is his. */
async function transcript(ask: Ask): Promise<readonly string[]> {
  const answers: string[] = [];
  const say: Ask = async (text, variables) => {
    const answer = await ask(text, variables);
    answers.push(answer);
    return answer;
  };
  for (const scope of ['user:ada', 'team:a']) {
    for (let seq = 1; seq < 40; seq += 4) {
      const id = `n${seq % 12}`;
      const noteChanges = [
        { id, seq, title: `title ${seq}`, content: 'one', tags: ['a'], editedAt: SENT },
        { id, seq: seq + 1, base: { content: 'none' }, version: 1, content: `two ${seq}`, editedAt: SENT },
        { id: `x${seq}`, seq: seq + 2, notebookId: 'bens', editedAt: SENT },
      ];
      const orderChanges = [
        {
          ...{ id: `o${seq}`, seq: seq + 3, editedAt: SENT },
          lines: [{ productId: 'tea', quantity: 1, unitPrice: 1 }],
        },
      ];
      await say(push.text, pushOf(scope, { noteChanges, orderChanges }));
      await say(push.text, pushOf(scope, { noteChanges, orderChanges }));
      await say(heads.text);
    }
    const noteChanges = [{ id: 'n1', seq: 50, version: 99, deleted: true, editedAt: SENT }];
    await say(push.text, pushOf(scope, { noteChanges }));
    await say(pull.text, { scope, device: 'phone', limit: 3 });
    await say(`{ scopeDigest(scope: "${scope}") { type count sha256 head } }`);
  }
  for (const scope of ['user:ben', 'team:b', 'team:nobody']) {
    await say(pull.text, { scope });
    await say(
      push.text,
      pushOf(scope, { noteChanges: [{ id: 'n1', seq: 1, title: 'mine', editedAt: SENT }] }),
    );
    await say(`{ note(scope: "${scope}", id: "n1") { title } }`);
    await say(`{ notes(scopes: ["${scope}"]) { id } noteCount(scopes: ["${scope}"]) }`);
    await say(`{ scopeDigest(scope: "${scope}") { count } }`);
  }
  await say(
    '{ notes { id title updatedAt version } orders { id total lines { product { name stock } } } noteCount }',
  );
  await say('{ notes(filter: { title: { contains: "BEN" } }, orderBy: [{ field: title }]) { id } }');
  await say('{ note(id: "bens") { id } notebook(id: "bens") { id } }');
  return answers;
}

/** What Ben does all the while, at least once, in his scopes, under the same ids. Counts how often. */
async function disturb(ask: Ask, signal: AbortSignal, rounds = { count: 0 }): Promise<void> {
  let seq = 1;
  do {
    for (const scope of ['user:ben', 'team:b']) {
      const notebookChanges = [{ id: 'bens', seq, name: `ben ${seq}`, deleted: false, editedAt: SENT }];
      const noteChanges = [
        { id: `n${seq % 12}`, seq: seq + 1, title: `ben ${seq}`, deleted: false, editedAt: SENT },
        { id: 'bens', seq: seq + 2, version: 99, deleted: seq % 2 === 0, editedAt: SENT },
      ];
      await ask(push.text, pushOf(scope, { notebookChanges, noteChanges }));
      await ask(pull.text, { scope });
    }
    seq += 3;
    rounds.count += 1;
  } while (!signal.aborted);
}

it('I23 whatever another tenant has and does meanwhile, the answers are the same, byte for byte', async () => {
  const [quiet, busy] = [await openTwin(), await openTwin()];
  const grants = { catalog: 'READ', 'team:a': 'WRITE' } as const;
  const ben = asker(busy, await busy.viewer('ben', { catalog: 'READ', 'team:b': 'WRITE' }));
  await disturb(ben, AbortSignal.abort());
  await busy.storage.retention.purge(0);
  const meanwhile = new AbortController();
  const rounds = { count: 0 };
  const disturbing = disturb(ben, meanwhile.signal, rounds);
  const ada = asker(busy, await busy.viewer('ada', grants));
  let asked = 0;
  const loud = await transcript(async (text, variables) => {
    // However slow Ben is, he is at it all the while.
    const { count } = rounds;
    if (++asked % 5 === 0) await vi.waitUntil(() => rounds.count > count, { timeout: 60_000, interval: 1 });
    return ada(text, variables);
  });
  meanwhile.abort();
  await disturbing;
  expect(rounds.count).toBeGreaterThan(10);
  const alone = await transcript(asker(quiet, await quiet.viewer('ada', grants)));
  expect(loud.length).toBe(alone.length);
  expect(loud.filter((answer, at) => answer !== alone[at])).toEqual([]);
  expect(loud.join('\n')).not.toMatch(/ben \d/);
  // It is a transcript of work: all that can happen to a change happened.
  for (const word of ['APPLIED', 'MERGED', 'MISSING_REFERENCE', 'SCOPE_FORBIDDEN', '"replayed":true']) {
    expect(loud.join('\n')).toContain(word);
  }
});
