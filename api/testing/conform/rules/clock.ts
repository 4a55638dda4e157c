import { checkTypes } from '../check.ts';
import { expectEqual, NotObservable } from '../expect.ts';
import type { Check } from '../check.ts';
import { applied, editOf, openContest, openSkewedContest, opposedEdits } from '../contest.ts';
import { plainField, sampleValue } from '../sample-values.ts';
import type { TypeInUse, World } from '../world.ts';

const DAY_MS = 24 * 3_600_000;

function needTime({ policy }: TypeInUse): void {
  if (policy !== 'lastWriteWins' && policy !== 'merge') {
    throw new NotObservable('no type leaves anything to the later edit');
  }
}

async function cancelsOffsets(world: World, type: TypeInUse): Promise<void> {
  needTime(type);
  const field = plainField(type);
  const values = { [field.name]: sampleValue(field, 0) };
  for (const [rivalMs, mineMs] of [
    [10 * DAY_MS, -10 * DAY_MS],
    [-10 * DAY_MS, 10 * DAY_MS],
  ] as const) {
    for (const [mineAgoMs, kept] of [
      [1_000, 'YOURS'],
      [120_000, 'THEIRS'],
    ] as const) {
      const contest = await openSkewedContest(world, type, { values, rivalMs, mineMs });
      const { result } = await opposedEdits(contest, { type, field, rivalAgoMs: 60_000, mineAgoMs });
      const what = `clocks that are ${rivalMs / DAY_MS} and ${mineMs / DAY_MS} days wrong,`;
      expectEqual(
        result.conflicts.map((conflict) => conflict.kept),
        [kept],
        `${what} mine ${mineAgoMs} ms old: kept`,
      );
    }
  }
}

async function cutsTheFuture(world: World, type: TypeInUse): Promise<void> {
  needTime(type);
  const field = plainField(type);
  const contest = await openContest(world, type, { [field.name]: sampleValue(field, 0) });
  const { result } = await opposedEdits(contest, { type, field, rivalAgoMs: -DAY_MS, mineAgoMs: 0 });
  expectEqual(
    result.conflicts.map(({ kept }) => kept),
    ['YOURS'],
    'who wins against an edit that was dated a day ahead',
  );
}

async function neverGoesBack(world: World, type: TypeInUse): Promise<void> {
  needTime(type);
  const field = plainField(type);
  const { created, rival, mine } = await openContest(world, type, { [field.name]: sampleValue(field, 0) });
  const edit = (from: number, to: number, agoMs: number) => ({
    type: type.name,
    ...editOf(created, field, { from: sampleValue(field, from), to: sampleValue(field, to), agoMs }),
  });
  await applied(rival, edit(0, 1, 10_000));
  await applied(rival, edit(1, 2, 600_000));
  const result = await mine.change(edit(0, 3, 300_000));
  expectEqual(
    result.conflicts.map(({ kept }) => kept),
    ['THEIRS'],
    'who wins five minutes old against a field written 10 s ago, and again with an edit of 10 min ago',
  );
}

export const clockChecks: readonly Check[] = [
  checkTypes('R25', 'a constant offset of a clock changes no outcome', cancelsOffsets),
  checkTypes('R25', 'edit times are clamped to the past', cutsTheFuture),
  checkTypes('R25', "a field's stored time never goes back", neverGoesBack),
];
