import { check, checkTypes } from '../check.ts';
import { expectEqual, expectThat, spell } from '../expect.ts';
import type { Check } from '../check.ts';
import { plainField, requiredValues, sampleValue } from '../sample-values.ts';
import { spellChange } from '../test-device.ts';
import type { TypeInUse, World } from '../world.ts';
import { itemAt, pageOf } from '../world.ts';
import { camelCase, codeOf, dataOf, pascalCase } from '../wire.ts';
import type { WireResult } from '../wire.ts';

const BAD_ID = 'not an id!';

/** A creation by name, for changes that stand beside others. */
function creation(world: World, type: TypeInUse) {
  return { type: type.name, id: world.recordId(type), values: requiredValues(type) };
}

async function isOneTransaction(world: World): Promise<void> {
  const [one, two] = world.neighbours();
  const device = world.device(one.place);
  const changes = [creation(world, one), creation(world, two), creation(world, one), creation(world, two)];
  const { results } = await device.push(changes);
  const versions = results.map(({ record }) => record?.version ?? 0).sort((a, b) => a - b);
  expectEqual(new Set(versions).size, 4, 'the number of positions that four records got');
  expectEqual(itemAt(versions, 3) - itemAt(versions, 0), 3, 'the span of the positions of one push of four');
}

async function writesOnce(world: World, type: TypeInUse): Promise<void> {
  const field = plainField(type);
  const device = world.device(type.place);
  const before = await world.create(device, type, { [field.name]: sampleValue(field, 0) });
  const edits = [1, 2].map((n) => ({
    type: type.name,
    id: before.id,
    version: before.version,
    base: { [field.name]: sampleValue(field, n - 1) },
    values: { [field.name]: sampleValue(field, n) },
  }));
  const { results } = await device.push([itemAt(edits, 0), creation(world, type), itemAt(edits, 1)]);
  const [first, , last] = results;
  expectEqual(first?.record, last?.record, 'the record in the results of two edits of it in one push');
  expectEqual(last?.record?.[field.name], sampleValue(field, 2), `${field.name} after the push`);
}

async function refusesTwoScopes(world: World): Promise<void> {
  const type = itemAt(world.types, 0);
  const { actor, scope } = type.place;
  const other =
    actor.scopes.find(({ id, access }) => id !== scope && access === 'WRITE')?.id ?? `${scope}-other`;
  const field = `upsert${pascalCase(type.plural)}`;
  const document = {
    name: 'Two',
    text: `mutation Two($a: [${type.name}Upsert!]!, $b: [${type.name}Upsert!]!, $one: ID, $two: ID) {
      a: ${field}(scope: $one, changes: $a) { epoch }
      b: ${field}(scope: $two, changes: $b) { epoch }
    }`,
  };
  const made = { id: world.recordId(type), values: requiredValues(type) };
  const variables = { a: [spellChange(made)], b: [], one: scope, two: other };
  const answer = await world.wire.send(actor, { query: document.text, variables });
  expectEqual(codeOf(answer), 'BAD_INPUT', 'the code of a push that names two scopes');
  await expectUnwritten(world, type, made.id);
}

/** Nothing at all is known of a record: its deletion has nothing to delete. */
async function expectUnwritten(world: World, type: TypeInUse, id: string): Promise<void> {
  const { record } = await world
    .device(type.place)
    .change({ type: type.name, id, version: 0, deleted: true });
  expectEqual(record, null, 'what a refused operation has written');
}

async function acceptsNothing(world: World): Promise<void> {
  const { place } = itemAt(world.types, 0);
  const data = dataOf(await world.wire.push(place.actor, { scope: place.scope }));
  for (const payload of Object.values(data) as readonly { readonly results: readonly unknown[] }[]) {
    expectEqual(payload.results, [], 'the results of a push without changes');
  }
}

async function refusesOtherEpoch(world: World): Promise<void> {
  const type = itemAt(world.types, 0);
  const device = world.device(type.place);
  const sent = device.prepare([creation(world, type)], { epoch: '0-no-such-epoch' });
  const answer = await device.try(sent);
  expectEqual(
    [codeOf(answer), answer.body.errors?.[0]?.extensions?.retry],
    ['EPOCH_CHANGED', 'NOW'],
    'code and retry of a push that names another epoch',
  );
  await expectUnwritten(world, type, itemAt(sent.changes, 0).id);
}

async function answersTheEpoch(world: World, type: TypeInUse): Promise<void> {
  const device = world.device(type.place);
  const since = await world.checkpoint(type.place);
  const { epoch } = pageOf(await world.pull(type.place, since), type).at;
  const pushed = await device.push([creation(world, type)], { epoch, since });
  expectEqual(pushed.epoch, epoch, 'the epoch of a push');
  const delta = pageOf(pushed.deltas, type);
  const { record } = itemAt(pushed.results, 0);
  expectThat(
    delta.records.some(({ id, version }) => id === record?.id && version === record.version),
    'the delta in the payload does not hold what was pushed',
  );
}

async function refusesOne(world: World, type: TypeInUse): Promise<void> {
  const device = world.device(type.place);
  const good = [creation(world, type), creation(world, type)];
  const bad = { type: type.name, id: BAD_ID, values: requiredValues(type) };
  const { results } = await device.push([itemAt(good, 0), bad, itemAt(good, 1)]);
  expectEqual(results.map(outcomeOf), ['APPLIED', 'REJECTED BAD_INPUT', 'APPLIED'], 'the outcomes');
  const seqs = results.map(({ seq }) => seq);
  expectEqual(seqs, [1, 2, 3], 'the numbers of the results');
}

function outcomeOf({ outcome, error }: WireResult): string {
  return error === null ? outcome : `${outcome} ${error.code}`;
}

async function takesGroupsWhole(world: World, type: TypeInUse): Promise<void> {
  const device = world.device(type.place);
  const grouped = (group: string) => ({ ...creation(world, type), group });
  const bad = { type: type.name, id: BAD_ID, values: requiredValues(type), group: 'torn' };
  const changes = [
    grouped('whole'),
    grouped('whole'),
    grouped('torn'),
    bad,
    grouped('torn'),
    creation(world, type),
  ];
  const { results } = await device.push(changes);
  expectEqual(
    results.map(outcomeOf),
    [
      'APPLIED',
      'APPLIED',
      'REJECTED GROUP_REFUSED',
      'REJECTED BAD_INPUT',
      'REJECTED GROUP_REFUSED',
      'APPLIED',
    ],
    'the outcomes of two groups and one more',
  );
  for (const at of [2, 4]) expectEqual(itemAt(results, at).record, null, 'the record of a refused group');
}

async function worksWithoutDevice(world: World, type: TypeInUse): Promise<void> {
  const { actor, scope } = type.place;
  const key = `${camelCase(type.name)}Changes`;
  const send = async (changes: readonly object[]) => {
    const data = dataOf(await world.wire.push(actor, { scope, [key]: changes }));
    return itemAt((data[type.name] as { readonly results: readonly WireResult[] }).results, 0);
  };
  const field = plainField(type);
  const made = await send([
    { id: world.recordId(type), ...requiredValues(type), [field.name]: sampleValue(field, 0) },
  ]);
  expectThat(made.outcome === 'APPLIED' && made.record !== null, `creating answers ${spell(made)}`);
  const { id, version } = made.record;
  const edited = await send([{ id, version, [field.name]: sampleValue(field, 1) }]);
  expectEqual(
    [edited.outcome, edited.record?.[field.name]],
    ['APPLIED', sampleValue(field, 1)],
    'an edit by version',
  );
  const again = await send([{ id, version, [field.name]: sampleValue(field, 1) }]);
  expectEqual(again.replayed, false, 'replayed, without a device');
}

export const pushChecks: readonly Check[] = [
  check('R10', 'a push is one transaction: its records get neighbouring positions', isOneTransaction),
  checkTypes('R10', 'a record that a push changes twice is written once', writesOnce),
  check('R10', 'all upserts of a document name one scope', refusesTwoScopes),
  check('R10', 'a push without changes is legal', acceptsNothing),
  check('R10', 'a push that names another epoch writes nothing', refusesOtherEpoch),
  checkTypes('R10', 'a push answers the epoch and, when asked, the deltas after it', answersTheEpoch),
  checkTypes('R11', 'a refused change undoes no other one', refusesOne),
  checkTypes('R11', 'a group is taken whole or not at all', takesGroupsWhole),
  checkTypes('R14', 'a push without a device works, and has no receipts', worksWithoutDevice),
];
