import { otherOf, type Each, type Person } from './person.ts';

/** What the tour goes by on one device: the engine's state, and never the time. */
export interface DeviceFacts {
  /** The device can say what it holds. */
  readonly isLoaded: boolean;
  readonly isCut: boolean;
  /** The text of the tour's note; null when it is not there. */
  readonly text: string | null;
  /** What the tour's order holds, spelt; null when it is not there, or placed and cannot be changed any more. */
  readonly lines: string | null;
  /** The server has confirmed what this device shows of both. */
  readonly isSettled: boolean;
  /** A conflict about one of them waits here. */
  readonly isAsked: boolean;
}

export type Facts = Each<DeviceFacts>;

/** What both devices show of the tour's records. */
export type Agreed = Readonly<Record<'text' | 'lines', string>>;

export const STEPS = ['offline', 'merge', 'conflict'] as const;

export type Step = (typeof STEPS)[number];

export interface Tour {
  readonly noteId: string;
  readonly orderId: string;
  readonly isOpen: boolean;
  readonly step: 'prepare' | Step | 'end';
  /** Whose device is cut off in this step: the one that is cut first. */
  readonly lead: Person;
  /** Which record the devices are led to. */
  readonly place: 'note' | 'order';
  /** What they agreed on last: an edit is what differs from it. While the tour is prepared: what they have to agree on. */
  readonly base: Agreed | null;
  /** All of the step is done but connecting again, and what comes of that. */
  readonly isArmed: boolean;
}

export type Part = 'switch' | 'page' | 'attention';

/** Where something is to be done. */
export interface Spot {
  readonly person: Person;
  readonly part: Part;
}

/** What a person has to do. */
export type TaskId =
  'cut' | 'leadWrites' | 'otherWrites' | 'leadOrders' | 'otherOrders' | 'connect' | 'decide';

const TASKS: Readonly<Record<Step, readonly TaskId[]>> = {
  offline: ['cut', 'leadWrites', 'connect'],
  merge: ['cut', 'leadWrites', 'otherWrites', 'connect'],
  conflict: ['cut', 'leadOrders', 'otherOrders', 'connect', 'decide'],
};

/** The device that leads, and the other one. */
type IsPrepared = (lead: DeviceFacts, other: DeviceFacts, base: Agreed | null) => boolean;

/** What is done while the lead is cut off, and how the devices show it; the other tasks follow from connecting again. */
const PREPARED: Partial<Readonly<Record<TaskId, IsPrepared>>> = {
  cut: () => true,
  leadWrites: (lead, _, base) => lead.text !== base?.text,
  otherWrites: (_, other, base) => other.text !== base?.text,
  leadOrders: (lead, _, base) => lead.lines !== base?.lines,
  otherOrders: (lead, other, base) => other.lines !== base?.lines && other.lines !== lead.lines,
};

const NEXT = { offline: 'merge', merge: 'conflict', conflict: 'end' } as const;

const PARTS: Readonly<Record<TaskId, Part>> = {
  cut: 'switch',
  leadWrites: 'page',
  otherWrites: 'page',
  leadOrders: 'page',
  otherOrders: 'page',
  connect: 'switch',
  decide: 'attention',
};

export interface Task {
  readonly id: TaskId;
  readonly isDone: boolean;
}

export function tasksOf(tour: Tour, step: Step, facts: Facts): readonly Task[] {
  return TASKS[step].map((id) => ({ id, isDone: isDone(id, tour, facts) }));
}

/** Where the first task is that is not done; null when there is none. */
export function spotOf(tour: Tour, facts: Facts): Spot | null {
  if (!tour.isOpen || !isStep(tour.step) || isGone(facts)) return null;
  const task = tasksOf(tour, tour.step, facts).find((each) => !each.isDone);
  return task === undefined ? null : { person: doerOf(task.id, tour, facts), part: PARTS[task.id] };
}

/** Who has to do it. A decision is asked of whoever connected last. */
export function doerOf(id: TaskId, { lead }: Tour, facts: Facts): Person {
  const other = otherOf(lead);
  const isOthers = id === 'otherWrites' || id === 'otherOrders' || (id === 'decide' && facts[other].isAsked);
  return isOthers ? other : lead;
}

/** The tour's records were thrown away or placed: nothing more can be shown with them. */
export function isGone({ ada, ben }: Facts): boolean {
  return [ada, ben].some((device) => device.isLoaded && (device.text === null || device.lines === null));
}

export function isStep(step: Tour['step']): step is Step {
  return STEPS.some((each) => each === step);
}

/** What both devices show, when they are connected and have nothing more to tell each other. */
export function agreedOf({ ada, ben }: Facts): Agreed | null {
  const { text, lines } = ada;
  if (text === null || lines === null || text !== ben.text || lines !== ben.lines) return null;
  return [ada, ben].every(isAtRest) ? { text, lines } : null;
}

export function isAtRest({ isLoaded, isCut, isSettled, isAsked }: DeviceFacts): boolean {
  return isLoaded && !isCut && isSettled && !isAsked;
}

/**
 * The tour as the devices' state lets it be; the same object when nothing follows from it.
 *
 * ```
 * prepare ──both show the scene──▶ offline ──▶ merge ──▶ conflict ──▶ end
 *                    each: not armed ◀──▶ armed (all done, the lead cut off) ──connected and agreed──▶ next
 * ```
 * Whoever is cut off alone leads, until the step is armed. Connected too early, both agree on what there is by then, and the step is
 * done on top of that.
 */
export function advance(tour: Tour, facts: Facts): Tour {
  const agreed = agreedOf(facts);
  if (tour.step === 'prepare') {
    return agreed !== null && isSame(agreed, tour.base) ? { ...tour, step: 'offline' } : tour;
  }
  if (!isStep(tour.step)) return tour;
  if (agreed !== null) return agreedStep(tour, tour.step, agreed);
  return cutStep(tour, tour.step, facts);
}

function cutStep(tour: Tour, step: Step, facts: Facts): Tour {
  const lead = leadOf(tour, facts);
  if (!facts[lead].isCut) return tour;
  const place = step === 'conflict' ? 'order' : tour.place;
  const isArmed = TASKS[step].every((id) => isPrepared(id, { ...tour, lead }, facts));
  const isSameTour = isArmed === tour.isArmed && place === tour.place && lead === tour.lead;
  return isSameTour ? tour : { ...tour, isArmed, place, lead };
}

function leadOf({ lead, isArmed }: Tour, facts: Facts): Person {
  const other = otherOf(lead);
  return !isArmed && facts[other].isCut && !facts[lead].isCut ? other : lead;
}

function agreedStep(tour: Tour, step: Step, agreed: Agreed): Tour {
  if (tour.isArmed) return { ...tour, step: NEXT[step], base: agreed, isArmed: false };
  return isSame(agreed, tour.base) ? tour : { ...tour, base: agreed };
}

function isDone(id: TaskId, tour: Tour, facts: Facts): boolean {
  if (id === 'decide') return false;
  const { isCut } = facts[tour.lead];
  if (id === 'connect') return tour.isArmed && !isCut;
  return tour.isArmed || (isCut && isPrepared(id, tour, facts));
}

/** True also of what cannot be prepared. */
function isPrepared(id: TaskId, { base, lead }: Tour, facts: Facts): boolean {
  return PREPARED[id]?.(facts[lead], facts[otherOf(lead)], base) ?? true;
}

function isSame(one: Agreed, other: Agreed | null): boolean {
  return one.text === other?.text && one.lines === other.lines;
}
