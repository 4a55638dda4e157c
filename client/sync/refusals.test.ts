import { expect, test } from 'vitest';
import { isIdle, synced, TestWorld } from '../testing/test-device.ts';

const OWN = 'user:ada';
const NOTE = { type: 'Note', scope: OWN, id: 'n1' } as const;

test('I16 a 401 renews the token once, then waits for a sign-in, and data stays readable', async () => {
  const { world, engine, network } = await synced();
  await engine.write([{ type: 'Note', id: 'n1', values: { title: 'A' } }]);
  await world.clock.until(isIdle(engine));
  let renewals = 0;
  network.token = () => Promise.resolve(++renewals > 3);
  const refused = { kind: 'answered', status: 401, retryAfterMs: null, body: null } as const;
  network.fate = () => ({ kind: 'answered', answer: refused });
  await engine.write([{ type: 'Note', id: 'n1', values: { title: 'B' } }]);
  await world.clock.until(() => engine.status().phase === 'signedOut');
  expect(renewals).toBe(1);
  expect(engine.list({ type: 'Note' })).toEqual({ status: 'ready', value: [NOTE] });
  expect(engine.read(NOTE)).toMatchObject({ state: 'PENDING', values: { title: 'B' } });
  network.fate = () => ({ kind: 'delivered' });
  await world.clock.until(isIdle(engine));
  expect(world.server.record('Note', OWN, 'n1')).toMatchObject({ title: 'B' });
});

test('I16 a refusal from before a renewal renews nothing again, even when renewing always works', async () => {
  const { world, engine, network } = await synced();
  let renewals = 0;
  network.token = () => Promise.resolve(++renewals > 0);
  const answer = { kind: 'answered', status: 401, retryAfterMs: null, body: null } as const;
  // The first push is refused late: after the token was renewed because of another request, and before that is answered again.
  let held = 0;
  network.fate = ({ document }) => {
    const isHeld = held === 0 ? document.name === 'HoldfastPush' : held === 1 && renewals > 0;
    if (isHeld) held++;
    return { kind: 'answered', answer, isHeld };
  };
  await engine.write([{ type: 'Note', id: 'n1', values: { title: 'A' } }]);
  await world.clock.until(() => held === 1);
  engine.requestPull();
  await world.clock.until(() => held === 2);
  network.release(1);
  await world.clock.until(() => !engine.status().pushing);
  network.release();
  await world.clock.until(() => engine.status().phase === 'signedOut');
  expect(renewals).toBe(1);
});

test('I16 nor does a late refusal of the question for heads, and nobody is asked to sign in for it', async () => {
  const { world, engine, network } = await synced();
  let renewals = 0;
  network.token = () => Promise.resolve(++renewals > 0);
  const answer = { kind: 'answered', status: 401, retryAfterMs: null, body: null } as const;
  let held = 0;
  network.fate = ({ document }) => {
    if (document.name === 'HoldfastHeads' && held++ === 0) return { kind: 'answered', answer, isHeld: true };
    return renewals > 0 ? { kind: 'delivered' } : { kind: 'answered', answer };
  };
  const phases = new Set<string>();
  engine.onStatus(({ phase }) => phases.add(phase));
  engine.requestPull();
  await world.clock.until(() => held === 1);
  await engine.write([{ type: 'Note', id: 'n1', values: { title: 'A' } }]);
  await world.clock.until(() => renewals === 1 && !engine.status().pushing);
  network.release();
  await world.clock.until(isIdle(engine));
  expect(renewals).toBe(1);
  expect(phases).not.toContain('signedOut');
});

test('I25 a server that answers for another user pauses everything and sends nothing', async () => {
  const { world, engine, network } = await synced();
  const body = { errors: [{ message: 'no', extensions: { code: 'WRONG_VIEWER', retry: 'NEVER' } }] };
  network.fate = () => ({
    kind: 'answered',
    answer: { kind: 'answered', status: 200, retryAfterMs: null, body },
  });
  await engine.write([{ type: 'Note', id: 'n1', values: { title: 'A' } }]);
  await world.clock.until(() => engine.status().phase === 'signedOut');
  expect(engine.status()).toMatchObject({ pending: 1, failed: 0 });
});

test('pause holds all traffic, over a reload, until resume', async () => {
  const { world, device, engine, network } = await synced();
  await engine.pause();
  await world.clock.until(() => engine.status().phase === 'paused');
  const before = network.sent.length;
  await engine.write([{ type: 'Note', id: 'n1', values: { title: 'A' } }]);
  await world.clock.pass(120_000);
  expect(network.sent.length).toBe(before);
  await engine.stop();
  const again = await device.open();
  await world.clock.pass(60_000);
  expect(again.network.sent).toEqual([]);
  expect(again.engine.status()).toMatchObject({ phase: 'paused', pending: 1 });
  await again.engine.resume();
  await world.clock.until(isIdle(again.engine));
  expect(world.server.record('Note', OWN, 'n1')).toMatchObject({ title: 'A' });
});

test('a first sync comes in pages, tells its progress, and answers lists when it is complete', async () => {
  const world = new TestWorld();
  for (let index = 0; index < 25; index++)
    world.server.put('Note', OWN, { id: `n${index}`, title: `t${index}` });
  const { engine, network } = await world.device().open({ pageLimit: 10 });
  const progress: unknown[] = [];
  engine.onStatus(
    (status) => status.progress !== null && progress.push(status.progress.done / status.progress.total),
  );
  expect(engine.list({ type: 'Note' })).toEqual({ status: 'loading' });
  await engine.ready();
  expect(engine.count({ type: 'Note' })).toEqual({ status: 'ready', value: 25 });
  const pulls = network.sent.filter((sent) => sent.name === 'HoldfastPull' && sent.body.includes(OWN));
  expect(pulls.length).toBe(3);
  expect(progress.length).toBeGreaterThan(1);
});

test('a device that never synced says so while it is offline', async () => {
  const world = new TestWorld();
  const { engine } = await world.device().open({}, (network) => (network.isPlugged = false));
  await world.clock.pass(1_000);
  expect(engine.list({ type: 'Note' })).toMatchObject({ status: 'error', code: 'NEVER_SYNCED' });
});

test('I12 too large or malformed pushes are split down to the culprit, the rest goes on', async () => {
  const { world, engine, network } = await synced();
  const limit = (body: string) => body.length > 700 || body.includes('poison');
  network.fate = ({ document, variables }) => {
    if (document.name !== 'HoldfastPush' || !limit(JSON.stringify(variables))) return { kind: 'delivered' };
    const isPoison = JSON.stringify(variables).includes('poison');
    const code = isPoison ? 'BAD_USER_INPUT' : 'TOO_LARGE';
    const body = { errors: [{ message: 'no', extensions: { code } }] };
    return {
      kind: 'answered',
      answer: { kind: 'answered', status: isPoison ? 400 : 200, retryAfterMs: null, body },
    };
  };
  const titles = ['a', 'b', 'poison', 'd', 'e', 'x'.repeat(150)];
  await engine.write(
    titles.map((title, index) => ({
      type: 'Note',
      id: `n${index}`,
      values: { title, content: index === 5 ? 'y'.repeat(900) : '' },
    })),
  );
  await world.clock.until(() => engine.status().pending === 0);
  expect(engine.failed().map((failed) => [failed.ref?.id, failed.error.code])).toEqual([
    ['n2', 'BAD_INPUT'],
    ['n5', 'TOO_LARGE'],
  ]);
  expect(world.server.records('Note', OWN).length).toBe(4);
});

test('an old app stops, keeps everything and says so', async () => {
  const { world, engine, network } = await synced();
  const body = { errors: [{ message: 'no', extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } }] };
  network.fate = () => ({
    kind: 'answered',
    answer: { kind: 'answered', status: 400, retryAfterMs: null, body },
  });
  await engine.write([{ type: 'Note', id: 'n1', values: { title: 'A' } }]);
  await world.clock.until(() => engine.status().phase === 'upgradeNeeded');
  expect(engine.status()).toMatchObject({ pending: 1, failed: 0, error: { code: 'UPGRADE_NEEDED' } });
});

test('Retry-After is obeyed, pokes and all', async () => {
  const { world, engine, network } = await synced();
  const answer = { kind: 'answered', status: 429, retryAfterMs: 20_000, body: null } as const;
  network.fate = ({ document }) =>
    document.name === 'HoldfastPush' ? { kind: 'answered', answer } : { kind: 'delivered' };
  await engine.write([{ type: 'Note', id: 'n1', values: { title: 'A' } }]);
  await world.clock.pass(1_000);
  network.fate = () => ({ kind: 'delivered' });
  network.poke(OWN, 99);
  await world.clock.pass(15_000);
  expect(world.server.executions.size).toBe(0);
  await world.clock.pass(6_000);
  expect(world.server.executions.size).toBe(1);
});

test('I13 I7 a power cut loses nothing that was answered QUEUED, and sends no settled change again', async () => {
  const { world, device, engine, network } = await synced();
  await engine.write([{ type: 'Note', id: 'n1', values: { title: 'settled' } }]);
  await world.clock.until(isIdle(engine));
  await engine.write([{ type: 'Note', id: 'n1', values: { title: 'settled too' } }]);
  await world.clock.until(isIdle(engine));
  network.plug(false);
  await engine.write([{ type: 'Note', id: 'n2', values: { title: 'queued' } }]);
  await engine.stop();
  device.database.powerCut();
  const again = await device.open();
  await world.clock.until(isIdle(again.engine));
  expect(again.engine.failed()).toEqual([]);
  expect([...world.server.executions.values()]).toEqual([1, 1, 1]);
  expect(world.server.record('Note', OWN, 'n2')).toMatchObject({ title: 'queued' });
});

test('I13 what was queued last before a power cut is there, and it alone would be lost by a relaxed write', async () => {
  const { world, device, engine, network } = await synced();
  network.plug(false);
  await engine.write([{ type: 'Note', id: 'n1', values: { title: 'last' } }]);
  await engine.stop();
  device.database.powerCut();
  const again = await device.open({}, (next) => (next.isPlugged = false));
  await again.engine.ready();
  await world.clock.pass(10);
  expect(again.engine.pending()).toMatchObject([{ values: { title: 'last' } }]);
});

test('R13 the server may forget receipts only of what the device has settled', async () => {
  const { world, engine, network } = await synced();
  await engine.write([{ type: 'Note', id: 'n1', values: { title: 'A' } }]);
  await world.clock.until(isIdle(engine));
  network.fate = ({ document }) => ({ kind: document.name === 'HoldfastPush' ? 'lost' : 'delivered' });
  await engine.write([{ type: 'Note', id: 'n1', values: { title: 'B' } }]);
  await world.clock.until(() => world.server.executions.size === 2);
  await world.clock.pass(30_000);
  const acknowledged = network.sent
    .filter((sent) => sent.name === 'HoldfastPush')
    .map((sent) => (JSON.parse(sent.body) as { device: { acknowledged: number } }).device.acknowledged);
  expect(acknowledged[0]).toBe(0);
  expect(new Set(acknowledged.slice(1))).toEqual(new Set([1]));
  network.fate = () => ({ kind: 'delivered' });
  await world.clock.until(isIdle(engine));
  expect(engine.failed()).toEqual([]);
});

test('I9 a number that went out is known after a power cut: a later edit does not take it', async () => {
  const { world, device, engine, network } = await synced();
  network.fate = ({ document }) => ({ kind: document.name === 'HoldfastPush' ? 'lost' : 'delivered' });
  await engine.write([{ type: 'Note', id: 'n1', values: { title: 'A' } }]);
  await world.clock.until(() => world.server.executions.size === 1);
  await engine.stop();
  device.database.powerCut();
  const again = await device.open({}, (next) => (next.isPlugged = false));
  await again.engine.write([{ type: 'Note', id: 'n1', values: { title: 'B' } }]);
  again.network.plug(true);
  await world.clock.until(isIdle(again.engine));
  expect(again.engine.failed()).toEqual([]);
  expect(world.server.record('Note', OWN, 'n1')).toMatchObject({ title: 'B', version: 2 });
});

test('R13 what the server was told to forget is settled after a power cut too', async () => {
  const { world, device, engine, network } = await synced();
  network.fate = ({ document, variables }) => {
    const changes = variables['noteChanges'];
    if (document.name !== 'HoldfastPush' || !Array.isArray(changes)) return { kind: 'delivered' };
    const answer = { kind: 'answered', status: 413, retryAfterMs: null, body: null } as const;
    if (changes.length > 1) return { kind: 'answered', answer };
    return { kind: JSON.stringify(changes).includes('second') ? 'lost' : 'delivered' };
  };
  await engine.write([
    { type: 'Note', id: 'n1', values: { title: 'first' } },
    { type: 'Note', id: 'n2', values: { title: 'second' } },
  ]);
  await world.clock.until(() => world.server.executions.size === 2);
  await engine.stop();
  device.database.powerCut();
  const again = await device.open();
  await world.clock.until(isIdle(again.engine));
  expect(again.engine.failed()).toEqual([]);
  expect([...world.server.executions.values()]).toEqual([1, 1]);
  await again.engine.write([{ type: 'Note', id: 'n3', values: { title: 'third' } }]);
  await world.clock.until(isIdle(again.engine));
  // Another device id would say that a number was sent again which the server had forgotten.
  const pushes = [...network.sent, ...again.network.sent].filter((sent) => sent.name === 'HoldfastPush');
  const devices = pushes.map((sent) => (JSON.parse(sent.body) as { device: { id: string } }).device.id);
  expect(new Set(devices).size).toBe(1);
});
