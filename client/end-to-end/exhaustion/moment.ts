import type { Fault } from '../simulation/plan.ts';
import type { Learned, Local, ServerEffect, Waiting } from './learned.ts';
import { deviceOf, openTo } from './watch.ts';

/** One turn of a run. */
export interface Step {
  readonly waiting: number;
  readonly fault: Fault | null;
}

/** What the devices share. */
export interface Shared {
  readonly at: number;
  /** Faults that may still happen. */
  readonly left: number;
  readonly server: string;
  /** Acts of the server's that wait. */
  readonly acts: readonly number[];
}

/** All that there is at one moment. */
export interface Moment extends Shared {
  readonly locals: readonly Local[];
}

/** A moment at which the race may be over: any of the first device with any of the second, and so on. */
export interface End extends Shared {
  readonly sets: readonly (readonly Local[])[];
}

/** All that may stand there then, each as one text. */
export function statesAt(learned: Learned, { left, server, sets }: End): readonly string[] {
  const beside = (tuples: readonly (readonly Local[])[], set: readonly Local[]): readonly Local[][] =>
    tuples.flatMap((tuple) => set.map((local) => [...tuple, local]));
  return sets.reduce(beside, [[]]).map((locals) => {
    const pasts = [['server', server], ...locals.flatMap((local) => local.pasts)];
    const names = locals.flatMap(({ waiting }) => waiting.map((id) => learned.waiting(id).name));
    return JSON.stringify([left, pasts.sort(), names.sort()]);
  });
}

/** It is the server that does something, and not a device. */
export function isAtServer({ place, label }: Pick<Waiting, 'place' | 'label'>): boolean {
  return place === 'server' || label.endsWith(' arrives');
}

/** Whether the sender of a request that waits is there to hear the answer. */
export function isHeard(local: Local | undefined, place: string): boolean {
  return local?.pasts.some(([one, past]) => one === place && past !== 'gone') ?? false;
}

/** Which device it belongs to: its place; -1: to the server. */
export function ownerOf(locals: readonly Local[], place: string): number {
  return locals.findIndex(({ pasts }) => pasts.some(([one]) => one === deviceOf(place)));
}

/** What may be next on one device, each once. */
export function openIn(learned: Learned, { waiting }: Local, at: number): readonly Waiting[] {
  const due = [...new Set(waiting)].map((id) => learned.waiting(id)).filter((one) => one.at <= at);
  return openTo(due);
}

export function serverEffectOf(
  learned: Learned,
  { server, at }: Shared,
  { id, place, local }: { id: number; place: string; local: Local | undefined },
): ServerEffect | undefined {
  return learned.serverEffect(server, id, { at, isHeard: isHeard(local, place) });
}

/** What is known to stand there after a turn; undefined: nobody has seen it. */
export function momentAfter(
  learned: Learned,
  moment: Moment,
  { waiting, fault }: { readonly waiting: Waiting; readonly fault: Fault | null },
): Moment | undefined {
  const { at, acts, locals } = moment;
  const { id, place } = waiting;
  const own = ownerOf(locals, place);
  const local = locals[own];
  if (!isAtServer(waiting)) {
    const effect = local && learned.deviceEffect(local, waiting, { at, fault });
    return effect && { ...moment, locals: locals.with(own, learned.local(effect.next)) };
  }
  const effect = serverEffectOf(learned, moment, { id, place, local });
  if (effect === undefined) return undefined;
  const { server, added, pokes } = effect;
  return {
    ...moment,
    server,
    acts: local === undefined ? [...without(acts, [id]), ...added] : acts,
    locals: locals.map((one) =>
      learned.told(one, at, one === local ? { taken: id, added, pokes } : { pokes }),
    ),
  };
}

/** What of a list is left without another: equal ones are taken out one by one. */
export function without(list: readonly number[], others: readonly number[]): readonly number[] {
  const left = [...list];
  for (const other of others) {
    const place = left.indexOf(other);
    if (place >= 0) left.splice(place, 1);
  }
  return left;
}
