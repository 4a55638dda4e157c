import { checkTypes } from '../check.ts';
import { expectEqual, expectThat, NotObservable, spell } from '../expect.ts';
import type { Check } from '../check.ts';
import { applied, editOf, openContest, opposedEdits, outcomeFor, winnerOf } from '../contest.ts';
import { mergedField, plainField, sampleValue } from '../sample-values.ts';
import type { FieldShape } from '../type-shape.ts';
import type { TypeInUse, World } from '../world.ts';
import { itemAt } from '../world.ts';
import type { WireResult } from '../wire.ts';

const LONG_TEXT = 70_000;

async function decidesByPolicy(world: World, type: TypeInUse): Promise<void> {
  const field = plainField(type);
  const [base, theirs, yours] = [0, 1, 2].map((n) => sampleValue(field, n));
  for (const isLater of [true, false]) {
    const contest = await openContest(world, type, { [field.name]: base });
    const mineAgoMs = isLater ? 1_000 : 120_000;
    const { result, ...rival } = await opposedEdits(contest, { type, field, rivalAgoMs: 60_000, mineAgoMs });
    const kept = winnerOf(type.policy, isLater);
    const what = `${type.policy}, my edit the ${isLater ? 'later' : 'earlier'} one:`;
    expectEqual(result.conflicts, [{ field: field.name, base, yours, theirs, kept }], `${what} conflicts`);
    expectEqual(result.outcome, outcomeFor(kept), `${what} outcome`);
    if (kept === 'YOURS') expectEqual(result.record?.[field.name], yours, `${what} ${field.name}`);
    else expectEqual(result.record, rival.theirs, `${what} the record`);
  }
}

async function leavesItToAPerson(world: World, type: TypeInUse): Promise<void> {
  if (type.policy !== 'manual') throw new NotObservable('no type has the policy manual');
  const field = plainField(type);
  const { created, rival, mine } = await openContest(world, type, { [field.name]: sampleValue(field, 0) });
  const edit = (from: number, to: number) => ({
    type: type.name,
    ...editOf(created, field, { from: sampleValue(field, from), to: sampleValue(field, to) }),
  });
  const theirs = await applied(rival, edit(0, 1));
  // The second one would be unopposed by itself: it was made on top of the first.
  const { results } = await mine.push([edit(0, 2), edit(1, 3)]);
  expectEqual(
    results.map(({ outcome }) => outcome),
    ['CONFLICT', 'CONFLICT'],
    'outcomes of two edits in a row',
  );
  expectEqual(itemAt(results, 1).record, theirs, 'the record that a person has to decide about');
}

interface Sides {
  readonly base: unknown;
  readonly theirs: unknown;
  readonly yours: unknown;
}

async function merge(
  world: World,
  { type, field }: { readonly type: TypeInUse; readonly field: FieldShape },
  { base, theirs, yours }: Sides,
): Promise<WireResult> {
  const { created, rival, mine } = await openContest(world, type, { [field.name]: base });
  const edit = (to: unknown) => ({ type: type.name, ...editOf(created, field, { from: base, to }) });
  await applied(rival, edit(theirs));
  return mine.change(edit(yours));
}

const TEXTS: Sides = {
  base: 'the first line\n\nthe second line\n\nthe third line',
  theirs: 'the first line, theirs\n\nthe second line\n\nthe third line',
  yours: 'the first line\n\nthe second line\n\nthe third line, yours',
};

async function mergesText(world: World, type: TypeInUse): Promise<void> {
  const field = mergedField(type, 'text');
  const result = await merge(world, { type, field }, TEXTS);
  const kept = result.conflicts.map((conflict) => [conflict.field, conflict.kept]);
  expectEqual(
    [result.outcome, kept],
    ['MERGED', [[field.name, 'MERGED']]],
    'the outcome of two edits of a text',
  );
  const text = 'the first line, theirs\n\nthe second line\n\nthe third line, yours';
  expectEqual(result.record?.[field.name], text, `${field.name}, edited at two places`);
}

async function givesUpOnLongText(world: World, type: TypeInUse): Promise<void> {
  const field = mergedField(type, 'text');
  if ((field.constraint.maxLength ?? LONG_TEXT) < LONG_TEXT)
    throw new NotObservable('no text may be that long');
  const base = 'word '.repeat(LONG_TEXT / 5);
  const result = await merge(
    world,
    { type, field },
    { base, theirs: `theirs ${base}`, yours: `${base} yours` },
  );
  const [conflict] = result.conflicts;
  expectThat(
    conflict !== undefined && conflict.kept !== 'MERGED',
    `two edits of a text over 64 kB are not left to the last write: ${spell(conflict?.kept)}`,
  );
}

function setSides(field: FieldShape): Sides {
  const [a, b, c, d] = [0, 1, 2, 3].map((n) => sampleValue({ ...field, list: false }, n));
  return { base: [a, b], theirs: [a, b, c], yours: [b, d] };
}

async function unitesSets(world: World, type: TypeInUse): Promise<void> {
  const field = mergedField(type, 'set');
  const result = await merge(world, { type, field }, setSides(field));
  const [b, c, d] = [1, 2, 3].map((n) => sampleValue({ ...field, list: false }, n));
  const items = (result.record?.[field.name] ?? []) as readonly unknown[];
  expectEqual(new Set(items), new Set([b, c, d]), 'a set: one device added, the other added and removed');
  expectEqual(items.length, 3, 'the size of that set');
}

async function mergesAlike(world: World, type: TypeInUse): Promise<void> {
  const fields = type.fields.filter(({ merger }) => merger === 'text' || merger === 'set');
  if (fields.length === 0) throw new NotObservable('no type has a text or a set merger');
  for (const field of fields) {
    const sides = field.merger === 'set' ? setSides(field) : TEXTS;
    const once = await merge(world, { type, field }, sides);
    const twice = await merge(world, { type, field }, sides);
    expectEqual(
      twice.record?.[field.name],
      once.record?.[field.name],
      `${field.name}, merged from the same again`,
    );
    const equal = await merge(world, { type, field }, { ...sides, yours: sides.theirs });
    expectEqual(equal.record?.[field.name], sides.theirs, `${field.name}, merged with its equal`);
  }
}

export const policyChecks: readonly Check[] = [
  checkTypes('R22', 'the policy decides an opposed field, and the loser is reported', decidesByPolicy),
  checkTypes(
    'R22',
    'manual leaves the record as it is, later changes of the push included',
    leavesItToAPerson,
  ),
  checkTypes('R22', 'edits of one text at two places are merged', mergesText),
  checkTypes('R22', 'text over 64 kB is left to the last write', givesUpOnLongText),
  checkTypes('R22', 'sets are united, removals respected', unitesSets),
  checkTypes('R26', 'mergers are deterministic, and equal sides merge to themselves', mergesAlike),
];
