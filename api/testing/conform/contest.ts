import { expectThat, spell } from './expect.ts';
import { requiredValues, sampleValue } from './sample-values.ts';
import type { Values } from './sample-values.ts';
import type { Change, TestDevice } from './test-device.ts';
import type { FieldShape } from './type-shape.ts';
import type { WireRecord, WireResult } from './wire.ts';
import type { TypeInUse, World } from './world.ts';

const HOUR_MS = 3_600_000;

/** A record that two devices hold, made an hour ago, so that edits of the last minutes come after it. */
export interface Contest {
  readonly created: WireRecord;
  readonly rival: TestDevice;
  readonly mine: TestDevice;
}

/** Who is heard where a policy decides, given whether my edit is the later one (R22). */
export function winnerOf(policy: string, isLater: boolean): 'YOURS' | 'THEIRS' | 'UNDECIDED' {
  switch (policy) {
    case 'serverWins':
      return 'THEIRS';
    case 'clientWins':
      return 'YOURS';
    case 'manual':
      return 'UNDECIDED';
    default:
      return isLater ? 'YOURS' : 'THEIRS';
  }
}

/** What is said of a change all of whose opposed parts ended like this (R23). */
export function outcomeFor(kept: 'YOURS' | 'THEIRS' | 'UNDECIDED' | 'MERGED'): string {
  return { YOURS: 'MERGED', MERGED: 'MERGED', THEIRS: 'SUPERSEDED', UNDECIDED: 'CONFLICT' }[kept];
}

export function openContest(world: World, type: TypeInUse, values: Values): Promise<Contest> {
  return openSkewedContest(world, type, { values, rivalMs: 0, mineMs: 0 });
}

/** With clocks that are wrong by so much. */
export async function openSkewedContest(
  world: World,
  type: TypeInUse,
  { values, rivalMs, mineMs }: { readonly values: Values; readonly rivalMs: number; readonly mineMs: number },
): Promise<Contest> {
  const rival = world.device(type.place, rivalMs);
  const created = await applied(rival, {
    type: type.name,
    id: world.recordId(type),
    values: { ...requiredValues(type), ...values },
    agoMs: HOUR_MS,
  });
  return { created, rival, mine: world.device(type.place, mineMs) };
}

export interface EditOptions extends Partial<Omit<Change, 'type' | 'id' | 'values'>> {
  /** What the device showed before; undefined: the change names no base. */
  readonly from?: unknown;
  readonly to: unknown;
}

/** The change of one field, from and to whole values. */
export function editOf(record: WireRecord, field: FieldShape, options: EditOptions): Omit<Change, 'type'> {
  const { from, to, ...rest } = options;
  return {
    id: record.id,
    version: record.version,
    ...rest,
    ...(from === undefined ? {} : { base: { [field.name]: from } }),
    values: { [field.name]: to },
  };
}

/** An edit that nothing opposes: it has to be applied. */
export async function applied(device: TestDevice, change: Change): Promise<WireRecord> {
  const result = await device.change(change);
  expectThat(
    result.outcome === 'APPLIED' && result.conflicts.length === 0 && result.record !== null,
    `an edit that nothing opposes answers ${spell(result)}`,
  );
  return result.record;
}

/** The rival's edit, 0 → 1, and then mine, 0 → 2, which has not seen it. */
export async function opposedEdits(
  { created, rival, mine }: Contest,
  {
    type,
    field,
    rivalAgoMs,
    mineAgoMs,
  }: {
    readonly type: TypeInUse;
    readonly field: FieldShape;
    readonly rivalAgoMs: number;
    readonly mineAgoMs: number;
  },
): Promise<{ readonly theirs: WireRecord; readonly result: WireResult }> {
  const [base, one, two] = [0, 1, 2].map((n) => sampleValue(field, n));
  const edit = (to: unknown, agoMs: number) => ({
    type: type.name,
    ...editOf(created, field, { from: base, to, agoMs }),
  });
  const theirs = await applied(rival, edit(one, rivalAgoMs));
  return { theirs, result: await mine.change(edit(two, mineAgoMs)) };
}
