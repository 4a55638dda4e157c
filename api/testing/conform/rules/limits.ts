import { check, checkTypes } from '../check.ts';
import { expectEqual, expectThat, NotObservable } from '../expect.ts';
import type { Check } from '../check.ts';
import { requiredValues } from '../sample-values.ts';
import type { TypeInUse, World } from '../world.ts';
import { itemAt, pageOf } from '../world.ts';
import { camelCase, codeOf } from '../wire.ts';

const MANY = 1_001;
const BIG_TEXT = 240_000;
const PUSH_OF_BIG_TEXTS = 6;

async function boundsPushes(world: World): Promise<void> {
  const type = itemAt(world.types, 0);
  const { actor, scope } = type.place;
  const changes = Array.from({ length: MANY }, () => ({ id: world.freshId(), version: 0, deleted: true }));
  const answer = await world.wire.push(actor, { scope, [`${camelCase(type.name)}Changes`]: changes });
  expectEqual(codeOf(answer), 'TOO_LARGE', `the code of a push of ${MANY} changes`);
}

/** A type with a text that may be as long as a change. */
function longText({ types }: World) {
  for (const type of types) {
    const field = type.fields.find(
      ({ kind, list, constraint }) =>
        kind === 'String' && !list && constraint.maxLength === undefined && constraint.pattern === undefined,
    );
    if (field !== undefined) return { type, field };
  }
  throw new NotObservable('no type has a text without a limit');
}

async function boundsChanges(world: World): Promise<void> {
  const { type, field } = longText(world);
  const id = world.recordId(type);
  const values = { ...requiredValues(type), [field.name]: 'x'.repeat(256_001) };
  const [big, small] = (
    await world.device(type.place).push([
      { type: type.name, id, values },
      { type: type.name, id, values: requiredValues(type) },
    ])
  ).results;
  expectEqual(big?.error?.code, 'TOO_LARGE', 'the code of a change over 256 kB');
  expectEqual(small?.outcome, 'APPLIED', 'the outcome of a change beside it');
}

/** More than 2 MB: no page holds them all, whatever its limit. */
async function boundsPages(world: World): Promise<void> {
  const { type, field } = longText(world);
  const since = await world.checkpoint(type.place);
  const device = world.device(type.place);
  const values = { ...requiredValues(type), [field.name]: 'x'.repeat(BIG_TEXT) };
  const push = () =>
    device.push(
      Array.from({ length: PUSH_OF_BIG_TEXTS }, () => ({
        type: type.name,
        id: world.recordId(type),
        values,
      })),
    );
  const made = [...(await push()).results, ...(await push()).results].map(({ id }) => id);
  const page = pageOf(await world.pull(type.place, since, { limit: 1_000 }), type);
  const held = page.records.filter(({ id }) => made.includes(id)).length;
  expectThat(
    page.hasMore && held > 0 && held < made.length,
    `a page for ${made.length} records of 240 kB holds ${held} and says hasMore: ${String(page.hasMore)}`,
  );
}

async function boundsIds(world: World, type: TypeInUse): Promise<void> {
  const device = world.device(type.place);
  for (const id of ['', 'a'.repeat(65), 'a b', 'a/b', 'é']) {
    const { error } = await device.change({ type: type.name, id, values: requiredValues(type) });
    expectEqual([error?.code, error?.field], ['BAD_INPUT', 'id'], `code and field for the id "${id}"`);
  }
  const result = await device.change({
    type: type.name,
    id: longId(world, type),
    values: requiredValues(type),
  });
  expectEqual(result.outcome, 'APPLIED', 'the outcome for an id of 64 characters');
}

function longId(world: World, type: TypeInUse): string {
  return world.recordId(type, (id) => id.padEnd(64, '_-9Z'));
}

export const limitChecks: readonly Check[] = [
  check('Limits', 'a push holds at most 1,000 changes', boundsPushes),
  check('Limits', 'a change holds at most 256 kB', boundsChanges),
  check('R3', 'a page ends at 2 MB: a short page means nothing', boundsPages),
  checkTypes('Limits', 'ids are 1 to 64 of A-Z a-z 0-9 _ -', boundsIds),
];
