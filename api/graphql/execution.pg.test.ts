import { execute, parse } from 'graphql';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { migrations } from '../domain/migrations/index.ts';
import { Note } from '../domain/note.ts';
import { Notebook } from '../domain/notebook.ts';
import { defineEntities } from '../entity/define-entities.ts';
import { openStorage } from '../storage/storage.ts';
import type { Storage } from '../storage/storage.ts';
import { sha256, systemClock } from '../storage/system-ports.ts';
import { createSyncEngine } from '../sync/engine.ts';
import type { RecordKey, SyncEngine, Viewer } from '../sync/model.ts';
import { createTestDatabase } from '../testing/test-database.ts';
import type { TestDatabase } from '../testing/test-database.ts';
import { buildHoldfastSchema } from './build-schema.ts';
import { createFormatError } from './format-error.ts';
import { syncDocuments } from './sync-documents.ts';

const TEAM = 'team:demo';
const entities = defineEntities([Note, Notebook]);
const schema = buildHoldfastSchema({ entities });
const { pull, push } = syncDocuments(entities);
const formatError = createFormatError({ report: () => undefined, newId: () => 'id' });

let database: TestDatabase;
let storage: Storage;
let engine: SyncEngine;
let viewer: Viewer;
const recordReads: (readonly RecordKey[])[] = [];

beforeAll(async () => {
  database = await createTestDatabase();
  storage = openStorage({ databaseUrl: database.url, entities, migrations });
  await storage.migrate();
  await storage.start();
  await storage.access.ensureAccount({ id: 'ada', name: 'Ada' });
  await storage.access.grant('ada', TEAM, 'WRITE');
  viewer = (await storage.access.viewer('ada')) ?? expect.fail('there is no account');
  engine = createSyncEngine({
    entities,
    store: storage,
    pokes: storage.notifier,
    hash: sha256,
    clock: systemClock,
  });
});

afterAll(async () => {
  await storage.close();
  await database.drop();
});

/** One operation, as a server would execute it; every read of records by key is counted. */
async function run(text: string, variableValues: Readonly<Record<string, unknown>> = {}) {
  const counting: SyncEngine = {
    push: (request) => engine.push(request),
    deltas: (request) => engine.deltas(request),
    list: (request) => engine.list(request),
    count: (request) => engine.count(request),
    heads: (who) => engine.heads(who),
    digest: (who, scope) => engine.digest(who, scope),
    records: (who, type, keys) => {
      recordReads.push(keys);
      return engine.records(who, type, keys);
    },
  };
  const contextValue = {
    viewer,
    engine: counting,
    requestId: 'r',
    heads: () => expect.fail('nobody subscribes'),
  };
  const { data, errors = [] } = await execute({
    schema,
    document: parse(text),
    contextValue,
    variableValues,
  });
  return { data: data as Data, errors: errors.map((error) => formatError(error.toJSON(), error).extensions) };
}

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- answers are looked at, not worked with
type Data = any;

let seq = 0;
const device = { id: 'd1', sentAt: '2026-01-31T12:00:00.000Z' };
const base = { scope: TEAM, device, withDelta: true, noteChanges: [], notebookChanges: [] };

it('R10 creates records of two types in one push, with defaults, references and the deltas of the same request', async () => {
  const { data, errors } = await run(push.text, {
    ...base,
    notebookChanges: [{ id: 'b1', seq: ++seq, name: 'Ideas', color: 'teal' }],
    noteChanges: [{ id: 'n1', seq: ++seq, title: 'First', notebookId: 'b1' }],
  });
  expect(errors).toEqual([]);
  expect(data.Notebook.results).toMatchObject([{ id: 'b1', outcome: 'APPLIED', error: null }]);
  expect(data.Note.results).toMatchObject([
    {
      id: 'n1',
      outcome: 'APPLIED',
      replayed: false,
      record: {
        title: 'First',
        content: '',
        tags: [],
        pinned: false,
        notebookId: 'b1',
        scope: TEAM,
        deletedAt: null,
      },
    },
  ]);
  expect(data.Note.delta.records).toEqual([data.Note.results[0].record]);
  expect(data.Note.delta.at).toMatchObject({ executed: seq, head: 2, position: 2 });
  expect(data.Notebook.delta).toMatchObject({ hasMore: false, records: [{ id: 'b1', name: 'Ideas' }] });
});

it('edits one field and leaves the others as they are; the next delta holds the record once', async () => {
  const before = await run(pull.text, { scope: TEAM, device: 'd1' });
  const [note] = before.data.Note.records;
  const change = {
    id: 'n1',
    seq: ++seq,
    version: note.version,
    base: { content: '' },
    content: 'Text.',
    tags: ['a'],
  };
  const { data, errors } = await run(push.text, {
    ...base,
    noteChanges: [change],
    noteSince: before.data.Note.cursor,
  });
  expect(errors).toEqual([]);
  expect(data.Note.results[0].record).toMatchObject({
    title: 'First',
    content: 'Text.',
    tags: ['a'],
    notebookId: 'b1',
  });
  expect(data.Note.delta.records.map((record: { id: string }) => record.id)).toEqual(['n1']);
  const after = await run(pull.text, { scope: TEAM, device: 'd1', noteSince: data.Note.delta.cursor });
  expect(after.data.Note).toMatchObject({ records: [], hasMore: false, at: { executed: seq } });
});

it('R12 answers a repeated push from its receipts and applies nothing twice', async () => {
  const variables = { ...base, noteChanges: [{ id: 'n2', seq: ++seq, title: 'Once' }] };
  const first = await run(push.text, variables);
  const second = await run(push.text, variables);
  expect(first.data.Note.results[0]).toMatchObject({ outcome: 'APPLIED', replayed: false });
  expect(second.data.Note.results[0]).toEqual({ ...first.data.Note.results[0], replayed: true });
  const other = await run(push.text, { ...base, noteChanges: [{ id: 'n2', seq, title: 'Other' }] });
  expect(other.data.Note.results[0]).toMatchObject({ outcome: 'REJECTED', error: { code: 'SEQ_REUSED' } });
});

it('R11 refuses a bad change with the field and leaves the good one alone', async () => {
  const noteChanges = [
    { id: 'bad1', seq: ++seq, title: 'x'.repeat(201) },
    { id: 'bad2', seq: ++seq, tags: [''] },
    { id: 'bad3', seq: ++seq, notebookId: 'nowhere' },
    { id: 'bad4', seq: ++seq, title: null },
    { id: 'bad5', seq: ++seq, content: 'nul \u0000' },
    { id: 'n3', seq: ++seq, title: 'Good', pinned: true, notebookId: 'b1' },
  ];
  const { data, errors } = await run(push.text, { ...base, noteChanges, withDelta: false });
  expect(errors).toEqual([]);
  const outcomes = data.Note.results.map((result: Data) => [
    result.id,
    result.outcome,
    result.error?.code,
    result.error?.field,
  ]);
  expect(outcomes).toEqual([
    ['bad1', 'REJECTED', 'BAD_INPUT', 'title'],
    ['bad2', 'REJECTED', 'BAD_INPUT', 'tags'],
    ['bad3', 'REJECTED', 'MISSING_REFERENCE', 'notebookId'],
    ['bad4', 'REJECTED', 'BAD_INPUT', 'title'],
    ['bad5', 'REJECTED', 'BAD_INPUT', 'content'],
    ['n3', 'APPLIED', undefined, undefined],
  ]);
});

it('lists, filters, orders and counts', async () => {
  const { data, errors } = await run(
    `{
      all: notes(orderBy: [{ field: title }]) { title }
      some: notes(scopes: ["${TEAM}"], filter: { or: [{ title: { contains: "ONC" } }, { pinned: { eq: true } }] }, orderBy: [{ field: title, direction: DESC }]) { title }
      filed: noteCount(filter: { notebookId: { isNull: false } })
      tagged: noteCount(filter: { tags: { contains: "a" } })
      page: notes(orderBy: [{ field: title }], limit: 1, offset: 1) { title }
      elsewhere: noteCount(scopes: ["user:ada"])
    }`,
  );
  expect(errors).toEqual([]);
  const titles = (notes: { title: string }[]) => notes.map((note) => note.title);
  expect(titles(data.all)).toEqual(['First', 'Good', 'Once']);
  expect(titles(data.some)).toEqual(['Once', 'Good']);
  expect(titles(data.page)).toEqual(['Good']);
  expect([data.filed, data.tagged, data.elsewhere]).toEqual([2, 1, 0]);
});

it('reads all referenced records of a list in one query', async () => {
  recordReads.length = 0;
  const { data } = await run('{ notes(orderBy: [{ field: title }]) { title notebook { name color } } }');
  expect(data.notes).toEqual([
    { title: 'First', notebook: { name: 'Ideas', color: 'teal' } },
    { title: 'Good', notebook: { name: 'Ideas', color: 'teal' } },
    { title: 'Once', notebook: null },
  ]);
  expect(recordReads).toEqual([[{ scope: TEAM, id: 'b1' }]]);
});

it('deletes: the record leaves lists and single reads, references to it read null, deltas carry it', async () => {
  const { data } = await run(push.text, {
    ...base,
    notebookChanges: [{ id: 'b1', seq: ++seq, version: 1, deleted: true }],
  });
  expect(data.Notebook.results[0]).toMatchObject({ outcome: 'APPLIED', record: { id: 'b1' } });
  expect(data.Notebook.results[0].record.deletedAt).toMatch(/^\d{4}-.*Z$/);
  const after = await run(
    `{ notebooks { id } notebook(scope: "${TEAM}", id: "b1") { id } note(scope: "${TEAM}", id: "n1") { notebookId notebook { id } } }`,
  );
  expect(after.data).toEqual({ notebooks: [], notebook: null, note: { notebookId: 'b1', notebook: null } });
});

it('R6 R12 answers typed errors for scopes and cursors, and writes nothing', async () => {
  const noteChanges = [{ id: 'n9', seq: 1, title: 'Nobody sees it' }];
  const forbidden = await run(pull.text, { scope: 'user:ben' });
  expect(forbidden.errors).toEqual([{ code: 'SCOPE_FORBIDDEN', retry: 'NEVER' }]);
  const cursor = await run(pull.text, { scope: TEAM, noteSince: 'made up' });
  expect(cursor.errors).toMatchObject([{ code: 'BAD_CURSOR' }]);
  const push1 = await run(push.text, { ...base, scope: 'user:ben', noteChanges, withDelta: false });
  expect(JSON.stringify(push1)).toContain('SCOPE_FORBIDDEN');
  const count = await run('{ noteCount(filter: { id: { eq: "n9" } }) }');
  expect(count.data).toEqual({ noteCount: 0 });
});

it('R33 answers digests and heads', async () => {
  const { data } = await run(
    `{ viewer { id scopes { id access head epoch } } scopeDigest(scope: "${TEAM}") { type count head } }`,
  );
  const head = data.viewer.scopes.find((scope: { id: string }) => scope.id === TEAM)?.head;
  expect(head).toBeGreaterThan(0);
  const delta = await run(`{ noteDelta(scope: "${TEAM}") { at { head epoch } } }`);
  const { at } = delta.data.noteDelta;
  expect(data.viewer.scopes).toContainEqual({ id: TEAM, access: 'WRITE', ...at });
  expect(data.scopeDigest.toSorted((a: Data, b: Data) => (a.type < b.type ? -1 : 1))).toEqual([
    { type: 'Note', count: 3, head },
    { type: 'Notebook', count: 0, head },
  ]);
});
