import type { Each, Person } from './person.ts';

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
export type TaskId = 'cut' | 'adaWrites' | 'benWrites' | 'adaOrders' | 'benOrders' | 'connect' | 'decide';

const TASKS: Readonly<Record<Step, readonly TaskId[]>> = {
  offline: ['cut', 'adaWrites', 'connect'],
  merge: ['cut', 'adaWrites', 'benWrites', 'connect'],
  conflict: ['cut', 'adaOrders', 'benOrders', 'connect', 'decide'],
};

type IsPrepared = (facts: Facts, base: Agreed | null) => boolean;

/** What is done while Ada is cut off, and how the devices show it; the other tasks follow from connecting again. */
const PREPARED: Partial<Readonly<Record<TaskId, IsPrepared>>> = {
  cut: () => true,
  adaWrites: ({ ada }, base) => ada.text !== base?.text,
  benWrites: ({ ben }, base) => ben.text !== base?.text,
  adaOrders: ({ ada }, base) => ada.lines !== base?.lines,
  benOrders: ({ ada, ben }, base) => ben.lines !== base?.lines && ben.lines !== ada.lines,
};

const NEXT = { offline: 'merge', merge: 'conflict', conflict: 'end' } as const;

const SPOTS: Readonly<Record<TaskId, Spot>> = {
  cut: { person: 'ada', part: 'switch' },
  adaWrites: { person: 'ada', part: 'page' },
  benWrites: { person: 'ben', part: 'page' },
  adaOrders: { person: 'ada', part: 'page' },
  benOrders: { person: 'ben', part: 'page' },
  connect: { person: 'ada', part: 'switch' },
  decide: { person: 'ada', part: 'attention' },
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
  return task === undefined ? null : SPOTS[task.id];
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
 *                         each: not armed ◀──▶ armed (all done, Ada cut off) ──connected and agreed──▶ next
 * ```
 * Connected too early, both agree on what there is by then, and the step is done on top of that.
 */
export function advance(tour: Tour, facts: Facts): Tour {
  const agreed = agreedOf(facts);
  if (tour.step === 'prepare') {
    return agreed !== null && isSame(agreed, tour.base) ? { ...tour, step: 'offline' } : tour;
  }
  if (!isStep(tour.step)) return tour;
  if (agreed !== null) return agreedStep(tour, tour.step, agreed);
  if (!facts.ada.isCut) return tour;
  const place = tour.step === 'conflict' ? 'order' : tour.place;
  const isArmed = TASKS[tour.step].every((id) => isPrepared(id, tour, facts));
  return isArmed === tour.isArmed && place === tour.place ? tour : { ...tour, isArmed, place };
}

function agreedStep(tour: Tour, step: Step, agreed: Agreed): Tour {
  if (tour.isArmed) return { ...tour, step: NEXT[step], base: agreed, isArmed: false };
  return isSame(agreed, tour.base) ? tour : { ...tour, base: agreed };
}

function isDone(id: TaskId, tour: Tour, facts: Facts): boolean {
  if (id === 'decide') return false;
  if (id === 'connect') return tour.isArmed && !facts.ada.isCut;
  return tour.isArmed || (facts.ada.isCut && isPrepared(id, tour, facts));
}

/** True also of what cannot be prepared. */
function isPrepared(id: TaskId, { base }: Tour, facts: Facts): boolean {
  return PREPARED[id]?.(facts, base) ?? true;
}

function isSame(one: Agreed, other: Agreed | null): boolean {
  return one.text === other?.text && one.lines === other.lines;
}
