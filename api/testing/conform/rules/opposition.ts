import { check, checkTypes } from '../check.ts';
import { expectEqual, expectThat, spell } from '../expect.ts';
import type { Check } from '../check.ts';
import { applied, editOf, openContest } from '../contest.ts';
import { mergedField, plainField, requiredValues, sampleValue, twoFields } from '../sample-values.ts';
import type { TypeInUse, World } from '../world.ts';
import type { WireResult } from '../wire.ts';

/** Far above any version: no row has it. */
const UNKNOWN_VERSION = 2 ** 52;

function expectOpposed({ conflicts, ...result }: WireResult, field: string): void {
  expectThat(
    conflicts.some((conflict) => conflict.field === field),
    `an edit of ${field} that another one opposes reports no conflict: ${spell(result)}`,
  );
}

async function leavesOtherFieldsAlone(world: World, type: TypeInUse): Promise<void> {
  const [field, other] = twoFields(type);
  const start = { [field.name]: sampleValue(field, 0), [other.name]: sampleValue(other, 0) };
  const { created, rival, mine } = await openContest(world, type, start);
  const base = { [field.name]: sampleValue(field, 1) };
  await applied(rival, {
    type: type.name,
    ...editOf(created, field, { from: sampleValue(field, 0), to: base[field.name] }),
  });
  const record = await applied(mine, {
    type: type.name,
    ...editOf(created, other, { from: sampleValue(other, 0), to: sampleValue(other, 1) }),
  });
  expectEqual(
    record[field.name],
    sampleValue(field, 1),
    `${field.name}, after an edit of ${other.name} alone`,
  );
  expectEqual(record[other.name], sampleValue(other, 1), `${other.name}, after its edit`);
}

async function decidesByVersion(world: World, type: TypeInUse): Promise<void> {
  const field = plainField(type);
  const { created, rival, mine } = await openContest(world, type, { [field.name]: sampleValue(field, 0) });
  const to = (n: number) => ({ to: sampleValue(field, n) });
  const seen = await applied(rival, { type: type.name, ...editOf(created, field, to(1)) });
  expectOpposed(await mine.change({ type: type.name, ...editOf(created, field, to(2)) }), field.name);
  const now = await rival.change({ type: type.name, id: seen.id, version: seen.version, values: {} });
  expectThat(now.record !== null, 'a change without values answers no record');
  await applied(mine, { type: type.name, ...editOf(now.record, field, to(3)) });
}

async function decidesByBase(world: World, type: TypeInUse): Promise<void> {
  const field = plainField(type);
  const { created, mine } = await openContest(world, type, { [field.name]: sampleValue(field, 0) });
  const edit = (from: number, to: number) => ({
    type: type.name,
    ...editOf(created, field, {
      version: UNKNOWN_VERSION,
      from: sampleValue(field, from),
      to: sampleValue(field, to),
    }),
  });
  await applied(mine, edit(0, 1));
  expectOpposed(await mine.change(edit(3, 4)), field.name);
}

async function meetsARow(world: World, type: TypeInUse): Promise<void> {
  const field = plainField(type);
  const { created, mine } = await openContest(world, type, { [field.name]: sampleValue(field, 1) });
  const result = await mine.change({
    type: type.name,
    id: created.id,
    values: { ...requiredValues(type), [field.name]: sampleValue(field, 2) },
  });
  expectOpposed(result, field.name);
  const [conflict] = result.conflicts.filter((candidate) => candidate.field === field.name);
  expectEqual(conflict?.base, field.default ?? null, `the base of ${field.name} when a creation meets a row`);
}

async function knowsNoChange(world: World, type: TypeInUse): Promise<void> {
  const field = plainField(type);
  const { created, rival, mine } = await openContest(world, type, { [field.name]: sampleValue(field, 0) });
  const [zero, one] = [sampleValue(field, 0), sampleValue(field, 1)];
  const theirs = await applied(rival, {
    type: type.name,
    ...editOf(created, field, { from: zero, to: one }),
  });
  const record = await applied(mine, {
    type: type.name,
    ...editOf(created, field, { from: zero, to: zero }),
  });
  expectEqual(record, theirs, 'the record after a value that equals its base');
}

async function acceptsEqualValues(world: World, type: TypeInUse): Promise<void> {
  const field = plainField(type);
  const { created, rival, mine } = await openContest(world, type, { [field.name]: sampleValue(field, 0) });
  const edit = {
    type: type.name,
    ...editOf(created, field, { from: sampleValue(field, 0), to: sampleValue(field, 1) }),
  };
  const theirs = await applied(rival, edit);
  const record = await applied(mine, edit);
  expectEqual(record.version, theirs.version, 'the version, after the same value from another device');
}

async function addsToCounters(world: World, type: TypeInUse): Promise<void> {
  const field = mergedField(type, 'counter');
  const { created, rival, mine } = await openContest(world, type, { [field.name]: 5 });
  const edit = (to: number) => ({ type: type.name, ...editOf(created, field, { from: 5, to }) });
  await applied(rival, edit(6));
  const same = await mine.change(edit(6));
  expectEqual(
    [same.record?.[field.name], same.outcome],
    [7, 'MERGED'],
    'a counter that two devices raise from 5 to 6',
  );
  const more = await mine.change(edit(9));
  expectEqual(more.record?.[field.name], 11, 'a counter at 7 that a device raises from 5 to 9');
  const without = await mine.change({ type: type.name, ...editOf(created, field, { to: 9 }) });
  expectEqual(without.error?.code, 'BAD_INPUT', 'the code of a counter without a base');
}

async function altersNothing(world: World, type: TypeInUse): Promise<void> {
  const field = plainField(type);
  const value = sampleValue(field, 0);
  const { created, mine } = await openContest(world, type, { [field.name]: value });
  const record = await applied(mine, { type: type.name, ...editOf(created, field, { to: value }) });
  expectEqual(record, created, 'the record after a change that alters nothing');
}

/** Of all that this run was told: it stands at the end. */
async function namesKnownOutcomes({ wire }: World): Promise<void> {
  const known = new Set(['APPLIED', 'MERGED', 'SUPERSEDED', 'CONFLICT', 'REJECTED']);
  const others = [...wire.outcomes].filter((outcome) => !known.has(outcome));
  expectEqual(others, [], 'outcomes that a server has no business to name');
}

export const oppositionChecks: readonly Check[] = [
  checkTypes('R20', 'a stale edit of one field never touches another', leavesOtherFieldsAlone),
  checkTypes('R20', 'without a base the version decides', decidesByVersion),
  checkTypes('R20', 'with an unknown version the base alone decides', decidesByBase),
  checkTypes('R20', 'a creation that meets a row has the defaults as base', meetsARow),
  checkTypes('R20', 'a value that equals its base is no change', knowsNoChange),
  checkTypes('R21', 'equal values never oppose', acceptsEqualValues),
  checkTypes('R21', 'a counter adds, equal values included, and needs a base', addsToCounters),
  checkTypes('R23', 'a change that alters nothing takes no version', altersNothing),
  check('R23', 'servers name the five outcomes, never QUEUED', namesKnownOutcomes),
];
