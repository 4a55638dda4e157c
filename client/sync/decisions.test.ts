import { expect, test } from 'vitest';
import { isIdle, synced, TestWorld } from '../testing/test-device.ts';
import { testManifest } from '../testing/test-manifest.ts';
import type { FieldManifest, Manifest } from './manifest.ts';

const OWN = 'user:ada';
const CARD = { type: 'Card', scope: OWN, id: 'c1' } as const;

/** Cards wait for a person's decision about their colour; their text may have a merger. */
function manifestWith(field: Partial<FieldManifest>): Manifest {
  const card = testManifest.types['Card'];
  const text = card?.fields['text'];
  if (card === undefined || text === undefined) throw new Error('The test manifest has no Card');
  const fields = { text: { ...text, ...field }, color: text };
  return { ...testManifest, types: { ...testManifest.types, Card: { ...card, fields } } };
}

/** A conflict about one card: both sides gave it a text and a colour of their own (R22: one undecided field keeps all open). */
async function conflict(field: Partial<FieldManifest>, yours: string, theirs: string) {
  const tab = await synced(new TestWorld({ manifest: manifestWith(field) }));
  const { world, engine, network } = tab;
  await engine.write([{ type: 'Card', id: 'c1', values: { text: 'one\ntwo\nthree' } }]);
  await world.clock.until(isIdle(engine));
  network.plug(false);
  await engine.write([{ type: 'Card', id: 'c1', values: { text: yours, color: 'red' } }]);
  world.server.put('Card', OWN, { id: 'c1', text: theirs, color: 'blue' });
  network.plug(true);
  await world.clock.until(() => engine.status().conflicts === 1 && isIdle(engine)());
  return tab;
}

test('I12 R22 deciding for yours keeps what theirs added elsewhere in a text, and the server takes it as it stands', async () => {
  const { world, engine } = await conflict({ merger: 'text' }, 'ONE\ntwo\nthree', 'one\ntwo\nTHREE\nfour');
  expect(engine.read(CARD)?.values['text']).toBe('ONE\ntwo\nthree');
  await engine.resolve(CARD, 'yours');
  expect(engine.read(CARD)?.values['text']).toBe('ONE\ntwo\nTHREE\nfour');
  await world.clock.until(isIdle(engine));
  expect(engine.conflicts()).toEqual([]);
  expect(world.server.record('Card', OWN, 'c1')).toMatchObject({
    text: 'ONE\ntwo\nTHREE\nfour',
    color: 'red',
  });
});

test('I12 deciding for yours keeps yours alone when both together would not be allowed', async () => {
  const { engine } = await conflict(
    { merger: 'text', constraint: { maxLength: 16 } },
    'ONE\ntwo\nthree',
    'one\ntwo\nthree\nfour',
  );
  await engine.resolve(CARD, 'yours');
  expect(engine.read(CARD)?.values['text']).toBe('ONE\ntwo\nthree');
});

test('I12 deciding for yours without a merger replaces theirs', async () => {
  const { engine } = await conflict({}, 'ONE\ntwo\nthree', 'one\ntwo\nTHREE');
  await engine.resolve(CARD, 'yours');
  expect(engine.read(CARD)?.values['text']).toBe('ONE\ntwo\nthree');
});

test('I10 I15 an operation that waited for a decision runs on what was decided', async () => {
  const tab = await synced(new TestWorld());
  const { world, engine, network } = tab;
  const seen: unknown[] = [];
  world.server.operations.set('Place', ({ scope }) => {
    seen.push(world.server.record('Card', scope, 'c1')?.['text']);
    return null;
  });
  await engine.write([{ type: 'Card', id: 'c1', values: { text: 'four' } }]);
  await world.clock.until(isIdle(engine));
  network.plug(false);
  await engine.write([{ type: 'Card', id: 'c1', values: { text: 'three' } }]);
  await engine.queue({
    name: 'Place',
    text: 'mutation Place($id: ID!) { place(id: $id) }',
    variables: { id: 'c1' },
  });
  world.server.put('Card', OWN, { id: 'c1', text: 'five' });
  network.plug(true);
  await world.clock.until(() => engine.status().conflicts === 1);
  await engine.resolve(CARD, 'yours');
  await world.clock.until(isIdle(engine));
  expect(seen).toEqual(['three']);
});
