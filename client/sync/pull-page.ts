/** What one operation's pages, of all types of one scope, do to the device (R5, R9). Pure. */
import { canReplace, FRESH_CURSOR, takenBack, withoutCursors, type HeldCopies } from './copies.ts';
import type { Manifest, TypeManifest } from './manifest.ts';
import type { SupersededChange } from './model.ts';
import type { Copy, ScopeRow, Segment, TypeCursor } from './stored.ts';
import { copyOf, type DeltaPage } from './wire.ts';

export interface PageInput {
  readonly manifest: Manifest;
  /** As stored now, read inside the transaction that is going to store the page. */
  readonly stored: ScopeRow;
  /** As it was when the page was asked for. */
  readonly asked: ScopeRow;
  readonly pages: Readonly<Record<string, DeltaPage>>;
  readonly held: HeldCopies;
  /** The pages came with a push: a `reset` in them is left to the next pull. */
  readonly isFromPush: boolean;
}

export type PagePlan =
  /** Asked with cursors that are not the stored ones any more: nothing is stored. Ask again. */
  | { readonly kind: 'stale' }
  /** From before a restore (R9): nothing is stored. */
  | { readonly kind: 'lowerEpoch' }
  | {
      readonly kind: 'store';
      readonly scope: ScopeRow;
      readonly segments: readonly Segment[];
      readonly history: readonly Omit<SupersededChange, 'id' | 'at'>[];
      /** Another page is needed to reach a checkpoint. */
      readonly hasMore: boolean;
    };

export function planPage(input: PageInput): PagePlan {
  const { pages, stored } = input;
  const first = Object.values(pages)[0];
  if (first === undefined) return { kind: 'stale' };
  const epoch = first.at.epoch;
  if (stored.epoch !== null && epoch < stored.epoch) return { kind: 'lowerEpoch' };
  if (Object.keys(pages).some((name) => !isAskedFor(name, input))) return { kind: 'stale' };
  const isRaised = stored.epoch !== null && epoch > stored.epoch;
  const start = isRaised ? withoutCursors(stored) : stored;
  const parts = Object.entries(pages).map(([name, page]) =>
    planType(name, page, { ...input, stored: start }),
  );
  const cursors = { ...start.cursors };
  for (const part of parts) cursors[part.name] = part.cursor;
  const hasMore = parts.some((part) => part.hasMore);
  return {
    kind: 'store',
    scope: {
      ...start,
      epoch,
      cursors,
      // What a copy of this storage sent is above what was given here: a number below it would pass for one that the page holds.
      nextSeq: Math.max(start.nextSeq, first.at.executed + 1),
      synced: start.synced || !hasMore,
      checkpoint: hasMore ? start.checkpoint : first.at.head,
    },
    segments: parts.flatMap((part) => part.segments),
    history: parts.flatMap((part) => part.history),
    hasMore,
  };
}

function isAskedFor(name: string, { stored, asked }: PageInput): boolean {
  const now = stored.cursors[name] ?? FRESH_CURSOR;
  const then = asked.cursors[name] ?? FRESH_CURSOR;
  return now.cursor === then.cursor && now.generation === then.generation && now.floor === then.floor;
}

interface TypePlan {
  readonly name: string;
  readonly cursor: TypeCursor;
  readonly segments: readonly Segment[];
  readonly history: readonly Omit<SupersededChange, 'id' | 'at'>[];
  readonly hasMore: boolean;
}

function planType(name: string, page: DeltaPage, input: PageInput): TypePlan {
  const type = input.manifest.types[name];
  const before = input.stored.cursors[name] ?? FRESH_CURSOR;
  const isStart = page.reset || before.cursor === null;
  if (type === undefined || isForNextPull(name, page, { ...input, isStart })) {
    return { name, cursor: before, segments: [], history: [], hasMore: true };
  }
  const cursor = nextCursor(before, page, isStart);
  const delivered = deliver(type, page, { ...input, generation: cursor.generation });
  const floor = page.hasMore ? undefined : floorOf(before, page, isStart);
  const end = { ...input, cursor, epoch: page.at.epoch, delivered: delivered.ids };
  const swept = floor === undefined ? EMPTY : sweep(type, { ...end, floor });
  const segment: Segment = {
    type: name,
    scope: input.stored.id,
    copies: [...delivered.copies, ...swept.copies],
    removed: swept.removed,
  };
  const isNews = segment.copies.length + segment.removed.length > 0;
  const history = [...delivered.history, ...swept.history];
  return { name, cursor, segments: isNews ? [segment] : [], history, hasMore: page.hasMore };
}

/** A cycle that a push's delta would start belongs to the next pull; a raised epoch that brought no reset likewise. */
function isForNextPull(name: string, page: DeltaPage, input: PageInput & { isStart: boolean }): boolean {
  return (input.isStart && input.isFromPush) || (!page.reset && isForeign(name, input));
}

/** Asked with a cursor (so not from the beginning) of an epoch that is over. */
function isForeign(name: string, { stored, asked }: PageInput): boolean {
  const then = asked.cursors[name]?.cursor ?? null;
  return then !== null && (stored.cursors[name]?.cursor ?? null) === null;
}

function nextCursor(before: TypeCursor, page: DeltaPage, isStart: boolean): TypeCursor {
  return {
    cursor: page.cursor,
    position: page.at.position,
    head: page.at.head,
    generation: isStart ? before.generation + 1 : before.generation,
    floor: page.hasMore ? (floorOf(before, page, isStart) ?? null) : null,
    // Only at the type's end is it certain that every copy holds what was executed by then.
    executed: page.hasMore ? before.executed : page.at.executed,
  };
}

/** The running cycle's floor: the head when its first page was taken. Undefined outside a cycle. */
function floorOf(before: TypeCursor, page: DeltaPage, isStart: boolean): number | undefined {
  if (isStart) return page.at.floor ?? page.at.head;
  return before.floor ?? undefined;
}

interface Delivered {
  readonly ids: ReadonlySet<string>;
  readonly copies: readonly Copy[];
  readonly history: TypePlan['history'];
}

function deliver(type: TypeManifest, page: DeltaPage, input: PageInput & { generation: number }): Delivered {
  const copies: Copy[] = [];
  const history: Omit<SupersededChange, 'id' | 'at'>[] = [];
  const origin = { epoch: page.at.epoch, cycle: input.generation, executed: page.at.executed };
  for (const wire of page.records) {
    const incoming = copyOf(wire, type, origin);
    const ref = { type: type.name, scope: input.stored.id, id: incoming.id };
    const held = input.held.copy(ref);
    if (held !== undefined && !canReplace(held, incoming)) {
      // Newer than the page (a push result raced it): it stays, marked as delivered by this cycle.
      if (held.cycle !== input.generation) copies.push({ ...held, cycle: input.generation });
      continue;
    }
    if (held !== undefined && isHeldAlready(held, incoming)) continue;
    const lost = takenBack(ref, held, incoming);
    if (lost !== null) history.push(lost);
    copies.push(incoming);
  }
  return { ids: new Set(copies.map((copy) => copy.id)), copies, history };
}

/** As after a push: its answer brought what the next page brings, too. */
function isHeldAlready(held: Copy, incoming: Copy): boolean {
  return (
    held.epoch === incoming.epoch &&
    held.version === incoming.version &&
    held.cycle === incoming.cycle &&
    held.executed >= incoming.executed &&
    held.missing !== true
  );
}

interface Swept {
  readonly copies: readonly Copy[];
  readonly removed: readonly string[];
  readonly history: TypePlan['history'];
}

const EMPTY: Swept = { copies: [], removed: [], history: [] };

interface SweepInput extends PageInput {
  readonly floor: number;
  readonly cursor: TypeCursor;
  readonly epoch: string;
  readonly delivered: ReadonlySet<string>;
}

/** The cycle's end: undelivered copies of a lower epoch, or with a version at or below the floor, are gone on the server. */
function sweep(type: TypeManifest, input: SweepInput): Swept {
  const copies: Copy[] = [];
  const removed: string[] = [];
  const history: Omit<SupersededChange, 'id' | 'at'>[] = [];
  for (const copy of input.held.copies(type.name, input.stored.id)) {
    if (copy.cycle === input.cursor.generation || input.delivered.has(copy.id)) continue;
    if (copy.epoch >= input.epoch && copy.version > input.floor) continue;
    const ref = { type: type.name, scope: input.stored.id, id: copy.id };
    const lost = copy.epoch < input.epoch ? takenBack(ref, copy, undefined) : null;
    if (lost !== null && copy.missing !== true) history.push(lost);
    if (input.held.hasChanges(ref)) copies.push({ ...copy, missing: true });
    else removed.push(copy.id);
  }
  return { copies, removed, history };
}
