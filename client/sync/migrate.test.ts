import { expect, test } from 'vitest';
import type { SimulatedNetwork } from '../testing/simulated-network.ts';
import { isIdle, TestWorld, type TestDevice } from '../testing/test-device.ts';
import { testManifest } from '../testing/test-manifest.ts';
import type { AppSchema, StoredEdit } from './engine-options.ts';
import type { Manifest, Values } from './manifest.ts';

const { Note } = testManifest.types;
if (Note === undefined) throw new Error('the test manifest has notes');

const fields = Object.fromEntries(Object.entries(Note.fields).filter(([name]) => name !== 'title'));
/** The next version of the app, and of its server: a note's title is called heading, and is never empty. */
const heading = {
  kind: 'string',
  list: false,
  nullable: false,
  writable: true,
  constraint: { minLength: 1 },
} as const;
const nextManifest: Manifest = {
  ...testManifest,
  types: { ...testManifest.types, Note: { ...Note, fields: { ...fields, heading } } },
};
const nextSchema: AppSchema = {
  version: 2,
  migrations: {
    1: {},
    2: {
      edit: (edit) =>
        edit.type === 'Note' ? { ...edit, values: renamed(edit.values), base: renamed(edit.base) } : edit,
    },
  },
};
const next = { manifest: nextManifest, schema: nextSchema };

function renamed({ title, ...rest }: Values): Values {
  return title === undefined ? rest : { ...rest, heading: title };
}

function notYet(): never {
  throw new Error('not yet');
}

const note = (id: string) => ({ type: 'Note', scope: 'user:ada', id });
const offline = (network: SimulatedNetwork) => network.plug(false);

/** Written by the version before, which is closed now. */
async function withFullOutbox(device: TestDevice, titles: readonly string[]) {
  const { engine } = await device.open({}, offline, { manifest: testManifest });
  for (const [index, title] of titles.entries())
    await engine.write([{ type: 'Note', id: `n${index}`, values: { title } }]);
  expect(engine.status().pending).toBe(titles.length);
  await engine.stop();
}

test('I12 an app that is upgraded with a full outbox sends all of it in its new shape', async () => {
  const world = new TestWorld({ manifest: nextManifest });
  const device = world.device();
  await withFullOutbox(
    device,
    Array.from({ length: 300 }, (_, index) => `title ${index}`),
  );
  const { engine, network } = await device.open({}, offline, next);
  await world.clock.until(() => engine.status().leader);
  await world.clock.pass(0);
  expect(engine.read(note('n7'))).toMatchObject({ state: 'PENDING', values: { heading: 'title 7' } });
  network.plug(true);
  await world.clock.until(isIdle(engine));
  expect(engine.status()).toMatchObject({ failed: 0, pending: 0 });
  for (const index of [0, 7, 299])
    expect(world.server.record('Note', 'user:ada', `n${index}`)).toMatchObject({ heading: `title ${index}` });
  expect([...world.server.executions.values()]).toEqual(Array.from({ length: 300 }, () => 1));
});

test('I12 what cannot be brought over goes to the failed list, by name, and holds up nothing', async () => {
  const world = new TestWorld({ manifest: nextManifest });
  const device = world.device();
  await withFullOutbox(device, ['first', '', 'third', 'fourth']);
  const broken = (edit: StoredEdit) => {
    if (edit.id === 'n2') throw new Error('no idea what this was');
    return nextSchema.migrations[2]?.edit?.(edit) ?? edit;
  };
  const schema = { version: 2, migrations: { 2: { edit: broken } } };
  const { engine } = await device.open({}, undefined, { manifest: nextManifest, schema });
  await world.clock.until(isIdle(engine));
  const failed = engine.failed().map(({ ref, error }) => [ref?.id, error.code, error.message]);
  expect(failed).toEqual([
    ['n1', 'BAD_INPUT', expect.stringContaining('heading')],
    ['n2', 'BAD_INPUT', expect.stringContaining('no idea what this was')],
  ]);
  expect(engine.failed()[1]?.values).toEqual({ title: 'third' });
  expect(world.server.record('Note', 'user:ada', 'n3')).toMatchObject({ heading: 'fourth' });
});

test('I9 a change that has a number keeps its bytes over an upgrade', async () => {
  const world = new TestWorld();
  const device = world.device();
  const { engine, network } = await device.open();
  await world.clock.until(isIdle(engine));
  network.fate = ({ document }) => ({ kind: document.name === 'HoldfastPush' ? 'lost' : 'delivered' });
  await engine.write([{ type: 'Note', id: 'n1', values: { title: 'sent' } }]);
  await world.clock.until(() => world.server.executions.size === 1);
  const [sent] = network.sent.filter(({ name }) => name === 'HoldfastPush');
  await engine.stop();
  // The server still takes the old shape: what it executed is answered from its receipt.
  const later = await device.open({}, undefined, {
    schema: { version: 1, migrations: { 1: { edit: (edit) => ({ ...edit, values: {} }) } } },
  });
  await world.clock.until(isIdle(later.engine));
  const [again] = later.network.sent.filter(({ name }) => name === 'HoldfastPush');
  expect(changesIn(again?.body)).toEqual(changesIn(sent?.body));
  expect([...world.server.executions.values()]).toEqual([1]);
});

const changesIn = (body = '{}') => (JSON.parse(body) as { noteChanges?: unknown }).noteChanges;

test('I12 a tab of the old version sends nothing that one of the new version wrote, and asks to be reloaded', async () => {
  const world = new TestWorld({ manifest: nextManifest });
  const device = world.device();
  const old = await device.open({}, undefined, { manifest: testManifest });
  const fresh = await device.open({}, undefined, next);
  await fresh.engine.ready();
  await fresh.engine.write([{ type: 'Note', id: 'n1', values: { heading: 'new' } }]);
  await world.clock.until(() => old.engine.status().phase === 'upgradeNeeded');
  expect(world.server.record('Note', 'user:ada', 'n1')).toBeUndefined();
  await old.engine.stop();
  await world.clock.until(isIdle(fresh.engine));
  expect(world.server.record('Note', 'user:ada', 'n1')).toMatchObject({ heading: 'new' });
});

test('what an old tab writes after the upgrade is brought over before it is sent', async () => {
  const world = new TestWorld({ manifest: nextManifest });
  const device = world.device();
  const fresh = await device.open({}, undefined, next);
  await world.clock.until(isIdle(fresh.engine));
  const old = await device.open({}, undefined, { manifest: testManifest });
  await old.engine.ready();
  await old.engine.write([{ type: 'Note', id: 'n1', values: { title: 'late' } }]);
  await world.clock.until(() => world.server.executions.size === 1 && fresh.engine.status().pending === 0);
  expect(world.server.record('Note', 'user:ada', 'n1')).toMatchObject({ heading: 'late' });
});

test('a refused change of an earlier version is tried again in the new shape', async () => {
  const world = new TestWorld();
  const device = world.device();
  const { engine } = await device.open({}, offline, { manifest: testManifest });
  await engine.write([{ type: 'Note', id: 'n1', values: { title: 'x' } }]);
  await engine.stop();
  const strict: AppSchema = {
    version: 1,
    migrations: {
      1: {
        edit: notYet,
      },
    },
  };
  const second = await device.open({}, undefined, { schema: strict });
  await world.clock.until(() => second.engine.status().failed === 1);
  await second.engine.stop();
  const better: AppSchema = {
    version: 2,
    migrations: { 2: { edit: (edit) => ({ ...edit, values: { title: 'mended' } }) } },
  };
  const third = await device.open({}, undefined, { schema: better });
  await world.clock.until(() => third.engine.status().leader);
  await third.engine.retry(third.engine.failed()[0]?.change ?? '');
  await world.clock.until(() => third.engine.status().pending === 0);
  expect(world.server.record('Note', 'user:ada', 'n1')).toMatchObject({ title: 'mended' });
});

const PLACE = { name: 'Place', text: 'mutation Place($id: ID!) { place(id: $id) { number } }' };
/** The next version names the variable otherwise, and its document too says so. */
const placeNext = { name: 'Place', text: 'mutation Place($order: ID!) { place(id: $order) { number } }' };
const placing: AppSchema = {
  version: 1,
  migrations: {
    1: {
      operation: ({ name, variables: { id = null } }) => {
        if (name !== 'Place') throw new Error(`there is no ${name} any more`);
        return { ...placeNext, variables: { order: id } };
      },
    },
  },
};
const sentTo = ({ sent }: SimulatedNetwork) => sent.filter(({ name }) => name === 'Place');

test('R32 I12 an operation that an earlier version queued is sent in the shape of this one; what is no more fails by name', async () => {
  const world = new TestWorld();
  world.server.operations.set('Place', ({ variables }) => ({
    place: { number: variables['order'] ?? null },
  }));
  const device = world.device();
  const { engine } = await device.open({}, offline);
  await engine.queue({ name: 'Recall', text: 'mutation Recall { recall }', variables: {} });
  const queued = await engine.queue({ ...PLACE, variables: { id: 'o1' } });
  const change = queued.outcome === 'QUEUED' ? queued.change : '';
  await engine.stop();
  const later = await device.open({}, undefined, { schema: placing });
  expect(await later.engine.settled(change)).toMatchObject({
    outcome: 'APPLIED',
    data: { place: { number: 'o1' } },
  });
  expect(later.engine.failed()).toMatchObject([
    {
      operation: { name: 'Recall', variables: {} },
      error: { code: 'BAD_INPUT', message: expect.stringContaining('no Recall any more') },
    },
  ]);
  expect([...world.server.executions.values()]).toEqual([1]);
});

test('R32 I9 an operation that has a number keeps its bytes over an upgrade', async () => {
  const world = new TestWorld();
  world.server.operations.set('Place', ({ variables }) => ({ place: { number: variables['id'] ?? null } }));
  const device = world.device();
  const { engine, network } = await device.open();
  await world.clock.until(isIdle(engine));
  network.fate = ({ document }) => ({ kind: document.name === 'Place' ? 'lost' : 'delivered' });
  await engine.queue({ ...PLACE, variables: { id: 'o1' } });
  await world.clock.until(() => world.server.executions.size === 1);
  await engine.stop();
  const later = await device.open({}, undefined, {
    schema: { version: 1, migrations: { 1: { operation: notYet } } },
  });
  await world.clock.until(isIdle(later.engine));
  expect(later.engine.failed()).toEqual([]);
  expect(sentTo(later.network).map(({ body }) => body)).toEqual([sentTo(network)[0]?.body]);
  expect([...world.server.executions.values()]).toEqual([1]);
});
