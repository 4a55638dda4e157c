import type { Fault } from '../simulation/plan.ts';
import type { Task } from '../simulation/scheduler.ts';
import { placeOf } from './watch.ts';

/** Something that waits for its turn, known by its name. */
export interface Waiting {
  readonly id: number;
  readonly name: string;
  readonly label: string;
  /** A tab; null: a request on its way, or an act. */
  readonly owner: string | null;
  /** The tab or the server that it belongs to. */
  readonly place: string;
  readonly at: number;
}

/** What a device is: all that it holds, and all that waits for it or was sent by it. */
export interface Local {
  readonly id: number;
  /** Its database and its tabs, those that are gone too, each with what it holds. */
  readonly pasts: readonly (readonly [place: string, past: string])[];
  /** Its tabs that hear of pokes. */
  readonly listening: readonly string[];
  /** Ids of what waits, in their order. */
  readonly waiting: readonly number[];
}

/** The time of a turn, and what it met. */
interface When {
  readonly at: number;
  readonly fault: Fault | null;
}

/** The time of a turn, and whether who asked is there to hear the answer. */
interface Heard {
  readonly at: number;
  readonly isHeard: boolean;
}

/** What a turn of a device's made of it. */
interface DeviceEffect {
  readonly next: number;
  /** Faults that may have come to it. */
  readonly asked: readonly Fault[];
}

/** What the server made of a request or of an act, and who hears of it. */
export interface ServerEffect {
  readonly server: string;
  /** What waits now: the answer, the next act. */
  readonly added: readonly number[];
  /** Labels of pokes that go to whoever listens. */
  readonly pokes: readonly string[];
}

/** What runs have shown of single turns. A turn that shows something else the second time is an error. */
export class Learned {
  private readonly names = new Map<string, Waiting>();
  private readonly locals = new Map<string, Local>();
  private readonly waitings: Waiting[] = [];
  private readonly known: Local[] = [];
  private readonly deviceEffects = new Map<string, DeviceEffect>();
  private readonly serverEffects = new Map<string, ServerEffect>();

  /** Turns of devices and of the server. */
  get turns(): number {
    return this.deviceEffects.size + this.serverEffects.size;
  }

  waiting(id: number): Waiting {
    return found(this.waitings[id]);
  }

  local(id: number): Local {
    return found(this.known[id]);
  }

  idOf(name: string, task: Task): number {
    const { owner, label, at } = task;
    return this.named({ name, label, owner: owner?.name ?? null, at, place: () => placeOf(task) });
  }

  /** The device of that content. */
  localOf(content: Omit<Local, 'id'>): Local {
    const waiting = [...content.waiting].sort((a, b) => a - b);
    const key = JSON.stringify([content.pasts, content.listening, waiting]);
    const known = this.locals.get(key);
    if (known !== undefined) return known;
    const local = { ...content, waiting, id: this.known.length };
    this.known.push(local);
    this.locals.set(key, local);
    return local;
  }

  /** What a device is when a turn at the server took something away from it, and pokes and more were added. */
  told(
    local: Local,
    at: number,
    told: { taken?: number; added?: readonly number[]; pokes: readonly string[] },
  ): Local {
    const { taken, added = [], pokes } = told;
    if (taken === undefined && added.length === 0 && pokes.length === 0) return local;
    const waiting = [...local.waiting];
    if (taken !== undefined) waiting.splice(waiting.indexOf(taken), 1);
    const heard = local.listening.flatMap((owner) => pokes.map((label) => this.pokeOf(owner, label, at)));
    return this.localOf({ ...local, waiting: [...waiting, ...added, ...heard] });
  }

  deviceEffect(local: Local, waiting: Waiting, when: When): DeviceEffect | undefined {
    return this.deviceEffects.get(this.keyOf(local, waiting, when));
  }

  learnDevice(local: Local, waiting: Waiting, { effect, ...when }: When & { effect: DeviceEffect }): void {
    learn(this.deviceEffects, this.keyOf(local, waiting, when), effect);
  }

  /** What a crash makes of a device follows from what it leaves: the tab's own memory has no say in it. */
  private keyOf(local: Local, { id, label, place }: Waiting, { at, fault }: When): string {
    const footing = label.endsWith(' crashes') ? this.withoutTab(local, place) : local;
    return `${footing.id} ${id} ${at} ${fault}`;
  }

  private withoutTab(local: Local, tab: string): Local {
    return this.localOf({
      pasts: local.pasts.map(([place, past]) => [place, place === tab ? 'gone' : past]),
      listening: local.listening.filter((one) => one !== tab),
      waiting: local.waiting.filter((id) => this.waiting(id).owner !== tab),
    });
  }

  serverEffect(server: string, waiting: number, when: Heard): ServerEffect | undefined {
    return this.serverEffects.get(`${server} ${waiting} ${when.at} ${when.isHeard}`);
  }

  learnServer(
    server: string,
    waiting: number,
    { effect, at, isHeard }: Heard & { effect: ServerEffect },
  ): void {
    learn(this.serverEffects, `${server} ${waiting} ${at} ${isHeard}`, effect);
  }

  private pokeOf(owner: string, label: string, at: number): number {
    const name = `0 ${JSON.stringify([owner, label, at, ''])}`;
    return this.named({ name, label, owner, at, place: () => owner });
  }

  private named({ place, ...task }: Omit<Waiting, 'id' | 'place'> & { place: () => string }): number {
    const known = this.names.get(task.name);
    if (known !== undefined) return known.id;
    const waiting = { ...task, place: place(), id: this.waitings.length };
    this.waitings.push(waiting);
    this.names.set(task.name, waiting);
    return waiting.id;
  }
}

function learn<T>(effects: Map<string, T>, key: string, effect: T): void {
  const known = effects.get(key);
  if (known === undefined) effects.set(key, effect);
  else if (JSON.stringify(known) !== JSON.stringify(effect))
    throw new Error(`One turn has had two effects: ${key} ${JSON.stringify([known, effect])}`);
}

function found<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('Nobody knows it');
  return value;
}
