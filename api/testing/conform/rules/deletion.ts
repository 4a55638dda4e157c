import { checkTypes } from '../check.ts';
import { expectEqual, expectThat, NotObservable } from '../expect.ts';
import type { Check } from '../check.ts';
import { applied, editOf, openContest, outcomeFor, winnerOf } from '../contest.ts';
import { mergedField, plainField, requiredValues, sampleValue } from '../sample-values.ts';
import type { TypeInUse, World } from '../world.ts';
import type { WireResult } from '../wire.ts';

function keptOf({ conflicts }: WireResult): string | undefined {
  return conflicts.find(({ field }) => field === 'deleted')?.kept;
}

async function deletesWhatItSaw(world: World, type: TypeInUse): Promise<void> {
  const field = plainField(type);
  const { created, rival } = await openContest(world, type, { [field.name]: sampleValue(field, 0) });
  await applied(rival, { type: type.name, ...editOf(created, field, { to: sampleValue(field, 1) }) });
  // Its own later edit does not oppose a device's deletion.
  const record = await applied(rival, {
    type: type.name,
    id: created.id,
    version: created.version,
    deleted: true,
  });
  expectThat(record.deletedAt !== null, 'a deleted record has no deletedAt');
}

async function decidesDeletion(world: World, type: TypeInUse): Promise<void> {
  const field = plainField(type);
  for (const isLater of [true, false]) {
    const { created, rival, mine } = await openContest(world, type, { [field.name]: sampleValue(field, 0) });
    await applied(rival, {
      type: type.name,
      ...editOf(created, field, { to: sampleValue(field, 1), agoMs: 60_000 }),
    });
    const agoMs = isLater ? 1_000 : 120_000;
    const result = await mine.change({
      type: type.name,
      id: created.id,
      version: created.version,
      deleted: true,
      agoMs,
    });
    const kept = winnerOf(type.policy, isLater);
    const what = `${type.policy}, a deletion ${isLater ? 'after' : 'before'} another's edit:`;
    expectEqual([keptOf(result), result.outcome], [kept, outcomeFor(kept)], `${what} kept and outcome`);
    expectEqual(result.record?.deletedAt !== null, kept === 'YOURS', `${what} deleted`);
  }
}

async function decidesEditOfTombstone(world: World, type: TypeInUse): Promise<void> {
  const field = plainField(type);
  for (const isLater of [true, false]) {
    const { created, rival, mine } = await openContest(world, type, { [field.name]: sampleValue(field, 0) });
    const deletion = {
      type: type.name,
      id: created.id,
      version: created.version,
      deleted: true,
      agoMs: 60_000,
    };
    await applied(rival, deletion);
    const agoMs = isLater ? 1_000 : 120_000;
    const [from, to] = [sampleValue(field, 0), sampleValue(field, 1)];
    const result = await mine.change({ type: type.name, ...editOf(created, field, { from, to, agoMs }) });
    const kept = winnerOf(type.policy, isLater);
    const what = `${type.policy}, an edit ${isLater ? 'after' : 'before'} another's deletion:`;
    expectEqual([keptOf(result), result.outcome], [kept, outcomeFor(kept)], `${what} kept and outcome`);
    expectEqual(result.record?.deletedAt === null, kept === 'YOURS', `${what} alive again`);
    if (kept === 'YOURS') expectEqual(result.record?.[field.name], to, `${what} ${field.name}`);
  }
}

async function restores(world: World, type: TypeInUse): Promise<void> {
  const { created, rival, mine } = await openContest(world, type, {});
  const deleted = await applied(rival, {
    type: type.name,
    id: created.id,
    version: created.version,
    deleted: true,
  });
  const change = { type: type.name, id: created.id, version: deleted.version, deleted: false };
  const record = await applied(mine, change);
  expectThat(
    record.deletedAt === null && record.version > deleted.version,
    'a restored record is still deleted',
  );
}

async function meetsNoRow(world: World, type: TypeInUse): Promise<void> {
  const device = world.device(type.place);
  const id = world.recordId(type);
  const deletion = await device.change({ type: type.name, id, version: 1, deleted: true });
  expectEqual([deletion.outcome, deletion.record], ['APPLIED', null], 'deleting what is not there');
  const field = plainField(type);
  const values = { [field.name]: sampleValue(field, 1) };
  const edit = await device.change({ type: type.name, id, version: 1, values });
  expectEqual([edit.outcome, edit.error?.code], ['REJECTED', 'GONE'], 'editing what is not there');
  const all = { ...requiredValues(type), ...values };
  const restored = await device.change({ type: type.name, id, version: 1, deleted: false, values: all });
  expectEqual(
    [restored.outcome, restored.record?.[field.name]],
    ['APPLIED', values[field.name]],
    'restoring it',
  );
}

async function countsMergesAsOthers(world: World, type: TypeInUse): Promise<void> {
  const field = mergedField(type, 'set');
  const [a, b, c] = [0, 1, 2].map((n) => sampleValue({ ...field, list: false }, n));
  const { created, rival, mine } = await openContest(world, type, { [field.name]: [a] });
  const edit = (to: unknown) => ({ type: type.name, ...editOf(created, field, { from: [a], to }) });
  await applied(rival, edit([a, b]));
  const merged = await mine.change(edit([a, c]));
  if (merged.outcome !== 'MERGED') throw new NotObservable('sets are not merged');
  const deletion = { type: type.name, id: created.id, version: created.version, deleted: true };
  expectThat(
    keptOf(await mine.change(deletion)) !== undefined,
    'deleting what one has only seen before a merge is not reported as opposed',
  );
}

export const deletionChecks: readonly Check[] = [
  checkTypes('R24', 'a deletion that nobody opposes leaves a tombstone', deletesWhatItSaw),
  checkTypes('R24', "the policy decides a deletion against another device's edit", decidesDeletion),
  checkTypes('R24', 'the policy decides an edit of a tombstone', decidesEditOfTombstone),
  checkTypes('R24', 'deleted: false restores what was seen deleted', restores),
  checkTypes('R24', 'of an absent record: nothing to delete, GONE, or created anew', meetsNoRow),
  checkTypes('R24', "a merged field counts as another device's", countsMergesAsOthers),
];
