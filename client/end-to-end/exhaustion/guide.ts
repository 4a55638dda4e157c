import type { Fault } from '../simulation/plan.ts';
import type { Task } from '../simulation/scheduler.ts';
import type { Trace } from '../simulation/trace.ts';
import type { World } from '../simulation/world.ts';
import type { Learned, Waiting } from './learned.ts';
import {
  isAtServer,
  isHeard,
  momentAfter,
  openIn,
  ownerOf,
  serverEffectOf,
  without,
  type Moment,
  type Step,
} from './moment.ts';
import { deviceOf, placeOf, Watch, type Losses } from './watch.ts';

/** So many moments ahead it is looked for what nobody has seen. */
const AHEAD = 40;

interface Turn {
  readonly waiting: Waiting;
  readonly before: Moment;
  readonly asked: Fault[];
  readonly pokes: string[];
  fault: Fault | null;
}

/** Takes the steps that it is told, and after that what leads to turns that no run has shown yet. What each turn does is learned. */
export class Guide extends Watch {
  /** What stood when the race began. */
  first: Moment | null = null;
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
    if (!this.isBlind) this.learn(this.moment(world, this.named()));
    this.turn = null;
    if (this.taken.length < this.path.length) throw new Error('Not the same run twice: it ended early');
  }

  /** On the way to where something is to be learned. */
  protected override get isBlind(): boolean {
    return !this.isLooking && this.taken.length < this.path.length - 1;
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
    turn?.asked.push(fault);
    if (losses.left === 0) return false;
    const told = this.path[this.taken.length - 1];
    if (told !== undefined && told.fault !== fault) return false;
    if (told === undefined && (turn === null || !this.isNew(turn, fault))) return false;
    if (turn !== null) turn.fault = fault;
    return true;
  }

  protected override pick(ready: readonly Task[]): number {
    const { world, learned, taken, path } = this;
    if (world === null) return 0;
    const named = this.named();
    if (!this.isBlind) this.look(world, named);
    const told = path[taken.length];
    const name = told === undefined ? this.turn?.waiting.name : learned.waiting(told.waiting).name;
    const task = ready.find((one) => name === named.get(one));
    if (task === undefined) throw new Error(`Not the same run twice: nobody waits for ${name ?? 'anything'}`);
    taken.push(`${placeOf(task)} ${task.label}`);
    return ready.indexOf(task);
  }

  /** Learns what the last turn did, and decides about the next. */
  private look(world: World, named: ReadonlyMap<Task, string>): void {
    const { learned, path, taken } = this;
    const before = this.moment(world, named);
    this.learn(before);
    this.first ??= before;
    const told = path[taken.length];
    const waiting = told === undefined ? this.best(before) : learned.waiting(told.waiting);
    this.turn = { waiting, before, fault: null, asked: [], pokes: [] };
  }

  /** What has not been seen, or leads to such in a few turns; else any. */
  private best(moment: Moment): Waiting {
    const ahead: { readonly moment: Moment; readonly first?: Waiting }[] = [{ moment }];
    for (const { moment: before, first } of ahead) {
      const open = this.openAt(before);
      const unseen = open.find((waiting) => this.isNew({ waiting, before }, null));
      if (unseen !== undefined) return first ?? unseen;
      for (const waiting of ahead.length < AHEAD ? open : []) {
        const next = momentAfter(this.learned, before, { waiting, fault: null });
        if (next !== undefined) ahead.push({ moment: next, first: first ?? waiting });
      }
    }
    const open = this.openAt(moment);
    const any = open[this.scheduler.turns % open.length];
    if (any === undefined) throw new Error('Nothing may happen');
    return any;
  }

  private openAt({ locals, acts, at }: Moment): readonly Waiting[] {
    const { learned } = this;
    return [
      ...locals.flatMap((local) => openIn(learned, local, at)),
      ...acts.map((id) => learned.waiting(id)),
    ];
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
    if (isAtServer(turn.waiting)) this.learnServer(turn, after);
    else this.learnDevice(turn, after);
    const wanted = momentAfter(this.learned, turn.before, turn);
    const said = [wanted, after].map((moment) =>
      JSON.stringify([moment?.server, moment?.acts, moment?.locals.map(({ id }) => id)]),
    );
    if (said[0] !== said[1]) throw new Error(`A turn touched more than it may: ${turn.waiting.name}`);
  }

  private learnDevice({ waiting, before, asked, fault }: Turn, after: Moment): void {
    const own = ownerOf(before.locals, waiting.place);
    const [was, is] = [before.locals[own], after.locals[own]];
    if (was === undefined || is === undefined) throw new Error(`Whose is ${waiting.name}?`);
    this.learned.learnDevice(was, waiting, { at: before.at, fault, effect: { next: is.id, asked } });
  }

  private learnServer({ waiting, before, pokes }: Turn, after: Moment): void {
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
  }
}
