/**
 * What becomes of one change that meets one row, read off protocol.md rule by rule (R20 to R26): the reference server's part. Of the
 * engine it uses the mergers alone, which are held to `schema/merge-cases.json` on both sides.
 */
import type { FieldManifest, Json, Policy, TypeManifest, Values } from '../sync/manifest.ts';
import { isSame, mergeValue } from '../sync/merge-values.ts';
import type { ChangeError, FieldConflict } from '../sync/model.ts';
import { fieldError } from '../sync/validate.ts';

export type Wire = Record<string, Json>;

/** What a row remembers of a field's last change. */
export interface Stamp {
  /** `UNWRITTEN` until the push that made it ends. */
  readonly version: number;
  /** Corrected edit time, milliseconds. */
  readonly at: number;
  readonly user: string;
  /** Null: a merge, which counts as another device's for everyone (R24). */
  readonly device: string | null;
}

export interface Row {
  readonly type: string;
  readonly wire: Wire;
  /** By field; `*` for those that have none of their own, `deleted` for the deletion. */
  readonly stamps: Readonly<Record<string, Stamp>>;
}

/** The version of what a push has altered and not yet written. */
export const UNWRITTEN = Number.MAX_SAFE_INTEGER;

export interface Edit {
  readonly id: string;
  readonly scope: string;
  readonly values: Values;
  readonly base: Values;
  /** `none`: it creates. `unknown`: of another epoch. */
  readonly version: number | 'none' | 'unknown';
  readonly deleted: boolean | undefined;
  /** Corrected edit time (R25). */
  readonly at: number;
  readonly user: string;
  /** '' without a device. */
  readonly device: string;
  /** Receive time. */
  readonly now: string;
}

/** A type as the server knows it: what the manifest says, and what its author computes and forbids. */
export interface RuledType {
  readonly manifest: TypeManifest;
  readonly rule: (before: Values | null, after: Values) => ChangeError | null;
  readonly derive: (values: Values, at: string) => Values;
}

export type Decision =
  | { readonly kind: 'refused'; readonly error: ChangeError }
  | { readonly kind: 'conflict'; readonly conflicts: readonly FieldConflict[] }
  | {
      readonly kind: 'accepted';
      readonly outcome: 'APPLIED' | 'MERGED' | 'SUPERSEDED';
      readonly conflicts: readonly FieldConflict[];
      /** The row given when nothing was altered; undefined when there is none. */
      readonly row: Row | undefined;
    };

/** Decides one change. */
export function decide(type: RuledType, row: Row | undefined, edit: Edit): Decision {
  if (row === undefined) return decideCreation(type, edit);
  const deletion = decideDeletion(type.manifest.policy, row, edit);
  const told = deletion.conflict === null ? [] : [deletion.conflict];
  if (deletion.kind === 'undecided') {
    return { kind: 'conflict', conflicts: [...told, ...undecided(type.manifest, row, edit)] };
  }
  if (deletion.kind === 'lost' && edit.deleted !== true) {
    return { kind: 'accepted', outcome: 'SUPERSEDED', conflicts: told, row };
  }
  const fields = decideFields(type.manifest, deletion.row, edit);
  if ('error' in fields) return { kind: 'refused', error: fields.error };
  if (fields.conflicts.some(({ kept }) => kept === 'UNDECIDED')) {
    return { kind: 'conflict', conflicts: fields.conflicts.map((each) => ({ ...each, kept: 'UNDECIDED' })) };
  }
  return finish(type, { before: row, after: fields.row, edit }, [...told, ...fields.conflicts]);
}

/** R22: later changes of a record about which a person decides wait, too. */
export function undecided(type: TypeManifest, row: Row, edit: Edit): readonly FieldConflict[] {
  return Object.keys(type.fields).flatMap((field) => {
    const yours = edit.values[field];
    const theirs = row.wire[field] ?? null;
    if (yours === undefined || isSame(yours, theirs)) return [];
    return [{ field, base: edit.base[field] ?? null, yours, theirs, kept: 'UNDECIDED' as const }];
  });
}

/** R24: a delete does nothing, an edit finds nothing; a creation, or a restoring that names all it needs, creates. */
function decideCreation(type: RuledType, edit: Edit): Decision {
  if (edit.deleted === true) return { kind: 'accepted', outcome: 'APPLIED', conflicts: [], row: undefined };
  const { fields } = type.manifest;
  const missing = Object.keys(fields).find(
    (name) => edit.values[name] === undefined && defaultOf(fields[name]) === undefined,
  );
  if (edit.version !== 'none' && (edit.deleted !== false || missing !== undefined)) {
    return { kind: 'refused', error: { code: 'GONE', message: 'It is gone', field: null } };
  }
  if (missing !== undefined) {
    return { kind: 'refused', error: { code: 'BAD_INPUT', message: 'It is required', field: missing } };
  }
  const values = Object.keys(fields).map((name) => {
    const given = edit.values[name];
    return [name, given === undefined ? (defaultOf(fields[name]) ?? null) : given];
  });
  const wire = {
    ...{ id: edit.id, scope: edit.scope, version: UNWRITTEN, createdAt: edit.now, updatedAt: edit.now },
    deletedAt: null,
    ...(Object.fromEntries(values) as Wire),
  };
  const row = derived(type, { type: type.manifest.name, wire, stamps: { '*': stampBy(edit) } }, edit);
  const error = type.rule(null, row.wire);
  if (error !== null) return { kind: 'refused', error };
  return { kind: 'accepted', outcome: 'APPLIED', conflicts: [], row };
}

function defaultOf(field: FieldManifest | undefined): Json | undefined {
  return field?.default ?? (field?.nullable === true ? null : undefined);
}

type Deletion =
  | { readonly kind: 'won' | 'lost'; readonly row: Row; readonly conflict: FieldConflict | null }
  | { readonly kind: 'undecided'; readonly conflict: FieldConflict };

/** R24, and R20 for a version that says nothing. */
function decideDeletion(policy: Policy, row: Row, edit: Edit): Deletion {
  const isDead = row.wire['deletedAt'] !== null;
  if (isDead === (edit.deleted === true)) return { kind: 'won', row, conflict: null };
  const won = {
    ...row,
    wire: { ...row.wire, deletedAt: isDead ? null : edit.now },
    stamps: { ...row.stamps, deleted: stampBy(edit, stampOf(row, 'deleted')) },
  };
  const opposing = isDead ? opposingRestore(row, edit) : opposingDelete(row, edit);
  if (opposing.length === 0) return { kind: 'won', row: won, conflict: null };
  const kept = sideOf(
    policy,
    opposing.every((stamp) => isLater(edit, stamp)),
  );
  const base = isDead ? null : false;
  const conflict: FieldConflict = { field: 'deleted', base, yours: !isDead, theirs: isDead, kept };
  if (kept === 'UNDECIDED') return { kind: 'undecided', conflict };
  return kept === 'YOURS' ? { kind: 'won', row: won, conflict } : { kind: 'lost', row, conflict };
}

/** A delete is opposed by what other devices changed after the version it saw. */
function opposingDelete(row: Row, edit: Edit): readonly Stamp[] {
  const seen = seenBy(edit, row);
  const stamps = [...Object.keys(row.wire).map((name) => stampOf(row, name)), stampOf(row, 'deleted')];
  return stamps.filter((stamp) => seen === undefined || (stamp.version > seen && !isOwn(edit, stamp)));
}

/** Life after a deletion is opposed by it, unless the device means to restore what it saw deleted. */
function opposingRestore(row: Row, edit: Edit): readonly Stamp[] {
  const stamp = stampOf(row, 'deleted');
  const seen = seenBy(edit, row);
  const hasSeen = seen !== undefined && (stamp.version <= seen || isOwn(edit, stamp));
  return edit.deleted === false && hasSeen ? [] : [stamp];
}

/** The version of this row that the device had seen, when that can be told (R20). */
function seenBy({ version }: Edit, { wire }: Row): number | undefined {
  return typeof version === 'number' && version <= Number(wire['version']) ? version : undefined;
}

function isOwn(edit: Edit, { user, device }: Stamp): boolean {
  return edit.device !== '' && edit.device === device && edit.user === user;
}

/** Later corrected edit time; ties by device id (R22). */
function isLater(edit: Edit, { at, device }: Stamp): boolean {
  return edit.at === at ? edit.device >= (device ?? '') : edit.at > at;
}

const NEVER: Stamp = { version: 0, at: 0, user: '', device: null };

function stampOf({ stamps }: Row, field: string): Stamp {
  return stamps[field] ?? stamps['*'] ?? NEVER;
}

/** A field's stored time never goes back (R25). */
function stampBy({ at, user, device }: Edit, before: Stamp = NEVER, isMerge = false): Stamp {
  return { version: UNWRITTEN, at: Math.max(at, before.at), user, device: isMerge ? null : device };
}

function sideOf(policy: Policy, isYoursLater: boolean): FieldConflict['kept'] {
  switch (policy) {
    case 'manual':
      return 'UNDECIDED';
    case 'serverWins':
      return 'THEIRS';
    case 'clientWins':
      return 'YOURS';
    case 'lastWriteWins':
    case 'merge':
      return isYoursLater ? 'YOURS' : 'THEIRS';
  }
}

type Fields =
  { readonly row: Row; readonly conflicts: readonly FieldConflict[] } | { readonly error: ChangeError };

function decideFields(type: TypeManifest, row: Row, edit: Edit): Fields {
  const wire = { ...row.wire };
  const stamps: Record<string, Stamp> = { ...row.stamps };
  const conflicts: FieldConflict[] = [];
  for (const [name, field] of Object.entries(type.fields)) {
    const yours = edit.values[name];
    if (yours === undefined) continue;
    const decision = decideField({ type, name, field, row, edit }, yours);
    if ('error' in decision) return decision;
    if (decision.conflict !== undefined) conflicts.push(decision.conflict);
    if (decision.value === undefined) continue;
    wire[name] = decision.value;
    stamps[name] = stampBy(edit, stampOf(row, name), decision.conflict?.kept === 'MERGED');
  }
  return { row: { ...row, wire, stamps }, conflicts };
}

interface Meeting {
  readonly type: TypeManifest;
  readonly name: string;
  readonly field: FieldManifest;
  readonly row: Row;
  readonly edit: Edit;
}

/** Without `value` the row's stands. */
type FieldDecision =
  { readonly value?: Json; readonly conflict?: FieldConflict } | { readonly error: ChangeError };

function decideField(meeting: Meeting, yours: Json): FieldDecision {
  const { name, field, row, edit } = meeting;
  const theirs = row.wire[name] ?? null;
  const given = edit.base[name];
  const base = given === undefined && edit.version === 'none' ? defaultOf(field) : given;
  // R20: no change.
  if (base !== undefined && isSame(yours, base)) return {};
  if (field.merger === 'counter') return decideCounter(meeting, { base, yours, theirs });
  if (isSame(yours, theirs)) return {};
  const isOpposed = base === undefined ? hasChangedSince(meeting) : !isSame(theirs, base);
  return isOpposed ? decideOpposed(meeting, { base, yours, theirs }) : { value: yours };
}

/** Without a base: changed after the version that the device had seen, or it cannot be told. */
function hasChangedSince({ name, row, edit }: Meeting): boolean {
  const seen = seenBy(edit, row);
  return seen === undefined || stampOf(row, name).version > seen;
}

interface Sides {
  readonly base: Json | undefined;
  readonly yours: Json;
  readonly theirs: Json;
}

/** R21: yours − base is added to the row. */
function decideCounter({ name, field }: Meeting, { base, yours, theirs }: Sides): FieldDecision {
  const refusal = { error: { code: 'BAD_INPUT' as const, message: 'A counter needs its base', field: name } };
  if (base === undefined) return refusal;
  const value = mergeValue(field, { base, yours }, theirs);
  if (fieldError(field, value) !== null) return refusal;
  if (isSame(base, theirs)) return { value };
  return { value, conflict: { field: name, base, yours, theirs, kept: 'MERGED' } };
}

/** R22: the field's merger, else the type's policy. */
function decideOpposed({ type, name, field, row, edit }: Meeting, sides: Sides): FieldDecision {
  const { base, yours, theirs } = sides;
  const told = { field: name, base: base ?? null, yours, theirs };
  if ((field.merger === 'text' || field.merger === 'set') && base !== undefined) {
    const value = mergeValue(field, { base, yours }, theirs);
    const conflict: FieldConflict = { ...told, kept: 'MERGED' };
    // Both together may be too long, or too many.
    if (fieldError(field, value) === null) return isSame(value, theirs) ? { conflict } : { value, conflict };
  }
  const kept = sideOf(type.policy, isLater(edit, stampOf(row, name)));
  return { ...(kept === 'YOURS' ? { value: yours } : {}), conflict: { ...told, kept } };
}

interface Step {
  readonly before: Row;
  readonly after: Row;
  readonly edit: Edit;
}

/** R23: what alters nothing takes no version. */
function finish(
  type: RuledType,
  { before, after, edit }: Step,
  conflicts: readonly FieldConflict[],
): Decision {
  const hasLost = conflicts.some(({ kept }) => kept === 'THEIRS');
  const outcome = hasLost ? 'SUPERSEDED' : conflicts.length > 0 ? 'MERGED' : 'APPLIED';
  if (isSame(before.wire, after.wire)) return { kind: 'accepted', outcome, conflicts, row: before };
  const { deletedAt = null } = after.wire;
  const isJudged = deletedAt === null || !isSame({ ...before.wire, deletedAt }, after.wire);
  const row = isJudged ? derived(type, after, edit) : after;
  const error = isJudged ? type.rule(before.wire, row.wire) : null;
  if (error !== null) return { kind: 'refused', error };
  const wire = { ...row.wire, updatedAt: edit.now };
  return { kind: 'accepted', outcome, conflicts, row: { ...row, wire } };
}

function derived(type: RuledType, row: Row, edit: Edit): Row {
  const changed = Object.entries(type.derive(row.wire, new Date(edit.at).toISOString())).filter(
    ([name, value]) => !isSame(value, row.wire[name]),
  );
  const stamps = changed.map(([name]) => [name, stampBy(edit, stampOf(row, name))] as const);
  return {
    ...row,
    wire: { ...row.wire, ...Object.fromEntries(changed) },
    stamps: { ...row.stamps, ...Object.fromEntries(stamps) },
  };
}
