import { checkTypes } from '../check.ts';
import { expectEqual, expectThat, spell } from '../expect.ts';
import type { Check } from '../check.ts';
import { requiredValues } from '../sample-values.ts';
import type { TypeInUse, World } from '../world.ts';
import { itemAt, pageOf } from '../world.ts';
import type { WirePage, WireRecord } from '../wire.ts';

const GREATEST_LIMIT = 2_000_000_000;

/** A record as it was answered, for comparing deliveries with it. */
const keyOf = ({ id, version }: WireRecord) => `${id} ${version}`;

async function createSome(world: World, type: TypeInUse, count: number): Promise<readonly WireRecord[]> {
  const device = world.device(type.place);
  const { results } = await device.push(
    Array.from({ length: count }, () => ({
      type: type.name,
      id: world.recordId(type),
      values: requiredValues(type),
    })),
  );
  return results.flatMap(({ record }) => record ?? []);
}

function expectOrder({ records }: WirePage, after: number): void {
  let last = after;
  for (const { version } of records) {
    expectThat(
      version > last,
      `version ${version} follows ${last}: not in position order, or not above the cursor`,
    );
    last = version;
  }
}

async function deliversWhatChanged(world: World, type: TypeInUse): Promise<void> {
  const since = await world.checkpoint(type.place);
  const before = pageOf(await world.pull(type.place, since), type);
  const device = world.device(type.place);
  const [kept, gone] = await createSome(world, type, 2);
  expectThat(kept !== undefined && gone !== undefined, 'two creations answer two records');
  const deleted = await device.change({ type: type.name, id: gone.id, version: gone.version, deleted: true });
  const page = pageOf(await world.pull(type.place, since), type);
  expectOrder(page, before.at.position);
  const delivered = page.records.filter(({ id }) => id === kept.id || id === gone.id);
  expectEqual(
    delivered.map(({ id }) => id),
    [kept.id, gone.id],
    'what a delta delivers',
  );
  expectEqual(delivered[0], kept, 'the delivered record');
  expectEqual(delivered[1], deleted.record, 'the delivered tombstone');
  expectThat(itemAt(delivered, 1).deletedAt !== null, 'a deleted record comes without deletedAt');
}

async function leavesOldTombstonesOut(world: World, type: TypeInUse): Promise<void> {
  const device = world.device(type.place);
  const [early, late] = await createSome(world, type, 2);
  expectThat(early !== undefined && late !== undefined, 'two creations answer two records');
  await device.change({ type: type.name, id: early.id, version: early.version, deleted: true });
  const start = await world.pull(type.place, {}, { limit: 1 });
  const { cursor } = pageOf(start, type);
  await device.change({ type: type.name, id: late.id, version: late.version, deleted: true });
  const rest = await world.pullAll(type.place, { [type.name]: cursor });
  const records = [...pageOf(start, type).records, ...(rest.records[type.name] ?? [])];
  const of = (id: string) => records.filter((record) => record.id === id);
  expectEqual(of(early.id), [], 'what a first download holds of a record that was deleted before it');
  const last = of(late.id).at(-1);
  expectThat(
    last !== undefined && last.deletedAt !== null,
    'a record that is deleted while a first download runs comes without its tombstone',
  );
}

async function saysHasMore(world: World, type: TypeInUse): Promise<void> {
  const since = await world.checkpoint(type.place);
  const made = await createSome(world, type, 3);
  const short = pageOf(await world.pull(type.place, since, { limit: 2 }), type);
  expectThat(short.hasMore && short.records.length <= 2, `a page of 2 of 3 says ${spell(short)}`);
  const { pages, records, cursors } = await world.pullAll(type.place, since, [2, 1, 1]);
  const delivered = (records[type.name] ?? []).filter(({ id }) => made.some((record) => record.id === id));
  expectEqual(delivered.map(keyOf), made.map(keyOf), 'what the pages deliver together');
  for (const delta of Object.values(itemAt(pages, pages.length - 1))) {
    expectEqual(delta.at.position, delta.at.head, 'the position of a page with hasMore: false');
  }
  const again = pageOf(await world.pull(type.place, cursors), type);
  expectThat(
    again.records.every(({ id }) => !made.some((record) => record.id === id)),
    'a cursor at the head delivers what was delivered before',
  );
}

async function carriesFloor(world: World, type: TypeInUse): Promise<void> {
  await createSome(world, type, 2);
  const { pages } = await world.pullAll(type.place, {}, [1]);
  const deltas = pages.map((page) => pageOf(page, type));
  const floor = itemAt(deltas, 0).at.floor;
  expectEqual(floor, itemAt(deltas, 0).at.head, 'the floor of a first page');
  const running = deltas.slice(0, deltas.findIndex(({ hasMore }) => !hasMore) + 1);
  expectEqual(new Set(running.map(({ at }) => at.floor)), new Set([floor]), 'the floors of one cycle');
  expectThat(
    deltas.every(({ reset }) => !reset),
    'a cycle that nobody disturbed says reset',
  );
  const since = await world.checkpoint(type.place);
  const next = pageOf(await world.pull(type.place, since), type);
  expectEqual([next.at.floor, next.reset], [null, false], 'floor and reset of a page after the cycle');
}

async function showsProgress(world: World, type: TypeInUse): Promise<void> {
  const since = await world.checkpoint(type.place);
  await createSome(world, type, 3);
  const { pages } = await world.pullAll(type.place, since, [1, 1, 1]);
  let last = 0;
  for (const { at } of pages.map((page) => pageOf(page, type))) {
    expectThat(
      at.position >= last && at.position <= at.head,
      `position ${at.position} of ${at.head} after ${last}`,
    );
    last = at.position;
  }
}

async function clampsLimits(world: World, type: TypeInUse): Promise<void> {
  const since = await world.checkpoint(type.place);
  await createSome(world, type, 2);
  for (const limit of [0, -5]) {
    const page = pageOf(await world.pull(type.place, since, { limit }), type);
    expectEqual([page.records.length, page.hasMore], [1, true], `records and hasMore for the limit ${limit}`);
  }
  const page = pageOf(await world.pull(type.place, since, { limit: GREATEST_LIMIT }), type);
  expectThat(
    page.records.length >= 2 && page.records.length <= 5_000,
    'a limit above 5,000 is not clamped to it',
  );
}

async function reportsExecuted(world: World, type: TypeInUse): Promise<void> {
  const device = world.device(type.place);
  const since = await world.checkpoint(type.place);
  const fresh = pageOf(await world.pull(type.place, since, { device: device.id }), type);
  expectEqual(fresh.at.executed, 0, 'at.executed of a device that never pushed');
  await world.create(device, type);
  const refused = { type: type.name, id: 'not an id!', values: requiredValues(type) };
  const { deltas } = await device.push([refused], { since });
  expectEqual(pageOf(deltas, type).at.executed, device.seq, "at.executed in a push's delta");
  const page = pageOf(await world.pull(type.place, since, { device: device.id }), type);
  expectEqual(page.at.executed, device.seq, 'at.executed after a refused change');
}

export const pullChecks: readonly Check[] = [
  checkTypes(
    'R1',
    'a delta is what changed above the cursor, in order, tombstones included',
    deliversWhatChanged,
  ),
  checkTypes('R1', 'a first download leaves out tombstones at or below its floor', leavesOldTombstonesOut),
  checkTypes('R3', 'hasMore is explicit, and without it the cursor stands at the head', saysHasMore),
  checkTypes('R5', 'a cycle has one floor, and its last page drops it', carriesFloor),
  checkTypes('R7', 'progress is position against head', showsProgress),
  checkTypes('R8', 'limits are clamped to 1 … 5,000', clampsLimits),
  checkTypes('R9', 'at.executed is the last executed number of the device', reportsExecuted),
];
