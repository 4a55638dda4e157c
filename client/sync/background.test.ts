import { expect, test } from 'vitest';
import { isIdle, TestWorld } from '../testing/test-device.ts';
import type { BackgroundFlush } from './ports.ts';

/** A worker that counts how often it was asked. */
function countingWorker() {
  const listeners = new Set<() => void>();
  const worker = {
    state: 'off' as BackgroundFlush['state'],
    requests: 0,
    renewals: 0,
    listen: (listener: () => void) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    request: (isRenewal: boolean) => {
      worker.requests++;
      if (isRenewal) worker.renewals++;
    },
    become: (state: BackgroundFlush['state']) => {
      worker.state = state;
      listeners.forEach((listener) => listener());
    },
  };
  return worker;
}

async function opened() {
  const world = new TestWorld();
  const worker = countingWorker();
  const { engine, network } = await world.device().open({}, undefined, { ports: { background: worker } });
  await world.clock.until(isIdle(engine));
  return { world, worker, engine, network };
}

const EDIT = { type: 'Note', id: 'n1', values: { title: 'unsent' } } as const;

test('I16 unsent work that cannot be sent now is left to the worker, asked for once', async () => {
  const { world, worker, engine, network } = await opened();
  network.plug(false);
  await world.clock.pass(100_000);
  expect(worker.requests).toBe(0);
  await engine.write([EDIT]);
  await engine.write([{ ...EDIT, id: 'n2' }]);
  await world.clock.pass(100_000);
  expect(worker.requests).toBe(1);
  network.plug(true);
  await world.clock.until(isIdle(engine));
  network.plug(false);
  await engine.write([EDIT, { ...EDIT, values: { title: 'again' } }]);
  await world.clock.pass(1_000);
  expect(worker.requests).toBe(2);
  // Another page may have asked before, and this one is in no hurry.
  expect(worker.renewals).toBe(2);
});

test('a page that hides with unsent work asks the worker, each time; one without does not', async () => {
  const { world, worker, engine, network } = await opened();
  network.tell('hidden');
  expect(worker.requests).toBe(0);
  network.fate = () => ({ kind: 'held' });
  await engine.write([EDIT]);
  network.tell('hidden');
  network.tell('hidden');
  expect([worker.requests, worker.renewals]).toEqual([2, 1]);
  await engine.pause();
  network.tell('hidden');
  expect(worker.requests).toBe(2);
  await engine.resume();
  await world.clock.pass(0);
  await engine.stop();
  network.tell('hidden');
  expect(worker.requests).toBe(2);
});

test('what waits for a person is nothing to ask for, and no reason to take a new wish for an old one', async () => {
  const { world, worker, engine, network } = await opened();
  network.plug(false);
  await engine.write([{ ...EDIT, values: { title: 'x', notebookId: 'nowhere' } }]);
  await world.clock.pass(10_000);
  network.plug(true);
  await world.clock.until(() => engine.failed().length === 1);
  await engine.write([EDIT]);
  await world.clock.pass(100_000);
  expect(engine.status()).toMatchObject({ failed: 1, pending: 1 });
  const before = worker.requests;
  network.tell('hidden');
  expect(worker.requests).toBe(before);
  const [requests, renewals] = [worker.requests, worker.renewals];
  const writing = engine.write([{ ...EDIT, id: 'n2' }]);
  network.tell('hidden');
  await writing;
  network.tell('hidden');
  expect(worker.requests).toBeGreaterThan(requests);
  expect(worker.renewals).toBeLessThan(renewals + (worker.requests - requests));
});

test('the status says whether the browser flushes with the app closed, as soon as it is known', async () => {
  const { world, worker, engine } = await opened();
  const told: string[] = [];
  engine.onStatus(({ backgroundSync }) => told.push(backgroundSync));
  for (const state of ['on', 'unsupported'] as const) {
    worker.become(state);
    await world.clock.pass(0);
  }
  expect(told).toEqual(['on', 'unsupported']);
  expect(engine.status().backgroundSync).toBe('unsupported');
});
