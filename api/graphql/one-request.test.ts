import { execute, parse, subscribe } from 'graphql';
import type { ExecutionResult } from 'graphql';
import { expect, it } from 'vitest';
import { Note } from '../domain/note.ts';
import { Notebook } from '../domain/notebook.ts';
import { defineEntities } from '../entity/define-entities.ts';
import type {
  DeltaPage,
  DeltaRequest,
  ListRequest,
  PushRequest,
  RecordKey,
  RecordView,
  ScopeHead,
  SyncEngine,
  Viewer,
} from '../sync/model.ts';
import { buildHoldfastSchema } from './build-schema.ts';
import type { GraphqlContext } from './context.ts';
import { syncDocuments } from './sync-documents.ts';

const entities = defineEntities([Note, Notebook]);
const schema = buildHoldfastSchema({ entities });

const viewer: Viewer = {
  id: 'ada',
  name: 'Ada',
  ownScope: 'user:ada',
  scopes: [{ id: 'user:ada', access: 'WRITE' }],
};

const page: DeltaPage = {
  records: [],
  cursor: 'c1',
  hasMore: false,
  reset: false,
  at: { epoch: 'e1', position: 3, floor: null, head: 3, executed: 2 },
};

const note = (id: string, notebookId: string | null): RecordView => ({
  id,
  scope: 'user:ada',
  version: 1,
  createdAt: '2026-01-31T12:00:00.000Z',
  updatedAt: '2026-01-31T12:00:00.000Z',
  deletedAt: null,
  title: `title of ${id}`,
  content: '',
  tags: [],
  pinned: false,
  notebookId,
});

/** A SyncEngine that writes down what the schema asks of it: what the tests here are about is the asking. */
class RecordingEngine implements SyncEngine {
  readonly pushes: PushRequest[] = [];
  readonly deltaRequests: DeltaRequest[] = [];
  readonly lists: ListRequest[] = [];
  readonly keys: (readonly RecordKey[])[] = [];

  push(request: PushRequest) {
    this.pushes.push(request);
    const results = request.fields.map(({ changes }) =>
      changes.map(({ id, seq }) => ({
        id,
        seq: seq ?? null,
        outcome: 'APPLIED' as const,
        replayed: false,
        record: note(id, null),
        conflicts: [],
        error: null,
      })),
    );
    return Promise.resolve({ epoch: 'e1', scope: 'user:ada', results });
  }

  deltas(request: DeltaRequest) {
    this.deltaRequests.push(request);
    return Promise.resolve(request.fields.map(({ type }) => ({ ...page, cursor: `after ${type}` })));
  }

  list(request: ListRequest) {
    this.lists.push(request);
    return Promise.resolve([note('n1', 'b1'), note('n2', 'b2'), note('n3', 'b1'), note('n4', null)]);
  }

  count() {
    return Promise.resolve(4);
  }

  records(_viewer: Viewer, _type: string, keys: readonly RecordKey[]) {
    this.keys.push(keys);
    return Promise.resolve(keys.map(({ id }) => ({ ...note(id, null), name: `name of ${id}` })));
  }

  heads() {
    return Promise.resolve([{ id: 'user:ada', access: 'WRITE' as const, head: 3, epoch: 'e1' }]);
  }

  digest() {
    return Promise.resolve([{ type: 'Note', count: 1, sha256: 'ab', head: 3 }]);
  }
}

function contextOf(engine: SyncEngine): GraphqlContext {
  const heads = async function* (scopes: readonly string[] | undefined): AsyncIterable<ScopeHead> {
    yield await Promise.resolve({ scope: scopes?.[0] ?? 'all', head: 4, accessChanged: false });
  };
  return { viewer, engine, heads, requestId: 'r1' };
}

async function run(text: string, variables: Readonly<Record<string, unknown>> = {}) {
  const engine = new RecordingEngine();
  const answer = await execute({
    schema,
    document: parse(text),
    contextValue: contextOf(engine),
    variableValues: variables,
  });
  return { engine, ...answer };
}

const device = { id: 'd1', sentAt: '2026-01-31T12:00:00.000Z' };

it('R10 makes one push of all upsert fields of an operation, fragments and aliases included', async () => {
  const { engine, errors, data } = await run(
    `mutation ($no: Boolean!) {
      first: upsertNotes(changes: [{ id: "n1", title: "one" }]) { results { id } }
      ...rest
      out: upsertNotes(changes: []) @include(if: $no) { epoch }
      left: upsertNotebooks(changes: []) @skip(if: true) { epoch }
    }
    fragment rest on Mutation {
      ... { second: upsertNotes(scope: "team:demo", changes: [{ id: "n2" }, { id: "n3" }]) { results { id } } }
      ... on Mutation { upsertNotebooks(changes: [{ id: "b1", name: "book" }]) { results { id outcome } } }
    }`,
    { no: false },
  );
  expect(errors).toBeUndefined();
  expect(
    engine.pushes.map(({ fields }) =>
      fields.map(({ type, scope, changes }) => [type, scope, changes.length]),
    ),
  ).toEqual([
    [
      ['Note', undefined, 1],
      ['Note', 'team:demo', 2],
      ['Notebook', undefined, 1],
    ],
  ]);
  expect(data).toEqual({
    first: { results: [{ id: 'n1' }] },
    second: { results: [{ id: 'n2' }, { id: 'n3' }] },
    upsertNotebooks: { results: [{ id: 'b1', outcome: 'APPLIED' }] },
  });
});

it('R2 reads all delta fields of a query in one request to the engine', async () => {
  const { engine, errors, data } = await run(
    `{
      noteDelta(since: "c0", limit: 7, device: "d1") { cursor }
      again: noteDelta(scope: "team:demo") { cursor at { executed } }
      notebookDelta { cursor }
    }`,
  );
  expect(errors).toBeUndefined();
  expect(engine.deltaRequests.map(({ fields }) => fields)).toEqual([
    [
      { type: 'Note', scope: undefined, since: 'c0', limit: 7, device: 'd1' },
      { type: 'Note', scope: 'team:demo', since: undefined, limit: 1000, device: undefined },
      { type: 'Notebook', scope: undefined, since: undefined, limit: 1000, device: undefined },
    ],
  ]);
  expect(data).toMatchObject({ again: { at: { executed: 2 } }, notebookDelta: { cursor: 'after Notebook' } });
});

it('R2 reads the deltas of all payloads in one request after the push, for the device that pushed', async () => {
  const { push } = syncDocuments(entities);
  const { engine, errors, data } = await run(push.text, {
    scope: 'team:demo',
    device,
    withDelta: true,
    limit: 10,
    noteChanges: [{ id: 'n1', seq: 1 }],
    notebookChanges: [],
    noteSince: 'c0',
  });
  expect(errors).toBeUndefined();
  expect(engine.pushes.length).toBe(1);
  expect(engine.deltaRequests.map(({ fields }) => fields)).toEqual([
    [
      { type: 'Note', scope: 'team:demo', since: 'c0', limit: 10, device: 'd1' },
      { type: 'Notebook', scope: 'team:demo', since: undefined, limit: 10, device: 'd1' },
    ],
  ]);
  expect(data).toMatchObject({ Note: { delta: { cursor: 'after Note' } }, Notebook: { results: [] } });
});

it('reads no delta when the push does not ask for one', async () => {
  const { push } = syncDocuments(entities);
  const variables = { device, withDelta: false, noteChanges: [], notebookChanges: [] };
  const { engine, errors } = await run(push.text, variables);
  expect(errors).toBeUndefined();
  expect([engine.pushes.length, engine.deltaRequests.length]).toEqual([1, 0]);
});

it('R12 keeps an absent field absent, null as null, and the payload as it was received', async () => {
  const change = {
    id: 'n1',
    version: 0,
    base: { notebookId: null, title: 'old' },
    seq: 3,
    editedAt: '2026-01-31T12:00:01.000Z',
    title: 'new',
    notebookId: null,
  };
  const text = `mutation ($device: DeviceInput, $changes: [NoteUpsert!]!) {
    upsertNotes(device: $device, changes: $changes) { epoch }
  }`;
  const { engine } = await run(text, { device: { ...device, acknowledged: 2 }, changes: [change] });
  const [field] = engine.pushes[0]?.fields ?? [];
  expect(field?.device).toEqual({
    id: 'd1',
    epoch: undefined,
    sentAt: Date.parse('2026-01-31T12:00:00.000Z'),
    acknowledged: 2,
  });
  expect(field?.changes).toEqual([
    {
      id: 'n1',
      version: 0,
      epoch: undefined,
      base: { notebookId: null, title: 'old' },
      seq: 3,
      editedAt: Date.parse('2026-01-31T12:00:01.000Z'),
      group: undefined,
      deleted: undefined,
      values: { title: 'new', notebookId: null },
      payload: change,
    },
  ]);
  expect(Object.keys(field?.changes[0]?.values ?? {})).toEqual(['title', 'notebookId']);
  expect(JSON.stringify(field?.changes[0]?.payload)).not.toContain('content');
});

it('gives each execution of one parsed document a push of its own', async () => {
  const document = parse('mutation { upsertNotes(changes: [{ id: "n1" }]) { epoch } }');
  const engine = new RecordingEngine();
  await execute({ schema, document, contextValue: contextOf(engine) });
  await execute({ schema, document, contextValue: contextOf(engine) });
  expect(engine.pushes.length).toBe(2);
});

it('reads the records that a list refers to in one request, each of them once', async () => {
  const { engine, errors, data } = await run('{ notes { id notebook { id name } } }');
  expect(errors).toBeUndefined();
  expect(engine.keys).toEqual([
    [
      { scope: 'user:ada', id: 'b1' },
      { scope: 'user:ada', id: 'b2' },
    ],
  ]);
  const names = (data?.['notes'] as { notebook: { name: string } | null }[]).map((one) => one.notebook?.name);
  expect(names).toEqual(['name of b1', 'name of b2', 'name of b1', undefined]);
});

it('hands filter and order to the engine as they were written, and clamps limit and offset', async () => {
  const { engine, errors } = await run(
    `{ notes(
      scopes: ["team:demo"]
      filter: { or: [{ title: { contains: "a" } }, { not: { notebookId: { eq: null } } }], tags: { contains: "x" } }
      orderBy: [{ field: title }, { field: createdAt, direction: DESC }]
      limit: 99999
      offset: -1
    ) { id } }`,
  );
  expect(errors).toBeUndefined();
  const [{ filter, ...rest } = { filter: undefined }] = engine.lists;
  expect(JSON.parse(JSON.stringify(filter))).toEqual({
    or: [{ title: { contains: 'a' } }, { not: { notebookId: { eq: null } } }],
    tags: { contains: 'x' },
  });
  expect(rest).toMatchObject({
    type: 'Note',
    scopes: ['team:demo'],
    orderBy: [
      { field: 'title', direction: 'ASC' },
      { field: 'createdAt', direction: 'DESC' },
    ],
    limit: 1000,
    offset: 0,
  });
});

it('lists the last changed first unless asked otherwise', async () => {
  const { engine } = await run('{ notes { id } }');
  expect(engine.lists[0]).toMatchObject({ orderBy: [{ field: 'updatedAt', direction: 'DESC' }], limit: 50 });
});

it("looks for a single record in the viewer's own scope unless told another", async () => {
  const { engine } = await run('{ note(id: "n1") { id } other: note(scope: "team:demo", id: "n1") { id } }');
  expect(engine.keys).toEqual([
    [
      { scope: 'user:ada', id: 'n1' },
      { scope: 'team:demo', id: 'n1' },
    ],
  ]);
});

it('answers who asks, with the heads of the scopes, and digests', async () => {
  const { heads } = syncDocuments(entities);
  const { data } = await run(heads.text);
  expect(data).toEqual({
    viewer: { id: 'ada', name: 'Ada', scopes: [{ id: 'user:ada', access: 'WRITE', head: 3, epoch: 'e1' }] },
  });
  const { data: digest } = await run('{ scopeDigest(scope: "user:ada") { type count sha256 head } }');
  expect(digest).toEqual({ scopeDigest: [{ type: 'Note', count: 1, sha256: 'ab', head: 3 }] });
});

it('R30 streams scope heads from the context', async () => {
  const { pokes } = syncDocuments(entities);
  const stream = await subscribe({
    schema,
    document: parse(pokes.text),
    contextValue: contextOf(new RecordingEngine()),
    variableValues: { scopes: ['team:demo'] },
  });
  const answers: ExecutionResult[] = [];
  for await (const answer of stream as AsyncGenerator<ExecutionResult>) {
    answers.push(answer);
  }
  expect(answers).toEqual([{ data: { scopeHeads: { scope: 'team:demo', head: 4, accessChanged: false } } }]);
});
