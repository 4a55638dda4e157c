import { check, checkTypes } from '../check.ts';
import { expectEqual, expectThat, spell } from '../expect.ts';
import type { Check } from '../check.ts';
import { plainField, requiredValues, sampleValue } from '../sample-values.ts';
import type { WireRecord } from '../wire.ts';
import type { Cursors, TypeInUse, World } from '../world.ts';
import { itemAt } from '../world.ts';

const PUSHERS = 6;
const ROUNDS = 4;

/** Pushes of several types, and pulls beside them: each pull sees all of a push or nothing of it. */
async function readsOneSnapshot(world: World): Promise<void> {
  const [one] = world.types;
  expectThat(one !== undefined, 'there is no type');
  const neighbours = world.types.filter(({ place }) => place === one.place);
  const since = await world.checkpoint(one.place);
  const device = world.device(one.place);
  for (let round = 0; round < ROUNDS; round += 1) {
    const changes = [...neighbours, ...neighbours].map((type) => ({
      type: type.name,
      id: world.recordId(type),
      values: requiredValues(type),
    }));
    const ids = new Set(changes.map(({ id }) => id));
    const [, ...pulls] = await Promise.all([
      device.push(changes),
      ...[1, 2, 3].map(() => world.pull(one.place, since)),
    ]);
    for (const page of [...pulls, await world.pull(one.place, since)]) {
      const deltas = Object.values(page);
      const seen = deltas.flatMap(({ records }) => records).filter(({ id }) => ids.has(id));
      expectThat(
        [0, ids.size].includes(seen.length),
        `a pull beside a push holds ${seen.length} of ${ids.size}`,
      );
      expectEqual(new Set(deltas.map(({ at }) => at.head)).size, 1, 'the number of heads in one pull');
    }
  }
}

async function missesNothing(world: World): Promise<void> {
  const type = itemAt(world.types, 0);
  let cursors: Cursors = await world.checkpoint(type.place);
  const delivered = new Map<string, number>();
  const pull = async () => {
    const pulled = await world.pullAll(type.place, cursors, [2, 3, 2]);
    for (const { id, version } of pulled.records[type.name] ?? []) delivered.set(id, version);
    cursors = pulled.cursors;
  };
  let running = true;
  const writing = Promise.all(Array.from({ length: PUSHERS }, () => writeSome(world, type)));
  const pulling = (async () => {
    while (running) await pull();
  })();
  const written = (await writing.finally(() => (running = false))).flat();
  await pulling;
  await pull();
  for (const { id, version } of written) {
    expectThat((delivered.get(id) ?? 0) >= version, `version ${version} of a record was never delivered`);
  }
}

/** Two records, each written some times; their last states. */
async function writeSome(world: World, type: TypeInUse): Promise<readonly WireRecord[]> {
  const field = plainField(type);
  const device = world.device(type.place);
  const made: WireRecord[] = [];
  for (let round = 0; round < 2; round += 1) {
    const created = await world.create(device, type, { [field.name]: sampleValue(field, 0) });
    const { record } = await device.change({
      type: type.name,
      id: created.id,
      version: created.version,
      values: { [field.name]: sampleValue(field, 1) },
    });
    expectThat(record !== null, 'an edit answers no record');
    made.push(record);
  }
  return made;
}

async function settlesFirstInserts(world: World, type: TypeInUse): Promise<void> {
  const field = plainField(type);
  const id = world.recordId(type);
  const results = await Promise.all(
    Array.from({ length: PUSHERS }, (_, n) =>
      world.device(type.place).change({
        type: type.name,
        id,
        values: { ...requiredValues(type), [field.name]: sampleValue(field, n) },
      }),
    ),
  );
  const bad = results.find(({ outcome, record }) => outcome === 'REJECTED' || record === null);
  expectThat(bad === undefined, `a first insert that meets another one answers ${spell(bad)}`);
  expectThat(
    results.some(({ outcome }) => outcome === 'APPLIED'),
    `no first insert was simply applied: ${results.map(({ outcome }) => outcome).join(', ')}`,
  );
}

async function crossesSafely(world: World, type: TypeInUse): Promise<void> {
  const field = plainField(type);
  const makers = [world.device(type.place), world.device(type.place)];
  const [x, y] = await Promise.all(
    makers.map((device) => world.create(device, type, { [field.name]: sampleValue(field, 0) })),
  );
  expectThat(x !== undefined && y !== undefined, 'two creations answer two records');
  const pushes = [...Array(PUSHERS).keys()].map((at) => {
    const records = at % 2 === 0 ? [x, y] : [y, x];
    const edits = records.map(({ id, version }) => ({
      type: type.name,
      id,
      version,
      values: { [field.name]: sampleValue(field, 1 + (at % 4)) },
    }));
    return world.device(type.place).push(edits);
  });
  const results = (await Promise.all(pushes)).flatMap((pushed) => pushed.results);
  const bad = results.find(({ outcome }) => outcome === 'REJECTED');
  expectThat(bad === undefined, `pushes that cross answer ${spell(bad)}`);
}

export const concurrencyChecks: readonly Check[] = [
  check('R2', 'the deltas of one operation read one snapshot', readsOneSnapshot),
  check('R4', 'no committed change is missed, whoever writes meanwhile', missesNothing),
  checkTypes('R28', 'first inserts of one id at once all settle', settlesFirstInserts),
  checkTypes('R28', 'pushes that name records in opposite order all succeed', crossesSafely),
];
