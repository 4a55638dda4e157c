import type { Fault } from '../simulation/plan.ts';
import type { Task } from '../simulation/scheduler.ts';
import type { Trace } from '../simulation/trace.ts';
import type { World } from '../simulation/world.ts';
import { deviceOf, type Learned, type Waiting } from './learned.ts';
import {
  isAtServer,
  isHeard,
  openIn,
  ownerOf,
  serverEffectOf,
  without,
  type Moment,
  type Step,
} from './moment.ts';
import { Watch, type Losses } from './watch.ts';

interface Turn {
  readonly waiting: Waiting;
  readonly before: Moment;
  readonly asked: Fault[];
  readonly pokes: string[];
  fault: Fault | null;
}

/** Takes the steps that it is told, and after that whatever no run has shown yet. What each turn does is learned. */
export class Guide extends Watch {
  /** What stood when the race began, and when it was over. */
  first: Moment | null = null;
  final: Moment | null = null;
  /** For people. */
  readonly taken: string[] = [];
  private readonly isLooking: boolean;
  private turn: Turn | null = null;

  constructor(
    private readonly learned: Learned,
    private readonly path: readonly Step[],
    { trace, losses, isLooking }: { trace: Trace; losses: Losses; isLooking: boolean },
  ) {
    super(trace, losses);
    this.isLooking = isLooking;
  }

  override race(world: World): void {
    super.race(world);
    const { server } = world;
    const { onPoke } = server;
    server.onPoke = (scope, head) => {
      this.turn?.pokes.push(`poke ${scope} ${head}`);
      onPoke(scope, head);
    };
  }

  override end(): void {
    const { world } = this;
    super.end();
    if (world === null) return;
    this.final = this.moment(world, this.named());
    this.learn(this.final);
    this.turn = null;
    if (this.taken.length < this.path.length) throw new Error('Not the same run twice: it ended early');
  }

  /** One run in so many looks at everything, to see that what was learned holds. */
  protected override foresee(): ReadonlyMap<string, string> | null {
    const { turn, learned } = this;
    if (turn === null || this.isLooking) return null;
    const { waiting, before, fault } = turn;
    const own = ownerOf(before.locals, waiting.place);
    const local = before.locals[own];
    if (isAtServer(waiting)) {
      const effect = serverEffectOf(learned, before, { ...waiting, local });
      return effect === undefined ? null : new Map([['server', effect.server]]);
    }
    const effect = local && learned.deviceEffect(local, waiting, { at: before.at, fault });
    return effect === undefined ? null : new Map(learned.local(effect.next).pasts);
  }

  protected override isMet(fault: Fault): boolean {
    const { turn, losses } = this;
    if (turn === null) return false;
    turn.asked.push(fault);
    if (losses.left === 0) return false;
    const told = this.path[this.taken.length - 1];
    const isMet = told === undefined ? this.isNew(turn, fault) : told.fault === fault;
    if (isMet) turn.fault = fault;
    return isMet;
  }

  protected override pick(ready: readonly Task[]): number {
    const { world, learned, taken } = this;
    if (world === null) return 0;
    const named = this.named();
    const before = this.moment(world, named);
    this.learn(before);
    this.first ??= before;
    const told = this.path[taken.length];
    const waiting = told === undefined ? this.best(before) : learned.waiting(told.waiting);
    this.turn = { waiting, before, fault: null, asked: [], pokes: [] };
    taken.push(`${waiting.place} ${waiting.label}`);
    const place = ready.findIndex((task) => named.get(task) === waiting.name);
    if (place < 0) throw new Error(`Not the same run twice: nobody waits for ${waiting.name}`);
    return place;
  }

  /** What has not been seen, or any. */
  private best(moment: Moment): Waiting {
    const { learned } = this;
    const open = [
      ...moment.locals.flatMap((local) => openIn(learned, local, moment.at)),
      ...moment.acts.map((id) => learned.waiting(id)),
    ];
    const isNew = (waiting: Waiting): boolean => this.isNew({ waiting, before: moment }, null);
    const best = open.find(isNew) ?? open[this.scheduler.turns % open.length];
    if (best === undefined) throw new Error('Something waits, and nobody waits for it');
    return best;
  }

  private isNew({ waiting, before }: Pick<Turn, 'waiting' | 'before'>, fault: Fault | null): boolean {
    const { learned } = this;
    const local = before.locals[ownerOf(before.locals, waiting.place)];
    if (isAtServer(waiting)) return serverEffectOf(learned, before, { ...waiting, local }) === undefined;
    return (
      local !== undefined && learned.deviceEffect(local, waiting, { at: before.at, fault }) === undefined
    );
  }

  private moment({ devices }: World, named: ReadonlyMap<Task, string>): Moment {
    const { learned, pasts } = this;
    const waiting = [...named].map(([task, name]) => learned.waiting(learned.idOf(name, task)));
    const locals = devices.map(({ name, tabs }) =>
      learned.localOf({
        pasts: [...pasts].filter(([place]) => deviceOf(place) === name).sort(),
        listening: tabs.filter((tab) => tab.isListening).map((tab) => tab.name),
        waiting: waiting.filter(({ place }) => deviceOf(place) === name).map(({ id }) => id),
      }),
    );
    const acts = waiting.filter(({ place }) => place === 'server').map(({ id }) => id);
    const { elapsedMs: at } = this.scheduler;
    return { at, left: this.losses.left, server: pasts.get('server') ?? '', acts, locals };
  }

  /** What the last turn did, and that it did nothing else. */
  private learn(after: Moment): void {
    const { turn } = this;
    if (turn === null) return;
    const wanted = isAtServer(turn.waiting) ? this.learnServer(turn, after) : this.learnDevice(turn, after);
    const said = [wanted, after].map(({ server, acts, locals }) =>
      JSON.stringify([server, acts, locals.map(({ id }) => id)]),
    );
    if (said[0] !== said[1]) throw new Error(`A turn touched more than it may: ${turn.waiting.name}`);
  }

  private learnDevice({ waiting, before, asked, fault }: Turn, after: Moment): Moment {
    const own = ownerOf(before.locals, waiting.place);
    const [was, is] = [before.locals[own], after.locals[own]];
    if (was === undefined || is === undefined) throw new Error(`Whose is ${waiting.name}?`);
    this.learned.learnDevice(was, waiting, { at: before.at, fault, effect: { next: is.id, asked } });
    return { ...before, locals: before.locals.with(own, is) };
  }

  private learnServer({ waiting, before, pokes }: Turn, after: Moment): Moment {
    const { learned } = this;
    const { at } = before;
    const { id, place } = waiting;
    const own = ownerOf(before.locals, place);
    const was = before.locals[own];
    const left =
      was === undefined ? without(before.acts, [id]) : learned.told(was, at, { taken: id, pokes }).waiting;
    const added = without(was === undefined ? after.acts : (after.locals[own]?.waiting ?? []), left);
    learned.learnServer(before.server, id, {
      ...{ at, isHeard: isHeard(was, place) },
      effect: { server: after.server, added, pokes },
    });
    const locals = before.locals.map((local) =>
      learned.told(local, at, local === was ? { taken: id, added, pokes } : { pokes }),
    );
    return {
      ...before,
      server: after.server,
      acts: was === undefined ? [...left, ...added] : before.acts,
      locals,
    };
  }
}
