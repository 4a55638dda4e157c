import { check, checkTypes } from '../check.ts';
import { expectEqual, expectThat, NotObservable, spell } from '../expect.ts';
import type { Check } from '../check.ts';
import { editableFields, requiredValues, sampleValue } from '../sample-values.ts';
import { readPush } from '../test-device.ts';
import type { Sent } from '../test-device.ts';
import type { TypeInUse, World } from '../world.ts';
import { itemAt, pageOf } from '../world.ts';
import { codeOf } from '../wire.ts';
import type { WireResult } from '../wire.ts';

function creation(world: World, type: TypeInUse) {
  return { type: type.name, id: world.recordId(type), values: requiredValues(type) };
}

/** What a repeated answer has to share with the first one. */
function stored({ id, seq, outcome, conflicts, error }: WireResult): object {
  return { id, seq, outcome, conflicts, error };
}

async function replays(world: World, type: TypeInUse): Promise<void> {
  const device = world.device(type.place);
  const bad = { type: type.name, id: 'not an id!', values: requiredValues(type) };
  const first = await device.push([creation(world, type), bad]);
  const again = await device.send(first);
  expectEqual(again.results.map(stored), first.results.map(stored), 'the outcomes of a repeated push');
  expectEqual(
    first.results.map(({ replayed }) => replayed),
    [false, false],
    'replayed, at first',
  );
  expectEqual(
    again.results.map(({ replayed }) => replayed),
    [true, true],
    'replayed, when repeated',
  );
  expectEqual(itemAt(again.results, 0).record, itemAt(first.results, 0).record, 'the record of a replay');
}

async function replaysInParallel(world: World, type: TypeInUse): Promise<void> {
  const device = world.device(type.place);
  const sent = device.prepare([creation(world, type)]);
  const answers = await Promise.all(Array.from({ length: 5 }, () => device.send(sent)));
  const results = answers.map((answer) => itemAt(answer.results, 0));
  expectEqual(results.filter(({ replayed }) => !replayed).length, 1, 'how many of five copies were executed');
  expectEqual(
    new Set(results.map(({ record }) => record?.version)).size,
    1,
    'the number of versions answered',
  );
}

async function replaysTheLatest(world: World, type: TypeInUse): Promise<void> {
  const field = itemAt(editableFields(type, 2), 0);
  const device = world.device(type.place);
  const pushed = await device.push([creation(world, type)]);
  const record = itemAt(pushed.results, 0).record;
  expectThat(record !== null, 'a creation answers no record');
  const value = [0, 1].map((n) => sampleValue(field, n)).find((n) => spell(n) !== spell(record[field.name]));
  const edit = { base: { [field.name]: record[field.name] }, values: { [field.name]: value } };
  const edited = await device.change({ type: type.name, id: record.id, version: record.version, ...edit });
  const again = await device.send(pushed);
  expectEqual(itemAt(again.results, 0).record, edited.record, 'the record of a replay, after a later edit');
}

/** The same number, a payload that differs. */
async function noticesReuse(world: World, type: TypeInUse): Promise<void> {
  const device = world.device(type.place);
  const { changes } = await device.push([creation(world, type)]);
  const other = await device.change({ ...creation(world, type), seq: 1 });
  expectEqual(
    [other.outcome, other.error?.code],
    ['REJECTED', 'SEQ_REUSED'],
    'the outcome of a reused number',
  );
  expectEqual(other.record, null, 'what a reused number has written');
  const sorted = { ...itemAt(changes, 0), values: reversed(itemAt(changes, 0).values ?? {}), seq: 1 };
  const same = await device.change(sorted);
  expectEqual(
    [same.outcome, same.replayed],
    ['APPLIED', true],
    'the same change with its keys in another order',
  );
}

function reversed(values: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(values).reverse());
}

async function refusesStale(world: World, type: TypeInUse): Promise<void> {
  const device = world.device(type.place);
  const gap = await device.change({ ...creation(world, type), seq: 7 });
  expectEqual(gap.outcome, 'APPLIED', 'the outcome of a number after a gap');
  const stale = await device.change({ ...creation(world, type), seq: 3 });
  expectEqual(
    [stale.error?.code, stale.record],
    ['STALE_SEQ', null],
    'code and record of a number in the gap',
  );
  const page = await world.pull(type.place, await world.checkpoint(type.place), { device: device.id });
  expectEqual(pageOf(page, type).at.executed, 7, 'at.executed after a stale number');
}

async function wantsRisingNumbers(world: World, type: TypeInUse): Promise<void> {
  for (const seqs of [
    [2, 1],
    [1, 1],
  ]) {
    const device = world.device(type.place);
    const sent = device.prepare(seqs.map((seq) => ({ ...creation(world, type), seq })));
    const answer = await device.try(sent);
    expectEqual(codeOf(answer), 'BAD_INPUT', `the code of a push with the numbers ${seqs.join(', ')}`);
  }
}

async function countsPerScope(world: World): Promise<void> {
  const type = world.types.find(({ scope }) => scope === undefined);
  const { actor, scope } = type?.place ?? itemAt(world.types, 0).place;
  const other = actor.scopes.find(({ id, access }) => id !== scope && access === 'WRITE');
  if (type === undefined || other === undefined)
    throw new NotObservable('needs a token that may write in two scopes');
  const elsewhere = { ...type, place: { actor, scope: other.id } };
  const here = world.device(type.place);
  await here.change({ ...creation(world, type), seq: 9 });
  const sent: Sent = here.prepare([{ ...creation(world, elsewhere), seq: 1 }]);
  const answer = await here.try({ ...sent, variables: { ...sent.variables, scope: other.id } });
  const { results } = readPush(answer, sent.changes);
  expectEqual(itemAt(results, 0).outcome, 'APPLIED', 'the outcome of number 1 in another scope');
}

async function needsWriteAccess(world: World): Promise<void> {
  for (const actor of [world.actor, ...world.others]) {
    const scope = actor.scopes.find(({ access }) => access === 'READ')?.id;
    const type = world.types.find((candidate) => scope && (candidate.scope ?? scope) === scope);
    if (scope === undefined || type === undefined) continue;
    const place = { actor, scope };
    const device = world.device(place);
    const sent = device.prepare([{ type: type.name, id: world.freshId(), values: requiredValues(type) }]);
    const result = itemAt((await device.send(sent)).results, 0);
    expectEqual(result.error?.code, 'SCOPE_FORBIDDEN', 'the code of a change without WRITE access');
    const page = await world.pull(place, await world.checkpoint(place), { device: device.id });
    expectEqual(pageOf(page, type).at.executed, 0, 'at.executed after a change without access');
    return;
  }
  throw new NotObservable('needs a token with a scope that it may only read');
}

async function keepsReceipts(world: World, type: TypeInUse): Promise<void> {
  const device = world.device(type.place);
  const first = await device.push([creation(world, type)]);
  const second = await device.push([creation(world, type)]);
  await device.push([creation(world, type)], { acknowledged: 1 });
  const kept = itemAt((await device.send(second)).results, 0);
  expectEqual(kept.replayed, true, 'replayed, of a number that was not acknowledged');
  const old = itemAt((await device.send(first)).results, 0);
  expectThat(
    old.replayed || old.error?.code === 'STALE_SEQ',
    `an acknowledged number is executed again: ${spell(old)}`,
  );
}

export const exactlyOnceChecks: readonly Check[] = [
  checkTypes('R12', 'a repeated number gets its stored outcome, refusals included', replays),
  checkTypes('R12', 'of copies that arrive together one is executed', replaysInParallel),
  checkTypes('R12', 'a replay shows the record as it is now', replaysTheLatest),
  checkTypes('R12', 'a number belongs to one payload, whatever the order of its keys', noticesReuse),
  checkTypes('R12', 'gaps are legal, and a number in a gap is stale', refusesStale),
  checkTypes('R12', 'numbers rise within a push', wantsRisingNumbers),
  check('R12', 'each scope has a number line of its own', countsPerScope),
  check('R12', 'without WRITE access a change is refused and leaves no receipt', needsWriteAccess),
  checkTypes('R13', 'receipts that are not acknowledged are kept', keepsReceipts),
];
