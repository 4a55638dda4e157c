import { createHash } from 'node:crypto';
import type { Learned, Local, ServerEffect, Waiting } from './learned.ts';
import {
  isAtServer,
  openIn,
  serverEffectOf,
  without,
  type End,
  type Moment,
  type Shared,
  type Step,
} from './moment.ts';

/** How a device came to be what it is: by a turn of its own, or by what the server told everybody. */
interface Way {
  /** Null: it was so when the race began. */
  readonly from: Local | null;
  readonly step: Step | null;
}

type Reached = ReadonlyMap<Local, Way>;

/**
 * What can come of one order of all that the server did. Devices know of each other by nothing but that: whatever one of them may be here
 * it may be beside whatever another may be. So each is gone through by itself.
 */
interface History {
  readonly shared: Shared;
  readonly parent: History | null;
  /** The server's act that led here, if it was one. */
  readonly act: Step | null;
  /** What each device may have been when this began, by how. */
  readonly entries: readonly Reached[];
  /** What each may have become since. */
  readonly sets: Map<Local, Way>[];
}

/** Leads out of a history: a device has made the server do something, or used up a loss. */
interface Exit {
  readonly shared: Shared;
  readonly device: number;
  readonly pokes: readonly string[];
  readonly reached: Map<Local, Way>;
}

interface Scene {
  readonly history: History;
  readonly exits: Map<string, Exit>;
  readonly device: number;
}

/** Makes a run take these turns, and learns from it; whatever it shows on top of that is learned, too. */
export type Explore = (path: readonly Step[]) => Promise<void>;

/** Goes through every order in which the server can do something, and through all that each device can do in between. */
export class Histories {
  count = 0;
  /** Of all devices together; what two histories have in common counts twice. */
  states = 0;
  readonly ends: End[] = [];
  private readonly seen = new Set<string>();
  private left: History[] = [];

  constructor(
    private readonly learned: Learned,
    private readonly endsAt: number,
    private readonly explore: Explore,
  ) {}

  async goThrough(first: Moment): Promise<void> {
    const { locals, ...shared } = first;
    this.begin(
      { shared, parent: null, act: null },
      locals.map((local) => new Map([[local, { from: null, step: null }]])),
    );
    for (let next = this.left.pop(); next !== undefined; next = this.left.pop()) await this.follow(next);
  }

  private begin(history: Omit<History, 'entries' | 'sets'>, entries: readonly Reached[]): void {
    if (this.isNew(history.shared, entries))
      this.left.push({ ...history, entries, sets: entries.map((reached) => new Map(reached)) });
  }

  private async follow(history: History): Promise<void> {
    const { shared, sets } = history;
    const exits = new Map<string, Exit>();
    for (const [device, reached] of sets.entries())
      // What is added while this goes on is gone through, too.
      for (const local of reached.keys())
        for (const waiting of openIn(this.learned, local, shared.at))
          await this.turn({ history, exits, device }, local, waiting);
    if (!this.isNew(shared, sets, 'all')) return;
    this.count += 1;
    this.states += sets.reduce((product, { size }) => product * size, 1);
    for (const id of shared.acts) await this.act(history, id);
    for (const exit of exits.values()) this.leave(history, exit);
    if (shared.acts.length === 0) this.pass(history);
  }

  private async turn(scene: Scene, local: Local, waiting: Waiting): Promise<void> {
    if (isAtServer(waiting)) return this.ask(scene, local, waiting);
    const { shared } = scene.history;
    const step = { waiting: waiting.id, fault: null };
    const { next, asked } = await this.deviceEffect(scene, local, step);
    reach(this.setOf(scene), this.learned.local(next), { from: local, step });
    if (shared.left === 0) return;
    for (const fault of asked) {
      const lost = { ...step, fault };
      const effect = await this.deviceEffect(scene, local, lost);
      const exit = { shared: { ...shared, left: shared.left - 1 }, device: scene.device, pokes: [] };
      reach(this.exit(scene, exit), this.learned.local(effect.next), { from: local, step: lost });
    }
  }

  /** A request arrives. One that alters nothing concerns its sender alone. */
  private async ask(scene: Scene, local: Local, waiting: Waiting): Promise<void> {
    const { history, device } = scene;
    const { shared } = history;
    const step = { waiting: waiting.id, fault: null };
    const { server, added, pokes } = await this.serverEffect(scene, { ...waiting, local });
    const next = this.learned.told(local, shared.at, { taken: waiting.id, added, pokes });
    const isReading = server === shared.server && pokes.length === 0;
    const set = isReading
      ? this.setOf(scene)
      : this.exit(scene, { shared: { ...shared, server }, device, pokes });
    reach(set, next, { from: local, step });
  }

  private async act(history: History, id: number): Promise<void> {
    const { shared, sets } = history;
    const scene = { history, exits: new Map<string, Exit>(), device: -1 };
    const { server, added, pokes } = await this.serverEffect(scene, {
      id,
      place: 'server',
      local: undefined,
    });
    const acts = [...without(shared.acts, [id]), ...added];
    const act = { waiting: id, fault: null };
    this.begin(
      { shared: { ...shared, server, acts }, parent: history, act },
      sets.map((reached) => this.toldAll(reached.keys(), shared.at, pokes)),
    );
  }

  private leave(history: History, { shared, device, pokes, reached }: Exit): void {
    const entries = history.sets.map((set, at) =>
      at === device ? reached : this.toldAll(set.keys(), shared.at, pokes),
    );
    this.begin({ shared, parent: history, act: null }, entries);
  }

  /** Time passes when nobody has anything left to do before: up to the first thing that somebody waits for. */
  private pass(history: History): void {
    const { shared, sets } = history;
    const resting = sets.map((set) =>
      [...set.keys()]
        .filter((local) => openIn(this.learned, local, shared.at).length === 0)
        .map((local) => ({ local, next: this.nextOf(local) })),
    );
    const times = new Set(
      resting
        .flat()
        .map(({ next }) => next)
        .filter((time) => time <= this.endsAt),
    );
    const after = (time: number): readonly Local[][] =>
      resting.map((set) => set.filter(({ next }) => next > time).map(({ local }) => local));
    for (const at of times)
      // It is the first that has something to do by then: those before it have not, those behind it may have.
      for (const first of resting.keys()) {
        const isIn = (next: number, device: number): boolean =>
          device < first ? next > at : device > first ? next >= at : next === at;
        const entries = resting.map((set, device) =>
          this.toldAll(
            set.filter(({ next }) => isIn(next, device)).map(({ local }) => local),
            at,
            [],
          ),
        );
        if (entries.every(({ size }) => size > 0))
          this.begin({ shared: { ...shared, at }, parent: history, act: null }, entries);
      }
    const end = after(this.endsAt);
    if (end.every((set) => set.length > 0)) this.ends.push({ ...shared, sets: end });
  }

  private nextOf({ waiting }: Local): number {
    return Math.min(Infinity, ...waiting.map((id) => this.learned.waiting(id).at));
  }

  private toldAll(locals: Iterable<Local>, at: number, pokes: readonly string[]): Reached {
    return new Map([...locals].map((from) => [this.learned.told(from, at, { pokes }), { from, step: null }]));
  }

  private setOf({ history, device }: Scene): Map<Local, Way> {
    return history.sets[device] ?? new Map();
  }

  private exit({ exits }: Scene, exit: Omit<Exit, 'reached'>): Map<Local, Way> {
    const key = JSON.stringify(exit);
    const known = exits.get(key) ?? { ...exit, reached: new Map() };
    exits.set(key, known);
    return known.reached;
  }

  private async deviceEffect({ history, device }: Scene, local: Local, step: Step) {
    const when = { at: history.shared.at, fault: step.fault };
    const waiting = this.learned.waiting(step.waiting);
    const known = this.learned.deviceEffect(local, waiting, when);
    if (known !== undefined) return known;
    await this.explore([...pathTo(history, new Map([[device, local]])), step]);
    return there(this.learned.deviceEffect(local, waiting, when));
  }

  private async serverEffect(
    { history, device }: Scene,
    asked: { readonly id: number; readonly place: string; readonly local: Local | undefined },
  ): Promise<ServerEffect> {
    const known = serverEffectOf(this.learned, history.shared, asked);
    if (known !== undefined) return known;
    const wanted = new Map(asked.local === undefined ? [] : [[device, asked.local]]);
    await this.explore([...pathTo(history, wanted), { waiting: asked.id, fault: null }]);
    return there(serverEffectOf(this.learned, history.shared, asked));
  }

  private isNew(shared: Shared, sets: readonly Reached[], kind = 'entries'): boolean {
    const ids = sets.map((set) => [...set.keys()].map(({ id }) => id).sort((a, b) => a - b));
    const key = createHash('sha1')
      .update(JSON.stringify([kind, shared, ids]))
      .digest('base64');
    if (this.seen.has(key)) return false;
    this.seen.add(key);
    return true;
  }
}

/** The turns that lead into a history, and in it one device, or several, to what they are wanted to be. */
function pathTo(history: History, wanted: ReadonlyMap<number, Local>): readonly Step[] {
  const { entries, sets, parent, act } = history;
  const inside: Step[] = [];
  const before = new Map<number, Local>();
  let crossing = act;
  for (const [device, entry] of entries.entries()) {
    const own: Step[] = [];
    let local = wanted.get(device) ?? there([...entry.keys()][0]);
    for (; !entry.has(local);) {
      const { from, step } = there(sets[device]?.get(local));
      own.push(there(step));
      local = there(from);
    }
    inside.push(...own.reverse());
    const { from, step } = there(entry.get(local));
    crossing ??= step;
    if (from !== null) before.set(device, from);
  }
  if (parent === null) return inside;
  return [...pathTo(parent, before), ...(crossing === null ? [] : [crossing]), ...inside];
}

function reach(set: Map<Local, Way>, local: Local, way: Way): void {
  if (!set.has(local)) set.set(local, way);
}

function there<T>(value: T | undefined | null): T {
  if (value === undefined || value === null) throw new Error('What was looked for is not there');
  return value;
}
